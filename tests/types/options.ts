// Compiled by tests/30-types.test.js against the installed package; it is not run. An option whose
// value may be undefined is passed on as it is, with exactOptionalPropertyTypes, too.
import type { Interaction, LoadOptions, RankRequest } from "pocketrec";
import {
  blend,
  cap,
  corrupt,
  createRecommender,
  diversify,
  exactIndex,
  fromModel,
  loadModel,
  novelty,
  PocketrecError,
} from "pocketrec";
import type { Weights } from "pocketrec/cache";
import { fetchWeights } from "pocketrec/cache";
import { hnswIndex } from "pocketrec/hnsw";
import { openHistory } from "pocketrec/history";
import { packMaker } from "pocketrec/packs";
import { privateQuery } from "pocketrec/privacy";
import { createWorker } from "pocketrec/worker";

declare const none: undefined;
declare const seldom: <T>() => T | undefined;

const load: LoadOptions = { onProgress: none, signal: none, simd: none, module: none };
const model = await loadModel("m", { ...load, verify: seldom<boolean>() });
const history = await openHistory("h", {
  limit: none,
  budget: none,
  onWarning: none,
  folder: none,
});
const past: Interaction[] = [{ item: 1, rating: seldom<number>() }];
const user = model.user({ history: past, seed: none, fit: none, features: none, vector: none });
user.update({ add: none, remove: none, features: none });
await privateQuery(user, { epsilon: 4, delta: 1e-6, norm: none, ledger: seldom<typeof history>() });
await fetchWeights("/m", "films", { signal: none, onProgress: none });
await hnswIndex(model, { connectivity: none, file: none, signal: none, onProgress: none });
corrupt(past, { kind: "mask", q: 0.5, seed: none, rating: none });
model.rank(user, [1], { topK: none, exclude: none, filter: none, raw: none });
model.rankMany([user], [1], { topK: none, exclude: none, filter: none, precision: none });
model.rankMany(new Set([user]), [1], { exclude: ({ items }) => items });
const steps = [
  diversify({ model: none, vectors: new Map([[1, [1]]]), balance: none, topK: none, simd: none }),
  cap({ groupOf: String, maxPerGroup: 2, topK: none }),
  blend([{ model, user, weight: none }], { by: none }),
  novelty({ strength: 1, model, popularity: none, output: none }),
];
const recommender = createRecommender({
  retrieve: fromModel(model, { topK: none, index: seldom<ReturnType<typeof exactIndex>>() }),
  rank: (items, { signal }: RankRequest) => items.map((item) => ({ item, score: signal ? 1 : 0 })),
  rerank: steps,
  history: none,
  timeout: none,
});
await recommender.recommend({ topK: none, exclude: none, signal: none });
const worker = createWorker({ onCrash: none, start: none });
const remote = await worker.loadModel("m", { signal: none, onProgress: none });
const remoteUser = await remote.user({ history: none });
await remote.rank(remoteUser, [1], { topK: none, signal: none });
await remote.rankMany([remoteUser], [1], { exclude: none, signal: none });
await remote.rankMany([remoteUser], [1], { exclude: (one) => one.items, precision: none });
console.log(new PocketrecError("failed", "a", "b", "c", { hint: none }));

// Their bytes are in a memory of their own: what takes no shared memory takes them.
export const bodies = (weights: Weights) => [
  new Response(packMaker(weights.bytes).pack([1])),
  new Response(weights.bytes),
  new Blob([model.vectors([1]), user.vector, model.score(user, [1])]),
];
