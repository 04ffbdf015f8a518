/**
 * The demo's page in Chromium: every model that can be chosen ranks, explains, and can be replaced
 * while it loads.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";

import { corrupt, loadModel } from "../dist/index.node.js";
import { FILES as WORDS } from "../web-demo/page/models/files.js";
import { speaking } from "../web-demo/page/ranking/reasons.js";
import { MODELS } from "../web-demo/server.js";
import { isLong } from "./lib/long.js";
import {
  chooseModel,
  close,
  copyServerModels,
  ids,
  inChromium,
  modelIsThere,
  onlyBaselineSimd,
  open as openFirst,
  openWith,
  pressModel,
  ready,
  searchAndRate,
  serve,
  text,
} from "./lib/visit.js";

const SHOWN = 20;
const { "two-stages": _, ...SINGLE } = WORDS;
const open = (...where) => openWith("neumf", ...where);
const RATINGS = [
  ["Toy Story", 5],
  ["Finding Nemo", 4],
  ["Pulp Fiction", 1],
  ["Braveheart", 3],
  ["Alien", 2],
];

const catalogue = JSON.parse(readFileSync(join(MODELS, "catalogue.json"), "utf8"));
const filmOf = new Map(catalogue.map((film) => [film.title, film]));
const HISTORY = RATINGS.map(([title, rating]) => ({ item: filmOf.get(title).id, rating }));
const titleOf = new Map(catalogue.map(({ id, title }) => [id, title]));

inChromium("the demo's models in Chromium", (at) => {
  test("each ranks and explains as the package in Node, and keeps the ratings", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    for (const [title, stars] of RATINGS) await searchAndRate(page, filmOf.get(title), stars);
    const ratings = await ids(page, "#ratings");
    const seen = new Set();
    for (const name of [...Object.keys(SINGLE).slice(1), "neumf"]) {
      await chooseWithReasons(page, name);
      const shown = await shownList(page);
      assert.deepEqual(
        shown.map(({ id, reason }) => ({ id, reason })),
        await inNode(at.demo, name),
        name,
      );
      assert.deepEqual(await ids(page, "#ratings"), ratings, `${name} keeps the ratings`);
      seen.add(JSON.stringify(shown.map(({ id }) => id)));
      assert.ok(
        shown.some(({ reason }) => reason.startsWith("Because you liked")),
        `${name} gives reasons`,
      );

      const isProbability = ["neumf", "gmf", "mult-dae"].includes(name);
      for (const { percent } of shown) {
        if (isProbability) assert.match(percent, /^(< 0\.1|\d+(\.\d)?)%$/, name);
        else assert.equal(percent, null, `${name}'s scores have no unit`);
      }
      assert.match(
        await text(page, "#timing"),
        ["neumf", "gmf"].includes(name) ? /Fitted to you in/ : /Encoded in/,
      );
      assert.ok((await text(page, "#timing")).includes(WORDS[name].label), name);
      assert.ok(
        (await text(page, ".models")).includes(WORDS[name].what.replace(/\s+/g, " ")),
        `${name} is explained`,
      );
    }
    assert.equal(seen.size, Object.keys(SINGLE).length, "no two models rank the same list");
    await close(visit);
  });

  test("the choice survives a reload, until everything is forgotten", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await searchAndRate(page, filmOf.get("Toy Story"), 5);
    await chooseWithReasons(page, "cdae");
    const list = await ids(page, "#list");
    await page.reload();
    await ready(page);
    assert.equal(await chosen(page), "cdae");
    await reasonsAreThere(page);
    assert.deepEqual(await ids(page, "#list"), list);
    assert.ok(
      !visit.received
        .slice(visit.received.findLastIndex(({ url }) => url === "/"))
        .some(({ url }) => url.includes("neumf")),
      "only the chosen model is fetched",
    );

    await page.locator("#forget").click();
    await page.waitForSelector("#ratings", { hidden: true });
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    await page.reload();
    await ready(page);
    assert.equal(await chosen(page), "two-stages");
    await close(visit);
  });

  test("a download shows its progress, and is aborted when another model is chosen", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await searchAndRate(page, filmOf.get("Toy Story"), 5);
    await reasonsAreThere(page);
    const before = await ids(page, "#list");
    await page.setRequestInterception(true);
    const held = [];
    const failed = [];
    page.on("request", (request) =>
      request.url().endsWith("autorec.safetensors") ? held.push(request) : request.continue(),
    );
    page.on("requestfailed", (request) => failed.push(basename(request.url())));

    await pressModel(page, "autorec");
    await page.waitForSelector("#progress");
    assert.match(await text(page, ".loading"), /^AutoRec is loading/);
    assert.deepEqual(await ids(page, "#list"), before, "the old list stays in the meantime");
    assert.equal(await page.$eval("#list", (list) => list.getAttribute("aria-busy")), "true");
    await searchAndRate(page, filmOf.get("Alien"), 4);
    assert.notDeepEqual(await ids(page, "#list"), before, "and is ranked");

    await chooseWithReasons(page, "cdae");
    const list = await ids(page, "#list");
    assert.deepEqual(failed, ["autorec.safetensors"]);
    assert.equal(held.length, 1);
    assert.equal(await page.$(".alert"), null);
    assert.equal(await chosen(page), "cdae");
    await page.setRequestInterception(false);
    assert.deepEqual(await ids(page, "#list"), list);
    await close(visit);
  });

  test("weights that do not arrive are reported, and the last model stays in use", async () => {
    const models = mkdtempSync(join(tmpdir(), "pocketrec-demo-"));
    copyServerModels(models);
    copyFileSync(join(MODELS, "neumf.safetensors"), join(models, "neumf.safetensors"));
    const incomplete = await serve({ folders: { "/models/": models } });
    const { page, context } = await open(at.browser, incomplete);
    await searchAndRate(page, filmOf.get("Toy Story"), 5);
    const before = await ids(page, "#list");

    await pressModel(page, "cdae");
    await page.waitForSelector(".alert");
    assert.match(
      await text(page, ".alert"),
      /CDAE cannot be used\. .*weights of the name "cdae", .*\(bad-manifest\) NeuMF stays in use\./,
    );
    assert.equal(await chosen(page), "neumf");
    assert.deepEqual(await ids(page, "#list"), before);
    assert.match(await text(page, "#timing"), /NeuMF/);

    copyFileSync(join(MODELS, "cdae.safetensors"), join(models, "cdae.safetensors"));
    await page.locator(".alert button").click();
    await modelIsThere(page, "cdae");
    assert.equal(await page.$(".alert"), null);
    assert.equal(await chosen(page), "cdae");
    assert.notDeepEqual(await ids(page, "#list"), before);
    await incomplete.stop();
    await pressModel(page, "autorec");
    await page.waitForSelector(".alert");
    assert.match(
      await text(page, ".alert"),
      /AutoRec cannot be used\. The server cannot be reached\. CDAE stays in use\./,
    );
    await context.close();
    rmSync(models, { recursive: true });
  });

  test("the arrow keys choose, and every model has a name and a description", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    const { nodes } = await (await page.createCDPSession()).send("Accessibility.getFullAXTree");
    const radios = nodes
      .filter(({ role }) => role?.value === "radio")
      .map(({ name, description }) => ({ name: name.value, description: description.value }));
    assert.deepEqual(
      radios,
      Object.values(WORDS).map(({ label, what }) => ({
        name: label,
        description: what.replace(/\s+/g, " "),
      })),
    );
    await page.focus("input[value='neumf']");
    await page.keyboard.press("ArrowRight");
    await modelIsThere(page, "gmf");
    assert.equal(await chosen(page), "gmf");
    assert.ok(await page.$eval("input[value='gmf']", (radio) => radio === document.activeElement));
    await close(visit);
  });

  test("reasons that are no longer needed are dropped", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    for (const [title, stars] of RATINGS) await searchAndRate(page, filmOf.get(title), stars);
    await reasonsAreThere(page);
    const reasons = async () => (await shownList(page)).map(({ reason }) => reason).join(" ");
    assert.match(await reasons(), /Finding Nemo/);
    await page.locator(`#ratings [data-film="${filmOf.get("Finding Nemo").id}"] .remove`).click();
    assert.doesNotMatch(await reasons(), /Finding Nemo/, "no reason names a removed rating");
    await reasonsAreThere(page);
    assert.doesNotMatch(await reasons(), /Finding Nemo/);
    await close(visit);
  });

  test("ratings can be hidden at random, the same for every model", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    for (const [title, stars] of RATINGS.slice(0, 3))
      await searchAndRate(page, filmOf.get(title), stars);
    assert.equal(await page.$("#hiding"), null, "three ratings are too few");
    for (const [title, stars] of RATINGS.slice(3))
      await searchAndRate(page, filmOf.get(title), stars);
    const list = await ids(page, "#list");
    for (const seed of [1, 2]) {
      await page.locator("#hiding button").click();
      assert.deepEqual(await counted(page), await stayInNode(at.demo, "neumf", seed));
    }
    assert.deepEqual(await ids(page, "#list"), list, "the list is that of all ratings");
    await chooseWithReasons(page, "dae");
    assert.deepEqual(await counted(page), await stayInNode(at.demo, "dae", 2));
    await close(visit);
  });

  test("an invalid stored choice is ignored", async () => {
    for (const stored of isLong ? ["constructor", "", "{}"] : ["constructor"]) {
      const visit = await openFirst(
        at.browser,
        at.demo,
        `localStorage.setItem("pocketrec-demo-model", ${JSON.stringify(stored)})`,
      );
      assert.equal(await chosen(visit.page), "two-stages");
      await close(visit);
    }
  });
});

/** Waits until the model is loaded and has explained every film. */
async function chooseWithReasons(page, name) {
  await chooseModel(page, name);
  await reasonsAreThere(page);
}

function reasonsAreThere(page) {
  return page.waitForFunction(
    (count) => {
      const reasons = [...document.querySelectorAll("#list .reason")];
      return reasons.length === count && reasons.every(({ textContent }) => textContent !== "");
    },
    {},
    SHOWN,
  );
}

function chosen(page) {
  return page.$eval(".models :checked", (radio) => radio.value);
}

function shownList(page) {
  return page.$$eval("#list [data-film]", (rows) =>
    rows.map((row) => ({
      id: Number(row.dataset.film),
      percent: row.querySelector(".percent")?.textContent ?? null,
      reason: row.querySelector(".reason").textContent,
    })),
  );
}

/** How many ratings are hidden, and how many films stay. */
function counted(page) {
  return page.$$eval("#hiding dd", (values) => values.map(({ textContent }) => textContent.trim()));
}

/**
 * The best candidates for the ratings as the package alone ranks them, with the sentence of their
 * reasons.
 */
async function inNode(demo, name) {
  const { model, user, items } = await userInNode(demo, name);
  const list = model.rank(user, items, { topK: SHOWN, exclude: user.items }).map(({ item }) => ({
    id: item,
    reason: sentence(speaking(model.explain(user, item, { topK: 2 }))),
  }));
  model.dispose();
  return list;
}

/** How many ratings are hidden, and how many of the best candidates stay. */
async function stayInNode(demo, name, seed) {
  const { model, user, items } = await userInNode(demo, name);
  const seen = corrupt(HISTORY, { kind: "mask", q: 0.5, seed });
  const [whole, half] = [user, model.user({ history: seen })].map((either) =>
    model.rank(either, items, { topK: SHOWN, exclude: user.items }).map(({ item }) => item),
  );
  model.dispose();
  return [
    `${HISTORY.length - seen.length} of ${HISTORY.length}`,
    `${whole.filter((id) => half.includes(id)).length} of ${SHOWN}`,
  ];
}

async function userInNode(demo, name) {
  const { items } = await (
    await fetch(`${demo.address}api/candidates?list=popular&limit=200`)
  ).json();
  const model = await loadModel(join(MODELS, `${WORDS[name].file}.safetensors`), {
    simd: "simd128",
    verify: true,
  });
  return { model, user: model.user({ history: HISTORY }), items };
}

function sentence(reasons) {
  if (reasons.length === 0) return "No single rating of yours explains it.";
  const named = (keep) =>
    reasons.filter(({ rating }) => keep(rating)).map(({ item }) => titleOf.get(item));
  const liked = named((rating) => rating >= 3);
  const disliked = named((rating) => rating < 3);
  const parts = [];
  if (liked.length > 0) parts.push(`liked ${liked.join(" and ")}`);
  if (disliked.length > 0) parts.push(`did not like ${disliked.join(" or ")}`);
  return `Because you ${parts.join(" and ")}`;
}
