// Models in a worker, as threads of Node: the same results as without, several models in one,
// aborted calls, a worker that crashes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

import { build } from "esbuild";

import { openHistory } from "../dist/history.node.js";
import {
  PocketrecError,
  createRecommender,
  diversify,
  exactIndex,
  fromModel,
  loadModel,
} from "../dist/index.node.js";
import { createWorker } from "../dist/worker.node.js";
import { assertRefused } from "./lib/assert-refused.js";
import { randomAutoencoder } from "./lib/autoencoder.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";
import { packMaker } from "pocketrec/packs";

const DEMO = "web-demo/models";
const HISTORY = [
  { item: 260, rating: 5 },
  { item: 1196, rating: 4 },
  { item: 1210, rating: 2 },
];
const PACKED = [2571, 1, 589];
const packOfFilms = () =>
  packMaker(new Uint8Array(readFileSync(`${DEMO}/ranker.safetensors`))).pack(PACKED);
const FILMS = [2571, 1, 589, 110, "newer than the model", 541, 2028, 17, 480, 50];

/** Creates a worker that ends with the test. threads: those that it started. */
function open(t, options) {
  const threads = [];
  const start = () => {
    threads.push(new Worker(new URL("../dist/worker-thread.node.js", import.meta.url)));
    return threads.at(-1);
  };
  const worker = createWorker({ start, ...options });
  t.after(() => worker.terminate());
  return Object.assign(worker, { threads });
}

/** The same file as a model in a worker and as a model here. */
const loadBoth = (worker, name) =>
  Promise.all([
    worker.loadModel(`${DEMO}/${name}.safetensors`),
    loadModel(`${DEMO}/${name}.safetensors`),
  ]);

describe("results", () => {
  for (const name of ["gmf", "neumf", "autorec", "cdae", "dae", "mult-dae", "candidates"]) {
    test(`${name}: equal to those without a worker`, async (t) => {
      const worker = open(t);
      const [model, own] = await loadBoth(worker, name);
      for (const property of ["kind", "info", "itemCount", "simd"]) {
        assert.deepEqual(model[property], own[property], property);
        assert.ok(model[property], property);
      }
      assert.ok(model.bytes > 0);
      const user = await model.user({ history: HISTORY });
      const ownUser = own.user({ history: HISTORY });
      for (const property of ["vector", "items", "history", "unknown"])
        assert.deepEqual(await user[property], ownUser[property], property);
      const exclude = new Set([17]);
      for (const [method, args] of [
        ["rank", [FILMS, { topK: 8, exclude }]],
        ["recommend", [{ topK: 5, exclude: [1], raw: true }]],
        ["score", [[1, 50]]],
        ["score", [Uint32Array.of(3, 1)]],
        ["explain", [1, { topK: 2 }]],
      ])
        assert.deepEqual(await model[method](user, ...args), own[method](ownUser, ...args), method);
      assert.deepEqual(await model.vectors([1, 50]), own.vectors([1, 50]));
      const add = [{ item: 50, rating: 4 }];
      assert.equal(await user.update({ add: new Set(add), remove: [260] }), user);
      ownUser.update({ add, remove: [260] });
      assert.deepEqual(await user.vector, ownUser.vector);
    });
  }

  test("lists for many users: equal to those without a worker", async (t) => {
    const worker = open(t);
    const [model, own] = await loadBoth(worker, "autorec");
    const histories = [HISTORY, HISTORY.slice(1), [], [{ item: 17, rating: 3 }]];
    const users = await Promise.all(histories.map((history) => model.user({ history })));
    const ownUsers = histories.map((history) => own.user({ history }));
    const filter = (id) => id !== 541;
    for (const exclude of [undefined, new Set([17]), (user) => user.items])
      assert.deepEqual(
        await model.rankMany(users, FILMS, { topK: 6, exclude, filter }),
        own.rankMany(ownUsers, FILMS, { topK: 6, exclude, filter }),
      );
    assert.deepEqual(
      await model.rankMany(new Set(users), new Set(FILMS)),
      own.rankMany(ownUsers, FILMS),
    );
    assert.deepEqual(await model.rankMany([], FILMS), []);
    const other = await worker.loadModel(`${DEMO}/gmf.safetensors`);
    const stranger = await other.user({ history: [1] });
    await assertRefused(model.rankMany([users[0], stranger], FILMS), "bad-argument", "user 1 of 2");
    await assertRefused(model.rankMany(users[0], FILMS), "bad-argument", "users");
    await assertRefused(model.rankMany(users, FILMS, { exclude: () => 5 }), "bad-argument");
    await worker.threads[0].terminate();
    const again = await model.rankMany(users, FILMS, { exclude: (user) => user.items });
    assert.deepEqual(again, own.rankMany(ownUsers, FILMS, { exclude: (user) => user.items }));
  });

  test("of many lists: other calls come between, and an abort ends the rest", async (t) => {
    const worker = open(t);
    const [model, own] = await loadBoth(worker, "neumf");
    const user = await model.user({ history: HISTORY });
    const ownUser = own.user({ history: HISTORY });
    const many = Array.from({ length: 400 }, () => user);
    const all = Uint32Array.from({ length: own.itemCount }, (_, row) => row);
    const ended = [];
    const batch = model.rankMany(many, all, { topK: 1 }).then((lists) => {
      ended.push("batch");
      return lists;
    });
    const one = model.rank(user, FILMS).then((list) => {
      ended.push("one");
      return list;
    });
    assert.deepEqual(await one, own.rank(ownUser, FILMS));
    assert.deepEqual(await batch, Array(400).fill(own.rank(ownUser, all, { topK: 1 })));
    assert.deepEqual(ended, ["one", "batch"]);
    const controller = new AbortController();
    const aborted = model.rankMany(many, all, { topK: 1, signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await assertRefused(aborted, "aborted", "rankMany");
    const late = { signal: AbortSignal.abort() };
    await assertRefused(model.rankMany([user], FILMS, late), "aborted", "rankMany");
    await assertRefused(user.update({ add: [1] }, late), "aborted", "update");
    assert.equal((await model.rank(user, FILMS)).length, FILMS.length);
  });

  test("a history in typed arrays: the same user, and the app keeps its arrays", async (t) => {
    const worker = open(t);
    const [model, own] = await loadBoth(worker, "autorec");
    // Parts of larger buffers, one of them shared between threads.
    const items = new Uint32Array(new SharedArrayBuffer(64)).subarray(3, 6);
    items.set([3, 17, 100]);
    const history = { items, ratings: Float32Array.of(9, 5, 2, 4).subarray(1) };
    const user = await model.user({ history });
    const ownUser = own.user({ history });
    const same = async () => {
      for (const property of ["vector", "items", "history"])
        assert.deepEqual(await user[property], ownUser[property], property);
    };
    await same();
    assert.deepEqual(history, { items, ratings: Float32Array.of(5, 2, 4) });
    const add = { items: Uint32Array.of(8, 17), ratings: Float32Array.of(1, 5) };
    await user.update({ add, remove: Uint32Array.of(3) });
    ownUser.update({ add, remove: Uint32Array.of(3) });
    await same();
    const listed = await model.recommend(user, { topK: 5, exclude: add });
    assert.deepEqual(listed, own.recommend(ownUser, { topK: 5, exclude: add }));
    for (const given of [items, history.ratings, add.items, add.ratings]) given.fill(1);
    await worker.threads[0].terminate();
    await same();
    for (const wrong of [{ items: [3] }, { items: add.items, ratings: Float32Array.of(1) }]) {
      await assertRefused(model.user({ history: wrong }), "bad-argument", /^history\./);
      await assertRefused(user.update({ add: wrong }), "bad-argument", /^add\./);
    }
    const outside = { items: Uint32Array.of(1e6), ratings: Float32Array.of(5) };
    await assertRefused(model.user({ history: outside }), "unknown-item", "row");
    await same();
  });

  test("several models share a thread", async (t) => {
    const worker = open(t);
    const names = ["gmf", "dae"];
    const models = await Promise.all(
      names.map((name) => worker.loadModel(`${DEMO}/${name}.safetensors`)),
    );
    assert.deepEqual(
      models.map(({ info }) => info.kind),
      ["gmf", "autoencoder"],
    );
    assert.equal(worker.threads.length, 1);
  });

  test("every kind of source is taken, and the app keeps its bytes", async (t) => {
    const worker = open(t);
    const bytes = readFileSync(`${DEMO}/gmf.safetensors`);
    const own = await loadModel(bytes);
    const expected = own.recommend(own.user({ history: HISTORY }));
    for (const source of [
      bytes,
      new Uint8Array(bytes),
      new Blob([bytes]),
      new Response(bytes),
      new URL(`file://${join(process.cwd(), DEMO)}/gmf.safetensors`),
    ]) {
      const model = await worker.loadModel(source, { verify: true });
      assert.deepEqual(await model.recommend(await model.user({ history: HISTORY })), expected);
    }
    assert.ok(bytes.length > 0, "the buffer was not transferred");
  });

  test("two halves are fused", async (t) => {
    const halves = {
      gmf: fileOf(randomWeights({ kind: "gmf", gmf: 6, items: 40 })),
      mlp: fileOf(randomWeights({ kind: "mlp", items: 40 })),
      alpha: 0.3,
    };
    const [model, own] = [await open(t).loadModel(halves), await loadModel(halves)];
    const vector = randomVector(14, 4).subarray(0, 13);
    assert.deepEqual(
      await model.recommend(await model.user({ vector })),
      own.recommend(own.user({ vector })),
    );
  });

  test("a ranker takes features, and candidate packs", async (t) => {
    const features = { count: 3, mean_rating: 4 };
    const [model, own] = await loadBoth(open(t), "ranker");
    const user = await model.user({ history: HISTORY, features });
    const ownUser = own.user({ history: HISTORY, features });
    assert.deepEqual(await model.rank(user, FILMS), own.rank(ownUser, FILMS));
    const body = packOfFilms();
    const pack = await model.openCandidates(body);
    const ownPack = await own.openCandidates(body);
    assert.deepEqual([pack.items, pack.itemCount], [PACKED, PACKED.length]);
    assert.deepEqual(await model.rank(user, pack), own.rank(ownUser, ownPack));
    assert.deepEqual(
      await model.explain(user, 1, { pack }),
      own.explain(ownUser, 1, { pack: ownPack }),
    );
    await user.update({ features: { count: 9 } });
    const updated = own.user({ history: HISTORY, features: { ...features, count: 9 } });
    assert.deepEqual(await model.rank(user, FILMS), own.rank(updated, FILMS));
  });

  test("the stages of a recommender take models of a worker", async (t) => {
    const worker = open(t);
    const [model, first, own, ownFirst] = await Promise.all([
      worker.loadModel(`${DEMO}/dae.safetensors`),
      worker.loadModel(`${DEMO}/candidates.safetensors`),
      loadModel(`${DEMO}/dae.safetensors`),
      loadModel(`${DEMO}/candidates.safetensors`),
    ]);
    const listOf = async (options) =>
      (await createRecommender({ history: HISTORY, ...options }).recommend({ topK: 10 }))
        .recommendations;
    for (const index of [undefined, exactIndex(ownFirst)]) {
      const expected = await listOf({
        rank: own,
        retrieve: fromModel(ownFirst, { index }),
        rerank: diversify({ model: ownFirst }),
      });
      assert.deepEqual(
        await listOf({
          rank: model,
          retrieve: fromModel(first, { index }),
          rerank: diversify({ model: first }),
        }),
        expected,
      );
    }
    assert.deepEqual(await listOf({ rank: model }), await listOf({ rank: own }), "the catalogue");
    assert.deepEqual(
      await listOf({ rank: model, retrieve: () => FILMS }),
      await listOf({ rank: own, retrieve: () => FILMS }),
    );
  });

  test("a user follows a history that stays on this thread", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-worker-"));
    const history = await openHistory("films", { folder });
    t.after(() => {
      history.close();
      rmSync(folder, { recursive: true });
    });
    const worker = open(t);
    const model = await worker.loadModel(`${DEMO}/dae.safetensors`);
    const own = await loadModel(`${DEMO}/dae.safetensors`);
    await history.add(HISTORY);
    const user = await model.user({ history });
    assert.equal(user.liveHistory, history);
    for (const change of [
      () => history.add([50, 17]),
      () => history.remove([50, 260]),
      () => history.add({ item: 1196, rating: 1 }),
      () => history.erase(),
      () => history.add(1),
    ]) {
      await change();
      // Concurrent calls: each sees the change.
      const lists = await Promise.all([1, 2, 3].map(() => model.recommend(user)));
      const expected = own.recommend(own.user({ history: [...history] })).map(({ item }) => item);
      for (const list of lists)
        assert.deepEqual(
          list.map(({ item }) => item),
          expected,
        );
    }
    await assertRefused(user.update({ add: [3] }), "bad-argument", /follows a history/);
    await history.add({ item: 3, rating: 99 });
    assert.equal((await user.warning).subject, "rating of item 3");
    await history.remove(3);
    assert.equal(await user.warning, undefined);
    assert.deepEqual(await user.items, [1]);
  });
});

describe("failures", () => {
  test("errors arrive with all their fields", async (t) => {
    const worker = open(t);
    const model = await worker.loadModel(`${DEMO}/gmf.safetensors`);
    const own = await loadModel(`${DEMO}/gmf.safetensors`);
    const fieldsOf = (error) => ({ ...error, cause: undefined, message: error.message });
    const ask = [
      () => [worker.loadModel("web-demo/nowhere"), loadModel("web-demo/nowhere")],
      () => [worker.loadModel(new Uint8Array(50)), loadModel(new Uint8Array(50))],
      () => [worker.loadModel(5), loadModel(5)],
      () => [model.user({ vector: [1] }), (async () => own.user({ vector: [1] }))()],
      () => [
        (async () => model.score(await model.user({ history: [] }), ["x"]))(),
        (async () => own.score(own.user({ history: [] }), ["x"]))(),
      ],
      () => [model.rank("a user", [1]), (async () => own.rank("a user", [1]))()],
    ];
    for (const both of ask) {
      const [found, expected] = await Promise.all(
        both().map((promise) =>
          promise.then(
            () => assert.fail("it was accepted"),
            (error) => error,
          ),
        ),
      );
      assert.ok(found instanceof PocketrecError);
      assert.deepEqual(fieldsOf(found), fieldsOf(expected));
    }
    await assertRefused(
      model.recommend(await model.user({ history: [] }), { topK: () => 5 }),
      "bad-argument",
      /arguments that can be sent/,
    );
    await assertRefused(
      worker.loadModel(new Response("no", { status: 404 })),
      "http",
      /status 404/,
    );
  });

  test("a user of another model is refused, and a disposed model", async (t) => {
    const worker = open(t);
    const [one, other] = await Promise.all(
      ["gmf", "dae"].map((name) => worker.loadModel(`${DEMO}/${name}.safetensors`)),
    );
    await assertRefused(
      other.rank(await one.user({ history: [1] }), [1]),
      "bad-argument",
      /one of another model/,
    );
    await one.dispose();
    await one.dispose();
    await assertRefused(one.user({ history: [1] }), "disposed", /dispose\(\)/);
    assert.equal((await other.recommend(await other.user({ history: [1] }))).length, 10);
    worker.terminate();
    await assertRefused(other.user({ history: [1] }), "disposed", /terminate\(\)/);
    await assertRefused(worker.loadModel(`${DEMO}/gmf.safetensors`), "disposed");
  });

  test("`await using` disposes a model", async (t) => {
    const model = await open(t).loadModel(`${DEMO}/gmf.safetensors`);
    await model[Symbol.asyncDispose]();
    await assertRefused(model.user({ history: [1] }), "disposed", "model");
  });

  test("an aborted load leaves the worker to others", async (t) => {
    const worker = open(t);
    const weights = fileOf(randomAutoencoder({ kind: "mult-dae", items: 20_000, encoder: [100] }));
    const controller = new AbortController();
    const { signal } = controller;
    const loading = worker.loadModel(weights, { signal });
    controller.abort(new Error("the page was closed"));
    await assertRefused(loading, "aborted");
    await assertRefused(worker.loadModel(weights, { signal }), "aborted");
    const model = await worker.loadModel(weights);
    const user = await model.user({ history: [1] });
    assert.equal((await model.recommend(user)).length, 10);
    assert.equal(worker.threads.length, 1);
  });

  test("an aborted call rejects at once, and the next one is answered", async (t) => {
    const model = await open(t).loadModel(`${DEMO}/gmf.safetensors`);
    const user = await model.user({ history: [1] });
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [model.recommend(user, { signal }), model.user({ history: [1] }, { signal })];
    controller.abort();
    for (const call of calls) await assertRefused(call, "aborted");
    await assertRefused(model.recommend(user, { signal }), "aborted");
    assert.equal((await model.recommend(user)).length, 10);
  });

  test("progress is reported; an error of onProgress is thrown as it is", async (t) => {
    const worker = open(t);
    const url = `${DEMO}/gmf.safetensors`;
    const seen = [];
    await worker.loadModel(url, { onProgress: ({ loaded }) => seen.push(loaded) });
    assert.equal(seen.at(-1), statSync(url).size);
    const onProgress = () => {
      throw new RangeError("own");
    };
    await assert.rejects(worker.loadModel(url, { onProgress }), new RangeError("own"));
  });

  test("after a crash, the abort of one call does not end another", async (t) => {
    const worker = open(t);
    const model = await worker.loadModel(`${DEMO}/gmf.safetensors`);
    const user = await model.user({ history: [1] });
    worker.threads[0].terminate();
    await assertRefused(model.recommend(user), "worker-crashed");
    const controller = new AbortController();
    // Both calls wait until the model is created again.
    const aborted = model.recommend(user, { signal: controller.signal });
    const other = model.recommend(user);
    controller.abort();
    await assertRefused(aborted, "aborted");
    assert.equal((await other).length, 10);
    assert.equal(worker.threads.length, 2);
  });

  test("after a crash the next worker has the same models, users and packs", async (t) => {
    const crashes = [];
    const worker = open(t, { onCrash: ({ code }) => crashes.push(code) });
    const model = await worker.loadModel(`${DEMO}/neumf.safetensors`);
    const user = await model.user({ history: HISTORY });
    await user.update({ add: [50], remove: [1196] });
    const ranker = await worker.loadModel(`${DEMO}/ranker.safetensors`);
    const rankerUser = await ranker.user({ history: HISTORY, features: { count: 3 } });
    const pack = await ranker.openCandidates(packOfFilms());
    const before = [await model.recommend(user), await ranker.rank(rankerUser, pack)];
    const pending = model.recommend(user);
    worker.threads[0].terminate();
    const message = /worker: expected to keep running, found an exit with code 1/;
    await assertRefused(pending, "worker-crashed", message);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(crashes, ["worker-crashed"]);
    const after = await Promise.all([model.recommend(user), ranker.rank(rankerUser, pack)]);
    assert.deepEqual(after, before);
    assert.deepEqual(await user.items, [260, 1210, 50]);
    assert.deepEqual(pack.items, PACKED);
    assert.equal(worker.threads.length, 2);
  });

  test("a script that cannot be started is reported at each call", async () => {
    const crashes = [];
    const worker = createWorker({
      start: () => new Worker(new URL("../dist/missing.js", import.meta.url)),
      onCrash: ({ code }) => crashes.push(code),
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      const loading = worker.loadModel(`${DEMO}/gmf.safetensors`);
      await assertRefused(loading, "worker-crashed", /Cannot find module/);
    }
    assert.deepEqual(crashes, ["worker-crashed", "worker-crashed"]);
  });

  test("without option start, the package's own script runs", async (t) => {
    const worker = createWorker();
    t.after(() => worker.terminate());
    const [model, own] = await loadBoth(worker, "dae");
    const user = await model.user({ history: HISTORY });
    assert.deepEqual(await model.recommend(user), own.recommend(own.user({ history: HISTORY })));
    await assertRefused(worker.loadModel("nowhere"), "not-found", /Relative paths start from/);
  });

  test("terminate ends a worker that has not started yet, and its calls", async () => {
    const worker = createWorker();
    const loading = worker.loadModel(`${DEMO}/gmf.safetensors`);
    await new Promise((resolve) => setImmediate(resolve));
    worker.terminate();
    await assertRefused(loading, "disposed", /terminate/);
  });

  test("an app in one file, by a bundler, has its worker: a module and CommonJS", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-bundled-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const contents = `
      import { createWorker } from "./dist/worker.node.js";
      createWorker().loadModel(process.argv[2]).then(async (model) =>
        console.log((await model.recommend(await model.user({ history: [1] }))).length));`;
    for (const [format, name] of Object.entries({ esm: "app.mjs", cjs: "app.cjs" })) {
      const outfile = join(folder, name);
      const stdin = { contents, resolveDir: "." };
      await build({ stdin, outfile, format, bundle: true, platform: "node", logLevel: "error" });
      const words = [outfile, resolve(`${DEMO}/gmf.safetensors`)];
      const options = { cwd: folder, timeout: 30_000 };
      const { stdout } = await promisify(execFile)(process.execPath, words, options);
      assert.equal(stdout, "10\n", format);
    }
  });

  test("an idle worker does not keep the process running", async () => {
    const text = `
      import { createWorker } from "./dist/worker.node.js";
      const onProgress = () => {};
      const model = await createWorker().loadModel("${DEMO}/gmf.safetensors", { onProgress });
      console.log((await model.recommend(await model.user({ history: [1] }))).length);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", text],
      { timeout: 30_000 },
    );
    assert.equal(stdout, "10\n");
  });
});
