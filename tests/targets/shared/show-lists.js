// The app of every target that is a page: it ranks on its own thread and in a worker, and shows the
// lists as JSON.
import { diversify, loadModel } from "pocketrec";
import { fetchWeights } from "pocketrec/cache";
import { openHistory } from "pocketrec/history";
import { createWorker } from "pocketrec/worker";

import { BOOKS, CANDIDATES, HISTORY, TOP } from "./setting.js";

const { simd } = BOOKS;

/**
 * Shows the lists in an element #lists, which it adds to the page.
 *
 * @param {string} address of books.safetensors
 * @param {Parameters<typeof createWorker>[0]} [options] of createWorker
 */
export async function showLists(address, options) {
  const element = document.body.appendChild(document.createElement("pre"));
  element.id = "lists";
  try {
    element.textContent = JSON.stringify(await listsFor(address, options));
  } catch (error) {
    console.error(error);
    element.textContent = JSON.stringify({ error: String(error.stack ?? error) });
  }
}

/** The lists of all ways to rank. */
export async function listsFor(address, options) {
  return {
    ...(await listsOfPage(address)),
    history: await listOfHistory(address),
    cached: await listOfCache(address),
    worker: await listsOfWorker(address, options),
  };
}

/** The lists of the page's own thread. @param {string | Uint8Array} address or bytes */
export async function listsOfPage(address) {
  const model = await loadModel(address, { simd });
  const user = model.user({ history: HISTORY });
  const recommended = model.recommend(user, { topK: TOP, exclude: user.items });
  return {
    recommended,
    ranked: model.rank(user, CANDIDATES, { topK: TOP }),
    diversified: await diversify({ model, simd, balance: 0.3 })(recommended),
  };
}

async function listOfHistory(address) {
  const history = await openHistory("target");
  await history.add(HISTORY);
  const model = await loadModel(address, { simd });
  const user = model.user({ history });
  const list = model.recommend(user, { topK: TOP, exclude: user.items });
  history.close();
  return list;
}

async function listOfCache(address) {
  const { bytes, sha256 } = BOOKS;
  const url = new URL(address, location.href).href;
  const manifest = { format: 1, weights: { books: { url, version: "1", bytes, sha256 } } };
  const stored = await fetchWeights(manifest, "books");
  const model = await loadModel(stored.bytes, { simd });
  const user = model.user({ history: HISTORY });
  return model.recommend(user, { topK: TOP, exclude: user.items });
}

async function listsOfWorker(address, options) {
  const worker = createWorker(options);
  const model = await worker.loadModel(address, { simd });
  const user = await model.user({ history: HISTORY });
  return {
    recommended: await model.recommend(user, { topK: TOP, exclude: await user.items }),
    ranked: await model.rank(user, CANDIDATES, { topK: TOP }),
  };
}
