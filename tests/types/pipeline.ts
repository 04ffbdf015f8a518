// Compiled by tests/30-types.test.js against the installed package; it is not run.
import {
  blend,
  block,
  cap,
  compose,
  createRecommender,
  diversify,
  exactIndex,
  fromModel,
  loadModel,
  novelty,
  pin,
} from "pocketrec";
import { hnswIndex } from "pocketrec/hnsw";

const model = await loadModel("m");
const user = model.user({ history: [1] });
const index = await hnswIndex(model as any, {
  connectivity: 16,
  onProgress: ({ added, total }) => console.log(added / total),
});
await index.save("items.usearch");
const steps = compose(
  diversify({ vectors: new Map([[1, [0.5, 1]]]), balance: 0.5 }),
  cap({ groupOf: (item) => String(item), maxPerGroup: 2, topK: 10 }),
  blend([{ scores: "list" }, { model, user, weight: 2 }, { scores: [{ item: 1, score: null }] }], {
    by: "rank",
  }),
  novelty({ strength: 0.2, model }),
  novelty({ strength: 0.2, popularity: new Map([[1, 7]]), output: "sigmoid" }),
  pin([{ item: 3, position: 0 }]),
  block(new Set(["a"])),
  (list, context) => list.slice(0, context?.topK),
);
const list = await steps(model.rank(user, [1, 2]));
for (const retrieve of [
  undefined,
  fromModel(model, { topK: 100, index }),
  fromModel(model, { index: exactIndex(model) }),
  ({ signal }: { signal: AbortSignal }) => fetch("/api", { signal }),
  async () => [1, "a"],
]) {
  const recommender = createRecommender({
    retrieve,
    rank: model,
    rerank: [steps],
    history: async () => [{ item: 1, rating: 5 }],
    timeout: 500,
  });
  const { recommendations, source, warning, counts, times } = await recommender.recommend({
    topK: 5,
    exclude: recommender.lastCandidates,
  });
  const where: "retrieved" | "last" | "catalogue" = source;
  console.log(
    list,
    where,
    warning?.code === "timeout",
    counts.catalogue ?? 0,
    times.rank + counts.ranked,
    recommendations[0].score?.toFixed(),
  );
}
