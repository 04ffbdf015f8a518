// Scores of PyTorch's own modules (training/golden/write.py): every kind of autoencoder, both
// stages, models of sequences; raw scores and outputs.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { VARIANTS } from "./lib/variants.js";

const FOLDER = "tests/golden";

for (const { simd, skip } of VARIANTS) {
  for (const name of readdirSync(FOLDER)) {
    test(`${name}, ${simd}`, { skip }, async () => {
      const model = await loadModel(`${FOLDER}/${name}`, { simd });
      assert.ok(model.info.check.length === 3 && model.info.check.at(-1).history.length === 0);
      for (const { history, ratings, user: features, items, scores, raw } of model.info.check) {
        const past = history.map((item, i) => ({ item, rating: ratings?.[i] }));
        const user = model.user({ history: past, features });
        const rows = Uint32Array.from(items);
        assertClose(model.score(user, rows, { raw: true }), raw, "raw");
        assertClose(model.score(user, rows), scores, "scores");
      }
    });
  }
}

test("every kind has a file", async () => {
  const models = await Promise.all(
    readdirSync(FOLDER).map((name) => loadModel(`${FOLDER}/${name}`)),
  );
  assert.deepEqual([...new Set(models.map(({ kind }) => kind))].sort(), [
    "autoencoder",
    "autorec-item",
    "autorec-user",
    "candidates",
    "cdae",
    "gru4rec",
    "mult-dae",
    "ranker",
    "sasrec",
  ]);
});
