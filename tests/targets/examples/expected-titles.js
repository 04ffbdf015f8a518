// The list that an example must show: the package's own, in this process.
import { loadModel } from "../../../dist/index.node.js";

/** The titles recommended for a history of titles. @param {string[]} history */
export async function expectedTitles(history) {
  const model = await loadModel("examples/first/books.safetensors");
  const user = model.user({ history });
  const list = model.recommend(user, { topK: 5, exclude: user.items });
  model.dispose();
  return list.map(({ item }) => item);
}

/** The best five of some titles for a history, without those of the history. */
export async function rankedTitles(candidates, history) {
  const model = await loadModel("examples/first/books.safetensors");
  const user = model.user({ history });
  const list = model.rank(user, candidates, { topK: 5, exclude: user.items });
  model.dispose();
  return list.map(({ item }) => item);
}
