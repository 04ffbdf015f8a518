// Indexes: the best items for a user vector, exact or approximate, with the same scores.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { createRecommender, exactIndex, fromModel, loadModel } from "pocketrec";
import { hnswIndex } from "pocketrec/hnsw";

import { assertRefused } from "./lib/assert-refused.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const ITEMS = 3000;
const WIDTH = 16;
const { tensors, info } = randomWeights({ kind: "gmf", gmf: WIDTH, items: ITEMS });
// A GMF whose output layer is a plain sum: its raw score is the inner product of user vector and
// item vector.
const file = fileOf({
  tensors: {
    "gmf.item": tensors["gmf.item"],
    "output.weight": { shape: [1, WIDTH], data: new Float32Array(WIDTH).fill(1) },
  },
  info,
});
const vectors = tensors["gmf.item"].data;
const userVectors = Array.from({ length: 20 }, (_, seed) => randomVector(WIDTH, seed + 100));

/** The model with what hnswIndex asks for: the kind of models whose scores are inner products. */
const asCandidates = (model, count = ITEMS) => ({
  kind: "candidates",
  scoresAreInnerProducts: true,
  itemCount: count,
  vectors: (rows) =>
    Float32Array.from(
      { length: rows.length * WIDTH },
      (_, at) => vectors[rows[Math.floor(at / WIDTH)] * WIDTH + (at % WIDTH)],
    ),
  user: (input) => model.user(input),
  rank: (...args) => model.rank(...args),
  recommend: (...args) => model.recommend(...args),
});

describe("the exact index", () => {
  for (const { simd, skip } of VARIANTS) {
    test(`${simd}: ranks the whole catalogue, with raw scores`, { skip }, async () => {
      const model = await loadModel(file, { simd });
      const index = exactIndex(model);
      const [vector] = userVectors;
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

  test("refused arguments", async () => {
    const model = await loadModel(file);
    const index = exactIndex(model);
    for (const [what, attempt] of [
      ["exactIndex", () => exactIndex({})],
      ["fromModel", () => fromModel({})],
      ["fromModel index", () => fromModel(model, { index: {} })],
      ["fromModel topK", () => fromModel(model, { topK: 0 })],
      [/count is called topK since 0\.2/, () => fromModel(model, { count: 9 })],
      ["vector", () => index.search([1, 2])],
      ["topK", () => index.search(userVectors[0], { topK: -1 })],
    ])
      await assertRefused(attempt, "bad-argument", what);
  });
});

const noUsearch = await import("usearch").then(
  () => false,
  () => "usearch is not installed here, or not for this system",
);

describe("the HNSW index", { skip: noUsearch }, () => {
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
    for (const vector of userVectors) {
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
    assert.ok(hits >= 0.9 * 50 * userVectors.length, `${hits} of ${50 * userVectors.length}`);
  });

  test("leaves out excluded items and continues until topK are found", async () => {
    const [vector] = userVectors;
    const exclude = (await exact.search(vector, { topK: 1000 })).map(({ item }) => item);
    const items = Uint32Array.from(exclude);
    for (const given of [exclude, new Set(exclude), items, { items }]) {
      const found = await index.search(vector, { topK: 20, exclude: given });
      assert.equal(found.length, 20);
      assert.ok(found.every(({ item }) => !exclude.includes(item)));
    }
    const all = Array.from({ length: ITEMS - 3 }, (_, item) => item);
    const few = await index.search(vector, { topK: 20, exclude: all });
    assert.deepEqual(few.map(({ item }) => item).sort(), [ITEMS - 3, ITEMS - 2, ITEMS - 1]);
    assert.deepEqual(await index.search(vector, { topK: 0 }), []);
  });

  test("leaves out what the filter forbids, and continues until topK are found", async () => {
    const [vector] = userVectors;
    const filter = (item) => item % 100 === 7;
    const options = { topK: 20, filter };
    assert.deepEqual(await index.search(vector, options), await exact.search(vector, options));
  });

  test("with neighbours by inner product", async () => {
    const inner = await hnswIndex(model, { graph: "inner" });
    const expected = (await exact.search(userVectors[3])).map(({ item }) => item);
    const found = (await inner.search(userVectors[3])).map(({ item }) => item);
    assert.ok(found.filter((item) => expected.includes(item)).length >= 9);
    await inner.save(join(folder, "inner"));
    await assertRefused(hnswIndex(model, { file: join(folder, "inner") }), "bad-shape");
    const loaded = await hnswIndex(model, { graph: "inner", file: join(folder, "inner") });
    assert.deepEqual(await loaded.search(userVectors[3]), await inner.search(userVectors[3]));
  });

  test("is deterministic, reports progress, and can be aborted", async () => {
    const reports = [];
    const again = await hnswIndex(model, { onProgress: (progress) => reports.push(progress) });
    assert.deepEqual(await again.search(userVectors[1]), await index.search(userVectors[1]));
    assert.deepEqual(reports.at(-1), { added: ITEMS, total: ITEMS });
    assert.ok(reports.length > 5);
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = hnswIndex(model, { signal, onProgress: () => controller.abort("enough") });
    assert.equal((await assertRefused(stopped, "aborted")).cause, "enough");
    await assertRefused(index.search(userVectors[1], { signal }), "aborted");
  });

  test("on all cores it finds as many", async () => {
    const fast = await hnswIndex(model, { threads: 0 });
    const expected = (await exact.search(userVectors[2])).map(({ item }) => item);
    const found = (await fast.search(userVectors[2])).map(({ item }) => item);
    assert.ok(found.filter((item) => expected.includes(item)).length >= 9);
  });

  test("is saved and loaded; a damaged file or another model's is refused", async () => {
    const path = join(folder, "items.usearch");
    await index.save(path);
    const loaded = await hnswIndex(model, { file: path });
    for (const vector of userVectors)
      assert.deepEqual(await loaded.search(vector), await index.search(vector));
    const other = {
      ...model,
      vectors: (rows) => model.vectors(rows).map((value) => value + 0.001),
    };
    for (const another of [other, asCandidates(model, 2999)])
      await assertRefused(hnswIndex(another, { file: path }), "bad-shape", path);
    await assertRefused(hnswIndex(model, { file: join(folder, "nothing") }), "not-found");
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    changed[4000] ^= 1;
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from("not an index"),
      whole.subarray(0, 5000),
      whole.subarray(100),
      changed,
    ]) {
      writeFileSync(join(folder, "damaged"), bytes);
      await assertRefused(hnswIndex(model, { file: join(folder, "damaged") }), "failed");
    }
    await assertRefused(index.save(join(folder, "no/such/folder")), "failed");
  });

  test("with a trained model of candidates", async () => {
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

  test("retrieves candidates for a recommender", async () => {
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

  const otherScores = { kind: "neumf", scoresAreInnerProducts: false, vectors: () => [] };
  const withOptions = (options) => hnswIndex(model, options);
  const search = (vector, options) => index.search(vector, options);
  for (const [title, code, what, attempt] of [
    ["other scores", "unsupported", "model", () => hnswIndex(otherScores)],
    ["no model", "bad-argument", "model", () => hnswIndex(undefined)],
    ["half a neighbour", "bad-argument", "connectivity", () => withOptions({ connectivity: 1.5 })],
    ["one neighbour", "bad-argument", "connectivity", () => withOptions({ connectivity: 1 })],
    ["endless search", "bad-argument", /Infinity/, () => withOptions({ expansionAdd: Infinity })],
    ["an unknown graph", "bad-argument", "graph", () => withOptions({ graph: "tree" })],
    ["threads below 0", "bad-argument", "threads", () => withOptions({ threads: -1 })],
    ["a short vector", "bad-argument", "vector", () => search([1])],
    ["NaN in a vector", "bad-argument", "vector", () => search(Array(WIDTH).fill(NaN))],
    ["half a topK", "bad-argument", "topK", () => search(userVectors[0], { topK: 1.5 })],
  ])
    test(`refuses ${title}`, async () => void (await assertRefused(attempt, code, what)));
});
