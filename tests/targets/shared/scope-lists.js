// Ranking in a scope without a page: service workers, shared workers, an extension's background.
import { loadModel } from "pocketrec";
import { fetchWeights } from "pocketrec/cache";
import { createWorker } from "pocketrec/worker";

import { BOOKS, CANDIDATES, HISTORY, TOP } from "./setting.js";

const { simd, bytes, sha256 } = BOOKS;

/**
 * @param {string} address of the weights, relative to the scope's script
 * @returns the lists, and the error of createWorker where the scope has no Worker
 */
export async function scopeLists(address) {
  const model = await loadModel(address, { simd });
  const user = model.user({ history: HISTORY });
  const manifest = { format: 1, weights: { books: { url: address, version: "1", bytes, sha256 } } };
  const stored = await fetchWeights(manifest, "books");
  const other = await loadModel(stored.bytes, { simd });
  const same = other.user({ history: HISTORY });
  return {
    recommended: model.recommend(user, { topK: TOP, exclude: user.items }),
    ranked: model.rank(user, CANDIDATES, { topK: TOP }),
    cached: other.recommend(same, { topK: TOP, exclude: same.items }),
    hasWorker: typeof Worker !== "undefined",
    worker: await workerOf(address),
  };
}

/** The list of a worker of this scope, or the error. */
async function workerOf(address) {
  const worker = createWorker();
  try {
    const model = await worker.loadModel(address, { simd });
    return await model.rank(await model.user({ history: HISTORY }), CANDIDATES, { topK: TOP });
  } catch ({ code, message }) {
    return { code, message };
  } finally {
    worker.terminate();
  }
}
