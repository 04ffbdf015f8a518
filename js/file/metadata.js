import { ACTIVATIONS } from "../runtime/abi.js";
import { PocketrecError, show } from "../common/errors.js";
import { readSchema } from "./feature-schema.js";

/**
 * What a weights file says of itself (docs/format.md), with the defaults filled in.
 *
 * @typedef {"gmf" | "mlp" | "neumf" | "autoencoder" | "autorec-user" | "autorec-item" | "cdae"
 *   | "mult-dae"
 *   | "candidates" | "ranker"} Kind
 * @typedef {object} Info
 * @property {1} format
 * @property {Kind} kind
 * @property {string} [name]
 * @property {string | string[]} activation of the tower; of an autoencoder also one for each hidden
 *   layer
 * @property {string} output
 * @property {{ values: "binary" | "rating", scale: number, shift: number, normalize: "none" | "l2"
 *   }} input what of an interaction the model sees
 * @property {Record<string, unknown>[]} features of candidates and ranker; as schema.js reads them
 * @property {"none" | "l2"} normalize the vectors of both sides
 * @property {boolean} tied
 * @property {"none" | "dense"} skip what of the encoder's layers goes past the next one
 * @property {{ epsilon: number }} norm of an autoencoder's normalised layers
 * @property {boolean} binarize_hidden
 * @property {boolean} clip
 * @property {{ minimum?: number, maximum?: number, positive?: number }} rating
 * @property {{ weight: number, bias: number }} ridge
 * @property {{ steps: number, learning_rate: number, negatives: number, prior: number }} fold_in
 * @property {Record<string, unknown>} [provenance]
 * @property {Record<string, unknown>} [metrics]
 * @property {Check[]} [check]
 *
 * @typedef {{ vector?: number[], history?: number[], ratings?: number[], user?: Record<string,
 *   unknown>, items: number[], scores: number[], raw?: number[] }} Check
 */

const FOLD_IN = { steps: 100, learning_rate: 0.1, negatives: 4, prior: 1 };
const RIDGE = { weight: 1, bias: 1 };

const NORM = { epsilon: 1e-5 };

/** Swish falls below -1.28: it would rank items by something else than `raw`. */
const RISING = Object.keys(ACTIVATIONS).filter((name) => name !== "swish");

const NCF = { family: "ncf", activation: "relu", output: "sigmoid", isFitted: true };
const AUTOENCODER = {
  family: "autoencoder",
  activation: "sigmoid",
  output: "sigmoid",
  values: "binary",
};
const AUTOREC = { ...AUTOENCODER, output: "identity", values: "rating", clip: true };

/**
 * What a family's metadata may name.
 * @type {Record<string, { outputs: string[], hasLayers: boolean }>}
 */
const FAMILIES = {
  ncf: { outputs: ["sigmoid", "identity"], hasLayers: false },
  autoencoder: { outputs: [...RISING, "softmax"], hasLayers: true },
  candidates: { outputs: ["identity", "softmax"], hasLayers: true },
  ranker: { outputs: ["exp", "sigmoid", "identity"], hasLayers: false },
};

/**
 * isFitted: whether a person is fitted by gradients, for which an activation's value must tell its
 * slope: swish takes a value below 0 at two places.
 *
 * @type {Record<string, { family: string, activation: string, output: string, isFitted?: boolean,
 *   values?: string, normalize?: string, clip?: boolean }>}
 */
const KINDS = {
  gmf: NCF,
  mlp: NCF,
  neumf: NCF,
  autoencoder: AUTOENCODER,
  "autorec-user": AUTOREC,
  "autorec-item": AUTOREC,
  cdae: { ...AUTOENCODER, isFitted: true },
  "mult-dae": { ...AUTOENCODER, activation: "tanh", output: "softmax", normalize: "l2" },
  candidates: { family: "candidates", activation: "relu", output: "identity" },
  ranker: { family: "ranker", activation: "relu", output: "exp" },
};

/**
 * Which code computes a kind.
 * @param {Kind} kind
 */
export const familyOf = (kind) =>
  /** @type {"ncf" | "autoencoder" | "candidates" | "ranker"} */ (KINDS[kind].family);

/**
 * Reads and checks `__metadata__.pocketrec`.
 *
 * @param {Record<string, string>} metadata
 * @returns {Readonly<Info>}
 */
export function readInfo(metadata) {
  const text = metadata.pocketrec;
  if (text === undefined) {
    throw new PocketrecError(
      "bad-metadata",
      "__metadata__.pocketrec",
      "a model's description",
      "none",
      {
        hint: "npx pocketrec convert makes a weights file of it.",
      },
    );
  }
  let info;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-metadata", "__metadata__.pocketrec", "JSON", show(text), {
      cause,
    });
  }
  return freeze(checkInfo(isObject(info) ? info : {}));
}

/** @param {any} value */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * @param {any} info
 * @returns {Info}
 */
function checkInfo(info) {
  if (info.format !== 1) {
    throw new PocketrecError("unsupported", "format", "1", show(info.format), {
      hint: "A newer pocketrec may read it.",
    });
  }
  demand(
    typeof info.kind === "string" && Object.hasOwn(KINDS, info.kind),
    "kind",
    Object.keys(KINDS).join(", "),
    info.kind,
    "unsupported",
  );
  const defaults = KINDS[info.kind];
  const { family } = defaults;
  const { outputs, hasLayers } = FAMILIES[family];
  const isAutoencoder = family === "autoencoder";
  const hasFeatures = family === "candidates" || family === "ranker";
  const {
    activation = defaults.activation,
    output = defaults.output,
    rating = {},
    check = [],
  } = info;
  const {
    tied = false,
    binarize_hidden = false,
    clip = defaults.clip ?? false,
    skip = "none",
  } = info;
  const activations = defaults.isFitted ? RISING : Object.keys(ACTIVATIONS);
  const isActivation = (/** @type {any} */ name) => activations.includes(name);
  demand(
    isActivation(activation) ||
      (hasLayers && Array.isArray(activation) && activation.every(isActivation)),
    "activation",
    activations.join(", "),
    activation,
  );
  demand(outputs.includes(output), "output", outputs.join(", "), output);
  demand(
    isObject(rating) && Object.values(rating).every(Number.isFinite),
    "rating",
    "numbers by name",
    rating,
  );
  demand(
    Array.isArray(check) && check.every(isCheck),
    "check",
    "a list of { vector, history or user, items, scores }",
    check,
  );
  for (const [name, value] of Object.entries({ tied, binarize_hidden, clip })) {
    demand(typeof value === "boolean", name, "true or false", value);
  }
  const hasEncoder = isAutoencoder && info.kind !== "autorec-item";
  demand(skip === "none" || (skip === "dense" && hasEncoder), "skip", '"none" or "dense"', skip);
  demand(!tied || hasEncoder, "tied", "weights of an encoder and a decoder", info.kind);
  demand(!(rating.minimum > rating.maximum), "rating", "a minimum below the maximum", rating);
  const fold_in = numbersOf(info, "fold_in", FOLD_IN, 0);
  demand(
    Number.isInteger(fold_in.steps) && fold_in.steps >= 1,
    "fold_in.steps",
    "1 to 10000",
    fold_in.steps,
  );
  const ridge = numbersOf(info, "ridge", RIDGE, 1e-6);
  const norm = numbersOf(info, "norm", NORM, 1e-12);
  const isRating = family === "ncf" && output === "identity";
  const input = isAutoencoder
    ? inputOf(defaults, info.input ?? {})
    : inputOf({ values: isRating ? "rating" : "binary" }, {});
  const { features = [], normalize = "none" } = info;
  if (hasFeatures) readSchema(features, info.kind);
  demand(
    normalize === "none" || (normalize === "l2" && family === "candidates"),
    "normalize",
    'of candidates "none" or "l2"',
    normalize,
  );
  return {
    ...info,
    activation,
    output,
    input,
    features,
    normalize,
    tied,
    skip,
    norm,
    binarize_hidden,
    clip,
    rating,
    ridge,
    fold_in,
    check,
  };
}

/** The most of each number; of the rest, 1000. */
const MOST = /** @type {Record<string, number>} */ ({ steps: 10_000, weight: 1e6, bias: 1e6 });

/**
 * Numbers by name, with defaults.
 *
 * @template {Record<string, number>} Numbers
 * @param {any} info
 * @param {string} key
 * @param {Numbers} defaults
 * @param {number} least
 * @returns {Numbers}
 */
function numbersOf(info, key, defaults, least) {
  const given = info[key] ?? {};
  demand(isObject(given), key, "numbers by name", given);
  const numbers = { ...defaults, ...given };
  for (const name of Object.keys(defaults)) {
    const value = numbers[name];
    const most = MOST[name] ?? 1000;
    demand(
      Number.isFinite(value) && value >= least && value <= most,
      `${key}.${name}`,
      `${least} to ${most}`,
      value,
    );
  }
  return numbers;
}

/**
 * @param {{ values?: string, normalize?: string }} defaults
 * @param {any} given
 * @returns {Info["input"]}
 */
function inputOf(defaults, given) {
  demand(isObject(given), "input", "an object", given);
  const {
    values = defaults.values,
    scale = 1,
    shift = 0,
    normalize = defaults.normalize ?? "none",
  } = given;
  demand(["binary", "rating"].includes(values), "input.values", '"binary" or "rating"', values);
  demand(["none", "l2"].includes(normalize), "input.normalize", '"none" or "l2"', normalize);
  demand(
    Number.isFinite(scale) && Math.abs(scale) >= 1e-6 && Math.abs(scale) <= 1e6,
    "input.scale",
    "1e-6 to 1e6",
    scale,
  );
  demand(Number.isFinite(shift) && Math.abs(shift) <= 1e6, "input.shift", "-1e6 to 1e6", shift);
  return { values, scale, shift, normalize };
}

/** @param {any} entry */
function isCheck(entry) {
  const isNumbers = (/** @type {any} */ list) => Array.isArray(list) && list.every(Number.isFinite);
  const isRows = (/** @type {any} */ list) =>
    isNumbers(list) &&
    list.every((/** @type {number} */ row) => Number.isInteger(row) && row >= 0 && row < 2 ** 32);
  if (
    !isObject(entry) ||
    !isRows(entry.items) ||
    !isNumbers(entry.scores) ||
    entry.items.length !== entry.scores.length
  )
    return false;
  const { vector, history, ratings, user, raw } = entry;
  const isTold = isObject(user) && (history === undefined || isRows(history));
  const isWho =
    vector === undefined
      ? isTold || (user === undefined && isRows(history))
      : isNumbers(vector) && history === undefined;
  return (
    isWho &&
    (ratings === undefined || (isNumbers(ratings) && ratings.length === history?.length)) &&
    (raw === undefined || (isNumbers(raw) && raw.length === entry.items.length))
  );
}

/**
 * @param {boolean} fine
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @param {import("../common/errors.js").ErrorCode} [code]
 */
function demand(fine, subject, expected, found, code = "bad-metadata") {
  if (!fine) throw new PocketrecError(code, subject, expected, show(found));
}

/**
 * @template T
 * @param {T} value
 * @returns {Readonly<T>}
 */
function freeze(value) {
  /** @type {unknown[]} */
  const left = [value];
  while (left.length) {
    const next = left.pop();
    if (!next || typeof next !== "object") continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) left.push(inner);
  }
  return value;
}
