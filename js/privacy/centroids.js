import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { readVector, scaleTo } from "./vectors.js";

/**
 * The cosine similarity of each centroid to a vector.
 *
 * @param {any} centroids
 * @param {ArrayLike<number>} vector
 * @returns {Float64Array} -1 to 1, one per centroid; 0 for a vector of zeros
 * @throws {PocketrecError} "bad-argument", "not-finite"
 */
export function similarities(centroids, vector) {
  if (!Array.isArray(centroids) || centroids.length === 0)
    throw argumentError("centroids", "a list of vectors", centroids);
  const direction = scaleTo(vector, 1);
  return Float64Array.from(centroids, (centroid, at) => {
    const name = `centroids, entry ${at}`;
    const unit = scaleTo(readVector(centroid, name), 1);
    if (unit.length !== direction.length) {
      const expected = `${direction.length} numbers, as the user vector has`;
      throw new PocketrecError("bad-argument", name, expected, `${unit.length}`);
    }
    if (unit.every((value) => value === 0))
      throw argumentError(name, "a vector with a direction", "zeros");
    return unit.reduce((sum, value, i) => sum + value * direction[i], 0);
  });
}

/**
 * The index of the largest similarity, and the first of equal ones: 0 for a vector of zeros.
 *
 * @param {Float64Array} cosines
 * @param {(at: number) => boolean} [isAllowed] which indices may be returned
 * @returns {number} -1 where none is allowed
 */
export function indexOfNearest(cosines, isAllowed = () => true) {
  return cosines.reduce(
    (best, value, at) => (isAllowed(at) && !(best >= 0 && cosines[best] >= value) ? at : best),
    -1,
  );
}
