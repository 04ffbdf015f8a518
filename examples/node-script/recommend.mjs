// Prints recommendations for the ratings in a CSV file, and a reason for each.
import { readFile } from "node:fs/promises";

import { loadModel } from "pocketrec";

const [, ...lines] = (await readFile(process.argv[2], "utf8")).trim().split("\n");
const history = lines.map((line) => {
  const [item, rating] = line.split(",");
  return { item, rating: Number(rating) };
});

const model = await loadModel(import.meta.resolve("pocketrec/books.safetensors"));
const user = model.user({ history });
for (const { item } of model.recommend(user, { topK: 5, exclude: user.items })) {
  const [reason] = model.explain(user, item);
  console.log(`${item}, because of ${reason.item}`);
}
