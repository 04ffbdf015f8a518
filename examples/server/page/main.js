// The server's candidates, ranked here. The weights come from the browser's cache from the second
// visit on; what the visitor likes stays in this page.
import { fetchWeights } from "./pocketrec/cache.js";
import { createRecommender, loadModel } from "./pocketrec/index.js";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

const books = document.querySelector("#books");
const select = document.querySelector("#lists");

const { bytes, version, source } = await fetchWeights("models/manifest.json", "books");
const model = await loadModel(bytes);
const history = [];
// The version is part of the address: a pack's rows mean something to these weights only.
const recommender = createRecommender({
  retrieve: ({ signal }) => fetch(`lists/${version}/${select.value}`, { signal }),
  rank: model,
  history: () => history,
});

const { lists } = await (await fetch(`lists/${version}/lists.json`)).json();
for (const name of lists) {
  select.append(new Option(name, `${name}.json`), new Option(`${name} (pack)`, `${name}.pack`));
}
select.addEventListener("change", show);
for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => {
    history.push(title);
    show();
  });
  books.append(button);
}
await show();

async function show() {
  const result = await recommender.recommend({ topK: 5 });
  document.querySelector("#list").replaceChildren(
    ...result.recommendations.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = item;
      return line;
    }),
  );
  const { warning } = result;
  document.querySelector("#status").textContent =
    `weights: ${source}; candidates: ${result.source}` + (warning ? ` (${warning.code})` : "");
}
