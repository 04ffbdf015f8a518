/** What noise in a history does to the lists of two models, by the package. */
import { openModel } from "../../models/open-model.js";
import { KINDS, withNoise } from "./noise.js";
import { SHOWN, itemsOf, shared } from "./run.js";

export const COMPARED = ["ae", "dae"];
export const SEEDS = 20;

const POINTS = 6; // of the curve, beside none

/**
 * @typedef {import("./noise.js").Noise} Noise
 * @typedef {import("./run.js").History} History
 */

/**
 * The lists of a model without noise and with it. Both leave out the films of the whole history.
 *
 * @param {string} name
 * @param {History} history
 * @param {Noise} noise
 */
export async function listsOf(name, history, noise) {
  const model = await openModel(name);
  const [clean, noisy] = await Promise.all(
    [history, withNoise(history, noise)].map((read) => listOf(model, read, history)),
  );
  return { name, clean, noisy, kept: shared(clean, noisy) };
}

/**
 * How many films of the list stay, for growing noise: the mean and all draws. The models work in
 * the worker, a draw at a time, so that other calls come between.
 *
 * @param {History} history
 * @param {keyof typeof KINDS} kind
 * @param {AbortSignal} signal
 * @yields {{ name: string, q: number, mean: number, draws: number[] }}
 */
export async function* keptByNoise(history, kind, signal) {
  const models = await Promise.all(COMPARED.map(openModel));
  const clean = await Promise.all(models.map((model) => listOf(model, history, history)));
  for (let point = 0; point <= POINTS; point += 1) {
    const q = (KINDS[kind].max * point) / POINTS;
    for (const [index, model] of models.entries()) {
      const draws = [];
      for (let seed = 1; seed <= SEEDS && !signal.aborted; seed += 1) {
        const noisy = await listOf(model, withNoise(history, { kind, q, seed }), history);
        draws.push(shared(clean[index], noisy));
      }
      if (signal.aborted) return;
      yield { name: COMPARED[index], q, mean: mean(draws), draws };
    }
  }
}

async function listOf(model, read, history) {
  const user = await model.user({ history: read });
  return model.recommend(user, { topK: SHOWN, exclude: itemsOf(history) });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
