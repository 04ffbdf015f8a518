// A GMF and an MLP that were trained apart, fused into one NeuMF (He et al. 2017, section 3.4.1).
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { changedFile, zeros } from "./lib/changed-files.js";
import { referenceLogits } from "./lib/reference.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, fold, randomVector, randomWeights } from "./lib/weights.js";

const gmf = randomWeights({
  kind: "gmf",
  gmf: 6,
  items: 40,
  users: 3,
  itemBias: true,
  aggregates: true,
  seed: 2,
});
const mlp = randomWeights({ kind: "mlp", items: 40, users: 3, aggregates: true, seed: 3 });
const rows = Uint32Array.from({ length: 40 }, (_, row) => row);
const vector = randomVector(13, 4);

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    for (const alpha of [0, 0.3, 0.5, 1]) {
      test(`alpha ${alpha}: the logits mix as alpha and 1 - alpha`, async () => {
        const model = await loadModel(
          { gmf: fileOf(gmf), mlp: fileOf({ ...mlp, tensors: fold(mlp.tensors) }), alpha },
          { simd },
        );
        const left = referenceLogits(gmf.tensors, vector.subarray(0, 6), rows);
        const right = referenceLogits(mlp.tensors, vector.subarray(6), rows);
        const expected = left.map((value, i) => alpha * value + (1 - alpha) * right[i]);
        assert.equal(model.kind, "neumf");
        assertClose(
          model.score(model.user({ vector }), rows, { raw: true }),
          expected,
          `alpha ${alpha}`,
        );
      });
    }
  });
}

test("one half by default, the mean of the two logits", async () => {
  const model = await loadModel({ gmf: fileOf(gmf), mlp: fileOf(mlp) });
  const [a, b] = await Promise.all([loadModel(fileOf(gmf)), loadModel(fileOf(mlp))]);
  const left = a.score(a.user({ vector: vector.subarray(0, 6) }), rows, { raw: true });
  const right = b.score(b.user({ vector: vector.subarray(6) }), rows, { raw: true });
  assertClose(
    model.score(model.user({ vector }), rows, { raw: true }),
    left.map((value, i) => (value + right[i]) / 2),
  );
});

test("training users and new users work in the fused model", async () => {
  const model = await loadModel({ gmf: fileOf(gmf), mlp: fileOf(mlp) });
  assert.deepEqual(
    [...model.user({ id: 2 }).vector],
    [...gmf.tensors["gmf.user"].data.subarray(12), ...mlp.tensors["mlp.user"].data.subarray(14)],
  );
  assert.deepEqual(
    [...model.user({ history: [] }).vector],
    [...gmf.tensors["gmf.user_mean"].data, ...mlp.tensors["mlp.user_mean"].data],
  );
  assert.equal(model.recommend(model.user({ history: [1, 2, 3] })).length, 10);
});

test("ids of either file name the items", async () => {
  const item_ids = {
    dtype: "I64",
    shape: [40],
    data: BigInt64Array.from({ length: 40 }, (_, row) => BigInt(100 + row)),
  };
  for (const [left, right] of [
    [{ item_ids }, {}],
    [{}, { item_ids }],
    [{ item_ids }, { item_ids }],
  ]) {
    const model = await loadModel({
      gmf: fileOf({ ...gmf, tensors: { ...gmf.tensors, ...left } }),
      mlp: fileOf({ ...mlp, tensors: { ...mlp.tensors, ...right } }),
    });
    assert.ok(model.recommend(model.user({ vector })).every(({ item }) => item >= 100));
  }
});

test("weights in halves are fused too", async () => {
  const half = (tensor) => ({
    ...tensor,
    dtype: "F16",
    data: Uint16Array.from(tensor.data, (_, i) => 0x3800 + 16 * i),
  });
  const stored = {
    ...mlp,
    tensors: { ...mlp.tensors, "output.weight": half(mlp.tensors["output.weight"]) },
  };
  const model = await loadModel({ gmf: fileOf(gmf), mlp: fileOf(stored) });
  const meant = {
    ...mlp.tensors,
    "output.weight": {
      shape: [1, 5],
      data: Float32Array.from({ length: 5 }, (_, i) => 0.5 + i / 128),
    },
  };
  const right = referenceLogits(meant, vector.subarray(6), rows);
  const left = referenceLogits(gmf.tensors, vector.subarray(0, 6), rows);
  assertClose(
    model.score(model.user({ vector }), rows, { raw: true }),
    left.map((value, i) => (value + right[i]) / 2),
  );
});

describe("files that cannot be fused", () => {
  const OUTPUT = "output.weight";
  const gmfFile = fileOf(gmf);
  const mlpFile = fileOf(mlp);
  const otherItems = fileOf(randomWeights({ kind: "mlp", items: 41 }));
  const identity = changedFile(mlp, {}, { output: "identity" });
  const noOutput = changedFile(mlp, { [OUTPUT]: null });
  // 7 and 4 columns instead of 6 and 5: only their sum is right.
  const [seven, four] = [changedFile(gmf, { [OUTPUT]: zeros(1, 7) }), zeros(1, 4)];
  const shifted = { gmf: seven, mlp: changedFile(mlp, { [OUTPUT]: four }) };
  const CASES = [
    ["the two exchanged", { gmf: mlpFile, mlp: gmfFile }, "bad-argument", "source.gmf"],
    ["an alpha above 1", { alpha: 1.5 }, "bad-argument", "alpha"],
    ["an alpha that is NaN", { alpha: NaN }, "bad-argument", "alpha"],
    ["an alpha that is a big integer", { alpha: 1n }, "bad-argument", "alpha"],
    ["different items", { mlp: otherItems }, "bad-shape", "gmf.item"],
    ["output layers of other widths", shifted, "bad-shape", OUTPUT],
    ["different outputs", { mlp: identity }, "bad-metadata", "output"],
    ["no output layer", { mlp: noOutput }, "missing-tensor", OUTPUT],
  ];
  for (const [what, change, code, subject] of CASES) {
    const source = { gmf: gmfFile, mlp: mlpFile, ...change };
    test(what, () => assertRefused(loadModel(source), code, subject));
  }
});
