// A page without a bundler: the history is kept in the browser, and the list follows it.
import { loadModel } from "pocketrec";
import { openHistory } from "pocketrec/history";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

const history = await openHistory("books");
const model = await loadModel("node_modules/pocketrec/examples/first/books.safetensors");
const user = model.user({ history }); // follows the history from here on

const books = document.querySelector("#books");
const list = document.querySelector("#list");

for (const title of BOOKS) {
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", () => history.add(title));
  books.append(button);
}
document.querySelector("#forget").addEventListener("click", () => history.erase());
history.addEventListener("change", show);
show();

function show() {
  const items = model.recommend(user, { topK: 5, exclude: user.items }).map(({ item }) => item);
  list.replaceChildren(...items.map(toLine));
}

function toLine(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}
