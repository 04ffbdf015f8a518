// Files of candidates and rankers, and candidate packs, that are inconsistent or damaged: each is
// refused with the name of what is wrong, and the model stays as it was.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { stored } from "./lib/autoencoder.js";
import { changedFile, filled, floats, ids, int8, int32 } from "./lib/changed-files.js";
import { int32Table, lines, withValue, zeros } from "./lib/changed-files.js";
import { uniform } from "./lib/random.js";
import { safetensorsOf, writeSafetensors } from "./lib/safetensors.js";
import { folded, randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 20;
const FILES = {
  candidates: randomTwoStage({ kind: "candidates", items: ITEMS, tower: [6, 5] }),
  ranker: randomTwoStage({ kind: "ranker", items: ITEMS, tower: [6, 5] }),
  gmf: randomWeights({ kind: "gmf", items: ITEMS, gmf: 6 }),
};
FILES.folded = folded(FILES.ranker, ITEMS);

/** A file with some tensors changed (null: removed) and some of the description. */
const changed = (of, tensors, info) => changedFile(FILES[of], tensors, info);

/** The schema of a file with one feature changed. */
const withFeature = (of, name, change) =>
  FILES[of].info.features.map((one) => (one.name === name ? { ...one, ...change } : one));

const repeated = (count, value) => int32(...Array(count).fill(value));
const doubles = (...shape) => ({ dtype: "F64", shape, data: new Float64Array(100) });
const words = (...list) => lines(list.map((word) => JSON.stringify(word)).join("\n"));
const idsBelow = (count) => ids(...Array(count).keys());
const { tensors: T } = FILES.ranker;
const { "item.embedding": VECTORS, "tower.1.weight": SECOND } = FILES.candidates.tensors;
const I8 = stored(FILES.candidates.tensors, "I8", ["item.embedding"]).file;
const ITEM_TABLE = "film.embedding";
const I8_SCALE = "item.embedding.scale";

describe("descriptions of features", () => {
  const continuous = Array.from({ length: 65 }, (_, i) => ({
    name: `f${i}`,
    kind: "continuous",
    default: 0,
  }));
  const LISTS = [
    ["no features", undefined, "features"],
    ["features by name", {}, "features"],
    ["an empty list", [], "features"],
    ["65 features", continuous, "features"],
    ["null in the list", [null], "features[0]"],
    ["a list in the list", [[]], "features[0]"],
  ];
  for (const [what, features, subject] of LISTS)
    test(what, () =>
      assertRefused(loadModel(changed("candidates", {}, { features })), "bad-metadata", subject),
    );

  // The feature, its change, and the subject if it is not the feature's changed property.
  const FEATURES = [
    ["a feature without a name", "candidates", "age", { name: "" }, "features[4].name"],
    ["a name twice", "candidates", "age", { name: "year" }, "features"],
    ["an unknown side", "ranker", "film", { side: "both" }],
    ["an item's feature among candidates", "candidates", "age", { side: "item" }, "features"],
    ["an unknown kind", "candidates", "age", { kind: "number" }],
    ["a table that is a number", "candidates", "device", { table: 3 }],
    ["a table without a name", "candidates", "device", { table: "" }],
    ["several that is a number", "candidates", "search", { several: 2 }],
    ["most: 0", "candidates", "search", { most: 0 }],
    ["most: half a value", "candidates", "search", { most: 1.5 }],
    ["most: a milliard", "candidates", "search", { most: 1e9 }],
    ["ids of an unknown kind", "candidates", "device", { ids: "users" }],
    ["from an unknown source", "candidates", "watched", { from: "server" }],
    ["a history of one value", "candidates", "watched", { several: false }, "watched.from"],
    ["a history of words", "candidates", "search", { from: "history" }],
    ["a history of an item", "ranker", "watched", { side: "item" }, "watched.from"],
    ["padding beyond the table", "candidates", "search", { padding: 6 }],
    ["padding of 2^31", "candidates", "search", { padding: 2 ** 31 }],
    ["padding that is a word", "candidates", "search", { padding: "none" }],
    ["an unknown input", "candidates", "age", { inputs: ["cube"] }],
    ["an input named as a method", "candidates", "year", { inputs: ["toString"] }],
    ["an input twice", "candidates", "age", { inputs: ["value", "value"] }],
    ["no inputs", "candidates", "age", { inputs: [] }],
    ["inputs that are a text", "candidates", "year", { inputs: "value" }],
    ["a number's default that is a word", "candidates", "age", { default: "old" }],
    ["a default too large for a float", "candidates", "age", { default: 1e39 }],
    ["a list's default that is a word", "candidates", "search", { default: "space" }],
    ["a row's default that is a word", "candidates", "device", { default: "phone" }],
  ];
  for (const [what, of, name, change, subject = `${name}.${Object.keys(change)[0]}`] of FEATURES)
    test(what, () => {
      const features = withFeature(of, name, change);
      return assertRefused(loadModel(changed(of, {}, { features })), "bad-metadata", subject);
    });
});

describe("descriptions of models", () => {
  const check = (more) => ({ check: [{ items: [1], scores: [1], ...more }] });
  const INFO = [
    ["normalize of a ranker", "ranker", { normalize: "l2" }],
    ["an unknown normalize", "candidates", { normalize: "l1" }],
    ["a ranker's output of candidates", "candidates", { output: "exp" }],
    ["a softmax of a ranker", "ranker", { output: "softmax" }],
    ["activations for more layers", "candidates", { activation: ["relu", "relu", "relu"] }],
    ["several activations of a ranker", "ranker", { activation: ["relu", "relu"] }],
    ["a check whose user is a text", "candidates", check({ user: "me" })],
    ["a check with half a row", "candidates", check({ user: {}, history: [0.5] })],
  ];
  for (const [what, of, info] of INFO)
    test(what, () =>
      assertRefused(loadModel(changed(of, {}, info)), "bad-metadata", Object.keys(info)[0]),
    );
});

describe("tensors", () => {
  const many = Array.from({ length: 33 }, (_, i) => `t${i}`);
  const tables = Object.fromEntries(many.map((name) => [`${name}.embedding`, zeros(2, 1)]));
  const features = many.map((name) => ({ name, kind: "categorical" }));
  const seventeen = (kind, width) => randomTwoStage({ kind, tower: Array(17).fill(width) });
  const otherTable = { features: withFeature("candidates", "device", { table: "phone" }) };
  const itemTable = { features: withFeature("candidates", "device", { ids: "items" }) };
  const noCatalogue = { "item.embedding": null, "device.embedding": zeros(19, 2) };
  const MORE = [
    ["33 tables", changed("candidates", tables, { features }), "unsupported", "t32"],
    [
      "a table that is missing",
      changed("candidates", {}, otherTable),
      "missing-tensor",
      "phone.embedding",
    ],
    [
      "tables of items that differ, without a catalogue",
      changed("candidates", noCatalogue, itemTable),
      "bad-shape",
      "device.embedding",
    ],
    ["17 layers", fileOf(seventeen("candidates", 2)), "unsupported", "tower.16.weight"],
    ["17 layers of a ranker", fileOf(seventeen("ranker", 3)), "unsupported", "tower.16.weight"],
  ];
  for (const [what, file, code, subject] of MORE)
    test(what, () => assertRefused(loadModel(file), code, subject));

  const hugeTable = { shape: [2 ** 31, 0], data: new Float32Array(0) };
  const integerTable = { ...repeated(8, 1), shape: [4, 2] };
  const fewVectors = { "item.embedding": I8["item.embedding"] };
  const badScale = { ...fewVectors, [I8_SCALE]: withValue(I8[I8_SCALE], 3, NaN) };
  const shortScale = { "device.embedding.scale": zeros(3), "device.embedding": int8(4, 2) };
  const offsets = (offsets, values) => ({ "genres.offsets": offsets, "genres.values": values });
  const withNaN = (name) => ({ [name]: withValue(T[name], 3, NaN) });
  const vocabulary = (tensor) => ({ "search.vocabulary": tensor });
  const falling = withValue(T["genres.offsets"], 5, 0);
  const genres = T["genres.values"];
  const longer = int32(...genres.data, 1);
  const below0 = int32(-1, ...Array(ITEMS).fill(0));
  const beyond = int32(...Array(ITEMS).fill(0), 2 ** 30);
  const oneEach = int32(0, ...Array(ITEMS).fill(1));
  const oneGenre = { "genres.values": int32(6), "genres.offsets": oneEach };

  // The changed tensors (null: removed), and the subject if it is not the first of them.
  const TENSORS = {
    candidates: [
      ["an embedding that is a vector", { "device.embedding": zeros(8) }, "bad-shape"],
      ["an embedding of no rows", { "device.embedding": zeros(0, 2) }, "bad-shape"],
      ["an embedding of no columns", { "device.embedding": zeros(4, 0) }, "bad-shape"],
      ["an embedding of 2^31 empty rows", { "device.embedding": hugeTable }, "bad-shape"],
      ["an item table with fewer rows", { "film.embedding": zeros(19, 5) }, "bad-shape"],
      ["ids for other items", { item_ids: idsBelow(19) }, "bad-shape"],
      ["no ids", { item_ids: idsBelow(0) }, "bad-shape"],
      ["an id twice", { item_ids: ids(...Array(ITEMS).fill(5)) }, "bad-shape"],
      ["an embedding of integers", { "device.embedding": integerTable }, "bad-dtype"],
      ["NaN in a table", withNaN("search.embedding"), "not-finite"],
      ["a scale for fewer rows", shortScale, "bad-shape"],
      ["a vocabulary that is short", vocabulary(words("space", "dog")), "bad-shape"],
      ["a word twice", vocabulary(words(..."abcdea")), "bad-shape"],
      ["a vocabulary without JSON", vocabulary(lines("a\nb\nc\nd\ne\nf")), "bad-metadata"],
      ["a vocabulary of objects", vocabulary(words({}, {}, {}, {}, {}, {})), "bad-metadata"],
      ["a vocabulary of floats", vocabulary(zeros(6)), "bad-dtype"],
      ["a vocabulary of no bytes", vocabulary(lines("")), "bad-metadata"],
      ["no quantile", { "year.quantiles": zeros(0) }, "bad-shape"],
      ["one quantile", { "year.quantiles": zeros(1) }, "bad-shape"],
      ["quantiles that fall", { "year.quantiles": floats(1, 2, 1.5) }, "bad-shape"],
      ["infinity in quantiles", { "year.quantiles": floats(1, 2, Infinity) }, "not-finite"],
      ["quantiles in a table", { "year.quantiles": zeros(2, 2) }, "bad-shape"],
      ["no tower", { "tower.0.weight": null }, "missing-tensor"],
      ["a tower for other features", { "tower.0.weight": zeros(6, 15) }, "bad-shape"],
      ["a layer that does not fit", { "tower.1.weight": zeros(5, 7) }, "bad-shape"],
      ["a gap in the tower", { "tower.1.weight": null }, "bad-shape", "item.embedding"],
      ["a bias that is long", { "tower.1.bias": zeros(6) }, "bad-shape"],
      ["infinity in a weight", { "tower.1.weight": withValue(SECOND, 3, Infinity) }, "not-finite"],
      ["vectors of another width", { "item.embedding": zeros(20, 6) }, "bad-shape"],
      ["NaN in a vector", { "item.embedding": withValue(VECTORS, 3, NaN) }, "not-finite"],
      ["I8 without scales", fewVectors, "missing-tensor", I8_SCALE],
      ["NaN in a scale", badScale, "not-finite"],
      ["vectors in doubles", { "item.embedding": doubles(20, 5) }, "bad-dtype"],
    ],
    ranker: [
      ["fewer ids than items", { item_ids: idsBelow(19) }, "bad-shape", ITEM_TABLE],
      ["no output", { "output.weight": null }, "missing-tensor"],
      ["an output of another width", { "output.weight": zeros(1, 6) }, "bad-shape"],
      ["two output biases", { "output.bias": zeros(2) }, "bad-shape"],
      ["no values of a feature", { "language.values": null }, "missing-tensor"],
      ["values for fewer items", { "language.values": int32(1, 2) }, "bad-shape"],
      ["rows in floats", { "language.values": zeros(20) }, "bad-dtype"],
      ["rows beyond the table", { "language.values": repeated(20, 4) }, "bad-shape"],
      ["rows below -1", { "language.values": repeated(20, -2) }, "bad-shape"],
      ["NaN in numbers", withNaN("released.values"), "not-finite"],
      ["numbers in integers", { "released.values": repeated(ITEMS, 1) }, "bad-dtype"],
      ["numbers in a table", { "released.values": zeros(ITEMS, 1) }, "bad-shape"],
      ["offsets that are missing", { "genres.offsets": null }, "missing-tensor"],
      ["no offsets", { "genres.offsets": int32() }, "bad-offsets"],
      ["2^40 empty offsets", { "genres.offsets": int32Table(2 ** 40, 0) }, "bad-offsets"],
      ["offsets for fewer items", { "genres.offsets": int32(0, genres.shape[0]) }, "bad-offsets"],
      ["offsets that fall", { "genres.offsets": falling }, "bad-offsets"],
      ["offsets from 1", offsets(repeated(ITEMS + 1, 1), int32(1)), "bad-offsets"],
      ["offsets below 0", offsets(below0, int32()), "bad-offsets"],
      ["offsets beyond the values", offsets(beyond, int32(1)), "bad-offsets"],
      ["offsets that end early", offsets(T["genres.offsets"], longer), "bad-offsets"],
      ["offsets in floats", { "genres.offsets": zeros(21) }, "bad-dtype"],
      ["a genre beyond the table", oneGenre, "bad-shape"],
    ],
    folded: [
      ["folded items of another width", { "item.hidden": zeros(20, 7) }, "bad-shape"],
      ["folded items for more items", { "item.hidden": zeros(21, 6) }, "bad-shape", ITEM_TABLE],
      ["NaN in folded items", { "item.hidden": filled(NaN, 20, 6) }, "not-finite"],
    ],
  };
  for (const [of, cases] of Object.entries(TENSORS)) {
    for (const [what, tensors, code, subject = Object.keys(tensors)[0]] of cases)
      test(`${of}: ${what}`, () => assertRefused(loadModel(changed(of, tensors)), code, subject));
  }
});

const VALUES = {
  "genres.values": int32(1, 2, 3),
  "genres.offsets": int32(0, 2, 3),
  "language.values": int32(0, -1),
  "released.values": zeros(2),
};
/** The values of a ranker's items with one tensor changed, which is named first. */
const withValues = (name, tensor) => ({ [name]: tensor, ...VALUES, [name]: tensor });

/** A pack of two items. */
function packOf(side) {
  const all = Object.entries({ item_ids: words("a", "b"), ...side }).filter(([, tensor]) => tensor);
  return writeSafetensors(Object.fromEntries(all));
}

describe("candidate packs", () => {
  const noItems = {
    item_ids: lines(""),
    "genres.values": int32(),
    "genres.offsets": int32(0),
    "language.values": int32(),
    "released.values": zeros(0),
  };
  const integers = int32Table(2, 5);
  const claim = { item_ids: { dtype: "U8", shape: [2 ** 40], data_offsets: [0, 2 ** 40] } };
  const html = new TextEncoder().encode("<!doctype html><title>502</title>");
  const vectors = { "item.embedding": zeros(2, 5) };
  const hidden = { ...VALUES, "item.hidden": zeros(2, 5) };
  const byteNumbers = { ...VALUES, "released.values": int8(2) };

  // The tensors, and the subject if it is not the first that is changed.
  const PACKS = [
    ["no ids", "ranker", { item_ids: null, ...VALUES }, "missing-tensor"],
    ["an id twice", "ranker", { item_ids: words("a", "a"), ...VALUES }, "bad-shape"],
    ["no items", "ranker", noItems, "bad-shape"],
    ["no ids in a list", "candidates", { item_ids: idsBelow(0), ...vectors }, "bad-shape"],
    ["ids in floats", "candidates", { item_ids: zeros(2), ...vectors }, "bad-dtype"],
    ["no features", "ranker", {}, "missing-tensor", "genres.values"],
    ["a feature left out", "ranker", withValues("released.values", null), "missing-tensor"],
    ["values of other items", "ranker", withValues("released.values", zeros(3)), "bad-shape"],
    ["a row beyond the table", "ranker", withValues("language.values", int32(0, 4)), "bad-shape"],
    ["offsets that fall", "ranker", withValues("genres.offsets", int32(0, 4, 3)), "bad-offsets"],
    ["I8 without its scale", "ranker", byteNumbers, "missing-tensor", "released.values.scale"],
    ["folded items for another tower", "ranker", hidden, "bad-shape", "item.hidden"],
    ["values of features", "folded", VALUES, "missing-tensor", "item.hidden"],
    ["values of features", "candidates", VALUES, "missing-tensor", "item.embedding"],
    ["vectors of another width", "candidates", { "item.embedding": zeros(2, 4) }, "bad-shape"],
    ["vectors for other items", "candidates", { "item.embedding": zeros(3, 5) }, "bad-shape"],
    ["vectors of integers", "candidates", { "item.embedding": integers }, "bad-dtype"],
    ["vectors of another width", "gmf", { "gmf.item": zeros(2, 5) }, "bad-shape"],
    ["no vectors", "gmf", {}, "missing-tensor", "gmf.item"],
  ].map(([what, of, side, code, subject = Object.keys(side)[0]]) => [
    ...[what, of, packOf(side), code, subject],
  ]);
  const BODIES = [
    ["a body cut off", "ranker", packOf(VALUES).slice(0, -3), "truncated"],
    ["a page of HTML", "ranker", html, "not-safetensors", "file"],
    ["2^40 ids", "ranker", safetensorsOf(JSON.stringify(claim), 8), "truncated", "item_ids"],
  ];
  for (const [what, of, body, code, subject] of [...PACKS, ...BODIES]) {
    test(`${of}: ${what}, and the model is unchanged`, async () => {
      const model = await loadModel(changed(of));
      const user = model.user({ history: [1, 2] });
      const before = model.recommend(user);
      await assertRefused(model.openCandidates(body), code, subject);
      assert.deepEqual(model.recommend(user), before);
    });
  }

  // Stored numbers are checked when they are copied into the module.
  const scaled = (scale) => ({ "item.embedding": int8(2, 5), [I8_SCALE]: scale });
  const largeScale = scaled(floats(1, 3e38));
  const NOT_FINITE = [
    ["NaN in vectors", "candidates", { "item.embedding": filled(NaN, 2, 5) }],
    ["a scale too large", "candidates", largeScale],
    ["NaN in numbers", "ranker", withValues("released.values", floats(1, NaN))],
    ["infinity in folded items", "folded", { "item.hidden": filled(Infinity, 2, 6) }],
  ];
  for (const [what, of, side] of NOT_FINITE) {
    const [subject] = Object.keys(side);
    test(`${what}: each use is refused, and the model is unchanged`, async () => {
      const model = await loadModel(changed(of));
      const user = model.user({ history: [1, 2] });
      const before = model.recommend(user, { topK: ITEMS });
      const good = Object.fromEntries(
        Object.entries(side).map(([name, tensor]) => [
          name,
          { ...tensor, data: tensor.data.map((x) => (Number.isFinite(x) && x < 1e38 ? x : 1)) },
        ]),
      );
      const bad = await model.openCandidates(packOf(side));
      const fine = await model.openCandidates(packOf(good));
      const expected = model.score(user, fine);
      for (let turn = 0; turn < 2; turn++) {
        for (const use of [
          () => model.score(user, bad),
          () => model.rank(user, bad),
          () => model.vectors(bad),
        ])
          await assertRefused(use, "not-finite", subject);
        assert.deepEqual(model.recommend(user, { topK: ITEMS }), before);
        assert.deepEqual(model.score(user, fine), expected);
      }
    });
  }
});

describe("features whose getters and iterators run code of the app", () => {
  test("features that change another user, or use the model, while they are read", async () => {
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

  test("the error of a proxy is thrown unchanged, and the model is unchanged", async () => {
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

  test("lists that are endless, detached or not iterable", async () => {
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

  test("a model disposed while features are read", async () => {
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

test("files and packs with random bit flips either work or are refused", async () => {
  const next = uniform(5);
  const damaged = (good, round, header) => {
    const file = new Uint8Array(good.slice(0));
    for (let hit = 0; hit <= round % 3; hit++)
      file[Math.floor(next() * (round % 2 ? header : file.length))] ^= 1 << Math.floor(next() * 8);
    return file;
  };
  const known = (error) => assert.ok(error instanceof PocketrecError, error.stack);
  const features = { device: 1, year: 1990, age: 0, search: ["dog"] };
  for (const of of ["candidates", "ranker", "folded"]) {
    const good = changed(of);
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
  const values = {
    "genres.values": repeated(40, 2),
    "genres.offsets": int32(...Array(41).keys()),
    "language.values": repeated(40, 1),
    "released.values": zeros(40),
  };
  const sides = {
    candidates: { "item.embedding": zeros(40, 5) },
    folded: { "item.hidden": zeros(40, 6) },
    ranker: values,
  };
  for (const [of, side] of Object.entries(sides)) {
    const model = await loadModel(changed(of));
    const user = model.user({ history: [1, 2], features });
    const before = model.score(user, [1, 2, 3]);
    const good = writeSafetensors({ item_ids: idsBelow(40), ...side });
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
