// Indexes: what is nearest to a person, exactly or nearly, with the same scores.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { PocketrecError, createRecommender, exactIndex, fromModel, loadModel } from "pocketrec";
import { hnswIndex } from "pocketrec/hnsw";

import { assertRefused } from "./lib/assert-refused.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const ITEMS = 3000;
const WIDTH = 16;
const { tensors, info } = randomWeights({ kind: "gmf", gmf: WIDTH, items: ITEMS });
// A GMF whose output layer only adds up: its raw score is the inner product of the person's vector
// and the item's.
const file = fileOf({
  tensors: {
    "gmf.item": tensors["gmf.item"],
    "output.weight": { shape: [1, WIDTH], data: new Float32Array(WIDTH).fill(1) },
  },
  info,
});
const vectors = tensors["gmf.item"].data;
const people = Array.from({ length: 20 }, (_, seed) => randomVector(WIDTH, seed + 100));

/** The model, with what the index asks of the kind of models whose scores are inner products. */
const asCandidates = (model, count = ITEMS) => ({
  kind: "candidates",
  scoresAreInnerProducts: true,
  itemCount: count,
  vectors: (rows) =>
    Float32Array.from(
      { length: rows.length * WIDTH },
      (_, at) => vectors[rows[Math.floor(at / WIDTH)] * WIDTH + (at % WIDTH)],
    ),
  user: (who) => model.user(who),
  rank: (...words) => model.rank(...words),
  recommend: (...words) => model.recommend(...words),
});

describe("the exact index", () => {
  for (const { simd, skip } of VARIANTS) {
    test(`${simd}: is the catalogue, with raw scores`, { skip }, async () => {
      const model = await loadModel(file, { simd });
      const index = exactIndex(model);
      const [vector] = people;
      assert.equal(index.itemCount, ITEMS);
      const user = model.user({ vector });
      assert.deepEqual(
        await index.search(vector, { topK: 7 }),
        model.recommend(user, { topK: 7, raw: true }),
      );
      assert.equal((await index.search(vector)).length, 10);
      const exclude = (await index.search(vector, { topK: 5 })).map(({ item }) => item);
      assert.deepEqual(
        await index.search(vector, { topK: 5, exclude }),
        model.recommend(user, { topK: 10, raw: true }).slice(5),
      );
    });
  }

  test("arguments that are none", async () => {
    assert.throws(() => exactIndex({}), { name: "PocketrecError", code: "bad-argument" });
    assert.throws(() => fromModel({}), { name: "PocketrecError", code: "bad-argument" });
    const model = await loadModel(file);
    assert.throws(() => fromModel(model, { index: {} }), {
      name: "PocketrecError",
      code: "bad-argument",
    });
    assert.throws(() => fromModel(model, { topK: 0 }), {
      name: "PocketrecError",
      code: "bad-argument",
    });
    const renamed = () => fromModel(model, { count: 9 });
    await assertRefused(renamed, "bad-argument", /count is called topK/);
    await assert.rejects(exactIndex(model).search([1, 2]), {
      code: "bad-argument",
      subject: "vector",
    });
    await assert.rejects(exactIndex(model).search(people[0], { topK: -1 }), {
      code: "bad-argument",
      subject: "topK",
    });
  });
});

const noUsearch = await import("usearch").then(
  () => false,
  () => "usearch is not installed here, or not for this system",
);

describe("the graph", { skip: noUsearch }, () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-index-"));
  let model;
  let index;
  let exact;

  before(async () => {
    model = asCandidates(await loadModel(file));
    exact = exactIndex(model);
    index = await hnswIndex(model);
  });
  after(() => rmSync(folder, { recursive: true }));

  test("finds most of the best, with the exact scores", async () => {
    assert.equal(index.itemCount, ITEMS);
    let hits = 0;
    for (const vector of people) {
      const expected = new Map(
        (await exact.search(vector, { topK: 50 })).map(({ item, score }) => [item, score]),
      );
      const found = await index.search(vector, { topK: 50 });
      assert.equal(found.length, 50);
      for (let at = 1; at < found.length; at++) assert.ok(found[at - 1].score >= found[at].score);
      for (const { item, score } of found) {
        if (!expected.has(item)) continue;
        hits++;
        assert.equal(score, expected.get(item));
      }
    }
    assert.ok(hits >= 0.9 * 50 * people.length, `${hits} of ${50 * people.length}`);
  });

  test("leaves out what is excluded, and looks on until there are enough", async () => {
    const [vector] = people;
    const exclude = (await exact.search(vector, { topK: 1000 })).map(({ item }) => item);
    for (const left of [exclude, new Set(exclude), Uint32Array.from(exclude)]) {
      const found = await index.search(vector, { topK: 20, exclude: left });
      assert.equal(found.length, 20);
      assert.ok(found.every(({ item }) => !exclude.includes(item)));
    }
    const all = Array.from({ length: ITEMS - 3 }, (_, item) => item);
    const few = await index.search(vector, { topK: 20, exclude: all });
    assert.deepEqual(few.map(({ item }) => item).sort(), [ITEMS - 3, ITEMS - 2, ITEMS - 1]);
    assert.deepEqual(await index.search(vector, { topK: 0 }), []);
  });

  test("by inner products too", async () => {
    const inner = await hnswIndex(model, { graph: "inner" });
    const expected = (await exact.search(people[3])).map(({ item }) => item);
    const found = (await inner.search(people[3])).map(({ item }) => item);
    assert.ok(found.filter((item) => expected.includes(item)).length >= 9);
    await inner.save(join(folder, "inner"));
    await assert.rejects(hnswIndex(model, { file: join(folder, "inner") }), { code: "bad-shape" });
    assert.deepEqual(
      await (
        await hnswIndex(model, { graph: "inner", file: join(folder, "inner") })
      ).search(people[3]),
      await inner.search(people[3]),
    );
  });

  test("is the same each time, tells its progress, and can be stopped", async () => {
    const told = [];
    const again = await hnswIndex(model, { onProgress: (progress) => told.push(progress) });
    assert.deepEqual(await again.search(people[1]), await index.search(people[1]));
    assert.deepEqual(told.at(-1), { added: ITEMS, total: ITEMS });
    assert.ok(told.length > 5);
    const controller = new AbortController();
    await assert.rejects(
      hnswIndex(model, { signal: controller.signal, onProgress: () => controller.abort("enough") }),
      { code: "aborted", cause: "enough" },
    );
    await assert.rejects(index.search(people[1], { signal: controller.signal }), {
      code: "aborted",
    });
  });

  test("on all cores it finds as much", async () => {
    const fast = await hnswIndex(model, { threads: 0 });
    const expected = (await exact.search(people[2])).map(({ item }) => item);
    const found = (await fast.search(people[2])).map(({ item }) => item);
    assert.ok(found.filter((item) => expected.includes(item)).length >= 9);
  });

  test("is saved and loaded; another model's file is refused", async () => {
    const path = join(folder, "items.usearch");
    await index.save(path);
    const loaded = await hnswIndex(model, { file: path });
    for (const vector of people)
      assert.deepEqual(await loaded.search(vector), await index.search(vector));
    const other = {
      ...model,
      vectors: (rows) => model.vectors(rows).map((value) => value + 0.001),
    };
    for (const stranger of [other, asCandidates(model, 2999)])
      await assert.rejects(hnswIndex(stranger, { file: path }), {
        code: "bad-shape",
        subject: path,
      });
    await assert.rejects(hnswIndex(model, { file: join(folder, "nothing") }), { code: "network" });
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    changed[4000] ^= 1;
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from("this is no index"),
      whole.subarray(0, 5000),
      whole.subarray(100),
      changed,
    ]) {
      writeFileSync(join(folder, "damaged"), bytes);
      await assert.rejects(hnswIndex(model, { file: join(folder, "damaged") }), { code: "failed" });
    }
    await assert.rejects(index.save(join(folder, "no/such/folder")), { code: "failed" });
  });

  test("a model of candidates as it is trained", async () => {
    const trained = await loadModel("web-demo/models/candidates.safetensors");
    const graph = await hnswIndex(trained);
    const user = trained.user({ history: [260, 1196, 1210] });
    const scan = await exactIndex(trained).search(user.vector, { topK: 100 });
    assert.deepEqual(scan, trained.recommend(user, { topK: 100, raw: true }));
    const found = new Map(
      (await graph.search(user.vector, { topK: 100 })).map(({ item, score }) => [item, score]),
    );
    const both = scan.filter(({ item }) => found.has(item));
    assert.ok(both.length >= 95, `${both.length} of 100`);
    for (const { item, score } of both) assert.ok(Math.abs(found.get(item) - score) < 1e-5);
  });

  test("retrieves for a recommender", async () => {
    const history = [5, 6, 7];
    const recommender = createRecommender({
      retrieve: fromModel(model, { topK: 100, index }),
      rank: model,
      history,
    });
    const { recommendations, source, counts } = await recommender.recommend();
    assert.deepEqual([source, counts.candidates], ["retrieved", 100]);
    const expected = model
      .recommend(model.user({ history }), { exclude: history })
      .map(({ item }) => item);
    assert.ok(recommendations.filter(({ item }) => expected.includes(item)).length >= 9);
  });

  for (const [what, call, code] of [
    [
      "a model of another kind",
      async () => hnswIndex({ ...model, kind: "neumf", scoresAreInnerProducts: false }),
      "unsupported",
    ],
    ["no model", async () => hnswIndex(undefined), "bad-argument"],
    ["half a connection", async () => hnswIndex(model, { connectivity: 1.5 }), "bad-argument"],
    ["an unknown graph", async () => hnswIndex(model, { graph: "tree" }), "bad-argument"],
    ["threads below 0", async () => hnswIndex(model, { threads: -1 }), "bad-argument"],
    ["a vector that is too short", async () => index.search([1]), "bad-argument"],
    [
      "a vector with a NaN",
      async () => index.search(new Float32Array(WIDTH).fill(NaN)),
      "bad-argument",
    ],
    ["half a topK", async () => index.search(people[0], { topK: 1.5 }), "bad-argument"],
  ]) {
    test(what, async () => {
      await assert.rejects(
        call(),
        (error) => error instanceof PocketrecError && error.code === code,
      );
    });
  }
});
