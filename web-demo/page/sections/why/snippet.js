import { loadModel } from "pocketrec";

const history = [541, 1240, 1196, 260, 2571]; // in the order of watching

for (const file of ["models/sasrec.safetensors", "models/ae.safetensors"]) {
  const model = await loadModel(file);
  for (const past of [history, history.toReversed()]) {
    const user = model.user({ history: past });
    const list = model.recommend(user, { topK: 5, exclude: history });
    console.log(model.kind, list.map(({ item }) => item).join(" "));
  }
}
