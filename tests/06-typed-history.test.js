// A history in typed arrays, { items, ratings }: of every family the same user, bit for bit, as of
// the same interactions in a list, and all checks of lists.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";

import { createRecommender, exactIndex, fromModel, loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { randomAutoencoder } from "./lib/autoencoder.js";
import { randomDot } from "./lib/dot.js";
import { lowRank, randomMatrix, sparseFile } from "./lib/item-item.js";
import { uniform } from "./lib/random.js";
import { randomGru, randomSasrec } from "./lib/sequence.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 60;
const SCALE = { rating: { minimum: 1, maximum: 5, positive: 3 } };
const RIDGE = { loss: "squared", regularization: 0.5, per: "user" };
const itemItem = (tensors) => ({ tensors, info: { format: 1, kind: "item-item", ...SCALE } });
const autoencoder = (kind, options) =>
  randomAutoencoder({ kind, info: kind.startsWith("autorec") ? {} : SCALE, ...options });

/** A model of each family, and where its kinds differ in what they make of a history, of each. */
const MODELS = {
  gmf: randomWeights({ kind: "gmf", items: ITEMS, aggregates: true, info: SCALE }),
  "gmf of ratings": randomWeights({
    ...{ kind: "gmf", items: ITEMS, aggregates: true },
    info: { output: "identity", ...SCALE },
  }),
  neumf: randomWeights({ items: ITEMS, aggregates: true, info: SCALE }),
  autoencoder: autoencoder("autoencoder", { encoder: [13, 7], decoder: [13] }),
  "autorec-user": autoencoder("autorec-user"),
  "autorec-item": autoencoder("autorec-item"),
  cdae: autoencoder("cdae"),
  "mult-dae": autoencoder("mult-dae"),
  "item-item, sparse": itemItem(sparseFile({ weight: randomMatrix(ITEMS, 1) })),
  "item-item, low rank": itemItem(lowRank(ITEMS, 5, 2)),
  "dot, ridge": randomDot({ info: { fold_in: RIDGE, output: "identity", ...SCALE } }),
  "dot, bpr": randomDot({ prior: true, info: { fold_in: { loss: "bpr" }, ...SCALE } }),
  candidates: randomTwoStage({ kind: "candidates", info: SCALE }),
  ranker: randomTwoStage({ kind: "ranker", info: SCALE }),
  sasrec: randomSasrec({ info: SCALE }),
  gru4rec: randomGru({ info: SCALE }),
};
const FEATURES = { search: ["space"], device: 3, year: 1985, age: 0.25 };
const load = (weights) => loadModel(fileOf(weights));
const inputOf = ({ kind }) =>
  ["candidates", "ranker"].includes(kind) ? { features: FEATURES } : {};

/** Interactions of both forms. Some items come twice; ratings are floats of 32 bits. */
function interactions(count, seed, step = 0.1) {
  const next = uniform(seed);
  const items = Uint32Array.from({ length: count }, () => Math.floor(next() * ITEMS));
  const ratings = Float32Array.from(items, () => 1 + step * Math.floor(next() * (4 / step)));
  const list = Array.from(items, (item, i) => ({ item, rating: ratings[i] }));
  return { rows: { items, ratings }, list };
}

/** What a user is to an app, to the bit. */
function describeUser(model, user) {
  const { kind } = model;
  const candidates = Uint32Array.of(5, 0, 59, 17, 5);
  return {
    vector: kind === "item-item" ? undefined : user.vector,
    history: user.history,
    items: user.items,
    unknown: user.unknown,
    warning: user.warning?.message,
    scores: model.score(user, candidates, { raw: true }),
    best: model.recommend(user, { topK: 7, exclude: user.items }),
  };
}

describe("the same user as of a list", () => {
  for (const [name, weights] of Object.entries(MODELS)) {
    test(name, async () => {
      const model = await load(weights);
      const more = inputOf(model);
      const userOf = (history) => model.user({ history, ...more });
      const same = (user, other) =>
        assert.deepEqual(describeUser(model, user), describeUser(model, other));
      for (const count of [0, 1, 6, 40, 200]) {
        const { rows, list } = interactions(count, count + 1);
        same(userOf(rows), userOf(list));
        if (model.info.needsRatings) continue;
        same(userOf({ items: rows.items }), userOf([...rows.items]));
        same(userOf({ items: rows.items }), userOf(rows.items));
      }
      const { rows, list } = interactions(12, 7);
      const [user, other] = [userOf(rows), userOf(list)];
      assert.deepEqual(model.explain(user, 3), model.explain(other, 3));
      const added = interactions(5, 8);
      const remove = [rows.items[0], 9, 9];
      user.update({ add: added.rows, remove: Uint32Array.from(remove) });
      other.update({ add: added.list, remove });
      same(user, other);
      user.update({ add: { items: Uint32Array.of(3), ratings: Float32Array.of(2) } });
      other.update({ add: [{ item: 3, rating: 2 }] });
      same(user, other);
    });
  }

  test("with a vector beside it, without another fit", async () => {
    const model = await load(MODELS.neumf);
    const { rows, list } = interactions(9, 3);
    const { vector } = model.user({ history: list });
    const [user, other] = [rows, list].map((history) => model.user({ vector, history }));
    assert.deepEqual(user.vector, vector);
    assert.deepEqual(user.history, other.history);
    user.update({ add: rows });
    other.update({ add: list });
    assert.deepEqual(user.vector, other.vector);
  });

  test("rows are rows where the file has ids", async () => {
    const ids = Array.from({ length: ITEMS }, (_, row) => `"film ${row}"`).join("\n");
    const data = new TextEncoder().encode(ids);
    const item_ids = { dtype: "U8", shape: [data.length], data };
    const { tensors, info } = MODELS["autorec-user"];
    const model = await load({ tensors: { ...tensors, item_ids }, info });
    const history = { items: Uint32Array.of(3, 17), ratings: Float32Array.of(4, 9) };
    assert.deepEqual(model.user({ history }).history, [
      { item: "film 3", rating: 4 },
      { item: "film 17", rating: 9 },
    ]);
    const list = model.recommend(model.user({ history: [] }), { topK: ITEMS, exclude: history });
    const seen = new Set(["film 3", "film 17"]);
    assert.equal(list.length, ITEMS - 2);
    assert.ok(list.every(({ item }) => !seen.has(item)));
  });
});

describe("what is checked", async () => {
  const model = await load(MODELS["autorec-user"]);
  const liked = await load(MODELS["mult-dae"]);
  const scaled = await load({
    ...MODELS["autorec-user"],
    info: { format: 1, kind: "autorec-user", ...SCALE },
  });
  const items = Uint32Array.of(3, 17);
  const ratings = Float32Array.of(4, 2);

  test("forms that are no such arrays are refused by name", async () => {
    const elsewhere = structuredClone(items);
    structuredClone(elsewhere.buffer, { transfer: [elsewhere.buffer] });
    for (const [history, subject] of [
      [{ items: [3, 17], ratings }, "history.items"],
      [{ items: Int32Array.of(3, 17), ratings }, "history.items"],
      [{ items: null }, "history.items"],
      [{ items: new Proxy(items, {}), ratings }, "history.items"],
      [{ items: elsewhere, ratings: new Float32Array(0) }, "history.items"],
      [{ items, ratings: [4, 2] }, "history.ratings"],
      [{ items, ratings: Float64Array.of(4, 2) }, "history.ratings"],
      [{ items, ratings: null }, "history.ratings"],
      [{ items, ratings: Float32Array.of(4) }, "history.ratings"],
      [{ items, ratings: new Float32Array(3) }, "history.ratings"],
      [{ items, rating: ratings }, "rating"],
      [{ ratings }, "history"],
      [{}, "history"],
    ])
      await assertRefused(() => liked.user({ history }), "bad-argument", subject);
    const user = liked.user({ history: [5] });
    const add = { items, ratings: Float32Array.of(1) };
    await assertRefused(() => user.update({ add }), "bad-argument", "add.ratings");
    const exclude = { items: [3] };
    await assertRefused(() => liked.recommend(user, { exclude }), "bad-argument", "exclude.items");
    const whole = () => liked.recommend(user, { exclude: user });
    await assertRefused(
      whole,
      "bad-argument",
      /^exclude\.items: .* Give ids as a list, without items/,
    );
    for (const candidates of [{ items }, { items: [3] }])
      await assertRefused(() => liked.rank(user, candidates), "bad-argument", "candidates");
    assert.deepEqual(user.items, [5]);
  });

  test("rows out of range", async () => {
    for (const row of [ITEMS, 0xffffffff]) {
      const history = { items: Uint32Array.of(1, row), ratings };
      await assertRefused(() => model.user({ history }), "unknown-item", "row");
      const user = model.user({ history: [{ item: 1, rating: 3 }] });
      await assertRefused(() => user.update({ add: history }), "unknown-item", "row");
      await assertRefused(() => user.update({ remove: history.items }), "unknown-item", "row");
      const recommend = () => model.recommend(user, { exclude: history });
      await assertRefused(recommend, "unknown-item");
      assert.deepEqual(user.items, [1]);
      assert.deepEqual(model.user({ history: { items, ratings } }).items, [3, 17]);
    }
  });

  test("ratings it cannot use: set aside in a history, refused in an update", async (t) => {
    t.mock.method(console, "warn", () => {});
    for (const bad of [NaN, Infinity, 11, -1]) {
      const history = { items: Uint32Array.of(3, 17, 20), ratings: Float32Array.of(4, bad, 2) };
      const list = [...history.items].map((item, i) => ({ item, rating: history.ratings[i] }));
      for (const one of [scaled, liked]) {
        const user = one.user({ history });
        assert.deepEqual(describeUser(one, user), describeUser(one, one.user({ history: list })));
        assert.match(user.warning.message, /^rating of item 17: .* 1 of the history's ratings is/);
        assert.deepEqual(user.items, [3, 20, 17]);
        assert.equal(user.history.length, 2);
        await assertRefused(
          () => user.update({ add: history }),
          "bad-argument",
          /^rating of item 17/,
        );
        user.update({ add: { items: Uint32Array.of(17), ratings: Float32Array.of(5) } });
        assert.equal(user.warning, undefined);
      }
    }
    const unrated = model.user({ history: { items } });
    assert.match(unrated.warning.message, /found undefined\. 2 of the history's ratings are/);
    assert.equal(liked.user({ history: { items } }).warning, undefined);
  });

  test("an item twice: the last one counts; to a sequence both are events", async () => {
    const history = { items: Uint32Array.of(3, 17, 3), ratings: Float32Array.of(1, 2, 5) };
    const once = [
      { item: 3, rating: 5 },
      { item: 17, rating: 2 },
    ];
    assert.deepEqual(model.user({ history }).history, once);
    const sasrec = await load(MODELS.sasrec);
    const events = [{ item: 3, rating: 1 }, once[1], once[0]];
    assert.deepEqual(sasrec.user({ history }).history, events);
  });

  test("subclasses, views, shared and growing buffers, arrays of another realm", () => {
    class Longer extends Uint32Array {
      get length() {
        return 1e9;
      }
      *[Symbol.iterator]() {
        yield 9;
      }
    }
    const shared = new Uint32Array(new SharedArrayBuffer(8));
    shared.set(items);
    const growing = new Uint32Array(new ArrayBuffer(8, { maxByteLength: 64 }));
    growing.set(items);
    const { foreign, foreignRatings } = vm.runInNewContext(
      "({ foreign: Uint32Array.of(3, 17), foreignRatings: Float32Array.of(4, 2) })",
    );
    const expected = model.user({ history: { items, ratings } });
    for (const one of [new Longer([3, 17]), shared, growing, foreign]) {
      for (const numbers of [ratings, Float32Array.of(0, 4, 2, 0).subarray(1, 3), foreignRatings]) {
        const user = model.user({ history: { items: one, ratings: numbers } });
        assert.deepEqual(describeUser(model, user), describeUser(model, expected));
      }
      const list = model.recommend(expected, { topK: ITEMS, exclude: { items: one } });
      assert.equal(list.length, ITEMS - 2);
    }
  });

  test("the app's arrays are copied, and stay as they are", async () => {
    const history = { items: items.slice(), ratings: ratings.slice() };
    const user = model.user({ history });
    const before = describeUser(model, user);
    assert.deepEqual(history, { items, ratings });
    history.items.fill(40);
    history.ratings.fill(1);
    assert.deepEqual(describeUser(model, user), before);
    const recommender = createRecommender({ rank: model, history: () => history });
    const asked = recommender.recommend({ topK: ITEMS });
    history.items.fill(41);
    const { recommendations } = await asked;
    assert.ok(!recommendations.some(({ item }) => item === 41));
    const next = await recommender.recommend({ topK: ITEMS });
    assert.ok(next.recommendations.some(({ item }) => item === 40));
  });
});

test("the list to remove is read before the arrays to add, which it may change", async () => {
  const model = await load(MODELS["autorec-user"]);
  for (const size of [4, 16]) {
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
    const items = new Uint32Array(buffer);
    items.set([3, 17]);
    const user = model.user({ history: [{ item: 5, rating: 3 }] });
    const remove = (function* () {
      buffer.resize(size);
      yield 5;
    })();
    const ratings = Float32Array.of(4, 2);
    const update = () => user.update({ add: { items, ratings }, remove });
    await assertRefused(update, "bad-argument", "add.ratings");
    assert.deepEqual(user.items, [5]);
  }
});

describe("in a recommender", async () => {
  const model = await load(MODELS["autorec-user"]);
  const { rows, list } = interactions(20, 5);
  const others = Array.from({ length: ITEMS }, (_, row) => row);

  test("the same list, from the catalogue, candidates, fromModel or an index", async () => {
    for (const stages of [
      { rank: model },
      { rank: model, retrieve: () => others },
      { rank: model, retrieve: fromModel(model, { topK: 50 }) },
      { rank: model, retrieve: fromModel(model, { topK: 50, index: exactIndex(model) }) },
      { rank: model, includeSeen: true },
    ]) {
      const [byRow, byId] = await Promise.all(
        [rows, async () => list].map(async (history) => {
          const { recommendations, user } = await createRecommender({
            ...stages,
            history,
          }).recommend();
          return { recommendations, vector: user.vector };
        }),
      );
      assert.deepEqual(byRow, byId);
      assert.equal(byRow.recommendations.length, 10);
    }
  });

  test("the user is kept until the numbers change", async () => {
    const history = { items: rows.items.slice(), ratings: rows.ratings.slice() };
    const recommender = createRecommender({ rank: model, history: () => history });
    const { user } = await recommender.recommend();
    assert.equal((await recommender.recommend()).user, user);
    history.ratings[3] += 1;
    assert.notEqual((await recommender.recommend()).user, user);
  });

  test("a function that ranks gets them; rows to leave out need a model", async () => {
    const requests = [];
    const rank = (candidates, request) => {
      requests.push(request);
      return candidates.map((item) => ({ item, score: 1 }));
    };
    const stages = { rank, retrieve: () => others, history: rows };
    await createRecommender({ ...stages, includeSeen: true }).recommend();
    assert.deepEqual(requests[0].history, rows);
    assert.notEqual(requests[0].history.items, rows.items);
    const known = await createRecommender({ ...stages, catalogue: model }).recommend();
    assert.ok(known.recommendations.every(({ item }) => !rows.items.includes(item)));
    for (const history of [rows, rows.items])
      await assertRefused(
        createRecommender({ ...stages, history }).recommend(),
        "bad-argument",
        /history: expected ids, or a catalogue/,
      );
    await assertRefused(
      createRecommender({ rank: model }).recommend({ exclude: rows }),
      "bad-argument",
      /^exclude: .*rows, a Uint32Array/,
    );
  });
});

test("a history of 10,000, and the same with each item twice", async () => {
  const items = 12_000;
  const model = await load(randomAutoencoder({ kind: "mult-dae", items, encoder: [8] }));
  const rows = Uint32Array.from({ length: 10_000 }, (_, i) => (i * 7) % items);
  const user = model.user({ history: { items: rows } });
  assert.equal(user.items.length, 10_000);
  const twice = new Uint32Array(20_000);
  twice.set(rows);
  twice.set(rows, 10_000);
  assert.deepEqual(model.user({ history: { items: twice } }).vector, user.vector);
});
