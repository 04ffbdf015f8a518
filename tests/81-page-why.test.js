// "Why deep learning?", driven in browsers: its four miniatures show what the package gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { films, inSection, press, setRange, settled, text } from "./lib/page.js";
import { ADDRESSED, RATINGS } from "./lib/visitor.js";
import { describe as inputOf } from "../web-demo/page/ranking/user-input.js";
import { without } from "../web-demo/page/sections/why/features.js";
import { fresh, moved } from "../web-demo/page/sections/why/lists.js";
import {
  dotScore,
  learnDot,
  learnNet,
  netScore,
  rightOf,
} from "../web-demo/page/sections/why/taste.js";

const HISTORY = RATINGS.map(([item, rating]) => ({ item, rating }));
const EXCLUDE = RATINGS.map(([item]) => item);
const ADDRESS = `#/why?r=${ADDRESSED}`;

/** Any film that has something. */
const TAUGHT = [false, true, true, true];

const bytesOf = (name) =>
  new Uint8Array(readFileSync(new URL(`../web-demo/models/${name}.safetensors`, import.meta.url)));

/** Models of the demo in Node, and their lists for the visitor. */
class Expected {
  async open() {
    this.models = {};
    for (const name of ["gmf", "sasrec", "ae"]) this.models[name] = await loadModel(bytesOf(name));
  }

  list(name, history, topK = 6) {
    const model = this.models[name];
    const list = model.recommend(model.user({ history }), { topK, exclude: EXCLUDE, raw: true });
    return list.map(({ item }) => item);
  }

  async ranked(bytes) {
    const model = await loadModel(bytes);
    const list = model.recommend(model.user(inputOf(RATINGS)), {
      topK: 20,
      exclude: EXCLUDE,
      raw: true,
    });
    model.dispose();
    return list;
  }

  dispose() {
    for (const model of Object.values(this.models)) model.dispose();
  }
}

inSection("Why deep learning?", (at) => {
  const expected = new Expected();
  before(() => expected.open());
  after(() => expected.dispose());

  test("a taste is learned as it is pressed, and the address holds it", async () => {
    const page = await at.open(ADDRESS);
    const right = async () =>
      Promise.all(["dot", "net"].map((name) => text(page, `[data-right=${name}]`)));
    assert.deepEqual(await right(), ["2 of 4 right", "4 of 4 right"]);
    await press(page, "[data-kind='3']");
    assert.deepEqual(await right(), ["4 of 4 right", "4 of 4 right"]);
    assert.match(await page.evaluate(() => location.hash), /taste=0111/);
    await setRange(page, ".why-card .knob input", 0);
    const untaught = [
      rightOf((film) => dotScore(learnDot(TAUGHT, 0), film), TAUGHT),
      rightOf((film) => netScore(learnNet(TAUGHT, 0), film), TAUGHT),
    ];
    assert.deepEqual(
      await right(),
      untaught.map((count) => `${count} of 4 right`),
    );
    await page.click("[data-play=false]");
    await page.waitForSelector("[data-play=true]");
    // The network is right some steps before the dot product.
    await page.waitForFunction(() =>
      ["dot", "net"].every(
        (name) => document.querySelector(`[data-right=${name}]`).textContent === "4 of 4 right",
      ),
    );
    await page.click("[data-play=true]");
    assert.deepEqual(await right(), ["4 of 4 right", "4 of 4 right"]);
    await setRange(page, ".why-card .knob input", 0);
    await page.focus("[data-kind='1']");
    await settled(page);
    const slot = await page.$eval("[data-slot=dot]", (term) => term.textContent);
    assert.equal(slot, "0.50");
    await at.close(page);
  });

  test("the nearest films are those of model.similar", async () => {
    const page = await at.open(ADDRESS);
    const nearTo = async (film) => {
      const found = await films(page, ".why-nearest");
      const list = expected.models.gmf.similar(film, { topK: 5 });
      assert.deepEqual(found, [film, ...list.map(({ item }) => item)]);
      const cosines = await page.$$eval(".why-nearest li", (rows) =>
        rows.map(({ dataset }) => Number(dataset.cosine)),
      );
      for (const [place, { score }] of list.entries())
        assert.ok(Math.abs(cosines[place + 1] - score) < 1e-4);
    };
    await nearTo(2571);
    await page.select(".why-select select", "1240");
    await settled(page);
    await nearTo(1240);
    const [, next] = await films(page, ".why-nearest");
    await press(page, ".why-nearest li:nth-child(2) button");
    await nearTo(next);
    await at.close(page);
  });

  test("the order of the history moves SASRec's list, and not the autoencoder's", async () => {
    const page = await at.open(ADDRESS);
    const shown = (name) => films(page, `[data-model=${name}]`);
    for (const history of [HISTORY, HISTORY.toReversed()]) {
      for (const name of ["sasrec", "ae"])
        assert.deepEqual(await shown(name), expected.list(name, history), name);
      const order = await page.$eval(".why-history", ({ dataset }) => dataset.history);
      assert.equal(order, history.map(({ item }) => item).join(","));
      await press(page, "[aria-labelledby=why-order] .pill:last-child input");
    }
    assert.match(await text(page, "[data-model=sasrec] [role=status]"), /^[1-6] places? changed/);
    assert.equal(await text(page, "[data-model=ae] [role=status]"), "The same list.");
    await press(page, ".predict .pill:nth-child(2) input");
    assert.match(await text(page, ".predict [role=status]"), /a sum has no order/);
    await at.close(page);
  });

  test("the ranker's list without some inputs is that of the package", async () => {
    const page = await at.open(ADDRESS);
    const bytes = bytesOf("ranker");
    const all = await expected.ranked(bytes);
    const card = "[aria-labelledby=why-features]";
    const shown = () => films(page, card);
    assert.deepEqual(
      await shown(),
      all.slice(0, 6).map(({ item }) => item),
    );
    const choices = [["genres"], ["year", "popularity", "film_rating"], ["count", "mean_rating"]];
    for (const [place, names] of choices.entries()) {
      await press(page, `${card} .pill:nth-child(${place + 2}) input`);
      const list = await expected.ranked(without(bytes, names));
      assert.deepEqual(
        await shown(),
        list.slice(0, 6).map(({ item }) => item),
      );
      const counts = await page.$eval(`${card} [data-moved]`, ({ dataset }) => ({ ...dataset }));
      assert.equal(Number(counts.moved), moved(all, list).size);
      assert.equal(Number(counts.new), fresh(all, list).size);
    }
    await at.close(page);
  });

  test("the table follows the measure; Korean on a phone, with an example", async () => {
    const page = await at.open("#/why?lang=ko", { viewport: { width: 360, height: 740 } });
    assert.match(await text(page, "#section"), /SF 예시/);
    const first = () => page.$eval("[data-row]", ({ dataset }) => dataset.row);
    assert.equal(await first(), "U-AutoRec");
    await press(page, ".why-measured .pill:last-child input");
    assert.equal(await first(), "EASE");
    await page.waitForSelector(".why-measured svg");
    const [wide, seen] = await page.$eval("html", (html) => [html.scrollWidth, html.clientWidth]);
    assert.equal(wide, seen);
    await at.close(page);
  });
});
