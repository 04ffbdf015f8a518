// The page's "New here?" in Chromium and in Firefox: every control, and its numbers beside those of
// the package, called directly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { films, inSection, press, setRange, settled, text } from "./lib/page.js";
import { ADDRESSED, RATINGS } from "./lib/visitor.js";

const HASH = `#/new-here?r=${ADDRESSED}&lang=en`;
const folder = new URL("../web-demo/models/", import.meta.url);
const bytesOf = async (name) => new Uint8Array(await readFile(new URL(name, folder)));
const figures = JSON.parse(await readFile(new URL("figures.json", folder), "utf8"));
const models = {};
for (const name of ["gmf", "neumf", "ials", "dae", "candidates"])
  models[name] = await loadModel(await bytesOf(`${name}.safetensors`));

function userOf(way, count, left) {
  const given = RATINGS.slice(0, count).filter(([id]) => id !== left);
  const history = given.map(([item, rating]) => ({ item, rating }));
  const features = { count: given.length };
  return models[way].user(way === "candidates" ? { history, features } : { history });
}

function listOf(way, count) {
  const exclude = RATINGS.slice(0, count).map(([id]) => id);
  const list = models[way].recommend(userOf(way, count), { topK: 10, exclude });
  return list.map(({ item }) => item);
}

const LIST = "[data-part=list]";
const choose = async (page, value) => {
  await page.$eval(`#section input[type=radio][value="${value}"]`, (input) => input.click());
  await settled(page);
};
const norm = (page) => page.$eval(".new-here-now", ({ dataset }) => Number(dataset.norm));

inSection("New here?", (at) => {
  test("each way's list and vector, step by step", async () => {
    const page = await at.open(HASH);
    for (const way of Object.keys(models)) {
      if (way !== "gmf") await choose(page, way);
      for (const count of [5, 2, 0]) {
        await setRange(page, ".new-here-player input", count);
        assert.deepEqual(await films(page, LIST), listOf(way, count), `${way}, ${count}`);
        const expected = Math.hypot(...userOf(way, count).vector);
        assert.ok(Math.abs((await norm(page)) - expected) <= 1e-3 * Math.max(1, expected));
      }
      await setRange(page, ".new-here-player input", 5);
    }
    await at.close(page);
  });

  test("the buttons step, and play runs to the end", async () => {
    const page = await at.open(`${HASH}&k=3`);
    const [back, play, forward] = [1, 2, 3].map((n) => `.new-here-buttons button:nth-child(${n})`);
    const shown = () => page.$eval(".new-here-player input", ({ value }) => Number(value));
    await press(page, back);
    assert.equal(await shown(), 2);
    await press(page, forward);
    assert.equal(await shown(), 3);
    await page.$eval(play, (button) => button.click());
    await page.waitForFunction(
      () => document.querySelector(".new-here-player input").value === "5",
      { timeout: 10_000 },
    );
    await settled(page);
    assert.match(await text(page, play), /Play/);
    assert.equal(await page.evaluate(() => new URLSearchParams(location.hash).has("k")), false);
    await at.close(page);
  });

  test("the measured curve marks the visitor, by both measures", async () => {
    const page = await at.open(`${HASH}&k=3`);
    for (const metric of ["Recall@20", "NDCG@100"]) {
      await choose(page, metric);
      const place = await page.$eval(".new-here-place", ({ dataset }) => ({ ...dataset }));
      assert.equal(place.nearest, "3");
      assert.equal(Number(place.value), figures.short.models.gmf[metric][1].value);
    }
    await at.close(page);
  });

  test("one rating less is the package's user without it", async () => {
    const page = await at.open(`${HASH}&less=1196`);
    const user = userOf("gmf", 5, 1196);
    const list = models.gmf.recommend(user, { topK: 10, exclude: RATINGS.map(([id]) => id) });
    assert.deepEqual(
      await films(page, "[data-part=less]"),
      list.map(({ item }) => item),
    );
    await at.close(page);
  });

  test("without ratings an example is shown, in Korean too", async () => {
    const page = await at.open("#/new-here?lang=ko");
    assert.equal((await films(page, LIST)).length, 10);
    assert.match(await text(page, "#section"), /SF를 좋아하는 사용자/);
    await at.close(page);
  });
});
