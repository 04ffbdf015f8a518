// What every engine of pocketrec/engine has to do, with the demo's candidates: made, filled in
// batches, searched as the exact scan, filtered, changed, opened by another program, dropped.
import assert from "node:assert/strict";

import { createRecommender, exactIndex, fromModel, loadModel } from "pocketrec";
import { engineIndex, recallAgainstExact } from "pocketrec/engine";

const HISTORIES = [[260, 1196, 1210], [1], [2858, 593, 608], [3114, 1, 2355, 588]];
const VERSION = "2026-12-01";
const BATCH = 800;

/**
 * @typedef {object} Contract
 * @property {() => import("pocketrec/engine").Engine} engine makes one for the same collection
 * @property {number} recall of the best 100 at least
 * @property {{ late: string, quoted: string, wrong: string }} where expressions: films from 2000
 *   on; the title that has a quote; one that the engine does not understand
 * @property {boolean} [isMerging] an item that is replaced keeps the attributes that the new one
 *   lacks: Milvus Lite does so, Milvus and the others replace all
 */

/** The model of the demo that retrieves. */
export const openModel = () => loadModel("candidates.safetensors");

export const usersOf = (model) =>
  HISTORIES.map((history) => model.user({ history, features: { count: history.length } }));

/** @param {Contract} contract */
export async function checkEngine({ engine, recall, where, isMerging = false }) {
  const model = await openModel();
  await isRefused(engineIndex(model, engine()), "not-found");
  const index = await engineIndex(model, engine(), { create: true, version: VERSION });
  assert.equal(index.itemCount, 0);

  const progress = [];
  const attributes = (item) => ({
    year: item % 2 ? 1990 : 2001.5,
    title: item === 1 ? 'It\'s "one"' : `film ${item}`,
    isOld: Boolean(item % 2),
  });
  const onProgress = ({ added, total }) => progress.push([added, total]);
  await index.upsert({ attributes, batchSize: BATCH, onProgress });
  const total = model.itemCount;
  assert.equal(index.itemCount, total);
  const ends = Array.from({ length: Math.ceil(total / BATCH) }, (_, at) => (at + 1) * BATCH);
  assert.deepEqual(
    progress,
    [...ends.slice(0, -1), total].map((added) => [added, total]),
  );

  await checkSearch(index, model, recall);
  await checkFilters(index, model, where);
  await checkChanges(index, model, { where, isMerging });
  await checkOthers(engine, model);
  await index.drop();
  await isRefused(index.search(usersOf(model)[0].vector), "not-found");
  await checkOddIds(engine, model);
}

/** The same lists as the exact scan, with the model's own scores. */
async function checkSearch(index, model, least) {
  const users = usersOf(model);
  const measured = await recallAgainstExact(index, model, users);
  assert.ok(measured.recall >= least, `recall ${measured.recall}`);
  assert.ok(measured.scoreDifference < 1e-5);
  const [user] = users;
  const options = { topK: 20, exclude: user.items };
  const found = await index.search(user.vector, options);
  const exact = await exactIndex(model).search(user.vector, options);
  const ids = new Set(exact.map(({ item }) => item));
  assert.ok(found.filter(({ item }) => ids.has(item)).length >= least * found.length);
  assert.ok(!found.some(({ item }) => HISTORIES[0].includes(item)));
  if (least === 1) assert.deepEqual(found, exact);
  console.log(`recall ${measured.recall}, lowest ${measured.lowest}`);
}

/** By a function here, and by an expression there. */
async function checkFilters(index, model, where) {
  const [user] = usersOf(model);
  const isLate = (item) => item % 2 === 0;
  const filtered = await index.search(user.vector, { topK: 50, filter: isLate });
  assert.equal(filtered.length, 50);
  assert.ok(filtered.every(({ item }) => isLate(item)));
  const late = await index.where(where.late).search(user.vector, { topK: 50, exclude: [2858] });
  assert.equal(late.length, 50);
  assert.ok(late.every(({ item }) => isLate(item) && item !== 2858));
  const quoted = await index.where(where.quoted).search(user.vector, { topK: 5 });
  assert.deepEqual(
    quoted.map(({ item }) => item),
    [1],
  );
  await isRefused(index.where(where.wrong).search(user.vector, { topK: 5 }), "bad-argument");
}

/** An item that is replaced loses its attributes; one that the model does not know can be added. */
async function checkChanges(index, model, { where, isMerging }) {
  const [user] = usersOf(model);
  await index.upsert({ items: [1] });
  assert.equal(index.itemCount, model.itemCount);
  const quoted = await index.where(where.quoted).search(user.vector, { topK: 5 });
  assert.equal(quoted.length, isMerging ? 1 : 0);

  const best = Float32Array.from(user.vector, (value) => 10 * value);
  await index.upsert({ items: [999_999], vectors: best, attributes: () => ({ year: 2026 }) });
  assert.equal(index.itemCount, model.itemCount + 1);
  const [first] = await index.search(user.vector, { topK: 3 });
  assert.equal(first.item, 999_999);
  const [late] = await index.where(where.late).search(user.vector, { topK: 3 });
  assert.equal(late.item, 999_999);

  await index.remove([999_999, 424_242]);
  assert.equal(index.itemCount, model.itemCount);
  assert.notEqual((await index.search(user.vector, { topK: 3 }))[0].item, 999_999);
}

/** Another program finds the collection, and is refused with another model or version. */
async function checkOthers(engine, model) {
  const index = await engineIndex(model, engine(), { version: VERSION });
  assert.equal(index.itemCount, model.itemCount);
  await isRefused(engineIndex(model, engine(), { version: "another" }), "bad-shape");
  const other = renamed(model, Number, (id) => id, -1);
  await isRefused(engineIndex(other, engine()), "bad-shape");
}

/** Two programs that make a collection and fill it at the same time store each item once. */
export async function checkWriters(engine) {
  const model = await openModel();
  const open = () => engineIndex(model, engine(), { create: true });
  const [first, second] = await Promise.all([open(), open()]);
  await Promise.all([first.upsert({ batchSize: 2000 }), second.upsert({ batchSize: 2000 })]);
  await first.refresh();
  assert.equal(first.itemCount, model.itemCount);
  await first.drop();
}

/** Ids that an expression would break at. */
async function checkOddIds(engine, model) {
  const odd = (id) => `it's "${id}"\n\\ é`;
  const back = (text) => Number(/\d+/.exec(text)[0]);
  const named = renamed(model, back, odd);
  const index = await engineIndex(named, engine(), { create: true });
  const items = named.ids().slice(0, 300);
  await index.upsert({ items, attributes: () => ({ title: "x" }) });
  const reopened = await engineIndex(named, engine());
  assert.equal(reopened.itemCount, 300);
  const found = await reopened.search(usersOf(model)[0].vector, { topK: 300 });
  assert.deepEqual(new Set(found.map(({ item }) => item)), new Set(items));
  await reopened.remove(items.slice(0, 299));
  const [left] = await reopened.search(usersOf(model)[0].vector, { topK: 5 });
  assert.equal(left.item, items[299]);
  await reopened.drop();
}

/** A model whose items have other ids, and vectors times a factor. */
const renamed = (model, back, name, factor = 1) => ({
  kind: model.kind,
  scoresAreInnerProducts: true,
  ids: () => model.ids().map(name),
  vectors: (items) => {
    const own = items instanceof Uint32Array ? items : items.map(back);
    return model.vectors(own).map((value) => factor * value);
  },
  user: (input) => model.user(input),
  rank: (user, items, options) =>
    model
      .rank(user, items.map(back), options)
      .map(({ item, score }) => ({ item: name(item), score })),
});

/**
 * While the engine is away a search fails with a code, and a recommender goes on with its last
 * candidates; when it is back, so are its answers.
 *
 * @param {() => import("pocketrec/engine").Engine} engine
 * @param {{ stop: () => unknown, start: () => unknown }} server
 * @param {string[]} codes of which one is expected
 */
export async function checkDown(engine, server, codes) {
  const model = await openModel();
  const index = await engineIndex(model, engine(), { create: true, timeout: 8000 });
  await index.upsert();
  const recommender = createRecommender({
    retrieve: fromModel(model, { index, topK: 100 }),
    rank: model,
    features: { count: 3 },
    history: HISTORIES[0],
    timeout: 10_000,
  });
  const before = await recommender.recommend({ topK: 10 });
  assert.deepEqual([before.source, before.warning], ["retrieved", undefined]);

  await server.stop();
  const during = await recommender.recommend({ topK: 10 });
  assert.equal(during.source, "last");
  assert.ok(codes.includes(during.warning.code), during.warning.message);
  assert.deepEqual(during.recommendations, before.recommendations);
  console.log(`away: ${during.warning.message}`);

  await server.start();
  await index.refresh();
  const after = await recommender.recommend({ topK: 10 });
  assert.deepEqual([after.source, after.recommendations], ["retrieved", before.recommendations]);
  await index.drop();
}

/** A promise that rejects with an error of a code. */
async function isRefused(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.code, code, error.stack);
    assert.match(error.message, /\S/);
    return true;
  });
}
