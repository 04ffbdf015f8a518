import { loadModel } from "pocketrec";

const history = [541, 1240, 1196, 260, 2571]; // the latest last
for (const name of ["ease", "ials", "sasrec"]) {
  const model = await loadModel(`models/${name}.safetensors`);
  const firstOf = (films) =>
    model.recommend(model.user({ history: films }), { topK: 3, exclude: films });
  console.log(name, firstOf(history), firstOf(history.toReversed()));
}
