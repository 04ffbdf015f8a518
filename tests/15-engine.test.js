// An index in a vector engine: what it stores, finds and refuses, against a stand-in of Milvus's
// client and against Milvus Lite. `npm run fixtures -- engines/milvus` runs what all engines must
// do, with Milvus's own indexes and an end and start of the server.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { createRecommender, exactIndex, fromModel, loadModel } from "pocketrec";
import { engineIndex, milvusEngine, recallAgainstExact } from "pocketrec/engine";

import { assertRefused } from "./lib/assert-refused.js";
import { isLong } from "./lib/long.js";
import { installMilvus, newMilvusClient, startMilvus } from "./lib/milvus-lite.js";
import { StandInMilvus, grpcError, unavailable } from "./lib/stand-in-milvus.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 90;
const LARGEST = Number.MAX_SAFE_INTEGER;
const ODD_TEXTS = ["q\"uo'te\\", "line\nbreak\r", "한글 ☃ 𝄞", "", "260", " a ", "\t\\n"];

/** A model of candidates, without ids (rows), or with those given. */
async function candidates(ids, { seed = 1, isBare = false } = {}) {
  const { tensors, info } = randomTwoStage({ kind: "candidates", items: ITEMS, seed });
  const lines = new TextEncoder().encode(ids?.map((id) => JSON.stringify(id)).join("\n"));
  if (ids) tensors.item_ids = { dtype: "U8", shape: [lines.length], data: lines };
  if (isBare) delete tensors["item.embedding"];
  return loadModel(fileOf({ tensors, info }));
}

/** As many ids as there are items, these first. */
const filled = (first, next) => [
  ...first,
  ...Array.from({ length: ITEMS - first.length }, (_, at) => next(at + 1000)),
];

/** As JSON, which tells 1 from "1". */
const sorted = (ids) => ids.map((id) => JSON.stringify(id)).sort();

const userOf = (model, row = 3) => model.user({ history: [model.ids()[row]], features: {} });

const missing = isLong ? installMilvus() : "npm run test:long installs and runs it";
let names = 0;

for (const [title, skip, start] of [
  ["a stand-in of its client", false, startStandIn],
  ["Milvus Lite", missing ?? false, startMilvus],
])
  describe(`Milvus: ${title}`, { skip }, () => {
    let milvus;
    let client;
    let model;
    before(async () => {
      milvus = await start();
      client = milvus.newClient();
      model = await candidates();
    });
    after(() => milvus.stop());

    const engineOf = (options) =>
      milvusEngine({ client, collection: `c${++names}`, indexType: "FLAT", ...options });
    async function filledIndex(of = model, options = {}) {
      const index = await engineIndex(of, options.engine ?? engineOf(), { create: true });
      await index.upsert(options.upsert);
      return index;
    }

    for (const [kind, ids] of [
      ["rows", undefined],
      ["large whole numbers", filled([LARGEST, -LARGEST, 0, -7, 2 ** 33], (at) => at)],
      ["texts", filled(ODD_TEXTS, (at) => `film ${at}`)],
      ["both, and fractions", filled([...ODD_TEXTS, 1, "1", 0.5, LARGEST], (at) => at)],
    ])
      test(`items named by ${kind} come back as they are, with the model's scores`, async () => {
        const own = await candidates(ids);
        const engine = engineOf();
        const index = await filledIndex(own, { engine });
        assert.equal(index.itemCount, ITEMS);
        const { vector } = userOf(own);
        const found = await index.search(vector, { topK: ITEMS });
        assert.deepEqual(found, await exactIndex(own).search(vector, { topK: ITEMS }));
        const again = await engineIndex(own, engine);
        assert.equal(again.itemCount, ITEMS);
        await index.remove(ids?.slice(0, 4) ?? [0, 1, 2, 3]);
        assert.equal(index.itemCount, ITEMS - 4);
        const left = await again.search(vector, { topK: Infinity });
        assert.deepEqual(sorted(left.map(({ item }) => item)), sorted(own.ids().slice(4)));
      });

    test("what is excluded or filtered is left out, and topK are found all the same", async () => {
      const index = await filledIndex();
      const exact = exactIndex(model);
      const { vector } = userOf(model);
      const best = (await exact.search(vector, { topK: ITEMS })).map(({ item }) => item);
      for (const options of [
        {},
        { topK: 5, exclude: best.slice(0, 40) },
        { topK: 5, exclude: new Set(best.slice(0, 3)) },
        { topK: 5, exclude: Uint32Array.from(best.slice(0, 3)) },
        { topK: 5, exclude: { items: Uint32Array.from(best.slice(0, 3)) } },
        { topK: 5, filter: (item) => item % 11 === 5 },
        { topK: 50, exclude: [best[7]], filter: (item) => item % 2 === 0 },
        { topK: ITEMS + 10 },
        { topK: 0 },
      ]) {
        const found = await index.search(vector, options);
        assert.deepEqual(found, await exact.search(vector, options), JSON.stringify(options));
      }
    });

    test("an expression over stored attributes is true for what is found", async () => {
      const attributes = (item) => ({ year: 1950 + item, kind: item % 2 ? "film" : "series" });
      const index = await filledIndex(model, { upsert: { attributes } });
      const exact = exactIndex(model);
      const { vector } = userOf(model);
      for (const [expression, filter] of [
        ["year < 1980", (item) => item < 30],
        ['kind == "film"', (item) => item % 2 === 1],
      ]) {
        const some = index.where(expression);
        assert.equal(some.itemCount, ITEMS);
        for (const exclude of [[], [1, 2, 3]]) {
          const options = { topK: 20, exclude };
          const expected = await exact.search(vector, { ...options, filter });
          assert.deepEqual(await some.search(vector, options), expected);
        }
      }
      await assertRefused(() => index.where("= year").search(vector), "bad-argument", /unexpected/);
      await assertRefused(() => index.where(" "), "bad-argument", "where");
    });

    test("items are replaced and added, also those that the model does not know", async () => {
      const index = await filledIndex();
      const user = userOf(model);
      const [best] = await index.search(user.vector, { topK: 1 });
      await index.upsert({ items: [best.item] }); // once more
      assert.equal(index.itemCount, ITEMS);
      const news = Float32Array.from([...user.vector, ...user.vector], (value) => 100 * value);
      await index.upsert({ items: [5001, 5002], vectors: news });
      assert.equal(index.itemCount, ITEMS + 2);
      const found = await index.search(user.vector, { topK: 3 });
      assert.deepEqual(found.map(({ item }) => item).sort(), [best.item, 5001, 5002].sort());
      assert.deepEqual(found[2], best);
      const length = user.vector.reduce((sum, x) => sum + x * x, 0);
      assert.ok(Math.abs(found[0].score / (100 * length) - 1) < 1e-5);
      await index.refresh();
      assert.equal(index.itemCount, ITEMS + 2);
    });

    test("a collection of another model is refused, when opened and when searched", async () => {
      const engine = engineOf();
      const index = await filledIndex(model, { engine });
      const { vector } = userOf(model);
      const other = await candidates(undefined, { seed: 2 });
      await assertRefused(engineIndex(other, engine), "bad-shape", /another vector of 0/);
      const names = filled([], (at) => `film ${at}`);
      await assertRefused(engineIndex(await candidates(names), engine), "bad-shape", /of kind/);
      const strangers = filled([], (at) => at);
      const none = /found none of 90 of its items/;
      await assertRefused(engineIndex(await candidates(strangers), engine), "bad-shape", none);
      // Another program replaces the vectors beneath an open index.
      const beneath = await engineIndex(model, engine);
      await index.upsert({ items: model.ids(), vectors: other.vectors(other.ids()) });
      await assertRefused(beneath.search(vector), "bad-shape", /not its inner products/);
      await assertRefused(beneath.refresh(), "bad-shape", /another vector/);
    });

    test("a model without item vectors opens it by the name of their version", async () => {
      const engine = engineOf();
      const bare = await candidates(undefined, { isBare: true });
      const width = userOf(bare).vector.length;
      const open = (options) => engineIndex(bare, engine, options);
      await assertRefused(open({ create: true }), "bad-argument", "version");
      await assertRefused(open({ create: true, version: "1" }), "bad-argument", "width");
      const index = await open({ create: true, version: "1", width });
      await index.upsert({ items: model.ids(), vectors: model.vectors(model.ids()) });
      const { vector } = userOf(bare);
      const found = await index.search(vector, { topK: 20 });
      const expected = await exactIndex(model).search(vector, { topK: 20 });
      const itemsOf = (list) => list.map(({ item }) => item);
      assert.deepEqual(itemsOf(found), itemsOf(expected));
      for (const [at, { score }] of found.entries())
        assert.ok(Math.abs(score - expected[at].score) < 1e-5, `${score} ${expected[at].score}`);
      await assertRefused(open({ version: "2" }), "bad-shape", /expected version 2, found 1/);
      await assertRefused(engineIndex(model, engine, { version: "2" }), "bad-shape", /version/);
      assert.equal((await open({ version: "1" })).itemCount, ITEMS);
    });

    test("reports progress, and stops between two batches", async () => {
      const index = await engineIndex(model, engineOf(), { create: true });
      const reports = [];
      const controller = new AbortController();
      const { signal } = controller;
      const onProgress = (progress) => {
        reports.push(progress.added);
        assert.equal(progress.total, ITEMS);
        if (progress.added === 40) controller.abort("enough");
      };
      const stopped = index.upsert({ batchSize: 20, onProgress, signal });
      assert.equal((await assertRefused(stopped, "aborted")).cause, "enough");
      assert.deepEqual(reports, [20, 40]);
      await index.refresh();
      assert.equal(index.itemCount, 40);
      await index.upsert({ batchSize: 20 });
      assert.equal(index.itemCount, ITEMS);
      await assertRefused(index.search(userOf(model).vector, { signal }), "aborted");
    });

    test("a missing, dropped or unloaded collection is an error that says what to do", async () => {
      const collection = `c${++names}`;
      const engine = engineOf({ collection });
      await assertRefused(engineIndex(model, engine), "not-found", /create: true/);
      const index = await filledIndex(model, { engine });
      const { vector } = userOf(model);
      await client.releaseCollection({ collection_name: collection });
      await assertRefused(index.search(vector), "engine", /Call refresh\(\) of the index/);
      await index.refresh();
      assert.equal((await index.search(vector)).length, 10);
      await index.drop();
      assert.equal(index.itemCount, 0);
      for (const attempt of [() => index.search(vector), () => index.upsert(), index.refresh])
        await assertRefused(attempt.bind(index), "not-found", engine.name);
    });

    test("measures its recall against the exact scan", async () => {
      const index = await filledIndex();
      const users = [1, 2, 3].map((row) => userOf(model, row));
      assert.deepEqual(await recallAgainstExact(index, model, users, { topK: 20 }), {
        ...{ recall: 1, lowest: 1, users: 3, scoreDifference: 0 },
      });
      await index.remove((await index.search(users[0].vector, { topK: 5 })).map((one) => one.item));
      const { recall, lowest } = await recallAgainstExact(index, model, users, { topK: 20 });
      assert.equal(lowest, 0.75);
      assert.ok(recall < 1 && recall >= lowest);
    });

    test("retrieves for a recommender, which falls back while the engine is away", async () => {
      const own = await start();
      try {
        const engine = milvusEngine({ client: own.newClient(), collection: "films" });
        const index = await filledIndex(model, { engine });
        const source = fromModel(model, { index, topK: 30 });
        const options = { rank: model, history: [1, 2], timeout: 2000 };
        const recommender = createRecommender({ retrieve: source, ...options });
        const first = await recommender.recommend();
        assert.deepEqual(
          [first.source, first.warning, first.counts.candidates],
          [...["retrieved", undefined, 30]],
        );
        await own.end();
        const stale = await recommender.recommend();
        assert.deepEqual([stale.source, stale.warning?.code], ["last", "network"]);
        assert.deepEqual(stale.recommendations, first.recommendations);
        const fresh = createRecommender({ retrieve: source, ...options });
        const scanned = await fresh.recommend();
        assert.deepEqual([scanned.source, scanned.warning?.code], ["catalogue", "network"]);
        assert.deepEqual(scanned.recommendations, first.recommendations);
      } finally {
        await own.stop();
      }
    });
  });

describe("Milvus Lite", { skip: missing ?? false }, () => {
  let milvus;
  let index;
  let model;
  before(async () => {
    milvus = await startMilvus();
    model = await candidates();
    const engine = milvusEngine({ client: milvus.newClient(), collection: "films" });
    index = await engineIndex(model, engine, { create: true, timeout: 1000 });
    await index.upsert();
  });
  after(() => milvus.stop());

  test("no answer in time is an error, and an abort ends the wait", async () => {
    const { vector } = userOf(model);
    milvus.pause();
    await assertRefused(index.search(vector), "timeout", 'Milvus collection "films"');
    const signal = AbortSignal.timeout(100);
    await assertRefused(index.search(vector, { signal }), "aborted");
    milvus.resume();
    assert.equal((await index.search(vector)).length, 10);
  });

  test("a server that starts before its engine goes on", async () => {
    const client = newMilvusClient("127.0.0.1:1");
    const engine = milvusEngine({ client, collection: "films" });
    await assertRefused(engineIndex(model, engine, { timeout: 500 }), "network");
    await client.closeConnection();
  });
});

describe("failures of the engine", () => {
  let model;
  before(async () => {
    model = await candidates();
  });
  async function standIn(options) {
    const client = new StandInMilvus();
    const engine = milvusEngine({ client, collection: "films" });
    return {
      client,
      engine,
      index: await engineIndex(model, engine, { create: true, ...options }),
    };
  }

  test("while the engine is away writes are tried again, and searches are not", async () => {
    const { client, index } = await standIn();
    client.failNext("upsert", unavailable(), unavailable());
    await index.upsert();
    assert.equal(index.itemCount, ITEMS);
    const count = (name) => client.calls.filter(([method]) => method === name).length;
    assert.equal(count("upsert"), 3);
    client.failNext("search", unavailable());
    const { vector } = userOf(model);
    await assertRefused(index.search(vector), "network", /Does the engine run there/);
    assert.equal(count("search"), 1);
    const busy = { code: 8, reason: "rate limit exceeded[rate=0.1]", error_code: "RateLimit" };
    client.failNext("upsert", busy);
    await index.upsert({ items: [1] });
    const wrong = { code: 1804, reason: "fail to deal the insert data", error_code: 1804 };
    client.failNext("upsert", wrong);
    await assertRefused(index.upsert({ items: [1] }), "engine", /fail to deal/);
    assert.equal(count("upsert"), 6);
  });

  test("an abort ends the pause between two tries", async () => {
    const { client, index } = await standIn();
    const controller = new AbortController();
    client.failNext("upsert", unavailable());
    setTimeout(() => controller.abort(), 50);
    await assertRefused(index.upsert({ signal: controller.signal }), "aborted");
    assert.equal(client.calls.filter(([method]) => method === "upsert").length, 1);
  });

  for (const [what, error, code] of [
    ["a wrong password", grpcError(16, "auth check failure"), "not-allowed"],
    ["a missing right", grpcError(7, "permission deny"), "not-allowed"],
    ["a right that Milvus names", { code: 1401, reason: "privilege not permitted" }, "not-allowed"],
    ["a deadline", grpcError(4, "Deadline exceeded after 0.501s"), "timeout"],
    ["a missing database", { status: { code: 800, reason: "no database" } }, "not-found"],
    ["another failure", { code: 5, error_code: "UnexpectedError", reason: "segcore" }, "engine"],
    ["an error of the client", new RangeError("out of range"), "engine"],
  ])
    test(`${what} is "${code}", with the client's error as cause`, async () => {
      const { client, index, engine } = await standIn();
      await index.upsert();
      client.failNext("search", error);
      const refused = await assertRefused(
        index.search(userOf(model).vector),
        code,
        'Milvus collection "films"',
      );
      assert.equal(refused.cause, error);
      assert.equal(engine.explain(error).code, code);
    });

  test("the engine learns of the user's vector, not of the history", async () => {
    const { client, index } = await standIn();
    await index.upsert();
    const user = model.user({ history: [11, 12, 13], features: {} });
    await index.search(user.vector, { topK: 5, exclude: user.items });
    const [, request] = client.calls.findLast(([method]) => method === "search");
    assert.deepEqual(Object.keys(request).sort(), [
      ...["collection_name", "data", "limit", "metric_type", "output_fields", "params", "timeout"],
    ]);
    assert.equal(request.limit, 8);
  });

  test("items are stored at one length, or as they are", async () => {
    const lengthOf = ({ vector }) => Math.hypot(...vector);
    for (const [graph, width] of [
      ["cosine", 10],
      ["inner", 9],
    ]) {
      const { client, index, engine } = await standIn({ graph });
      await index.upsert();
      const [, { data }] = client.calls.find(([method]) => method === "upsert");
      assert.ok(data.every(({ vector }) => vector.length === width));
      const lengths = data.map(lengthOf);
      const spread = Math.max(...lengths) - Math.min(...lengths);
      assert.equal(spread < 1e-5, graph === "cosine", `${spread}`);
      const { vector } = userOf(model);
      const again = await engineIndex(model, engine);
      assert.deepEqual(await again.search(vector), await exactIndex(model).search(vector));
    }
  });

  test("an answer that is none is refused, and an item that is found twice is one", async () => {
    const { engine, index } = await standIn();
    await index.upsert();
    const { vector } = userOf(model);
    const exact = await exactIndex(model).search(vector, { topK: ITEMS });
    const opened = (change) =>
      engineIndex(model, {
        ...engine,
        search: async (...words) => change(await engine.search(...words)),
      });
    for (const [change, what] of [
      [() => undefined, /a list, found undefined/],
      [(hits) => hits.map(({ key }) => ({ key, score: NaN })), /finite numbers, found NaN/],
      [(hits) => hits.map(({ key }) => ({ key, score: "0.5" })), /finite numbers/],
      [(hits) => [undefined, ...hits], /keys of kind integer/],
    ])
      await assertRefused((await opened(change)).search(vector), "engine", what);
    const twice = await opened((hits) => hits.flatMap((hit) => [hit, hit]));
    assert.deepEqual(await twice.search(vector, { topK: 20 }), exact.slice(0, 20));
    const backwards = await opened((hits) => hits.toReversed());
    assert.deepEqual(await backwards.search(vector, { topK: 20 }), exact.slice(0, 20));
    let calls = 0; // as many as it likes: the search ends all the same
    const some = await opened((hits) => hits.slice(0, 3 + (calls++ % 2)));
    const few = await some.search(vector, { topK: 20 });
    assert.ok(few.length === 3 || few.length === 4);
  });

  test("recall counts an item once, and of items with one score any", async () => {
    const best = { item: 1, score: 2 };
    const scores = new Map([
      [1, 2],
      [2, 1],
      [3, 1],
    ]);
    const own = {
      recommend: (_, { topK }) => [best, { item: 2, score: 1 }].slice(0, topK),
      rank: (_, items) => items.map((item) => ({ item, score: scores.get(item) ?? null })),
    };
    const recallOf = async (found) => {
      const given = { itemCount: 3, search: async () => found };
      return (await recallAgainstExact(given, own, [{}], { topK: 2 })).recall;
    };
    assert.equal(await recallOf([best, best]), 0.5);
    assert.equal(await recallOf([best, { item: 3, score: 1 }]), 1);
    assert.equal(await recallOf([best, { item: 9, score: 1 }]), 0.5);
  });

  test("more items than the engine gives at once are refused", async () => {
    const { engine } = await standIn();
    const index = await engineIndex(model, { ...engine, mostPerSearch: 20 });
    await index.upsert();
    const { vector } = userOf(model);
    assert.equal((await index.search(vector, { topK: 20 })).length, 20);
    const rare = { topK: 3, filter: () => false };
    for (const options of [{ topK: 21 }, rare])
      await assertRefused(index.search(vector, options), "too-large", /use where\(\)/);
  });

  test("a collection of another metric or width is refused", async () => {
    const { engine } = await standIn();
    for (const [change, what] of [
      [{ metric: "L2" }, /inner products as metric, found L2/],
      [{ width: 5 }, /vectors of 9 numbers, found 4/],
    ]) {
      const stored = { ...(await engine.describe({ timeout: 1 })), ...change };
      const other = { ...engine, describe: async () => stored };
      await assertRefused(engineIndex(model, other), "bad-shape", what);
    }
  });

  const wrongArguments = [
    ["no engine", "engine", () => engineIndex(model, {})],
    ["no model", "model", ({ engine }) => engineIndex({}, engine)],
    ["an unknown option", "creat", ({ engine }) => engineIndex(model, engine, { creat: true })],
    ["a version of 1", "version", ({ engine }) => engineIndex(model, engine, { version: 1 })],
    ["a graph of trees", "graph", ({ engine }) => engineIndex(model, engine, { graph: "tree" })],
    ["a timeout of 0", "timeout", ({ engine }) => engineIndex(model, engine, { timeout: 0 })],
    ["no client", "client", () => milvusEngine({ client: {}, collection: "films" })],
    ["no collection", "collection", ({ client }) => milvusEngine({ client })],
    ["a text as id", "item", ({ index }) => index.upsert({ items: ["5"], vectors: NINE })],
    ["an item twice", "items", ({ index }) => index.upsert({ items: [1, 1] })],
    ["vectors without ids", "items", ({ index }) => index.upsert({ vectors: NINE })],
    ["a short vector", "vectors", ({ index }) => index.upsert({ items: [1, 2], vectors: NINE })],
    ["a batch of 0", "batchSize", ({ index }) => index.upsert({ batchSize: 0 })],
    ["a field of its own", "attributes", ({ index }) => index.upsert({ attributes: taken })],
    ["a short user vector", "vector", ({ index }) => index.search([1, 2])],
    ["half a topK", "topK", ({ index }) => index.search(NINE, { topK: 1.5 })],
    ["an unknown choice", "where", ({ index }) => index.search(NINE, { where: "a" })],
    ["no users", "users", ({ index }) => recallAgainstExact(index, model, [])],
  ];
  const NINE = new Float32Array(9).fill(1);
  const taken = () => ({ id: 7 });
  for (const [title, what, attempt] of wrongArguments)
    test(`refuses ${title}`, async () => {
      const given = await standIn();
      await assertRefused(() => attempt(given), "bad-argument", what);
    });

  test("refuses other scores, halves of characters, and numbers that are none", async () => {
    const { engine, index } = await standIn();
    const gmf = { ...asPlain(model), kind: "neumf", scoresAreInnerProducts: false };
    await assertRefused(engineIndex(gmf, engine), "unsupported", "model");
    const vectors = Float32Array.from({ length: 18 }, (_, at) => (at === 13 ? NaN : 1));
    const notFinite = index.upsert({ items: [4, 5], vectors });
    await assertRefused(notFinite, "not-finite", /vector of item 5/);
    const client = new StandInMilvus();
    const films = await candidates(filled([], (at) => `film ${at}`));
    const texts = milvusEngine({ client, collection: "texts" });
    const named = await engineIndex(films, texts, { create: true });
    const half = named.upsert({ items: ["\ud834"], vectors: NINE });
    await assertRefused(half, "bad-argument", /whole characters/);
  });
});

const asPlain = (model) => ({
  ids: () => model.ids(),
  vectors: (items) => model.vectors(items),
  user: (input) => model.user(input),
  rank: (...words) => model.rank(...words),
});

/** A stand-in, with the methods of a started server. */
async function startStandIn() {
  const client = new StandInMilvus();
  const end = async () => {
    for (const method of ["search", "query", "describeCollection"])
      client[method] = async () => {
        throw unavailable();
      };
  };
  return { newClient: () => client, end, stop: end };
}
