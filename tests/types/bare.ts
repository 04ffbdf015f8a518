// Compiled by tests/30-types.test.js against the installed package, in a program that knows the
// language alone: no DOM, no Node. It is not run.
import { createRecommender, diversify, fromModel, loadModel } from "pocketrec";
import { fetchWeights } from "pocketrec/cache";
import { engineIndex } from "pocketrec/engine";
import { hnswIndex } from "pocketrec/hnsw";
import { openHistory } from "pocketrec/history";
import { packMaker } from "pocketrec/packs";
import { privateQuery } from "pocketrec/privacy";
import { PocketrecError as WorkerError, createWorker } from "pocketrec/worker";
import "pocketrec/worker-thread";

declare const signal: NonNullable<NonNullable<Parameters<typeof loadModel>[1]>["signal"]>;
const isAborted: boolean = signal.aborted;

const { bytes } = await fetchWeights("/manifest.json", "films", { signal });
const model = await loadModel(bytes, { signal });
const history = await openHistory("films");
history.addEventListener("change", () => {});
const user = model.user({ history });
const query = await privateQuery(user, { epsilon: 4, delta: 1e-6 });
const index = await hnswIndex(model);
const pack: Uint8Array = packMaker(bytes).pack([1, 2]);
const recommender = createRecommender({
  retrieve: fromModel(model, { index }),
  rank: model,
  rerank: [diversify({ model })],
  history,
});
const { recommendations } = await recommender.recommend();
const worker = createWorker({ onCrash: (error) => error instanceof WorkerError });
const remote = await worker.loadModel({ manifest: "/manifest.json", name: "films" });
export const all = [engineIndex, isAborted, query.sigma, pack, recommendations];
export const more = [remote.kind, user.vector];

// What the package alone makes has no constructor.
// @ts-expect-error
export const wrong = new (model.constructor as typeof model)();
// The platform's types are real ones, not `any`.
// @ts-expect-error
export const text: string = signal;
