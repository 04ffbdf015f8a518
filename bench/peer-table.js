// A peer beside the others: whether it answers right, and how long it takes.
import { markdownTable } from "markdown-table";
import { digits, median } from "./statistics.js";

const TOLERANCE = 1e-4;

/**
 * Starts a peer and compares its scores with the reference. One that fails or answers wrong stands
 * in the table without a time.
 *
 * @template Runner
 * @param {string} name
 * @param {() => Promise<Runner>} load
 * @param {(runner: Runner) => ArrayLike<number> | Promise<ArrayLike<number>>} call what is timed
 * @param {Float64Array} expected
 */
export async function startPeer(name, load, call, expected) {
  try {
    const runner = await load();
    const difference = maxDifference(await call(runner), expected);
    return { name, runner, difference, isRight: difference <= TOLERANCE, call: () => call(runner) };
  } catch (error) {
    return { name, failure: error.message, isRight: false };
  }
}

function maxDifference(scores, expected) {
  if (scores.length !== expected.length)
    throw new Error(`${scores.length} scores for ${expected.length} candidates`);
  // A NaN must not pass as the smallest difference.
  return expected.reduce((max, value, i) => Math.max(max, Math.abs(scores[i] - value)), 0);
}

/**
 * @param {{ name: string, difference?: number, failure?: string, times?: number[] }[]} rows
 * @param {string} baseName the peer that the others are compared with, round by round
 */
export function peerTable(rows, baseName) {
  const base = rows.find(({ name }) => name === baseName)?.times;
  const header = ["", "median ms", "lowest ms", `times ${baseName}`, "max |difference|"];
  const body = rows.map(({ name, difference, failure, times }) => {
    if (failure) return [name, "failed", "", "", ""];
    if (!times) return [name, "not timed", "", "", difference.toExponential(1)];
    const ratio = base ? digits(median(times.map((time, round) => time / base[round]))) : "";
    return [
      name,
      digits(median(times)),
      digits(Math.min(...times)),
      ratio,
      difference?.toExponential(1) ?? "",
    ];
  });
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r", "r"] });
}
