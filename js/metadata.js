import { ACTIVATIONS } from "./abi.js";
import { PocketrecError, show } from "./errors.js";

/**
 * What a weights file says of itself (docs/format.md), with the defaults filled in.
 *
 * @typedef {object} Info
 * @property {1} format
 * @property {"gmf" | "mlp" | "neumf"} kind
 * @property {string} [name]
 * @property {"relu" | "sigmoid" | "tanh" | "identity"} activation of the tower
 * @property {"sigmoid" | "identity"} output
 * @property {{ minimum?: number, maximum?: number, positive?: number }} rating
 * @property {{ steps: number, learning_rate: number, negatives: number, prior: number }} fold_in
 * @property {Record<string, unknown>} [provenance]
 * @property {Record<string, unknown>} [metrics]
 * @property {{ vector: number[], items: number[], scores: number[], raw?: number[] }[]} [check]
 */

export const FOLD_IN = { steps: 100, learning_rate: 0.1, negatives: 4, prior: 1 };

/**
 * Reads and checks `__metadata__.pocketrec`.
 *
 * @param {Record<string, string>} metadata
 * @returns {Readonly<Info>}
 */
export function readInfo(metadata) {
  const text = metadata.pocketrec;
  if (text === undefined) {
    throw new PocketrecError("bad-metadata", "__metadata__.pocketrec", "a model's description", "none", {
      hint: "This safetensors file was not written for pocketrec: docs/format.md says what it needs.",
    });
  }
  let info;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-metadata", "__metadata__.pocketrec", "JSON", show(text), { cause });
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
  const { activation = "relu", output = "sigmoid", rating = {}, fold_in = {}, check = [] } = info;
  if (info.format !== 1) {
    throw new PocketrecError("unsupported", "format", "1", show(info.format), { hint: "A newer pocketrec may read it." });
  }
  demand(["gmf", "mlp", "neumf"].includes(info.kind), "kind", '"gmf", "mlp" or "neumf"', info.kind, "unsupported");
  demand(typeof activation === "string" && Object.hasOwn(ACTIVATIONS, activation), "activation", Object.keys(ACTIVATIONS).join(", "), activation);
  demand(["sigmoid", "identity"].includes(output), "output", '"sigmoid" or "identity"', output);
  demand(isObject(rating) && Object.values(rating).every(Number.isFinite), "rating", "numbers by name", rating);
  demand(Array.isArray(check) && check.every(isCheck), "check", "a list of { vector, items, scores }", check);
  demand(isObject(fold_in), "fold_in", "numbers by name", fold_in);
  const fold = { ...FOLD_IN, ...fold_in };
  demand(Number.isInteger(fold.steps) && fold.steps >= 1 && fold.steps <= 10_000, "fold_in.steps", "1 to 10000", fold.steps);
  for (const name of /** @type {const} */ (["learning_rate", "negatives", "prior"])) {
    demand(Number.isFinite(fold[name]) && fold[name] >= 0 && fold[name] <= 1000, `fold_in.${name}`, "0 to 1000", fold[name]);
  }
  return { ...info, activation, output, rating, fold_in: fold, check };
}

/** @param {any} entry */
function isCheck(entry) {
  return isObject(entry) && ["vector", "items", "scores"].every((name) => Array.isArray(entry[name]) &&
    entry[name].every(Number.isFinite)) && entry.items.length === entry.scores.length &&
    entry.items.every((/** @type {number} */ row) => Number.isInteger(row) && row >= 0 && row < 2 ** 32) &&
    (entry.raw === undefined || (Array.isArray(entry.raw) && entry.raw.length === entry.items.length && entry.raw.every(Number.isFinite)));
}

/**
 * @param {boolean} fine
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @param {import("./errors.js").ErrorCode} [code]
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
