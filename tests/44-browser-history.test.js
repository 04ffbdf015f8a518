// A history in Chromium, Firefox and WebKit, whose window is private: several tabs, tabs and
// browsers that end during a write, storage that is denied or full, a database of 0.1, and what
// remains after an erasure.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { openHistory } from "../dist/history.node.js";
import { loadModel } from "../dist/index.node.js";
import { isLong, seldomIn } from "./lib/long.js";
import { launch } from "./lib/browsers.js";
import { inEachBrowser } from "./lib/package-site.js";

/** How many interactions each of three tabs writes at once. */
const COUNT = isLong ? 400 : 60;

/** What 0.1 stored after three interactions and two private queries. */
const DATABASE_OF_0_1 = {
  interactions: [
    { item: 260, rating: 5, time: 978300055000, order: 3 },
    { item: 318, rating: 3, time: 978301968000, order: 5 },
    { item: "tt0133093", time: 978300055000, order: 2 },
  ],
  ledger: [
    { mechanism: "gaussian", epsilon: 1.5, delta: 1e-6, id: "da9b7b8207a19ac5", time: 1.796e12 },
    { mechanism: "buckets", epsilon: 0, delta: 0, id: "fbc550bbd4fa4059", time: 1.796e12 },
  ],
  state: { token: "f6e99db7aaaabf9f", order: 5 },
};

inEachBrowser("a history", (at) => {
  const seldom = seldomIn(at.name);
  const onlyChromium = at.name !== "chrome" && "Chromium's developer tools can do this";

  /** A new browser context with so many tabs, each with `history` open. */
  async function tabs(t, count = 1, options = {}, limits = undefined) {
    const context = await at.browser.createBrowserContext();
    t.after(() => context.close().catch(() => {}));
    return Promise.all(
      Array.from({ length: count }, () => openTab(context, at.site.address, options, limits)),
    );
  }

  test("random changes give the same as a history in memory", async (t) => {
    const [page] = await tabs(t, 1, { limit: 12 });
    const differences = await page.evaluate(async () => {
      const { openHistory } = await import("/dist/history.js");
      const allowed = Object.getOwnPropertyDescriptor(window, "indexedDB");
      Object.defineProperty(window, "indexedDB", { configurable: true, value: undefined });
      const memory = await openHistory("in memory", { limit: 12 });
      Object.defineProperty(window, "indexedDB", allowed);
      const found = [];
      let seed = 7;
      const draw = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
      for (let step = 0; step < 300; step++) {
        const change = draw(5);
        const item = draw(2) ? draw(15) : `s${draw(5)}`;
        const entry = { item, ...(draw(2) ? { rating: draw(5) } : {}), time: draw(10) };
        for (const one of [history, memory]) {
          if (change === 0) await one.remove([item, 3]);
          else if (change === 1)
            await one.import({
              kind: "pocketrec-history",
              format: 1,
              interactions: [entry, { ...entry, item: 99 }],
            });
          else await one.add([entry, { ...entry, item: 5, time: 4 }]);
        }
        const [stored, expected] = [history, memory].map((one) => JSON.stringify(one.list()));
        if (stored !== expected) found.push({ step, change, stored, expected });
      }
      const again = await openHistory("films", { limit: 12 });
      if (JSON.stringify(again.list()) !== JSON.stringify(memory.list()))
        found.push("opened again");
      if (memory.storage !== "memory") found.push(memory.storage);
      return found;
    });
    assert.deepEqual(differences, []);
    assert.equal(await page.evaluate(() => history.storage), "indexeddb");
  });

  test("reading creates no database", seldom, async (t) => {
    const [page] = await tabs(t, 1);
    assert.deepEqual((await storedBy(page)).databases, []);
    await page.evaluate(() => Promise.all([history.refresh(), history.erase()]));
    assert.deepEqual((await storedBy(page)).databases, []);
    await page.evaluate(() => history.add(1));
    assert.deepEqual((await storedBy(page)).databases, [
      { name: "pocketrec-history:films", version: 1 },
    ]);
  });

  test(
    `three tabs that write ${COUNT} interactions each lose nothing, and see all`,
    seldom,
    async (t) => {
      const pages = await tabs(t, 3);
      await Promise.all(
        pages.map((page, tab) =>
          page.evaluate(
            async (tab, count) => {
              for (let i = 0; i < count; i++)
                await history.add({ item: `${tab}-${i}`, rating: i % 5 });
            },
            tab,
            COUNT,
          ),
        ),
      );
      const lists = await Promise.all(
        pages.map(async (page) => {
          await page.waitForFunction((all) => history.interactionCount === all, {}, 3 * COUNT);
          return page.evaluate(() => history.list());
        }),
      );
      const expected = new Set(
        [0, 1, 2].flatMap((tab) => Array.from({ length: COUNT }, (_, i) => `${tab}-${i}`)),
      );
      assert.deepEqual(new Set(lists[0].map(({ item }) => item)), expected);
      assert.deepEqual(lists[1], lists[0]);
      assert.deepEqual(lists[2], lists[0]);
      const later = await openTab(pages[0].browserContext(), at.site.address);
      assert.deepEqual(await later.evaluate(() => history.list()), lists[0]);
    },
  );

  test("a tab sees the changes of another, with events, and its users follow", async (t) => {
    const [one, other] = await tabs(t, 2);
    await other.evaluate(async () => {
      const { loadModel } = await import("/dist/index.js");
      window.model = await loadModel("/models/dae.safetensors");
      window.user = model.user({ history });
      window.events = 0;
      history.addEventListener("change", () => events++);
    });
    await one.evaluate(() => history.add([260, 1196, 1210].map((item) => ({ item, rating: 5 }))));
    await other.waitForFunction(() => events > 0);
    assert.deepEqual(await other.evaluate(() => user.items), [260, 1196, 1210]);
    await one.evaluate(() => history.remove(1196));
    await other.waitForFunction(() => user.items.length === 2);
    const same = await other.evaluate(
      () =>
        JSON.stringify(model.recommend(user)) ===
        JSON.stringify(model.recommend(model.user({ history: [...history] }))),
    );
    assert.ok(same);
  });

  test("of three tabs that exceed a budget together one is accepted", async (t) => {
    const pages = await tabs(t, 3, { budget: { epsilon: 1 } });
    const outcomes = await Promise.all(
      pages.map((page) =>
        page.evaluate(() =>
          history.spend({ mechanism: "test", epsilon: 0.6, delta: 0 }).then(
            () => "spent",
            ({ code }) => code,
          ),
        ),
      ),
    );
    assert.deepEqual(outcomes.sort(), ["budget-spent", "budget-spent", "spent"]);
    for (const page of pages) await page.waitForFunction(() => history.spent.epsilon === 0.6);
  });

  test("three tabs and an import at once are granted exactly the budget", seldom, async (t) => {
    const pages = await tabs(t, 4, { budget: { epsilon: 60, delta: 0 } });
    const importer = pages.pop();
    const granted = pages.map((page) =>
      page.evaluate(async () => {
        for (let count = 0; ; count++) {
          try {
            await history.spend({ mechanism: "test", epsilon: 0.5, delta: 0 });
          } catch ({ code }) {
            return [count, code];
          }
        }
      }),
    );
    const importing = importer.evaluate(async () => {
      const ledger = Array.from({ length: 20 }, (_, i) => ({
        mechanism: "test",
        epsilon: 0.5,
        delta: 0,
        id: `imported ${i}`,
        time: 1,
      }));
      const data = { kind: "pocketrec-history", format: 1, interactions: [], ledger };
      for (let i = 0; i < 5; i++) await history.import(data);
    });
    const counts = await Promise.all(granted);
    await importing;
    assert.deepEqual(new Set(counts.map(([, code]) => code)), new Set(["budget-spent"]));
    const sum = counts.reduce((total, [count]) => total + count, 0);
    // The import is unconditional: it may arrive after the budget is spent.
    assert.ok(sum >= 100 && sum <= 120, `${counts}`);
    const later = await openTab(importer.browserContext(), at.site.address);
    const own = await later.evaluate(
      () => history.ledger.filter(({ id }) => !id.startsWith("imported")).length,
    );
    assert.equal(own, sum);
    const { epsilon, queries } = await later.evaluate(() => history.spent);
    assert.deepEqual([queries, epsilon], [sum + 20, (sum + 20) / 2]);
  });

  test("the ledger is no object of the page, and an import never lowers it", seldom, async (t) => {
    const [page, other] = await tabs(t, 2, { budget: { epsilon: 2 } });
    const charge = { mechanism: "test", epsilon: 1.5, delta: 0 };
    const found = await page.evaluate(async (charge) => {
      await history.spend(charge);
      history.ledger[0].epsilon = 0;
      history.export().ledger[0].epsilon = 0;
      const data = history.export();
      data.ledger[0].epsilon = 0;
      await history.import(data);
      const raised = { ...data.ledger[0], epsilon: 1.75 };
      const importing = history.import({ ...data, ledger: [raised] });
      raised.epsilon = 0;
      await importing;
      return [history.spent, await history.spend(charge).catch(({ code }) => code)];
    }, charge);
    assert.deepEqual(found, [{ epsilon: 1.75, delta: 0, queries: 1 }, "budget-spent"]);
    await other.waitForFunction(() => history.spent.epsilon === 1.75);
    const later = await openTab(page.browserContext(), at.site.address);
    assert.equal(await later.evaluate(() => history.spent.epsilon), 1.75);
  });

  test("an expense of another form in the database: nothing is granted", seldom, async (t) => {
    const [page] = await tabs(t, 1, { budget: { epsilon: 9 } });
    const charge = { mechanism: "test", epsilon: 1, delta: 0 };
    await page.evaluate(async (charge) => {
      await history.spend(charge);
      await new Promise((resolve) => {
        indexedDB.open("pocketrec-history:films").onsuccess = ({ target }) => {
          const transaction = target.result.transaction("ledger", "readwrite");
          transaction.objectStore("ledger").put({ ...charge, epsilon: "0.0", id: "a", time: 1 });
          transaction.oncomplete = () => resolve(target.result.close());
        };
      });
    }, charge);
    const options = { budget: { epsilon: 9 } };
    const later = await openTab(page.browserContext(), at.site.address, options);
    const found = await later.evaluate(async (charge) => {
      const { code, hint } = await history.spend(charge).catch((error) => error);
      const before = [code, hint, history.spent.epsilon];
      await history.add(1);
      await history.erase();
      await history.spend(charge);
      return [...before, history.spent.epsilon, history.storage];
    }, charge);
    const hint = "What was spent is unknown: erase() starts a new ledger.";
    assert.deepEqual(found, ["bad-history", hint, 1, 1, "indexeddb"]);
  });

  for (const [what, end] of [
    ["closed", (page) => page.close()],
    ["crashed", (page) => page.goto("chrome://crash").catch(() => {})],
  ]) {
    const skip = what === "crashed" ? onlyChromium : seldom.skip;
    test(`a tab that is ${what} during a write loses at most that write`, { skip }, async (t) => {
      const [page, witness] = await tabs(t, 2);
      await writeForever(page, witness);
      await end(page);
      const acknowledged = await witness.evaluate(() => window.acknowledged);
      const later = await openTab(witness.browserContext(), at.site.address);
      const there = await later.evaluate(() => history.list().map(({ item }) => item));
      assert.deepEqual(
        there,
        there.map((_, i) => i),
        "without a gap",
      );
      assert.ok(there.length >= acknowledged.length, `${there.length} of ${acknowledged.length}`);
      // The witness only listened, and has the same.
      await witness.evaluate(() => history.refresh());
      assert.deepEqual(await witness.evaluate(() => history.list().map(({ item }) => item)), there);
      await later.evaluate(() => history.add("after"));
    });
  }

  const isAway = "a tab that leaves for another site during a write does not hold up others";
  test(isAway, async (t) => {
    const [page, other] = await tabs(t, 2);
    await page.evaluate(() => void (window.isKept = true));
    await writeForever(page, other);
    await page.goto(at.site.address.replace("127.0.0.1", "localhost"));
    await other.evaluate(() => history.add("meanwhile"));
    const acknowledged = await other.evaluate(() => window.acknowledged);
    const there = await other.evaluate(() => history.list().map(({ item }) => item));
    assert.ok(there.length > acknowledged.length, `${there.length} of ${acknowledged.length}`);
    // Where the browser has kept the page, it goes on.
    await page.goBack();
    if (await page.evaluate(() => window.isKept === undefined)) return;
    const before = await other.evaluate(() => history.interactionCount);
    await other.waitForFunction((least) => history.interactionCount > least, {}, before + 10);
    assert.equal(await page.evaluate(() => history.storage), "indexeddb");
  });

  const isKilled = "a browser killed during a write keeps what was acknowledged";
  test(isKilled, { skip: onlyChromium }, async (t) => {
    const profile = mkdtempSync(join(tmpdir(), "pocketrec-profile-"));
    const acknowledged = [];
    t.after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
    const first = await launch({ userDataDir: profile });
    const context = first.defaultBrowserContext();
    const page = await openTab(context, at.site.address);
    await page.exposeFunction("acknowledge", (i) => acknowledged.push(i));
    await writeForever(page, await openTab(context, at.site.address));
    while (acknowledged.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    first.process().kill("SIGKILL");
    await new Promise((resolve) =>
      first.process().exitCode === null && !first.process().signalCode
        ? first.process().once("exit", resolve)
        : resolve(),
    );
    const second = await launch({ userDataDir: profile });
    t.after(() => second.close());
    const later = await openTab(second.defaultBrowserContext(), at.site.address);
    const there = await later.evaluate(() => history.list().map(({ item }) => item));
    assert.deepEqual(
      there,
      there.map((_, i) => i),
    );
    assert.ok(there.length >= acknowledged.length, `${there.length} of ${acknowledged.length}`);
  });

  test("after an erasure no tab has a database, and the history can be used", async (t) => {
    const [one, two, three] = await tabs(t, 3, { budget: { epsilon: 1 } });
    await one.evaluate(() => history.add([1, 2, 3]));
    await two.evaluate(() => history.spend({ mechanism: "test", epsilon: 1, delta: 0 }));
    await three.waitForFunction(() => history.interactionCount === 3);
    await two.evaluate(() => history.erase());
    for (const page of [one, two, three]) {
      await page.waitForFunction(
        () => history.interactionCount === 0 && history.spent.epsilon === 0,
      );
      assert.deepEqual(await storedBy(page), {
        databases: [],
        caches: [],
        localStorage: 0,
        sessionStorage: 0,
        cookie: "",
      });
    }
    await three.evaluate(() => history.refresh());
    assert.deepEqual((await storedBy(one)).databases, [], "reading does not create it again");
    await three.evaluate(() => history.add("again"));
    for (const page of [one, two]) await page.waitForFunction(() => history.get("again"));
    await one.evaluate(() => history.add("and again"));
    await two.waitForFunction(() => history.interactionCount === 2);
  });

  test("tabs that write while another erases continue, not in memory", seldom, async (t) => {
    const pages = await tabs(t, 3);
    const storages = await Promise.all(
      pages.map((page, tab) =>
        page.evaluate(async (tab) => {
          for (let i = 0; i < 60; i++) {
            if (tab === 0 && i % 6 === 5) await history.erase();
            else await history.add(`${tab}-${i}`);
          }
          return [history.storage, history.warning?.message ?? null];
        }, tab),
      ),
    );
    assert.deepEqual(
      storages,
      storages.map(() => ["indexeddb", null]),
    );
    await pages[1].evaluate(() => history.erase());
    await pages[1].evaluate(() => history.add("last"));
    for (const page of pages) {
      await page.waitForFunction(() => history.interactionCount === 1 && history.get("last"));
    }
  });

  test("where the browser denies storage it is in memory, with a warning", seldom, async (t) => {
    const [page] = await tabs(t, 1);
    const found = await page.evaluate(async () => {
      const denied = Object.getOwnPropertyDescriptor(window, "indexedDB");
      Object.defineProperty(window, "indexedDB", {
        configurable: true,
        get: () => {
          throw new DOMException("denied", "SecurityError");
        },
      });
      const warnings = [];
      const { openHistory } = await import("/dist/history.js");
      const history = await openHistory("denied", {
        budget: { epsilon: 1 },
        onWarning: ({ code }) => warnings.push(code),
      });
      await history.add([1, 2]);
      await history.remove(1);
      const refused = await history
        .spend({ mechanism: "test", epsilon: 0.1, delta: 0 })
        .catch(({ code }) => code);
      const before = [
        history.storage,
        history.interactionCount,
        history.warning.message,
        warnings,
        refused,
      ];
      await history.erase();
      Object.defineProperty(window, "indexedDB", denied);
      return [...before, history.interactionCount];
    });
    assert.deepEqual(found.toSpliced(2, 1), ["memory", 1, ["storage"], "storage", 0]);
    assert.match(found[2], /SecurityError: denied.*lost with the page/);
  });

  const isFull = "where the storage is full it keeps what it has, and the rest is in memory";
  test(isFull, { skip: onlyChromium }, async (t) => {
    const quotaSize = 200_000;
    const [page] = await tabs(t, 1, {}, { quotaSize });
    await page.evaluate(() => history.add(["before"]));
    const found = await page.evaluate(async () => {
      const long = Array.from({ length: 400 }, (_, i) => "x".repeat(2000) + i);
      await history.add(long);
      await history.add("last");
      return [
        history.storage,
        history.interactionCount,
        history.get("last") !== undefined,
        history.warning.message,
      ];
    });
    assert.deepEqual(found.slice(0, 3), ["memory", 402, true]);
    assert.match(found[3], /QuotaExceededError/);
    const later = await openTab(page.browserContext(), at.site.address);
    assert.deepEqual(await later.evaluate(() => history.list().map(({ item }) => item)), [
      "before",
    ]);
    await page.evaluate(() => history.erase());
    await later.waitForFunction(() => history.interactionCount === 0);
    assert.equal(await page.evaluate(() => history.storage), "indexeddb");
  });

  test("a newer database under its name is a warning, not an exception", seldom, async (t) => {
    const [page] = await tabs(t, 1);
    const storage = await page.evaluate(async () => {
      await new Promise((resolve) => {
        indexedDB.open("pocketrec-history:newer", 9).onsuccess = ({ target }) => {
          target.result.close();
          resolve();
        };
      });
      const history = await (await import("/dist/history.js")).openHistory("newer");
      await history.add(1);
      return [history.storage, history.interactionCount, history.warning.code];
    });
    assert.deepEqual(storage, ["memory", 1, "storage"]);
  });

  test(
    "a database of 0.1 opens, with its ledger, and is written in the same form",
    seldom,
    async (t) => {
      const [page] = await tabs(t, 1);
      const found = await page.evaluate(async (data) => {
        const promised = (request) =>
          new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
        const opening = indexedDB.open("pocketrec-history:old", 1);
        opening.onupgradeneeded = () => {
          const database = opening.result;
          const interactions = database.createObjectStore("interactions", { keyPath: "item" });
          interactions.createIndex("age", ["time", "order"]);
          database.createObjectStore("ledger", { keyPath: "id" });
          database.createObjectStore("state");
        };
        const database = await promised(opening);
        const stores = ["interactions", "ledger", "state"];
        const transaction = database.transaction(stores, "readwrite");
        const [interactions, ledger, state] = stores.map((name) => transaction.objectStore(name));
        for (const record of data.interactions) interactions.put(record);
        for (const expense of data.ledger) ledger.put(expense);
        for (const [key, value] of Object.entries(data.state)) state.put(value, key);
        await new Promise((resolve) => (transaction.oncomplete = resolve));
        database.close();

        const { openHistory } = await import("/dist/history.js");
        const old = await openHistory("old", { budget: { epsilon: 2, delta: 1e-5 } });
        const before = { list: old.list(), spent: old.spent, storage: old.storage };
        await old.add({ item: 1, time: 978302000000 });
        await old.spend({ mechanism: "gaussian", epsilon: 0.5, delta: 0 });
        const { code } = await old
          .spend({ mechanism: "gaussian", epsilon: 0.1, delta: 0 })
          .catch((error) => error);
        old.close();
        const again = await promised(indexedDB.open("pocketrec-history:old"));
        const names = [...again.objectStoreNames];
        const added = await promised(
          again.transaction("interactions").objectStore("interactions").get(1),
        );
        const order = await promised(again.transaction("state").objectStore("state").get("order"));
        again.close();
        return { before, code, version: again.version, names, added, order };
      }, DATABASE_OF_0_1);
      assert.deepEqual(found, {
        before: {
          list: [
            { item: "tt0133093", time: 978300055000 },
            { item: 260, rating: 5, time: 978300055000 },
            { item: 318, rating: 3, time: 978301968000 },
          ],
          spent: { epsilon: 1.5, delta: 1e-6, queries: 2 },
          storage: "indexeddb",
        },
        code: "budget-spent",
        version: 1,
        names: ["interactions", "ledger", "state"],
        added: { item: 1, time: 978302000000, order: 6 },
        order: 6,
      });
    },
  );

  test("records of another form in the database are skipped", seldom, async (t) => {
    const [page] = await tabs(t, 1);
    await page.evaluate(async () => {
      await history.add([1, 2]);
      await new Promise((resolve) => {
        indexedDB.open("pocketrec-history:films").onsuccess = ({ target }) => {
          const transaction = target.result.transaction("interactions", "readwrite");
          for (const record of [
            { item: "a" },
            { item: "b", time: "x", order: 1 },
            { item: [1], time: 1, order: 1 },
          ])
            transaction.objectStore("interactions").put(record);
          transaction.oncomplete = () => resolve(target.result.close());
        };
      });
    });
    const later = await openTab(page.browserContext(), at.site.address);
    assert.deepEqual(await later.evaluate(() => history.list().map(({ item }) => item)), [1, 2]);
  });

  test("an exported history ranks the same in Node", seldom, async (t) => {
    const [page] = await tabs(t, 1);
    const names = ["gmf", "neumf", "autorec", "cdae", "dae", "mult-dae", "candidates"];
    const { exported, rankings } = await page.evaluate(async (names) => {
      const { loadModel } = await import("/dist/index.js");
      const rankings = {};
      await history.add(
        [
          [260, 5],
          [1196, 4.5],
          [1210, 4],
          [2571, 5],
          [1, 2],
          [589, 3.5],
        ].map(([item, rating]) => ({ item, rating })),
      );
      await history.add({ item: 260, rating: 4 });
      for (const name of names) {
        const model = await loadModel(`/models/${name}.safetensors`, { simd: "simd128" });
        rankings[name] = model.recommend(model.user({ history }), { topK: 100 });
      }
      return { exported: JSON.stringify(history.export()), rankings };
    }, names);
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-history-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const history = await openHistory("films", { folder });
    await history.import(exported);
    for (const name of names) {
      const model = await loadModel(`web-demo/models/${name}.safetensors`, { simd: "simd128" });
      assert.deepEqual(
        model.recommend(model.user({ history }), { topK: 100 }),
        rankings[name],
        name,
      );
    }
    history.close();
  });
});

/**
 * Lets a tab write one interaction after the other, and another tab hear which are acknowledged.
 * Firefox's driver does not keep up where each is a call: its next command waits for all.
 */
async function writeForever(page, witness) {
  await witness.evaluate(() => {
    window.acknowledged = [];
    window.hearing = new BroadcastChannel("acknowledged");
    hearing.onmessage = ({ data }) => acknowledged.push(data);
  });
  await page.evaluate(() => {
    const write = async () => {
      const telling = new BroadcastChannel("acknowledged");
      for (let i = 0; ; i++) {
        await history.add({ item: i });
        telling.postMessage(i);
        window.acknowledge?.(i);
      }
    };
    void write();
  });
  await witness.waitForFunction(() => acknowledged.length >= 100, { polling: 20 });
}

/**
 * Opens a tab of the demo's origin, without the demo, with a global `history`.
 * @param {{ quotaSize: number }} [limits] of its storage, in bytes
 */
async function openTab(context, address, options = {}, limits = undefined) {
  const page = await context.newPage();
  await page.goto(address);
  if (limits)
    await (
      await page.createCDPSession()
    ).send("Storage.overrideQuotaForOrigin", { origin: new URL(address).origin, ...limits });
  await page.evaluate(async (options) => {
    const { openHistory } = await import("/dist/history.js");
    const opened = await openHistory("films", options);
    Object.defineProperty(window, "history", { value: opened });
  }, options);
  return page;
}

/** Everything that a browser stores for a page. */
function storedBy(page) {
  return page.evaluate(async () => ({
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    localStorage: localStorage.length,
    sessionStorage: sessionStorage.length,
    cookie: document.cookie,
  }));
}
