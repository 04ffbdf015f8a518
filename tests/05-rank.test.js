// Ranking: the order of a full sort, ties as given, what to leave out, and what the model has never
// heard of.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { assertClose } from "./lib/assert-close.js";
import { sampleRows } from "./lib/random.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const ITEMS = 500;
const weights = randomWeights({ kind: "gmf", gmf: 4, items: ITEMS });
const vector = randomVector(4, 5);

/** The film's name is its id. */
function named({ tensors, info }) {
  const lines = new TextEncoder().encode(
    Array.from({ length: ITEMS }, (_, row) => JSON.stringify(`film ${row}`)).join("\n"),
  );
  return {
    tensors: { ...tensors, item_ids: { dtype: "U8", shape: [lines.length], data: lines } },
    info,
  };
}

async function load(file = weights) {
  const model = await loadModel(fileOf(file));
  return { model, user: model.user({ vector }) };
}

/** Some equal scores: every third item is the same. */
function tied() {
  const data = weights.tensors["gmf.item"].data.slice();
  for (let row = 3; row < ITEMS; row += 3) data.copyWithin(4 * row, 0, 4);
  return { ...weights, tensors: { ...weights.tensors, "gmf.item": { shape: [ITEMS, 4], data } } };
}

describe("rank", () => {
  for (const topK of [0, 1, 2, 10, 199, 200, 201, Infinity]) {
    test(`topK ${topK} of 200 is the beginning of a full sort`, async () => {
      const { model, user } = await load(tied());
      const rows = sampleRows(200, ITEMS, 7);
      const scores = model.score(user, rows, { raw: true });
      const order = [...rows.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
      const ranked = model.rank(user, rows, { topK });
      assert.deepEqual(
        ranked.map(({ item }) => item),
        order.slice(0, topK).map((at) => rows[at]),
      );
      const probabilities = model.score(user, rows);
      assertClose(
        ranked.map(({ score }) => score),
        order.slice(0, topK).map((at) => probabilities[at]),
      );
    });
  }

  test("sorts by the raw score where the output function saturates", async () => {
    const { tensors, info } = weights;
    const steep = {
      ...tensors,
      "output.weight": { shape: [1, 4], data: tensors["output.weight"].data.map((x) => 1000 * x) },
    };
    const { model, user } = await load({ tensors: steep, info });
    const rows = Uint32Array.from({ length: ITEMS }, (_, row) => row);
    const raw = model.score(user, rows, { raw: true });
    const ranked = model.rank(user, rows);
    assert.ok(ranked.filter(({ score }) => score === 1).length > 10, "many a probability is 1");
    for (let i = 1; i < ranked.length; i++)
      assert.ok(raw[ranked[i - 1].item] >= raw[ranked[i].item]);
  });

  test("leaves out what is excluded, by id or by row", async () => {
    const { model, user } = await load(named(weights));
    const candidates = ["film 5", "film 9", "film 100", "film 7"];
    const all = model.rank(user, candidates).map(({ item }) => item);
    const without = all.filter((item) => item !== "film 9");
    assert.deepEqual(
      model.rank(user, candidates, { exclude: ["film 9", "film 400"] }).map(({ item }) => item),
      without,
    );
    assert.deepEqual(
      model.rank(user, candidates, { exclude: Uint32Array.of(9) }).map(({ item }) => item),
      without,
    );
    assert.deepEqual(model.rank(user, candidates, { exclude: new Set(candidates) }), []);
  });

  test("puts candidates of a newer server last, in its order, without a score", async () => {
    const { model, user } = await load(named(weights));
    const candidates = ["new b", "film 5", "new a", "film 9", 42];
    const ranked = model.rank(user, candidates);
    assert.deepEqual(ranked.slice(2), [
      { item: "new b", score: null },
      { item: "new a", score: null },
      { item: 42, score: null },
    ]);
    assert.ok(ranked.slice(0, 2).every(({ score }) => score > 0));
    assert.equal(model.rank(user, candidates, { topK: 3 }).length, 3);
    assert.deepEqual(
      model
        .rank(user, candidates, { exclude: ["new b"] })
        .slice(2)
        .map(({ item }) => item),
      ["new a", 42],
    );
  });

  test("a row excluded is no id, and an id no row", async () => {
    const data = BigInt64Array.from({ length: ITEMS }, (_, row) => BigInt(1000 + row));
    const { model, user } = await load({
      ...weights,
      tensors: { ...weights.tensors, item_ids: { dtype: "I64", shape: [ITEMS], data } },
    });
    assert.deepEqual(model.rank(user, [7, 1000], { exclude: Uint32Array.of(7) }).at(-1), {
      item: 7,
      score: null,
    });
    assert.deepEqual(
      model.rank(user, Uint32Array.of(5, 0), { exclude: [1005] }).map(({ item }) => item),
      [1000],
    );
    assert.equal(model.rank(user, [7, 1000], { exclude: [7] }).length, 1);
  });

  test("takes any iterable of candidates, once", async () => {
    const { model, user } = await load();
    function* candidates() {
      yield 3;
      yield 1;
      yield 4;
    }
    const expected = model.rank(user, [3, 1, 4]);
    assert.deepEqual(model.rank(user, candidates()), expected);
    assert.deepEqual(model.rank(user, new Set([3, 1, 4])), expected);
    assert.deepEqual(model.rank(user, Uint32Array.of(3, 1, 4)), expected);
    assert.deepEqual(model.rank(user, []), []);
  });

  test("a candidate given twice comes once", async () => {
    const { model, user } = await load();
    const [best, next] = model.rank(user, [8, 3]).map(({ item }) => item);
    for (const list of [[8, 3, 8], new Set([8, 3]), Uint32Array.of(8, 3, 8)])
      assert.deepEqual(
        model.rank(user, list).map(({ item }) => item),
        [best, next],
      );
    const { model: films, user: visitor } = await load(named(weights));
    assert.deepEqual(
      films.rank(visitor, ["new", "film 8", "new", "film 8"]).map(({ item }) => item),
      ["film 8", "new"],
    );
  });
});

describe("recommend", () => {
  test("is the whole catalogue, ranked", async () => {
    const { model, user } = await load(tied());
    const all = Uint32Array.from({ length: ITEMS }, (_, row) => row);
    assert.deepEqual(model.recommend(user, { topK: Infinity }), model.rank(user, all));
    assert.equal(model.recommend(user).length, 10, "ten by default");
  });

  test("names items by the app's ids", async () => {
    const { model, user } = await load(named(weights));
    const [{ item }] = model.recommend(user, { topK: 1, exclude: ["film 0"] });
    assert.match(item, /^film \d+$/);
  });
});

describe("ids", () => {
  test("I64 ids are numbers", async () => {
    const data = BigInt64Array.from({ length: ITEMS }, (_, row) => BigInt(1000 + 7 * row));
    const { model, user } = await load({
      ...weights,
      tensors: { ...weights.tensors, item_ids: { dtype: "I64", shape: [ITEMS], data } },
    });
    assert.deepEqual(model.score(user, [1007]), model.score(user, Uint32Array.of(1)));
    assert.throws(() => model.score(user, [1]), { code: "unknown-item", message: /1/ });
  });

  test("a Uint32Array is rows, whatever the ids are", async () => {
    const { model, user } = await load(named(weights));
    assert.deepEqual(model.score(user, Uint32Array.of(3)), model.score(user, ["film 3"]));
    const other = model.user({ history: Uint32Array.of(3, 4) });
    assert.deepEqual(other.items, ["film 3", "film 4"]);
    assert.deepEqual(other.update({ remove: Uint32Array.of(4) }).items, ["film 3"]);
  });
});

describe("refused arguments", () => {
  // A method, and its arguments after the user.
  const CALLS = [
    ["an unknown item", "score", [[3, ITEMS]], "unknown-item"],
    ["a row out of range", "score", [Uint32Array.of(1, 4e9)], "unknown-item"],
    ["a row out of range", "rank", [Uint32Array.of(1, ITEMS)], "unknown-item"],
    [
      "a row out of range to exclude",
      "rank",
      [[1], { exclude: Uint32Array.of(ITEMS) }],
      "unknown-item",
    ],
    [
      "a row out of range to filter",
      "recommend",
      [{ filter: Uint32Array.of(ITEMS) }],
      "unknown-item",
    ],
    ["a negative row", "score", [[-1]], "bad-argument"],
    ["half a row", "score", [[1.5]], "bad-argument"],
    ["NaN", "score", [[NaN]], "bad-argument"],
    ["an id where items are named by row", "score", [["film 3"]], "bad-argument"],
    ["a text", "score", ["films"], "bad-argument"],
    ["nothing", "score", [], "bad-argument"],
    ["null", "rank", [null], "bad-argument"],
    ["objects", "rank", [[{ id: 3 }]], "bad-argument"],
    ["half a topK", "rank", [[1], { topK: 1.5 }], "bad-argument"],
    ["a negative topK", "recommend", [{ topK: -1 }], "bad-argument"],
    ["a topK that is a text", "recommend", [{ topK: "10" }], "bad-argument"],
    ["exclude that is a number", "recommend", [{ exclude: 5 }], "bad-argument"],
  ];
  for (const [what, method, rest, code] of CALLS)
    test(`${method} of ${what}`, async () => {
      const { model, user } = await load();
      await assertRefused(() => model[method](user, ...rest), code);
      assert.equal(model.score(user, [1]).length, 1, "the model stays usable");
    });

  test("no user", async () => {
    const { model } = await load();
    await assertRefused(() => model.recommend(), "bad-argument", "user");
    await assertRefused(() => model.score(vector, [1]), "bad-argument", "user");
  });

  test("another model's user", async () => {
    const { model } = await load();
    const { user } = await load();
    assert.throws(() => model.score(user, [1]), { code: "bad-argument", subject: "user" });
  });
});
