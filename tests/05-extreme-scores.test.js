// The best of a catalogue at the edges of float32, for every way in which a catalogue is scanned,
// against a search in float64: the right items, or an error where a score has no float32.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { normal, uniform } from "./lib/random.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 203;
const WIDTH = 36;
const TOP = 7;
const FLOAT_MAX = 3.4028234663852886e38;

/** Sizes of scales and of vectors: subnormal, small, ordinary, and those that overflow together. */
const SCALES = [1e-45, -2e-38, 1e-30, 0.01, -1, 1e20, 2e36];
const SIZES = [1e-42, 2e-38, 1e-8, 1, 1e12, 5e36, 3e38];

/** A model of candidates whose item rows are all about `scale` in size. */
function fileOfScale(dtype, scale, normalize) {
  const next = normal(7);
  const { tensors, info } = randomTwoStage({
    kind: "candidates",
    items: ITEMS,
    tower: [WIDTH],
  });
  const rows = Array.from({ length: ITEMS }, (_, row) => {
    const factor = row % 17 === 3 ? 0 : Math.fround(scale * (row % 5 ? 1 : -0.7));
    const bytes = Array.from({ length: WIDTH }, () => Math.round(40 * next()));
    return { factor, bytes: bytes.map((value) => Math.max(-128, Math.min(127, value))) };
  });
  const values = rows.flatMap(({ factor, bytes }) =>
    bytes.map((byte) => Math.fround(byte * factor)),
  );
  const embedding =
    dtype === "I8"
      ? {
          "item.embedding": {
            dtype,
            shape: [ITEMS, WIDTH],
            data: Int8Array.from(rows.flatMap(({ bytes }) => bytes)),
          },
          "item.embedding.scale": {
            shape: [ITEMS],
            data: Float32Array.from(rows, ({ factor }) => factor),
          },
        }
      : { "item.embedding": { shape: [ITEMS, WIDTH], data: Float32Array.from(values) } };
  return { tensors: { ...tensors, ...embedding }, info: { ...info, normalize }, rows };
}

/** What float64 says of each item, and the sum of the sizes of what is added up. */
function reference(rows, vector, normalize) {
  return rows.map(({ factor, bytes }) => {
    const row = bytes.map((byte) => byte * factor);
    const norm = Math.hypot(...row);
    // A row that is shorter than a float's inverse counts as zeros (docs/format.md).
    const length = normalize === "none" ? 1 : 1 / norm > FLOAT_MAX ? Infinity : norm;
    const terms = row.map((value, k) => value * vector[k]);
    const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
    return { score: terms.reduce((sum, term) => sum + term, 0) / length, size, length };
  });
}

function assertBest(best, found, what) {
  const sorted = found.map(({ score }) => score).sort((a, b) => b - a);
  best.forEach(({ item, score }, place) => {
    const { size, length } = found[item];
    const tolerance = (1e-5 * size + WIDTH * 2 ** -149) / length + 1e-44;
    const lost = sorted[place] - found[item].score;
    // Within what float32 rounds off, of this item and of the one that it replaces.
    const other = found.find((one) => one.score === sorted[place]);
    const slack = tolerance + (1e-5 * other.size + WIDTH * 2 ** -149) / other.length;
    assert.ok(
      lost <= slack,
      `${what}: place ${place} is ${found[item].score}, not ${sorted[place]}`,
    );
    assert.ok(Math.abs(score - found[item].score) <= tolerance, `${what}: score ${score}`);
  });
}

for (const { simd, skip } of VARIANTS)
  describe(`the best of candidates at the edges, ${simd}`, { skip }, () => {
    for (const dtype of ["F32", "I8"])
      for (const normalize of ["none", "l2"])
        test(`${dtype}, normalize ${normalize}`, async () => {
          let refused = 0;
          for (const scale of SCALES) {
            const { rows, ...file } = fileOfScale(dtype, scale, normalize);
            const model = await loadModel(fileOf(file), { simd });
            for (const size of SIZES) {
              const next = normal(11);
              const vector = Float32Array.from({ length: WIDTH }, () =>
                Math.max(-1, Math.min(1, next() / 3)),
              ).map((value) => value * size);
              const what = `scale ${scale}, vector ${size}`;
              const found = reference(rows, vector, normalize);
              const user = model.user({ vector });
              let best;
              try {
                best = model.recommend(user, { topK: TOP, raw: true });
              } catch (error) {
                assert.equal(error.code, "not-finite", what);
                // A sum may overflow on the way to a score that does not.
                assert.ok(Math.max(...found.map((one) => one.size)) > FLOAT_MAX, what);
                refused++;
                continue;
              }
              assertBest(best, found, what);
              const all = model.score(user, Uint32Array.from(rows.keys()), { raw: true });
              assert.ok(all.every(Number.isFinite), what);
              const ranked = model.rank(user, Uint32Array.from(rows.keys()), {
                topK: TOP,
                raw: true,
              });
              assert.deepEqual(ranked, best, what);
            }
            model.dispose();
          }
          assert.ok(refused > 0 && refused < (SCALES.length * SIZES.length) / 2, `${refused}`);
        });
  });

describe("a score that has no float32", () => {
  for (const kind of ["gmf", "mlp", "neumf"])
    test(`${kind}: score, rank and recommend refuse it`, async () => {
      const weights = randomWeights({ kind });
      for (const name of ["gmf.item", "mlp.layers.0.weight"]) {
        const { data = [] } = weights.tensors[name] ?? {};
        data.forEach((value, i) => (data[i] = 1000 * value));
      }
      const model = await loadModel(fileOf(weights));
      const width = { gmf: 6, mlp: 7, neumf: 13 }[kind];
      const user = model.user({ vector: new Float32Array(width).fill(3e38) });
      const refusal = { code: "not-finite", subject: "score" };
      assert.throws(() => model.score(user, [1, 2]), refusal);
      assert.throws(() => model.rank(user, [1, 2]), refusal);
      assert.throws(() => model.recommend(user), refusal);
      const fine = model.user({ vector: new Float32Array(width) });
      assert.ok(model.score(fine, [1, 2]).every(Number.isFinite));
    });

  test("a rating that is finite only before its scale", async () => {
    const { tensors, info } = randomWeights({ kind: "gmf", items: 4 });
    const model = await loadModel(fileOf({ tensors, info: { ...info, output: "identity" } }));
    const user = model.user({ vector: new Float32Array(6).fill(1e30) });
    assert.ok(model.score(user, [0]).every(Number.isFinite));
  });
});

describe("weights of any size", () => {
  const SHAPES = {
    gmf: { kind: "gmf", gmf: 8 },
    mlp: { kind: "mlp", user: 8, item: 8, widths: [16, 8] },
    neumf: { kind: "neumf", gmf: 8, user: 8, item: 8, widths: [16, 8] },
  };
  const FACTORS = [1e-38, 1e-20, 1, 1e18, 1e30, 3e38];

  /** Some tensors of a file, each times a factor. */
  function scaledFile(shape, seed) {
    const weights = randomWeights({ ...shape, items: 40, seed });
    const draw = uniform(seed);
    for (const { data } of Object.values(weights.tensors)) {
      const factor = FACTORS[Math.floor(draw() * FACTORS.length)];
      for (const [at, value] of data.entries())
        data[at] = Math.max(-FLOAT_MAX, Math.min(FLOAT_MAX, value * factor));
    }
    return fileOf(weights);
  }

  for (const [name, shape] of Object.entries(SHAPES))
    test(`${name}: vectors, similar items and reasons are finite, or refused`, async () => {
      const counts = { finite: 0, refused: 0 };
      for (let seed = 1; seed <= 60; seed++) {
        const model = await loadModel(scaledFile(shape, seed));
        const calls = {
          vectors: () => [...model.vectors(model.ids())],
          similar: () => model.similar(0).map(({ score }) => score),
          explain: () => model.explain(model.user({ history: [1, 2, 3] }), 5).map((r) => r.effect),
        };
        for (const [what, call] of Object.entries(calls)) {
          let numbers;
          try {
            numbers = call();
          } catch (error) {
            assert.equal(error.code, "not-finite", `${what} of ${seed}: ${error}`);
            counts.refused++;
            continue;
          }
          assert.ok(numbers.every(Number.isFinite), `${what} of ${seed}: ${numbers}`);
          counts.finite++;
        }
        model.dispose();
      }
      assert.ok(counts.finite > 0 && counts.refused > 0, JSON.stringify(counts));
    });
});
