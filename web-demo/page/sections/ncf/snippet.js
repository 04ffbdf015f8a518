import { loadModel } from "pocketrec";

const history = [{ item: 260, rating: 5 }];
const gmf = await loadModel("models/gmf.safetensors");
const mlp = await loadModel("models/mlp.safetensors");

// h = [alpha h_GMF, (1 - alpha) h_MLP]
const neumf = await loadModel({
  gmf: "models/gmf.safetensors",
  mlp: "models/mlp.safetensors",
  alpha: 0.5,
});
const vectors = [gmf, mlp].map((model) => model.user({ history }).vector);
const user = neumf.user({ vector: vectors.flatMap((vector) => [...vector]) });

console.table(neumf.recommend(user, { topK: 10, exclude: [260] }));
