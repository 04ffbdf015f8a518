// The popup of an extension: the history is kept in the extension's own storage.
import { openHistory } from "./pocketrec/history.js";
import { loadModel } from "./pocketrec/index.js";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

const history = await openHistory("books");
const model = await loadModel("pocketrec/books.safetensors");
const user = model.user({ history });

for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => history.add(title));
  document.querySelector("#books").append(button);
}
history.addEventListener("change", show);
show();

function show() {
  const list = model.recommend(user, { topK: 5, exclude: user.items });
  document.querySelector("#list").replaceChildren(
    ...list.map(({ item }) => {
      const line = document.createElement("li");
      line.textContent = item;
      return line;
    }),
  );
}
