// Random models of PyTorch, with 3, 5 or 10 lines of 4 to 9 digits, as a user prints them: what is
// converted gives PyTorch's scores of all pairs, everything else is refused. What a refusal advises
// is followed. Of what converts, verify tells files with tensors exchanged, transposed or dropped
// from right ones.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";

import { outcomeOfRandom, unnoticedIn } from "./lib/expect-random.js";
import { framework } from "./lib/frameworks.js";
import { isLong } from "./lib/long.js";

/** More with POCKETREC_RANDOM_MODELS=500, from another seed with POCKETREC_SEED=2. */
const COUNT = Number(process.env.POCKETREC_RANDOM_MODELS ?? (isLong ? 40 : 15));
const SEED = Number(process.env.POCKETREC_SEED ?? 1);

/** So many of the models that a file can hold convert: a few lines of few digits are refused. */
const RIGHT_MIN = 0.5;

const { skip, train } = framework("expect_random.py", "PyTorch", "import torch, numpy");

test("random models with a few lines", { skip }, async (t) => {
  const { folder, models } = train(COUNT, SEED);
  t.after(() => rmSync(folder, { recursive: true }));
  const [{ records, ...shape }] = models;
  const counts = { right: 0, advised: 0, refused: 0, WRONG: 0 };
  const wrong = [];
  const missed = [];
  let [possible, breakages] = [0, 0];
  for (const record of records) {
    const { outcome, why, bytes } = await outcomeOfRandom(folder, shape, record);
    counts[outcome]++;
    possible += Number(record.isPossible);
    if (bytes) {
      const { broken, unnoticed } = await unnoticedIn(bytes, shape, record);
      breakages += broken;
      missed.push(...unnoticed);
    }
    if (outcome === "WRONG") wrong.push(`${why}: ${JSON.stringify(record.madeOf)}`);
  }
  t.diagnostic(`${JSON.stringify(counts)} of ${COUNT}, ${possible} of them possible`);
  t.diagnostic(`verify notices ${breakages - missed.length} of ${breakages} changed files`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(missed, []);
  assert.ok(counts.right + counts.advised >= RIGHT_MIN * possible, JSON.stringify(counts));
});
