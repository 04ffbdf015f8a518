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
  // A sum of floats, in double, is finite where all of them are. Two sums, so that an addition need
  // not wait for the one before.
  let [sum, other] = [numbers.length % 2 ? numbers[0] : 0, 0];
  for (let i = numbers.length % 2; i < numbers.length; i += 2) {
    sum += numbers[i];
    other += numbers[i + 1];
  }
  if (Number.isFinite(sum + other)) return numbers;
  throw new PocketrecError("not-finite", subject, "finite numbers", "an overflow", {
    hint: "Are the ratings and weights on the model's scale?",
  });
}

/** Multiply-adds in double precision: a second or two. */
const EXPLAIN_WORK = 2.5e9;

/**
 * Refuses explanations that would take seconds.
 *
 * @param {number} work multiply-adds
 * @param {number} count of interactions
 * @param {number} width of the user vector
 * @throws {PocketrecError} "too-large"
 */
export function assertExplainable(work, count, width) {
  if (work <= EXPLAIN_WORK) return;
  throw new PocketrecError(
    "too-large",
    "explain",
    "a shorter history or user vector",
    `${count} interactions, ${width} numbers`,
  );
}
