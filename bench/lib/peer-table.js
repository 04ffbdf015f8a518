// Peers side by side: whether their scores are right, and how long they take.
import { markdownTable } from "markdown-table";
import { digits, maxDifference, median } from "./statistics.js";

const TOLERANCE = 1e-4;

/**
 * The peers that can run, restricted to the names that contain one of `only`.
 *
 * @template {{ name: string, needsRelaxedSimd?: boolean }} Peer
 * @param {Peer[]} peers
 * @param {string[]} only
 * @param {boolean} relaxedSimd
 * @returns {Peer[]}
 */
export function selectPeers(peers, only, relaxedSimd) {
  return peers.filter(
    ({ name, needsRelaxedSimd }) =>
      (relaxedSimd || !needsRelaxedSimd) &&
      (only.length === 0 || only.some((word) => name.includes(word))),
  );
}

/**
 * Starts a peer and compares its scores with the reference. A peer that fails or that is wrong is
 * listed without a time.
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

/** Started peers and their times as rows for `peerTable`. */
export function rowsOf(runners, times) {
  return runners.map(({ name, difference, failure, dtype }) => ({
    name,
    difference,
    failure,
    dtype,
    times: times[name],
  }));
}

/**
 * @param {{ name: string, difference?: number, failure?: string, times?: number[] }[]} rows
 * @param {string} baseName the peer that the others are divided by, round by round
 */
export function peerTable(rows, baseName) {
  const base = rows.find(({ name }) => name === baseName)?.times;
  const header = ["", "median ms", "lowest ms", `times ${baseName}`, "max difference"];
  const body = rows.map(({ name, difference, failure, times }) => {
    if (failure) return [name, "failed", "", "", ""];
    if (!times) return [name, "not timed", "", "", difference.toExponential(1)];
    const ratio = base ? digits(median(times.map((time, round) => time / base[round]))) : "";
    const lowest = digits(Math.min(...times));
    return [name, digits(median(times)), lowest, ratio, difference?.toExponential(1) ?? ""];
  });
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r", "r"] });
}

/** Prints why peers failed, and makes the process exit with 1 if any failed or was wrong. */
export function reportFailures(runners) {
  for (const { name, failure } of runners) if (failure) console.log(`${name}: ${failure}\n`);
  if (runners.some(({ isRight }) => !isRight)) process.exitCode = 1;
}
