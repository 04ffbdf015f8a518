import { corrupt, loadModel } from "pocketrec";

const model = await loadModel("models/dae.safetensors");
const history = [541, 1240, 1196, 260, 2571]; // five films of science fiction
const half = corrupt(history, { kind: "mask", q: 0.5, seed: 2 });

for (const films of [history, half]) {
  const user = model.user({ history: films }); // one pass: 3,650 inputs to 96 numbers
  const list = model.recommend(user, { topK: 5, exclude: history });
  console.log(`${films.length} films in:`, list.map(({ item }) => item).join(" "));
}
