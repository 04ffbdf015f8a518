// precision "fast" of autoencoders: lists are those of "exact", to the bit, for every kind, stored
// precision and instruction set, and where estimates say nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { loadModel } from "../js/index.node.js";
import { Engine } from "../js/model/engine.js";
import { randomAutoencoder, stored } from "./lib/autoencoder.js";
import { normal, sampleRows } from "./lib/random.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 1500;
const WIDTH = 160;
const TABLES = ["encoder.0.weight", "decoder.0.weight", "decoder.1.weight", "item.code"];

const load = (/** @type {any} */ weights, /** @type {object} */ options) =>
  loadModel(fileOf(weights), options);

const functionOf = Engine.prototype.function;
let searches = 0;

// Every list is found by two passes, also where that takes longer.
before(() => {
  Engine.prototype.function = function (verb, prefix) {
    const found = functionOf.call(this, verb, prefix);
    if (verb === "estimates_pay") return () => 1;
    if (verb === "find") return (...numbers) => (searches++, found(...numbers));
    return found;
  };
});
after(() => {
  Engine.prototype.function = functionOf;
  assert.ok(searches > 1000, "lists were found by two passes");
});

const make = (/** @type {object} */ shape) =>
  randomAutoencoder({ items: ITEMS, encoder: [WIDTH], ...shape });

const CASES = {
  AE: make({}),
  "AE, tied": make({ info: { tied: true, activation: "tanh" } }),
  "deep AE without biases": make({ encoder: [40, 30], decoder: [WIDTH], bias: false }),
  "AE of bits": make({ info: { binarize_hidden: true } }),
  "U-AutoRec": make({ kind: "autorec-user" }),
  "I-AutoRec": make({ kind: "autorec-item" }),
  CDAE: make({ kind: "cdae", users: 3 }),
  "Mult-DAE": make({ kind: "mult-dae" }),
  RecVAE: make({
    kind: "mult-dae",
    encoder: [24, 24, 24, WIDTH],
    norm: true,
    info: { skip: "dense", activation: ["swish", "swish", "swish", "identity"] },
  }),
};

const history = Array.from(sampleRows(30, ITEMS, 3), (item, i) => ({ item, rating: 1 + (i % 5) }));

/**
 * @param {import("pocketrec").Model} model
 * @param {object[]} past
 */
function assertSame(model, past = history) {
  const user = model.user({ history: past });
  const some = sampleRows(700, ITEMS, 5);
  for (const topK of [1, 20, 100])
    for (const options of [{}, { raw: true }, { exclude: sampleRows(400, ITEMS, 9) }]) {
      const fast = { topK, precision: "fast", ...options };
      const exact = { topK, precision: "exact", ...options };
      assert.deepEqual(model.recommend(user, fast), model.recommend(user, exact));
      assert.deepEqual(model.rank(user, some, fast), model.rank(user, some, exact));
    }
}

/**
 * The same weights with another decoder.
 * @param {(row: number, column: number, value: number) => number} change
 */
function withDecoder(change) {
  const { tensors, info } = CASES["U-AutoRec"];
  const { shape, data } = tensors["decoder.0.weight"];
  const changed = data.map((value, i) => change(Math.floor(i / shape[1]), i % shape[1], value));
  return { tensors: { ...tensors, "decoder.0.weight": { shape, data: changed } }, info };
}

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    for (const [name, { tensors, info }] of Object.entries(CASES)) {
      for (const dtype of ["F32", "F16", "BF16", "I8"]) {
        test(`${name} in ${dtype}`, async () => {
          const file = dtype === "F32" ? tensors : stored(tensors, dtype, TABLES).file;
          assertSame(await load({ tensors: file, info }, { simd }));
        });
      }
    }

    const next = normal(8);
    const lengths = Array.from({ length: ITEMS }, () => 10 ** (3 * next()));
    const decoders = {
      "rows of very different lengths": (row, _, value) => value * lengths[row],
      "rows with an outlier": (row, column, value) => (column === row % WIDTH ? 50 : value),
      "an outlier column": (_, column, value) => (column === 7 ? 1000 * value : value),
      "rows all alike": (_, column) => Math.sin(column),
      "rows alike but for the last digits": (row, column) =>
        Math.sin(column) * (1 + (row % 7) * 2 ** -22),
      "rows in pairs": (row, column) => Math.sin((row >> 1) + 1 + column * column),
      "rows of zeros": (row, _, value) => (row % 3 ? 0 : value),
      "rows between two steps": (row, column) =>
        column === 0 ? 1 : ((row % 5) + 0.5) / 127 + 1e-6 * (row % 11),
      "tiny rows": (_, __, value) => value * 1e-36,
    };
    for (const [name, change] of Object.entries(decoders)) {
      test(name, async () => {
        const model = await load(withDecoder(change), { simd });
        assertSame(model);
        assertSame(model, []);
        assertSame(model, history.slice(0, 1));
      });
    }

    test("a vector with an outlier, of zeros, and tiny", async () => {
      const model = await load(CASES["I-AutoRec"], { simd });
      const random = Float32Array.from({ length: WIDTH + 1 }, normal(4));
      for (const vector of [
        random.map((value, k) => (k === 5 ? 1e6 : value)),
        new Float32Array(WIDTH + 1),
        random.map((value) => value * 1e-30),
        random.map((value) => value * 1e30),
      ]) {
        const user = model.user({ vector });
        const [fast, exact] = ["fast", "exact"].map((precision) =>
          model.recommend(user, { topK: 20, precision, raw: true }),
        );
        assert.deepEqual(fast, exact);
      }
    });
  });
}

test("scores that overflow are an error with either precision", async () => {
  const model = await load(withDecoder((_, __, value) => Math.sign(value) * 3e38));
  const user = model.user({ history });
  for (const precision of ["fast", "exact"])
    assert.throws(() => model.recommend(user, { topK: 20, precision }), { code: "not-finite" });
});
