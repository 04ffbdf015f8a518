// A user that is updated thousands of times has the scores of one that is made from the same
// history at once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { uniform } from "./lib/random.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 200;
const UPDATES = 3000;
const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);

/** The largest difference of raw scores, relative to the larger of 1 and the score. */
function difference(model, user, history) {
  const scores = model.score(user, ROWS, { raw: true });
  const fresh = model.score(model.user({ history }), ROWS, { raw: true });
  return fresh.reduce(
    (most, score, row) =>
      Math.max(most, Math.abs(scores[row] - score) / Math.max(1, Math.abs(score))),
    0,
  );
}

describe("GMF after 3,000 updates", () => {
  // Larger vectors: the loss is steeper, and the last steps of a fit matter more.
  for (const [output, size] of [
    ["sigmoid", 1],
    ["sigmoid", 3],
    ["identity", 1],
  ])
    test(`${output}, vectors of size ${size}: within 1e-5 of a fresh fit`, async () => {
      const weights = randomWeights({
        kind: "gmf",
        items: ITEMS,
        gmf: 16,
        aggregates: true,
        seed: 3,
        info: { output, rating: { minimum: 1, maximum: 5 } },
      });
      const { data } = weights.tensors["gmf.item"];
      data.forEach((value, i) => (data[i] = size * value));
      const model = await loadModel(fileOf(weights));
      const next = uniform(3);
      const kept = new Map([[1, 3]]);
      const history = () => [...kept].map(([item, rating]) => ({ item, rating }));
      const user = model.user({ history: history() });
      let most = 0;
      for (let i = 1; i <= UPDATES; i++) {
        const item = Math.floor(next() * ITEMS);
        const rating = 1 + Math.floor(next() * 5);
        if (kept.has(item) && kept.size > 1) {
          user.update({ remove: [item] });
          kept.delete(item);
        } else {
          user.update({ add: [{ item, rating }] });
          kept.set(item, rating);
        }
        if (i % 60 === 0) most = Math.max(most, difference(model, user, history()));
      }
      assert.ok(most < 1e-5, `${most}`);
    });
});
