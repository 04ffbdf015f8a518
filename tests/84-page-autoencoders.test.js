// The section "Autoencoders" of the page: every control, and the numbers beside the package's.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { corrupt, loadModel } from "../dist/index.node.js";
import { PRESETS } from "../web-demo/page/state/presets.js";
import { films, inSection, press, setRange, settled, text } from "./lib/page.js";

const RATINGS = { 541: 4, 1240: 4, 1196: 5, 260: 5, 2571: 5 };
const HISTORY = [541, 1240, 1196, 260, 2571].map((item) => ({ item, rating: RATINGS[item] }));
const R = HISTORY.map(({ item, rating }) => `${item}:${rating}`).join(",");
const ITEMS = HISTORY.map(({ item }) => item);

const PATIENCE = 60_000;
/** What a tool has once it has computed. */
const TOOLS = {
  noise: "[data-noise] [data-list]",
  autorec: "[data-asked] [data-side]",
  node: "[data-node] [data-film]",
  map: "[data-chosen] .autoencoders-stack [data-film]",
};

const opened = new Map();
after(() => {
  for (const model of opened.values()) model.dispose();
});

async function open(name) {
  const file = new URL(`../web-demo/models/${name}.safetensors`, import.meta.url);
  if (!opened.has(name)) opened.set(name, await loadModel(file));
  return opened.get(name);
}

/** The package's list, called here. */
async function listOf(name, history = HISTORY) {
  const model = await open(name);
  const user = model.user({ history });
  return model.recommend(user, { topK: 10, exclude: ITEMS });
}

const itemsOf = (list) => list.map(({ item }) => item);

/** Numbers in data attributes below an element. */
const numbers = (page, selector) =>
  page.$$eval(selector, (rows) => rows.map((row) => Number(row.dataset.value)));

const outputs = (page) =>
  page.$$eval("[data-output]", (rows) => rows.map((row) => Number(row.dataset.output)));

function assertNear(found, expected, room = 1e-4) {
  assert.equal(found.length, expected.length);
  for (const [k, value] of expected.entries())
    assert.ok(Math.abs(found[k] - value) <= room * Math.max(1, Math.abs(value)), `${found[k]}`);
}

const address = (settings = "") => `#/autoencoders?r=${R}&lang=en${settings}`;

/** Scrolls to the card of a tool, which comes then. */
async function scrollTo(page, tool) {
  const titles = { noise: "Noise", autorec: "AutoRec", node: "CDAE", map: "The map" };
  await page.evaluate((title) => {
    const heads = [...document.querySelectorAll(".autoencoders-card h2")];
    heads.find((head) => head.textContent.startsWith(title)).scrollIntoView();
  }, titles[tool]);
  await page.waitForSelector(TOOLS[tool], { timeout: PATIENCE });
  await settled(page);
}

/** Points at an element by the keyboard's focus. */
async function focus(page, selector) {
  await page.focus(selector);
  await settled(page);
}

inSection("the section on autoencoders", (at) => {
  test("shows each model's list with its raw scores, and what one film adds to it", async () => {
    const page = await at.open(address());
    for (const [name, label] of [
      ["dae", "DAE"],
      ["autorec", "U-AutoRec"],
    ]) {
      await press(page, `.autoencoders-card .pill ::-p-text(${label})`);
      await page.waitForSelector(`[data-model="${name}"][aria-busy="false"]`);
      const model = await open(name);
      const list = itemsOf(await listOf(name));
      assert.deepEqual(await outputs(page), list);
      const user = model.user({ history: HISTORY });
      assertNear(await numbers(page, "[data-output]"), [...model.score(user, list, { raw: true })]);
      await focus(page, `[data-output="${list[2]}"]`);
      const effects = new Map(
        model.explain(user, list[2]).map(({ item, effect }) => [item, effect]),
      );
      assertNear(
        await numbers(page, "[data-input]"),
        ITEMS.map((item) => effects.get(item)),
      );
    }
    await at.close(page);
  });

  test("goes from the overview to a layer, a neuron and a single number, and back", async () => {
    const page = await at.open(address());
    const level = () => page.$eval("[data-look]", (card) => card.dataset.look);
    await press(page, "button ::-p-text(Open the encoder)");
    assert.equal(await level(), "encoder");
    await page.focus(".autoencoders-band.tall canvas");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "Enter"])
      await page.keyboard.press(key);
    await settled(page);
    assert.equal(await level(), "code-term");
    assert.match(await page.evaluate(() => location.hash), /look=code\.1\.1240/);
    assert.match(await text(page, ".autoencoders-single dl"), /1 divided by 2\.236/);

    await press(page, ".autoencoders-path button ::-p-text(Number 1)");
    assert.equal(await level(), "code");
    const model = await open("dae");
    const user = model.user({ history: HISTORY });
    const shown = await page.$eval('.formula [data-slot="code"]', (slot) => slot.textContent);
    assertNear([Number(shown)], [user.vector[1]], 6e-4);
    await press(page, '[data-term="260"]');
    assert.equal(await level(), "code-term");

    await press(page, ".autoencoders-path button ::-p-text(Network)");
    assert.equal(await level(), "overview");
    const [first] = await listOf("dae");
    await press(page, `[data-output="${first.item}"]`);
    assert.equal(await level(), "film");
    const score = await page.$eval('.formula [data-slot="score"]', (slot) => slot.textContent);
    assertNear([Number(score)], [first.score], 6e-4);
    await press(page, "button[data-term]");
    assert.equal(await level(), "film-term");
    await press(page, ".autoencoders-path button ::-p-text(Decoder)");
    assert.equal(await level(), "decoder");
    await at.close(page);
  });

  test("noise: the lists and how many films stay are the package's, for every kind", async () => {
    const page = await at.open(address("&q=0.6&seed=4"));
    await scrollTo(page, "noise");
    const check = async (kind, q, seed) => {
      const noisy = corrupt(HISTORY, { kind, q, seed, rating: { minimum: 0.5, maximum: 5 } });
      for (const name of ["ae", "dae"]) {
        const [clean, list] = [await listOf(name), await listOf(name, noisy)].map(itemsOf);
        assert.deepEqual(await films(page, `[data-list="${name}"]`), list, `${kind} ${name}`);
        const kept = list.filter((item) => clean.includes(item)).length;
        const shown = await page.$eval(`[data-list="${name}"]`, (part) => part.dataset.kept);
        assert.equal(Number(shown), kept);
      }
    };
    await check("mask", 0.6, 4);
    await press(page, "[data-noise] button ::-p-text(New draw)");
    await check("mask", 0.6, 5);
    await press(page, "[data-noise] .pill ::-p-text(Gaussian)");
    await setRange(page, '[data-noise] input[type="range"]', 3);
    await check("gaussian", 3, 5);
    await press(page, "[data-noise] .pill ::-p-text(Salt and pepper)");
    await setRange(page, '[data-noise] input[type="range"]', 0.5);
    await check("salt-and-pepper", 0.5, 5);
    await page.waitForSelector('[data-points="14"]', { timeout: PATIENCE });

    await page.locator("[data-noise] button ::-p-text(Play)").click();
    await page.waitForFunction(() => /seed=7/.test(location.hash));
    await page.locator("[data-noise] button ::-p-text(Pause)").click();
    const seed = await page.evaluate(() => location.hash);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.equal(await page.evaluate(() => location.hash), seed);
    await at.close(page);
  });

  test("draws do not play where motion is unwelcome", async () => {
    const page = await at.open(address(), { reducedMotion: true });
    await scrollTo(page, "noise");
    assert.doesNotMatch(await text(page, ".autoencoders-draws"), /Play/);
    await at.close(page);
  });

  test("AutoRec by user and by item: lists and the score of the chosen film", async () => {
    const page = await at.open(address());
    await scrollTo(page, "autorec");
    const chosen = itemsOf(await listOf("autorec-item"))[2];
    await press(page, `[data-side="byItem"] [data-film="${chosen}"] button`);
    await page.waitForSelector(`[data-asked="${chosen}"][aria-busy="false"]`);
    for (const [side, name] of [
      ["byUser", "autorec"],
      ["byItem", "autorec-item"],
    ]) {
      assert.deepEqual(await films(page, `[data-side="${side}"]`), itemsOf(await listOf(name)));
      const model = await open(name);
      const [score] = model.score(model.user({ history: HISTORY }), [chosen]);
      const shown = await page.$eval(`[data-side="${side}"]`, (part) => part.dataset.score);
      assertNear([Number(shown)], [score]);
    }
    await at.close(page);
  });

  test("CDAE: with the whole node the package's list, with none or more another", async () => {
    const page = await at.open(address());
    await scrollTo(page, "node");
    const whole = itemsOf(await listOf("cdae"));
    assert.deepEqual(await films(page, "[data-node]"), whole);
    await setRange(page, "[data-node] input", 4);
    await page.waitForSelector('[data-node="4"][aria-busy="false"]');
    const list = await films(page, "[data-node]");
    const kept = list.filter((item) => whole.includes(item)).length;
    assert.equal(Number(await page.$eval("[data-node]", (card) => card.dataset.kept)), kept);
    assert.match(await page.evaluate(() => location.hash), /node=4/);
    await at.close(page);
  });

  test("the map: a film's neighbours are the package's; arrow keys and Enter choose", async () => {
    const page = await at.open(address());
    await scrollTo(page, "map");
    const near = async (item) => itemsOf((await open("dae")).similar(item, { topK: 8 }));
    const [first] = itemsOf(await listOf("dae"));
    const shown = () => films(page, "[data-chosen] .autoencoders-stack");
    assert.deepEqual(await shown(), await near(first));
    await page.focus(".autoencoders-map");
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    await settled(page);
    const chosen = Number(await page.$eval("[data-chosen]", (card) => card.dataset.chosen));
    assert.notEqual(chosen, first);
    assert.deepEqual(await shown(), await near(chosen));
    await press(page, ".autoencoders-genres button ::-p-text(Horror)");
    const pressed = ".autoencoders-genres [aria-pressed=true]";
    assert.equal(await text(page, pressed), "Horror");
    await at.close(page);
  });

  test("has an example for a visitor without ratings, and an answer to its question", async () => {
    const page = await at.open("#/autoencoders?lang=en");
    const [{ ratings }] = PRESETS;
    const history = ratings.map(([item, rating]) => ({ item, rating }));
    const model = await open("dae");
    const exclude = itemsOf(history);
    const list = model.recommend(model.user({ history }), { topK: 10, exclude });
    assert.deepEqual(await outputs(page), itemsOf(list));
    await press(page, ".predict .pill ::-p-text(about as many)");
    assert.match(await text(page, ".predict [role=status]"), /That is what happens/);
    await at.close(page);
  });
});
