// The page's "Beyond the lecture" in Chromium and in Firefox: every control, and its lists and sums
// beside those of the package, called directly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { films, inSection, press, settled } from "./lib/page.js";
import { ADDRESSED, RATINGS } from "./lib/visitor.js";

const HASH = `#/beyond?r=${ADDRESSED}&lang=en`;
const folder = new URL("../web-demo/models/", import.meta.url);
const bytesOf = async (name) => new Uint8Array(await readFile(new URL(name, folder)));
const figures = JSON.parse(await readFile(new URL("figures.json", folder), "utf8"));
const models = {};
for (const name of ["ease", "ials", "sasrec", "neumf", "dae"])
  models[name] = await loadModel(await bytesOf(`${name}.safetensors`));

const userOf = (name, ratings) =>
  models[name].user({ history: ratings.map(([item, rating]) => ({ item, rating })) });

function listOf(name, ratings = RATINGS) {
  const exclude = ratings.map(([id]) => id);
  return models[name]
    .recommend(userOf(name, ratings), { topK: 10, exclude })
    .map(({ item }) => item);
}

const shown = (page, name) => films(page, `[data-model=${name}]`);
const data = (page, selector) => page.$eval(selector, ({ dataset }) => ({ ...dataset }));

/** Scores of another instruction set round otherwise. */
function near(found, expected) {
  const off = Math.abs(Number(found) - expected);
  assert.ok(off <= 1e-4 * Math.max(0.1, Math.abs(expected)), `${found}, expected ${expected}`);
}

async function assertInsides(page, film, ratings = RATINGS) {
  for (const name of ["ease", "ials", "sasrec"]) {
    const { sum, score } = await data(page, `[data-inside=${name}]`);
    const [expected] = models[name].score(userOf(name, ratings), [film]);
    near(score, expected);
    near(sum, expected);
  }
}

inSection("Beyond the lecture", (at) => {
  test("four lists, and three sums that are the package's scores", async () => {
    const page = await at.open(HASH);
    for (const name of ["ease", "ials", "sasrec", "neumf"])
      assert.deepEqual(await shown(page, name), listOf(name), name);
    const [first] = listOf("ease");
    await assertInsides(page, first);
    const other = listOf("sasrec")[4];
    await press(page, `[data-model=sasrec] [data-film="${other}"] button`);
    await assertInsides(page, other);
    await at.close(page);
  });

  test("another model of the lecture beside them", async () => {
    const page = await at.open(HASH);
    await page.$eval("input[type=radio][value=dae]", (input) => input.click());
    await settled(page);
    assert.deepEqual(await shown(page, "dae"), listOf("dae"));
    await at.close(page);
  });

  test("a film moved to the end changes SASRec's list, and goes back", async () => {
    const page = await at.open(HASH);
    const order = () => films(page, ".beyond-order");
    const changed = async (name) => (await data(page, `[data-model=${name}] .hint`)).changed;
    await page.$eval('.beyond-order button[data-film="541"]', (button) => button.click());
    await settled(page);
    const moved = [...RATINGS.slice(1), RATINGS[0]];
    assert.deepEqual(
      await order(),
      moved.map(([id]) => id),
    );
    assert.deepEqual(await shown(page, "sasrec"), listOf("sasrec", moved));
    assert.notEqual(await changed("sasrec"), "0");
    for (const name of ["ease", "ials"]) assert.equal(await changed(name), "0", name);
    await assertInsides(page, listOf("ease")[0], moved);
    await page.$eval('.beyond-order button[data-film="541"]', (button) => button.click());
    await settled(page);
    assert.deepEqual(await shown(page, "sasrec"), listOf("sasrec"));
    await at.close(page);
  });

  test("attention by block and head: pointing says a share", async () => {
    const page = await at.open(HASH);
    const told = () => page.$eval("[data-inside=sasrec] .beyond-told", (told) => told.innerText);
    const shares = [];
    for (const head of ["1.1", "1.2", "2.1", "2.2"]) {
      await page.$eval(`input[type=radio][value="${head}"]`, (input) => input.click());
      await settled(page);
      await page.focus("[data-inside=sasrec] canvas");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      await settled(page);
      shares.push(await told());
    }
    assert.equal(new Set(shares).size, 4, shares.join("\n"));
    assert.ok(shares.every((share) => /takes \d+\.\d% from/.test(share)));
    await at.close(page);
  });

  test("the measured table is that of the file", async () => {
    const page = await at.open(HASH);
    const cells = await page.$$eval(".beyond-measured [data-model=sasrec] td", (cells) =>
      cells.map(({ innerText }) => innerText),
    );
    const { long, short } = figures;
    const recall = short.models.sasrec["Recall@20"];
    const expected = [
      long.models.sasrec["Recall@20"],
      long.models.sasrec["NDCG@100"],
      recall[0].value,
      recall.at(-1).value,
    ];
    cells.forEach((cell, at) => assert.ok(Math.abs(Number(cell) - expected[at]) <= 0.0005001));
    await at.close(page);
  });
});
