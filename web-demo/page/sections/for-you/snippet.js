import { createRecommender, diversify, loadModel, novelty } from "pocketrec";

const model = await loadModel("models/neumf.safetensors");
const recommender = createRecommender({
  rank: model,
  rerank: [novelty({ model, strength: 2 }), diversify({ model, balance: 0.9 })],
  history: [{ item: 260, rating: 5 }], // stays on this device
});
const { recommendations, user } = await recommender.recommend({ topK: 10 });
console.table(recommendations);
console.log(model.explain(user, recommendations[0].item)); // because of which rating
