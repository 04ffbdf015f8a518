import { loadModel } from "pocketrec";

const files = { gmf: "models/gmf.safetensors", mlp: "models/mlp.safetensors" };
const history = [{ item: 260, rating: 5 }];

const neumf = await loadModel({ ...files, alpha: 0.5 }); // h = [alpha h_GMF, (1 - alpha) h_MLP]
const [gmf, mlp] = await Promise.all([files.gmf, files.mlp].map((file) => loadModel(file)));
const vector = [gmf, mlp].flatMap((model) => [...model.user({ history }).vector]);
const user = neumf.user({ vector });

console.table(neumf.recommend(user, { topK: 10, exclude: [260] }));
console.log(neumf.score(user, [1196], { raw: true })[0]); // = half of either logit
