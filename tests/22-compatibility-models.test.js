// Weights files and candidate packs that version 0.1 wrote still open, and give the scores that 0.1
// gave. Its answers are in tests/fixtures/0.1/scores.json; neither they nor the files are ever
// written again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { VARIANTS } from "./lib/variants.js";

const ANSWERS = JSON.parse(readFileSync("tests/fixtures/0.1/scores.json", "utf8"));
const KINDS = [
  ...["autoencoder", "autorec-item", "autorec-user", "candidates", "cdae", "gmf", "mlp"],
  ...["mult-dae", "neumf", "ranker"],
];

for (const { simd, skip } of VARIANTS) {
  describe(`files of 0.1, ${simd}`, { skip }, () => {
    for (const [path, answer] of Object.entries(ANSWERS)) {
      const rows = Uint32Array.from(answer.raw, (_, row) => row);

      test(path, async () => {
        const model = await loadModel(path, { simd });
        assert.equal(model.kind, answer.kind);
        const user = model.user(answer.user);
        assertClose(user.vector, answer.vector, "vector");
        assertClose(model.score(user, rows, { raw: true }), answer.raw, "raw");
        assertClose(model.score(user, rows), answer.scores, "scores");
        const best = model.recommend(user, { topK: answer.best.length });
        assert.deepEqual(
          best.map(({ item }) => item),
          answer.best,
        );
        const kept = model.user({ vector: answer.vector });
        assertClose(model.score(kept, rows, { raw: true }), answer.raw, "from the kept vector");
      });

      if (!answer.pack) continue;
      test(`the pack of ${path}`, async () => {
        const model = await loadModel(path, { simd });
        const pack = await model.openCandidates(path.replace(".safetensors", "-pack.safetensors"));
        assert.deepEqual([pack.items, pack.itemCount], [answer.pack.items, 5]);
        const raw = model.score(model.user(answer.user), pack, { raw: true });
        assertClose(raw, answer.pack.raw, "raw");
      });
    }
  });
}

test("every kind of 0.1 has a file", () => {
  const kinds = new Set(Object.values(ANSWERS).map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), KINDS);
});
