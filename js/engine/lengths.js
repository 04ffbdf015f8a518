/**
 * Items brought to one length, by one more coordinate (Bachrach et al., RecSys 2014). A query has 0
 * there, so inner products stay the same, and among the items the largest inner product is the
 * smallest angle: a graph over them holds together, where one over plain inner products may not.
 *
 * @import { EngineModel } from "./options.js"
 * @import { Stored } from "./engine.js"
 */

/** Items to read at a time. */
const CHUNK = 4096;

/**
 * The width of the model's vectors in a collection.
 *
 * @param {Stored} stored
 */
export const modelWidth = ({ width, length }) => (length === undefined ? width : width - 1);

/**
 * The length of the longest item vector.
 *
 * @param {EngineModel} model
 * @param {number} count
 */
export function longest(model, count) {
  let most = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const vectors = model.vectors(Uint32Array.from({ length: size }, (_, i) => first + i));
    const width = vectors.length / size;
    for (let at = 0; at < vectors.length; at += width)
      most = Math.max(most, squareOf(vectors.subarray(at, at + width)));
  }
  return Math.sqrt(most);
}

/**
 * A vector as the collection has it. One that is longer than the rest stays as it is: its scores
 * are right, too.
 *
 * @param {Float32Array} vector
 * @param {Stored} stored
 */
export function asStored(vector, { width, length }) {
  if (length === undefined) return vector;
  const longer = new Float32Array(width);
  longer.set(vector);
  longer[width - 1] = Math.sqrt(Math.max(0, length ** 2 - squareOf(vector)));
  return longer;
}

/** @param {Float32Array} vector */
const squareOf = (vector) => vector.reduce((sum, x) => sum + x * x, 0);
