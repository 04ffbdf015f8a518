// Scores against float64: random models of many shapes, in both instruction sets.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { uniform } from "./lib/random.js";
import { referenceLogits, sigmoid } from "./lib/reference.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, fold, randomVector, randomWeights } from "./lib/weights.js";

const SHAPES = [
  { name: "GMF of width 1", kind: "gmf", gmf: 1 },
  { name: "GMF of width 8", kind: "gmf", gmf: 8 },
  { name: "GMF of width 65 with item bias", kind: "gmf", gmf: 65, itemBias: true },
  { name: "MLP of one layer of one unit", kind: "mlp", user: 1, item: 1, widths: [1] },
  { name: "MLP of one layer", kind: "mlp", user: 5, item: 3, widths: [17] },
  {
    name: "MLP of eight layers",
    kind: "mlp",
    user: 11,
    item: 10,
    widths: [31, 30, 29, 17, 16, 15, 7, 3],
  },
  { name: "NeuMF of the paper", gmf: 8, user: 32, item: 32, widths: [32, 16, 8], items: 300 },
  { name: "NeuMF of odd sizes", gmf: 3, user: 5, item: 7, widths: [9, 11, 2], itemBias: true },
  {
    name: "NeuMF whose user and item differ in width",
    gmf: 10,
    user: 40,
    item: 3,
    widths: [24, 12],
  },
  { name: "NeuMF of sixteen layers", gmf: 4, widths: Array(16).fill(6) },
  { name: "NeuMF with tanh", widths: [12, 6], info: { activation: "tanh" } },
  { name: "NeuMF with sigmoid", widths: [12, 6], info: { activation: "sigmoid" } },
  { name: "NeuMF of mixed layers", widths: [12, 6], info: { activation: ["relu", "identity"] } },
  {
    name: "MLP of mixed layers",
    kind: "mlp",
    widths: [12, 6, 4],
    info: { activation: ["tanh", "relu", "sigmoid"] },
  },
  {
    name: "NeuMF with identity, predicting ratings",
    widths: [12, 6],
    info: { activation: "identity", output: "identity" },
  },
];

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    for (const { name, ...shape } of SHAPES) {
      test(name, async () => {
        const weights = randomWeights({ seed: 3, ...shape });
        await check(weights, weights, simd);
        if (weights.tensors["mlp.item"])
          await check(weights, { ...weights, tensors: fold(weights.tensors) }, simd);
      });
    }
  });
}

/** Scores and raw scores of a loaded file against the reference of the unfolded tensors. */
async function check({ tensors, info }, stored, simd) {
  const model = await loadModel(fileOf(stored), { simd });
  const items = model.itemCount;
  const next = uniform(9);
  const width =
    (tensors["gmf.item"]?.shape[1] ?? 0) +
    (tensors["mlp.item"]
      ? tensors["mlp.layers.0.weight"].shape[1] - tensors["mlp.item"].shape[1]
      : 0);
  for (const [seed, count] of [1, 0, 7, 8, 9, 64, 65, 200].entries()) {
    const vector = randomVector(width, seed + 1);
    const user = model.user({ vector });
    const rows = Uint32Array.from({ length: count }, () => Math.floor(next() * items));
    const logits = referenceLogits(tensors, vector, rows, info.activation);
    assertClose(model.score(user, rows, { raw: true }), logits, `${count} logits`);
    assertClose(
      model.score(user, rows),
      info.output === "identity" ? logits : logits.map(sigmoid),
      `${count} scores`,
    );
  }
  model.dispose();
}

test("clip holds the predictions of every NCF kind within the scale of ratings", async () => {
  for (const kind of ["gmf", "mlp", "neumf"]) {
    const info = { output: "identity", clip: true, rating: { minimum: -0.1, maximum: 0.2 } };
    const { tensors, ...weights } = randomWeights({ kind, info });
    const model = await loadModel(fileOf({ tensors, ...weights }));
    const rows = Uint32Array.from({ length: 50 }, (_, row) => row);
    const vector = randomVector(model.user({ history: [] }).vector.length, 4);
    const raw = referenceLogits(tensors, vector, rows);
    const clipped = raw.map((value) => Math.min(Math.max(value, -0.1), 0.2));
    assert.ok(raw.some((value, i) => value !== clipped[i]));
    const user = model.user({ vector });
    assertClose(model.score(user, rows), clipped);
    assertClose(model.score(user, rows, { raw: true }), raw);
    model.dispose();
  }
});

describe("numbers", () => {
  test("a score does not depend on the candidates beside it, to the bit", async () => {
    const model = await loadModel(fileOf(randomWeights()));
    const user = model.user({ vector: randomVector(13, 2) });
    const all = Uint32Array.from({ length: 50 }, (_, row) => row);
    const together = model.score(user, all);
    for (const row of all) assert.equal(model.score(user, Uint32Array.of(row))[0], together[row]);
  });

  test("a catalogue of more than one chunk is scored as its parts are", async () => {
    const model = await loadModel(fileOf(randomWeights({ kind: "gmf", items: 9001, gmf: 4 })));
    const user = model.user({ vector: randomVector(4, 2) });
    const all = model.score(
      user,
      Uint32Array.from({ length: 9001 }, (_, row) => row),
      { raw: true },
    );
    const best = model.recommend(user, { topK: 3 });
    const expected = [...all.keys()].sort((a, b) => all[b] - all[a]).slice(0, 3);
    assert.deepEqual(
      best.map(({ item }) => item),
      expected,
    );
    assert.equal(all.length, 9001);
  });

  test("the same bits at every load and call", async () => {
    const file = fileOf(randomWeights());
    const vector = randomVector(13, 2);
    const rows = Uint32Array.of(3, 1, 4, 1, 5);
    const once = await loadModel(file, { simd: "simd128" });
    const again = await loadModel(file, { simd: "simd128" });
    assert.deepEqual(
      once.score(once.user({ vector }), rows),
      again.score(again.user({ vector }), rows),
    );
  });

  test("extreme logits give probabilities of 0 and 1, never NaN", async () => {
    const { tensors, info } = randomWeights({ kind: "gmf", gmf: 1, items: 2 });
    tensors["gmf.item"].data.set([1e20, -1e20]);
    const model = await loadModel(fileOf({ tensors, info }));
    const [high, low] = model.score(
      model.user({ vector: [Math.sign(tensors["output.weight"].data[0])] }),
      [0, 1],
    );
    assert.ok(high === 1 && low >= 0 && low < 1e-30, `${high} ${low}`);
  });
});

describe("dtypes", () => {
  const shape = { kind: "gmf", gmf: 5, items: 20 };
  const vector = randomVector(5, 4);
  const rows = Uint32Array.from({ length: 20 }, (_, row) => row);

  /**
   * Loads the model with another item table, and compares with the reference on what that table
   * means.
   */
  async function checkTable(stored, values, extra = {}) {
    const { tensors, info } = randomWeights(shape);
    const model = await loadModel(
      fileOf({
        tensors: { ...tensors, ...extra, "gmf.item": { shape: [20, 5], ...stored } },
        info,
      }),
    );
    const meant = { ...tensors, "gmf.item": { shape: [20, 5], data: Float64Array.from(values) } };
    assertClose(
      model.score(model.user({ vector }), rows, { raw: true }),
      referenceLogits(meant, vector, rows),
      stored.dtype,
    );
  }

  const bits = Uint16Array.from(
    { length: 100 },
    (_, i) => ((i * 641) % 0x4400) | (i % 2 ? 0x8000 : 0),
  );

  test("F16", () =>
    checkTable(
      { dtype: "F16", data: bits },
      Array.from(bits, (half) => {
        const exponent = (half >> 10) & 31;
        const fraction = half & 1023;
        return (
          (half & 0x8000 ? -1 : 1) *
          (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction)
        );
      }),
    ));

  test("BF16", () => {
    const top = Uint16Array.from(bits, (value) => (value & 0x80ff) | 0x3f00);
    const floats = new Float32Array(Uint32Array.from(top, (value) => value * 65536).buffer);
    return checkTable({ dtype: "BF16", data: top }, floats);
  });

  test("I8 with a scale a row", () => {
    const steps = Int8Array.from({ length: 100 }, (_, i) => ((i * 37) % 255) - 127);
    const scale = Float32Array.from({ length: 20 }, (_, row) => 0.01 * (row + 1));
    return checkTable(
      { dtype: "I8", data: steps },
      Array.from(steps, (step, i) => step * scale[Math.floor(i / 5)]),
      { "gmf.item.scale": { shape: [20], data: scale } },
    );
  });
});

describe("trained users", () => {
  test("a row of the file's tables is that user's vector", async () => {
    const { tensors, info } = randomWeights({ users: 4 });
    const model = await loadModel(fileOf({ tensors, info }));
    for (let id = 0; id < 4; id++) {
      const expected = [
        ...tensors["gmf.user"].data.subarray(6 * id, 6 * id + 6),
        ...tensors["mlp.user"].data.subarray(7 * id, 7 * id + 7),
      ];
      assert.deepEqual([...model.user({ id }).vector], expected);
    }
  });

  test("half a user is none", async () => {
    const {
      tensors: { "mlp.user": half, ...tensors },
      info,
    } = randomWeights({ users: 4 });
    const model = await loadModel(fileOf({ tensors, info }));
    assert.throws(() => model.user({ id: 0 }), { code: "unknown-user" });
  });
});
