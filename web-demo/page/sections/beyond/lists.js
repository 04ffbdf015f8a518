/** The lists of four models for a history, in its order and with one film moved to the end. */

const SHOWN = 10;

/**
 * @param {import("../../state/visitor.js").Rating[]} ratings
 * @param {number} film moved to the end, where it is rated
 */
export function moved(ratings, film) {
  const last = ratings.filter(([id]) => id === film);
  return [...ratings.filter(([id]) => id !== film), ...last];
}

/**
 * @typedef {object} Found
 * @property {import("../../models/open-model.js").WorkerModel} model
 * @property {import("../../models/open-model.js").WorkerUser} user
 * @property {{ item: number, score: number }[]} list
 * @property {number} time ms
 *
 * @param {import("../../models/open-model.js").WorkerModel} model
 * @param {import("../../state/visitor.js").Rating[]} ratings the latest last
 * @returns {Promise<Found>}
 */
export async function listOf(model, ratings) {
  const started = performance.now();
  const user = await model.user({ history: ratings.map(([item, rating]) => ({ item, rating })) });
  const exclude = ratings.map(([id]) => id);
  const list = await model.recommend(user, { topK: SHOWN, exclude });
  return { model, user, list, time: performance.now() - started };
}

/** How many places of a list hold another film than before. */
export const changedPlaces = (list, before) =>
  list.filter(({ item }, place) => item !== before[place]?.item).length;
