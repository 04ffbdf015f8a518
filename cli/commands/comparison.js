import { compareModels } from "../convert/compare.js";
import { sampleUsers } from "../convert/comparison-users.js";
import { loadModel } from "../convert/load-model.js";
import { readModelFile } from "../convert/model-file.js";
import { progress, say } from "./terminal.js";

/** What --prune does. */
export const PRUNE =
  "of kind item-item: keep so many numbers of each row of the matrix, the largest in magnitude";

/**
 * What a smaller file of the same model costs, over synthetic users.
 *
 * @param {Uint8Array} bytes
 * @param {Uint8Array} smaller
 * @param {{ users?: number, top?: number, seed?: number }} [options]
 */
export async function costOf(bytes, smaller, { users = 200, top = 10, seed = 1 } = {}) {
  const before = await loadModel(bytes);
  const after = await loadModel(smaller);
  const bar = progress("comparing", users);
  const sample = sampleUsers(before, readModelFile(bytes), users, seed);
  const cost = compareModels(before, after, sample, { topK: top, onProgress: bar.to });
  bar.end();
  const memory = { before: before.bytes, after: after.bytes };
  before.dispose();
  after.dispose();
  return { cost, memory };
}

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
