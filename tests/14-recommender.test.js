// A recommender with a server that can do everything wrong: what people see is always a ranked
// list, and the result says where it came from.
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
const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("when all is well", () => {
  test("the server's candidates, ranked here, what was seen left out", async () => {
    answer = json({ items: films(1, 2, 3, 4, 5, 14, 2) });
    const result = await createRecommender({ retrieve, rank: model, history }).recommend({
      topK: 3,
    });
    assert.deepEqual(result.recommendations, model.rank(user, films(1, 2, 4, 5), { topK: 3 }));
    assert.equal(result.source, "retrieved");
    assert.ok(!("warning" in result));
    assert.deepEqual(result.counts, { catalogue: ITEMS, candidates: 6, ranked: 4, reranked: 4 });
    assert.deepEqual(Object.keys(result.times), ["retrieve", "rank", "rerank"]);
    assert.ok(Object.values(result.times).every((time) => time >= 0));
  });

  test("retrieve is told nothing of the person, and neither is the server", async () => {
    answer = json(films(1, 2));
    const told = [];
    await createRecommender({
      retrieve: (request) => {
        told.push(request);
        return retrieve(request);
      },
      rank: model,
      history,
    }).recommend({ topK: 7 });
    assert.deepEqual(Object.keys(told[0]), ["signal", "topK"]);
    assert.equal(told[0].topK, 7);
    assert.deepEqual([asked[0].url, asked[0].method], ["/candidates", "GET"]);
    assert.doesNotMatch(JSON.stringify(asked), /film/);
  });

  test("answers of every shape", async () => {
    const expected = names({ recommendations: model.rank(user, films(1, 2, 4)) });
    for (const given of [
      films(1, 2, 4),
      new Set(films(1, 2, 4)),
      { items: films(1, 2, 4) },
      films(1, 2, 4).map((item) => ({ item, score: 1 })),
      Response.json(films(1, 2, 4)),
      new TextEncoder().encode(JSON.stringify({ items: films(1, 2, 4) })),
    ]) {
      const result = await createRecommender({
        retrieve: () => given,
        rank: model,
        history,
      }).recommend();
      assert.equal(result.source, "retrieved");
      assert.deepEqual(names(result), expected);
    }
  });

  test("candidate packs: bytes, a response with them, or one opened", async () => {
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
      const result = await createRecommender({
        retrieve: () => given,
        rank: ranker,
        history,
        maxCandidates: 3,
      }).recommend();
      assert.equal(result.source, "retrieved");
      assert.deepEqual(result.recommendations, model.rank(user, pack.items));
    }
    assert.equal(opened.length, 3);
    const { source, warning } = await createRecommender({
      retrieve: () => bytes,
      rank: model,
      history,
    }).recommend();
    assert.deepEqual(
      [source, warning.code],
      ["catalogue", model.openCandidates ? warning.code : "bad-answer"],
    );
    assert.equal(
      (
        await createRecommender({
          retrieve: () => pack,
          rank: ranker,
          history,
          maxCandidates: 2,
        }).recommend()
      ).warning.code,
      "too-large",
    );
  });

  test("a pack over HTTP, for a model that has none of its items; the next time the server fails it serves again", async () => {
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

  test("candidates that the model does not know come last; there is a limit to how many are looked at", async () => {
    answer = json(["new", ...films(...Array(50).keys())]);
    const result = await createRecommender({
      retrieve,
      rank: model,
      maxCandidates: 6,
      includeSeen: true,
      history,
    }).recommend();
    assert.deepEqual(names(result), [
      ...names({ recommendations: model.rank(user, films(0, 1, 2, 3, 4)) }),
      "new",
    ]);
    assert.equal(result.counts.candidates, 6);
  });

  test("steps see the person's models, the best `rerankDepth`, and cannot bring back what is excluded", async () => {
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
    assert.equal(
      result.recommendations[0].item === film(3) || names(result).includes(film(9)),
      false,
    );
    assert.ok(names(result).includes("ad"));
    assert.equal(result.recommendations.length, 5);
  });

  test("a list that is similar is made different", async () => {
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

  test("no retrieve at all: the catalogue", async () => {
    const result = await createRecommender({ rank: model, history }).recommend({ topK: 4 });
    assert.deepEqual(result.recommendations, model.recommend(user, { topK: 4, exclude: history }));
    assert.deepEqual(
      [result.source, result.warning, result.counts.candidates],
      ["catalogue", undefined, ITEMS],
    );
  });

  test("candidates from a model here, by its scan or by an index", async () => {
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

  test("a function ranks", async () => {
    const told = [];
    const rank = async (candidates, about) => {
      told.push(about);
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
    assert.deepEqual([told[0].history, told[0].features], [history, { age: 3 }]);
  });
});

describe("the person", () => {
  test("a history that is a list, a Set, rows, a function or a promise", async () => {
    const expected = model.recommend(user, { exclude: history });
    for (const given of [
      history,
      new Set(history),
      Uint32Array.from(HISTORY),
      () => history,
      async () => history.map((item) => ({ item })),
    ]) {
      assert.deepEqual(
        (await createRecommender({ rank: model, history: given }).recommend()).recommendations,
        expected,
      );
    }
    assert.deepEqual(
      (await createRecommender({ rank: model }).recommend()).recommendations,
      model.recommend(model.user({ history: [] })),
    );
  });

  test("both stages are told what each asks for, anew at every request", async () => {
    const [finder, ranker] = await Promise.all(
      ["candidates", "ranker"].map((kind) => loadModel(fileOf(randomTwoStage({ kind })))),
    );
    const seen = { search: ["space"] };
    const told = { year: 2001 };
    const recommender = createRecommender({
      retrieve: fromModel(finder, { topK: 30, features: () => seen }),
      rank: ranker,
      features: async () => told,
      history: [3, 41],
    });
    for (const word of ["space", "noir"]) {
      seen.search = [word];
      const found = finder.recommend(
        finder.user({ history: [3, 41], features: { search: [word] } }),
        { topK: 30, exclude: [3, 41] },
      );
      const expected = ranker.rank(
        ranker.user({ history: [3, 41], features: told }),
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

  test("the vector is kept while the history stays, also where the app changes its own array", async () => {
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

  test("seen items are recommended again where that is wanted", async () => {
    const result = await createRecommender({
      retrieve: () => films(3, 4),
      rank: model,
      history,
      includeSeen: true,
    }).recommend();
    assert.deepEqual(names(result).sort(), films(3, 4));
  });

  test("all is seen: an empty list, and no warning", async () => {
    const result = await createRecommender({
      retrieve: () => history,
      rank: model,
      history,
    }).recommend();
    assert.deepEqual(
      [result.recommendations, result.source, result.warning],
      [[], "retrieved", undefined],
    );
  });
});

describe("a server in trouble", () => {
  const nonsense = {
    "an error": [json({ error: "no" }, 503), "http"],
    "a page": [
      (response) =>
        response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>Welcome"),
      "bad-answer",
    ],
    "no JSON": [(response) => response.end("film 1, film 2"), "bad-answer"],
    nothing: [(response) => response.end(), "bad-answer"],
    "an object": [json({ films: films(1) }), "bad-answer"],
    null: [json(null), "bad-answer"],
    "a number": [json(7), "bad-answer"],
    "an empty list": [json({ items: [] }), "bad-answer"],
    "a list of lists": [json([[1], [2]]), "bad-answer"],
    nulls: [json([null]), "bad-answer"],
    objects: [json([{ id: film(1) }]), "bad-answer"],
    "only items that nobody knows": [json(["x", "y", 7]), "bad-answer"],
    "half an answer": [
      (response) => {
        response.writeHead(200, { "Content-Length": 100 }).write("[1,");
        setTimeout(() => response.destroy(), 5);
      },
      "network",
    ],
    "half a pack": [
      (response) =>
        response.end(Buffer.concat([Buffer.from([99, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"x":')])),
      /./,
    ],
    "a closed door": [(response) => response.destroy(), "network"],
  };
  for (const [what, [wrong, code]] of Object.entries(nonsense)) {
    test(`${what}: the catalogue; after a good list that one`, async () => {
      const recommender = createRecommender({ retrieve, rank: model, history });
      answer = wrong;
      const first = await recommender.recommend({ topK: 4 });
      assert.equal(first.source, "catalogue");
      assert.ok(first.warning instanceof PocketrecError);
      assert.match(first.warning.code, code instanceof RegExp ? code : new RegExp(`^${code}$`));
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

  test("retrieve itself throws, at once or later", async () => {
    for (const thrown of [
      () => {
        throw new TypeError("oops");
      },
      async () => {
        throw "oops";
      },
    ]) {
      const { source, warning } = await createRecommender({
        retrieve: thrown,
        rank: model,
        history,
      }).recommend();
      assert.deepEqual(
        [source, warning.code, /oops/.test(warning.message)],
        ["catalogue", "network", true],
      );
    }
  });

  test("names that this model's items cannot have", async () => {
    const rows = await loadModel(fileOf(weights));
    const { source, warning } = await createRecommender({
      retrieve: () => films(1),
      rank: rows,
      history: [3],
    }).recommend();
    assert.deepEqual([source, warning.code], ["catalogue", "bad-answer"]);
  });

  test("slow: the catalogue after the timeout, and a late answer is the next last list", async () => {
    answer = (response) => setTimeout(() => json(films(1, 2))(response), 150);
    const recommender = createRecommender({ retrieve, rank: model, history, timeout: 40 });
    const first = await recommender.recommend();
    assert.deepEqual([first.source, first.warning.code], ["catalogue", "timeout"]);
    assert.ok(first.times.retrieve >= 30);
    await soon(250);
    assert.deepEqual(recommender.lastCandidates, films(1, 2));
    answer = () => {};
    const second = await recommender.recommend();
    assert.deepEqual([second.source, second.warning.code], ["last", "timeout"]);
    assert.deepEqual(names(second).sort(), films(1, 2));
  });

  test("silent: given up after ten times the timeout", async () => {
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
    await soon(300);
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
    await soon(100);
    const second = recommender.recommend();
    waiting[1](films(7, 8));
    assert.equal((await second).source, "retrieved");
    waiting[0](films(1, 2));
    assert.equal((await first).source, "catalogue");
    await soon(10);
    assert.deepEqual(recommender.lastCandidates, films(7, 8));
  });

  test("a list kept from before serves from the start, unless nobody knows its items", async () => {
    answer = json({}, 500);
    const good = createRecommender({ retrieve, rank: model, history, lastCandidates: films(5, 6) });
    const bad = createRecommender({ retrieve, rank: model, history, lastCandidates: ["x"] });
    assert.equal((await good.recommend()).source, "last");
    assert.equal((await bad.recommend()).source, "catalogue");
    assert.deepEqual(bad.lastCandidates, []);
  });

  test("a model that gets its items in packs only: ids are no answer, and it has no catalogue to stand in", async () => {
    const needsPack = { code: "bad-argument", subject: "items" };
    const refuse = () => {
      throw new PocketrecError(needsPack.code, needsPack.subject, "a candidate pack", "none");
    };
    const packed = {
      itemCount: ITEMS,
      user: (who) => model.user(who),
      rank: refuse,
      recommend: refuse,
    };
    await assert.rejects(
      createRecommender({ retrieve: () => films(1), rank: packed, history }).recommend(),
      { code: "bad-answer", subject: "retrieve" },
    );
    answer = json({}, 500);
    await assert.rejects(createRecommender({ retrieve, rank: packed, history }).recommend(), {
      code: "http",
      subject: /^retrieve/,
    });
    await assert.rejects(createRecommender({ rank: packed, history }).recommend(), {
      ...needsPack,
      subject: "rank: items",
    });
  });

  test("where nothing can stand in, that is the error", async () => {
    answer = json({}, 500);
    const rank = (items) => items.map((item) => ({ item, score: 1 }));
    await assert.rejects(createRecommender({ retrieve, rank }).recommend(), {
      code: "http",
      subject: /^retrieve: http/,
    });
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
  const stages = {
    "while the history is read": { history: never },
    "while the server thinks": { retrieve },
    "while retrieve does not listen": { retrieve: never },
    "while something ranks": { rank: never, retrieve: () => films(1) },
    "while a step works": { rerank: [never] },
  };
  for (const [what, options] of Object.entries(stages)) {
    test(`${what}: at once, and the next call is as good as any`, async () => {
      answer = () => {};
      let stuck = true;
      const free = Object.fromEntries(
        Object.entries({ rank: model, history, rerank: [], ...options }).map(([name, value]) => [
          name,
          value === never || value[0] === never
            ? (...words) =>
                stuck
                  ? never()
                  : {
                      history: () => history,
                      retrieve: () => films(1),
                      rank: (items) => items.map((item) => ({ item, score: 1 })),
                      rerank: (list) => list,
                    }[name](...words)
            : value,
        ]),
      );
      const recommender = createRecommender(free);
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 30);
      const start = performance.now();
      await assert.rejects(recommender.recommend({ signal: controller.signal }), {
        code: "aborted",
        cause: "enough",
      });
      assert.ok(performance.now() - start < 1000);
      stuck = false;
      answer = json(films(1));
      assert.equal((await recommender.recommend()).recommendations.length > 0, true);
      await assert.rejects(recommender.recommend({ signal: controller.signal }), {
        code: "aborted",
      });
    });
  }

  test("ends the request, and no other call's", async () => {
    answer = () => {};
    const recommender = createRecommender({ retrieve, rank: model, history, timeout: 300 });
    const controller = new AbortController();
    const other = recommender.recommend();
    const aborted = recommender.recommend({ signal: controller.signal });
    await soon(50);
    controller.abort();
    await assert.rejects(aborted, { code: "aborted" });
    await soon(50);
    assert.equal(asked.filter((entry) => entry === "closed").length >= 1, true);
    assert.equal((await other).source, "catalogue");
  });
});

describe("what goes wrong here is told with its stage", () => {
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
    ["rank", { history: [{ item: film(1), rating: "good" }] }, "bad-argument"],
    ["rerank", { rerank: oops }, "failed"],
    ["rerank", { rerank: [(list) => list.map(({ item }) => item)] }, "bad-argument"],
  ]) {
    test(`${stage}: ${code}`, async () => {
      await assert.rejects(
        createRecommender({ rank: model, history, ...options }).recommend(),
        (error) =>
          error instanceof PocketrecError && error.code === code && error.subject.startsWith(stage),
      );
    });
  }

  test("a model that was let go", async () => {
    const gone = await loadModel(fileOf(weights));
    const recommender = createRecommender({ rank: gone, history: [1] });
    await recommender.recommend();
    gone.dispose();
    await assert.rejects(recommender.recommend(), { code: "disposed", subject: /^rank/ });
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
      await assertRefused(attempt, "bad-argument", new RegExp(`${before} is called ${now}`));
    });
  }

  for (const [what, options, request] of [
    ["no ranking", {}],
    ["a ranking that is none", { rank: {} }],
    ["a retrieve that is an address", { rank: () => [], retrieve: "/api" }],
    ["nothing to rank", { rank: () => [] }],
    ["a negative timeout", { rank: () => [], retrieve: () => [], timeout: -1 }],
    ["half a rerankDepth", { rank: () => [], retrieve: () => [], rerankDepth: 1.5 }],
    ["a step that is none", { rank: () => [], retrieve: () => [], rerank: ["diversify"] }],
    ["a catalogue that is none", { rank: () => [], retrieve: () => [], catalogue: 7 }],
    ["half a topK", { rank: () => [], retrieve: () => [] }, { topK: 0.5 }],
    ["exclude that is a text", { rank: () => [], retrieve: () => [] }, { exclude: "x" }],
    ["rows to exclude", { rank: () => [], retrieve: () => [] }, { exclude: Uint32Array.of(1) }],
  ]) {
    test(what, async () => {
      await assert.rejects(async () => createRecommender(options).recommend(request), {
        name: "PocketrecError",
        code: "bad-argument",
      });
    });
  }
});
