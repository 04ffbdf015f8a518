// The model runs in a worker: the page stays responsive while it loads and ranks.
import { createWorker } from "pocketrec/worker";
import address from "pocketrec/books.safetensors?url";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

const worker = createWorker({ onCrash: (error) => console.error(error.message) });
const model = await worker.loadModel(address);
let user = await model.user({ history: [] });

for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => add(title));
  document.querySelector("#books").append(button);
}
await show();

async function add(title) {
  user = await user.update({ add: [title] });
  await show();
}

async function show() {
  const list = await model.recommend(user, { topK: 5, exclude: await user.items });
  document.querySelector("#list").replaceChildren(
    ...list.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = item;
      return line;
    }),
  );
}
