// Compiled by tests/30-types.test.js against the installed package; it is not run.
import { createRecommender, loadModel, PocketrecError } from "pocketrec";
import { eraseWeights, fetchWeights } from "pocketrec/cache";
import { openHistory } from "pocketrec/history";
import { privateQuery } from "pocketrec/privacy";
import { createWorker } from "pocketrec/worker";

const history = await openHistory("films", {
  limit: 500,
  budget: { epsilon: 8, delta: 1e-5 },
  onWarning: ({ code }) => console.log(code),
});
history.addEventListener("change", () =>
  console.log(history.interactionCount, history.warning?.message),
);
await history.add([1, "a", { item: 3, rating: 5, time: Date.now() }]);
await history.remove("a");
for (const { item, rating, time } of history.since(new Date(0)))
  console.log(item, rating?.toFixed(), time + 1);
const where: "indexeddb" | "file" | "memory" = history.storage;
const text: string = JSON.stringify(history.export());
await history.import(text);
const { bytes, version, source, warning } = await fetchWeights("/manifest.json", "films", {
  signal: AbortSignal.timeout(1000),
});
const model = await loadModel(bytes);
const user = model.user({ history });
const query = await privateQuery(user, { epsilon: 4, delta: 1e-6 });
console.log(
  where,
  version,
  source,
  warning?.code === "integrity",
  query,
  history.spent.epsilon + history.ledger.length,
);
const worker = createWorker({
  onCrash: (error) =>
    console.log(error instanceof PocketrecError && error.code === "worker-crashed"),
});
const remote = await worker.loadModel(
  { manifest: "/manifest.json", name: "films" },
  { onProgress: ({ loaded }) => console.log(loaded) },
);
const remoteUser = await remote.user({ history });
const options = { topK: 1, signal: AbortSignal.timeout(9) };
const [first] = await remote.rank(remoteUser, [1, 2], options);
console.log(
  first.score?.toFixed(),
  (await remoteUser.vector).length,
  remote.weights?.version,
  remote.kind === "gmf",
);
const { recommendations } = await createRecommender({ rank: remote, history }).recommend();
worker.terminate();
await history.erase();
await eraseWeights(recommendations.length ? "films" : undefined);
