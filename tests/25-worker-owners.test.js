// A user, model or pack in a worker is never taken for one of another worker or model, nor for one
// that a crash or the app itself has changed; workers that cannot start say why.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { before, describe, test } from "node:test";
import { Worker } from "node:worker_threads";

import { blend, createRecommender, fromModel, loadModel } from "../dist/index.node.js";
import { createWorker as createWebWorker } from "../dist/worker.js";
import { createWorker } from "../dist/worker.node.js";
import { assertRefused } from "./lib/assert-refused.js";
import { fileOf, randomWeights } from "./lib/weights.js";
import { packMaker } from "pocketrec/packs";

const DEMO = "web-demo/models";
const SCRIPT = new URL("../dist/worker-thread.node.js", import.meta.url);

/** Two files of one kind and shape: only the owner tells their users apart. */
const filesOf = (seed) => fileOf(randomWeights({ kind: "gmf", gmf: 8, items: 40, seed }));
const FILES = [filesOf(1), filesOf(2)];

function open(t, options) {
  const worker = createWorker(options);
  t.after(() => worker.terminate());
  return worker;
}

describe("owners", () => {
  let own;
  before(async () => {
    own = await Promise.all(FILES.map((file) => loadModel(file)));
  });

  /** A model of each file in a worker of its own. */
  const openTwo = (t) => Promise.all(FILES.map((file) => open(t).loadModel(file)));

  /** Every method that takes a user. */
  const CALLS = {
    rank: (model, user) => model.rank(user, [1, 2]),
    score: (model, user) => model.score(user, [1, 2]),
    recommend: (model, user) => model.recommend(user),
    explain: (model, user) => model.explain(user, 1),
  };

  test("options that are a list are refused by name", async (t) => {
    const model = await open(t).loadModel(FILES[0]);
    const user = await model.user({ history: [3, 4] });
    for (const options of [[], [3]]) {
      await assertRefused(model.rank(user, [1, 2], options), "bad-argument", "rank options");
      await assertRefused(model.recommend(user, options), "bad-argument", "recommend options");
    }
  });

  for (const [method, call] of Object.entries(CALLS)) {
    test(`${method} refuses each user that is not the model's, and says whose it is`, async (t) => {
      const [one, other] = await openTwo(t);
      const users = await Promise.all([one, other].map((model) => model.user({ history: [3, 4] })));
      const sibling = await (await oneWorkerOf(t, one)).user({ history: [3, 4] });
      const strangers = [
        [users[1], /one of another worker/],
        [sibling, /one of another (worker|model)/],
        [own[0].user({ history: [3] }), /one of a model without a worker/],
        [structuredClone(users[0]), /what this model's user\(\) returned, found \{/],
        [new Proxy(users[0], {}), /a proxy of one/],
        [Promise.resolve(users[0]), /found a promise\. Await it first/],
        [() => Promise.reject(new Error("of the app")), /found a promise/],
        [{ pocketrecId: 1 }, /what this model's user\(\) returned/],
        [{ id: users[0].id }, /what this model's user\(\) returned/],
        [null, /found null/],
      ];
      for (const [user, what] of strangers)
        await assertRefused(
          call(one, typeof user === "function" ? user() : user),
          "bad-argument",
          what,
        );
      const expected = call(own[0], own[0].user({ history: [3, 4] }));
      assert.deepEqual(await call(one, users[0]), expected, "its own user");
      const second = call(own[1], own[1].user({ history: [3, 4] }));
      assert.deepEqual(await call(other, users[1]), second, "the user of the other worker");
    });
  }

  /** Another model of the worker of a model. */
  const oneWorkerOf = async (t) => open(t).loadModel(FILES[1]);

  test("models of one worker keep their users apart", async (t) => {
    const worker = open(t);
    const [one, other] = await Promise.all(FILES.map((file) => worker.loadModel(file)));
    const user = await other.user({ history: [3] });
    await assertRefused(one.rank(user, [1]), "bad-argument", /one of another model/);
    assert.deepEqual(await other.rank(user, [1]), own[1].rank(own[1].user({ history: [3] }), [1]));
  });

  test("a model without a worker refuses users and packs of one, and tells so", async (t) => {
    const model = await open(t).loadModel(FILES[0]);
    const user = await model.user({ history: [3] });
    for (const call of Object.values(CALLS)) {
      await assertRefused(() => call(own[0], user), "bad-argument", "user");
      const pending = model.user({ history: [3] });
      await assertRefused(() => call(own[0], pending), "bad-argument", "user");
      await pending; // The worker ends after it.
    }
  });

  test("packs are of one model", async (t) => {
    const body = packMaker(new Uint8Array(readFileSync(`${DEMO}/ranker.safetensors`))).pack([
      2571, 1,
    ]);
    const path = `${DEMO}/ranker.safetensors`;
    const worker = open(t);
    const [one, sibling, other, plain] = await Promise.all([
      worker.loadModel(path),
      worker.loadModel(path),
      open(t).loadModel(path),
      loadModel(path),
    ]);
    const user = await one.user({ history: [260], features: {} });
    const packs = [
      [await other.openCandidates(body), /one of another worker/],
      [await sibling.openCandidates(body), /one of another model/],
      [await plain.openCandidates(body), /one of a model without a worker/],
      [one.openCandidates(body), /found a promise/],
    ];
    for (const [pack, what] of packs) {
      await assertRefused(one.rank(user, pack), "bad-argument", what);
      await assertRefused(one.score(user, pack), "bad-argument", what);
      await assertRefused(one.vectors(pack), "bad-argument", what);
      await assertRefused(one.explain(user, 1, { pack }), "bad-argument", what);
    }
    assert.equal((await one.rank(user, await one.openCandidates(body))).length, 2);
  });

  test("two workers over one thread keep their objects apart", async (t) => {
    const thread = new Worker(SCRIPT);
    const [a, b] = [open(t, { start: () => thread }), open(t, { start: () => thread })];
    const [one, other] = [await a.loadModel(FILES[0]), await b.loadModel(FILES[1])];
    const users = [await one.user({ history: [3] }), await other.user({ history: [3] })];
    assert.deepEqual(
      await one.recommend(users[0]),
      own[0].recommend(own[0].user({ history: [3] })),
    );
    assert.deepEqual(
      await other.recommend(users[1]),
      own[1].recommend(own[1].user({ history: [3] })),
    );
  });

  test("a forgotten await is named, wherever a promise stands", async (t) => {
    const model = await open(t).loadModel(FILES[0]);
    const user = await model.user({ history: [3] });
    const late = () => Promise.reject(new Error("of the app"));
    await assertRefused(model.rank(user, [1], { exclude: user.items }), "bad-argument", "exclude");
    await assertRefused(model.rank(user, late()), "bad-argument", "candidates");
    await assertRefused(model.recommend(user, { topK: late() }), "bad-argument", "topK");
    await assertRefused(model.user({ history: late() }), "bad-argument", "history");
    await assertRefused(model.user({ vector: user.vector }), "bad-argument", "vector");
    await assertRefused(user.update({ add: late() }), "bad-argument", "add");
    await assertRefused(open(t).loadModel(late()), "bad-argument", "source");
    await assertRefused(model.openCandidates(late()), "bad-argument", "source");
  });

  test("a recommender takes models of two workers, blend refuses them", async (t) => {
    const [one, other] = await openTwo(t);
    const history = [3, 4];
    const { recommendations } = await createRecommender({
      rank: one,
      retrieve: fromModel(other, { topK: 5 }),
      history,
    }).recommend({ topK: 3 });
    const excluded = { topK: 5, exclude: history };
    const found = own[1].recommend(own[1].user({ history }), excluded).map(({ item }) => item);
    const expected = own[0].rank(own[0].user({ history }), found, { topK: 3 });
    assert.deepEqual(recommendations, expected);
    const step = blend([{ scores: "list" }, { model: other }]);
    const blended = createRecommender({ rank: one, history, rerank: [step] }).recommend();
    await assertRefused(blended, "bad-argument", /without a worker/);
    const user = await other.user({ history });
    const list = [{ item: 1, score: 1 }];
    await assertRefused(() => blend([{ model: other, user }])(list), "bad-argument");
  });
});

describe("what the app changes later", () => {
  /** Ends the thread of a worker, as a crash does. */
  function openCrashing(t) {
    const threads = [];
    const start = () => {
      threads.push(new Worker(SCRIPT));
      return threads.at(-1);
    };
    return Object.assign(open(t, { start }), { crash: () => threads.at(-1).terminate() });
  }

  test("lists and objects: a user is created again as it was", async (t) => {
    const worker = openCrashing(t);
    const model = await worker.loadModel(FILES[0]);
    const history = [{ item: 3, rating: 1 }, { item: 4 }];
    const add = [{ item: 9 }];
    const vector = new Float32Array(8).fill(0.5);
    const [user, fixed] = [await model.user({ history }), await model.user({ vector })];
    await user.update({ add });
    const state = async () => [await user.vector, await user.items, await fixed.vector];
    const expected = await state();
    history.push({ item: 7 });
    history[0].item = 5;
    add[0].item = 8;
    vector.fill(9);
    await worker.crash();
    assert.deepEqual(await state(), expected);
  });

  test("a buffer of weights: the model is loaded again as it was", async (t) => {
    const worker = openCrashing(t);
    const bytes = new Uint8Array(FILES[0].slice(0));
    const model = await worker.loadModel(bytes);
    const user = await model.user({ history: [3] });
    const expected = await model.recommend(user);
    bytes.set(new Uint8Array(FILES[1]));
    await worker.crash();
    assert.deepEqual(await model.recommend(user), expected);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    await worker.crash();
    assert.deepEqual(await model.recommend(user), expected);
    await assertRefused(worker.loadModel(bytes), "bad-argument", /transferred away/);
    await assertRefused(worker.loadModel(bytes.buffer), "bad-argument", /transferred away/);
  });

  test("weights at an address: another model after a crash is refused", async (t) => {
    let number = 0;
    const other = fileOf(randomWeights({ kind: "gmf", gmf: 8, items: 41 }));
    const server = createServer((_, response) => {
      response.end(Buffer.from(number++ ? other : FILES[0]));
    }).listen(0);
    t.after(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const worker = openCrashing(t);
    const model = await worker.loadModel(`http://localhost:${server.address().port}/weights`);
    const user = await model.user({ history: [3] });
    await worker.crash();
    await assertRefused(model.recommend(user), "integrity", /the same weights after a crash/);
  });

  test("a disposed model and an ended worker refuse everything that is left of them", async (t) => {
    const worker = openCrashing(t);
    const model = await worker.loadModel(FILES[0]);
    const user = await model.user({ history: [3] });
    await Promise.all([model.dispose(), model.dispose()]);
    for (const call of [() => model.recommend(user), () => model.user({ history: [1] })])
      await assertRefused(call, "disposed");
    await worker.crash();
    await assertRefused(() => user.vector, "disposed");
    worker.terminate();
    worker.terminate();
    await model.dispose();
    await assertRefused(() => user.update({ add: [5] }), "disposed", /terminate/);
  });

  test("proxied typed arrays and options that are none are refused", async (t) => {
    const model = await open(t).loadModel(FILES[0]);
    const user = await model.user({ history: [3] });
    const proxy = new Proxy(Uint32Array.of(1, 2), {});
    await assertRefused(model.rank(user, proxy), "bad-argument", /a proxy of a typed array/);
    await assertRefused(model.user({ history: proxy }), "bad-argument", "history");
    await assertRefused(
      model.user({ vector: new Proxy(new Float32Array(8), {}) }),
      "bad-argument",
      "vector",
    );
    for (const nothing of [null, 5])
      for (const attempt of [
        () => model.rank(user, [1], nothing),
        () => model.recommend(user, nothing),
        () => model.user(nothing),
        () => user.update(nothing),
        () => model.recommend(user, { signal: nothing }),
      ])
        await assertRefused(attempt, "bad-argument");
  });
});

describe("workers that cannot start", () => {
  const WEIGHTS = `${DEMO}/gmf.safetensors`;

  test("arguments of createWorker", async (t) => {
    const thread = new Worker(SCRIPT);
    t.after(() => thread.terminate());
    for (const options of [null, 5, "x"])
      await assertRefused(() => createWorker(options), "bad-argument", "createWorker");
    await assertRefused(() => createWorker({ start: 5 }), "bad-argument", "start");
    await assertRefused(() => createWorker({ onCrash: 5 }), "bad-argument", "onCrash");
    await assertRefused(() => createWorker({ startTimeout: "1" }), "bad-argument", "startTimeout");
    for (const start of [() => {}, () => ({}), async () => thread])
      await assertRefused(createWorker({ start }).loadModel(WEIGHTS), "bad-argument", "start");
    const start = () => {
      throw new RangeError("out of threads");
    };
    await assertRefused(createWorker({ start }).loadModel(WEIGHTS), "worker-crashed", /threads/);
  });

  test("a scope without Worker", async () => {
    assert.equal(globalThis.Worker, undefined);
    await assertRefused(createWebWorker().loadModel(WEIGHTS), "unsupported", /loadModel/);
  });

  test("a script that never answers ends with its time limit, and names the script", async () => {
    const crashes = [];
    const start = () => new Worker("setInterval(() => {}, 1000)", { eval: true });
    const onCrash = ({ code }) => crashes.push(code);
    const worker = createWorker({ start, startTimeout: 200, onCrash });
    const error = await assertRefused(worker.loadModel(WEIGHTS), "timeout", /within 200 ms/);
    assert.match(error.message, /option start.*pocketrec\/worker-thread/);
    assert.deepEqual(crashes, ["timeout"]);
    worker.terminate();
  });

  test("a page that is busy while the worker starts does not end it", async (t) => {
    const loading = open(t, { startTimeout: 600 }).loadModel(WEIGHTS);
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 800; performance.now() < end;);
    assert.equal((await loading).kind, "gmf");
  });
});
