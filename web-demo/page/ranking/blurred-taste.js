/**
 * What the server may learn about the visitor's taste: one genre, drawn on this device. The genre
 * nearest to the ratings is the likeliest, and none is excluded (docs/private-queries.md,
 * randomised response).
 */
import { openModel } from "../models/open-model.js";
import { describe } from "./user-input.js";

/** Per draw. The budget in total is in budget.js. */
export const EPSILON = 3;

const TASTES = "api/tastes"; // genre vectors, the same for every visitor

let fetching = null;

/**
 * Draws a genre, after the draw is in the ledger.
 *
 * @param {[id: number, stars: number][]} ratings
 * @param {import("../../../js/privacy/ledger.js").Ledger} ledger
 * @returns {Promise<{ list: string, truth: number, among: number }>} truth: the probability that it
 *   is the nearest
 */
export async function drawTaste(ratings, ledger) {
  const [{ privateQuery }, finder, tastes] = await Promise.all([
    import("pocketrec/privacy"),
    openModel("candidates"),
    fetchTastes(),
  ]);
  const { history, features } = describe(ratings);
  const user = await finder.user({ history, features: { count: features.count } });
  const { centroid, truthProbability } = await privateQuery(user, {
    mechanism: "randomised-response",
    epsilon: EPSILON,
    centroids: tastes.map(({ vector }) => vector),
    ledger,
  });
  return { list: tastes[centroid].list, truth: truthProbability, among: tastes.length };
}

function fetchTastes() {
  fetching ??= fetchAnew().catch((error) => {
    fetching = null;
    throw error;
  });
  return fetching;
}

async function fetchAnew() {
  const response = await fetch(TASTES);
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()).tastes;
}
