// Peers are started, compared with the reference, and timed in rotation.
import { hasRelaxedSimd, isPage } from "#platform";
import { maxDifference } from "./statistics.js";
import { interleave } from "./timing.js";

const TOLERANCE = 1e-4;
/** Items whose scores are closer may change places in a list of float32 scores. */
const TIE = 1e-5;
const BATCH_MS = 8;

/**
 * A benchmark is a set of tables with the same peers.
 *
 * @typedef {object} Benchmark
 * @property {string[]} workloads
 * @property {string[]} [byDefault] those that are run where none is named
 * @property {string} base the peer that the others are divided by
 * @property {(workload: string, options: object) => Table | Promise<Table>} prepare
 *
 * @typedef {object} Table
 * @property {Peer[]} peers
 * @property {(peer: Peer) => Promise<object>} load
 * @property {(runner: object) => unknown} call what is timed; it may be async
 * @property {(result: any, peer: Peer) => number} differenceOf how far the first result is from the
 *   reference
 * @property {(runner: object, peer: Peer) => Promise<object>} [factsOf] what a row says beside its
 *   times
 * @property {{ name: string, isRight: true, call: () => unknown }[]} [beside] rows without a result
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {boolean} [needsRelaxedSimd]
 * @property {boolean} [needsNode]
 * @property {Function} [load]
 */

/**
 * The rows of a table.
 *
 * @param {Benchmark} benchmark
 * @param {string} workload
 * @param {{ only: string[], rounds: number, batchMs?: number }} options
 */
export async function measure(benchmark, workload, { only, rounds, batchMs = BATCH_MS, ...own }) {
  const table = await benchmark.prepare(workload, own);
  const runners = [];
  for (const peer of selectPeers(table.peers, only, await hasRelaxedSimd()))
    runners.push(await startIn(table, peer));
  runners.push(...(table.beside ?? []));
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs });
  for (const { runner } of runners) await runner?.dispose();
  return rowsOf(runners, times);
}

async function startIn({ load, call, differenceOf, factsOf }, peer) {
  const difference = (result) => differenceOf(result, peer);
  const started = await startPeer(peer.name, () => load(peer), call, difference);
  if (!started.isRight || !factsOf) return started;
  return { ...started, facts: await factsOf(started.runner, peer) };
}

/**
 * The peers that can run, restricted to the names that contain one of `only`.
 *
 * @template {Peer} Peer
 * @param {Peer[]} peers
 * @param {string[]} only
 * @param {boolean} relaxedSimd
 * @returns {Peer[]}
 */
export function selectPeers(peers, only, relaxedSimd) {
  return peers.filter(
    ({ name, needsRelaxedSimd, needsNode }) =>
      (relaxedSimd || !needsRelaxedSimd) &&
      !(isPage && needsNode) &&
      (only.length === 0 || only.some((word) => name.includes(word))),
  );
}

/**
 * Starts a peer and compares its first result with the reference. A peer that fails or that is
 * wrong is listed without a time.
 *
 * @template Runner
 * @param {string} name
 * @param {() => Promise<Runner>} load
 * @param {(runner: Runner) => unknown} call what is timed
 * @param {(result: any) => number} differenceOf
 */
export async function startPeer(name, load, call, differenceOf) {
  try {
    const runner = await load();
    const difference = differenceOf(await call(runner));
    return { name, runner, difference, isRight: difference <= TOLERANCE, call: () => call(runner) };
  } catch (error) {
    return { name, failure: error.message, isRight: false };
  }
}

/** Started peers and their times as rows for `peerTable`. */
export function rowsOf(runners, times) {
  return runners.map(({ name, difference, failure, facts, isRight, runner }) => ({
    name,
    difference,
    failure,
    facts,
    isRight,
    memory: runner?.memory,
    times: times[name],
  }));
}

/**
 * How far a result is from the reference: the scores of `itemRows`, or the ranked list that
 * pocketrec gives of the best of them.
 *
 * @param {ArrayLike<number>} expected float64 scores of `itemRows`
 * @param {Uint32Array} itemRows
 * @param {number} topK of the list
 * @returns {(result: ArrayLike<number> | { item: any, score: number }[]) => number}
 */
export function differenceFrom(expected, itemRows, topK) {
  const scores = new Map(Array.from(itemRows, (row, i) => [row, expected[i]]));
  const best = Float64Array.from(expected).sort().reverse().slice(0, topK);
  return (result) =>
    Array.isArray(result) ? listDifference(result, scores, best) : maxDifference(result, expected);
}

/** The largest difference of a score; an error if a place of the list has the wrong item. */
function listDifference(list, scores, best) {
  const rows = list.map(({ item }) => Number(item));
  if (new Set(rows).size !== best.length) throw new Error(`the list has not ${best.length} items`);
  for (const [place, row] of rows.entries())
    if (!(best[place] - scores.get(row) <= TIE)) throw new Error(`wrong item at place ${place}`);
  return maxDifference(
    list.map(({ score }) => score),
    rows.map((row) => scores.get(row)),
  );
}
