// The page's frame and its section For you, in Chromium and in Firefox: what is shown is what the
// package computes, and no request contains anything of the visitor's history.
import assert from "node:assert/strict";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createRecommender, fromModel, loadModel, novelty } from "../dist/index.node.js";
import * as pocketrec from "../dist/index.node.js";
import { carried } from "../web-demo/page/ranking/carried.js";
import { addressOf } from "../web-demo/page/ranking/candidates.js";
import { MODELS } from "../web-demo/page/ranking/models.js";
import { speaking } from "../web-demo/page/ranking/reasons.js";
import { FIRST_WISHES } from "../web-demo/page/ranking/rerank.js";
import { Stages } from "../web-demo/page/ranking/stages.js";
import { describe } from "../web-demo/page/ranking/user-input.js";
import { PRESETS } from "../web-demo/page/state/presets.js";
import { serveDemo } from "./lib/demo.js";
import { films, inSection, press, setRange, settled, text } from "./lib/page.js";

const FOLDER = "web-demo/models";
const SHOWN = 20;
const PAIRS = PRESETS[0].ratings;
const IN_LINK = PAIRS.map((pair) => pair.join(":")).join(",");
const HISTORY = PAIRS.map(([item, rating]) => ({ item, rating }));
const RATED = PAIRS.map(([id]) => id);
const catalogue = JSON.parse(readFileSync(join(FOLDER, "catalogue.json"), "utf8"));
const byPopularity = catalogue.toSorted((a, b) => b.popularity - a.popularity || a.id - b.id);
const filmOf = new Map(catalogue.map((film) => [film.id, film]));
const genresOf = (id) => filmOf.get(id).genres;

const suite = (at) => {
  for (const [width, height] of [
    [1440, 900],
    [360, 740],
  ])
    test(`one press gives a list on the first screen, ${width} x ${height}`, async () => {
      const page = await at.open("", { viewport: { width, height } });
      await press(page, `.you .pill ::-p-text(Crime)`);
      const seen = await page.$$eval(
        "#list > li",
        (rows) => rows.filter((row) => row.getBoundingClientRect().bottom < innerHeight).length,
      );
      assert.ok(seen >= (width > 1000 ? 8 : 3), `${seen} films on the first screen`);
      assert.equal(await overflow(page), 0);
      assert.match(page.url(), /r=593:4,50:5/);
      const shown = await films(page, "#list");
      const ratings = PRESETS.find(({ name }) => name === "crime").ratings;
      assert.deepEqual(shown, await stagesInNode(at.demo, ratings));
      if (width < 1000) {
        assert.equal(await isSeen(page, "#ratings"), false, "the rated films are folded away");
        await press(page, ".unfold");
        assert.equal(await isSeen(page, "#ratings"), true);
        assert.equal(await overflow(page), 0);
      }
      await at.close(page);
    });

  test("lists, reasons and scores are those of the package", async () => {
    const settings = "variety=0&cap=Infinity";
    const page = await at.open(`#/for-you?r=${IN_LINK}&model=neumf&${settings}`);
    const model = await loadModel(join(FOLDER, "neumf.safetensors"));
    const served = await candidates(at.demo, "list=popular");
    const listOf = async (strength) => {
      const rerank = strength === 0 ? [] : [novelty({ model, strength })];
      const options = { retrieve: () => served, rank: model, rerank, history: HISTORY };
      return (await createRecommender(options).recommend({ topK: SHOWN })).recommendations;
    };
    const plain = await listOf(0);
    assert.deepEqual(
      await films(page, "#list"),
      plain.map(({ item }) => item),
    );
    const scores = await page.$$eval("#list [data-score]", (all) =>
      all.map(({ dataset }) => Number(dataset.score)),
    );
    plain.forEach(({ score }, at) => assert.ok(Math.abs(score - scores[at]) < 1e-4));
    const shown = await page.$$eval("#list .for-you-percent", (all) => all.map((e) => e.innerText));
    assert.equal(shown.length, plain.length);
    plain.forEach(({ score }, at) =>
      assert.ok(Math.abs(100 * score - parseFloat(shown[at])) <= 0.51, shown[at]),
    );
    const moved = await page.$$eval("#list .for-you-moved", (all) => all.map((e) => e.title));
    const order = served.filter((id) => !RATED.includes(id));
    plain.forEach(({ item }, place) => {
      const up = order.indexOf(item) - place;
      assert.match(moved[place], up === 0 ? /as among/ : new RegExp(`^${Math.abs(up)} place`));
    });

    await reasonsAreThere(page);
    const user = model.user({ history: HISTORY });
    const first = speaking(model.explain(user, plain[0].item, { topK: 2 }));
    const said = await text(page, "#list li .for-you-reason");
    for (const { item } of first) assert.ok(said.includes(filmOf.get(item).title.split(" (")[0]));

    for (const step of [10, 20]) {
      await setRange(page, ".for-you-knobs input[type=range]", step);
      const expected = await listOf((step / 20) * MODELS.neumf.novelty);
      assert.deepEqual(
        await films(page, "#list"),
        expected.map(({ item }) => item),
      );
      assert.match(page.url(), new RegExp(`novelty=${step}`));
    }
    assert.match(await text(page, "[data-step=history]"), new RegExp(`${PAIRS.length} ratings`));
    assert.match(await text(page, "[data-step=list]"), /First in the list/);

    await press(page, "#more");
    assert.equal((await films(page, "#list")).length, 2 * SHOWN);
    model.dispose();
    await at.close(page);
  });

  test("every model gives its list, on this device too", async () => {
    const page = await at.open(`#/for-you?r=${IN_LINK}&from=device&variety=0&cap=Infinity`);
    assert.deepEqual(await films(page, "#list"), await onDeviceInNode());
    for (const name of Object.keys(MODELS).filter((name) => name !== "two-stages")) {
      await page.select(".for-you-knobs select", name);
      await settled(page);
      const model = await loadModel(join(FOLDER, `${name}.safetensors`));
      const user = model.user({ history: HISTORY });
      const expected = model.recommend(user, { topK: SHOWN, exclude: user.items });
      const shown = await films(page, "#list");
      assert.deepEqual(
        shown,
        expected.map(({ item }) => item),
        name,
      );
      model.dispose();
    }
    const questions = at.sent(page).filter(({ url }) => url.includes("/api/"));
    assert.deepEqual(questions, [], "no list is requested");
    assert.equal(await page.$(".for-you-near"), null, "no button sends a film to a server");
    await at.close(page);
  });

  test("two settings beside each other differ where they are marked", async () => {
    const page = await at.open(`#/for-you?r=${IN_LINK}`);
    const one = await films(page, "#list");
    await press(page, "#compare");
    await page.select(".for-you-sides > div:nth-child(2) select", "mult-dae");
    await settled(page);
    const [left, right] = [await films(page, "#list"), await films(page, "#list-2")];
    assert.deepEqual(left, one);
    assert.notDeepEqual(left, right);
    const marked = await page.$$eval("#list-2 .alone", (rows) =>
      rows.map(({ dataset }) => Number(dataset.film)),
    );
    assert.deepEqual(
      marked,
      right.filter((id) => !left.includes(id)),
    );
    const both = await page.$eval(".for-you-agreement", ({ dataset }) => Number(dataset.both));
    assert.equal(both, SHOWN - marked.length);
    const address = page.url();
    assert.match(address, /compare=1.*model2=mult-dae/);
    await page.reload();
    await settled(page);
    assert.deepEqual(await films(page, "#list-2"), right, "the address holds it all");
    await at.close(page);
  });

  test("own ratings stay in this browser, and can be seen, saved, and erased", async () => {
    const page = await at.open("");
    const example = await films(page, "#list");
    await rateFirst(page, 5);
    const [first] = example;
    assert.deepEqual(await films(page, "#ratings"), [first]);
    assert.ok(!(await films(page, "#list")).includes(first), "a rated film is not recommended");
    await searchAndRate(page, byPopularity[0], 4);
    const list = await films(page, "#list");
    assert.deepEqual(await films(page, "#ratings"), [byPopularity[0].id, first]);
    assert.ok(!page.url().includes("r="), "own ratings are not in the address");

    await page.reload();
    await settled(page);
    assert.deepEqual(await films(page, "#ratings"), [byPopularity[0].id, first]);
    assert.deepEqual(await films(page, "#list"), list);
    await press(page, ".for-you-data .link");
    const stored = JSON.parse(await text(page, "#data"));
    assert.deepEqual(
      stored.interactions.map(({ item, rating }) => [item, rating]),
      [
        [first, 5],
        [byPopularity[0].id, 4],
      ],
    );

    await press(page, `#ratings [data-film="${first}"] .remove`);
    assert.notDeepEqual(await films(page, "#list"), list);
    await press(page, "#export");
    await press(page, "#forget");
    assert.equal((await films(page, "#ratings")).length, 1, "it asks first");
    await press(page, ".ask .yes");
    assert.deepEqual(await films(page, "#ratings"), []);
    assert.deepEqual(await films(page, "#list"), example);
    await page.waitForFunction(async () => {
      const kept = await caches.keys();
      return (
        (await indexedDB.databases()).length === 0 && !kept.some((name) => /weights/.test(name))
      );
    });
    assert.equal(await page.evaluate(() => localStorage.length), 0);

    const file = join(mkdtempSync(join(tmpdir(), "pocketrec-data-")), "ratings.json");
    for (const [content, expected] of [
      ["no ratings", []],
      [JSON.stringify(stored), [byPopularity[0].id, first]],
    ]) {
      writeFileSync(file, content);
      await (await page.$("#import")).uploadFile(file);
      await page.waitForFunction(
        (count) =>
          document.querySelectorAll("#ratings li, .for-you-data [role=alert]").length === count,
        {},
        expected.length || 1,
      );
      await settled(page);
      assert.deepEqual(await films(page, "#ratings"), expected);
    }
    await at.close(page);
  });

  test("a second visit fetches no weights, and another tab shares the ratings", async () => {
    const page = await at.open("#/for-you?model=ease");
    await searchAndRate(page, byPopularity[2], 5);
    const from = at.demo.received.length;
    const other = await page.browserContext().newPage();
    await other.setViewport({ width: 1280, height: 900 });
    await other.goto(`${at.demo.address}#/for-you?model=ease`);
    await settled(other);
    const again = at.demo.received.slice(from).filter(({ url }) => url.includes("safetensors"));
    assert.deepEqual(again, []);
    assert.deepEqual(await films(other, "#ratings"), [byPopularity[2].id]);
    await searchAndRate(other, byPopularity[8], 4);
    const list = await films(other, "#list");
    await page.bringToFront();
    await page.waitForSelector(`#ratings [data-film="${byPopularity[8].id}"]`);
    await settled(page);
    assert.deepEqual(await films(page, "#list"), list);

    const start = at.demo.received.length;
    await page.evaluate(() => {
      const menu = document.querySelector(".for-you-knobs > .pick:nth-child(2) select");
      for (const list of ["recent", "classics", "popular", "recent"]) {
        menu.value = list;
        menu.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    await settled(page);
    assert.ok((await films(page, "#list")).every((id) => filmOf.get(id).year >= 2010));
    const asked = at.demo.received.slice(start).map(({ url }) => url);
    assert.equal(asked.length, new Set(asked).size, "no list is requested twice");
    await at.close(page);
  });

  test("a link's ratings are borrowed: own ones are replaced only after a question", async () => {
    const page = await at.open("");
    await searchAndRate(page, byPopularity[3], 2);
    const own = await films(page, "#ratings");
    await page.evaluate((r) => (location.hash = `#/for-you?r=${r}&lang=ko`), IN_LINK);
    await settled(page);
    assert.deepEqual(await films(page, "#ratings"), RATED.toReversed());
    assert.equal(await page.$eval("html", ({ lang }) => lang), "ko", "the language of the link");
    await page.click(".languages [lang=en]");
    await rateFirst(page, 1);
    assert.match(page.url(), /r=.*,\d+:1/, "borrowed ratings that change stay in the address");
    await press(page, ".you .pill ::-p-text(My own)");
    assert.deepEqual(await films(page, "#ratings"), own);

    await press(page, ".you .pill ::-p-text(One film)");
    await press(page, "#keep");
    await press(page, ".you .ask .link:not(.yes)");
    await press(page, "#keep");
    await press(page, ".you .ask .yes");
    assert.ok(!page.url().includes("r="));
    const [[kept]] = PRESETS.at(-1).ratings;
    assert.deepEqual(await films(page, "#ratings"), [kept]);
    await page.reload();
    await settled(page);
    assert.deepEqual(await films(page, "#ratings"), [kept]);
    await at.close(page);
  });

  test("addresses may say anything", async () => {
    const page = await at.open("#/nowhere?r=999999999:5,x,1:9&model=none&novelty=-4&near=7.5");
    assert.match(await text(page, "main"), /names no section/);
    assert.equal((await films(page, "#list")).length, SHOWN);
    const many = byPopularity.map(({ id }) => `${id}:3`).join(",");
    for (const hash of [
      `#/for-you?r=${many}&model=ease`,
      "#/for-you?r=",
      "#",
      "#/?%E0%A4%A",
      "#r=1",
      "#/for-you?lang=constructor&model=__proto__&compare=toString",
    ]) {
      await page.evaluate((hash) => (location.hash = hash), hash);
      await settled(page);
      assert.equal((await films(page, "#list")).length, SHOWN, hash.slice(0, 30));
    }
    await at.close(page);
  });

  test("a link to the page is copied without own ratings, or with them by a press", async () => {
    const prepare = () =>
      Object.defineProperty(navigator, "clipboard", {
        value: { writeText: async (text) => void (globalThis.copied = text) },
      });
    const page = await at.open("#/for-you?model=ease", { prepare });
    await searchAndRate(page, byPopularity[5], 5);
    await press(page, "#copy-link");
    const copied = () => page.evaluate(() => globalThis.copied);
    assert.match(await text(page, ".note"), /Your ratings are not in it/);
    assert.match(await copied(), /#\/for-you\?model=ease&lang=en$/);
    await press(page, ".note ::-p-text(with my rating)");
    assert.match(await copied(), new RegExp(`r=${byPopularity[5].id}:5`));
    await page.keyboard.press("Escape");
    assert.equal(await page.$(".note"), null);

    for (const theme of ["light", "dark"]) {
      await page.click("[data-theme-now]");
      assert.equal(await page.$eval("html", ({ dataset }) => dataset.theme), theme);
    }
    await page.reload();
    await settled(page);
    assert.equal(await page.$eval("html", ({ dataset }) => dataset.theme), "dark", "is kept");
    await at.close(page);
  });

  test("another section begins at its top with the focus on its heading", async () => {
    const page = await at.open(`#/for-you?r=${IN_LINK}&model=ease`);
    await page.evaluate(() => scrollTo(0, 900));
    await press(page, ".next");
    assert.equal(await page.evaluate(() => document.activeElement.id), "section-title");
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.match(page.url(), /#\/why\?r=/, "the ratings go along");
    await page.evaluate(() => (location.hash = "#/for-you"));
    await settled(page);
    assert.deepEqual(await films(page, "#ratings"), RATED.toReversed(), "in a bare link, too");
    await page.goBack();
    await settled(page);
    assert.match(page.url(), /#\/why/);
    await page.goBack();
    await settled(page);
    assert.equal(await page.$eval(".for-you-knobs select", ({ value }) => value), "ease");
    await at.close(page);
  });

  test("without the server's answer the list stays, and it can be asked again", async () => {
    const stopping = await serveDemo();
    const page = await at.open(`#/for-you?r=${IN_LINK}`, { address: stopping.address });
    const before = await films(page, "#list");
    await stopping.stop();
    await choose(page, "classics");
    assert.match(await text(page, ".for-you-fallback"), /did not arrive.*last one stays in use/s);
    assert.deepEqual(await films(page, "#list"), before);
    await rateFirst(page, 4);
    assert.notDeepEqual(await films(page, "#list"), before, "ratings are ranked on");
    const back = await serveDemo({ port: stopping.port });
    await press(page, "#retry");
    assert.equal(await page.$(".for-you-fallback"), null);
    assert.ok((await films(page, "#list")).every((id) => filmOf.get(id).year < 1970));
    await page.browserContext().close();
    await back.stop();
  });

  test("a host of files alone: this device finds the candidates, and says so calmly", async () => {
    const prepare = () => {
      const real = window.fetch;
      window.fetch = async (...request) => {
        const response = await real(...request);
        const isCatalogue = String(request[0]).includes("catalogue.json");
        return isCatalogue ? new Response(await response.arrayBuffer()) : response;
      };
    };
    const page = await at.open(`#/for-you?r=${IN_LINK}&variety=0&cap=Infinity`, { prepare });
    assert.deepEqual(await films(page, "#list"), await onDeviceInNode());
    await page.click(".for-you-more summary");
    assert.match(await text(page, "#about-candidates"), /^Nobody is asked/);
    assert.equal(await page.$(".alert"), null);
    assert.deepEqual(
      at.sent(page).filter(({ url }) => url.includes("/api/")),
      [],
    );
    await at.close(page);
  });

  test("what does not arrive is reported, and can be fetched again", async () => {
    const broken = mkdtempSync(join(tmpdir(), "pocketrec-page-"));
    withoutFile(broken, "neumf.safetensors");
    const incomplete = await serveDemo({ page: broken });
    const prepare = () => {
      const real = window.fetch;
      window.fetch = (address, options) =>
        window.isMended || !String(address).includes("catalogue.json")
          ? real(address, options)
          : Promise.reject(new TypeError("Failed to fetch"));
    };
    const page = await at.open("#/for-you?model=neumf", { address: incomplete.address, prepare });
    assert.match(await text(page, "#app"), /The films did not arrive/);
    await page.evaluate(() => (window.isMended = true));
    await press(page, ".alert button");
    await page.waitForSelector("main .alert");
    assert.match(await text(page, ".alert"), /NeuMF did not arrive/);
    cpSync(join(FOLDER, "neumf.safetensors"), join(broken, "models/neumf.safetensors"));
    await press(page, ".alert button");
    await page.waitForSelector("#list li");
    assert.equal(await page.$(".alert"), null);
    assert.equal((await films(page, "#list")).length, SHOWN);
    await page.browserContext().close();
    await incomplete.stop();
    rmSync(broken, { recursive: true });
  });

  test("blocked storage: the page works, and says that nothing is kept", async () => {
    const prepare = () => {
      const get = () => {
        throw new DOMException("denied", "SecurityError");
      };
      for (const storage of ["localStorage", "indexedDB", "caches"])
        Object.defineProperty(window, storage, { get });
    };
    const page = await at.open("", { prepare });
    await searchAndRate(page, byPopularity[0], 5);
    assert.deepEqual(await films(page, "#ratings"), [byPopularity[0].id]);
    assert.match(await text(page, ".you"), /stores nothing for this page/);
    await press(page, "#forget");
    await press(page, ".ask .yes");
    assert.deepEqual(await films(page, "#ratings"), []);
    await at.close(page);
  });

  test("by keyboard alone", async () => {
    const page = await at.open("");
    await page.focus("#search");
    await page.keyboard.type("toy story");
    await page.waitForSelector("#found li");
    await page.keyboard.press("Tab");
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowRight");
    assert.deepEqual(await films(page, "#ratings"), [], "moving between stars rates nothing");
    await page.keyboard.press("Enter");
    await settled(page);
    assert.equal((await page.$$("#ratings .star.lit")).length, 4);

    const [, second] = await films(page, "#list");
    await page.focus("#list li:nth-child(2) .star");
    await page.keyboard.press("5");
    await page.waitForSelector(`#list [data-film="${second}"]`, { hidden: true });
    await settled(page);
    const place = await page.$$eval("#list > li", (rows) =>
      rows.findIndex((row) => row.matches(":focus-within")),
    );
    assert.equal(place, 1, "the focus is on the film that took the place of the rated one");
    await page.focus(".for-you-knobs input[type=range]");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.match(page.url(), /novelty=1\b/);
    await at.close(page);
  });

  test("no request contains anything of the history, and all of them are shown", async () => {
    const tour = async (ratings) => {
      const from = at.demo.received.length;
      const page = await at.open("");
      for (const [film, stars] of ratings) await searchAndRate(page, film, stars);
      for (const list of ["recent", "classics", catalogue[0].genres[0], "device"])
        await choose(page, list);
      await page.select(".for-you-knobs select", "cdae");
      await settled(page);
      const list = await films(page, "#list");
      await page.evaluate(() =>
        document.querySelectorAll("details").forEach((d) => (d.open = true)),
      );
      const shown = await page.$$eval("#requests code", (all) => all.map((e) => e.textContent));
      const received = at.demo.received.slice(from);
      await at.close(page);
      return { list, shown, received };
    };
    const [dramas, comedies] = ["Drama", "Comedy"].map((genre) =>
      byPopularity.filter(({ genres, id }) => genres.includes(genre) && id > 999),
    );
    const one = await tour(dramas.slice(10, 14).map((film) => [film, 5]));
    const other = await tour(comedies.slice(40, 42).map((film) => [film, 1]));
    assert.notDeepEqual(one.list, other.list);
    const addresses = ({ received }) => [...new Set(received.map(({ url }) => url))].sort();
    assert.deepEqual(addresses(one), addresses(other), "visitors with other ratings send the same");
    for (const { method, url, body, headers } of one.received) {
      assert.deepEqual(
        [method, body, headers.cookie, headers.referer],
        ["GET", "", undefined, undefined],
      );
      for (const { id } of dramas.slice(10, 14)) assert.ok(!url.includes(String(id)), url);
    }
    const isWorker = (url) => url === "/sw.js"; // of the browser, not of the page
    const asked = addresses(one).filter((url) => !isWorker(url));
    const known = new Set(one.shown.map((path) => (path === "./" ? "/" : `/${path}`)));
    for (const url of asked.filter((url) => /api|safetensors|manifest/.test(url)))
      assert.ok(known.has(url), `${url} is shown`);
  });

  test("a film or a drawn genre is sent only by its button, within the budget", async () => {
    const page = await at.open(`#/for-you?r=${IN_LINK}`);
    const [film] = await films(page, "#list");
    await press(page, `#list [data-film="${film}"] .for-you-near`);
    const around = await candidates(at.demo, `near=${film}`);
    assert.ok((await films(page, "#list")).every((id) => around.includes(id)));
    assert.match(page.url(), new RegExp(`near=${film}`));
    const asked = () => at.demo.received.filter(({ url }) => url.includes("api/candidates"));
    assert.equal(await page.$eval("#requests [data-revealed]", (e) => e.dataset.revealed), "film");

    await page.click(".for-you-more summary");
    const drawn = [];
    for (const epsilon of [3, 6, 9]) {
      await press(page, "#taste");
      await page.waitForFunction(
        (said) => document.querySelector("#about-candidates").innerText.includes(said),
        {},
        `epsilon ${epsilon} of 9`,
      );
      await settled(page);
      const said = await text(page, "#about-candidates");
      const [, genre, spent] = said.match(/drew (\S+) among.*epsilon (\d) of 9/s);
      assert.equal(Number(spent), epsilon);
      assert.ok(catalogue.some(({ genres }) => genres.includes(genre)));
      drawn.push(genre);
    }
    const { length } = asked();
    await press(page, "#taste");
    await page.waitForSelector("#taste-failure");
    assert.match(await text(page, "#taste-failure"), /privacy budget is spent/);
    assert.equal(asked().length, length, "nothing is sent");
    const sent = new Set(
      asked().map(({ url }) => new URLSearchParams(url.split("?")[1]).get("list")),
    );
    for (const genre of drawn) assert.ok(sent.has(genre));
    await at.close(page);
  });
};

inSection("the page: For you", suite, { timeout: 600_000 });

test("what a request reveals is read from its address", () => {
  const revealed = (path, query, drawn) => carried({ path, query }, new Set(drawn)).revealed;
  assert.equal(revealed("assets/index.js", ""), "nothing");
  assert.equal(revealed("api/tastes", ""), "nothing");
  const query = "?list=Sci-Fi&limit=200&rows=1";
  assert.equal(revealed("api/candidates", query), "nothing");
  assert.equal(revealed("api/candidates", query, ["Sci-Fi"]), "draw");
  assert.equal(revealed("api/candidates", "?near=1&limit=200"), "film");
  assert.deepEqual(carried({ path: "api/candidates", query: "?list=popular&history=1" }), {
    asked: "other",
    revealed: "other",
    strange: "history",
  });
  assert.equal(revealed("elsewhere", "?x=1"), "other");
  assert.equal(addressOf({ near: 7 }), "api/candidates?near=7&limit=200");
});

const overflow = (page) =>
  page.$eval("html", ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);

const isSeen = (page, selector) => page.$eval(selector, (element) => element.offsetHeight > 0);

async function choose(page, list) {
  await page.select(".for-you-knobs > .pick:nth-child(2) select", list);
  await settled(page);
}

/** Rates the first film of the list, in the list. */
const rateFirst = (page, stars) => press(page, `#list li:first-child .star:nth-child(${stars})`);

async function searchAndRate(page, { id, title, year }, stars) {
  await page.$eval(
    "#search",
    (input, query) => {
      input.value = query;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    `${title} ${year}`,
  );
  await press(page, `#found [data-film="${id}"] .star:nth-child(${stars})`);
}

const reasonsAreThere = (page) =>
  page.waitForFunction(() =>
    [...document.querySelectorAll("#list .for-you-reason")].every((e) => e.textContent !== ""),
  );

async function candidates({ address }, query) {
  return (await (await fetch(`${address}api/candidates?${query}&limit=200`)).json()).items;
}

/** The two stages with the server's pack of popular films, arranged as at first. */
async function stagesInNode({ address }, ratings) {
  const ranker = await loadModel(`${address}models/ranker-without-films.safetensors`);
  const pack = await fetch(address + addressOf({ list: "popular" }, { rows: true }));
  const opened = await ranker.openCandidates(new Uint8Array(await pack.arrayBuffer()));
  const stages = new Stages(pocketrec, ranker, async () => opened);
  const ranking = await stages.rank(describe(ratings));
  const isOther = (genre) => genre !== "popular";
  const how = { wishes: FIRST_WISHES, genresOf: (id) => genresOf(id).filter(isOther) };
  const { films: list } = await stages.arrange(ranking, how, SHOWN);
  ranker.dispose();
  return list.map(({ item }) => item);
}

/** The two stages with the candidates of the first, by the package alone. */
async function onDeviceInNode() {
  const [finder, ranker] = await Promise.all(
    ["candidates", "ranker"].map((name) => loadModel(join(FOLDER, `${name}.safetensors`))),
  );
  const { features } = describe(PAIRS);
  const retrieve = fromModel(finder, { topK: 500, features: { count: features.count } });
  const recommender = createRecommender({ retrieve, rank: ranker, history: HISTORY, features });
  const { recommendations } = await recommender.recommend({ topK: SHOWN });
  for (const model of [finder, ranker]) model.dispose();
  return recommendations.map(({ item }) => item);
}

/** The built page in a folder, but for one file of its models. */
function withoutFile(folder, name) {
  const link = (from, to) => symlinkSync(join(process.cwd(), from), to);
  for (const file of readdirSync("web-demo/dist").filter((file) => file !== "models"))
    link(`web-demo/dist/${file}`, join(folder, file));
  cpSync("web-demo/dist/models", join(folder, "models"), {
    recursive: true,
    filter: (path) => !path.includes(`/${name}`),
  });
}
