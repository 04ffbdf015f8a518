/**
 * What the names of tensors tell: people call the same thing by many names.
 */
const USER = new Set(
  "user users uid userid usr member members customer customers client person people visitor u p".split(
    " ",
  ),
);
const ITEM = new Set(
  "item items iid itemid movie movies film films product products book books song songs track tracks music article articles news anime game games video videos recipe recipes poi i q".split(
    " ",
  ),
);
const GMF = new Set(["gmf", "mf", "fm"]);
const MLP = new Set(["mlp", "nn", "dnn", "deep", "neural", "ncf"]);
const BIAS = new Set(["bias", "biases"]);

/**
 * The words of a name, small: "embed_user_GMF.weight" is embed, user, gmf, weight.
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
 * What the innermost part of a path tells that tells anything.
 *
 * @template T
 * @param {string} path
 * @param {(words: string[]) => T | undefined} tell
 */
function innermost(path, tell) {
  const told = path
    .split(/[./]/)
    .reverse()
    .map((part) => tell(wordsOf(part)));
  return told.find((value) => value !== undefined);
}

/**
 * @param {string} path
 * @returns {"user" | "item" | undefined} whose rows these are
 */
export const sideOf = (path) =>
  innermost(path, (words) => {
    const isUser = words.some((word) => USER.has(word));
    const isItem = words.some((word) => ITEM.has(word));
    return isUser === isItem ? undefined : isUser ? "user" : "item";
  });

/**
 * @param {string} path
 * @returns {"gmf" | "mlp" | undefined} which block of NeuMF
 */
export const blockOf = (path) =>
  innermost(path, (words) => {
    if (words.some((word) => GMF.has(word))) return "gmf";
    return words.some((word) => MLP.has(word)) ? "mlp" : undefined;
  });

/** @param {string} path */
export const isBias = (path) => wordsOf(path).some((word) => BIAS.has(word));

/**
 * Whether a name is of people themselves, as "user" and "user_id" are and "user_gender" is not.
 * @param {string} name
 */
export function isUserIdName(name) {
  const words = wordsOf(name);
  return (
    sideOf(name) === "user" &&
    (words.length === 1 || words.some((word) => ["id", "ids", "uid", "userid"].includes(word)))
  );
}
