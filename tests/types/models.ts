// Compiled by tests/30-types.test.js against the installed package; it is not run.
import type { InteractionRows, Interactions } from "pocketrec";
import { corrupt, loadModel, PocketrecError } from "pocketrec";

const controller = new AbortController();
const model = await loadModel(new URL("https://example.org/model"), {
  signal: controller.signal,
  simd: "auto",
  verify: true,
  onProgress: ({ loaded, total }) => console.log(loaded / (total ?? loaded)),
});
const kind:
  | "gmf"
  | "mlp"
  | "neumf"
  | "dot"
  | "item-item"
  | "sasrec"
  | "gru4rec"
  | "autoencoder"
  | "autorec-user"
  | "autorec-item"
  | "cdae"
  | "mult-dae"
  | "candidates"
  | "ranker" = model.kind;
const user = model.user({ history: [{ item: "a", rating: 5 }, 3], seed: 2 });
const scores: Float32Array = model.score(user, ["a", 3], { raw: true });
for (const { item, score } of model.rank(user, Uint32Array.of(1), {
  topK: 3,
  exclude: user.items,
})) {
  const text: string | number = item;
  const number: number | null = score;
  console.log(kind, text, number, scores);
}
const rows: InteractionRows = { items: Uint32Array.of(1), ratings: Float32Array.of(5) };
const past: Interactions[] = [[{ item: "a" }, 3], new Set([1]), Uint32Array.of(1), rows];
for (const one of past) model.user({ history: one, vector: user.vector }).update({ add: one });
model.recommend(user, { exclude: { items: rows.items } });
const again = model.user({ vector: user.vector }).update({ add: [4], remove: ["a"] });
console.log(
  model.recommend(again)[0].score.toFixed(3),
  model.info.metrics,
  user.unknown,
  user.history,
);
const fitted = model.user({
  history: corrupt([1, { item: "a", rating: 2 }], {
    kind: "mask",
    q: 0.5,
    seed: 3,
    rating: model.info.rating,
  }),
  fit: true,
});
for (const { item, rating, effect } of model.explain(fitted, "a", { topK: 3 }))
  console.log(item, rating ?? 0, effect + model.bytes);
model.dispose();
await loadModel({ gmf: new ArrayBuffer(8), mlp: new Blob([]), alpha: 0.5 }).catch(
  (error: unknown) => {
    if (error instanceof PocketrecError && error.code === "http")
      console.log(error.subject, error.hint);
  },
);
