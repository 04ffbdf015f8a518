// A history in Node: content, several processes, killed processes, the ledger, and the users of
// models that follow it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { openHistory } from "../dist/history.node.js";
import { loadModel } from "../dist/index.node.js";
import { History } from "../js/history/history.js";
import { Replica } from "../js/history/replica.js";
import { EMPTY_STATE } from "../js/history/store.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { uniform } from "./lib/random.js";

const folder = mkdtempSync(join(tmpdir(), "pocketrec-history-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let names = 0;

/** Opens a new history, closed after the test. */
async function open(t, options, name = `h${names++}`) {
  const history = await openHistory(name, { folder, ...options });
  t.after(() => history.close());
  const path = join(folder, `${encodeURIComponent(name)}.history`);
  return Object.assign(history, { path, called: name });
}

const items = (history) => history.list().map(({ item }) => item);

/** A promise and the functions that settle it. */
function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

/** Waits for a condition that another process or watcher brings about. */
async function until(isTrue, what) {
  for (let waited = 0; !isTrue(); waited += 10) {
    if (waited > 20_000) assert.fail(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("content", () => {
  test("add, list, get, count, since, remove", async (t) => {
    const history = await open(t);
    const start = Date.now();
    await history.add(318);
    await history.add([
      { item: "a", rating: 4.5, time: 1000 },
      { item: 296, rating: -1 },
    ]);
    assert.equal(history.interactionCount, 3);
    assert.deepEqual(items(history), ["a", 318, 296], "the oldest first");
    assert.deepEqual(history.get("a"), { item: "a", rating: 4.5, time: 1000 });
    assert.ok(history.get(318).time >= start && !("rating" in history.get(318)));
    assert.deepEqual(
      history.since(1001).map(({ item }) => item),
      [318, 296],
    );
    assert.deepEqual(history.since(new Date(0)).length, 3);
    await history.remove(318);
    await history.remove(["a", "never there"]);
    assert.deepEqual(items(history), [296]);
    assert.equal(history.get(318), undefined);
    assert.equal(history.storage, "file");
    assert.equal(history.warning, undefined);
  });

  test("an item has one interaction: adding it again makes it the newest", async (t) => {
    const history = await open(t);
    await history.add([1, 2]);
    await history.add({ item: 1, rating: 3 });
    assert.deepEqual(
      history.list().map(({ item, rating }) => [item, rating]),
      [
        [2, undefined],
        [1, 3],
      ],
    );
    await history.add([-0, 0, "0"]);
    assert.equal(history.interactionCount, 4, "a number and a string are two items");
  });

  test("reopened, it has the same interactions in the same order", async (t) => {
    const history = await open(t);
    const given = Array.from({ length: 50 }, (_, i) => ({
      item: (7 * i) % 50,
      rating: i,
      time: 5,
    }));
    await history.add(given);
    history.close();
    assert.deepEqual((await open(t, {}, history.called)).list(), given);
  });

  test("beyond the limit the oldest interactions are removed", async (t) => {
    const history = await open(t, { limit: 5 });
    await history.add([1, 2, 3, 4]);
    await history.add({ item: 1 });
    await history.add([5, 6, 7]);
    assert.deepEqual(items(history), [4, 1, 5, 6, 7]);
    await history.add({ item: "old", time: 0 });
    assert.deepEqual(
      items(history),
      [4, 1, 5, 6, 7],
      "an interaction older than all others is not kept",
    );
    assert.deepEqual(items(await open(t, {}, history.called)), [4, 1, 5, 6, 7]);
  });

  test("no time is in the future, and the default time is never before the newest", async (t) => {
    const history = await open(t, { limit: 3 });
    const future = Date.now() + 1e9;
    await history.add({ item: "early", time: future });
    assert.ok(history.get("early").time < future);
    const exported = {
      kind: "pocketrec-history",
      format: 1,
      interactions: [1, 2, 3].map((item) => ({ item, time: future })),
    };
    await history.import(exported);
    await history.add("new");
    assert.deepEqual(items(history), [2, 3, "new"]);
    t.mock.method(Date, "now", () => 1000); // the clock is set back
    await history.add("newest");
    assert.deepEqual(items(history), [3, "new", "newest"]);
    assert.deepEqual(items(await open(t, {}, history.called)), items(history));
  });

  test("a clock before 1970 leaves a history that opens", async (t) => {
    const own = join(folder, "clock");
    const history = await openHistory("h", { folder: own, budget: { epsilon: 1 } });
    const clock = t.mock.method(Date, "now", () => -5);
    await history.spend({ mechanism: "m", epsilon: 0.25, delta: 0 });
    await history.add(1);
    clock.mock.restore();
    history.close();
    const again = await openHistory("h", { folder: own });
    t.after(() => again.close());
    assert.deepEqual([again.spent.epsilon, again.storage, items(again)], [0.25, "file", [1]]);
  });

  test("concurrent writes are all stored, in order", async (t) => {
    const history = await open(t);
    await Promise.all(Array.from({ length: 500 }, (_, i) => history.add({ item: i, time: 1 })));
    assert.deepEqual(
      items(history),
      Array.from({ length: 500 }, (_, i) => i),
    );
    assert.deepEqual(items(await open(t, {}, history.called)), items(history));
  });

  test(
    "the files are readable by the user alone",
    { skip: process.platform === "win32" && "Windows has no file modes" },
    async (t) => {
      const history = await open(t);
      await history.add(1);
      await history.remove(1); // writes another log
      for (const name of ["", ...readdirSync(history.path, { recursive: true })]) {
        const mode = statSync(join(history.path, name)).mode & 0o777;
        assert.equal(mode, name.endsWith("log") ? 0o600 : 0o700, name);
      }
    },
  );

  test("erase leaves no file, and the history can be used again", async (t) => {
    const history = await open(t, { budget: { epsilon: 1 } });
    await history.add([1, 2]);
    await history.spend({ mechanism: "test", epsilon: 1, delta: 0 });
    await history.erase();
    assert.equal(history.interactionCount, 0);
    assert.deepEqual(history.spent, { epsilon: 0, delta: 0, queries: 0 });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(`${history.called}.`)),
      [],
    );
    await history.add(3);
    assert.deepEqual(items(history), [3]);
  });

  test("a name with slashes and dots is no path", async (t) => {
    const history = await open(t, {}, "../ü/..");
    await history.add(1);
    assert.ok(existsSync(join(folder, "..%2F%C3%BC%2F...history")));
    await history.erase();
  });
});

describe("export and import", () => {
  test("an export is JSON, and another history imports all of it, once", async (t) => {
    const [one, other] = [await open(t, { budget: { epsilon: 2 } }), await open(t)];
    await one.add([
      { item: 1, rating: 5, time: 10 },
      { item: "b", time: 20 },
    ]);
    await one.spend({ mechanism: "test", epsilon: 1.5, delta: 0 });
    const text = JSON.stringify(one.export());
    await other.import(text);
    await other.import(JSON.parse(text));
    assert.deepEqual(other.export(), one.export());
    assert.equal(other.spent.epsilon, 1.5, "an expense is imported once");
  });

  test("of two interactions with an item, import keeps the newer one", async (t) => {
    const history = await open(t);
    await history.add([
      { item: 1, rating: 1, time: 100 },
      { item: 2, rating: 2, time: 100 },
    ]);
    const data = history.export();
    data.interactions = [
      { item: 1, rating: 5, time: 50 },
      { item: 2, rating: 5, time: 150 },
      { item: 3, time: 70 },
    ];
    await history.import(data);
    assert.deepEqual(history.list(), [
      { item: 3, time: 70 },
      { item: 1, rating: 1, time: 100 },
      { item: 2, rating: 5, time: 150 },
    ]);
  });

  const exported = (fields) => ({
    kind: "pocketrec-history",
    format: 1,
    interactions: [],
    ...fields,
  });
  const interaction = (fields) => exported({ interactions: [{ item: 1, time: 1, ...fields }] });
  const expense = { mechanism: "m", epsilon: 1, delta: 0, id: "a", time: 1 };
  for (const [what, data, pattern] of [
    ["text that is not JSON", "{", /history: expected JSON/],
    ["null", null, /kind: expected "pocketrec-history", found undefined/],
    ["another kind", exported({ kind: "x" }), /kind: .*found "x"/],
    ["a later format", exported({ format: 2 }), /format: expected 1, found 2/],
    ["an object of interactions", exported({ interactions: {} }), /interactions: expected a list/],
    ["no time", interaction({ time: undefined }), /interaction 0: expected \{ item, time \}/],
    ["a rating of text", interaction({ rating: "5" }), /interaction 0, rating/],
    ["an item that is a list", interaction({ item: [1] }), /interaction 0, item/],
    ["a negative expense", exported({ ledger: [{ ...expense, epsilon: -9 }] }), /ledger, entry 0/],
    ["a delta of 1", exported({ ledger: [expense, { ...expense, delta: 1 }] }), /ledger, entry 1/],
    ["a ledger without ids", exported({ ledger: [{ ...expense, id: "" }] }), /ledger, entry 0/],
    ["an object as ledger", exported({ ledger: {} }), /ledger: expected a list/],
  ]) {
    test(`${what} is refused, and nothing is imported`, async (t) => {
      const history = await open(t);
      await history.add(1);
      await assertRefused(history.import(data), "bad-history", pattern);
      assert.deepEqual(items(history), [1]);
      assert.deepEqual(history.ledger, []);
    });
  }
});

describe("the ledger", () => {
  const charge = (epsilon, delta = 0) => ({ mechanism: "test", epsilon, delta });

  test("it adds up, refuses what exceeds the budget, and is stored", async (t) => {
    const history = await open(t, { budget: { epsilon: 1, delta: 1e-5, queries: 12 } });
    for (let i = 0; i < 10; i++) await history.spend(charge(0.1, 1e-6));
    assert.equal(history.ledger.length, 10);
    await assertRefused(
      history.spend(charge(0.01)),
      "budget-spent",
      /epsilon: expected at most 1 in total/,
    );
    await assertRefused(history.spend(charge(0, 1e-7)), "budget-spent", /delta/);
    await history.spend(charge(0));
    await history.spend(charge(0));
    await assertRefused(history.spend(charge(0)), "budget-spent", /queries: expected at most 12/);
    const again = await open(t, { budget: { epsilon: 1 } }, history.called);
    await assertRefused(again.spend(charge(0.1)), "budget-spent", /epsilon/);
    assert.deepEqual(again.ledger, history.ledger);
  });

  test("of concurrent charges beyond the budget only one is accepted", async (t) => {
    const one = await open(t, { budget: { epsilon: 1 } });
    const other = await open(t, { budget: { epsilon: 1 } }, one.called);
    const outcomes = await Promise.allSettled(
      [one, other, one, other].map((history) => history.spend(charge(0.6))),
    );
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    const codes = outcomes.flatMap(({ reason }) => reason?.code ?? []);
    assert.deepEqual(codes, ["budget-spent", "budget-spent", "budget-spent"]);
  });

  test("without a budget nothing is spent; an invalid charge is refused", async (t) => {
    const history = await open(t);
    const noBudget = /budget: expected a budget given to openHistory/;
    await assertRefused(history.spend(charge(0.1)), "bad-argument", noBudget);
    const rich = await open(t, { budget: { epsilon: 1e9, delta: 0.5 } });
    for (const wrong of [
      charge(-1),
      charge(NaN),
      charge(Infinity),
      charge(1, 1),
      charge(1, -1),
      { epsilon: 1, delta: 0 },
    ]) {
      await assertRefused(rich.spend(wrong), "bad-argument", /expected/);
    }
    assert.equal(rich.ledger.length, 0);
  });
});

describe("several processes", () => {
  test("two open copies see each other's changes, with change events", async (t) => {
    // In a folder that does not exist yet.
    const [one, other] = [
      await openHistory("both", { folder: join(folder, "new") }),
      await openHistory("both", { folder: join(folder, "new") }),
    ];
    t.after(() => [one, other].map((history) => history.close()));
    let events = 0;
    other.addEventListener("change", () => events++);
    await one.add([1, 2]);
    await until(() => other.interactionCount === 2, "the other has it");
    await other.remove(1);
    assert.deepEqual(items(other), [2]);
    await until(() => one.interactionCount === 1, "the first has it");
    assert.ok(events >= 2);
    await one.refresh();
    assert.deepEqual(one.list(), other.list());
    await one.erase();
    await until(() => other.interactionCount === 0, "it is erased for both");
  });

  test("four processes that write at the same time lose nothing", async (t) => {
    const history = await open(t, { limit: 100_000 });
    const count = 150;
    const children = ["a", "b", "c", "d"].map((prefix) => child(history.called, prefix, count));
    await Promise.all(children.map(({ ended }) => ended));
    await history.refresh();
    assert.equal(history.interactionCount, 4 * count);
    for (const prefix of ["a", "b", "c", "d"]) {
      assert.deepEqual(
        items(history).filter((item) => item[0] === prefix),
        Array.from({ length: count }, (_, i) => `${prefix}-${i}`),
      );
    }
  });
});

/** Starts a process that adds to a history. said: the items that it acknowledged. */
function child(name, prefix, count) {
  const process_ = spawn(
    process.execPath,
    ["tests/lib/history-child.js", folder, name, prefix, String(count)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const said = [];
  let rest = "";
  let hear;
  const first = new Promise((resolve) => (hear = resolve));
  process_.stdout.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    said.push(...lines);
    if (said.length) hear();
  });
  return {
    process: process_,
    said,
    first,
    ended: new Promise((resolve) => process_.on("close", resolve)),
  };
}

describe("failures", () => {
  test("a file that is not a history is refused and not changed", async () => {
    for (const text of ["", "{", "[]", '{"kind":"pocketrec-history","format":1}', "\u0000\u0001"]) {
      const path = join(folder, "foreign.json");
      writeFileSync(path, text);
      const error = await assertRefused(
        openHistory("foreign", { folder }),
        "bad-history",
        /foreign\.json: expected the file of a history/,
      );
      assert.match(error.hint, /was not changed/);
      assert.equal(readFileSync(path, "utf8"), text);
    }
  });

  test("a log that is damaged while it is open is not overwritten", async (t) => {
    const history = await open(t);
    await history.add(1);
    const [name] = readdirSync(history.path);
    writeFileSync(join(history.path, name, "log"), "damaged");
    await new Promise((resolve) => setTimeout(resolve, 50)); // time for the watcher
    for (const call of [() => history.add(2), () => history.refresh(), () => history.add(2)])
      await assertRefused(call(), "bad-history", /expected the log of a history/);
    assert.equal(readFileSync(join(history.path, name, "log"), "utf8"), "damaged");
    assert.deepEqual([items(history), history.storage], [[1], "file"]);
  });

  test("where nothing can be written it is in memory, with a warning", async () => {
    writeFileSync(join(folder, "no-folder"), "");
    const heard = [];
    const history = await openHistory("h", {
      folder: join(folder, "no-folder/within"),
      budget: { epsilon: 1 },
      onWarning: (error) => heard.push(error),
    });
    await history.add([1, 2]);
    assert.deepEqual(items(history), [1, 2]);
    assert.equal(history.storage, "memory");
    assert.equal(history.warning.code, "storage");
    assert.match(history.warning.message, /ENOTDIR.*lost with the page or process/);
    assert.deepEqual(heard, [history.warning]);
    await assertRefused(
      history.spend({ mechanism: "m", epsilon: 0.1, delta: 0 }),
      "storage",
      /in memory only/,
    );
    await history.erase();
    assert.equal(history.interactionCount, 0);
  });

  test("where a later write fails it continues in memory", async () => {
    const own = join(folder, "gone");
    const history = await openHistory("h", { folder: own });
    await history.add(1);
    rmSync(own, { recursive: true });
    writeFileSync(own, "");
    await Promise.all([history.add(2), history.add(3)]);
    assert.deepEqual(
      [items(history), history.storage, history.warning.code],
      [[1, 2, 3], "memory", "storage"],
    );
    await assertRefused(history.erase(), "storage", /to be erased/);
    rmSync(own);
    await history.erase();
    await history.add(4);
    assert.deepEqual([items(history), history.storage, history.warning], [[4], "file", undefined]);
    history.close();
  });

  test("a read that fails after the fall back to memory does not undo later changes", async () => {
    let changed;
    const failing = withResolvers();
    const reads = [EMPTY_STATE, failing.promise];
    const store = {
      kind: "file",
      listen: (listener) => (changed = listener),
      read: async () => reads.shift(),
      write: async () => Promise.reject(new Error("the disk is gone")),
      close: () => {},
    };
    const history = await History.open(() => store, {});
    changed(); // starts a read, which is still going on when the write fails
    const added = history.add(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    failing.reject(new Error("the disk is gone"));
    await added;
    assert.deepEqual([items(history), history.storage], [[1], "memory"]);
  });

  test("interactions of the same time keep their order when a store numbers them anew", () => {
    const state = (token, orders) => ({
      token,
      ledger: [],
      records: orders.map(([item, order]) => ({ item, time: 5, order })),
    });
    const replica = new Replica();
    replica.replace(state("1", Object.entries({ a: 7, b: 8 })));
    replica.replace(state("2", Object.entries({ a: 0, b: 1, c: 2 })));
    const put = [{ item: "d", time: 5, order: 3 }];
    replica.apply({ before: "2", after: "3", put, removed: [], expenses: [] });
    assert.deepEqual([...replica.records.keys()], ["a", "b", "c", "d"]);
  });

  test("an export copied to the file's place is the history, with its ledger", async (t) => {
    const budget = { epsilon: 1 };
    const charge = { mechanism: "m", epsilon: 0.9, delta: 0 };
    const before = await open(t, { budget });
    await before.add([1, 2]);
    await before.spend(charge);
    const copy = `h${names++}`;
    writeFileSync(join(folder, `${copy}.json`), JSON.stringify(before.export()));
    const history = await open(t, { budget }, copy);
    await history.add(3);
    assert.deepEqual(items(history), [1, 2, 3]);
    await assertRefused(history.spend(charge), "budget-spent", "epsilon");
    const again = await open(t, { budget }, copy);
    assert.deepEqual([items(again), again.spent.epsilon], [[1, 2, 3], 0.9]);
  });

  const ITEM_ID = /interaction, item: expected an item's id.*found null/;
  const TIME = /time: expected milliseconds since 1970/;
  for (const [what, call, pattern] of [
    ["an item of null", (history) => history.add({ item: null }), ITEM_ID],
    ["one of many", (history) => history.add([1, NaN]), /interaction 1, item/],
    ["a rating", (history) => history.add({ item: 1, rating: Infinity }), /rating: expected a num/],
    ["a time", (history) => history.add({ item: 1, time: -1 }), TIME],
    ["undefined", (history) => history.add(), /interaction, item/],
    ["a list of rows", (history) => history.add({ items: Uint32Array.of(1) }), /items by id/],
    ["an object to remove", (history) => history.remove({}), /item 0: expected an item's id/],
  ]) {
    test(`${what} is refused by name, and nothing changes`, async (t) => {
      const history = await open(t);
      await assertRefused(call(history), "bad-argument", pattern);
      assert.equal(history.interactionCount, 0);
    });
  }

  test("wrong names, limits, budgets and folders are refused", async () => {
    for (const name of ["", 5, undefined, "x".repeat(61), "\ud800"])
      await assertRefused(openHistory(name, { folder }), "bad-argument", /name: expected a string/);
    for (const limit of [0, 1.5, "9", 1e6, Infinity])
      await assertRefused(openHistory("n", { folder, limit }), "bad-argument", /limit/);
    for (const budget of [
      null,
      { epsilon: -1 },
      { epsilon: Infinity },
      { epsilon: 1, delta: 1 },
      { epsilon: 1, queries: "many" },
    ]) {
      await assertRefused(openHistory("n", { folder, budget }), "bad-argument", /budget/);
    }
    await assertRefused(openHistory("n", { folder: 5 }), "bad-argument", /folder/);
  });

  test("the old name of an option is refused with the new one", () =>
    assertRefused(
      openHistory("n", { folder, onTrouble: () => {} }),
      "bad-argument",
      /onTrouble is called onWarning since 0\.2/,
    ));

  test("after close a change throws", async (t) => {
    const history = await open(t);
    history.close();
    await assertRefused(history.add(1), "disposed", /history: .*close\(\)/);
    await assertRefused(history.erase(), "disposed", /close\(\)/);
  });
});

describe("users that follow a history", () => {
  /**
   * The tolerance of the vector against a new user's. NeuMF is fitted by stochastic steps: another
   * start ends elsewhere.
   */
  const MODELS = {
    gmf: 1e-3,
    neumf: undefined,
    autorec: 1e-5,
    cdae: 1e-5,
    dae: 1e-5,
    "mult-dae": 1e-5,
    candidates: 1e-6,
  };

  for (const [name, tolerance] of Object.entries(MODELS)) {
    test(`${name}: after any change the user equals a new user`, async (t) => {
      const model = await loadModel(`web-demo/models/${name}.safetensors`, { simd: "simd128" });
      const history = await open(t);
      const draw = uniform(3);
      const film = () => model.recommend(fresh(), { topK: 200 })[Math.floor(200 * draw())].item;
      const fresh = () => model.user({ history: history.list() });
      const rating = () => 1 + Math.floor(5 * draw());
      const user = model.user({ history });
      assert.equal(user.liveHistory, history);
      for (let step = 0; step < 12; step++) {
        const kind = Math.floor(4 * draw());
        const old = items(history)[Math.floor(history.interactionCount * draw())];
        if (kind === 0 && old) await history.remove(old);
        else if (kind === 1 && old) await history.add({ item: old, rating: rating() });
        else if (kind === 2)
          await history.add({ item: film(), rating: rating(), time: Math.floor(1e6 * draw()) });
        else
          await history.add(
            [film(), film(), "unknown"].map((item) => ({ item, rating: rating() })),
          );
        const expected = fresh();
        assert.deepEqual(user.items, expected.items);
        assert.deepEqual(user.unknown, expected.unknown);
        if (tolerance) assertClose(user.vector, expected.vector, `step ${step}`, tolerance);
      }
      await history.erase();
      assert.deepEqual(user.items, []);
    });
  }

  test("changes are computed at the next use, together and once", async (t) => {
    const model = await loadModel("web-demo/models/dae.safetensors");
    const history = await open(t);
    const follower = history.follow();
    let steps = 0;
    const accept = (step) => (steps++, follower.accept(step));
    t.mock.method(history, "follow", () => ({ changes: () => follower.changes(), accept }));
    const user = model.user({ history });
    const before = user.vector;
    for (const item of [1, 260, 318]) await history.add({ item, rating: 5 });
    assert.equal(steps, 1, "the step of an empty history");
    const { vector } = user;
    assert.notDeepEqual(vector, before);
    assert.deepEqual(user.vector, vector);
    assert.equal(steps, 2);
  });

  test("interactions are added to the history only", async (t) => {
    const model = await loadModel("web-demo/models/gmf.safetensors");
    const history = await open(t);
    await history.add({ item: 1, rating: 5 });
    const user = model.user({ history });
    assert.throws(() => user.update({ add: [2] }), {
      code: "bad-argument",
      message: /follows a history.*history\.add/,
    });
    assert.throws(() => user.update({ remove: [1] }), { code: "bad-argument" });
    user.update({});
    const kept = model.user({ vector: user.vector, history });
    assert.deepEqual(kept.vector, user.vector, "a stored vector is not fitted again");
    await history.add({ item: 2, rating: 5 });
    assert.deepEqual(kept.items, [1, 2]);
  });

  test("a rating that the model cannot use is ignored, with a warning", async (t) => {
    const model = await loadModel("web-demo/models/autorec.safetensors");
    const history = await open(t);
    await history.add({ item: 1, rating: 5 });
    const user = model.user({ history });
    await history.add([
      { item: 2, rating: 99 },
      { item: 3, rating: 4 },
    ]);
    assert.equal(user.warning.subject, "rating of item 2");
    const rated = [
      { item: 1, rating: 5 },
      { item: 3, rating: 4 },
    ];
    assert.deepEqual(model.recommend(user), model.recommend(model.user({ history: rated })));
    await history.remove(2);
    assert.equal(user.warning, undefined);
    assert.deepEqual(user.items, [1, 3]);
  });

  test("the user of a disposed model is refused", async (t) => {
    const model = await loadModel("web-demo/models/gmf.safetensors");
    const history = await open(t);
    const user = model.user({ history });
    model.dispose();
    await history.add(1);
    assert.throws(() => user.vector, { code: "disposed" });
  });
});
