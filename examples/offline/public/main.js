// The weights come from the browser's cache after the first visit; the page's own files from the
// service worker. Nothing needs a network then.
import { fetchWeights } from "./pocketrec/cache.js";
import { loadModel } from "./pocketrec/index.js";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

await navigator.serviceWorker.register("service-worker.js");
await navigator.serviceWorker.ready;

const { bytes, source } = await fetchWeights("manifest.json", "books");
console.log(`weights from the ${source}`);
const model = await loadModel(bytes);
const history = [];

for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => {
    history.push(title);
    show();
  });
  document.querySelector("#books").append(button);
}
show();

function show() {
  const user = model.user({ history });
  const list = model.recommend(user, { topK: 5, exclude: user.items });
  document.querySelector("#list").replaceChildren(
    ...list.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = item;
      return line;
    }),
  );
}
