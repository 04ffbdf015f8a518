import { wordsOf } from "../../name-hints.js";
import { isOpaque, ownerOf } from "../shared/activations.js";

/**
 * Plain numbers beside the tensors: attributes of a module's own classes, entries of a checkpoint.
 * Code may compute with each of them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 */

/** @param {string} words */
const setOf = (words) => new Set(words.split(" "));

/** Words of names of numbers that scores are often made with. */
const MULTIPLIERS = setOf("scale scaling scaler temperature temp tau multiplier std sigma");
const ADDED = setOf("mean mu avg average offset shift bias");
const ENDS = setOf("min max minimum maximum low high lo hi range clip");
const RATINGS = setOf("rating ratings score scores value values y r label output target");

/** Words of names of counts, and of numbers that training alone needs. */
const COUNTS = setOf("n num number count epochs epoch len length size dim dims seed index");
const HARMLESS = setOf(
  "width hidden layer layers unit units user users item items movie movies factors features " +
    "embed embedding embeddings emb k topk batch lr learning decay l reg regularization lambda " +
    "lam dropout drop momentum patience neg negative negatives workers device gpu version step " +
    "steps loss verbose init epsilon eps best metric",
);

/**
 * What is not used of a module's own numbers, or of a checkpoint's: "mean = 3.5".
 *
 * @param {Checkpoint} checkpoint
 * @returns {string[]} of several the first ones
 */
export function unusedNumbers({ settings, classes, tensors }) {
  const sizes = new Set([...tensors.values()].flatMap(({ shape }) => shape));
  const found = Object.entries(settings).filter(([path, value]) => {
    // A scalar of numpy is a tensor as well, which is accounted for.
    if (tensors.has(path)) return false;
    const owner = classes.size ? ownerOf(path, classes) : undefined;
    if (owner !== undefined && !isOpaque(owner)) return false;
    return isPart(path, value, sizes, owner !== undefined);
  });
  return found.slice(0, NAMED_MAX).map(([path, value]) => `${path} = ${String(value)}`);
}

/** How many numbers an assumption names, and how many of a list. */
const NAMED_MAX = 8;
const LIST_MAX = 4;

/**
 * Whether scores may be made with a number.
 *
 * @param {string} path
 * @param {unknown} value
 * @param {Set<number>} sizes of the tensors
 * @param {boolean} isAttribute of a module: its name need not speak for it
 */
function isPart(path, value, sizes, isAttribute) {
  const numbers = numbersOf(value, isAttribute);
  if (!numbers.length) return false;
  const words = wordsOf(path.split(".").at(-1) ?? "");
  const has = (/** @type {Set<string>} */ set) => words.some((word) => set.has(word));
  if (has(COUNTS)) return false;
  if (has(MULTIPLIERS)) return numbers.some((number) => number !== 1);
  if (has(ADDED)) return numbers.some((number) => number !== 0);
  if (has(ENDS) && (words.length === 1 || has(RATINGS))) return true;
  if (!isAttribute || has(HARMLESS)) return false;
  const isSize = (/** @type {number} */ number) => sizes.has(number) || sizes.has(number + 1);
  return !numbers.every(isSize);
}

/**
 * The numbers of a value; none if it is something else.
 *
 * @param {unknown} value
 * @param {boolean} isAttribute whose texts are no numbers; metadata of safetensors are texts
 * @returns {number[]}
 */
function numbersOf(value, isAttribute) {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > LIST_MAX) return [];
  const numbers = list.map((one) =>
    typeof one === "string" && !isAttribute && one.trim() !== "" ? Number(one) : one,
  );
  return numbers.every((one) => typeof one === "number" && Number.isFinite(one)) ? numbers : [];
}
