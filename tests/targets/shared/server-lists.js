// Ranking on a server, in the process and in a thread: lists of shared/setting.js.
import { loadModel } from "pocketrec";
import { createWorker } from "pocketrec/worker";

import { BOOKS, CANDIDATES, HISTORY, TOP } from "./setting.js";

const { simd } = BOOKS;

/**
 * @param {string} source the path or address of books.safetensors
 * @returns what shared/show-lists.js shows of the two, and how many threads were started
 */
export async function serverLists(source) {
  const model = await loadModel(source, { simd });
  const own = model.user({ history: HISTORY });
  const recommended = model.recommend(own, { topK: TOP, exclude: own.items });

  let threads = 0;
  const count = () => threads++;
  process.on("worker", count);
  const worker = createWorker();
  const there = await worker.loadModel(source, { simd });
  const user = await there.user({ history: HISTORY });
  const lists = {
    recommended: await there.recommend(user, { topK: TOP, exclude: await user.items }),
    ranked: await there.rank(user, CANDIDATES, { topK: TOP }),
  };
  worker.terminate();
  process.off("worker", count);
  return { recommended, worker: lists, threads };
}
