// What one trips over: ids of the other type, bad ratings, misspelled options, missing arguments.
// Each is either right or an error that says what to do.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, mock, test } from "node:test";
import { inspect } from "node:util";

import {
  blend,
  block,
  cap,
  corrupt,
  createRecommender,
  diversify,
  exactIndex,
  fromModel,
  loadModel,
  pin,
} from "pocketrec";
import { openHistory } from "pocketrec/history";
import { packMaker } from "pocketrec/packs";
import { gaussianSigma, privateQuery } from "pocketrec/privacy";
import { fetchWeights } from "pocketrec/cache";
import { createWorker } from "pocketrec/worker";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { randomAutoencoder } from "./lib/autoencoder.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 60;
const id = (row) => 1000 + row;
const withIds = ({ tensors, info }, idOf = id) => {
  const lines = Array.from({ length: ITEMS }, (_, row) => JSON.stringify(idOf(row))).join("\n");
  const data = new TextEncoder().encode(lines);
  return { tensors: { ...tensors, item_ids: { dtype: "U8", shape: [data.length], data } }, info };
};
const GMF = withIds(randomWeights({ kind: "gmf", gmf: 4, items: ITEMS, aggregates: true }));
const NEUMF = withIds(randomWeights({ items: ITEMS, aggregates: true }));
const RATINGS = withIds(
  randomAutoencoder({
    kind: "autorec-user",
    items: ITEMS,
    info: { rating: { minimum: 1, maximum: 5 } },
  }),
);
const HISTORY = [1003, 1017, 1044];
const load = (weights) => loadModel(fileOf(weights));
const itemsOf = (list) => list.map(({ item }) => item);

let folder;
let model;
let user;
let warn;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "pocketrec-arguments-"));
  warn = mock.method(console, "warn", () => {});
  model = await load(GMF);
  user = model.user({ history: HISTORY });
});
after(() => rmSync(folder, { recursive: true }));

describe("ids of the other type", () => {
  for (const [name, own, others] of [
    ["numbers as text", (row) => 1000 + row, (row) => `${1000 + row}`],
    ["text as numbers", (row) => `${1000 + row}`, (row) => 1000 + row],
  ]) {
    test(`${name} are the same items`, async () => {
      const catalogue = await load(withIds(GMF, own));
      const rows = [3, 17, 44];
      const expected = catalogue.user({ history: rows.map(own) });
      const found = catalogue.user({ history: rows.map(others) });
      assert.deepEqual(found.vector, expected.vector);
      assert.deepEqual(found.items, rows.map(own), "named as the model names them");
      assert.deepEqual(found.unknown, []);
      assert.deepEqual(
        catalogue.recommend(found, { exclude: rows.map(others) }),
        catalogue.recommend(expected, { exclude: rows.map(own) }),
      );
      assert.deepEqual(catalogue.score(found, [others(5)]), catalogue.score(found, [own(5)]));
      assert.deepEqual(catalogue.explain(found, others(5)), catalogue.explain(found, own(5)));
      assert.deepEqual(
        itemsOf(catalogue.rank(found, [others(5), others(6)], { exclude: [own(6)] })),
        [others(5)],
        "a candidate keeps the app's id",
      );
      assert.deepEqual(
        found.update({ add: [others(50)], remove: [others(3)] }).items.sort(),
        [17, 44, 50].map(own).sort(),
      );
      assert.equal(catalogue.has(others(5)), true);
    });
  }

  test("where both are known they are two items", async () => {
    const both = await load(withIds(GMF, (row) => (row % 2 ? `${row - 1}` : row)));
    const scores = both.score(both.user({ history: [] }), [4, "4"]);
    assert.deepEqual(scores, both.score(both.user({ history: [] }), Uint32Array.of(4, 5)));
    assert.deepEqual(both.user({ history: [4, "4"] }).items, [4, "4"]);
  });

  test("text that is no number's own is unknown", () => {
    for (const text of ["01003", " 1003", "1003.0", "1e3", "0x3eb", ""])
      assert.equal(model.has(text), false, text);
  });

  test("in a recommender and its steps", async () => {
    const list = [1003, 1005, 1017, 1020];
    const recommender = createRecommender({ rank: model, retrieve: () => list, history: ["1003"] });
    const { recommendations } = await recommender.recommend({ exclude: ["1017"] });
    assert.deepEqual(itemsOf(recommendations).sort(), [1005, 1020]);
    const ranked = model.rank(user, list);
    assert.deepEqual(itemsOf(block(["1003", "1020"])(ranked)).sort(), [1005, 1017]);
    assert.deepEqual(itemsOf(block(new Set(["1003", "1020"]))(ranked)).sort(), [1005, 1017]);
    const pinned = pin([{ item: "1020", position: 0 }])(ranked);
    assert.equal(pinned[0].item, 1020);
    assert.equal(pinned.length, 4);
    const groupOf = new Map(list.map((item) => [`${item}`, "one"]));
    assert.equal(cap({ groupOf, maxPerGroup: 1, drop: true })(ranked).length, 1);
    const scores = new Map(list.map((item, at) => [`${item}`, at]));
    assert.equal(blend([{ scores }])(ranked)[0].item, 1020);
  });

  test("in a history: one entry an item", async () => {
    const history = await openHistory("ids", { folder });
    await history.add([{ item: 1003, rating: 3 }, 1005]);
    await history.add({ item: "1003", rating: 5 });
    assert.equal(history.interactionCount, 2);
    assert.equal(history.get("1003").rating, 5);
    assert.equal(history.get(1003).rating, 5);
    assert.equal(history.get("1005").item, 1005);
    await history.remove("1005");
    assert.deepEqual(itemsOf(history.list()).map(Number), [1003]);
    history.close();
  });

  test("ids() and has()", async () => {
    assert.deepEqual(
      model.ids(),
      Array.from({ length: ITEMS }, (_, row) => id(row)),
    );
    assert.deepEqual(
      [1000, 1059, 1060, 3, null, {}].map((one) => model.has(one)),
      [...[true, true, false, false, false, false]],
    );
    const rows = await load(randomWeights({ kind: "gmf", items: 3 }));
    assert.deepEqual(rows.ids(), [0, 1, 2]);
    assert.deepEqual(
      [0, 2, 3, "0"].map((one) => rows.has(one)),
      [true, true, false, false],
    );
  });
});

describe("histories that a model cannot use", () => {
  test("of which it knows nothing: a warning that is seen, once a model", async () => {
    const fresh = await load(GMF);
    warn.mock.resetCalls();
    const stranger = fresh.user({ history: ["film 1", "film 2"] });
    assert.equal(stranger.warning.code, "unknown-item");
    assert.match(stranger.warning.message, /^history: .*such as 1000, found \["film 1","film 2"\]/);
    assert.deepEqual(stranger.unknown, ["film 1", "film 2"]);
    fresh.user({ history: ["film 3"] });
    assert.equal(warn.mock.callCount(), 1);
    assert.match(warn.mock.calls[0].arguments[0], /^pocketrec: history: /);
    const result = await createRecommender({ rank: fresh, history: ["film 1"] }).recommend();
    assert.equal(result.warning.code, "unknown-item");
    for (const history of [[], HISTORY, [...HISTORY, "film 1"]])
      assert.equal(fresh.user({ history }).warning, undefined);
  });

  for (const [name, weights, bad] of [
    ["a rating off the scale", RATINGS, { item: 1017, rating: 11 }],
    ["no rating for a model that needs one", RATINGS, 1017],
    [
      "a rating off the scale of a model of interactions",
      { ...GMF, info: { ...GMF.info, rating: { minimum: 1, maximum: 5 } } },
      { item: 1017, rating: 11 },
    ],
  ]) {
    test(`${name}: it is ignored, and the warning names the item`, async (t) => {
      const rated = await load(weights);
      const good = [{ item: 1003, rating: 5 }];
      const expected = rated.user({ history: good });
      const found = rated.user({ history: [...good, bad] });
      assert.deepEqual(found.vector, expected.vector);
      assert.deepEqual(itemsOf(found.history), [1003]);
      assert.deepEqual(found.items, [1003, 1017], "an item that the user has seen");
      const { code, subject, expected: wanted } = found.warning;
      assert.deepEqual([code, subject], ["bad-argument", "rating of item 1017"]);
      assert.equal(wanted, "a number from 1 to 5");
      found.update({ add: [{ item: 1017, rating: 4 }] });
      assert.equal(found.warning, undefined);

      const live = await openHistory(`bad rating ${name.length}`, { folder });
      t.after(() => live.close());
      await live.add(good);
      const follower = rated.user({ history: live });
      await live.add(bad);
      assert.deepEqual(follower.vector, expected.vector);
      assert.equal(follower.warning.subject, "rating of item 1017");
      assert.deepEqual(rated.user({ history: live }).vector, expected.vector, "after a reload");
      await live.remove(1017);
      assert.equal(follower.warning, undefined);
      await live.add(bad);
      const recommender = createRecommender({ rank: rated, history: () => live });
      const result = await recommender.recommend();
      assert.equal(result.recommendations.length, 10);
      assert.ok(!itemsOf(result.recommendations).includes(1017));
      assert.match(result.warning.message, /item 1017.* 1 of the history's ratings is ignored/);
    });
  }

  test("one history serves a model that needs ratings and one that does not", async () => {
    const rated = await load(RATINGS);
    const history = [1003, { item: 1005, rating: 4 }, 1044];
    assert.equal(model.user({ history }).history.length, 3);
    const rater = rated.user({ history });
    assert.equal(rater.history.length, 1);
    assert.match(rater.warning.message, /2 of the history's ratings are ignored/);
  });

  test("which models need ratings, and on what scale, is in model.info", async () => {
    const rated = await load(RATINGS);
    assert.equal(rated.info.needsRatings, true);
    assert.deepEqual(rated.info.rating, { minimum: 1, maximum: 5 });
    assert.equal(model.info.needsRatings, false);
    const explicit = await load({ ...GMF, info: { ...GMF.info, output: "identity" } });
    assert.equal(explicit.info.needsRatings, true);
  });
});

describe("rank", () => {
  test("takes a history to exclude, of any form", async () => {
    const candidates = [1003, 1005, 1017, "new"];
    const expected = model.rank(user, candidates, { exclude: [1003, 1017, "new"] });
    const history = await openHistory("excluded", { folder });
    await history.add([{ item: 1003, rating: 4 }, 1017, "new"]);
    for (const exclude of [history, [{ item: 1003, rating: 4 }, 1017, { item: "new" }]]) {
      assert.deepEqual(model.rank(user, candidates, { exclude }), expected);
      assert.ok(!itemsOf(model.recommend(user, { topK: ITEMS, exclude })).includes(1003));
    }
    history.close();
  });

  test("treats a candidate given twice as a recommender does", async () => {
    const candidates = [1005, 1006, 1005, "new", "new"];
    const recommender = createRecommender({ rank: model, retrieve: () => candidates });
    const { recommendations } = await recommender.recommend();
    const ranked = model.rank(model.user({ history: [] }), candidates);
    assert.deepEqual(ranked, recommendations);
    assert.equal(ranked.length, 3);
  });
});

describe("filter", () => {
  const isEven = (item) => item % 2 === 0;
  const even = Array.from({ length: 30 }, (_, at) => 1000 + 2 * at);

  test("is applied before topK: a function, a list, a Set, rows", () => {
    const all = model.recommend(user, { topK: Infinity });
    const expected = all.filter(({ item }) => isEven(item)).slice(0, 5);
    assert.notDeepEqual(expected, all.slice(0, 5));
    const rows = Uint32Array.from(even, (item) => item - 1000);
    for (const filter of [isEven, even, new Set(even), rows, even.map(String)]) {
      assert.deepEqual(model.recommend(user, { topK: 5, filter }), expected);
      assert.deepEqual(model.rank(user, model.ids(), { topK: 5, filter }), expected);
      const every = Uint32Array.from({ length: ITEMS }, (_, row) => row);
      assert.deepEqual(model.rank(user, every, { topK: 5, filter }), expected);
    }
  });

  test("sees candidates that the model does not know", () => {
    const filter = (item) => item !== "sold out";
    const ranked = model.rank(user, ["sold out", "new", 1003], { filter });
    assert.deepEqual(itemsOf(ranked), [1003, "new"]);
  });

  test("in a pack", async () => {
    const list = [1003, 1004, 1006, 1005];
    const body = packMaker(new Uint8Array(fileOf(GMF))).pack(list);
    const pack = await model.openCandidates(body);
    for (const filter of [isEven, even]) {
      const ranked = model.rank(user, pack, { filter });
      assert.deepEqual(ranked, model.rank(user, list, { filter }));
      assert.equal(ranked.length, 2);
    }
  });

  test("in a recommender: candidates, the catalogue, fromModel, what steps add", async () => {
    const sources = {
      catalogue: undefined,
      server: () => model.ids(),
      model: fromModel(model, { topK: 8, filter: isEven }),
      index: fromModel(model, { topK: 8, filter: even, index: exactIndex(model) }),
    };
    for (const [name, retrieve] of Object.entries(sources)) {
      const rerank = pin([{ item: 1001, position: 0 }]);
      const recommender = createRecommender({ rank: model, retrieve, rerank, history: HISTORY });
      const { recommendations, warning } = await recommender.recommend({
        topK: 8,
        filter: (item) => isEven(item) && item < 1050,
      });
      assert.equal(warning, undefined, name);
      assert.equal(recommendations.length, 8, name);
      assert.ok(
        itemsOf(recommendations).every((item) => isEven(item) && item < 1050),
        name,
      );
    }
    const own = createRecommender({ rank: model, retrieve: sources.model, history: HISTORY });
    const { recommendations } = await own.recommend({ topK: 20 });
    assert.equal(recommendations.length, 8, "of the model's topK, all pass its filter");
    assert.ok(itemsOf(recommendations).every(isEven));
  });

  test("that is async, or no filter, is refused", async () => {
    const attempt = (filter) => () => model.recommend(user, { filter });
    await assertRefused(
      attempt(async () => true),
      "bad-argument",
      /filter: .*a promise \(await/,
    );
    await assertRefused(attempt(7), "bad-argument", "filter");
    await assertRefused(attempt("1003"), "bad-argument", "filter");
    await assertRefused(() => fromModel(model, { filter: 7 }), "bad-argument", "fromModel filter");
  });

  test("in a worker: a function runs on the page", async (t) => {
    const worker = createWorker();
    t.after(() => worker.terminate());
    const remote = await worker.loadModel(fileOf(GMF));
    const guest = await remote.user({ history: HISTORY });
    for (const filter of [isEven, even, new Set(even)]) {
      assert.deepEqual(
        await remote.recommend(guest, { topK: 5, filter }),
        model.recommend(user, { topK: 5, filter }),
      );
      const list = [1003, 1004, 1006, "1008"];
      assert.deepEqual(
        await remote.rank(guest, list, { filter }),
        model.rank(user, list, { filter }),
      );
      assert.deepEqual(
        await remote.similar(1003, { filter, topK: 3 }),
        model.similar(1003, { filter, topK: 3 }),
      );
    }
    assert.deepEqual(await remote.ids(), model.ids());
    assert.deepEqual([await remote.has(1003), await remote.has(3)], [true, false]);
    await assertRefused(remote.recommend(guest, { topk: 1 }), "bad-argument", "topk");
    const rated = await worker.loadModel(fileOf(RATINGS));
    const live = await openHistory("worker", { folder });
    t.after(() => live.close());
    await live.add({ item: 1003, rating: 5 });
    const follower = await rated.user({ history: live });
    assert.equal(await follower.warning, undefined);
    await live.add({ item: 1017, rating: 11 });
    assert.deepEqual(await follower.items, [1003, 1017]);
    const warning = await follower.warning;
    assert.deepEqual([warning.name, warning.subject], ["PocketrecError", "rating of item 1017"]);
    const result = await createRecommender({ rank: remote, history: HISTORY }).recommend();
    const [{ item }] = result.recommendations;
    assert.deepEqual(await remote.explain(result.user, item), model.explain(user, item));
  });
});

describe("similar", () => {
  /** Cosines of all items with one, in float64. */
  function cosines(vectors, width, row) {
    const at = (other) => Array.from(vectors.subarray(other * width, (other + 1) * width));
    const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0);
    const query = at(row);
    return Array.from({ length: ITEMS }, (_, other) => {
      const vector = at(other);
      return dot(query, vector) / Math.sqrt(dot(query, query) * dot(vector, vector));
    });
  }

  for (const [name, weights] of [
    ["gmf", GMF],
    ["mlp", withIds(randomWeights({ kind: "mlp", items: ITEMS }))],
    ["neumf", NEUMF],
    ["autoencoder", withIds(randomAutoencoder({ items: ITEMS, encoder: [13] }))],
    ["autorec-item", withIds(randomAutoencoder({ kind: "autorec-item", items: ITEMS }))],
    ["candidates", withIds(randomTwoStage({ kind: "candidates", items: ITEMS }))],
    ["ranker", withIds(randomTwoStage({ kind: "ranker", items: ITEMS }))],
  ]) {
    test(`${name}: the items of the largest cosine`, async () => {
      const catalogue = await load(weights);
      const vectors = catalogue.vectors(catalogue.ids());
      const expected = cosines(vectors, vectors.length / ITEMS, 7);
      const order = [...expected.keys()]
        .filter((row) => row !== 7)
        .sort((a, b) => expected[b] - expected[a]);
      const found = catalogue.similar(id(7), { topK: 12 });
      assert.deepEqual(itemsOf(found), order.slice(0, 12).map(id));
      assertClose(
        found.map(({ score }) => score),
        order.slice(0, 12).map((row) => expected[row]),
        "cosine",
        1e-5,
      );
      const isOdd = (item) => item % 2 === 1;
      const exclude = [found.find(({ item }) => isOdd(item))];
      const rest = catalogue.similar(`${id(7)}`, { topK: Infinity, filter: isOdd, exclude });
      assert.deepEqual(
        itemsOf(rest),
        order.map(id).filter((item) => isOdd(item) && item !== exclude[0].item),
      );
      assert.equal(catalogue.similar(id(7)).length, 10);
      assert.deepEqual(catalogue.similar(id(7), { topK: 0 }), []);
    });
  }

  test("an item without a vector is similar to nothing", async () => {
    const { tensors, info } = GMF;
    const item = tensors["gmf.item"];
    const data = item.data.slice();
    data.fill(0, 4 * 5, 4 * 6);
    const holed = await load({ tensors: { ...tensors, "gmf.item": { ...item, data } }, info });
    assert.deepEqual(holed.similar(1005), []);
    assert.equal(holed.similar(1003, { topK: Infinity }).length, ITEMS - 2);
  });

  test("is refused for an unknown item, and where the file has no items", async () => {
    await assertRefused(() => model.similar(5), "unknown-item");
    await assertRefused(() => model.similar(), "bad-argument");
    const { tensors, info } = randomTwoStage({ kind: "candidates", items: ITEMS });
    const { "item.embedding": _, ...rest } = tensors;
    const bare = await load({ tensors: rest, info });
    await assertRefused(
      () => bare.similar(1),
      "bad-argument",
      /since the weights file has no items/,
    );
  });
});

describe("the user of a recommender", () => {
  test("explains what was recommended", async () => {
    const recommender = createRecommender({ rank: model, history: HISTORY });
    const { user: ranked, recommendations } = await recommender.recommend();
    assert.deepEqual(ranked.items, HISTORY);
    const [{ item }] = recommendations;
    assert.deepEqual(model.explain(ranked, item), model.explain(user, item));
    assert.equal((await recommender.recommend()).user, ranked, "it is kept");
    ranked.update({ add: [1050] });
    const after = await recommender.recommend();
    assert.deepEqual(after.recommendations, recommendations, "the app's change is the app's");
    assert.deepEqual(after.user.items, HISTORY);
  });

  test("of a function there is none, unless a catalogue stands beside it", async () => {
    const rank = (items) => items.map((item) => ({ item, score: 1 }));
    const result = await createRecommender({ rank, retrieve: () => [1003] }).recommend();
    assert.equal("user" in result, false);
  });

  for (const [name, weights] of [
    ["gmf", GMF],
    ["neumf", NEUMF],
    ["autoencoder", withIds(randomAutoencoder({ items: ITEMS }))],
  ])
    test(`${name}: reasons after updates are those of a fresh user`, async () => {
      const catalogue = await load(weights);
      const updated = catalogue.user({ history: [1003, 1009] });
      updated.update({ add: [1017, 1044], remove: [1009] }).update({ add: [1050] });
      const fresh = catalogue.user({ history: updated.history });
      for (const item of [1003, 1020, 1033]) {
        const reasons = catalogue.explain(updated, item);
        const expected = catalogue.explain(fresh, item);
        assert.deepEqual(itemsOf(reasons), itemsOf(expected));
        assertClose(
          reasons.map(({ effect }) => effect),
          expected.map(({ effect }) => effect),
          `effects on ${item}`,
          1e-5,
        );
      }
    });
});

describe("misspelled options", () => {
  const rank = (items) => items.map((item) => ({ item, score: 1 }));
  const cases = {
    "rank topk": [() => model.rank(user, [1003], { topk: 1 }), "topk", /topk is called topK\./],
    "rank excludes": [() => model.rank(user, [1003], { excludes: [] }), "excludes", /exclude\.$/],
    "rank limit": [() => model.rank(user, [1003], { limit: 1 }), "limit", /topK, exclude, filter/],
    "rank with a number": [() => model.rank(user, [1003], 5), "rank options"],
    "rank with null": [() => model.rank(user, [1003], null), "rank options"],
    "rank with a list": [() => model.rank(user, [1003], []), "rank options"],
    "recommend top_k": [() => model.recommend(user, { top_k: 1 }), "top_k", /topK\./],
    "recommend with null": [() => model.recommend(user, null), "recommend options"],
    score: [() => model.score(user, [1003], { Raw: true }), "Raw", /raw\./],
    similar: [() => model.similar(1003, { topN: 5 }), "topN", /topK\./],
    explain: [() => model.explain(user, 1003, { top: 5 }), "top", /topK/],
    user: [() => model.user({ histroy: HISTORY }), "histroy", /history\./],
    "user of a list": [() => model.user(HISTORY), "user options"],
    update: [() => user.update({ added: [1003] }), "added", /add\./],
    "update null": [() => user.update(null), "update options"],
    openCandidates: [() => model.openCandidates(new Uint8Array(9), { progress: 1 }), "progress"],
    loadModel: [() => loadModel(fileOf(GMF), { verfiy: true }), "verfiy", /verify\./],
    "loadModel null": [() => loadModel(fileOf(GMF), null), "loadModel options"],
    "a fusion": [() => loadModel({ gmf: 1, mlp: 1, alhpa: 1 }), "alhpa", /alpha\./],
    corrupt: [() => corrupt([1], { kind: "mask", q: 1, sed: 1 }), "sed", /seed\./],
    createRecommender: [() => createRecommender({ rank, retreive: rank }), "retreive", /retrieve/],
    "a recommender's recommend": [
      () => createRecommender({ rank: model }).recommend({ topk: 3 }),
      "topk",
    ],
    exactIndex: [() => exactIndex(model).search(user.vector, { k: 3 }), "k", /topK/],
    fromModel: [() => fromModel(model, { topk: 3 }), "topk"],
    cap: [() => cap({ groupOf: () => 1, max: 2 }), "max", /maxPerGroup/],
    diversify: [() => diversify({ model, lambda: 0.5 }), "lambda", /balance/],
    blend: [() => blend([{ scores: "list" }], { weights: [1] }), "weights"],
    "a source of blend": [() => blend([{ scores: "list", wieght: 2 }]), "wieght", /weight\./],
    fetchWeights: [() => fetchWeights({}, "a", { time: 3 }), "time", /timeout/],
    openHistory: [() => openHistory("a", { folder, limits: 3 }), "limits", /limit\./],
    gaussianSigma: [() => gaussianSigma({ epsilon: 1, delta: 0.1, sensitivty: 1 }), "sensitivty"],
    privateQuery: [() => privateQuery(user, { epsilom: 1 }), "epsilom", /epsilon\./],
  };
  for (const [name, [attempt, subject, message]] of Object.entries(cases))
    test(name, async () => {
      const error = await assertRefused(attempt, "bad-argument", subject);
      if (message) assert.match(error.message, message);
    });

  test("an option that is undefined is as if it were not there", () =>
    assert.equal(model.recommend(user, { topK: 3, limit: undefined }).length, 3));

  test('blend({ missing: "least" }) names the new value', () =>
    assertRefused(
      () => blend([{ scores: "list" }], { missing: "least" }),
      "bad-argument",
      /"least" is called "zero" since 0\.2/,
    ));
});

describe("missing arguments", () => {
  const late = Promise.resolve(model);
  const cases = {
    "createRecommender()": [() => createRecommender(), "rank"],
    "cap()": [() => cap(), "cap groupOf"],
    "diversify()": [() => diversify(), "diversify"],
    "blend()": [() => blend(), "blend"],
    "gaussianSigma()": [() => gaussianSigma(), "delta"],
    "loadModel()": [() => loadModel(), "source"],
    "model.rank(user)": [() => model.rank(user), "candidates"],
    "model.user()": [() => model.user(), "user"],
    "model.explain(user)": [() => model.explain(user), "item"],
    exclude: [() => model.rank(user, [1], { exclude: 7 }), "exclude"],
    remove: [() => user.update({ remove: 7 }), "remove"],
    add: [() => user.update({ add: 7 }), "add"],
    "history: 7": [() => model.user({ history: 7 }), "history"],
    corrupt: [() => corrupt(7, { kind: "mask", q: 0 }), "history"],
    "a promise as history": [() => model.user({ history: late }), "history", /promise \(await/],
    "a promise as user": [() => model.rank(late, [1003]), "user", /a promise \(await/],
    "a promise as candidates": [() => model.rank(user, late), "candidates", /a promise \(await/],
    "a promise as the model": [
      () => createRecommender({ rank: late }),
      "rank",
      /a promise \(await/,
    ],
    "a promise for fromModel": [() => fromModel(late), "fromModel", /a promise \(await/],
    "a promise as source": [() => loadModel(late), "source", /a promise \(await/],
    "a vector as text": [() => model.user({ vector: "1234" }), "vector"],
    "a proxied vector": [() => model.user({ vector: new Proxy(user.vector, {}) }), "vector"],
    "proxied rows": [() => model.rank(user, new Proxy(Uint32Array.of(1), {})), "candidates"],
    "proxied rows to score": [() => model.score(user, new Proxy(Uint32Array.of(1), {})), "items"],
  };
  for (const [name, [attempt, subject, message]] of Object.entries(cases))
    test(name, async () => {
      const error = await assertRefused(attempt, "bad-argument", subject);
      if (message) assert.match(error.message, message);
    });

  test("history.spend()", async () => {
    const history = await openHistory("spend", { folder, budget: { epsilon: 1 } });
    for (const charge of [undefined, null, 5]) {
      await assertRefused(() => history.spend(charge), "bad-argument");
    }
    history.close();
  });

  test("rows whose class or property claims another length", () => {
    class Longer extends Uint32Array {
      get length() {
        return 1e9;
      }
      *[Symbol.iterator]() {
        yield -1;
      }
    }
    const rows = Object.defineProperty(Uint32Array.of(3, 17), "length", { value: 9 });
    const expected = model.rank(user, [1003, 1017]);
    assert.deepEqual(model.rank(user, new Longer([3, 17])), expected);
    assert.deepEqual(model.rank(user, rows), expected);
    assert.deepEqual(model.user({ history: new Longer([3, 17]) }).items, [1003, 1017]);
  });
});

describe("loading", () => {
  test("an error names the file", async () => {
    const path = join(folder, "broken.safetensors");
    writeFileSync(path, "no weights at all, but long enough");
    const error = await assertRefused(loadModel(path), "not-safetensors", new RegExp(`^${path}: `));
    assert.equal(error.cause.code, error.code);
    const wrong = join(folder, "wrong.safetensors");
    const { "output.weight": _, ...tensors } = GMF.tensors;
    writeFileSync(wrong, new Uint8Array(fileOf({ tensors, info: GMF.info })));
    await assertRefused(loadModel(wrong), "missing-tensor", `${wrong}: output.weight`);
    const file = new File([fileOf({ tensors, info: GMF.info })], "mine.safetensors");
    await assertRefused(loadModel(file), "missing-tensor", "mine.safetensors: output.weight");
    writeFileSync(wrong, new Uint8Array(fileOf(GMF)));
    await assertRefused(loadModel(wrong, { verify: true }), "verify-failed", `${wrong}: check`);
    await assertRefused(model.openCandidates(path), "not-safetensors", new RegExp(`^${path}: `));
  });

  test("a local file that is missing, or is a folder", async () => {
    const missing = join(folder, "none.safetensors");
    const error = await assertRefused(loadModel(missing), "not-found", missing);
    assert.match(error.message, /found none\. Relative paths start from /);
    await assertRefused(loadModel(folder), "unreadable", folder);
  });

  test("a buffer that is transferred away meanwhile", async () => {
    for (const wait of [0, 1, 2, 4]) {
      const buffer = fileOf(randomWeights({ items: 3000 }));
      const loading = loadModel(buffer);
      loading.catch(() => {});
      for (let turn = 0; turn < wait; turn++) await undefined;
      structuredClone(buffer, { transfer: [buffer] });
      await assertRefused(loading, "bad-argument", /^source: .*transferred away/);
    }
  });

  test("console.log says what things are", async () => {
    const named = await load({ ...GMF, info: { ...GMF.info, name: "Books" } });
    assert.equal(inspect(named), 'Model { gmf, "Books", 60 items }');
    assert.equal(inspect(user), "User { 3 items, 0 unknown }");
    assert.equal(inspect(createRecommender({ rank: model })), "Recommender { 0 last candidates }");
    const history = await openHistory("shown", { folder });
    assert.equal(inspect(history), "History { 0 interactions, storage: file }");
    history.close();
  });
});
