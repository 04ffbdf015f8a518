// Finds a shelf for the user on this device, fetches its candidates and ranks them here. The server
// learns the number of a shelf, which is true with a known probability only.
import { createRecommender, loadModel } from "./pocketrec/index.js";
import { openHistory } from "./pocketrec/history.js";
import { privateQuery } from "./pocketrec/privacy.js";

/** How often the user may be asked about: docs/private-queries.md. */
const EPSILON = 4;
const BUDGET = { epsilon: 12, delta: 0 };
/** Liked films before a shelf of one's own is worth its cost. */
const ENOUGH = 3;
const POPULAR_SHELF = 0;

const [candidates, ranker, shelves, catalogue] = await Promise.all([
  loadModel("models/candidates.safetensors"),
  loadModel("models/ranker.safetensors"),
  ...["shelves.json", "models/catalogue.json"].map((url) => fetch(url).then((it) => it.json())),
]);
const titles = new Map(catalogue.map(({ id, title }) => [id, title]));
const history = await openHistory("films", { budget: BUDGET });

/** The shelf of this user: asked once, and kept, since each question costs. */
async function shelfOf() {
  const kept = localStorage.getItem("shelf");
  if (kept !== null) return kept;
  if (history.interactionCount < ENOUGH) return POPULAR_SHELF;
  const user = candidates.user({ history, features: {} });
  const centroids = shelves.map(({ vector }) => Float32Array.from(vector));
  const query = { mechanism: "randomised-response", epsilon: EPSILON, centroids };
  const { centroid } = await privateQuery(user, query);
  localStorage.setItem("shelf", centroid);
  return centroid;
}

const recommender = createRecommender({
  retrieve: async ({ signal }) => fetch(`candidates/${await shelfOf()}`, { signal }),
  rank: ranker,
  history,
});

for (const { id, title } of shelves.flatMap(({ examples }) => examples.slice(0, 1))) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", async () => {
    await history.add(id);
    await show();
  });
  document.querySelector("#films").append(button);
}
await show();

async function show() {
  const { recommendations, source, warning } = await recommender.recommend({ topK: 5 });
  document.querySelector("#list").replaceChildren(
    ...recommendations.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = titles.get(item);
      return line;
    }),
  );
  const shelf = localStorage.getItem("shelf") ?? "none";
  document.querySelector("#note").textContent =
    `candidates: ${source}${warning ? ` (${warning.code})` : ""}; shelf: ${shelf}`;
}
