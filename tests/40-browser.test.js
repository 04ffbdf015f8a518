/**
 * The demo's page in Chromium: its functions work, and no request contains anything of the
 * visitor's history. POCKETREC_SCREENSHOT=FOLDER saves a screenshot of the page.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { MODELS } from "../web-demo/server.js";
import {
  choose,
  chooseModel,
  close,
  copyServerModels,
  ids,
  inChromium,
  onlyBaselineSimd,
  open,
  openWith,
  rate,
  ready,
  searchAndRate,
  serve,
  settled,
  text,
} from "./lib/visit.js";

const catalogue = JSON.parse(readFileSync(join(MODELS, "catalogue.json"), "utf8"));
const byPopularity = [...catalogue].sort((a, b) => b.popularity - a.popularity);

inChromium("the demo in Chromium", (at) => {
  let unratedVisit;
  /** The tour of a visitor who rates nothing, taken once. */
  const unratedTour = () => (unratedVisit ??= tour(at.browser, at.demo, []));

  test("ratings rank the list, change it, survive a reload and can be forgotten", async () => {
    const visit = await openWith("neumf", at.browser, at.demo);
    const { page } = visit;
    assert.equal(await heading(page), "The server’s list");
    const served = await ids(page, "#list");

    const [first, second, third, fourth] = await ids(page, "#found");
    await rate(page, first, 5);
    await rate(page, second, 4);
    await rate(page, third, 2);
    assert.equal(await heading(page), "Your list");
    const personal = await ids(page, "#list");
    assert.equal(personal.length, 20);
    assert.notDeepEqual(personal, served);
    for (const film of [first, second, third])
      assert.ok(!personal.includes(film), "a rated film is not recommended");
    const timing = await text(page, "#timing");
    assert.match(timing, /Fitted to you in\s*(< )?\d+(\.\d)?\s*ms/);
    assert.match(timing, /\d+ ranked in\s*(< )?\d+(\.\d)?\s*ms/);
    assert.match(timing, /Weights\s*\d+\.\d\s*MB/);

    await rate(page, fourth, 1);
    const afterFourth = await ids(page, "#list");
    assert.notDeepEqual(afterFourth, personal);
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second, first]);

    await page.locator(`#ratings [data-film="${first}"] .remove`).click();
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second]);
    const afterRemoval = await ids(page, "#list");
    assert.notDeepEqual(afterRemoval, afterFourth);
    await screenshot(page, "demo.png");

    await page.reload();
    await ready(page);
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second]);
    assert.equal(await heading(page), "Your list");

    await page.locator("#forget").click();
    assert.equal(await page.$("#ratings"), null);
    assert.deepEqual(await ids(page, "#list"), served);
    await close(visit);
  });

  test("the list is the one that the package computes in Node", async () => {
    const visit = await openWith("neumf", at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    const history = byPopularity
      .slice(3, 60)
      .filter((_, place) => place % 9 === 0)
      .map(({ id }, place) => ({ item: id, rating: 1 + ((place * 3) % 5) }));
    for (const { item, rating } of history) await searchAndRate(page, filmOf(item), rating);
    assert.match(await text(page, "#timing"), /(GMF|NeuMF) SIMD/);

    for (const [label, list] of [
      ["Popular", "popular"],
      ["Recent", "recent"],
    ]) {
      if (label !== "Popular") await choose(page, label);
      assert.deepEqual(await shownRanking(page), await rankInNode(at.demo, list, history));
    }
    await close(visit);
  });

  test("the page stores weights and ratings only, and forgetting deletes all", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    assert.match(await text(page, ".side"), /kept in this browser’s storage and nowhere else/);
    const nothing = { local: [], session: [], databases: [], caches: [], cookie: "" };
    const weights = { ...nothing, caches: ["pocketrec-weights:ranker-without-films"] };
    assert.deepEqual(await storedIn(page), weights, "before the first rating");

    const [film] = await ids(page, "#found");
    await rate(page, film, 5);
    await page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
    assert.deepEqual(await storedIn(page), {
      ...weights,
      databases: [{ name: "pocketrec-history:demo", version: 1 }],
    });
    await page.locator("#search").fill("star");

    await page.locator("#forget").click();
    await page.waitForSelector("#ratings", { hidden: true });
    await page.waitForFunction(
      async () => (await Promise.all([indexedDB.databases(), caches.keys()])).flat().length === 0,
    );
    assert.deepEqual(await storedIn(page), nothing);
    assert.equal(await page.$eval("#search", (input) => input.value), "");
    await page.reload();
    await ready(page);
    assert.equal(await page.$("#ratings"), null);
    assert.equal(await heading(page), "The server’s list");
    await close(visit);
  });

  test("a second visit fetches no weights, and another tab shares the ratings", async () => {
    const visit = await openWith("neumf", at.browser, at.demo);
    const { page, context } = visit;
    await rate(page, (await ids(page, "#found"))[0], 5);
    at.demo.received.length = 0;
    const other = await context.newPage();
    await other.goto(at.demo.address);
    await other.waitForSelector("#ratings");
    await other.waitForSelector("#timing");
    assert.deepEqual(
      at.demo.received.filter(({ url }) => url.endsWith(".safetensors")),
      [],
    );

    const [, second] = await ids(other, "#found");
    await rate(other, second, 4);
    await page.bringToFront(); // a tab behind another draws nothing
    await page.waitForSelector(`#ratings [data-film="${second}"]`);
    const list = await ids(other, "#list");
    await page.waitForFunction(
      (list) =>
        [...document.querySelectorAll("#list [data-film]")]
          .map(({ dataset }) => dataset.film)
          .join() === list,
      {},
      list.join(),
    );
    await page.locator("#forget").click();
    await other.bringToFront();
    await other.waitForSelector("#ratings", { hidden: true });
    assert.equal(await heading(other), "The server’s list");
    await close(visit);
  });

  test("without its server the page ranks on, and reports what did not arrive", async () => {
    const stopping = await serve();
    const visit = await openWith("neumf", at.browser, stopping);
    const { page } = visit;
    await rate(page, (await ids(page, "#found"))[0], 5);
    const before = await ids(page, "#list");
    await stopping.stop();

    const history = [
      [5, byPopularity[0]],
      [1, byPopularity[30]],
      [4, byPopularity[60]],
    ];
    for (const [stars, film] of history.slice(1)) await searchAndRate(page, film, stars);
    const after = await ids(page, "#list");
    assert.notDeepEqual(after, before, "two more ratings change the list");
    assert.deepEqual(visit.complaints, []);

    await choose(page, "Recent");
    assert.match(
      await text(page, ".alert"),
      /“Recent” did not arrive\..*cannot be reached.*last good list stays in use: “Popular”/,
    );
    assert.deepEqual(await ids(page, "#list"), after);
    assert.match(await text(page, "#requests"), /list=recent&limit=200\s+no answer/);
    assert.equal(await text(page, ".pill[aria-pressed='true']"), "Popular");

    const back = await serve({ port: stopping.port });
    await page.locator(".alert button").click();
    await page.waitForSelector(".alert", { hidden: true });
    await settled(page);
    assert.notDeepEqual(await ids(page, "#list"), after);
    assert.equal(await text(page, ".pill[aria-pressed='true']"), "Recent");
    await visit.context.close();
    await back.stop();
  });

  test("no request contains anything of the visitor's history", async () => {
    const blank = await unratedTour();
    const films = unmistakable(wordsOf(blank)).slice(0, 4);
    const ratings = films.map((film, place) => [film, 5 - place]);
    const visit = await tour(at.browser, at.demo, ratings);

    assert.ok(visit.received.length > 10, "requests were recorded");
    for (const request of [...visit.received, ...visit.sent]) {
      assert.equal(request.method, "GET", `${request.method} ${request.url}`);
      assert.equal(request.body, "", `${request.url} has a body`);
      assert.ok(
        new URL(request.url, at.demo.address).href.startsWith(at.demo.address),
        `${request.url} is elsewhere`,
      );
      for (const header of ["cookie", "Cookie", "referer", "Referer"])
        assert.ok(!request.headers[header], header);
      const words = wordsOf({ received: [request] });
      for (const film of films) {
        const carried = tellTale(film).filter((word) => words.has(word));
        assert.deepEqual(carried, [], `${request.url} carries something of "${film.title}"`);
      }
    }
    assert.deepEqual(visit.sockets, []);
  });

  test("visitors with different ratings, and with none, send exactly the same", async () => {
    const [dramas, comedies] = ["Drama", "Comedy"].map((genre) =>
      byPopularity.filter(({ genres }) => genres.includes(genre)),
    );
    const one = await tour(
      at.browser,
      at.demo,
      dramas.slice(10, 15).map((film) => [film, 5]),
    );
    const other = await tour(
      at.browser,
      at.demo,
      comedies.slice(40, 43).map((film) => [film, 1]),
    );
    const unrated = await unratedTour();
    assert.notDeepEqual(one.list, other.list, "these two see different lists");
    assert.deepEqual(addresses(one), addresses(other));
    assert.deepEqual(addresses(one), addresses(unrated));
    for (const visit of [other, unrated]) {
      assert.deepEqual(onlyIn(visit, one), [], "what one visitor sends and the other does not");
      assert.deepEqual(onlyIn(one, visit), [], "what one visitor sends and the other does not");
    }
  });

  test("the page shows exactly the requests that the server received", async () => {
    const visit = await open(at.browser, at.demo);
    await choose(visit.page, "Recent");
    await settled(visit.page);
    const shown = await visit.page.$$eval("#requests code", (codes) =>
      codes.map((code) => code.textContent),
    );
    assert.deepEqual(new Set(shown), new Set(visit.received.map(({ url }) => url)));
    await close(visit);
  });

  test("the page can be used by keyboard alone", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    const film = catalogue.find(({ title }) => title === "Toy Story") ?? catalogue[0];
    await page.focus("#search");
    await page.keyboard.type(film.title.toLowerCase());
    await page.keyboard.press("Tab");
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowRight");
    assert.equal(await page.$("#ratings"), null, "moving between stars rates nothing");
    await page.keyboard.press("Enter");
    assert.deepEqual(await ids(page, "#ratings"), [film.id]);
    assert.equal((await page.$$("#ratings .star.lit")).length, 4);

    await page.focus("#list li:nth-child(2) [tabindex='0']");
    const rated = (await ids(page, "#list"))[1];
    await page.keyboard.press("5");
    await page.waitForSelector(`#list [data-film="${rated}"]`, { hidden: true });
    const place = await page.$$eval("#list li", (rows) =>
      rows.findIndex((row) => row.matches(":focus-within")),
    );
    assert.equal(place, 1, "the focus moves to the row that took the place of the rated one");
    await close(visit);
  });

  test("the page works with damaged or blocked storage", async () => {
    const damaged = await open(at.browser, at.demo);
    await damaged.page.evaluate(async () => {
      const { openHistory } = await import("/dist/history.js");
      await (
        await openHistory("demo")
      ).add([{ item: 1, rating: 9 }, { item: "<b>", rating: 3 }, { item: 260, rating: 2.5 }, 318]);
    });
    await damaged.page.reload();
    await ready(damaged.page);
    assert.equal(await damaged.page.$("#ratings"), null);
    await close(damaged);

    const forbidden = await open(at.browser, at.demo, () => {
      const get = () => {
        throw new DOMException("denied", "SecurityError");
      };
      for (const storage of ["localStorage", "indexedDB", "caches"])
        Object.defineProperty(window, storage, { get });
    });
    const [film] = await ids(forbidden.page, "#found");
    await rate(forbidden.page, film, 5);
    assert.deepEqual(await ids(forbidden.page, "#ratings"), [film]);
    assert.match(await text(forbidden.page, "#not-kept"), /stores nothing for this page/);
    await forbidden.page.locator("#forget").click();
    await forbidden.page.waitForSelector("#ratings", { hidden: true });
    await close(forbidden);
  });

  test("a catalogue that does not arrive is reported, and can be fetched again", async () => {
    const page = await at.browser.newPage();
    await page.setRequestInterception(true);
    let broken = true;
    page.on("request", (request) => {
      if (broken && request.url().endsWith("/catalogue.json")) request.abort();
      else request.continue();
    });
    await page.goto(at.demo.address);
    await page.waitForSelector(".alert");
    assert.match(
      await text(page, "#app"),
      /^The films did not arrive\. The server cannot be reached/,
    );
    broken = false;
    await page.locator(".alert button").click();
    await page.waitForSelector("#funnel");
    assert.equal(await page.$(".alert"), null);
    await page.close();
  });

  test("missing weights are reported, and can be fetched again", async () => {
    const models = mkdtempSync(join(tmpdir(), "pocketrec-demo-"));
    copyServerModels(models);
    const incomplete = await serve({ folders: { "/models/": models } });
    const { page } = await open(at.browser, incomplete, () =>
      localStorage.setItem("pocketrec-demo-model", "neumf"),
    );
    assert.match(
      await text(page, ".alert"),
      /NeuMF cannot be used\. .*expected weights of the name "neumf", found .*\(bad-manifest\)/,
    );
    assert.equal((await ids(page, "#list")).length, 20, "the server's list is shown");

    copyFileSync(join(MODELS, "neumf.safetensors"), join(models, "neumf.safetensors"));
    await page.locator(".alert button").click();
    await page.waitForSelector("#timing");
    await page.close();
    await incomplete.stop();
    rmSync(models, { recursive: true });
  });
});

/** Does everything that a visitor can do, with these ratings, and returns what was sent. */
async function tour(browser, demo, ratings) {
  const visit = await open(browser, demo);
  const { page } = visit;
  for (const [film, stars] of ratings) await searchAndRate(page, film, stars);
  await page.waitForFunction(
    (count) => count === 0 || document.querySelector("#list.personal"),
    {},
    ratings.length,
  );
  const list = await ids(page, "#list");
  await choose(page, "Recent");
  await choose(page, "Classics");
  await page.select("select", catalogue[0].genres[0]);
  await settled(page);
  await page.locator(".more").click();
  await chooseModel(page, "cdae");
  if (ratings.length > 0) await page.locator("#ratings .remove").click();
  await page.reload();
  await ready(page);
  if (ratings.length > 0) await page.locator("#forget").click();
  await settled(page);
  await page.goto("about:blank"); // what a page sends when it is left counts too
  await pause(300);
  const received = [...demo.received];
  await close(visit);
  return { ...visit, received, list, sent: visit.sent.filter(({ url }) => url !== "about:blank") };
}

/** The films of the ranked list, with their scores as shown. */
function shownRanking(page) {
  return page.$$eval("#list [data-film]", (rows) =>
    rows.map((row) => ({
      item: Number(row.dataset.film),
      score: row.querySelector(".percent").textContent,
    })),
  );
}

/** The same by the package alone: the server's candidates, the weights file, this history. */
async function rankInNode(demo, list, history) {
  const { items } = await (
    await fetch(`${demo.address}api/candidates?list=${list}&limit=200`)
  ).json();
  const model = await loadModel(join(MODELS, "neumf.safetensors"), {
    simd: "simd128",
    verify: true,
  });
  const user = model.user({ history });
  const ranked = model.rank(user, items, { topK: 20, exclude: user.items });
  model.dispose();
  return ranked.map(({ item, score }) => {
    const percent = score * 100;
    return {
      item,
      score: percent < 0.1 ? "< 0.1%" : `${percent.toFixed(percent < 9.95 ? 1 : 0)}%`,
    };
  });
}

/** Everything that a page can store in its browser. */
function storedIn(page) {
  return page.evaluate(async () => ({
    local: Object.entries(localStorage).map(([name, value]) => `${name}=${value}`),
    session: Object.keys(sessionStorage),
    databases: await indexedDB.databases(),
    caches: await globalThis.caches.keys(),
    cookie: document.cookie,
  }));
}

function filmOf(id) {
  return catalogue.find((film) => film.id === id);
}

function heading(page) {
  return text(page, "#ranked-title");
}

async function screenshot(page, name) {
  const folder = process.env.POCKETREC_SCREENSHOT;
  if (folder) await page.screenshot({ path: join(folder, name), fullPage: true });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What identifies a film. */
function tellTale({ id, row, title }) {
  return [String(id), String(row), ...words(title).filter((word) => word.length > 3)];
}

/** Well-known films whose numbers and words occur in no request of any browser. */
function unmistakable(taken) {
  return byPopularity
    .filter((film) => film.id > 99 && film.row > 99 && film.id !== film.row)
    .filter((film) => tellTale(film).every((word) => !taken.has(word)));
}

function wordsOf({ received }) {
  const texts = received.map(({ url, headers, body }) => [
    decodeURIComponent(url),
    JSON.stringify(headers),
    body,
  ]);
  return new Set(texts.flat().flatMap(words));
}

function words(text) {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** The set of addresses that a visit requested. */
function addresses({ received }) {
  return [...new Set(received.map(({ url }) => url))].sort();
}

/** Requests that the server received more often from one visit than from the other. */
function onlyIn(visit, other) {
  const left = other.received.map(canonical);
  return visit.received.map(canonical).filter((request) => {
    const at = left.indexOf(request);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Browsers order headers differently for their memory cache and their disk cache. */
function canonical({ method, url, headers, body }) {
  const sorted = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
  return [`${method} ${url}`, ...sorted, body].join("\n");
}
