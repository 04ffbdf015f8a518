/**
 * What a visitor may tell the server of their taste: one of its genres, drawn on this device. The
 * nearest to the ratings is the likeliest, and no other is excluded (docs/private-queries.md,
 * randomised response).
 */
import { describe } from "./person.js";
import { loadKept } from "./weights.js";

/**
 * Of one question, and of all that this page may ever be made to tell before everything is
 * forgotten.
 */
export const EPSILON = 3;
export const BUDGET = { epsilon: 9 };

const CANDIDATES = "/models/candidates.safetensors";
const TASTES = "/api/tastes";

let opening = null;

/**
 * Draws a genre, once that is written down.
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

/**
 * What makes a vector of the visitor, and the vectors of those whom the server made up, which are
 * the same for everybody.
 */
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
