// Whether memory stays flat: what the process holds at the end, against what it held after a
// warm-up.

/** What may come on top, in bytes: the engine compiles, caches and keeps free pages. */
const HEAP_SLACK = 8e6;
const PROCESS_SLACK = 80e6;

/** @typedef {{ heap: number, buffers: number, process: number }} Memory bytes */

/** Memory after garbage collection, where node runs with --expose-gc. @returns {Promise<Memory>} */
export async function measureMemory() {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    // Finalizers run between tasks.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: external, process: rss };
}

/**
 * Repeats a step, and compares the memory after a tenth of the repetitions with that at the end.
 *
 * @param {number} count
 * @param {(n: number) => unknown} step
 * @returns {Promise<{ before: Memory, after: Memory, isFlat: boolean }>}
 */
export async function repeat(count, step) {
  const warm = Math.max(1, Math.floor(count / 10));
  for (let n = 0; n < warm; n++) await step(n);
  const before = await measureMemory();
  for (let n = warm; n < count; n++) await step(n);
  const after = await measureMemory();
  const isFlat =
    after.heap < before.heap + HEAP_SLACK &&
    after.buffers < before.buffers + HEAP_SLACK &&
    after.process < before.process + PROCESS_SLACK;
  return { before, after, isFlat };
}
