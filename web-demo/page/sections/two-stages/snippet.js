import { createRecommender, diversify, fromModel, loadModel } from "pocketrec";

const finder = await loadModel("models/candidates.safetensors");
const ranker = await loadModel("models/ranker.safetensors");
const history = [541, 1240, 260, 2571].map((item) => ({ item, rating: 5 }));

const recommender = createRecommender({
  retrieve: fromModel(finder, { topK: 500, features: { count: 4, searched: ["robots"] } }),
  rank: ranker,
  rerank: diversify({ model: ranker, balance: 0.9 }),
  history,
  features: { count: 4, mean_rating: 5 },
});
const { recommendations, counts, times } = await recommender.recommend({ topK: 10 });
console.table(recommendations); // scores: expected watch time
console.log(counts, times); // films and milliseconds by stage
