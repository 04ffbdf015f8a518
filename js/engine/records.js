import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { indexOfNonFinite } from "../common/numbers.js";
import { keyOf } from "./keys.js";
import { asStored, modelWidth } from "./lengths.js";

/**
 * What a collection holds of items: their keys and vectors.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { Stored } from "./engine.js"
 * @import { EngineModel } from "./options.js"
 */

/**
 * @param {ItemId[]} ids
 * @param {Stored} stored
 * @throws {PocketrecError} "bad-argument" for an id twice, or one that is no key
 */
export function keysOf(ids, stored) {
  const keys = ids.map((id) => keyOf(id, stored.keys));
  if (new Set(keys).size === keys.length) return keys;
  const seen = new Set();
  const twice = keys.findIndex((key) => seen.size === seen.add(key).size);
  throw argumentError("items", "each item once", ids[twice]);
}

/**
 * A function that gives the vectors of a part of the items.
 *
 * @param {EngineModel} model
 * @param {Stored} stored
 * @param {ItemId[]} ids
 * @param {Float32Array | undefined} vectors
 * @returns {(first: number, end: number) => Float32Array[]}
 */
export function vectorsOf(model, stored, ids, vectors) {
  const width = modelWidth(stored);
  if (vectors && vectors.length !== ids.length * width) {
    const expected = `${ids.length} vectors of ${width} numbers`;
    throw argumentError("vectors", expected, `${vectors.length} numbers`);
  }
  return (first, end) => {
    const part =
      vectors?.subarray(first * width, end * width) ?? model.vectors(ids.slice(first, end));
    const wrong = indexOfNonFinite(part);
    if (wrong < 0) return split(part, end - first).map((vector) => asStored(vector, stored));
    const item = ids[first + Math.floor(wrong / width)];
    throw new PocketrecError("not-finite", "vectors", "finite numbers", `${part[wrong]}`, {
      hint: `It is in the vector of item ${JSON.stringify(item)}.`,
    });
  };
}

/**
 * @param {Float32Array} vectors (count, width) row-major
 * @param {number} count
 */
export const split = (vectors, count) => {
  const width = vectors.length / count;
  return Array.from({ length: count }, (_, at) => vectors.subarray(at * width, (at + 1) * width));
};
