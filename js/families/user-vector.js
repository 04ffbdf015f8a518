import { PocketrecError } from "../common/errors.js";

/**
 * A user vector, unless an unreasonable history made a number of it NaN or infinite.
 *
 * @param {Float32Array} vector
 * @returns {Float32Array} the same
 * @throws {PocketrecError} "not-finite"
 */
export function assertFinite(vector) {
  // A sum of floats, in double, is finite where all of them are.
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i];
  if (Number.isFinite(sum)) return vector;
  throw new PocketrecError("not-finite", "user", "a vector of finite numbers", "an overflow", {
    hint: "Are the ratings on the model's scale?",
  });
}
