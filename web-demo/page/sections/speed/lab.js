/** One run of the lab: sizes one after another, as long as it is wanted. */
import { FILES } from "../../models/files.js";
import { fetchBytes } from "../../models/insides.js";
import { openModel } from "../../models/open-model.js";
import { inputOf } from "./input.js";
import { candidateRows, median } from "./measure.js";

const CALLS = 5; // through the page's worker

/** @typedef {{ size: number, package: number, plain: number, ratio: number, difference: number,
 *   through: number }} Measured ms, but for ratio and difference */

/**
 * @param {object} what
 * @param {string} what.name of models/files.js
 * @param {{ item: number, rating: number }[]} what.history
 * @param {number[]} what.sizes
 * @param {(about: { simd: string, items: number, work: number }) => void} what.onOpen
 * @param {(flow: import("../../state/flow.js").Flow) => void} what.onUser the list for the user
 * @param {(measured: Measured) => void} what.onResult
 * @param {AbortSignal} signal ends the run
 */
export async function runLab({ name, history, sizes, onOpen, onUser, onResult }, signal) {
  const worker = new Worker(new URL("./lab-worker.js", import.meta.url), { type: "module" });
  signal.addEventListener("abort", () => worker.terminate());
  try {
    const bytes = await fetchBytes(name);
    const about = await ask(worker, { open: { bytes, history } });
    if (signal.aborted) return;
    onOpen(about);
    const through = await opened(name, history);
    if (!signal.aborted) onUser(await listOf(through, history));
    for (const size of sizes) {
      const measured = await ask(worker, { size });
      const time = await timeThrough(through, candidateRows(size, about.items));
      if (signal.aborted) return;
      onResult({ ...measured, through: time });
    }
  } finally {
    worker.terminate();
  }
}

/** One question at a time: while the page measures, the lab's worker rests. */
function ask(worker, message) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = ({ message: text }) => reject(new Error(text));
    worker.postMessage(message);
  });
}

async function opened(name, history) {
  const model = await openModel(name);
  return { model, label: FILES[name].label, user: await model.user(inputOf(model.info, history)) };
}

/** The user whose candidates are scored, in the overview above the section. */
async function listOf({ model, user, label }, history) {
  const started = performance.now();
  const list = await model.recommend(user, { topK: 10, exclude: await user.items });
  return {
    model: label,
    history: history.length,
    vector: await user.vector,
    candidates: model.itemCount,
    best: list[0].score,
    list: list.map(({ item }) => item),
    time: performance.now() - started,
  };
}

/** As an app does it: rows to the page's worker, scores back. */
async function timeThrough({ model, user }, rows) {
  const times = [];
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now();
    await model.score(user, rows);
    times.push(performance.now() - started);
  }
  return median(times);
}
