// Interleaved timing: every task runs one batch of calls per round, so that a slow minute of the
// machine affects all tasks.
const WARM_UP_MS = 120;

/**
 * @param {{ name: string, call: () => unknown }[]} tasks `call` may be async
 * @param {{ rounds: number, batchMs: number }} options a batch lasts at least `batchMs`
 * @returns {Promise<Record<string, number[]>>} by name, milliseconds per call in each round
 */
export async function interleave(tasks, { rounds, batchMs }) {
  const batches = new Map();
  for (const task of tasks) batches.set(task, await callsPerBatch(task, batchMs));
  const times = Object.fromEntries(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < tasks.length; turn++) {
      const task = tasks[(round + turn) % tasks.length];
      times[task.name].push((await timeBatch(task, batches.get(task))) / batches.get(task));
    }
  }
  return times;
}

/** Warms a task up and finds how many calls last at least `batchMs`. */
async function callsPerBatch(task, batchMs) {
  const warm = performance.now() + WARM_UP_MS;
  while (performance.now() < warm) await task.call();
  for (let calls = 1; ;) {
    const elapsed = await timeBatch(task, calls);
    if (elapsed >= batchMs) return calls;
    calls = Math.max(calls + 1, Math.ceil((calls * batchMs * 1.2) / Math.max(elapsed, 0.01)));
  }
}

async function timeBatch(task, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await task.call();
  return performance.now() - start;
}

/** A function that calls `call` with the next value each time, and starts again after the last. */
export function inTurn(values, call) {
  let turn = 0;
  return () => call(values[turn++ % values.length]);
}
