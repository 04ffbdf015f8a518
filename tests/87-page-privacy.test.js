// The page's "What a server learns" in Chromium and in Firefox: every control, its numbers beside
// the package's, and that nothing is sent and nothing of the visitor's own budget is spent.
import assert from "node:assert/strict";
import { test } from "node:test";

import { gaussianSigma } from "../dist/privacy.js";
import { inSection, setRange, settled, text } from "./lib/page.js";

const HASH = "#/privacy?r=541:4,1240:4,1196:5,260:5,2571:5&lang=en";
const GENRES = 19;
const STEPS = [0.5, 1, 2, 3, 4, 6, 8, 12, 16];
const truthOf = (epsilon) => 1 / (1 + (GENRES - 1) * Math.exp(-epsilon));

const click = async (page, button) => {
  await page.$eval(button, (element) => element.click());
  await settled(page);
};
const DRAW = ".knobs button.primary";
const RESTART = ".knobs button:not(.primary)";
const slot = (page, way, name) =>
  page.$eval(`[data-way=${way}] [data-slot=${name}]`, ({ textContent }) => Number(textContent));
const ledger = (page, way) =>
  page.$eval(`[data-way=${way}] [data-spent]`, ({ dataset }) => ({
    spent: Number(dataset.spent),
    draws: Number(dataset.draws),
  }));
const refused = (page) => page.$$eval(".privacy-refused", (alerts) => alerts.length);

/** All that this site keeps in IndexedDB, where a history's ledger lies. */
const stored = (page) =>
  page.evaluate(async () => {
    const result = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const entries = database.transaction(store).objectStore(store).getAll();
        found.push([name, store, await result(entries)]);
      }
      database.close();
    }
    return JSON.stringify(found);
  });

inSection("What a server learns", (at) => {
  test("the truth's probability and the noise are the package's, for each epsilon", async () => {
    const page = await at.open(HASH);
    for (const epsilon of [0.5, 4, 16]) {
      await setRange(page, ".knobs input[type=range]", STEPS.indexOf(epsilon));
      const truth = await slot(page, "response", "truth");
      assert.ok(Math.abs(truth - truthOf(epsilon)) <= 0.0005001, `${truth}`);
      const sigma = await slot(page, "noisy", "sigma");
      const expected = gaussianSigma({ epsilon, delta: 1e-6, sensitivity: 2 });
      assert.ok(Math.abs(sigma - expected) <= 0.0005001, `${sigma}`);
      for (const way of ["response", "noisy"])
        assert.deepEqual(await ledger(page, way), { spent: epsilon, draws: 1 });
    }
    await at.close(page);
  });

  test("draws are counted, refused beyond the budget, and begun again", async () => {
    const page = await at.open(`${HASH}&e=8`);
    await click(page, DRAW);
    await click(page, DRAW);
    assert.deepEqual(await ledger(page, "response"), { spent: 24, draws: 3 });
    assert.equal(await refused(page), 0);
    await click(page, DRAW);
    assert.deepEqual(await ledger(page, "noisy"), { spent: 24, draws: 3 });
    assert.equal(await refused(page), 2);
    await click(page, RESTART);
    assert.deepEqual(await ledger(page, "response"), { spent: 8, draws: 1 });
    assert.equal(await refused(page), 0);
    await at.close(page);
  });

  test("draws send nothing and leave the visitor's own ledger alone", async () => {
    const page = await at.open(HASH);
    const before = at.sent(page).length;
    const kept = await stored(page);
    for (let n = 0; n < 3; n += 1) await click(page, DRAW);
    const sent = at.sent(page).slice(before);
    assert.deepEqual(sent, []);
    const queries = await page.$eval(".privacy-requests", ({ dataset }) => dataset.queries);
    assert.equal(queries, "0");
    assert.equal(await stored(page), kept);
    await at.close(page);
  });

  test("what is found is a share, and the chart says it in words", async () => {
    const page = await at.open(HASH);
    for (const way of ["none", "response", "noisy"]) {
      const found = await page.$eval(`[data-way=${way}] [data-recall]`, ({ dataset }) =>
        Number(dataset.recall),
      );
      assert.ok(found > 0.3 && found <= 1, `${way}: ${found}`);
    }
    const words = await page.$$eval(".plot", (plots) => plots.at(-1).getAttribute("aria-label"));
    assert.match(words, /At an epsilon of 2, a drawn genre finds \d+%/);
    await at.close(page);
  });

  test("a number that is pointed at is told in all vectors; in Korean too", async () => {
    const page = await at.open(HASH.replace("lang=en", "lang=ko"));
    await page.focus("[data-way=noisy] canvas");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.match(await text(page, "[data-way=none] .privacy-number"), /진짜 벡터: -?\d/);
    await at.close(page);
  });
});
