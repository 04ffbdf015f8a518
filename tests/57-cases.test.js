// One file of each kind that public code saves, with the scores that PyTorch or onnx.reference
// gives (tests/frameworks/cases.py): it comes out right, or the refusal names what stands in the
// way, and its advice leads to a right model.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";

import { framework } from "./lib/frameworks.js";
import { outcomeOf, outcomeWithExpect } from "./lib/mutants.js";

const { skip, train } = framework(
  "cases.py",
  "PyTorch 1 and onnx",
  'import torch, numpy, onnx.reference; assert torch.__version__ < "2"',
);

/** Of the kind, with options: without examples right or marked as assumed, with them right. */
const RIGHT = [
  ["als.npz"],
  ["bpr.npz"],
  ["lightfm.npz"],
  ["factors with a mean.npz"],
  ["svd.npz"],
  ["U and V"],
  ["user_biases"],
  ["u_weight", { padding: 0 }],
  ["global_bias"],
  ["embeds"],
  ["prefix module"],
  ["prefix model"],
  ["prefix _orig_mod"],
  ["a last layer as wide as the embedding"],
  ["an auxiliary layer", { ignore: ["auxiliary.*"] }],
  ["a narrow AutoRec", { kind: "autorec-user" }],
  ["a wide AutoRec", { kind: "autorec-user" }],
  ["fc21 and fc22", { kind: "mult-dae" }],
  ["fc_mu and fc_logvar", { kind: "mult-dae" }],
  ["q_layers and p_layers", { kind: "mult-dae" }],
  ["a bag of items"],
  ["whole, a linear last layer"],
  ["whole, sigmoid and relu"],
  ["whole, a linear output"],
  ["whole, a sigmoid output"],
  ["graph, user first"],
  ["graph, item first and tanh"],
  ["graph, linear last layer"],
  ["graph, dot product"],
  ["graph, dot product with biases and a mean"],
  ["graph, relu and no output function", { kind: "autorec-user" }],
];

/** Computed right, or refused with these words. */
const RIGHT_OR_REFUSED = [
  ["a tower and biases", /bias/],
  ["a tower with layer normalisation", /fc\.1/],
  ["a product with layer normalisation", /norm/],
  ["whole, layer normalisation", /LayerNorm/],
  ["graph, layer normalisation", /LayerNormalization/],
  ["graph, cosine", /LpNormalization/],
  ["graph, clip", /Clip/],
  ["graph, scaled sigmoid", /Mul|Sigmoid/],
];

/** Refused with these words. */
const REFUSED = [
  ["an auxiliary layer", /auxiliary/],
  ["a third table", /genre_embedding/],
  ["projected content", /content_proj/],
  ["genres behind a layer", /genre_fc/],
  ["times", /time_embeddings/],
  ["features of the user", /gender_embedding|occupation_embedding/],
  ["features of both sides", /item_genre_emb|user_gender_emb/],
  ["features that are added", /item_genre_emb|user_gender_emb/],
  ["LightGCN", /graph/],
  ["LightGCN of one table", /graph/],
  ["five stars of a product", /5/],
  ["five stars of a tower", /5/],
  ["SASRec", /SASRec/],
  ["a tower a side", /tower/],
];

test("kinds of public files", { skip }, async (t) => {
  const { folder, models } = train();
  t.after(() => rmSync(folder, { recursive: true }));
  const [records] = models;
  const caseOf = (kind, options = {}) => {
    assert.ok(records[kind], kind);
    return { options, ...records[kind] };
  };
  for (const [kind, options] of RIGHT)
    await t.test(kind, async () => {
      const made = await outcomeOf(folder, caseOf(kind, options));
      const isAllowed = ["right", ...(kind.startsWith("graph") ? [] : ["assumed"])];
      assert.ok(isAllowed.includes(made.outcome), `${made.outcome}: ${made.why}`);
      const told = await outcomeWithExpect(folder, caseOf(kind, options));
      assert.equal(told.outcome, "right", told.why);
    });
  for (const [kind, words] of RIGHT_OR_REFUSED)
    await t.test(`${kind}, or refused`, async () => {
      const { outcome, why } = await outcomeOf(folder, caseOf(kind));
      assert.ok(outcome === "right" || outcome === "assumed" || outcome === "refused", why);
      if (outcome === "refused") assert.match(why, words);
      const told = await outcomeWithExpect(folder, caseOf(kind));
      assert.ok(told.outcome === "right" || told.outcome === "refused", told.why);
    });
  for (const [kind, words] of REFUSED)
    await t.test(`${kind} is refused`, async () => {
      const { outcome, why } = await outcomeOf(folder, { scores: [], ...caseOf(kind) });
      assert.equal(outcome, "refused", why);
      assert.match(why, words);
    });
  await t.test("EASE, whose direction the file does not say, is marked as assumed", async () => {
    const { outcome, why } = await outcomeOf(folder, { scores: [], ...caseOf("EASE") });
    assert.equal(outcome, "assumed", why);
    assert.match(why, /direction rows/);
  });
});
