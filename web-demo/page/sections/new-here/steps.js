/** A visitor's ratings given one after another, and what a model makes of each beginning. */
import { sourceOf } from "./ways.js";

/** So many ratings at most are given one after another: the first ones move the vector most. */
export const MOST = 20;
const SHOWN = 10;

/**
 * @typedef {object} Step
 * @property {Float32Array} vector
 * @property {{ item: number, score: number }[]} list
 * @property {number} time ms for vector and list
 *
 * @param {import("../../models/open-model.js").WorkerModel} model
 * @param {string} way
 * @param {import("../../state/visitor.js").Rating[]} ratings
 * @param {AbortSignal} [signal]
 * @returns {Promise<Step[]>} after 0, 1, ... all ratings
 */
export async function stepsOf(model, way, ratings, signal) {
  const steps = [];
  for (let count = 0; count <= ratings.length && !signal?.aborted; count += 1)
    steps.push(await stepOf(model, way, ratings.slice(0, count)));
  return steps;
}

async function stepOf(model, way, given) {
  const started = performance.now();
  const user = await model.user(sourceOf(way, given));
  const list = await listOf(model, user, given);
  return { list, vector: await user.vector, time: performance.now() - started };
}

const listOf = (model, user, given) =>
  model.recommend(user, { topK: SHOWN, exclude: given.map(([id]) => id) });

/**
 * The user without one rating: by `user.update`, and made anew.
 *
 * @param {import("../../models/open-model.js").WorkerModel} model
 * @param {string} way
 * @param {import("../../state/visitor.js").Rating[]} given
 * @param {number} left the film whose rating is taken back
 */
export async function withoutOne(model, way, given, left) {
  const user = await model.user(sourceOf(way, given));
  await user.vector; // the first fit is over
  const rest = given.filter(([id]) => id !== left);
  const { features } = sourceOf(way, rest);
  const [updateTime] = await timed(async () => {
    await user.update({ remove: [left], features });
    return user.vector;
  });
  const [newTime, made] = await timed(async () => {
    const other = await model.user(sourceOf(way, rest));
    await other.vector;
    return other;
  });
  const [vector, anew] = [await user.vector, await made.vector];
  return {
    list: await listOf(model, user, given),
    updateTime,
    newTime,
    difference: Math.max(...vector.map((value, k) => Math.abs(value - anew[k]))),
  };
}

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}
