// Files of both stages and candidate packs where nothing is there, too much is claimed, or bytes
// are damaged: each is refused by name, and nothing of it stays.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { uniform } from "./lib/random.js";
import { writeSafetensors } from "./lib/safetensors.js";
import { folded, randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 30;
const CANDIDATES = randomTwoStage({ kind: "candidates", items: ITEMS });
const RANKER = randomTwoStage({ kind: "ranker", items: ITEMS });
const FOLDED = folded(RANKER, ITEMS);
const GMF = randomWeights({ kind: "gmf", items: ITEMS, gmf: 6 });

const shaped = (...shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const integers = (...data) => ({ dtype: "I32", shape: [data.length], data: Int32Array.from(data) });
const rows = (count, value) => integers(...Array(count).fill(value));
const lines = (text) => ({
  dtype: "U8",
  shape: [new TextEncoder().encode(text).length],
  data: new TextEncoder().encode(text),
});
const ids = (...list) => ({
  dtype: "I64",
  shape: [list.length],
  data: BigInt64Array.from(list, BigInt),
});
const upTo = (count) => ids(...Array(count).keys());
const bytes = (...shape) => ({
  dtype: "I8",
  shape,
  data: new Int8Array(shape.reduce((a, b) => a * b, 1)),
});

const present = (tensors) =>
  Object.fromEntries(Object.entries(tensors).filter(([, tensor]) => tensor));

/** A file with other tensors (undefined: none), and with more in its metadata. */
const changed = (weights, tensors, info) =>
  fileOf({
    tensors: present({ ...weights.tensors, ...tensors }),
    info: { ...weights.info, ...info },
  });

/** A file whose feature says something else of itself. */
const feature = (weights, name, more) =>
  changed(
    weights,
    {},
    {
      features: weights.info.features.map((one) => (one.name === name ? { ...one, ...more } : one)),
    },
  );

/** A file with one number of a tensor changed. */
const withValue = (weights, name, value) =>
  changed(weights, {
    [name]: {
      ...weights.tensors[name],
      data: weights.tensors[name].data.map((old, i) => (i === 1 ? value : old)),
    },
  });

async function refuses(promise, code, subject) {
  const error = await promise.then(
    () => assert.fail("it was taken"),
    (error) => error,
  );
  assert.ok(error instanceof PocketrecError, String(error.stack));
  assert.equal(error.code, code, error.message);
  assert.equal(error.subject, subject, error.message);
}

describe("features that are none", () => {
  const list = (features) => changed(CANDIDATES, {}, { features });
  for (const [what, file, subject, code = "bad-metadata"] of [
    ["a list in the list", list([[]]), "features[0]"],
    ["a table without a name", feature(CANDIDATES, "device", { table: "" }), "device.table"],
    ["most of half a value", feature(CANDIDATES, "search", { most: 1.5 }), "search.most"],
    ["from somewhere", feature(CANDIDATES, "watched", { from: "server" }), "watched.from"],
    ["a history of an item", feature(RANKER, "watched", { side: "item" }), "watched.from"],
    ["a padding of 2^31", feature(CANDIDATES, "search", { padding: 2 ** 31 }), "search.padding"],
    ["inputs that are a text", feature(CANDIDATES, "year", { inputs: "value" }), "year.inputs"],
    ["an unknown input", feature(CANDIDATES, "year", { inputs: ["toString"] }), "year.inputs"],
    [
      "a check whose person is a text",
      changed(CANDIDATES, {}, { check: [{ user: "me", items: [1], scores: [1] }] }),
      "check",
    ],
    [
      "a check with half a row",
      changed(CANDIDATES, {}, { check: [{ user: {}, history: [0.5], items: [1], scores: [1] }] }),
      "check",
    ],
  ])
    test(what, () => refuses(loadModel(file), code, subject));
});

describe("tensors that do not fit", () => {
  for (const [what, file, code, subject] of [
    [
      "a table without columns",
      changed(CANDIDATES, { "device.embedding": shaped(4, 0) }),
      "bad-shape",
      "device.embedding",
    ],
    [
      "a table of 2^31 rows of nothing",
      changed(CANDIDATES, {
        "device.embedding": { shape: [2 ** 31, 0], data: new Float32Array(0) },
      }),
      "bad-shape",
      "device.embedding",
    ],
    [
      "items' tables that differ, without a catalogue",
      changed(
        CANDIDATES,
        { "item.embedding": undefined, "device.embedding": shaped(ITEMS - 1, 2) },
        {
          features: CANDIDATES.info.features.map((one) =>
            one.name === "device" ? { ...one, ids: "items" } : one,
          ),
        },
      ),
      "bad-shape",
      "device.embedding",
    ],
    [
      "a scale too few",
      changed(CANDIDATES, { "device.embedding": bytes(4, 2), "device.embedding.scale": shaped(3) }),
      "bad-shape",
      "device.embedding.scale",
    ],
    [
      "a vocabulary of objects",
      changed(CANDIDATES, { "search.vocabulary": lines("{}\n{}\n{}\n{}\n{}\n{}") }),
      "bad-metadata",
      "search.vocabulary",
    ],
    [
      "a vocabulary of floats",
      changed(CANDIDATES, { "search.vocabulary": shaped(6) }),
      "bad-dtype",
      "search.vocabulary",
    ],
    [
      "a vocabulary of no bytes",
      changed(CANDIDATES, { "search.vocabulary": lines("") }),
      "bad-metadata",
      "search.vocabulary",
    ],
    [
      "no quantile",
      changed(CANDIDATES, { "year.quantiles": shaped(0) }),
      "bad-shape",
      "year.quantiles",
    ],
    [
      "a gap in the tower",
      changed(CANDIDATES, { "tower.1.weight": undefined }),
      "bad-shape",
      "item.embedding",
    ],
    [
      "seventeen layers of a ranker",
      fileOf(randomTwoStage({ kind: "ranker", tower: Array(17).fill(3) })),
      "unsupported",
      "tower.16.weight",
    ],
    ["no ids", changed(CANDIDATES, { item_ids: upTo(0) }), "bad-shape", "item_ids"],
    [
      "an id twice",
      changed(CANDIDATES, { item_ids: ids(...Array(ITEMS).fill(5)) }),
      "bad-shape",
      "item_ids",
    ],
    [
      "two output biases",
      changed(RANKER, { "output.bias": shaped(2) }),
      "bad-shape",
      "output.bias",
    ],
    ["NaN among folded items", withValue(FOLDED, "item.hidden", NaN), "not-finite", "item.hidden"],
    [
      "numbers that are integers",
      changed(RANKER, { "released.values": rows(ITEMS, 1) }),
      "bad-dtype",
      "released.values",
    ],
    [
      "a table of numbers",
      changed(RANKER, { "released.values": shaped(ITEMS, 1) }),
      "bad-shape",
      "released.values",
    ],
    [
      "no offsets",
      changed(RANKER, { "genres.offsets": integers() }),
      "bad-offsets",
      "genres.offsets",
    ],
    [
      "2^40 offsets of nothing",
      changed(RANKER, {
        "genres.offsets": { dtype: "I32", shape: [2 ** 40, 0], data: new Int32Array(0) },
      }),
      "bad-offsets",
      "genres.offsets",
    ],
    [
      "offsets that begin at 1",
      changed(RANKER, { "genres.offsets": rows(ITEMS + 1, 1), "genres.values": integers(1) }),
      "bad-offsets",
      "genres.offsets",
    ],
    [
      "offsets below 0",
      changed(RANKER, {
        "genres.offsets": integers(-1, ...Array(ITEMS).fill(0)),
        "genres.values": integers(),
      }),
      "bad-offsets",
      "genres.offsets",
    ],
    [
      "offsets beyond the values",
      changed(RANKER, {
        "genres.offsets": integers(...Array(ITEMS).fill(0), 2 ** 30),
        "genres.values": integers(1),
      }),
      "bad-offsets",
      "genres.offsets",
    ],
    [
      "a genre beyond the table",
      changed(RANKER, {
        "genres.offsets": integers(0, ...Array(ITEMS).fill(1)),
        "genres.values": integers(6),
      }),
      "bad-shape",
      "genres.values",
    ],
  ])
    test(what, () => refuses(loadModel(file), code, subject));
});

describe("packs that do not fit", () => {
  const values = {
    "genres.values": integers(),
    "genres.offsets": rows(3, 0),
    "language.values": rows(2, 1),
    "released.values": shaped(2),
  };
  for (const [what, weights, side, code, subject] of [
    [
      "ids of nobody",
      CANDIDATES,
      { item_ids: upTo(0), "item.embedding": shaped(2, 9) },
      "bad-shape",
      "item_ids",
    ],
    [
      "ids that are floats",
      CANDIDATES,
      { item_ids: shaped(2), "item.embedding": shaped(2, 9) },
      "bad-dtype",
      "item_ids",
    ],
    [
      "vectors of integers",
      CANDIDATES,
      { "item.embedding": { dtype: "I32", shape: [2, 9], data: new Int32Array(18) } },
      "bad-dtype",
      "item.embedding",
    ],
    ["no feature", RANKER, {}, "missing-tensor", "genres.values"],
    [
      "numbers in bytes without their scale",
      RANKER,
      { ...values, "released.values": bytes(2) },
      "missing-tensor",
      "released.values.scale",
    ],
    ["vectors of another model", GMF, { "gmf.item": shaped(2, 5) }, "bad-shape", "gmf.item"],
    ["nothing for a gmf", GMF, {}, "missing-tensor", "gmf.item"],
  ]) {
    test(what, async () => {
      const model = await loadModel(fileOf(weights));
      await refuses(
        model.openCandidates(writeSafetensors(present({ item_ids: ids(4, 9), ...side }))),
        code,
        subject,
      );
    });
  }

  // What is stored is looked at when it is placed.
  for (const [what, weights, side, code, subject] of [
    [
      "NaN among vectors",
      CANDIDATES,
      { "item.embedding": { shape: [2, 9], data: new Float32Array(18).fill(NaN) } },
      "not-finite",
      "item.embedding",
    ],
    [
      "a scale too large",
      CANDIDATES,
      {
        "item.embedding": bytes(2, 9),
        "item.embedding.scale": { shape: [2], data: Float32Array.of(1, 3e38) },
      },
      "not-finite",
      "item.embedding",
    ],
    [
      "NaN among numbers",
      RANKER,
      { ...values, "released.values": { shape: [2], data: Float32Array.of(1, NaN) } },
      "not-finite",
      "released.values",
    ],
    [
      "infinity among folded items",
      FOLDED,
      { "item.hidden": { shape: [2, 13], data: new Float32Array(26).fill(Infinity) } },
      "not-finite",
      "item.hidden",
    ],
  ]) {
    test(`${what}: nothing of it stays`, async () => {
      const model = await loadModel(fileOf(weights));
      const user = model.user({ history: [1] });
      const before = model.recommend(user, { topK: ITEMS });
      const good = Object.fromEntries(
        Object.entries(side).map(([name, tensor]) => [
          name,
          { ...tensor, data: tensor.data.map((x) => (Number.isFinite(x) && x < 1e38 ? x : 1)) },
        ]),
      );
      const [bad, fine] = await Promise.all(
        [side, good].map((one) =>
          model.openCandidates(writeSafetensors({ item_ids: ids(4, 9), ...one })),
        ),
      );
      const expected = model.score(user, fine);
      for (let turn = 0; turn < 2; turn++) {
        for (const call of [
          () => model.score(user, bad),
          () => model.rank(user, bad),
          () => model.vectors(bad),
        ])
          assert.throws(call, { code, subject });
        assert.deepEqual(model.recommend(user, { topK: ITEMS }), before);
        assert.deepEqual(model.score(user, fine), expected);
      }
    });
  }
});

test("files and packs with random damage: each loads and answers, or says what is wrong", async () => {
  const next = uniform(5);
  const damaged = (good, round, header) => {
    const file = new Uint8Array(good.slice(0));
    for (let hit = 0; hit <= round % 3; hit++)
      file[Math.floor(next() * (round % 2 ? header : file.length))] ^= 1 << Math.floor(next() * 8);
    return file;
  };
  const known = (error) => assert.ok(error instanceof PocketrecError, error.stack);
  const features = { device: 1, year: 1990, age: 0, search: ["dog"] };
  for (const weights of [CANDIDATES, RANKER, FOLDED]) {
    const good = fileOf(weights);
    for (let round = 0; round < 200; round++) {
      const model = await loadModel(damaged(good, round, 2500)).catch(known);
      if (!model) continue;
      try {
        const user = model.user({ history: [1, 2], features });
        assert.equal(model.recommend(user, { topK: 5 }).length, 5);
        model.explain(user, 3);
      } catch (error) {
        known(error);
      }
    }
  }
  const sides = [
    [CANDIDATES, { "item.embedding": shaped(40, 9) }],
    [FOLDED, { "item.hidden": shaped(40, 13) }],
    [
      RANKER,
      {
        "genres.values": rows(40, 2),
        "genres.offsets": integers(...Array(41).keys()),
        "language.values": rows(40, 1),
        "released.values": shaped(40),
      },
    ],
  ];
  for (const [weights, side] of sides) {
    const model = await loadModel(fileOf(weights));
    const user = model.user({ history: [1, 2], features });
    const before = model.score(user, [1, 2, 3]);
    const good = writeSafetensors({ item_ids: upTo(40), ...side });
    for (let round = 0; round < 200; round++) {
      const pack = await model.openCandidates(damaged(good, round, 400)).catch(known);
      try {
        if (pack) assert.equal(model.rank(user, pack).length, pack.itemCount);
      } catch (error) {
        known(error);
      }
      assert.deepEqual(model.score(user, [1, 2, 3]), before);
    }
  }
});
