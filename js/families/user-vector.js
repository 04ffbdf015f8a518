import { PocketrecError } from "../common/errors.js";

/**
 * What was computed, unless an unreasonable history or file made a number of it NaN or infinite.
 * @template {Float32Array} Numbers
 * @param {Numbers} numbers
 * @param {string} [subject] what they are of
 * @returns {Numbers} the same
 * @throws {PocketrecError} "not-finite"
 */
export function assertFinite(numbers, subject = "user") {
  // A sum of floats, in double, is finite where all of them are.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  if (Number.isFinite(sum)) return numbers;
  throw new PocketrecError("not-finite", subject, "finite numbers", "an overflow", {
    hint: "Are the ratings and weights on the model's scale?",
  });
}
