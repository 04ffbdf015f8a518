// The server's candidates, ranked here.
import { createRecommender, loadModel } from "./pocketrec/index.js";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

const model = await loadModel("books.safetensors");
const history = [];
const recommender = createRecommender({
  retrieve: ({ signal }) => fetch("candidates", { signal }), // a candidate pack
  rank: model,
  history: () => history,
});

for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => {
    history.push(title);
    show();
  });
  document.querySelector("#books").append(button);
}
await show();

async function show() {
  const { recommendations } = await recommender.recommend({ topK: 5 });
  document.querySelector("#list").replaceChildren(
    ...recommendations.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = item;
      return line;
    }),
  );
}
