import { say } from "./terminal.js";

/**
 * Prints how the scores and recommendations of two models differ.
 * @param {import("../convert/compare.js").Comparison} comparison
 */
export function printComparison({
  users,
  topK,
  largest,
  largestRaw,
  spread,
  overlap,
  worst,
  same,
}) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}%`;
  const digits = (/** @type {number} */ value) => value.toPrecision(3);
  say(
    `scores       differ by at most ${digits(largest)}; raw scores by ${digits(largestRaw)} ` +
      `(standard deviation ${digits(spread)})`,
  );
  say(
    `best ${topK}      ${percent(overlap)} shared on average, ${percent(worst)} at worst; ` +
      `identical for ${percent(same)} of ${users} users`,
  );
}
