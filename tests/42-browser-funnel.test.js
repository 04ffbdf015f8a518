/**
 * The demo's two stages in Chromium: their counts add up, the list can be arranged, and no server
 * is needed.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import {
  cap,
  createRecommender,
  diversify,
  fromModel,
  loadModel,
  novelty,
} from "../dist/index.node.js";
import { carried } from "../web-demo/page/ranking/carried.js";
import { FIRST_WISHES, MAX_NOVELTY, arranger } from "../web-demo/page/ranking/rerank.js";
import { describe } from "../web-demo/page/ranking/user-input.js";
import { MODELS } from "../web-demo/server.js";
import {
  choose,
  chooseModel,
  close,
  ids,
  inChromium,
  onlyBaselineSimd,
  open,
  searchAndRate,
  serve,
  settled,
  text,
} from "./lib/visit.js";

const SHOWN = 20;
const PLAIN = { variety: 0, maxPerGenre: Infinity };

const catalogue = JSON.parse(readFileSync(join(MODELS, "catalogue.json"), "utf8"));
const filmOf = new Map(catalogue.map((film) => [film.id, film]));
const RATINGS = [
  ["Pulp Fiction", 1],
  ["Toy Story", 5],
  ["Finding Nemo", 4],
  ["Alien", 5],
].flatMap(([title, stars]) =>
  catalogue.filter((film) => film.title === title).map((film) => [film, stars]),
);
const PAIRS = RATINGS.map(([film, stars]) => [film.id, stars]);

inChromium("the demo's two stages in Chromium", (at) => {
  test("the funnel adds up, and the list is that of the package in Node", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    const served = await candidates(at.demo, "list=popular");
    assert.deepEqual(await funnel(page), {
      Catalogue: catalogue.length,
      Candidates: 200,
      Ranked: null,
      "Re-ranked": null,
    });
    assert.deepEqual(
      await ids(page, "#list"),
      served.slice(0, SHOWN),
      "before the first rating the list is the server's",
    );

    await rateAll(page);
    const rated = served.filter((id) => PAIRS.some(([film]) => film === id)).length;
    assert.ok(rated > 0, "some of the rated films are candidates");
    const list = await ids(page, "#list");
    const counts = {
      Catalogue: catalogue.length,
      Candidates: 200,
      Ranked: 200 - rated,
      "Re-ranked": list.length,
    };
    assert.deepEqual(await funnel(page), counts);
    assert.match(await text(page, "#funnel"), new RegExp(`without ${rated} you rated`));
    const times = await page.$$eval("#funnel .time", (cells) =>
      cells.map(({ innerText }) => innerText),
    );
    for (const time of times.slice(1)) assert.match(time, /^(< )?\d+(\.\d)?\s*ms$/);

    const found = await inNode(FIRST_WISHES, ...serversWay(at.demo));
    assert.deepEqual(list, found);
    assert.equal(list.length, SHOWN);
    assert.match(await text(page, "#ranked"), /expected watch time, for which the rating stood in/);
    await reasonsAreThere(page);
    await close(visit);
  });

  test("variety and the cap rearrange the list, by keyboard too, and send nothing", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    await rateAll(page);
    const before = visit.sent.length;
    await page.select("#cap", "Infinity");
    await page.focus("#variety");
    await page.keyboard.press("Home");
    const plain = await inNode(PLAIN, ...serversWay(at.demo));
    await listIs(page, plain);
    assert.match(await text(page, "#funnel"), /the ranker’s first/);

    for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowRight");
    assert.equal(
      await page.$eval("#variety", (slider) => slider.getAttribute("aria-valuetext")),
      "5 of 6",
    );
    const varied = await inNode({ variety: 5, maxPerGenre: Infinity }, ...serversWay(at.demo));
    assert.notDeepEqual(varied, plain);
    await listIs(page, varied);
    const risen = varied.filter((id) => !plain.includes(id)).length;
    assert.match(await text(page, "#funnel"), new RegExp(`${risen} came up from below`));

    for (const maxPerGenre of [8, 6]) {
      await page.select("#cap", `${maxPerGenre}`);
      const capped = await inNode({ variety: 5, maxPerGenre }, ...serversWay(at.demo));
      await listIs(page, capped);
      const genres = capped.flatMap((id) => filmOf.get(id).genres);
      const isKept = genres.every(
        (genre) => genres.filter((other) => other === genre).length <= maxPerGenre,
      );
      assert.equal(
        /too few others/.test(await text(page, "#funnel")),
        !isKept,
        `${maxPerGenre} at most, or a note`,
      );
    }
    assert.equal(visit.sent.length, before, "nothing is sent");
    await close(visit);
  });

  test("less known films come up, by keyboard too, and nothing is sent", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    await rateAll(page);
    const before = visit.sent.length;
    await page.focus("#novelty");
    assert.equal(
      await page.$eval("#novelty", (slider) => slider.getAttribute("aria-valuetext")),
      "none: as ranked",
    );
    await page.keyboard.press("End");
    const wishes = { ...FIRST_WISHES, novelty: MAX_NOVELTY };
    const found = await inNode(wishes, ...serversWay(at.demo));
    await listIs(page, found);
    assert.match(await text(page, "#funnel"), new RegExp(`${MAX_NOVELTY} of ${MAX_NOVELTY}`));
    const plain = await inNode(FIRST_WISHES, ...serversWay(at.demo));
    const known = (list) => list.reduce((sum, id) => sum + filmOf.get(id).popularity, 0);
    assert.ok(known(found) < known(plain), "films with fewer ratings");
    await page.keyboard.press("Home");
    await listIs(page, plain);
    assert.equal(visit.sent.length, before, "nothing is sent");
    await close(visit);
  });

  test("films around one are requested by its button only, and the page reports it", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await rateAll(page);
    await choose(page, "Recent");
    assert.equal(visit.received.filter(({ url }) => url.includes("near")).length, 0);
    assert.match(
      await text(page, "#carried"),
      /200 films of the list “recent”.*It revealed nothing about you\./s,
    );

    const [film] = await ids(page, "#list");
    await page.locator(`#list [data-film="${film}"] .around`).click();
    await settled(page);
    const near = visit.received.filter(({ url }) => url.includes("near")).map(({ url }) => url);
    assert.deepEqual(near, [`/api/candidates?near=${film}&limit=200&rows=1`]);
    const { title } = filmOf.get(film);
    assert.ok((await text(page, "#carried")).includes(`It contained that film’s number, ${film}`));
    assert.equal(await text(page, ".pill.near"), `Around ${title}`);
    const around = await candidates(at.demo, `near=${film}`);
    assert.ok((await ids(page, "#list")).every((id) => around.includes(id)));

    await page.locator("#forget").click();
    await page.waitForSelector(".pill.near", { hidden: true });
    assert.equal(
      await text(page, ".chooser .pill[aria-pressed='true']"),
      "Popular",
      "the film is forgotten too",
    );
    await close(visit);
  });

  test("a genre is drawn and requested only by its button, within the privacy budget", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    const genres = new Set(catalogue.flatMap((film) => film.genres));
    assert.equal(
      await page.$eval("#taste", (button) => button.disabled),
      true,
      "disabled without ratings",
    );
    await rateAll(page);
    const before = visit.received.length;
    const asked = () => visit.received.slice(before).map(({ url }) => url);
    const drawn = [];
    for (let epsilon = 3; epsilon <= 9; epsilon += 3) {
      await page.locator("#taste").click();
      await page.waitForFunction(
        (epsilon) =>
          document.querySelector("#lists-what").innerText.includes(`epsilon ${epsilon} of 9`),
        {},
        epsilon,
      );
      await settled(page);
      const [, genre, among, percent] = (await text(page, "#lists-what")).match(
        /drew (.+) among (\d+) genres.*probability of (\d+)%/s,
      );
      drawn.push(genre);
      assert.ok(genres.has(genre));
      assert.equal(Number(among), genres.size);
      assert.equal(
        Number(percent),
        Math.round((100 * Math.exp(3)) / (Math.exp(3) + genres.size - 1)),
      );
      assert.match(await text(page, "#carried"), /This device drew the genre/);
    }
    const lists = [...new Set(drawn)].map(
      (genre) => `/api/candidates?${new URLSearchParams({ list: genre, limit: 200, rows: 1 })}`,
    );
    assert.deepEqual(
      asked()
        .filter((url) => url.startsWith("/api/candidates"))
        .sort(),
      lists.sort(),
      "a genre each, and nothing more",
    );
    assert.ok(asked().includes("/api/tastes"));

    const { length } = asked();
    await page.locator("#taste").click();
    assert.match(
      await page
        .waitForSelector("#taste-failure")
        .then((shown) => shown.evaluate((element) => element.innerText)),
      /privacy budget is spent/,
    );
    await page.reload();
    await page.waitForSelector("#funnel");
    await page.locator("#taste").click();
    await page.waitForSelector("#taste-failure");
    assert.ok(
      !asked()
        .slice(length)
        .some((url) => /list=(?!popular)/.test(url)),
      "a reload does not reset the budget",
    );
    await page.locator("#forget").click();
    await page.waitForSelector("#ratings", { hidden: true });
    await rateAll(page);
    await page.locator("#taste").click();
    await page.waitForFunction(() =>
      /epsilon 3 of 9/.test(document.querySelector("#lists-what").innerText),
    );
    await close(visit);
  });

  test("this device finds candidates: no request, and the same list as in Node", async () => {
    const visit = await open(at.browser, at.demo, onlyBaselineSimd);
    const { page } = visit;
    await rateAll(page);
    const before = visit.received.length;
    await choosePlace(page, "device");
    const asked = visit.received
      .slice(before)
      .map(({ url }) => url)
      .sort();
    const manifest = "/models/manifest.json";
    assert.deepEqual(asked, [
      "/models/candidates.safetensors",
      manifest,
      manifest,
      "/models/ranker.safetensors",
    ]);
    assert.deepEqual(await funnel(page), {
      Catalogue: catalogue.length,
      Candidates: 500,
      Ranked: 500,
      "Re-ranked": SHOWN,
    });

    const finder = await loadModel(join(MODELS, "candidates.safetensors"), { simd: "simd128" });
    const { features } = describe(PAIRS);
    const retrieve = fromModel(finder, { topK: 500, features: { count: features.count } });
    assert.deepEqual(
      await ids(page, "#list"),
      await inNode(FIRST_WISHES, retrieve, join(MODELS, "ranker.safetensors")),
    );
    assert.equal(await page.$(".around"), null, "no button sends a request to a server");
    await page.locator("#ratings .remove").click();
    await reasonsAreThere(page);
    assert.equal(visit.received.length, before + asked.length, "ratings send no request");

    await choosePlace(page, "server");
    assert.equal((await funnel(page)).Candidates, 200);
    await close(visit);
  });

  test("one model takes the server's list, and can request films around one too", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await rateAll(page);
    await choosePlace(page, "device");
    await chooseModel(page, "neumf");
    await settled(page);
    assert.equal(await page.$(".places"), null, "one model finds no candidates");
    const popular = await candidates(at.demo, "list=popular");
    assert.ok((await ids(page, "#list")).every((id) => popular.includes(id)));
    const [film] = await ids(page, "#list");
    await page.locator(`#list [data-film="${film}"] .around`).click();
    await settled(page);
    const around = await candidates(at.demo, `near=${film}`);
    assert.ok((await ids(page, "#list")).every((id) => around.includes(id)));

    const before = visit.received.filter(({ url }) => url.includes("near")).length;
    await chooseModel(page, "two-stages");
    await settled(page);
    assert.equal(
      await text(page, ".pill.near"),
      `Around ${filmOf.get(film).title}`,
      "another model keeps the chosen candidates",
    );
    assert.deepEqual(
      visit.received
        .filter(({ url }) => url.includes("near"))
        .slice(before)
        .map(({ url }) => url),
      [`/api/candidates?near=${film}&limit=200&rows=1`],
      "with the films' rows this time",
    );
    await close(visit);
  });

  test("of quick choices the last list counts, and no list is requested twice", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await rateAll(page);
    await page.evaluate(() => {
      for (const label of ["Recent", "Classics", "Popular", "Recent"]) {
        [...document.querySelectorAll(".chooser button")]
          .find(({ textContent }) => textContent.trim() === label)
          .click();
      }
    });
    await settled(page);
    assert.equal(await text(page, ".chooser .pill[aria-pressed='true']"), "Recent");
    assert.ok((await ids(page, "#list")).every((id) => filmOf.get(id).year >= 2010));
    const asked = visit.received
      .filter(({ url }) => url.startsWith("/api/"))
      .map(({ url }) => /list=(\w+)/.exec(url)[1]);
    assert.deepEqual(asked, ["popular", "recent", "classics"]);
    await close(visit);
  });

  test("the last good list stays when the server stops, and the page reports it", async () => {
    const stopping = await serve();
    const { page, context, sent } = await open(at.browser, stopping);
    await rateAll(page);
    const list = await ids(page, "#list");
    await stopping.stop();
    await choose(page, "Classics");
    await page.waitForSelector(".alert");
    assert.match(
      await text(page, ".alert"),
      /“Classics” did not arrive\..*cannot be reached.*last good list.*in use: “Popular”/s,
    );
    assert.match(await text(page, "#funnel"), /the server’s last good list/);
    assert.deepEqual(await ids(page, "#list"), list);
    const before = sent.length;
    await page.locator("#ratings .remove").click();
    await reasonsAreThere(page);
    assert.equal(sent.length, before, "a rating sends no request");

    const back = await serve({ port: stopping.port });
    await page.locator(".alert button").click();
    await page.waitForSelector(".alert", { hidden: true });
    // The list may follow the alert by a frame.
    const isOld = async () => (await ids(page, "#list")).every((id) => filmOf.get(id).year < 1970);
    for (let attempt = 0; attempt < 50 && !(await isOld()); attempt++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(await isOld());
    await context.close();
    await back.stop();
  });

  test("without any list this device finds candidates, and the page reports it", async () => {
    const visit = await open(at.browser, at.demo, () => {
      const real = window.fetch;
      window.fetch = (address, options) =>
        window.isMended || !String(address).includes("/api/")
          ? real(address, options)
          : Promise.reject(new TypeError("Failed to fetch"));
    });
    const { page } = visit;
    await page.waitForSelector("#funnel");
    assert.match(
      await text(page, ".alert"),
      /“Popular” did not arrive\..*This device finds candidates instead/s,
    );
    await rateAll(page);
    assert.equal((await funnel(page)).Candidates, 500);
    assert.equal(visit.received.filter(({ url }) => url.startsWith("/api/")).length, 0);

    await page.evaluate(() => (window.isMended = true));
    await page.locator(".alert button").click();
    await page.waitForSelector(".alert", { hidden: true });
    assert.equal((await funnel(page)).Candidates, 200);
    await close(visit);
  });

  test("without the ranker the server's list is shown", async () => {
    const visit = await open(at.browser, at.demo, () => {
      const real = window.fetch;
      window.fetch = (address, options) =>
        window.isMended || !String(address).includes("ranker")
          ? real(address, options)
          : Promise.reject(new TypeError("Failed to fetch"));
    });
    const { page } = visit;
    await page.waitForSelector("#list [data-film]");
    assert.match(
      await text(page, ".alert"),
      /Two stages cannot be used\. The server cannot be reached/,
    );
    assert.deepEqual(
      await ids(page, "#list"),
      (await candidates(at.demo, "list=popular")).slice(0, SHOWN),
    );
    await page.evaluate(() => (window.isMended = true));
    await page.locator(".alert button").click();
    await page.waitForSelector("#funnel");
    assert.equal(await page.$(".alert"), null);
    await rateAll(page);
    await close(visit);
  });

  test("every control has a name, and nothing is wider than the screen", async () => {
    const visit = await open(at.browser, at.demo);
    const { page } = visit;
    await rateAll(page);
    const { nodes } = await (await page.createCDPSession()).send("Accessibility.getFullAXTree");
    const controls = nodes.filter(({ role }) =>
      ["slider", "combobox", "radio", "button"].includes(role?.value),
    );
    for (const { role, name } of controls)
      assert.ok(name.value.trim(), `a ${role.value} without a name`);
    const names = controls.map(({ name }) => name.value);
    for (const name of [
      "Variety",
      "Less known films",
      "Of a genre, in the first 20",
      "From the server",
      "From this device",
    ]) {
      assert.ok(
        names.some((found) => found.startsWith(name)),
        `${name} among ${names.slice(0, 40)}`,
      );
    }
    for (const width of [360, 768, 1280]) {
      await page.setViewport({ width, height: 800 });
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        `at ${width} pixels`,
      );
    }
    await close(visit);
  });
});

test("what a request reveals is read from its address", () => {
  const read = (path, query) => carried({ path, query }, (id) => filmOf.get(id)?.title);
  const nothing = { revealed: "It revealed nothing about you.", isOfYou: false };
  assert.deepEqual(read("/base.css", ""), { asked: "It asked for a file, /base.css.", ...nothing });
  const list = read("/api/candidates", "?list=Sci-Fi&limit=200");
  assert.deepEqual(list, { asked: "It asked for 200 films of the list “Sci-Fi”.", ...nothing });
  assert.match(
    read("/api/candidates", "?near=1&limit=200&rows=1").revealed,
    /film’s number, 1, because you pressed/,
  );
  const drawn = carried(
    { path: "/api/candidates", query: "?list=Sci-Fi&limit=200" },
    () => undefined,
    new Set(["Sci-Fi"]),
  );
  assert.deepEqual([drawn.isOfYou, /drew the genre/.test(drawn.revealed)], [true, true]);
  for (const [path, query, revealed] of [
    ["/api/candidates", "?list=popular&history=1", "It contained history."],
    ["/elsewhere", "?x=1", "It contained x."],
  ]) {
    assert.equal(read(path, query).isOfYou, true);
    assert.equal(read(path, query).revealed, revealed);
  }
});

async function rateAll(page) {
  for (const [film, stars] of RATINGS) await searchAndRate(page, film, stars);
  await reasonsAreThere(page);
}

/** Waits for the last step after a rating. */
function reasonsAreThere(page) {
  return page.waitForFunction(() => {
    const reasons = [...document.querySelectorAll("#list .reason")];
    return reasons.length > 0 && reasons.every(({ textContent }) => textContent !== "");
  });
}

async function choosePlace(page, place) {
  await page.locator(`label:has([value="${place}"])`).click();
  await settled(page);
  await reasonsAreThere(page);
}

async function listIs(page, expected) {
  const isThere = (list) =>
    Array.from(document.querySelectorAll("#list [data-film]"), (row) => row.dataset.film).join() ===
    list;
  await page.waitForFunction(isThere, { timeout: 5000 }, expected.join()).catch(() => {});
  assert.deepEqual(await ids(page, "#list"), expected);
}

/** The count of films of each stage, by its name; null where it is not known yet. */
function funnel(page) {
  return page.$$eval("#funnel li", (rows) =>
    Object.fromEntries(
      rows.map((row) => {
        const digits = row.querySelector(".amount").innerText.replace(/\D/g, "");
        return [row.querySelector("b").textContent, digits ? Number(digits) : null];
      }),
    ),
  );
}

async function candidates(demo, query) {
  return (await (await fetch(`${demo.address}api/candidates?${query}&limit=200`)).json()).items;
}

/** What the page gets from the server: a pack of popular films, and the ranker without items. */
function serversWay({ address }) {
  const retrieve = () => fetch(`${address}api/candidates?list=popular&limit=200&rows=1`);
  return [retrieve, `${address}models/ranker-without-films.safetensors`];
}

/** The same list by the package alone, in the instruction set with the same bits everywhere. */
async function inNode(wishes, retrieve, weights) {
  const ranker = await loadModel(weights, { simd: "simd128" });
  const arrange = arranger(
    { cap, novelty, diversify: (options) => diversify({ ...options, simd: "simd128" }) },
    ranker,
  );
  const genresOf = (id) => filmOf.get(id).genres;
  const recommender = createRecommender({
    retrieve,
    rank: ranker,
    rerank: (list, context) => arrange(list, context, { wishes, genresOf }),
    ...describe(PAIRS),
  });
  const { recommendations, warning } = await recommender.recommend({ topK: SHOWN });
  assert.equal(warning, undefined);
  ranker.dispose();
  return recommendations.map(({ item }) => item);
}
