// SASRec and GRU4Rec: scores, updates, reasons and files that are refused, against float64.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { randomGru, randomSasrec, referenceRaw } from "./lib/sequence.js";
import { fileOf } from "./lib/weights.js";

const ROWS = Uint32Array.from({ length: 60 }, (_, row) => row);
/** Longer than every window; with repeats. */
const EVENTS = [5, 9, 5, 31, 0, 59, 9, 9, 14, 22, 5, 41, 17];

const PADDINGS = ["zero", "attended"];
const CASES = {
  "SASRec as RecBole has it": randomSasrec({
    embeddingNorm: true,
    info: { heads: 2, activation: "gelu", norm: { epsilon: 1e-12 } },
  }),
  "SASRec as its authors have it": randomSasrec({
    width: 13,
    feed: 13,
    projection: false,
    lastNorm: true,
    info: {
      norm: { order: "query", epsilon: 1e-8 },
      embedding_scale: Math.sqrt(13),
      positions: "last",
    },
  }),
  "SASRec, normalised before": randomSasrec({
    lastNorm: true,
    blocks: 3,
    info: { heads: 3, norm: { order: "before" }, activation: "swish" },
  }),
  "SASRec of heads that do not fill four numbers": randomSasrec({
    width: 18,
    projection: false,
    feed: 7,
    bias: false,
    info: { heads: 3, activation: "sigmoid", output: "sigmoid" },
  }),
  "SASRec of one block, with items of their own": randomSasrec({
    blocks: 1,
    untied: true,
    itemBias: true,
    info: { activation: "tanh", output: "softmax" },
  }),
  ...Object.fromEntries(
    ["after", "before", "query"].flatMap((order) =>
      PADDINGS.map((padding) => [
        `SASRec, ${order}, padding ${padding}`,
        randomSasrec({
          seed: 3,
          lastNorm: true,
          embeddingNorm: padding === "attended",
          pad: padding === "attended",
          info: { norm: { order }, padding, positions: "last", heads: 2 },
        }),
      ]),
    ),
  ),
  "SASRec, 120 positions": randomSasrec({ window: 120, info: { positions: "last" } }),
  GRU4Rec: randomGru(),
  "GRU4Rec as RecBole has it": randomGru({ bias: false, info: { window: 8 } }),
  "GRU4Rec of two layers, reset before": randomGru({
    layers: 2,
    hidden: 9,
    output: 0,
    untied: true,
    itemBias: true,
    info: { reset: "before", output: "softmax" },
  }),
};

const load = (weights, options) => loadModel(fileOf(weights), options);
const rawOf = (model, user) => model.score(user, ROWS, { raw: true });

describe("scores", () => {
  for (const [name, weights] of Object.entries(CASES))
    test(name, async () => {
      const model = await load(weights);
      for (const length of [0, 1, 2, 7, 8, 9, 10, 13]) {
        const history = EVENTS.slice(0, length);
        const user = model.user({ history });
        assertClose(rawOf(model, user), referenceRaw(weights, history), `${length} events`);
        assert.deepEqual(
          user.history.map(({ item }) => item),
          history,
        );
      }
    });

  test("a history longer than a chunk of the module", async () => {
    const history = Array.from({ length: 111 }, (_, i) => (i * i) % 60);
    for (const name of ["SASRec, 120 positions", "GRU4Rec"]) {
      const model = await load(CASES[name]);
      assertClose(
        rawOf(model, model.user({ history })),
        referenceRaw(CASES[name], history),
        name,
        3e-5,
      );
    }
  });
});

describe("updates", () => {
  for (const [name, weights] of Object.entries(CASES))
    test(`${name}: as the user built anew, to the bit`, async () => {
      const model = await load(weights);
      const user = model.user({ history: [] });
      for (let i = 0; i < EVENTS.length; i++) {
        user.update({ add: [EVENTS[i]] });
        const anew = model.user({ history: EVENTS.slice(0, i + 1) });
        assert.deepEqual(user.vector, anew.vector, `${i + 1} events`);
      }
      user.update({ remove: [9] });
      const rest = EVENTS.filter((item) => item !== 9);
      assert.deepEqual(user.vector, model.user({ history: rest }).vector, "without an item");
      user.update({ add: [9, 1, 9], remove: [5] });
      const last = [...rest.filter((item) => item !== 5), 9, 1, 9];
      assert.deepEqual(user.vector, model.user({ history: last }).vector, "both at once");
      assert.deepEqual(
        user.history.map(({ item }) => item),
        last,
      );
    });
});

describe("reasons", () => {
  for (const [name, weights] of Object.entries(CASES))
    test(`${name}: each event left out`, async () => {
      const model = await load(weights);
      for (const length of [1, 2, 8, 9, 10, 13]) {
        const history = EVENTS.slice(0, length);
        const reasons = model.explain(model.user({ history }), 33);
        const whole = referenceRaw(weights, history)[33];
        const expected = history.map((item, i) => ({
          item,
          effect: whole - referenceRaw(weights, history.toSpliced(i, 1))[33],
        }));
        expected.sort((a, b) => b.effect - a.effect);
        const effects = (list) => list.map(({ effect }) => effect);
        assertClose(effects(reasons), effects(expected), `${length} events`, 2e-5);
        assert.deepEqual(reasons.map(({ item }) => item).sort(), [...history].sort());
      }
    });
});
