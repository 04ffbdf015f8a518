import { PocketrecError, show } from "../common/errors.js";
import { readSchema } from "./feature-schema.js";
import { assert, isObject, readNumbers } from "./metadata-checks.js";
import { foldInOf } from "./fold-in-info.js";

/**
 * @import { Kind } from "../families/index.js"
 *
 * @typedef {object} Info a weights file's own description (docs/format.md), with the defaults
 *   filled in
 * @property {1} format the version of the file format
 * @property {Kind} kind the architecture
 * @property {string} [name] as its maker calls it
 * @property {string | string[]} activation of the tower; of an autoencoder also one for each hidden
 *   layer
 * @property {string} output the function from raw score to score: "sigmoid", "identity", "softmax"
 *   and so on
 * @property {InputInfo} input what the model sees of an interaction
 * @property {boolean} needsRatings whether each interaction needs a rating, as the model reads
 *   ratings; derived from `input`
 * @property {Record<string, unknown>[]} features of candidates and ranker; as feature-schema.js
 *   reads them
 * @property {"none" | "l2"} normalize the vectors of both sides
 * @property {boolean} tied whether an autoencoder's decoder has the weights of its encoder
 * @property {"none" | "dense"} skip which of the encoder's layers also feed layers after the next
 * @property {NormInfo} norm of an autoencoder's normalised layers
 * @property {boolean} user_bias whether the user vector of a dot product ends with a bias
 * @property {boolean} binarize_hidden whether the codes of an autoencoder are 0 or 1
 * @property {boolean} clip whether predictions are held within the scale of ratings
 * @property {RatingScale} rating the scale of ratings
 * @property {RidgeInfo} ridge how I-AutoRec solves for a new user
 * @property {FoldInInfo} fold_in how a new user's vector is fitted
 * @property {number} [heads] of SASRec's attention
 * @property {number} [embedding_scale] what SASRec multiplies an item's embedding with
 * @property {"first" | "last"} [positions] which event of SASRec's window has a fixed position
 * @property {"masked" | "zero" | "attended"} [padding] what short histories attend to in SASRec
 * @property {number} [window] the number of events that GRU4Rec reads at most
 * @property {"after" | "before"} [reset] whether GRU4Rec's reset gate comes after a product
 * @property {Assumption[]} [assumed] what the training framework's file did not say
 * @property {Record<string, unknown>} [provenance] data set, licence, script and settings
 * @property {Record<string, unknown>} [metrics] as the file states them
 * @property {Check[]} [check] check vectors, which `loadModel` with `verify` computes again
 *
 * @typedef {object} InputInfo what a model reads of an interaction
 * @property {"binary" | "rating"} values whether there was an interaction, or its rating
 * @property {number} scale the input is scale * (rating - shift)
 * @property {number} shift in units of the rating
 * @property {"none" | "l2"} normalize the whole input to length 1, or not
 *
 * @typedef {object} NormInfo of normalised layers
 * @property {number} epsilon added to the variance
 * @property {string} [order] of SASRec: whether normalisation comes "after" sums, "before" layers,
 *   or before the "query" alone
 *
 * @typedef {object} RatingScale the scale of ratings
 * @property {number} [minimum] the lowest rating
 * @property {number} [maximum] the highest rating
 * @property {number} [positive] where no ratings are needed, one below it counts as a dislike
 *
 * @typedef {object} RidgeInfo of the ridge regression for a new user
 * @property {number} weight the penalty of the row's weights
 * @property {number} bias the penalty of its bias
 *
 * @typedef {import("./fold-in-info.js").FoldInInfo} FoldInInfo
 *
 * @typedef {object} Assumption what the training framework's file did not say
 * @property {string} subject what was assumed, such as the order of columns
 * @property {unknown} value as assumed
 * @property {boolean} [checked] whether scores of the framework have proved it
 *
 * @typedef {object} Check a user and the scores that the training framework gave
 * @property {number[]} [vector] the user as a vector
 * @property {number[]} [history] the user as a history, rows of items
 * @property {number[]} [ratings] of the history, one a row
 * @property {Record<string, unknown>} [user] the user's features, by name
 * @property {number[]} items rows
 * @property {number[]} scores one an item
 * @property {number[]} [raw] raw scores, one an item
 *
 * @typedef {object} KindRules what the description of a kind may hold, and its defaults
 * @property {string} activation default
 * @property {readonly string[]} activations
 * @property {boolean} [hasActivations] whether each hidden layer may have its own
 * @property {string} output default
 * @property {readonly string[]} outputs
 * @property {string} [ratingOutput] the output that makes the interactions ratings
 * @property {{ values: "binary" | "rating", normalize: "none" | "l2" }} [input] defaults, where the
 *   file may describe the encoder's input
 * @property {boolean} [hasEncoder] whether `tied` and `skip` apply
 * @property {boolean} [clip] default
 * @property {readonly string[]} [featureSides] the sides that `features` describe
 * @property {boolean} [canNormalize] whether `normalize` applies
 * @property {(info: Info) => Partial<Info>} [read] checks what the kind has beside the others, and
 *   gives it with its defaults
 * @property {readonly string[]} [losses] what `fold_in.loss` may be, where a fit needs it
 */

const RIDGE = { weight: 1, bias: 1 };
const NORM = { epsilon: 1e-5 };

/** Levels of lists and objects in the description. */
const DEPTH_MAX = 100;

/**
 * Reads and checks `__metadata__.pocketrec`.
 *
 * @param {Record<string, string>} metadata
 * @param {Record<string, KindRules>} rules of each kind
 * @returns {Readonly<Info>} frozen
 * @throws {PocketrecError} "bad-metadata", "unsupported"
 */
export function readMetadata(metadata, rules) {
  const text = metadata.pocketrec;
  if (text === undefined) {
    throw new PocketrecError(
      "bad-metadata",
      "__metadata__.pocketrec",
      "a model's description",
      "none",
      { hint: "npx pocketrec-cli convert makes a weights file of it." },
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
  return freeze(checkInfo(isObject(info) ? info : {}, rules));
}

/**
 * @param {any} info
 * @param {Record<string, KindRules>} rules
 * @returns {Info}
 */
function checkInfo(info, rules) {
  if (info.format !== 1) {
    throw new PocketrecError("unsupported", "format", "1", show(info.format), {
      hint: "A newer pocketrec may read it.",
    });
  }
  const { kind } = info;
  assert(
    typeof kind === "string" && Object.hasOwn(rules, kind),
    "kind",
    Object.keys(rules).join(", "),
    kind,
    "unsupported",
  );
  const rule = rules[kind];
  const { rating = {}, check = [], features = [], output = rule.output } = info;
  assert(rule.outputs.includes(output), "output", rule.outputs.join(", "), output);
  assert(
    isObject(rating) && Object.values(rating).every(Number.isFinite),
    "rating",
    "numbers by name",
    rating,
  );
  assert(!(rating.minimum > rating.maximum), "rating", "a minimum below the maximum", rating);
  assert(
    Array.isArray(check) && check.every(isCheck),
    "check",
    "a list of { vector, history or user, items, scores }",
    check,
  );
  const { assumed = [] } = info;
  const isAssumed = (/** @type {any} */ one) => isObject(one) && typeof one.subject === "string";
  assert(
    Array.isArray(assumed) && assumed.every(isAssumed),
    "assumed",
    "a list of { subject, value }",
    assumed,
  );
  if (rule.featureSides) readSchema(features, rule.featureSides);
  const numbers = numbersOf(info, rule);
  const { loss } = numbers.fold_in;
  const input = inputOf(info.input ?? {}, rule.losses ? inputRuleOf(rule, loss) : rule, output);
  if (rule.losses) checkInput(input, loss);
  const read = {
    ...info,
    ...layersOf(info, rule),
    ...numbers,
    output,
    input,
    needsRatings: input.values === "rating" && loss !== "confidence",
    features,
    rating,
    check,
  };
  return { ...read, ...rule.read?.(read) };
}

/**
 * What the description holds of the layers.
 *
 * @param {any} info
 * @param {KindRules} rule
 */
function layersOf(info, rule) {
  const {
    activation = rule.activation,
    tied = false,
    binarize_hidden = false,
    clip = rule.clip ?? false,
    user_bias = false,
    skip = "none",
    normalize = "none",
  } = info;
  const isActivation = (/** @type {any} */ name) => rule.activations.includes(name);
  assert(
    isActivation(activation) ||
      (rule.hasActivations && Array.isArray(activation) && activation.every(isActivation)),
    "activation",
    rule.activations.join(", "),
    activation,
  );
  for (const [name, value] of Object.entries({ tied, binarize_hidden, clip, user_bias })) {
    assert(typeof value === "boolean", name, "true or false", value);
  }
  const { hasEncoder, canNormalize } = rule;
  assert(skip === "none" || (skip === "dense" && hasEncoder), "skip", '"none" or "dense"', skip);
  assert(!tied || hasEncoder, "tied", "weights of an encoder and a decoder", info.kind);
  assert(
    normalize === "none" || (normalize === "l2" && canNormalize),
    "normalize",
    canNormalize ? '"none" or "l2"' : '"none"',
    normalize,
  );
  return { activation, tied, binarize_hidden, clip, user_bias, skip, normalize };
}

/**
 * The numbers that fitting and normalising take.
 *
 * @param {any} info
 * @param {KindRules} rule
 */
function numbersOf(info, rule) {
  return {
    fold_in: foldInOf(info.fold_in, rule),
    ridge: readNumbers(info.ridge, "ridge", RIDGE, 1e-6),
    norm: readNumbers(info.norm, "norm", NORM, 1e-12),
  };
}

/**
 * What the model sees of an interaction. Without an encoder that is not for the file to choose.
 *
 * @param {any} given
 * @param {KindRules} rule
 * @param {string} output
 * @returns {Info["input"]}
 */
function inputOf(given, rule, output) {
  if (!rule.input) {
    const values = output === rule.ratingOutput ? "rating" : "binary";
    return { values, scale: 1, shift: 0, normalize: "none" };
  }
  const input = { ...rule.input, scale: 1, shift: 0, ...given };
  assert(isObject(given), "input", "an object", given);
  const { values, scale, shift, normalize } = input;
  assert(["binary", "rating"].includes(values), "input.values", '"binary" or "rating"', values);
  assert(["none", "l2"].includes(normalize), "input.normalize", '"none" or "l2"', normalize);
  const size = Math.abs(scale);
  const isScale = Number.isFinite(scale) && size >= 1e-6 && size <= 1e6;
  assert(isScale, "input.scale", "1e-6 to 1e6", scale);
  const isShift = Number.isFinite(shift) && Math.abs(shift) <= 1e6;
  assert(isShift, "input.shift", "-1e6 to 1e6", shift);
  return { values, scale, shift, normalize };
}

/**
 * The defaults of the input of a kind whose users are fitted by a stated loss.
 *
 * @param {KindRules} rule
 * @param {string | undefined} loss
 * @returns {KindRules}
 */
const inputRuleOf = (rule, loss) => ({
  ...rule,
  input: { values: loss === "squared" ? "rating" : "binary", normalize: "none" },
});

/**
 * @param {Info["input"]} input
 * @param {string | undefined} loss
 */
function checkInput({ values, scale, shift, normalize }, loss) {
  const isSquared = loss === "squared";
  const canRate = isSquared || loss === "confidence";
  assert(values === "binary" || canRate, "input.values", `"binary" with this loss`, values);
  assert(isSquared || (scale === 1 && shift === 0), "input.scale", "1, and a shift of 0", scale);
  assert(normalize === "none", "input.normalize", '"none"', normalize);
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
  const hasFeatures = isObject(user) && (history === undefined || isRows(history));
  const isUser =
    vector === undefined
      ? hasFeatures || (user === undefined && isRows(history))
      : isNumbers(vector) && history === undefined;
  return (
    isUser &&
    (ratings === undefined || (isNumbers(ratings) && ratings.length === history?.length)) &&
    (raw === undefined || (isNumbers(raw) && raw.length === entry.items.length))
  );
}

/**
 * Freezes a value from JSON with all that is in it, level by level. Deep nesting would overflow the
 * stack of what prints or copies it.
 *
 * @template T
 * @param {T} value
 * @returns {Readonly<T>}
 */
function freeze(value) {
  let level = /** @type {any[]} */ ([value]);
  for (let depth = 0; level.length; depth++) {
    assert(depth < DEPTH_MAX, "__metadata__.pocketrec", `at most ${DEPTH_MAX} levels`, level[0]);
    level = level.flatMap((next) =>
      next && typeof next === "object" ? Object.values(Object.freeze(next)) : [],
    );
  }
  return value;
}
