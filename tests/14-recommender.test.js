// A recommender with a server that fails in every way: the user always gets a ranked list, and the
// result says where it came from.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";

import {
  PocketrecError,
  block,
  createRecommender,
  diversify,
  exactIndex,
  fromModel,
  loadModel,
  pin,
} from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 60;
const HISTORY = [3, 14, 15];
const lines = new TextEncoder().encode(
  Array.from({ length: ITEMS }, (_, row) => `"film ${row}"`).join("\n"),
);
const weights = randomWeights({ kind: "gmf", gmf: 4, items: ITEMS, aggregates: true });
const film = (row) => `film ${row}`;
const films = (...rows) => rows.map(film);
const history = HISTORY.map(film);
const names = ({ recommendations }) => recommendations.map(({ item }) => item);

let model;
let user;
let server;
let address;
let answer;
let asked;

before(async () => {
  model = await loadModel(
    fileOf({
      ...weights,
      tensors: {
        ...weights.tensors,
        item_ids: { dtype: "U8", shape: [lines.length], data: lines },
      },
    }),
  );
  user = model.user({ history });
  server = http
    .createServer((request, response) => {
      asked.push({ url: request.url, method: request.method, headers: request.headers });
      request.on("close", () => asked.push("closed"));
      answer(response);
    })
    .listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${server.address().port}/candidates`;
});

beforeEach(() => (asked = []));

after(() => {
  server.close();
  server.closeAllConnections();
});

const json =
  (value, status = 200) =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
const retrieve = ({ signal }) => fetch(address, { signal });
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What one request gives, with a `retrieve` and perhaps more options. */
const recommendFrom = (retrieve, options = {}) =>
  createRecommender({ retrieve, rank: model, history, ...options }).recommend();

describe("with a working server", () => {
  test("the server's candidates are ranked here, without the items of the history", async () => {
    answer = json({ items: films(1, 2, 3, 4, 5, 14, 2) });
    const recommender = createRecommender({ retrieve, rank: model, history });
    const result = await recommender.recommend({ topK: 3 });
    assert.deepEqual(result.recommendations, model.rank(user, films(1, 2, 4, 5), { topK: 3 }));
    assert.equal(result.source, "retrieved");
    assert.ok(!("warning" in result));
    assert.deepEqual(result.counts, { catalogue: ITEMS, candidates: 6, ranked: 4, reranked: 4 });
    assert.deepEqual(Object.keys(result.times), ["retrieve", "rank", "rerank"]);
    assert.ok(Object.values(result.times).every((time) => time >= 0));
  });

  test("neither retrieve nor the server learns anything about the user", async () => {
    answer = json(films(1, 2));
    const requests = [];
    await createRecommender({
      retrieve: (request) => {
        requests.push(request);
        return retrieve(request);
      },
      rank: model,
      history,
    }).recommend({ topK: 7 });
    assert.deepEqual(Object.keys(requests[0]), ["signal", "topK"]);
    assert.equal(requests[0].topK, 7);
    assert.deepEqual([asked[0].url, asked[0].method], ["/candidates", "GET"]);
    assert.doesNotMatch(JSON.stringify(asked), /film/);
  });

  test("answers of every form", async () => {
    const expected = names({ recommendations: model.rank(user, films(1, 2, 4)) });
    for (const given of [
      films(1, 2, 4),
      new Set(films(1, 2, 4)),
      { items: films(1, 2, 4) },
      films(1, 2, 4).map((item) => ({ item, score: 1 })),
      Response.json(films(1, 2, 4)),
      new TextEncoder().encode(JSON.stringify({ items: films(1, 2, 4) })),
    ]) {
      const result = await recommendFrom(() => given);
      assert.equal(result.source, "retrieved");
      assert.deepEqual(names(result), expected);
    }
  });

  test("candidate packs: bytes, a response, or an open pack", async () => {
    class Pack {
      items = films(1, 2, 70);
      itemCount = 3;
    }
    const opened = [];
    const pack = new Pack();
    const ranker = {
      itemCount: ITEMS,
      user: (who) => model.user(who),
      recommend: (...words) => model.recommend(...words),
      rank: (who, list, options) => model.rank(who, list === pack ? pack.items : list, options),
      openCandidates: async (bytes) => {
        opened.push(bytes.length);
        return pack;
      },
    };
    const bytes = fileOf({
      tensors: { item_ids: { dtype: "I64", shape: [1], data: BigInt64Array.of(1n) } },
      info: {},
    });
    for (const given of [bytes, new Uint8Array(bytes), new Response(bytes), pack]) {
      const result = await recommendFrom(() => given, { rank: ranker, maxCandidates: 3 });
      assert.equal(result.source, "retrieved");
      assert.deepEqual(result.recommendations, model.rank(user, pack.items));
    }
    assert.equal(opened.length, 3);
    const byFunction = { rank: () => [], catalogue: model };
    for (const [given, options, code] of [
      [bytes, {}, "missing-tensor"], // ids without the rows that a GMF needs
      [bytes, byFunction, "bad-answer"], // a function opens no packs
      [pack, { rank: ranker, maxCandidates: 2 }, "too-large"],
    ]) {
      const { source, warning } = await recommendFrom(() => given, options);
      assert.deepEqual([source, warning.code], ["catalogue", code]);
    }
  });

  test("a pack of items new to the model serves again when the server fails", async () => {
    const { "gmf.item": rows } = weights.tensors;
    const ids = new TextEncoder().encode(['"new a"', '"new b"', '"film 3"'].join("\n"));
    const body = fileOf({
      tensors: {
        item_ids: { dtype: "U8", shape: [ids.length], data: ids },
        "gmf.item": { shape: [3, 4], data: rows.data.slice(0, 12) },
      },
      info: {},
    });
    const recommender = createRecommender({
      retrieve,
      rank: model,
      history,
      rerank: diversify({ model }),
    });
    for (const [source, reply] of [
      ["retrieved", (response) => response.end(new Uint8Array(body))],
      ["last", json({}, 500)],
    ]) {
      answer = reply;
      const result = await recommender.recommend();
      assert.equal(result.source, source);
      assert.deepEqual(names(result).sort(), ["new a", "new b"]);
      assert.ok(result.recommendations.every(({ score }) => score > 0));
    }
  });

  test("unknown candidates come last, and maxCandidates are ranked", async () => {
    answer = json(["new", ...films(...Array(50).keys())]);
    const result = await recommendFrom(retrieve, { maxCandidates: 6, includeSeen: true });
    assert.deepEqual(names(result), [
      ...names({ recommendations: model.rank(user, films(0, 1, 2, 3, 4)) }),
      "new",
    ]);
    assert.equal(result.counts.candidates, 6);
  });

  test("steps get the user and rerankDepth items, and cannot add an excluded item", async () => {
    const seen = [];
    const watch = (list, { topK, userOf, signal }) => {
      seen.push({ length: list.length, topK, user: userOf(model), signal });
      return list;
    };
    const put = pin([
      { item: film(3), position: 0 },
      { item: film(9), position: 1 },
      { item: "ad", position: 2 },
    ]);
    const recommender = createRecommender({
      retrieve: () => films(...Array(40).keys()),
      rank: model,
      history,
      rerankDepth: 20,
      rerank: [watch, put, block([film(0)])],
    });
    const result = await recommender.recommend({ topK: 5, exclude: [film(9)] });
    assert.deepEqual([seen[0].length, seen[0].topK], [20, 5]);
    assert.equal(seen[0].user.vector.length, 4);
    for (const excluded of films(3, 9)) assert.ok(!names(result).includes(excluded), excluded);
    assert.ok(names(result).includes("ad"));
    assert.equal(result.recommendations.length, 5);
  });

  test("steps get topK items at least, where rerankDepth is smaller", async () => {
    const lengths = [];
    const rerank = (list) => (lengths.push(list.length), list);
    const retrieve = () => films(...Array(40).keys());
    const recommender = createRecommender({ retrieve, rank: model, rerankDepth: 5, rerank });
    const { recommendations } = await recommender.recommend({ topK: 12 });
    assert.deepEqual([lengths, recommendations.length], [[12], 12]);
  });

  test("a step diversifies the list", async () => {
    const vectors = (item) => (Number(item.slice(5)) % 2 ? [1, 0] : [0, 1]);
    const result = await createRecommender({
      retrieve: () => films(...Array(40).keys()),
      rank: model,
      history,
      rerank: diversify({ vectors, balance: 0.1 }),
    }).recommend({ topK: 2 });
    assert.notEqual(
      Number(result.recommendations[0].item.slice(5)) % 2,
      Number(result.recommendations[1].item.slice(5)) % 2,
    );
  });

  test("without retrieve the catalogue is ranked", async () => {
    const result = await createRecommender({ rank: model, history }).recommend({ topK: 4 });
    assert.deepEqual(result.recommendations, model.recommend(user, { topK: 4, exclude: history }));
    assert.deepEqual(
      [result.source, result.warning, result.counts.candidates],
      ["catalogue", undefined, ITEMS],
    );
  });

  test("candidates from a model on this device, by its scan or by an index", async () => {
    const expected = model.recommend(user, { topK: 8, exclude: history });
    for (const index of [undefined, exactIndex(model)]) {
      const result = await createRecommender({
        retrieve: fromModel(model, { topK: 8, index }),
        rank: model,
        history,
      }).recommend({ topK: 20 });
      assert.equal(result.source, "retrieved");
      assert.deepEqual(result.recommendations, expected);
    }
  });

  test("a function can rank", async () => {
    const requests = [];
    const rank = async (candidates, request) => {
      requests.push(request);
      return candidates.map((item, at) => ({ item, score: at || null })).reverse();
    };
    const result = await createRecommender({
      retrieve: () => films(1, 2, 3),
      rank,
      history,
      features: async () => ({ age: 3 }),
    }).recommend({ topK: 1 });
    assert.deepEqual(result.recommendations, [{ item: film(2), score: 1 }]);
    assert.equal(result.counts.catalogue, undefined);
    assert.deepEqual([requests[0].history, requests[0].features], [history, { age: 3 }]);
  });
});

describe("the user", () => {
  test("a history as a list, a Set, rows, a function or a promise", async () => {
    const expected = model.recommend(user, { exclude: history });
    for (const given of [
      history,
      new Set(history),
      Uint32Array.from(HISTORY),
      () => history,
      async () => history.map((item) => ({ item })),
    ]) {
      const { recommendations } = await recommendFrom(undefined, { history: given });
      assert.deepEqual(recommendations, expected);
    }
    const { recommendations } = await recommendFrom(undefined, { history: undefined });
    assert.deepEqual(recommendations, model.recommend(model.user({ history: [] })));
  });

  test("retriever and ranker each get their own features, read at every request", async () => {
    const [finder, ranker] = await Promise.all(
      ["candidates", "ranker"].map((kind) => loadModel(fileOf(randomTwoStage({ kind })))),
    );
    const seen = { search: ["space"] };
    const known = { year: 2001 };
    const recommender = createRecommender({
      retrieve: fromModel(finder, { topK: 30, features: () => seen }),
      rank: ranker,
      features: async () => known,
      history: [3, 41],
    });
    for (const word of ["space", "noir"]) {
      seen.search = [word];
      const found = finder.recommend(
        finder.user({ history: [3, 41], features: { search: [word] } }),
        { topK: 30, exclude: [3, 41] },
      );
      const expected = ranker.rank(
        ranker.user({ history: [3, 41], features: known }),
        found.map(({ item }) => item),
        { topK: 10 },
      );
      const { recommendations, counts } = await recommender.recommend({ topK: 10 });
      assert.deepEqual(recommendations, expected);
      assert.deepEqual(counts, { catalogue: 90, candidates: 30, ranked: 30, reranked: 30 });
    }
    const unknown = createRecommender({
      retrieve: fromModel(finder, { features: { colour: 1 } }),
      rank: ranker,
      history: [3],
    });
    const { source, warning } = await unknown.recommend();
    assert.deepEqual(
      [source, warning.code, warning.subject],
      ["catalogue", "bad-feature", "colour"],
    );
  });

  test("the user is kept until the history changes, even in the app's own array", async () => {
    let made = 0;
    const counting = {
      itemCount: ITEMS,
      user: (who) => {
        made++;
        return model.user(who);
      },
      rank: (...words) => model.rank(...words),
      recommend: (...words) => model.recommend(...words),
    };
    const own = [...history];
    const recommender = createRecommender({
      retrieve: fromModel(counting),
      rank: counting,
      history: () => own,
    });
    await Promise.all([recommender.recommend(), recommender.recommend()]);
    await recommender.recommend();
    assert.equal(made, 1);
    own.push(film(20));
    const result = await recommender.recommend({ topK: ITEMS });
    assert.equal(made, 2);
    assert.ok(!names(result).includes(film(20)));
  });

  test("includeSeen recommends items of the history again", async () => {
    const result = await recommendFrom(() => films(3, 4), { includeSeen: true });
    assert.deepEqual(names(result).sort(), films(3, 4));
  });

  test("all candidates seen: an empty list without a warning", async () => {
    const result = await recommendFrom(() => history);
    assert.deepEqual(
      [result.recommendations, result.source, result.warning],
      [[], "retrieved", undefined],
    );
  });
});

describe("with a failing server", () => {
  const html = (response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>Welcome");
  const truncated = (response) => {
    response.writeHead(200, { "Content-Length": 100 }).write("[1,");
    setTimeout(() => response.destroy(), 5);
  };
  const halfPack = Buffer.from('\x63\0\0\0\0\0\0\0{"x":');
  const failures = [
    ["an HTTP error", json({ error: "no" }, 503), "http"],
    ["a page", html, "bad-answer"],
    ["no JSON", (response) => response.end("film 1, film 2"), "bad-answer"],
    ["an empty body", (response) => response.end(), "bad-answer"],
    ["an object", json({ films: films(1) }), "bad-answer"],
    ["null", json(null), "bad-answer"],
    ["a number", json(7), "bad-answer"],
    ["an empty list", json({ items: [] }), "bad-answer"],
    ["a list of lists", json([[1], [2]]), "bad-answer"],
    ["a list of null", json([null]), "bad-answer"],
    ["a list of other objects", json([{ id: film(1) }]), "bad-answer"],
    ["unknown items only", json(["x", "y", 7]), "bad-answer"],
    ["a truncated answer", truncated, "network"],
    ["a truncated pack", (response) => response.end(halfPack), "truncated"],
    ["a closed connection", (response) => response.destroy(), "network"],
  ];
  for (const [what, wrong, code] of failures) {
    test(`${what}: the catalogue serves, or the last good list`, async () => {
      const recommender = createRecommender({ retrieve, rank: model, history });
      answer = wrong;
      const first = await recommender.recommend({ topK: 4 });
      assert.equal(first.source, "catalogue");
      assert.ok(first.warning instanceof PocketrecError);
      assert.equal(first.warning.code, code);
      assert.deepEqual(first.recommendations, model.recommend(user, { topK: 4, exclude: history }));
      answer = json(films(1, 2, 4));
      assert.equal((await recommender.recommend()).source, "retrieved");
      answer = wrong;
      const third = await recommender.recommend();
      assert.equal(third.source, "last");
      assert.equal(third.warning.code, first.warning.code);
      assert.deepEqual(third.recommendations, model.rank(user, films(1, 2, 4)));
      assert.deepEqual(recommender.lastCandidates, films(1, 2, 4));
    });
  }

  test("retrieve throws, or rejects", async () => {
    for (const thrown of [
      () => {
        throw new TypeError("oops");
      },
      async () => {
        throw "oops";
      },
    ]) {
      const { source, warning } = await recommendFrom(thrown);
      assert.deepEqual(
        [source, warning.code, /oops/.test(warning.message)],
        ["catalogue", "network", true],
      );
    }
  });

  test("ids of another type than the model's", async () => {
    const rows = await loadModel(fileOf(weights));
    const options = { rank: rows, history: [3] };
    const { source, warning } = await recommendFrom(() => films(1), options);
    assert.deepEqual([source, warning.code], ["catalogue", "bad-answer"]);
  });

  test("too slow: the catalogue serves; the late answer is the next last list", async () => {
    answer = (response) => setTimeout(() => json(films(1, 2))(response), 150);
    const recommender = createRecommender({ retrieve, rank: model, history, timeout: 40 });
    const first = await recommender.recommend();
    assert.deepEqual([first.source, first.warning.code], ["catalogue", "timeout"]);
    assert.ok(first.times.retrieve >= 30);
    await delay(250);
    assert.deepEqual(recommender.lastCandidates, films(1, 2));
    answer = () => {};
    const second = await recommender.recommend();
    assert.deepEqual([second.source, second.warning.code], ["last", "timeout"]);
    assert.deepEqual(names(second).sort(), films(1, 2));
  });

  test("no answer: the request is aborted after ten times the timeout", async () => {
    answer = () => {};
    const signals = [];
    await createRecommender({
      retrieve: (request) => {
        signals.push(request.signal);
        return retrieve(request);
      },
      rank: model,
      history,
      timeout: 10,
    }).recommend();
    assert.equal(signals[0].aborted, false);
    await delay(300);
    assert.equal(signals[0].aborted, true);
  });

  test("an earlier call's late answer does not replace a later one's", async () => {
    const waiting = [];
    const recommender = createRecommender({
      retrieve: () => new Promise((resolve) => waiting.push(resolve)),
      rank: model,
      history,
      timeout: 60,
    });
    const first = recommender.recommend();
    await delay(100);
    const second = recommender.recommend();
    waiting[1](films(7, 8));
    assert.equal((await second).source, "retrieved");
    waiting[0](films(1, 2));
    assert.equal((await first).source, "catalogue");
    await delay(10);
    assert.deepEqual(recommender.lastCandidates, films(7, 8));
  });

  test("stored lastCandidates serve from the start, unless the model knows none", async () => {
    answer = json({}, 500);
    const good = createRecommender({ retrieve, rank: model, history, lastCandidates: films(5, 6) });
    const bad = createRecommender({ retrieve, rank: model, history, lastCandidates: ["x"] });
    assert.equal((await good.recommend()).source, "last");
    assert.equal((await bad.recommend()).source, "catalogue");
    assert.deepEqual(bad.lastCandidates, []);
  });

  test("a model whose items come in packs only refuses ids and has no catalogue", async () => {
    const refuse = () => {
      throw new PocketrecError("bad-argument", "items", "a candidate pack", "none");
    };
    const packed = {
      itemCount: ITEMS,
      user: (who) => model.user(who),
      rank: refuse,
      recommend: refuse,
    };
    const options = { rank: packed };
    await assertRefused(
      recommendFrom(() => films(1), options),
      "bad-answer",
      "retrieve",
    );
    answer = json({}, 500);
    await assertRefused(recommendFrom(retrieve, options), "http", /^retrieve/);
    await assertRefused(recommendFrom(undefined, options), "bad-argument", "rank: items");
  });

  test("without last list and catalogue, the failure is thrown", async () => {
    answer = json({}, 500);
    const rank = (items) => items.map((item) => ({ item, score: 1 }));
    await assertRefused(
      createRecommender({ retrieve, rank }).recommend(),
      "http",
      /^retrieve: http/,
    );
    const { source, recommendations } = await createRecommender({
      retrieve,
      rank,
      catalogue: model,
      history,
    }).recommend({ topK: 1 });
    assert.deepEqual(
      [source, recommendations[0].item],
      ["catalogue", model.recommend(user, { topK: 1, exclude: history })[0].item],
    );
  });
});

describe("an abort", () => {
  const never = () => new Promise(() => {});
  /** What each stage does once it is no longer stuck. */
  const working = {
    history: () => history,
    retrieve: () => films(1),
    rank: (items) => items.map((item) => ({ item, score: 1 })),
    rerank: (list) => list,
  };
  for (const [what, stuckStage, options] of [
    ["while the history is read", "history", {}],
    ["while the server is silent", undefined, { retrieve }],
    ["while retrieve ignores the signal", "retrieve", {}],
    ["while a function ranks", "rank", { retrieve: () => films(1) }],
    ["while a step runs", "rerank", {}],
  ]) {
    test(`${what} ends the call at once, and the next call works`, async () => {
      answer = () => {};
      let stuck = true;
      const stage = (...args) => (stuck ? never() : working[stuckStage](...args));
      const own = stuckStage ? { [stuckStage]: stage } : {};
      const recommender = createRecommender({ rank: model, history, ...options, ...own });
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 30);
      const start = performance.now();
      const attempt = recommender.recommend({ signal: controller.signal });
      const error = await assertRefused(attempt, "aborted", "recommend");
      assert.equal(error.cause, "enough");
      assert.ok(performance.now() - start < 1000);
      stuck = false;
      answer = json(films(1));
      assert.ok((await recommender.recommend()).recommendations.length > 0);
      await assertRefused(recommender.recommend({ signal: controller.signal }), "aborted");
    });
  }

  test("ends its own request only", async () => {
    answer = () => {};
    const recommender = createRecommender({ retrieve, rank: model, history, timeout: 300 });
    const controller = new AbortController();
    const other = recommender.recommend();
    const aborted = recommender.recommend({ signal: controller.signal });
    await delay(50);
    controller.abort();
    await assertRefused(aborted, "aborted");
    await delay(50);
    assert.ok(asked.includes("closed"));
    assert.equal((await other).source, "catalogue");
  });
});

describe("errors name their stage", () => {
  const oops = () => {
    throw new TypeError("oops");
  };
  for (const [stage, options, code] of [
    ["history", { history: oops }, "failed"],
    ["history", { history: 7 }, "bad-argument"],
    ["features", { features: async () => oops() }, "failed"],
    ["rank", { rank: oops, retrieve: () => [1] }, "failed"],
    ["rank", { rank: () => "list", retrieve: () => [1] }, "bad-argument"],
    ["rank", { rank: () => [{ item: 1, score: NaN }], retrieve: () => [1] }, "bad-argument"],
    ["rank", { history: [{ item: film(1) }, null] }, "bad-argument"],
    ["rerank", { rerank: oops }, "failed"],
    ["rerank", { rerank: [(list) => list.map(({ item }) => item)] }, "bad-argument"],
  ]) {
    test(`${stage}: ${code}`, async () => {
      const attempt = createRecommender({ rank: model, history, ...options }).recommend();
      await assertRefused(attempt, code, new RegExp(`^${stage}: `));
    });
  }

  test("a disposed model", async () => {
    const gone = await loadModel(fileOf(weights));
    const recommender = createRecommender({ rank: gone, history: [1] });
    await recommender.recommend();
    gone.dispose();
    await assertRefused(recommender.recommend(), "disposed", /^rank: /);
  });

  for (const [before, now] of [
    ["patience", "timeout"],
    ["repeats", "includeSeen"],
    ["candidates", "maxCandidates"],
    ["depth", "rerankDepth"],
    ["last", "lastCandidates"],
  ]) {
    test(`the option ${before} is called ${now}`, async () => {
      const attempt = () => createRecommender({ rank: model, [before]: 1 });
      const expected = new RegExp(`${before} is called ${now} since 0\\.2`);
      await assertRefused(attempt, "bad-argument", expected);
    });
  }

  const valid = { rank: () => [], retrieve: () => [] };
  for (const [title, subject, options, request] of [
    ["no rank", "rank", { retrieve: () => [] }],
    ["a rank that is no model", "rank", { rank: {} }],
    ["an address as retrieve", "retrieve", { rank: () => [], retrieve: "/api" }],
    ["nothing to rank", "retrieve", { rank: () => [] }],
    ["a timeout below 0", "timeout", { ...valid, timeout: -1 }],
    ["half a rerankDepth", "rerankDepth", { ...valid, rerankDepth: 1.5 }],
    ["no candidates", "maxCandidates", { ...valid, maxCandidates: 0 }],
    ["rows as lastCandidates", "lastCandidates", { ...valid, lastCandidates: Uint32Array.of(1) }],
    ["a string as a step", "compose, entry 0", { ...valid, rerank: ["diversify"] }],
    ["a catalogue that is no model", "catalogue", { ...valid, catalogue: 7 }],
    ["half a topK", "topK", valid, { topK: 0.5 }],
    ["a string to exclude", "exclude", valid, { exclude: "x" }],
    ["rows to exclude", "exclude", valid, { exclude: Uint32Array.of(1) }],
  ]) {
    test(title, async () => {
      const attempt = async () => createRecommender(options).recommend(request);
      await assertRefused(attempt, "bad-argument", subject);
    });
  }
});
