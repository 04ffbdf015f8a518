/** Interleaved timing: a slow moment of the machine meets all tasks. */

/**
 * @param {(() => unknown)[]} tasks
 * @param {{ rounds: number, batch: number, now?: () => number }} options batch: ms that a
 *   measurement lasts at least, since browsers round their clocks
 * @returns {number[][]} for each task, ms a call in each round
 */
export function interleave(tasks, { rounds, batch, now = () => performance.now() }) {
  const calls = tasks.map((task) => callsPerBatch(task, batch, now));
  const times = tasks.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < tasks.length; turn += 1) {
      const which = (round + turn) % tasks.length;
      times[which].push(timeCalls(tasks[which], calls[which], now) / calls[which]);
    }
  return times;
}

/** Warms a task up, and finds how many calls last long enough, three times in a row. */
function callsPerBatch(task, batch, now) {
  const once = (calls) => timeCalls(task, calls, now);
  for (let calls = 1; ;) {
    // A pause of the machine would make a single measurement long.
    const time = Math.min(once(calls), once(calls), once(calls));
    if (time >= batch) return calls;
    calls = Math.ceil(calls * Math.min(10, Math.max(2, (1.2 * batch) / Math.max(time, 0.01))));
  }
}

function timeCalls(task, calls, now) {
  const started = now();
  for (let k = 0; k < calls; k += 1) task();
  return now() - started;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How far apart two lists of scores are at most.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function largestDifference(one, other) {
  let most = 0;
  for (let k = 0; k < one.length; k += 1) most = Math.max(most, Math.abs(one[k] - other[k]));
  return most;
}

/**
 * So many candidates: the catalogue's rows, again and again where it has fewer.
 * @param {number} count
 * @param {number} items of the catalogue
 */
export const candidateRows = (count, items) =>
  Uint32Array.from({ length: count }, (_, k) => k % items);
