import { setImmediate as turn } from "node:timers/promises";

import { PocketrecError } from "../../js/common/errors.js";

/** Between two looks at the signal, in milliseconds. */
const INTERVAL = 50;

/**
 * Lets long work be stopped, and shows its progress. Work is counted in operations, of which the
 * inversion does a known number.
 *
 * @param {{ signal?: AbortSignal, onProgress?: (done: number) => void }} [options]
 * @returns {import("./solver.js").Pace}
 */
export function createPace({ signal, onProgress } = {}) {
  let done = 0;
  let last = performance.now();
  return (work) => {
    done += work;
    if (performance.now() - last < INTERVAL) return;
    return turn().then(() => {
      if (signal?.aborted)
        throw new PocketrecError("aborted", "train", "to be finished", "stopped");
      onProgress?.(done);
      last = performance.now();
    });
  };
}
