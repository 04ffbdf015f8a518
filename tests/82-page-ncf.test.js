// The section on matrix factorisation and NCF, driven in browsers: what it shows of GMF, MLP and
// the two joined is what the package gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { films, inSection, press, setRange, settled, text } from "./lib/page.js";
import { ADDRESSED, RATINGS } from "./lib/visitor.js";
import { checks, onCircle, productOf } from "../web-demo/page/sections/ncf/four-users.js";
import { shared } from "../web-demo/page/sections/ncf/rankings.js";

const HISTORY = RATINGS.map(([item, rating]) => ({ item, rating }));
const EXCLUDE = RATINGS.map(([item]) => item);
const ADDRESS = `#/ncf?r=${ADDRESSED}`;
const ALPHA = ".ncf-joined input[type=range]";

const bytesOf = (name) =>
  readFileSync(new URL(`../web-demo/models/${name}.safetensors`, import.meta.url));

/** What the package gives for the visitor. */
class Expected {
  async open() {
    this.files = { gmf: bytesOf("gmf"), mlp: bytesOf("mlp") };
    this.models = {};
    for (const name of ["gmf", "mlp", "neumf"]) {
      const model = await loadModel(bytesOf(name));
      this.models[name] = { model, user: model.user({ history: HISTORY }) };
    }
  }

  async joined(alpha) {
    const model = await loadModel({ ...this.files, alpha });
    const vector = ["gmf", "mlp"].flatMap((name) => [...this.models[name].user.vector]);
    return { model, user: model.user({ vector }) };
  }

  dispose() {
    for (const { model } of Object.values(this.models)) model.dispose();
  }
}

const listOf = ({ model, user }, topK) => model.recommend(user, { topK, exclude: EXCLUDE });

inSection("From matrix factorisation to NCF", (at) => {
  const expected = new Expected();
  before(() => expected.open());
  after(() => expected.dispose());

  const numberOf = async (page, selector) => Number(await text(page, selector));

  async function assertScores(page, film, alpha) {
    const joined = await expected.joined(alpha);
    for (const [name, { model, user }] of Object.entries({ ...expected.models, joined })) {
      if (name === "neumf") continue;
      const shown = await numberOf(page, `[data-score=${name}]`);
      assert.ok(Math.abs(shown - model.score(user, [film])[0]) <= 6e-4, `${name}: ${shown}`);
    }
    const list = listOf(joined, 10).map(({ item }) => item);
    assert.deepEqual(await films(page, ".ncf-films ol:first-of-type"), list);
    const parts = ["gmf", "mlp"].map((name) => numberOf(page, `[data-part=${name}]`));
    const sum = (await Promise.all(parts)).reduce((a, b) => a + b, 0);
    const [logit] = joined.model.score(joined.user, [film], { raw: true });
    assert.ok(Math.abs(sum - logit) < 0.011, `${sum}, ${logit}`);
    joined.model.dispose();
  }

  test("the list, the three scores and the formula follow alpha and the film", async () => {
    const page = await at.open(ADDRESS);
    const [first] = await films(page, ".ncf-films ol:first-of-type");
    await assertScores(page, first, 0.5);
    await setRange(page, ALPHA, 0.9);
    await assertScores(page, first, 0.9);
    assert.match(await page.evaluate(() => location.hash), /alpha=0\.9/);
    const slot = await page.$eval(".formula [data-slot=alpha]", (term) => term.textContent);
    assert.equal(slot, "0.90");
    await press(page, ".ncf-films li:nth-child(4) button");
    const fourth = (await films(page, ".ncf-films ol:first-of-type"))[3];
    await assertScores(page, fourth, 0.9);
    assert.match(await page.evaluate(() => location.hash), new RegExp(`film=${fourth}`));
    await page.locator("#ncf-search").fill("toy story");
    await press(page, ".ncf-films ol:last-of-type [data-film='1'] button");
    await assertScores(page, 1, 0.9);
    await at.close(page);
  });

  test("a dimension and a neuron are looked into, by pointer and by keys", async () => {
    const page = await at.open(`${ADDRESS}&film=318`);
    const shownDimension = () =>
      page.$eval("[data-dimension]", (element) => element.dataset.dimension);
    await page.focus("[data-place=gmf-user] canvas");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const k = Number(await shownDimension());
    const { user } = expected.models.gmf;
    assert.equal(
      (await text(page, "[data-dimension] .ncf-numbers span:nth-child(2)")).replace("−", "-"),
      user.vector[k].toFixed(3),
    );
    assert.ok(await page.$(".ncf-row.lit[data-place=gmf-user]"));
    await page.hover("[data-place=mlp-layer-1] canvas");
    await settled(page);
    assert.match(await page.$eval("[data-neuron]", ({ dataset }) => dataset.neuron), /^1-/);
    await page.click("[data-place=mlp-layer-1] canvas");
    await page.hover("#section-title");
    assert.match(await page.$eval("[data-neuron]", ({ dataset }) => dataset.neuron), /^1-/);
    await page.click("[data-place=mlp-layer-2] canvas");
    await page.click("[data-place=neuron-inputs] canvas"); // the neuron that the input comes from
    assert.match(await page.$eval("[data-neuron]", ({ dataset }) => dataset.neuron), /^1-/);
    await page.hover(".formula [data-term=mlp]");
    await page.waitForSelector(".ncf-row.lit[data-place=mlp-layer-2]");
    await at.close(page);
  });

  test("u4 is dragged and turned; no direction keeps all relations", async () => {
    const page = await at.open(`${ADDRESS}&angle=70`);
    const shown = async () => {
      const angle = await page.$eval("[role=slider]", ({ dataset }) => Number(dataset.angle));
      const marks = await page.$$eval("[data-check]", (rows) =>
        rows.map(({ dataset }) => [dataset.check, dataset.holds === "true"]),
      );
      assert.deepEqual(Object.fromEntries(marks), checks(productOf(onCircle(angle))));
      return { angle, held: marks.filter(([, holds]) => holds).length };
    };
    await page.$eval("[role=slider]", (slider) => slider.focus());
    await page.keyboard.press("ArrowUp");
    await settled(page);
    assert.deepEqual((await shown()).angle, 72);
    const box = await (await page.$(".ncf-circle")).boundingBox();
    const grip = await (await page.$(".ncf-handle .ncf-grip")).boundingBox();
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    const end = { x: box.x + box.width * 0.1, y: box.y + box.height * 0.75 };
    await page.mouse.move(end.x, end.y, { steps: 4 });
    await page.mouse.up();
    await settled(page);
    const { angle } = await shown();
    // What loads above may have moved the circle meanwhile.
    const now = await (await page.$(".ncf-circle")).boundingBox();
    const pointed = angleOf(now.x + now.width / 2 - end.x, end.y - now.y - now.height / 2);
    assert.ok(Math.abs(angle - pointed) < 20, `${angle}, and the pointer is at ${pointed}`);
    await press(page, ".ncf-buttons button:last-child");
    assert.equal((await shown()).held, 3);
    await press(page, ".ncf-buttons button:first-child");
    assert.equal((await shown()).angle, 70);
    await press(page, ".ncf-four .pill:last-child input");
    assert.equal(await page.$$eval("[data-holds=true]", ({ length }) => length), 4);
    await at.close(page);
  });

  test("shared films of two rankings are those of the package", async () => {
    const page = await at.open(`${ADDRESS}&first=20&alpha=0.25`);
    const lists = {
      gmf: listOf(expected.models.gmf, 20),
      mlp: listOf(expected.models.mlp, 20),
      joined: listOf(await expected.joined(0.25), 20),
      trained: listOf(expected.models.neumf, 20),
    };
    for (const [one, other] of [
      ["gmf", "mlp"],
      ["gmf", "joined"],
      ["mlp", "joined"],
      ["joined", "trained"],
    ]) {
      const found = await numberOf(page, `[data-shared=${one}-${other}]`);
      assert.equal(found, shared(lists[one], lists[other], 20), `${one}, ${other}`);
    }
    await page.waitForSelector(".ncf-agreement svg");
    await press(page, ".predict .pill:last-child input");
    assert.match(await text(page, ".predict [role=status]"), /logits are averaged/);
    await at.close(page);
  });

  test("without ratings an example is shown, and said so; Korean too", async () => {
    const page = await at.open("#/ncf?lang=ko", { viewport: { width: 360, height: 740 } });
    assert.match(await text(page, "#section"), /예시/);
    assert.equal((await films(page, ".ncf-films ol:first-of-type")).length, 10);
    const { scrollWidth, clientWidth } = await page.$eval("html", (html) => ({
      scrollWidth: html.scrollWidth,
      clientWidth: html.clientWidth,
    }));
    assert.equal(scrollWidth, clientWidth);
    await at.close(page);
  });
});

/** Degrees, counterclockwise, of a point so far left of the centre and below it. */
const angleOf = (left, below) => 180 + (Math.atan2(below, left) * 180) / Math.PI;
