// What a file of candidates or a ranker, or a candidate pack, may lie about: each lie is told by
// its name, and nothing else is thrown.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel, PocketrecError } from "pocketrec";

import { stored } from "./lib/autoencoder.js";
import { safetensorsOf, writeSafetensors } from "./lib/safetensors.js";
import { folded, randomTwoStage } from "./lib/two-stage.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 20;
const FILES = {
  candidates: randomTwoStage({ kind: "candidates", items: ITEMS, tower: [6, 5] }),
  ranker: randomTwoStage({ kind: "ranker", items: ITEMS, tower: [6, 5] }),
};
FILES.folded = folded(FILES.ranker, ITEMS);

/** A file with some tensors changed (null: left out) and some of the description. */
function changed(of, tensors = {}, info = {}) {
  const all = Object.entries({ ...FILES[of].tensors, ...tensors }).filter(([, tensor]) => tensor);
  return fileOf({ tensors: Object.fromEntries(all), info: { ...FILES[of].info, ...info } });
}

/** A file with one feature changed. */
function feature(of, name, more) {
  const features = FILES[of].info.features.map((entry) =>
    entry.name === name ? { ...entry, ...more } : entry,
  );
  return changed(of, {}, { features });
}

const floats = (shape, value = 0.1) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});
const integers = (...data) => ({ dtype: "I32", shape: [data.length], data: Int32Array.from(data) });
const lines = (text, data = new TextEncoder().encode(text)) => ({
  dtype: "U8",
  shape: [data.length],
  data,
});
const spoilt = (tensor, value = NaN) => ({
  ...tensor,
  data: tensor.data.map((x, i) => (i === 3 ? value : x)),
});
const many = (count) =>
  Array.from({ length: count }, (_, i) => ({ name: `f${i}`, kind: "continuous", default: 0 }));

const { tensors } = FILES.ranker;
const { "item.embedding": vectors, "tower.1.weight": second } = FILES.candidates.tensors;
const i8 = stored(FILES.candidates.tensors, "I8", ["item.embedding"]).file;

const LIES = [
  ["no features", changed("candidates", {}, { features: undefined }), "bad-metadata", "features"],
  ["features by name", changed("candidates", {}, { features: {} }), "bad-metadata", "features"],
  [
    "an empty list of features",
    changed("candidates", {}, { features: [] }),
    "bad-metadata",
    "features",
  ],
  ["65 features", changed("candidates", {}, { features: many(65) }), "bad-metadata", "features"],
  [
    "33 tables",
    changed(
      "candidates",
      Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`t${i}.embedding`, floats([2, 1])])),
      { features: Array.from({ length: 33 }, (_, i) => ({ name: `t${i}`, kind: "categorical" })) },
    ),
    "unsupported",
    "t32",
  ],
  [
    "a feature that is null",
    changed("candidates", {}, { features: [null] }),
    "bad-metadata",
    "features[0]",
  ],
  [
    "a feature without a name",
    feature("candidates", "age", { name: "" }),
    "bad-metadata",
    "features[4].name",
  ],
  ["a name twice", feature("candidates", "age", { name: "year" }), "bad-metadata", "features"],
  ["a side of its own", feature("ranker", "film", { side: "both" }), "bad-metadata", "film.side"],
  [
    "an item's feature among candidates",
    feature("candidates", "age", { side: "item" }),
    "bad-metadata",
    "features",
  ],
  [
    "a kind of its own",
    feature("candidates", "age", { kind: "number" }),
    "bad-metadata",
    "age.kind",
  ],
  [
    "a table that is a number",
    feature("candidates", "device", { table: 3 }),
    "bad-metadata",
    "device.table",
  ],
  [
    "a table that is not there",
    feature("candidates", "device", { table: "phone" }),
    "missing-tensor",
    "phone.embedding",
  ],
  [
    "several that is a number",
    feature("candidates", "search", { several: 2 }),
    "bad-metadata",
    "search.several",
  ],
  ["most of nothing", feature("candidates", "search", { most: 0 }), "bad-metadata", "search.most"],
  [
    "most of everything",
    feature("candidates", "search", { most: 1e9 }),
    "bad-metadata",
    "search.most",
  ],
  [
    "ids of people",
    feature("candidates", "device", { ids: "people" }),
    "bad-metadata",
    "device.ids",
  ],
  [
    "a history of one",
    feature("candidates", "watched", { several: false }),
    "bad-metadata",
    "watched.from",
  ],
  [
    "a history of words",
    feature("candidates", "search", { from: "history" }),
    "bad-metadata",
    "search.from",
  ],
  [
    "padding behind the table",
    feature("candidates", "search", { padding: 6 }),
    "bad-metadata",
    "search.padding",
  ],
  [
    "padding that is a word",
    feature("candidates", "search", { padding: "none" }),
    "bad-metadata",
    "search.padding",
  ],
  [
    "inputs of its own",
    feature("candidates", "age", { inputs: ["cube"] }),
    "bad-metadata",
    "age.inputs",
  ],
  [
    "an input twice",
    feature("candidates", "age", { inputs: ["value", "value"] }),
    "bad-metadata",
    "age.inputs",
  ],
  ["no inputs", feature("candidates", "age", { inputs: [] }), "bad-metadata", "age.inputs"],
  [
    "a default that is a word",
    feature("candidates", "age", { default: "old" }),
    "bad-metadata",
    "age.default",
  ],
  [
    "a default too large for a float",
    feature("candidates", "age", { default: 1e39 }),
    "bad-metadata",
    "age.default",
  ],
  [
    "a default that is no list",
    feature("candidates", "search", { default: "space" }),
    "bad-metadata",
    "search.default",
  ],
  [
    "a default that is no row",
    feature("candidates", "device", { default: "phone" }),
    "bad-metadata",
    "device.default",
  ],
  [
    "normalize of a ranker",
    changed("ranker", {}, { normalize: "l2" }),
    "bad-metadata",
    "normalize",
  ],
  [
    "normalize of its own",
    changed("candidates", {}, { normalize: "l1" }),
    "bad-metadata",
    "normalize",
  ],
  ["an output of its own", changed("candidates", {}, { output: "exp" }), "bad-metadata", "output"],
  ["a ranker's softmax", changed("ranker", {}, { output: "softmax" }), "bad-metadata", "output"],
  [
    "activations for more layers",
    changed("candidates", {}, { activation: ["relu", "relu", "relu"] }),
    "bad-metadata",
    "activation",
  ],
  [
    "activations of a ranker",
    changed("ranker", {}, { activation: ["relu", "relu"] }),
    "bad-metadata",
    "activation",
  ],

  [
    "an embedding that is a vector",
    changed("candidates", { "device.embedding": floats([8]) }),
    "bad-shape",
    "device.embedding",
  ],
  [
    "an embedding of no rows",
    changed("candidates", { "device.embedding": floats([0, 2]) }),
    "bad-shape",
    "device.embedding",
  ],
  [
    "a table of items with fewer rows",
    changed("candidates", { "film.embedding": floats([19, 5]) }),
    "bad-shape",
    "film.embedding",
  ],
  [
    "a table of items with more rows than ids",
    changed("ranker", { item_ids: integersAs64(19) }),
    "bad-shape",
    "film.embedding",
  ],
  [
    "ids for other items",
    changed("candidates", { item_ids: integersAs64(19) }),
    "bad-shape",
    "item_ids",
  ],
  [
    "an embedding of integers",
    changed("candidates", {
      "device.embedding": { ...integers(...Array(8).fill(1)), shape: [4, 2] },
    }),
    "bad-dtype",
    "device.embedding",
  ],
  [
    "an embedding with NaN",
    changed("candidates", { "search.embedding": spoilt(tensors["search.embedding"]) }),
    "not-finite",
    "search.embedding",
  ],
  [
    "a vocabulary that is short",
    changed("candidates", { "search.vocabulary": lines('"space"\n"dog"') }),
    "bad-shape",
    "search.vocabulary",
  ],
  [
    "a word twice",
    changed("candidates", { "search.vocabulary": lines('"a"\n"b"\n"c"\n"d"\n"e"\n"a"') }),
    "bad-shape",
    "search.vocabulary",
  ],
  [
    "a vocabulary that is no JSON",
    changed("candidates", { "search.vocabulary": lines("a\nb\nc\nd\ne\nf") }),
    "bad-metadata",
    "search.vocabulary",
  ],
  [
    "one quantile",
    changed("candidates", { "year.quantiles": floats([1]) }),
    "bad-shape",
    "year.quantiles",
  ],
  [
    "quantiles that fall",
    changed("candidates", { "year.quantiles": { shape: [3], data: Float32Array.of(1, 2, 1.5) } }),
    "bad-shape",
    "year.quantiles",
  ],
  [
    "quantiles with infinity",
    changed("candidates", {
      "year.quantiles": { shape: [3], data: Float32Array.of(1, 2, Infinity) },
    }),
    "not-finite",
    "year.quantiles",
  ],
  [
    "quantiles in a table",
    changed("candidates", { "year.quantiles": floats([2, 2]) }),
    "bad-shape",
    "year.quantiles",
  ],
  [
    "no tower",
    changed("candidates", { "tower.0.weight": null }),
    "missing-tensor",
    "tower.0.weight",
  ],
  [
    "a tower for other features",
    changed("candidates", { "tower.0.weight": floats([6, 15]) }),
    "bad-shape",
    "tower.0.weight",
  ],
  [
    "a layer that does not fit",
    changed("candidates", { "tower.1.weight": floats([5, 7]) }),
    "bad-shape",
    "tower.1.weight",
  ],
  [
    "a bias that is long",
    changed("candidates", { "tower.1.bias": floats([6]) }),
    "bad-shape",
    "tower.1.bias",
  ],
  [
    "seventeen layers",
    fileOf(randomTwoStage({ kind: "candidates", items: 5, tower: Array(17).fill(2) })),
    "unsupported",
    "tower.16.weight",
  ],
  [
    "a weight with infinity",
    changed("candidates", { "tower.1.weight": spoilt(second, Infinity) }),
    "not-finite",
    "tower.1.weight",
  ],
  [
    "vectors of another width",
    changed("candidates", { "item.embedding": floats([20, 6]) }),
    "bad-shape",
    "item.embedding",
  ],
  [
    "vectors with NaN",
    changed("candidates", { "item.embedding": spoilt(vectors) }),
    "not-finite",
    "item.embedding",
  ],
  [
    "bytes without scales",
    changed("candidates", { "item.embedding": i8["item.embedding"] }),
    "missing-tensor",
    "item.embedding.scale",
  ],
  [
    "a scale that is NaN",
    changed("candidates", {
      "item.embedding": i8["item.embedding"],
      "item.embedding.scale": spoilt(i8["item.embedding.scale"]),
    }),
    "not-finite",
    "item.embedding",
  ],
  [
    "vectors in doubles",
    changed("candidates", {
      "item.embedding": { dtype: "F64", shape: [20, 5], data: new Float64Array(100) },
    }),
    "bad-dtype",
    "item.embedding",
  ],

  ["no output", changed("ranker", { "output.weight": null }), "missing-tensor", "output.weight"],
  [
    "an output of another width",
    changed("ranker", { "output.weight": floats([1, 6]) }),
    "bad-shape",
    "output.weight",
  ],
  [
    "values left out",
    changed("ranker", { "language.values": null }),
    "missing-tensor",
    "language.values",
  ],
  [
    "values for fewer items",
    changed("ranker", { "language.values": integers(1, 2) }),
    "bad-shape",
    "language.values",
  ],
  [
    "values in floats",
    changed("ranker", { "language.values": floats([20]) }),
    "bad-dtype",
    "language.values",
  ],
  [
    "values behind the table",
    changed("ranker", { "language.values": integers(...Array(20).fill(4)) }),
    "bad-shape",
    "language.values",
  ],
  [
    "values below -1",
    changed("ranker", { "language.values": integers(...Array(20).fill(-2)) }),
    "bad-shape",
    "language.values",
  ],
  [
    "values that are NaN",
    changed("ranker", { "released.values": spoilt(tensors["released.values"]) }),
    "not-finite",
    "released.values",
  ],
  [
    "offsets left out",
    changed("ranker", { "genres.offsets": null }),
    "missing-tensor",
    "genres.offsets",
  ],
  [
    "offsets for fewer items",
    changed("ranker", { "genres.offsets": integers(0, tensors["genres.values"].shape[0]) }),
    "bad-offsets",
    "genres.offsets",
  ],
  [
    "offsets that fall",
    changed("ranker", {
      "genres.offsets": {
        ...tensors["genres.offsets"],
        data: tensors["genres.offsets"].data.map((at, i) => (i === 5 ? 0 : at)),
      },
    }),
    "bad-offsets",
    "genres.offsets",
  ],
  [
    "offsets that end early",
    changed("ranker", { "genres.values": integers(...tensors["genres.values"].data, 1) }),
    "bad-offsets",
    "genres.offsets",
  ],
  [
    "offsets in floats",
    changed("ranker", { "genres.offsets": floats([21]) }),
    "bad-dtype",
    "genres.offsets",
  ],
  [
    "folded items of another width",
    changed("folded", { "item.hidden": floats([20, 7]) }),
    "bad-shape",
    "item.hidden",
  ],
  [
    "folded items for a table of others",
    changed("folded", { "item.hidden": floats([21, 6]) }),
    "bad-shape",
    "film.embedding",
  ],
];

function integersAs64(count) {
  return {
    dtype: "I64",
    shape: [count],
    data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i)),
  };
}

describe("files that lie", () => {
  for (const [lie, file, code, subject] of LIES) {
    test(lie, async () => {
      const error = await loadModel(file).then(
        () => assert.fail("it was believed"),
        (error) => error,
      );
      assert.ok(error instanceof PocketrecError, error.stack);
      assert.deepEqual([error.code, error.subject], [code, subject], error.message);
    });
  }
});

const ids = (...names) => lines(names.map((name) => JSON.stringify(name)).join("\n"));
const pack = (more) =>
  writeSafetensors(
    Object.fromEntries(
      Object.entries({
        item_ids: ids("a", "b"),
        "genres.values": integers(1, 2, 3),
        "genres.offsets": integers(0, 2, 3),
        "language.values": integers(0, -1),
        "released.values": floats([2]),
        ...more,
      }).filter(([, tensor]) => tensor),
    ),
  );

const PACKS = [
  ["no ids", "ranker", pack({ item_ids: null }), "missing-tensor", "item_ids"],
  ["an id twice", "ranker", pack({ item_ids: ids("a", "a") }), "bad-shape", "item_ids"],
  [
    "nothing at all",
    "ranker",
    pack({
      item_ids: lines(""),
      "genres.values": integers(),
      "genres.offsets": integers(0),
      "language.values": integers(),
      "released.values": floats([0]),
    }),
    "bad-shape",
    "item_ids",
  ],
  [
    "a value left out",
    "ranker",
    pack({ "released.values": null }),
    "missing-tensor",
    "released.values",
  ],
  [
    "values of other items",
    "ranker",
    pack({ "released.values": floats([3]) }),
    "bad-shape",
    "released.values",
  ],
  [
    "a value behind the table",
    "ranker",
    pack({ "language.values": integers(0, 4) }),
    "bad-shape",
    "language.values",
  ],
  [
    "offsets that fall",
    "ranker",
    pack({ "genres.offsets": integers(0, 4, 3) }),
    "bad-offsets",
    "genres.offsets",
  ],
  [
    "folded items for another tower",
    "ranker",
    pack({ "item.hidden": floats([2, 5]) }),
    "bad-shape",
    "item.hidden",
  ],
  [
    "values for a ranker that takes folded items",
    "folded",
    pack({}),
    "missing-tensor",
    "item.hidden",
  ],
  ["values for candidates", "candidates", pack({}), "missing-tensor", "item.embedding"],
  [
    "vectors of another width",
    "candidates",
    pack({ "item.embedding": floats([2, 4]) }),
    "bad-shape",
    "item.embedding",
  ],
  [
    "vectors for other items",
    "candidates",
    pack({ "item.embedding": floats([3, 5]) }),
    "bad-shape",
    "item.embedding",
  ],
  ["a body cut off", "ranker", pack({}).slice(0, -3), "truncated", undefined],
  [
    "a page of HTML",
    "ranker",
    new TextEncoder().encode("<!doctype html><title>502</title>"),
    "not-safetensors",
    "file",
  ],
  [
    "a claim of 2^40 ids",
    "ranker",
    safetensorsOf(
      JSON.stringify({ item_ids: { dtype: "U8", shape: [2 ** 40], data_offsets: [0, 2 ** 40] } }),
      8,
    ),
    "truncated",
    "item_ids",
  ],
];

describe("packs that lie", () => {
  for (const [lie, of, body, code, subject] of PACKS) {
    test(`${lie}, and the model is as before`, async () => {
      const model = await loadModel(changed(of));
      const user = model.user({ history: [1, 2] });
      const before = model.recommend(user);
      const error = await model.openCandidates(body).then(
        () => assert.fail("it was believed"),
        (error) => error,
      );
      assert.ok(error instanceof PocketrecError, error.stack);
      assert.equal(error.code, code, error.message);
      if (subject) assert.equal(error.subject, subject);
      assert.deepEqual(model.recommend(user), before);
    });
  }

  test("NaN in a pack is told when its rows are first asked for, each time, and the model is as before", async () => {
    for (const [of, more] of [
      ["ranker", { "released.values": floats([2], NaN) }],
      ["candidates", { "item.embedding": floats([2, 5], NaN) }],
    ]) {
      const model = await loadModel(changed(of));
      const user = model.user({ history: [1, 2] });
      const before = model.recommend(user);
      const opened = await model.openCandidates(pack(more));
      for (let turn = 0; turn < 2; turn++)
        assert.throws(() => model.rank(user, opened), {
          name: "PocketrecError",
          code: "not-finite",
        });
      assert.deepEqual(model.recommend(user), before);
    }
  });
});

describe("arguments that turn on their reader", () => {
  test("features that change the person, or the model, while they are read", async () => {
    const model = await loadModel(changed("candidates"));
    const other = model.user({ history: [5, 6] });
    const expected = model.user({ history: [1], features: { search: ["dog"], year: 1999 } });
    const features = {
      get search() {
        other.update({ add: [7] });
        model.recommend(other);
        return (function* () {
          model.score(other, [1]);
          yield "dog";
        })();
      },
      get year() {
        model.user({ history: [9, 10, 11] });
        return 1999;
      },
    };
    assert.deepEqual(model.user({ history: [1], features }).vector, expected.vector);
  });

  test("a proxy that throws keeps its own error, and the model is as before", async () => {
    const model = await loadModel(changed("ranker"));
    const user = model.user({ history: [1] });
    const before = model.recommend(user);
    const features = new Proxy(
      {},
      {
        ownKeys() {
          throw new RangeError("mine");
        },
      },
    );
    assert.throws(() => model.user({ history: [1], features }), RangeError);
    assert.throws(() => user.update({ features }), RangeError);
    assert.deepEqual(model.recommend(user), before);
  });

  test("lists that never end, are gone, or are none", async () => {
    const model = await loadModel(changed("candidates"));
    const user = model.user({ history: [1] });
    const gone = Uint32Array.of(1, 2);
    const mine = new RangeError("mine");
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const lists = {
      endless: (function* () {
        for (;;) yield "dog";
      })(),
      gone,
      "no iterator": { [Symbol.iterator]: () => 3 },
      throwing: {
        [Symbol.iterator]() {
          throw mine;
        },
      },
    };
    for (const [what, search] of Object.entries(lists)) {
      const before = user.vector;
      assert.throws(
        () => model.user({ history: [1], features: { search } }),
        { name: "PocketrecError", code: "bad-feature", subject: "search" },
        what,
      );
      // A generator that was stopped is empty the next time.
      if (what !== "endless")
        assert.throws(
          () => user.update({ features: { search } }),
          (error) => what !== "throwing" || error.cause === mine,
        );
      assert.deepEqual(user.vector, before);
    }
  });

  test("a model let go while features are read", async () => {
    const model = await loadModel(changed("candidates"));
    assert.throws(
      () =>
        model.user({
          history: [1],
          features: {
            get year() {
              model.dispose();
              return 2000;
            },
          },
        }),
      { code: "disposed" },
    );
  });
});
