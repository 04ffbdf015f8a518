import { PocketrecError } from "../common/errors.js";

/**
 * Whether a collection holds the vectors of a model: of another model's vectors a search would give
 * items that are wrong, and nothing would show it.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { Engine } from "./engine.js"
 * @import { Found } from "../pipeline/exact-index.js"
 */

/** How many items, evenly spaced over the model's rows, are compared at the opening. */
export const SAMPLE = 256;

/** How far a stored number may be from the model's, relative to the vector's largest. */
const STORED_TOLERANCE = 1e-3;

/**
 * @param {ItemId[]} ids
 * @returns {ItemId[]}
 */
export const sampleOf = (ids) =>
  ids.length <= SAMPLE
    ? ids
    : Array.from({ length: SAMPLE }, (_, i) => ids[Math.floor((i * ids.length) / SAMPLE)]);

/**
 * Compares stored vectors with the model's.
 *
 * @param {string} name of the engine
 * @param {{ id: ItemId, vector: ArrayLike<number> }[]} stored
 * @param {Map<ItemId, Float32Array>} expected by id
 * @throws {PocketrecError} "bad-shape"
 */
export function assertSameVectors(name, stored, expected) {
  for (const { id, vector } of stored) {
    const own = /** @type {Float32Array} */ (expected.get(id));
    const limit = STORED_TOLERANCE * Math.max(...own.map(Math.abs));
    if (own.some((value, k) => !(Math.abs(value - vector[k]) <= limit)))
      throw otherModel(name, `another vector of ${JSON.stringify(id)}`);
  }
}

/**
 * Compares the scores of one search with the model's.
 *
 * @param {Engine} engine
 * @param {{ given: number, own: number }[]} scores of items that the model knows
 * @throws {PocketrecError} "bad-shape"
 */
export function assertSameScores({ name, tolerance }, scores) {
  const sum = (/** @type {(one: { given: number, own: number }) => number} */ value) =>
    scores.reduce((total, one) => total + Math.abs(value(one)), 0);
  const size = sum(({ own }) => own);
  // The products of float32 vectors differ by their order of addition.
  if (sum(({ given, own }) => given - own) <= tolerance * size + 1e-5 * scores.length) return;
  throw otherModel(name, "scores that are not its inner products");
}

/**
 * @param {string} name
 * @param {string} found
 */
export const otherModel = (name, found) =>
  new PocketrecError("bad-shape", name, "the item vectors of this model", found, {
    hint: "Store this model's vectors in a collection of their own, and search there.",
  });
