/** The first stage on this device: a scan of the whole catalogue. In Node too. */

const FOUND_HERE = 500;

/**
 * @param {Pick<import("../../../js/worker/model.js").WorkerModel, "user" | "recommend">} finder a
 *   model of kind "candidates", in a worker or not
 * @param {{ history: { item: number, rating: number }[], features: { count: number } }} input
 * @returns {Promise<number[]>} film ids, the best first
 */
export async function find(finder, { history, features: { count } }) {
  const user = await finder.user({ history, features: { count } });
  const exclude = history.map(({ item }) => item);
  const found = await finder.recommend(user, { topK: FOUND_HERE, exclude });
  return found.map(({ item }) => item);
}
