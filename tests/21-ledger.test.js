// The ledger of a history: which amounts it takes, how ledgers are merged and add up, and that no
// object of the app is a part of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { openHistory } from "../dist/history.node.js";
import { privateQuery } from "../dist/privacy.js";
import { History } from "../js/history/history.js";
import { Ledger } from "../js/history/ledger.js";
import { MemoryStore } from "../js/history/memory-store.js";
import { assertRefused } from "./lib/assert-refused.js";
import { isLong } from "./lib/long.js";

const folder = mkdtempSync(join(tmpdir(), "pocketrec-ledger-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** How many expenses a large ledger has. */
const COUNT = isLong ? 1e6 : 5e4;

let names = 0;

async function open(t, options, name = `h${names++}`) {
  const history = await openHistory(name, { folder, ...options });
  t.after(() => history.close());
  return Object.assign(history, { called: name });
}

const charge = (epsilon, delta = 0) => ({ mechanism: "test", epsilon, delta });
const expense = (fields) => ({ ...charge(1), id: "a", time: 1, ...fields });
const exported = (ledger) => ({
  kind: "pocketrec-history",
  format: 1,
  interactions: [{ item: 1, time: 1 }],
  ledger,
});

/** What is no number, or none that an amount may have, and is often taken for one. */
const WRONG = {
  "text of a number": "0.0",
  "empty text": "",
  null: null,
  true: true,
  "an empty list": [],
  "a list of a number": [1],
  "an object with valueOf": { valueOf: () => 0.1 },
  "a Number object": new Number(0.1),
  "a Date": new Date(1),
  "a bigint": 1n,
  NaN,
  Infinity,
  "a negative number": -1e-9,
};

describe("amounts are finite numbers from 0", () => {
  for (const [what, value] of Object.entries(WRONG)) {
    test(`${what} is refused in charges, budgets and imports`, async (t) => {
      const history = await open(t, { budget: { epsilon: 1, delta: 0.5 } });
      for (const name of ["epsilon", "delta"]) {
        const says = new RegExp(`${name}: expected a finite number from 0`);
        await assertRefused(history.spend({ ...charge(0.1), [name]: value }), "bad-argument", says);
        const entry = expense({ [name]: value });
        const wrong = /ledger, entry 1: expected .* finite numbers from 0/;
        const text = typeof value === "bigint" ? undefined : JSON.stringify(exported([entry]));
        await assertRefused(
          history.import(exported([expense({ id: "b" }), entry])),
          "bad-history",
          wrong,
        );
        if (text && typeof JSON.parse(text).ledger[0][name] !== "number")
          await assertRefused(history.import(text), "bad-history", /ledger, entry 0/);
      }
      for (const name of ["epsilon", "delta", "queries"]) {
        const budget = { epsilon: 1, delta: 0, queries: 1, [name]: value };
        await assertRefused(
          openHistory("n", { folder, budget }),
          "bad-argument",
          new RegExp(`budget, ${name}: expected a finite number from 0`),
        );
      }
      assert.deepEqual([history.ledger, history.interactionCount], [[], 0], "nothing is imported");
      await history.spend(charge(1));
      await assertRefused(history.spend(charge(1e-3)), "budget-spent", "epsilon");
    });

    test(`${what} is refused in private queries, before the ledger`, async () => {
      let spent = 0;
      const ledger = { spend: async () => void spent++ };
      const user = { vector: [1, 2], liveHistory: ledger };
      const centroids = [
        [1, 0],
        [0, 1],
      ];
      const response = { mechanism: "randomised-response", epsilon: 1, centroids };
      const buckets = { mechanism: "buckets", centroids, userCounts: [2000, 2000] };
      for (const [query, name] of [
        [{ epsilon: 1, delta: 1e-6 }, "epsilon"],
        [{ epsilon: 1, delta: 1e-6 }, "delta"],
        [{ epsilon: 1, delta: 1e-6 }, "norm"],
        [response, "epsilon"],
        [buckets, "minUsers"],
      ]) {
        if (name === "minUsers" && value === Infinity) continue;
        const asked = { ...query, [name]: value };
        await assertRefused(privateQuery(user, asked), "bad-argument", name);
      }
      assert.equal(spent, 0);
    });
  }

  test("what is no charge, no budget and no entry is refused by name", async (t) => {
    const history = await open(t, { budget: { epsilon: 1 } });
    for (const value of [undefined, null, 5, "x", []])
      await assertRefused(history.spend(value), "bad-argument", /mechanism: expected/);
    for (const budget of [null, 5, "x", [], true])
      await assertRefused(openHistory("n", { folder, budget }), "bad-argument", /budget, epsilon/);
    for (const entry of [
      undefined,
      null,
      5,
      [],
      expense({ id: 5 }),
      expense({ id: "x".repeat(101) }),
      expense({ mechanism: "x".repeat(101) }),
      expense({ time: "1" }),
      expense({ time: -1 }),
      expense({ time: 1e300 }),
      expense({ delta: 1 }),
    ])
      await assertRefused(history.import(exported([entry])), "bad-history", /ledger, entry 0/);
  });

  test("getters and proxies are read once", async (t) => {
    const history = await open(t, { budget: { epsilon: 1 } });
    const changing = (target) => {
      const reads = new Map();
      return new Proxy(target, {
        get(_, name) {
          const count = (reads.get(name) ?? 0) + 1;
          reads.set(name, count);
          return count === 1 ? target[name] : NaN;
        },
      });
    };
    await history.spend(changing(charge(0.25)));
    assert.equal(history.spent.epsilon, 0.25);
    const data = exported([expense({ epsilon: 0.5 })].map(changing));
    data.interactions = data.interactions.map(changing);
    await history.import(data);
    assert.deepEqual(history.get(1), { item: 1, time: 1 });
    assert.equal(history.spent.epsilon, 0.75);
    const rich = await open(t, { budget: changing({ epsilon: 1, delta: 0.5, queries: 1 }) });
    await rich.spend(charge(1));
    await assertRefused(rich.spend(charge(0)), "budget-spent", "queries");
    const vector = changing([3, 4]);
    const { vector: answer } = await privateQuery(
      { vector: [1, 2], liveHistory: { spend: async () => {} } },
      { epsilon: 1e9, delta: 0.1, norm: 1, ledger: { spend: async () => {} } },
    );
    assert.ok(answer.every(Number.isFinite));
    // An array whose numbers are read once: NaN afterwards.
    const array = Object.defineProperty([0, 4], 0, { get: () => vector[0] });
    const asked = { epsilon: 1e9, delta: 0.1, ledger: { spend: async () => {} } };
    const { vector: found } = await privateQuery({ vector: array }, asked);
    assert.ok(Math.abs(found[0] - 0.6) < 1e-3, `${found}`);
  });

  test("a list with methods of its own is checked entry by entry", async (t) => {
    const history = await open(t);
    const ledger = Object.assign([expense({})], { map: () => [expense({ epsilon: -5 })] });
    await history.import(exported(ledger));
    assert.equal(history.spent.epsilon, 1);
    const interactions = Object.assign([{ item: 2 }], { findIndex: () => -1 });
    const undated = { ...exported([]), interactions };
    await assertRefused(history.import(undated), "bad-history", /interaction 0/);
  });

  test("keys that reach a prototype are data", async (t) => {
    const history = await open(t, { budget: { epsilon: 1 } });
    const text = JSON.stringify(exported([expense({ epsilon: 1, id: "__proto__" })]));
    await history.import(text.replace('"time":1}]}', '"time":1,"__proto__":{"epsilon":0}}]}'));
    assert.equal(history.spent.epsilon, 1);
    await history.add(["__proto__", "constructor"]);
    await assertRefused(history.spend(charge(0.1)), "budget-spent", "epsilon");
    const again = await open(t, {}, history.called);
    assert.deepEqual([again.spent.epsilon, again.interactionCount], [1, 3]);
    assert.equal({}.epsilon, undefined);
  });
});

/** A history on each store that Node has. */
const STORES = {
  file: (t) => open(t, { budget: { epsilon: 2, delta: 0.5 } }),
  memory: () => History.open((limit) => new MemoryStore(limit), {}),
};

describe("no object of the app is a part of the ledger", () => {
  for (const [kind, make] of Object.entries(STORES)) {
    test(`${kind}: what is handed out are copies`, async (t) => {
      const history = await make(t);
      await history.import(exported([expense({ epsilon: 1.5 })]));
      const attempts = [
        () => history.ledger,
        () => history.export().ledger,
        () => [history.spent],
        () => history.export().interactions,
        () => history.list(),
        () => [history.get(1)],
      ];
      for (const attempt of attempts) {
        for (const object of attempt()) Object.assign(object, { epsilon: 0, time: 9, item: 9 });
        attempt().length = 0;
      }
      history.ledger.push(expense({ epsilon: 0 }));
      assert.deepEqual(history.ledger, [expense({ epsilon: 1.5 })]);
      assert.deepEqual(history.list(), [{ item: 1, time: 1 }]);
      assert.deepEqual(history.spent, { epsilon: 1.5, delta: 0, queries: 1 });
      await history.add(2);
      assert.deepEqual(history.spent.epsilon, 1.5);
      if (kind === "memory") return;
      await assertRefused(history.spend(charge(0.6)), "budget-spent", "epsilon");
      assert.equal((await open(t, {}, history.called)).spent.epsilon, 1.5);
    });

    test(`${kind}: what is taken in are copies`, async (t) => {
      const history = await make(t);
      const data = exported([expense({ epsilon: 1.5 })]);
      const importing = history.import(data);
      data.ledger[0].epsilon = 0;
      data.interactions[0].item = 7;
      await importing;
      data.ledger[0].epsilon = 0;
      const added = { item: 2, rating: 1, time: 5 };
      const adding = history.add(added);
      added.rating = 99;
      await adding;
      added.rating = 98;
      assert.deepEqual([history.get(2).rating, history.get(7)], [1, undefined]);
      assert.equal(history.spent.epsilon, 1.5);
      if (kind === "memory") return;
      const given = charge(0.5);
      const spending = history.spend(given);
      given.epsilon = 0;
      await spending;
      assert.equal(history.spent.epsilon, 2);
      assert.equal((await open(t, {}, history.called)).spent.epsilon, 2);
    });
  }

  test("a budget that is changed after openHistory changes nothing", async (t) => {
    const budget = { epsilon: 1 };
    const history = await open(t, { budget });
    budget.epsilon = 100;
    await assertRefused(history.spend(charge(2)), "budget-spent", "epsilon");
  });
});

describe("merging ledgers", () => {
  const entries = (...pairs) =>
    pairs.map(([id, epsilon, delta = 0]) => expense({ id, epsilon, delta }));
  const totals = (history) => [history.spent.epsilon, history.spent.delta, history.spent.queries];

  test("an import never lowers what was spent: of one id the larger amounts count", async (t) => {
    const history = await open(t);
    await history.import(exported(entries(["a", 1, 0.1], ["b", 0.5, 0])));
    await history.import(exported(entries(["a", 0, 0], ["b", 0, 0])));
    assert.deepEqual(totals(history), [1.5, 0.1, 2], "zeros lower nothing");
    await history.import(exported(entries(["a", 0.25, 0.2], ["b", 0.75, 0])));
    assert.deepEqual(totals(history), [1.75, 0.2, 2], "each amount for itself");
    await history.import(exported([]));
    await history.import(exported(entries(["c", 1])));
    assert.deepEqual(totals(history), [2.75, 0.2, 3]);
    assert.deepEqual(totals(await open(t, {}, history.called)), [2.75, 0.2, 3]);
  });

  test("duplicates count once, in any order and however often", async (t) => {
    const [one, other] = [await open(t), await open(t)];
    const list = entries(["a", 1], ["b", 0.5], ["a", 0.5], ["a", 2], ["b", 0.5]);
    await one.import(exported(list));
    await one.import(exported(list.toReversed()));
    await other.import(exported(list.toReversed()));
    assert.deepEqual([totals(one), totals(other)], [totals(one), [2.5, 0, 2]]);
  });

  test("an expense counts whatever its time; a time in the future stays", async (t) => {
    const history = await open(t, { budget: { epsilon: 1 } });
    const future = Date.now() + 1e10;
    await history.import(exported([expense({ time: 0 }), expense({ id: "b", time: future })]));
    assert.deepEqual([history.spent.epsilon, history.ledger[1].time], [2, future]);
    await assertRefused(history.spend(charge(0)), "budget-spent", "epsilon");
  });

  test("the limit of interactions drops no expense", async (t) => {
    const history = await open(t, { limit: 2, budget: { epsilon: 9 } });
    for (let i = 0; i < 8; i++) {
      await history.spend(charge(1));
      await history.add(i);
    }
    const again = await open(t, { limit: 1, budget: { epsilon: 9 } }, history.called);
    await again.add("last");
    assert.deepEqual([again.interactionCount, again.spent.epsilon], [1, 8]);
  });

  test("one ledger, two budgets: each history refuses by its own", async (t) => {
    const small = await open(t, { budget: { epsilon: 1 } });
    const large = await open(t, { budget: { epsilon: 3 } }, small.called);
    await large.spend(charge(0.5));
    await small.spend(charge(0.5));
    await assertRefused(small.spend(charge(0.5)), "budget-spent", "epsilon");
    await large.spend(charge(2));
    await assertRefused(large.spend(charge(0.5)), "budget-spent", "epsilon");
  });

  test(`${COUNT} expenses are merged, twice, and queries go on`, async (t) => {
    const history = await open(t, { budget: { epsilon: COUNT / 5 + 1 } });
    const ledger = Array.from({ length: COUNT }, (_, i) => expense({ id: `${i}`, epsilon: 0.2 }));
    await history.import(exported(ledger));
    await history.import(exported(ledger.slice(0, 1000)));
    assert.deepEqual(totals(history), [COUNT / 5, 0, COUNT]);
    await history.spend(charge(0.75));
    await assertRefused(history.spend(charge(0.5)), "budget-spent", "epsilon");
  });
});

describe("adding up", () => {
  const ledgerOf = (amounts) =>
    new Ledger(amounts.map((epsilon, i) => expense({ id: `${i}`, epsilon })));
  const isGranted = (ledger, epsilon, max) => {
    try {
      ledger.assertWithin(charge(epsilon), { epsilon: max });
      return true;
    } catch {
      return false;
    }
  };

  test("ten times 0.1 is 1, and not a little more", () => {
    const nine = ledgerOf(new Array(9).fill(0.1));
    assert.ok(isGranted(nine, 0.1, 1));
    assert.ok(!isGranted(nine, 0.1 + 1e-12, 1));
    const ten = ledgerOf(new Array(10).fill(0.1));
    assert.equal(ten.spent.epsilon, 1);
    assert.ok(!isGranted(ten, 1e-12, 1));
    assert.ok(isGranted(ledgerOf([1 / 3, 1 / 3]), 1 / 3, 1));
  });

  test("amounts too small for the sum's last digit add up", () => {
    // A plain sum stays 2^30 for ever.
    const ledger = ledgerOf([2 ** 30, ...new Array(10_000).fill(2 ** -24)]);
    assert.equal(ledger.spent.epsilon, 2 ** 30 + 10_000 * 2 ** -24);
    assert.ok(!isGranted(ledger, 2 ** -24, 2 ** 30));
    assert.equal(ledgerOf([5e-324, 5e-324]).spent.epsilon, 1e-323);
  });

  test(`the order of ${COUNT} amounts does not matter`, () => {
    const amounts = Array.from({ length: COUNT }, (_, i) => 10 ** (i % 7) / 3);
    const [up, down] = [ledgerOf(amounts), ledgerOf(amounts.toReversed())];
    assert.equal(up.spent.epsilon, down.spent.epsilon);
  });

  test("a sum beyond every double is refused", () => {
    const ledger = ledgerOf([1e308, 1e308]);
    assert.equal(ledger.spent.epsilon, Number.MAX_VALUE);
    assert.ok(!isGranted(ledger, 0, Number.MAX_VALUE));
    assert.ok(!isGranted(ledgerOf([1e308]), 1e308, Number.MAX_VALUE));
  });

  test("a raised amount counts in full, not less", () => {
    const ledger = ledgerOf([0.1, 0.2]);
    ledger.merge([expense({ id: "0", epsilon: 0.7 })]);
    assert.ok(Math.abs(ledger.spent.epsilon - 0.9) < 1e-15, `${ledger.spent.epsilon}`);
  });

  test("-0 is 0", async (t) => {
    const history = await open(t, { budget: { epsilon: -0, delta: -0 } });
    await history.spend(charge(-0, -0));
    assert.ok(Object.is(history.ledger[0].epsilon, 0));
    await assertRefused(history.spend(charge(5e-324)), "budget-spent", "epsilon");
  });
});
