/**
 * What the names of tensors and inputs reveal: which side a table belongs to, which block of a
 * NeuMF, whether it is a bias.
 */

/** @param {string} words */
const setOf = (words) => new Set(words.split(" "));

export const USER_WORDS = setOf(
  "user users uid userid usr member members customer customers client person people visitor u p " +
    "pu bu",
);
const ITEM_WORDS = setOf(
  "item items iid itemid movie movies film films product products book books song songs track " +
    "tracks music article articles news anime game games video videos recipe recipes poi i q " +
    "qi bi",
);
const GMF_WORDS = setOf("gmf mf fm");
const MLP_WORDS = setOf("mlp nn dnn deep neural ncf");
const BIAS_WORDS = setOf("bias biases b bu bi intercept intercepts offset");
const MEAN_WORDS = setOf("mu mean bias b intercept offset average avg");
const SIDE_WORDS = new Set([...USER_WORDS, ...ITEM_WORDS]);
const ID_WORDS = setOf("id ids uid userid");

/** Parts of names in Keras graphs. */
export const KERAS_USER = /user|person|people|customer|member|reader|viewer|visitor|uid/i;
export const KERAS_ITEM = anyOf(
  "item movie film book product song track artist article anime game recipe restaurant business " +
    "isbn iid mid",
);

/** Parts of names in ONNX graphs. */
const ONNX_USER = anyOf(
  "user uid member customer person people visitor account viewer reader player listener",
);
const ONNX_ITEM = anyOf(
  "item iid movie film product book song track artist article news game anime recipe video " +
    "business restaurant title",
);

/** @param {string} parts of names */
function anyOf(parts) {
  return new RegExp(parts.split(" ").join("|"), "i");
}

/** Whole names of a user's id, as an input or a table of a Keras tower. */
const USER_ID_NAME = new RegExp(
  "^(input_?)?(user|person|customer|member|reader|viewer|uid)s?" +
    "([ _-]?(id|ids|idx|index|input|in|emb.*))*$",
  "i",
);

/** Whole names of an input that holds a history. */
const HISTORY_NAME = new RegExp(
  "^(input_?)?(liked?|likes|hist(ory)?|watch(ed|es)?|viewed|clicked|bought" +
    "|items?_?hist.*|hist.*items?)$",
  "i",
);

/** @param {string} name */
export const isUserIdInput = (name) => USER_ID_NAME.test(name);

/** @param {string} name */
export const isHistoryInput = (name) => HISTORY_NAME.test(name);

/**
 * The words of a name in lower case: "embed_user_GMF.weight" is embed, user, gmf, weight.
 * @param {string} name
 */
export const wordsOf = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);

/**
 * The result for the innermost part of a path that has one.
 *
 * @template T
 * @param {string} path
 * @param {(words: string[]) => T | undefined} classify
 */
function innermost(path, classify) {
  const results = path
    .split(/[./]/)
    .reverse()
    .map((part) => classify(wordsOf(part)));
  return results.find((result) => result !== undefined);
}

/**
 * @param {boolean} isUser
 * @param {boolean} isItem
 * @returns {"user" | "item" | undefined} undefined: neither or both
 */
const sideFrom = (isUser, isItem) => (isUser === isItem ? undefined : isUser ? "user" : "item");

/**
 * Whether the rows of a table are users or items.
 * @param {string} path
 */
export const sideOf = (path) =>
  innermost(path, (words) =>
    sideFrom(
      words.some((word) => USER_WORDS.has(word)),
      words.some((word) => ITEM_WORDS.has(word)) || (words.length === 1 && words[0] === "v"),
    ),
  );

/**
 * The same for an input or a table of an ONNX graph.
 * @param {string} name
 */
export const onnxSideOf = (name) => sideFrom(ONNX_USER.test(name), ONNX_ITEM.test(name));

/**
 * The block of NeuMF that a tensor belongs to.
 *
 * @param {string} path
 * @returns {"gmf" | "mlp" | undefined}
 */
export const blockOf = (path) =>
  innermost(path, (words) => {
    if (words.some((word) => GMF_WORDS.has(word))) return "gmf";
    return words.some((word) => MLP_WORDS.has(word)) ? "mlp" : undefined;
  });

/** @param {string} path */
export const isBias = (path) => wordsOf(path).some((word) => BIAS_WORDS.has(word));

/**
 * Whether a single number is a mean that is added to every score, as "mu" and "global_bias" are and
 * "temperature" is not.
 *
 * @param {string} path
 */
export function isGlobalMean(path) {
  const words = wordsOf(path.split(/[./]/).at(-1) ?? "");
  return words.some((word) => MEAN_WORDS.has(word)) && !words.some((word) => SIDE_WORDS.has(word));
}

/**
 * Whether a feature is the user's id, as "user" and "user_id" are and "user_gender" is not.
 * @param {string} name
 */
export function isUserIdName(name) {
  const words = wordsOf(name);
  return (
    sideOf(name) === "user" && (words.length === 1 || words.some((word) => ID_WORDS.has(word)))
  );
}
