// Models in a worker, in Node's threads: the same answers, several models in one, calls that are
// given up, a worker that ends.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

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
import { randomAutoencoder } from "./lib/autoencoder.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";
import { FilmRows } from "../web-demo/rows.js";

const DEMO = "web-demo/models";
const HISTORY = [
  { item: 260, rating: 5 },
  { item: 1196, rating: 4 },
  { item: 1210, rating: 2 },
];
const FILMS = [2571, 1, 589, 110, "newer than the model", 541, 2028, 17, 480, 50];

/** A worker that ends with the test, whose thread the test can reach. */
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

const refused = (promise, code, message = /./) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof PocketrecError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });

describe("answers", () => {
  for (const name of ["gmf", "neumf", "autorec", "cdae", "dae", "mult-dae", "candidates"]) {
    test(`${name}: what the model says here, in one thread with others`, async (t) => {
      const worker = open(t);
      const own = await loadModel(`${DEMO}/${name}.safetensors`);
      const person = own.user({ history: HISTORY });
      const [model, beside] = await Promise.all([
        worker.loadModel(`${DEMO}/${name}.safetensors`),
        worker.loadModel(`${DEMO}/gmf.safetensors`),
      ]);
      assert.equal(worker.threads.length, 1);
      for (const fact of ["kind", "info", "items", "simd"])
        assert.deepEqual(model[fact], own[fact], fact);
      assert.ok(model.bytes > 0 && beside.kind === "gmf");
      const user = await model.user({ history: HISTORY });
      for (const fact of ["vector", "items", "history", "unknown"])
        assert.deepEqual(await user[fact], person[fact], fact);
      const exclude = new Set([17]);
      assert.deepEqual(
        await model.rank(user, FILMS, { topK: 8, exclude }),
        own.rank(person, FILMS, { topK: 8, exclude }),
      );
      assert.deepEqual(
        await model.recommend(user, { topK: 5, exclude: [1], raw: true }),
        own.recommend(person, { topK: 5, exclude: [1], raw: true }),
      );
      assert.deepEqual(await model.score(user, [1, 50]), own.score(person, [1, 50]));
      assert.deepEqual(
        await model.score(user, Uint32Array.of(3, 1)),
        own.score(person, Uint32Array.of(3, 1)),
      );
      assert.deepEqual(await model.vectors([1, 50]), own.vectors([1, 50]));
      assert.deepEqual(
        await model.explain(user, 1, { topK: 2 }),
        own.explain(person, 1, { topK: 2 }),
      );
      assert.equal(
        await user.update({ add: new Set([{ item: 50, rating: 4 }]), remove: [260] }),
        user,
      );
      person.update({ add: [{ item: 50, rating: 4 }], remove: [260] });
      assert.deepEqual(await user.vector, person.vector);
    });
  }

  test("a ranker with features, a candidate pack, a fusion, bytes, a Blob and a Response", async (t) => {
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
    assert.ok(bytes.length > 0, "the app keeps its bytes");
    const halves = {
      gmf: fileOf(randomWeights({ kind: "gmf", gmf: 6, items: 40 })),
      mlp: fileOf(randomWeights({ kind: "mlp", items: 40 })),
      alpha: 0.3,
    };
    const [fused, fusedHere] = [await worker.loadModel(halves), await loadModel(halves)];
    const vector = randomVector(14, 4).subarray(0, 13);
    assert.deepEqual(
      await fused.recommend(await fused.user({ vector })),
      fusedHere.recommend(fusedHere.user({ vector })),
    );

    const features = { count: 3, mean_rating: 4 };
    const ranker = await worker.loadModel(`${DEMO}/ranker.safetensors`);
    const near = await loadModel(`${DEMO}/ranker.safetensors`);
    const someone = await ranker.user({ history: HISTORY, features });
    assert.deepEqual(
      await ranker.rank(someone, FILMS),
      near.rank(near.user({ history: HISTORY, features }), FILMS),
    );
    const rows = new FilmRows(readFileSync(`${DEMO}/ranker.safetensors`));
    const body = rows.pack([2571, 1, 589]);
    const pack = await ranker.openCandidates(body);
    assert.deepEqual([pack.items, pack.itemCount], [[2571, 1, 589], 3]);
    const nearPack = await near.openCandidates(body);
    assert.deepEqual(
      await ranker.rank(someone, pack),
      near.rank(near.user({ history: HISTORY, features }), nearPack),
    );
    assert.deepEqual(
      await ranker.explain(someone, 1, { pack }),
      near.explain(near.user({ history: HISTORY, features }), 1, { pack: nearPack }),
    );
    await someone.update({ features: { count: 9 } });
    assert.deepEqual(
      await ranker.rank(someone, FILMS),
      near.rank(near.user({ history: HISTORY, features: { ...features, count: 9 } }), FILMS),
    );
  });

  test("the stages take a model of a worker", async (t) => {
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

  test("a user follows a history that stays on this side", async (t) => {
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
      // Several at once: each sees the change.
      const lists = await Promise.all([1, 2, 3].map(() => model.recommend(user)));
      const expected = own.recommend(own.user({ history: [...history] })).map(({ item }) => item);
      for (const list of lists)
        assert.deepEqual(
          list.map(({ item }) => item),
          expected,
        );
    }
    await refused(user.update({ add: [3] }), "bad-argument", /follows a history/);
    await history.add({ item: 3, rating: 99 });
    await refused(model.recommend(user), "bad-argument", /rating of interaction/);
    await history.remove(3);
    assert.deepEqual(await user.items, [1]);
  });
});

describe("what goes wrong", () => {
  test("errors come over with all they say", async (t) => {
    const worker = open(t);
    const model = await worker.loadModel(`${DEMO}/gmf.safetensors`);
    const own = await loadModel(`${DEMO}/gmf.safetensors`);
    const told = (error) => ({ ...error, cause: undefined, message: error.message });
    const ask = [
      () => [worker.loadModel("web-demo/nowhere"), loadModel("web-demo/nowhere")],
      () => [worker.loadModel(new Uint8Array(50)), loadModel(new Uint8Array(50))],
      () => [worker.loadModel(5), loadModel(5)],
      () => [model.user({ vector: [1] }), (async () => own.user({ vector: [1] }))()],
      () => [
        (async () => model.score(await model.user({ history: [] }), ["x"]))(),
        (async () => own.score(own.user({ history: [] }), ["x"]))(),
      ],
      () => [model.rank("nobody", [1]), (async () => own.rank("nobody", [1]))()],
    ];
    for (const both of ask) {
      const [found, expected] = await Promise.all(
        both().map((promise) =>
          promise.then(
            () => assert.fail("it was taken"),
            (error) => error,
          ),
        ),
      );
      assert.ok(found instanceof PocketrecError);
      assert.deepEqual(told(found), told(expected));
    }
    await refused(
      model.recommend(await model.user({ history: [] }), { topK: () => 5 }),
      "bad-argument",
      /arguments that can be sent/,
    );
    await refused(worker.loadModel(new Response("no", { status: 404 })), "http", /status 404/);
  });

  test("another model's user is refused, one that was let go too", async (t) => {
    const worker = open(t);
    const [one, other] = await Promise.all(
      ["gmf", "dae"].map((name) => worker.loadModel(`${DEMO}/${name}.safetensors`)),
    );
    await refused(
      other.rank(await one.user({ history: [1] }), [1]),
      "bad-argument",
      /another model's user/,
    );
    await one.dispose();
    await one.dispose();
    await refused(one.user({ history: [1] }), "disposed", /dispose\(\)/);
    assert.equal((await other.recommend(await other.user({ history: [1] }))).length, 10);
    worker.terminate();
    await refused(other.user({ history: [1] }), "disposed", /terminate\(\)/);
    await refused(worker.loadModel(`${DEMO}/gmf.safetensors`), "disposed");
  });

  test("loading can be given up, and the worker is there for others", async (t) => {
    const worker = open(t);
    const weights = fileOf(randomAutoencoder({ kind: "mult-dae", items: 20_000, encoder: [100] }));
    const controller = new AbortController();
    const seen = [];
    const loading = worker.loadModel(weights, {
      signal: controller.signal,
      onProgress: (progress) => seen.push(progress),
    });
    controller.abort(new Error("somebody left"));
    await refused(loading, "aborted");
    await refused(worker.loadModel(weights, { signal: controller.signal }), "aborted");
    const model = await worker.loadModel(weights, {
      onProgress: (progress) => seen.push(progress),
    });
    const user = await model.user({ history: [1] });
    assert.deepEqual(seen.at(-1), undefined, "bytes that are there have no progress");
    const stop = AbortSignal.timeout(0);
    await refused(
      (async () => {
        for (;;) await model.recommend(user, { signal: stop });
      })(),
      "aborted",
    );
    assert.equal((await model.recommend(user)).length, 10);
  });

  test("an error in the app's own progress is the app's, and one caller's abort is not another's", async (t) => {
    const worker = open(t);
    const url = `${DEMO}/gmf.safetensors`;
    await assert.rejects(
      worker.loadModel(url, {
        onProgress: () => {
          throw new RangeError("mine");
        },
      }),
      new RangeError("mine"),
    );
    const model = await worker.loadModel(url);
    const user = await model.user({ history: [1] });
    worker.threads[0].terminate();
    await refused(model.recommend(user), "worker-crashed");
    const [given, kept] = await Promise.allSettled([
      model.recommend(user, { signal: AbortSignal.timeout(0) }),
      model.recommend(user),
    ]);
    assert.equal(kept.value.length, 10, "both waited for the model to be made again");
    assert.ok(given.status === "fulfilled" || given.reason.code === "aborted");
    const controller = new AbortController();
    const asked = model.user({ history: [1] }, { signal: controller.signal });
    controller.abort();
    await refused(asked, "aborted");
  });

  test("a worker that ends is reported, and replaced: models and users are made again", async (t) => {
    const crashes = [];
    const worker = open(t, { onCrash: (error) => crashes.push(error) });
    const model = await worker.loadModel(`${DEMO}/neumf.safetensors`);
    const user = await model.user({ history: HISTORY });
    await user.update({ add: [50], remove: [1196] });
    const pack = await model.recommend(user);
    const [waiting] = [model.recommend(user)];
    worker.threads[0].terminate();
    await refused(
      waiting,
      "worker-crashed",
      /worker: expected to work on, found an end with code 1/,
    );
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      crashes.map(({ code }) => code),
      ["worker-crashed"],
    );
    const again = await Promise.all([model.recommend(user), model.recommend(user), user.items]);
    assert.equal(worker.threads.length, 2);
    assert.deepEqual(again[2], [260, 1210, 50]);
    assert.deepEqual(again[1], again[0]);
    assert.deepEqual(
      new Set(again[0].map(({ item }) => item)),
      new Set(pack.map(({ item }) => item)),
    );
  });

  test("a script that cannot be started is said at each call", async (t) => {
    const crashes = [];
    const worker = createWorker({
      start: () => new Worker(new URL("../dist/nowhere.js", import.meta.url)),
      onCrash: ({ code }) => crashes.push(code),
    });
    for (let again = 0; again < 2; again++)
      await refused(
        worker.loadModel(`${DEMO}/gmf.safetensors`),
        "worker-crashed",
        /Cannot find module/,
      );
    assert.deepEqual(crashes, ["worker-crashed", "worker-crashed"]);
  });

  test("a process that has nothing else to do ends", async () => {
    const text = `
      import { createWorker } from "./dist/worker.node.js";
      const model = await createWorker().loadModel("${DEMO}/gmf.safetensors", { onProgress: () => {} });
      console.log((await model.recommend(await model.user({ history: [1] }))).length);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", text],
      { timeout: 30_000 },
    );
    assert.equal(stdout, "10\n");
  });
});
