/**
 * What the server may learn about the visitor's taste: one genre, drawn on this device. The genre
 * nearest to the ratings is the likeliest, and none is excluded (docs/private-queries.md,
 * randomised response).
 */
import { describe } from "./user-input.js";
import { loadKept } from "./weights.js";

/** Per draw, and in total until the visitor forgets everything. */
export const EPSILON = 3;
export const BUDGET = { epsilon: 9 };

const CANDIDATES = "/models/candidates.safetensors";
const TASTES = "/api/tastes";

let opening = null;

/**
 * Draws a genre, after the draw is in the ledger.
 *
 * @param {import("./ratings.js").Ratings} ratings
 * @returns {Promise<import("./candidates.js").Asked>}
 */
export async function drawTaste(ratings) {
  opening ??= open().catch((error) => {
    opening = null;
    throw error;
  });
  const { privateQuery, finder, tastes } = await opening;
  const {
    history,
    features: { count },
  } = describe(ratings.entries());
  const { centroid, truthProbability } = await privateQuery(
    finder.user({ history, features: { count } }),
    {
      mechanism: "randomised-response",
      epsilon: EPSILON,
      centroids: tastes.map(({ vector }) => vector),
      ledger: ratings.ledger,
    },
  );
  return { list: tastes[centroid].list, drawn: { truth: truthProbability, among: tastes.length } };
}

/** The model of the user vector, and the server's genre vectors, the same for every visitor. */
async function open() {
  const [{ privateQuery }, { model: finder }, tastes] = await Promise.all([
    import("/dist/privacy.js"),
    loadKept(CANDIDATES),
    fetchTastes(),
  ]);
  return { privateQuery, finder, tastes };
}

async function fetchTastes() {
  const response = await fetch(TASTES);
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()).tastes;
}
