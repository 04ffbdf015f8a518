// A person's history in Node: what it keeps, what others see of it, what a kill leaves, and how
// users of models follow it.
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
import { PocketrecError, loadModel } from "../dist/index.node.js";
import { assertClose } from "./lib/assert-close.js";
import { uniform } from "./lib/random.js";

const folder = mkdtempSync(join(tmpdir(), "pocketrec-history-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let names = 0;

/** A history of its own for each test. */
async function open(t, options, name = `h${names++}`) {
  const history = await openHistory(name, { folder, ...options });
  t.after(() => history.close());
  return Object.assign(history, { path: join(folder, `${name}.json`), called: name });
}

const items = (history) => history.list().map(({ item }) => item);

async function refused(promise, code, pattern) {
  const error = await promise.then(
    () => assert.fail("it was taken"),
    (error) => error,
  );
  assert.ok(error instanceof PocketrecError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return error;
}

/** Waits for what others do to be seen. */
async function until(isSo, what) {
  for (let waited = 0; !isSo(); waited += 10) {
    if (waited > 20_000) assert.fail(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("what is kept", () => {
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

  test("an item is there once: added again it is the newest", async (t) => {
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

  test("it is there when it is opened again, in the same order", async (t) => {
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

  test("of too many the oldest go", async (t) => {
    const history = await open(t, { limit: 5 });
    await history.add([1, 2, 3, 4]);
    await history.add({ item: 1 });
    await history.add([5, 6, 7]);
    assert.deepEqual(items(history), [4, 1, 5, 6, 7]);
    await history.add({ item: "old", time: 0 });
    assert.deepEqual(items(history), [4, 1, 5, 6, 7], "one that is older than all is not taken");
    assert.deepEqual(items(await open(t, {}, history.called)), [4, 1, 5, 6, 7]);
  });

  test("nothing is newer than now, and what has no time is never older than what is there", async (t) => {
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

  test("many writes at once are all there, in their order", async (t) => {
    const history = await open(t);
    await Promise.all(Array.from({ length: 500 }, (_, i) => history.add({ item: i, time: 1 })));
    assert.deepEqual(
      items(history),
      Array.from({ length: 500 }, (_, i) => i),
    );
    assert.deepEqual(items(await open(t, {}, history.called)), items(history));
  });

  test("what is removed is not in the file any more", async (t) => {
    const history = await open(t);
    await history.add(["secret-item", "other"]);
    await history.remove("secret-item");
    assert.doesNotMatch(readFileSync(history.path, "utf8"), /secret-item/);
  });

  test(
    "the file is the person's alone",
    { skip: process.platform === "win32" && "Windows has no modes" },
    async (t) => {
      const history = await open(t);
      await history.add(1);
      assert.equal(statSync(history.path).mode & 0o777, 0o600);
    },
  );

  test("erase leaves no file, and the history can be used", async (t) => {
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

  test("a name may hold anything, and is no path", async (t) => {
    const history = await open(t, {}, "../ü/..");
    await history.add(1);
    assert.ok(existsSync(join(folder, "..%2F%C3%BC%2F...json")));
    await history.erase();
  });
});

describe("export and import", () => {
  test("what is exported is JSON, and another history takes it whole", async (t) => {
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
    assert.equal(other.spent.epsilon, 1.5, "what was told once was told once");
  });

  test("of an item that both have, what is newer", async (t) => {
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

  for (const [what, data, pattern] of [
    ["no JSON", "{", /history: expected JSON/],
    ["nothing", null, /kind: expected "pocketrec-history", found undefined/],
    ["something else", { kind: "x" }, /kind: .*found "x"/],
    [
      "a later format",
      { kind: "pocketrec-history", format: 2, interactions: [] },
      /format: expected 1, found 2/,
    ],
    [
      "no list",
      { kind: "pocketrec-history", format: 1, interactions: {} },
      /interactions: expected a list/,
    ],
    [
      "no time",
      { kind: "pocketrec-history", format: 1, interactions: [{ item: 1 }] },
      /interaction 0: expected \{ item, time \}/,
    ],
    [
      "a rating of text",
      { kind: "pocketrec-history", format: 1, interactions: [{ item: 1, time: 1, rating: "5" }] },
      /interaction 0, rating/,
    ],
    [
      "an item that is a list",
      { kind: "pocketrec-history", format: 1, interactions: [{ item: [1], time: 1 }] },
      /interaction 0, item/,
    ],
    [
      "a ledger of negative expenses",
      {
        kind: "pocketrec-history",
        format: 1,
        interactions: [],
        ledger: [{ mechanism: "m", epsilon: -9, delta: 0, id: "a", time: 1 }],
      },
      /ledger, entry 0/,
    ],
  ]) {
    test(`${what} is refused, and nothing is taken`, async (t) => {
      const history = await open(t);
      await history.add(1);
      await refused(history.import(data), "bad-history", pattern);
      assert.deepEqual(items(history), [1]);
    });
  }
});

describe("the ledger", () => {
  const charge = (epsilon, delta = 0) => ({ mechanism: "test", epsilon, delta });

  test("adds up, refuses past the budget, and lasts", async (t) => {
    const history = await open(t, { budget: { epsilon: 1, delta: 1e-5, queries: 12 } });
    for (let i = 0; i < 10; i++) await history.spend(charge(0.1, 1e-6));
    assert.equal(history.ledger.length, 10);
    await refused(
      history.spend(charge(0.01)),
      "budget-spent",
      /epsilon: expected at most 1 in all/,
    );
    await refused(history.spend(charge(0, 1e-7)), "budget-spent", /delta/);
    await history.spend(charge(0));
    await history.spend(charge(0));
    await refused(history.spend(charge(0)), "budget-spent", /queries: expected at most 12/);
    const again = await open(t, { budget: { epsilon: 1 } }, history.called);
    await refused(again.spend(charge(0.1)), "budget-spent", /epsilon/);
    assert.deepEqual(again.ledger, history.ledger);
  });

  test("of two who spend the last of it at once one is refused", async (t) => {
    const one = await open(t, { budget: { epsilon: 1 } });
    const other = await open(t, { budget: { epsilon: 1 } }, one.called);
    const outcomes = await Promise.allSettled(
      [one, other, one, other].map((history) => history.spend(charge(0.6))),
    );
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.ok(
      outcomes.filter(({ reason }) => reason).every(({ reason }) => reason.code === "budget-spent"),
    );
  });

  test("without a budget nothing may be told; nonsense is no charge", async (t) => {
    const history = await open(t);
    await refused(
      history.spend(charge(0.1)),
      "bad-argument",
      /budget: expected one that openHistory was given/,
    );
    const rich = await open(t, { budget: { epsilon: 1e9, delta: 0.5 } });
    for (const wrong of [
      charge(-1),
      charge(NaN),
      charge(Infinity),
      charge(1, 1),
      charge(1, -1),
      { epsilon: 1, delta: 0 },
    ]) {
      await refused(rich.spend(wrong), "bad-argument", /expected/);
    }
    assert.equal(rich.ledger.length, 0);
  });
});

describe("several at once", () => {
  test("two that have it open see each other's changes, and are told of them", async (t) => {
    // In a folder that was not there before.
    const [one, other] = [
      await openHistory("both", { folder: join(folder, "new") }),
      await openHistory("both", { folder: join(folder, "new") }),
    ];
    t.after(() => [one, other].map((history) => history.close()));
    let told = 0;
    other.addEventListener("change", () => told++);
    await one.add([1, 2]);
    await until(() => other.interactionCount === 2, "the other has it");
    await other.remove(1);
    assert.deepEqual(items(other), [2]);
    await until(() => one.interactionCount === 1, "the first has it");
    assert.ok(told >= 2);
    await one.refresh();
    assert.deepEqual(one.list(), other.list());
    await one.erase();
    await until(() => other.interactionCount === 0, "it is gone for both");
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

  test(
    "200 processes that are killed while they write leave all that was acknowledged, and at most one more each",
    { timeout: 180_000 },
    async (t) => {
      const draw = uniform(11);
      const acknowledged = new Map();
      for (let round = 0; round < 200; round += 2) {
        await Promise.all(
          ["left", "right"].map(async (name, side) => {
            const { process: victim, said, first, ended } = child(name, `r${round + side}`, 1e9);
            await first;
            await new Promise((resolve) => setTimeout(resolve, 40 * draw() ** 2));
            victim.kill("SIGKILL");
            await ended;
            acknowledged.set(`r${round + side}`, said);
            // One who opens it now finds it whole; nobody has been asked to mend anything.
            const history = await open(t, { limit: 100_000 }, name);
            const there = items(history).filter((item) => item.startsWith(`r${round + side}-`));
            assert.deepEqual(there.slice(0, said.length), said);
            assert.ok(there.length <= said.length + 1, `${there.length} of ${said.length}`);
            history.close();
          }),
        );
      }
      const all = new Set([
        ...items(await open(t, {}, "left")),
        ...items(await open(t, {}, "right")),
      ]);
      for (const said of acknowledged.values())
        assert.ok(said.length >= 1 && said.every((item) => all.has(item)));
      assert.equal(acknowledged.size, 200);
    },
  );
});

/** A process that adds to a history. */
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

describe("warning", () => {
  test("a file of somebody else is left as it is, and said", async (t) => {
    for (const text of ["", "{", "[]", '{"kind":"pocketrec-history","format":1}', "\u0000\u0001"]) {
      const path = join(folder, "foreign.json");
      writeFileSync(path, text);
      const error = await refused(
        openHistory("foreign", { folder }),
        "bad-history",
        /foreign\.json: expected a history's file/,
      );
      assert.match(error.hint, /left as it is/);
      assert.equal(readFileSync(path, "utf8"), text);
    }
  });

  test("a file that is spoilt while it is open is not overwritten", async (t) => {
    const history = await open(t);
    await history.add(1);
    writeFileSync(history.path, "spoilt");
    await new Promise((resolve) => setTimeout(resolve, 50)); // so that it may have been heard of
    for (const call of [() => history.add(2), () => history.refresh(), () => history.add(2)])
      await refused(call(), "bad-history", /expected a history's file/);
    assert.equal(readFileSync(history.path, "utf8"), "spoilt");
    assert.deepEqual([items(history), history.storage], [[1], "file"]);
  });

  test("where nothing may be written it lives in memory, and says so", async (t) => {
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
    assert.match(history.warning.message, /ENOTDIR.*ends with the page or process/);
    assert.deepEqual(heard, [history.warning]);
    await refused(
      history.spend({ mechanism: "m", epsilon: 0.1, delta: 0 }),
      "storage",
      /in memory only/,
    );
    await history.erase();
    assert.equal(history.interactionCount, 0);
  });

  test("where writing fails later what was there goes on in memory", async () => {
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
    await refused(history.erase(), "storage", /to be erased/);
    rmSync(own);
    await history.erase();
    await history.add(4);
    assert.deepEqual([items(history), history.storage, history.warning], [[4], "file", undefined]);
    history.close();
  });

  test("a lock that a killed process left is no obstacle", async (t) => {
    const history = await open(t);
    const { process: victim, first, ended } = child(history.called, "x", 1e9);
    await first;
    victim.kill("SIGKILL");
    await ended;
    writeFileSync(
      `${history.path}.lock`,
      JSON.stringify({ pid: victim.pid, host: (await import("node:os")).hostname(), id: "x" }),
    );
    await history.add("after");
    assert.ok(history.get("after"));
    await until(() => !existsSync(`${history.path}.lock`), "the lock is let go");
  });

  test("whose lock was taken away while they slept does the work again", async (t) => {
    const history = await open(t);
    const lock = `${history.path}.lock`;
    await history.add(1);
    await until(() => !existsSync(lock), "the lock is let go");
    // Another takes the lock in the middle, and is done.
    const watcher = setInterval(() => {
      if (!existsSync(lock)) return;
      clearInterval(watcher);
      writeFileSync(lock, JSON.stringify({ pid: process.pid, host: "elsewhere", id: "other" }));
      setTimeout(() => rmSync(lock, { force: true }), 30);
    });
    await Promise.all(Array.from({ length: 200 }, (_, i) => history.add(i)));
    clearInterval(watcher);
    assert.deepEqual([history.interactionCount, history.storage], [200, "file"]);
  });

  for (const [what, call, pattern] of [
    [
      "an item that is none",
      (history) => history.add({ item: null }),
      /interaction, item: expected an item's id.*found null/,
    ],
    ["one of many", (history) => history.add([1, NaN]), /interaction 1, item/],
    [
      "a rating",
      (history) => history.add({ item: 1, rating: Infinity }),
      /rating: expected a number/,
    ],
    [
      "a time",
      (history) => history.add({ item: 1, time: -1 }),
      /time: expected milliseconds since 1970/,
    ],
    ["nothing", (history) => history.add(), /interaction, item/],
    ["what is to be removed", (history) => history.remove({}), /item 0: expected an item's id/],
  ]) {
    test(`${what} is refused by name, and nothing is changed`, async (t) => {
      const history = await open(t);
      await refused(call(history), "bad-argument", pattern);
      assert.equal(history.interactionCount, 0);
    });
  }

  test("so are names, limits, budgets and folders", async () => {
    for (const name of ["", 5, undefined, "x".repeat(61), "\ud800"])
      await refused(openHistory(name, { folder }), "bad-argument", /name: expected a string/);
    for (const limit of [0, 1.5, "9", 1e6, Infinity])
      await refused(openHistory("n", { folder, limit }), "bad-argument", /limit/);
    for (const budget of [
      null,
      { epsilon: -1 },
      { epsilon: Infinity },
      { epsilon: 1, delta: 1 },
      { epsilon: 1, queries: "many" },
    ]) {
      await refused(openHistory("n", { folder, budget }), "bad-argument", /budget/);
    }
    await refused(openHistory("n", { folder: 5 }), "bad-argument", /folder/);
  });

  test("the old name of an option is refused with the new one", () =>
    refused(
      openHistory("n", { folder, onTrouble: () => {} }),
      "bad-argument",
      /onTrouble is called onWarning since 0\.2/,
    ));

  test("after close a change throws", async (t) => {
    const history = await open(t);
    history.close();
    await refused(history.add(1), "disposed", /history: .*close\(\)/);
    await refused(history.erase(), "disposed", /close\(\)/);
  });
});

describe("users that follow", () => {
  /**
   * How far the vector may be from a new user's. NeuMF is fitted by steps with draws: where it
   * begins elsewhere it ends elsewhere.
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
    test(`${name}: after any changes a user is what a new one would be`, async (t) => {
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

  test("nothing is computed until somebody asks, and then once", async (t) => {
    const model = await loadModel("web-demo/models/dae.safetensors");
    const history = await open(t);
    const user = model.user({ history });
    const before = user.vector;
    for (const item of [1, 260, 318]) await history.add({ item, rating: 5 });
    assert.notDeepEqual(user.vector, before);
    assert.deepEqual(user.vector, user.vector);
  });

  test("interactions go to the history alone", async (t) => {
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
    assert.deepEqual(kept.vector, user.vector, "a kept vector is not fitted again");
    await history.add({ item: 2, rating: 5 });
    assert.deepEqual(kept.items, [1, 2]);
  });

  test("a rating that the model does not take is told until it is gone, and nothing is lost", async (t) => {
    const model = await loadModel("web-demo/models/autorec.safetensors");
    const history = await open(t);
    await history.add({ item: 1, rating: 5 });
    const user = model.user({ history });
    const before = model.recommend(user);
    await history.add([
      { item: 2, rating: 99 },
      { item: 3, rating: 4 },
    ]);
    for (let again = 0; again < 2; again++)
      assert.throws(() => model.recommend(user), {
        code: "bad-argument",
        message: /rating of interaction 0/,
      });
    await history.remove(2);
    assert.deepEqual(user.items, [1, 3]);
    await history.remove(3);
    assert.deepEqual(
      model.recommend(user).map(({ item }) => item),
      before.map(({ item }) => item),
    );
  });

  test("a user of a model that was let go says so", async (t) => {
    const model = await loadModel("web-demo/models/gmf.safetensors");
    const history = await open(t);
    const user = model.user({ history });
    model.dispose();
    await history.add(1);
    assert.throws(() => user.vector, { code: "disposed" });
  });
});
