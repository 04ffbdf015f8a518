// The parts of a soak: rankings, loads, updates, workers. Each says what it did and what is wrong.
import { loadModel } from "pocketrec";
import { createWorker } from "pocketrec/worker";

import { uniform } from "../lib/random.js";
import { repeat } from "./memory.js";
import { ITEMS, soakModels } from "./models.js";

/**
 * @typedef {import("./models.js").SoakModel} SoakModel
 * @typedef {{ what: string, count: number, wrong: string[], memory?: Awaited<ReturnType<typeof
 *   repeat>>, note?: string }} Part
 */

/** @param {() => number} next */
const itemOf = (next) => Math.floor(next() * ITEMS);

/** @param {() => number} next */
const historyOf = (next) =>
  Array.from({ length: 5 }, () => ({ item: itemOf(next), rating: 1 + Math.floor(next() * 5) }));

/** @param {unknown} a @param {unknown} b */
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The largest difference of scores, relative to the larger of 1 and the score.
 * @param {Float32Array} found @param {Float32Array} expected
 */
const difference = (found, expected) =>
  found.reduce(
    (worst, score, i) =>
      Math.max(worst, Math.abs(score - expected[i]) / Math.max(1, Math.abs(expected[i]))),
    0,
  );

/** @param {Part["memory"]} memory @param {string} of */
const growth = (memory, of) =>
  memory?.isFlat === false ? [`${of}: memory grows: ${JSON.stringify(memory)}`] : [];

/**
 * Rankings of users of each family; each user's list is the same at the end.
 * @param {number} count of all families together
 * @returns {Promise<Part>}
 */
export async function rankings(count) {
  const wrong = [];
  const users = [];
  for (const { name, file, features } of soakModels()) {
    const model = await loadModel(file);
    const user = model.user({ history: historyOf(uniform(7)), features });
    const first = model.recommend(user, { topK: 10, exclude: user.items });
    users.push({ name, model, user, first, bytes: model.bytes });
  }
  const candidates = Array.from({ length: ITEMS }, (_, item) => item);
  const memory = await repeat(count, (n) => {
    const { model, user } = users[n % users.length];
    if (n % 3) model.recommend(user, { topK: 10, exclude: user.items });
    else model.rank(user, candidates, { topK: 10 });
  });
  for (const { name, model, user, first, bytes } of users) {
    if (!isSame(model.recommend(user, { topK: 10, exclude: user.items }), first))
      wrong.push(`${name}: another list at the end`);
    if (model.bytes !== bytes) wrong.push(`${name}: ${bytes} bytes became ${model.bytes}`);
    model.dispose();
  }
  return { what: "rankings", count, memory, wrong: [...wrong, ...growth(memory, "rankings")] };
}

/**
 * Models loaded, used once and disposed of.
 * @param {number} count
 * @returns {Promise<Part>}
 */
export async function loads(count) {
  const models = soakModels();
  const firsts = new Map();
  const wrong = new Set();
  const memory = await repeat(count, async (n) => {
    const { name, file, features } = models[n % models.length];
    const model = await loadModel(file);
    const user = model.user({ history: historyOf(uniform(7)), features });
    const list = model.recommend(user, { topK: 3 });
    if (!firsts.has(name)) firsts.set(name, list);
    if (!isSame(firsts.get(name), list)) wrong.add(`${name}: another list after a load`);
    model.dispose();
  });
  return {
    what: "loads and disposals",
    count,
    memory,
    wrong: [...wrong, ...growth(memory, "loads")],
  };
}

/**
 * Updates of one user of a family, held against a new user now and then.
 * @param {SoakModel} soakModel @param {number} count
 * @returns {Promise<Part>}
 */
export async function updates({ name, file, features, tolerance }, count) {
  const model = await loadModel(file);
  const next = uniform(11);
  const user = model.user({ history: historyOf(next), features });
  const rows = Uint32Array.from({ length: ITEMS }, (_, row) => row);
  const every = Math.max(1, Math.floor(count / 50));
  let worst = 0;
  let bytes = 0;
  const memory = await repeat(count, (n) => {
    const isFull = user.items.length > ITEMS / 2;
    if (isFull || (user.items.length > 1 && next() < 0.4))
      user.update({ remove: [user.items[Math.floor(next() * user.items.length)]] });
    else user.update({ add: [{ item: itemOf(next), rating: 1 + Math.floor(next() * 5) }] });
    if (n % every) return;
    const fresh = model.user({ history: user.history, features });
    const [found, expected] = [user, fresh].map((one) => model.score(one, rows, { raw: true }));
    worst = Math.max(worst, difference(found, expected));
    if (n > count / 10) bytes ||= model.bytes;
  });
  const wrong = growth(memory, name);
  if (worst > tolerance) wrong.push(`${name}: differs from a new user by ${worst}`);
  if (bytes !== model.bytes) wrong.push(`${name}: ${bytes} bytes became ${model.bytes}`);
  model.dispose();
  const note = `differs from a new user by ${worst.toExponential(1)}`;
  return { what: `updates, ${name}`, count, memory, wrong, note };
}

/**
 * Eight workers at once, each with two models: the answers of the main thread, to the bit.
 * @param {number} count of calls, of all workers together
 * @returns {Promise<Part>}
 */
export async function workers(count) {
  const threads = 8;
  const models = soakModels();
  const wrong = new Set();
  const memory = await repeat(10, async () => {
    await Promise.all(
      Array.from({ length: threads }, (_, at) =>
        useWorker([models[at % models.length], models[(at + 3) % models.length]], at, (message) =>
          wrong.add(message),
        ),
      ),
    );
  });
  return { what: `calls of ${threads} workers`, count, memory, wrong: [...wrong] };

  async function useWorker(pair, seed, report) {
    const worker = createWorker();
    for (const { name, file, features } of pair) {
      const next = uniform(seed + 1);
      const [there, here] = [await worker.loadModel(file.slice(0)), await loadModel(file)];
      for (let call = 0; call < count / (10 * threads * pair.length); call++) {
        const history = historyOf(next);
        const user = await there.user({ history, features });
        const found = await there.recommend(user, { topK: 5 });
        const expected = here.recommend(here.user({ history, features }), { topK: 5 });
        if (!isSame(found, expected)) report(`${name}: another list in a worker`);
      }
      await there.dispose();
      here.dispose();
    }
    worker.terminate();
  }
}
