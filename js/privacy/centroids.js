import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { demandVector, ofLength } from "./vectors.js";

/**
 * How near each centroid is to a vector: by the angle, that is by the inner product of both at
 * length 1.
 *
 * @param {any} centroids
 * @param {ArrayLike<number>} vector
 * @returns {Float64Array} -1 to 1, one a centroid
 */
export function nearness(centroids, vector) {
  if (!Array.isArray(centroids) || centroids.length === 0)
    throw argumentError("centroids", "a list of vectors", centroids);
  const direction = ofLength(vector, 1);
  return Float64Array.from(centroids, (centroid, at) => {
    const unit = ofLength(demandVector(centroid, `centroids, entry ${at}`), 1);
    if (unit.length !== direction.length) {
      const expected = `${direction.length} numbers, as the person's vector has`;
      throw new PocketrecError(
        "bad-argument",
        `centroids, entry ${at}`,
        expected,
        `${unit.length}`,
      );
    }
    if (unit.every((value) => value === 0))
      throw argumentError(`centroids, entry ${at}`, "a vector with a direction", "zeros");
    return unit.reduce((sum, value, i) => sum + value * direction[i], 0);
  });
}

/**
 * The place of the largest; the first of several. For a vector of zeros that is the first centroid.
 *
 * @param {Float64Array} nearness
 * @param {(at: number) => boolean} [isOpen] which places count
 * @returns {number} -1 where none counts
 */
export function nearest(nearness, isOpen = () => true) {
  return nearness.reduce(
    (best, value, at) => (isOpen(at) && !(best >= 0 && nearness[best] >= value) ? at : best),
    -1,
  );
}
