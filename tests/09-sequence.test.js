// SASRec and GRU4Rec: scores, updates, reasons and files that are refused, against float64.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { createRecommender, fromModel, loadModel } from "pocketrec";
import { openHistory } from "pocketrec/history";
import { createWorker } from "pocketrec/worker";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { changedFile, filled, zeros } from "./lib/changed-files.js";
import { randomGru, randomSasrec, referenceRaw } from "./lib/sequence.js";
import { stored } from "./lib/autoencoder.js";
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
  "SASRec of heads that leave the last of four numbers empty": randomSasrec({
    width: 6,
    projection: false,
    info: { heads: 2 },
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

describe("users", () => {
  test("a kept vector scores as before; without a history it cannot change", async () => {
    const model = await load(CASES.GRU4Rec);
    const user = model.user({ history: EVENTS });
    const kept = model.user({ vector: user.vector });
    assert.deepEqual(rawOf(model, kept), rawOf(model, user));
    await assertRefused(() => kept.update({ add: [1] }), "bad-argument", "user");
    const both = model.user({ vector: kept.vector, history: EVENTS }).update({ add: [3] });
    assert.deepEqual(both.vector, model.user({ history: [...EVENTS, 3] }).vector);
  });

  test("a dislike is no event, and an unknown item neither", async () => {
    const weights = randomGru({ info: { rating: { minimum: 1, maximum: 5, positive: 3 } } });
    const model = await load(weights);
    const history = [
      4,
      { item: 7, rating: 2 },
      9999,
      { item: 4, rating: 5 },
      { item: 8, rating: 3 },
    ];
    const user = model.user({ history });
    assertClose(rawOf(model, user), referenceRaw(weights, [4, 4, 8]), "raw");
    assert.deepEqual(user.unknown, [9999]);
    assert.deepEqual(user.items, [4, 7, 8]);
    const reason = model.explain(user, 1).find(({ item }) => item === 7);
    assert.deepEqual(reason, { item: 7, rating: 2, effect: 0 });
    user.update({ add: [{ item: 5, rating: 4 }] });
    assertClose(rawOf(model, user), referenceRaw(weights, [4, 4, 8, 5]), "one more");
  });

  test("lists leave out what was seen, whole or of candidates", async () => {
    const model = await load(CASES["SASRec as RecBole has it"]);
    const user = model.user({ history: EVENTS });
    const raw = rawOf(model, user);
    const rest = [...ROWS].filter((row) => !EVENTS.includes(row)).sort((a, b) => raw[b] - raw[a]);
    const found = model.recommend(user, { topK: 20, exclude: user.items });
    assert.deepEqual(
      found.map(({ item }) => item),
      rest.slice(0, 20),
    );
    const some = [3, 5, 44, 20];
    assert.deepEqual(
      model.rank(user, some, { exclude: user.history }).map(({ item }) => item),
      rest.filter((row) => some.includes(row)),
    );
  });

  test("an explanation that would take seconds is refused", async () => {
    const model = await load(CASES.GRU4Rec);
    const user = model.user({ history: Array.from({ length: 20_000 }, (_, i) => i % 60) });
    await assertRefused(() => model.explain(user, 1), "too-large", "history");
  });
});

describe("stored precisions", () => {
  for (const name of ["SASRec as RecBole has it", "GRU4Rec of two layers, reset before"])
    for (const dtype of ["F16", "I8"])
      test(`${name}, tables in ${dtype}`, async () => {
        const { tensors, info } = CASES[name];
        const { file, exact } = stored(tensors, dtype, ["item.embedding", "item.output"]);
        const model = await load({ tensors: file, info });
        const user = model.user({ history: EVENTS });
        assertClose(
          rawOf(model, user),
          referenceRaw({ tensors: exact, info }, EVENTS),
          dtype,
          2e-5,
        );
        const raw = rawOf(model, user);
        const best = [...ROWS].sort((a, b) => raw[b] - raw[a]).slice(0, 10);
        assert.deepEqual(
          model.recommend(user, { topK: 10 }).map(({ item }) => item),
          best,
        );
      });
});

describe("refused", () => {
  const sasrec = CASES["SASRec as RecBole has it"];
  const pad = CASES["SASRec, after, padding attended"];
  for (const [what, weights, tensors, info, code, subject] of [
    ["no blocks", sasrec, { "blocks.0.query.weight": null }, {}, "missing-tensor"],
    ["a gap", sasrec, { "blocks.3.query.weight": zeros(12, 12) }, {}, "unsupported"],
    ["a stranger", sasrec, { "blocks.0.gate.weight": zeros(12) }, {}, "unsupported"],
    ["a bias alone", sasrec, { "norm.bias": zeros(12) }, {}, "missing-tensor", "norm.weight"],
    ["one projection", sasrec, { "blocks.1.attention.weight": null }, {}, "missing-tensor"],
    ["a wide layer", sasrec, { "blocks.0.feed.1.weight": zeros(12, 21) }, {}, "bad-shape"],
    ["positions of another width", sasrec, { "position.embedding": zeros(9, 11) }, {}, "bad-shape"],
    ["heads that do not fit", sasrec, {}, { heads: 5 }, "bad-metadata", "heads"],
    ["heads of text", sasrec, {}, { heads: "2" }, "bad-metadata", "heads"],
    ["an order", sasrec, {}, { norm: { order: "first" } }, "bad-metadata", "norm.order"],
    ["positions", sasrec, {}, { positions: "middle" }, "bad-metadata", "positions"],
    ["a padding", sasrec, {}, { padding: "none" }, "bad-metadata", "padding"],
    ["a scale", sasrec, {}, { embedding_scale: "8" }, "bad-metadata", "embedding_scale"],
    ["an activation", sasrec, {}, { activation: "elu" }, "bad-metadata", "activation"],
    ["a padding's width", pad, { "padding.embedding": zeros(3) }, {}, "bad-shape"],
    ["NaN", sasrec, { "blocks.0.key.weight": filled(NaN, 12, 12) }, {}, "not-finite"],
    ["too many positions", sasrec, { "position.embedding": zeros(4097, 12) }, {}, "too-large"],
    ["two gates", CASES.GRU4Rec, { "gru.0.input.weight": zeros(28, 10) }, {}, "bad-shape"],
    [
      "an output of another width",
      CASES.GRU4Rec,
      { "output.weight": zeros(9, 14) },
      {},
      "bad-shape",
    ],
    ["a window of 0", CASES.GRU4Rec, {}, { window: 0 }, "bad-metadata", "window"],
    ["a reset gate", CASES.GRU4Rec, {}, { reset: "never" }, "bad-metadata", "reset"],
  ])
    test(what, () => assertRefused(loadModel(changedFile(weights, tensors, info)), code, subject));

  test("weights so large that a user overflows", async () => {
    const large = { "blocks.0.feed.1.weight": filled(3e38, 12, 20) };
    const model = await loadModel(changedFile(sasrec, large));
    await assertRefused(() => model.user({ history: [1, 2] }), "not-finite", "user");
  });
});

test("in a worker: the same scores, events, updates and reasons", async () => {
  const weights = CASES["SASRec as RecBole has it"];
  const worker = createWorker();
  try {
    const there = await worker.loadModel(fileOf(weights));
    const here = await load(weights);
    const [a, b] = [await there.user({ history: [3, 8, 3] }), here.user({ history: [3, 8, 3] })];
    await a.update({ add: [21, 8, 21], remove: [3] });
    b.update({ add: [21, 8, 21], remove: [3] });
    assert.deepEqual(await there.recommend(a, { topK: 9 }), here.recommend(b, { topK: 9 }));
    assert.deepEqual(await there.explain(a, 5), here.explain(b, 5));
    assert.deepEqual(await a.history, b.history);
    assert.deepEqual(await a.vector, b.vector);
  } finally {
    worker.terminate();
  }
});

test("a stored history gives its events oldest first, of an item the last", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-"));
  const history = await openHistory("events", { folder });
  try {
    const weights = CASES["SASRec as RecBole has it"];
    const model = await load(weights);
    await history.add([
      { item: 4, time: 30 },
      { item: 7, time: 10 },
      { item: 2, time: 20 },
    ]);
    const user = model.user({ history });
    const assertEvents = (events) =>
      assertClose(rawOf(model, user), referenceRaw(weights, events), String(events));
    assertEvents([7, 2, 4]);
    await history.add({ item: 9, time: 40 });
    assertEvents([7, 2, 4, 9]);
    await history.add({ item: 2, time: 50 });
    assertEvents([7, 4, 9, 2]);
    await history.remove([4]);
    assertEvents([7, 9, 2]);
    const recommender = createRecommender({ retrieve: fromModel(model), rank: model, history });
    const { recommendations } = await recommender.recommend({ topK: 5 });
    const expected = model.recommend(model.user({ history: [7, 9, 2] }), {
      topK: 5,
      exclude: [7, 9, 2],
    });
    assert.deepEqual(
      recommendations.map(({ item }) => item),
      expected.map(({ item }) => item),
    );
  } finally {
    history.close();
    rmSync(folder, { recursive: true });
  }
});

test("a candidate pack brings items of its own", async () => {
  for (const name of ["SASRec as RecBole has it", "GRU4Rec of two layers, reset before"]) {
    const { tensors, info } = CASES[name];
    const model = await load(CASES[name]);
    const user = model.user({ history: EVENTS });
    const rows = [7, 3, 50];
    const names = ["item.output", "item.bias"].filter((one) => tensors[one]);
    const side = (names.length ? names : ["item.embedding"]).map((one) => [
      one,
      rowsOf(tensors[one], rows),
    ]);
    const item_ids = { dtype: "I64", shape: [3], data: BigInt64Array.of(101n, 102n, 103n) };
    const pack = await model.openCandidates(
      fileOf({ tensors: { ...Object.fromEntries(side), item_ids }, info }),
    );
    assert.deepEqual(
      model.score(user, pack, { raw: true }),
      model.score(user, rows, { raw: true }),
    );
    const effects = (reasons) => reasons.map(({ effect }) => effect);
    assert.deepEqual(effects(model.explain(user, 103, { pack })), effects(model.explain(user, 50)));
  }
});

/** Rows of a tensor. */
function rowsOf({ shape: [, width = 1], data }, rows) {
  const chosen = rows.flatMap((row) => [...data.subarray(row * width, (row + 1) * width)]);
  const shape = width === 1 ? [rows.length] : [rows.length, width];
  return { shape, data: Float32Array.from(chosen) };
}
