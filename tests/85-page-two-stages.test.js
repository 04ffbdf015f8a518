// The page's "Two stages" in Chromium and in Firefox: every control, and its numbers beside those
// of the package, called directly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import {
  cap,
  createRecommender,
  diversify,
  fromModel,
  loadModel,
  novelty,
} from "../dist/index.node.js";
import { FIRST_WISHES, arranger } from "../web-demo/page/ranking/rerank.js";
import { describe } from "../web-demo/page/ranking/user-input.js";
import { films, inSection, press, setRange, text } from "./lib/page.js";

const RATINGS = [
  [541, 4],
  [1240, 4],
  [318, 2],
  [1196, 5],
  [260, 5],
  [2571, 5],
];
const HASH = `#/two-stages?r=${RATINGS.map((rating) => rating.join(":")).join(",")}&lang=en`;
const CLOSE = 1e-4; // of scores: another instruction set rounds otherwise

const folder = new URL("../web-demo/models/", import.meta.url);
const bytesOf = async (name) => new Uint8Array(await readFile(new URL(name, folder)));
const [finder, ranker] = await Promise.all(
  ["candidates", "ranker"].map(async (name) => loadModel(await bytesOf(`${name}.safetensors`))),
);
const catalogue = JSON.parse(await readFile(new URL("catalogue.json", folder), "utf8"));
const genres = new Map(catalogue.map((film) => [film.id, film.genres]));
const { history, features } = describe(RATINGS);
const idsOf = (list) => list.map(({ item }) => item);

/** The pipeline that the page shows, called directly. */
async function direct(count) {
  const arrange = arranger({ cap, diversify, novelty }, ranker);
  let ranked;
  const recommender = createRecommender({
    retrieve: fromModel(finder, { topK: count, features: { count: features.count } }),
    rank: ranker,
    rerank: (list, context) => {
      ranked = list;
      const how = { wishes: FIRST_WISHES, genresOf: (id) => genres.get(id) };
      return arrange(list, context, how);
    },
    rerankDepth: count,
    history,
    features,
  });
  const { recommendations } = await recommender.recommend({ topK: 10 });
  return { candidates: recommender.lastCandidates, ranked, shown: recommendations };
}

const close = (found, expected, tolerance = CLOSE) =>
  assert.ok(
    Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${found} instead of ${expected}`,
  );
const data = (page, selector, name) =>
  page.$eval(selector, (element, key) => element.dataset[key], name);

/** Clickbait wins by clicks and loses by watch time, by the knobs. */
async function clickbait(page) {
  const watch = ".two-stages-watch";
  const value = async (measure, video) =>
    Number(await data(page, `[data-measure=${measure}] [data-video=${video}]`, "value"));
  assert.equal(await data(page, watch, "clicks"), "bait");
  assert.equal(await data(page, watch, "minutes"), "good");
  for (const video of ["bait", "good"]) {
    const clicks = await value("clicks", video);
    close(await value("probability", video), clicks / 10_000, 1e-9);
    close(await value("odds", video), (await value("total", video)) / (10_000 - clicks), 1e-9);
  }
  const knobs = `${watch} .two-stages-pair > div`;
  await setRange(page, `${knobs}:first-child .knob:nth-of-type(2) input`, 20);
  assert.equal(await data(page, watch, "minutes"), "bait");
  await setRange(page, `${knobs}:last-child .knob:nth-of-type(1) input`, 55);
  assert.equal(await data(page, watch, "clicks"), "good");
  await setRange(page, `${knobs}:first-child .knob:nth-of-type(1) input`, 2);
  await setRange(page, `${knobs}:last-child .knob:nth-of-type(2) input`, 30);
  assert.equal(await data(page, watch, "minutes"), "good");
}

/** The ranker's odds are e to the package's raw scores. */
async function odds(page) {
  const user = ranker.user({ history, features });
  const shown = await page.$$eval(".two-stages-odds li", (rows) =>
    rows.map(({ dataset }) => ({ item: Number(dataset.film), raw: Number(dataset.raw) })),
  );
  const { ranked } = await direct(500);
  assert.deepEqual(idsOf(shown), idsOf(ranked).slice(0, 8));
  const raw = ranker.score(user, idsOf(shown), { raw: true });
  shown.forEach((film, k) => close(film.raw, raw[k]));
  close(Number(await data(page, "[data-logit]", "logit")), raw[0]);
  await press(page, ".two-stages-odds li:nth-child(5) button");
  close(Number(await data(page, "[data-logit]", "logit")), raw[4]);
  const slot = await page.$eval("[data-slot=odds]", (element) => element.textContent);
  close(Number(slot), Math.exp(raw[4]), 0.01);
}

/** Approximate retrieval says what it misses, and finds all in all cells. */
async function approximate(page) {
  const figure = (name) => text(page, `[data-figure=${name}] dd`);
  const missed = Number(await data(page, "[data-missed]", "missed"));
  assert.equal(Number(await figure("recall100")), (100 - missed) / 100);
  const hollow = await page.$$(".two-stages-best .missed");
  assert.equal(hollow.length, missed);
  const few = parseFloat(await figure("looked"));
  await setRange(page, ".card:has(.two-stages-near) > .knob input", 64);
  assert.equal(await figure("recall100"), "1.00");
  assert.equal(await figure("looked"), "100.0%");
  assert.ok(few < 20);
  await page.waitForFunction(
    () => document.querySelector("[data-figure=same] dd").innerText === "10 of 10",
  );
}

/** Fresh videos win with the example age, and the questions have answers. */
async function freshVideos(page) {
  const order = (name) =>
    page.$$eval(`[data-order=${name}] li`, (rows) =>
      rows.map(({ dataset }) => Number(dataset.days)),
    );
  assert.deepEqual(await order("without"), [25, 10, 3, 1]);
  assert.deepEqual(await order("with"), [1, 3, 10, 25]);
  await setRange(page, ".two-stages-age input[type=range]", 8);
  assert.equal((await order("with"))[0], 10);
  for (const question of await page.$$(".predict")) {
    const answers = await question.$$("input");
    await answers[1].click();
    assert.match(await question.evaluate((part) => part.innerText), /That is what happens/);
  }
}

inSection("Two stages", (at) => {
  test("the funnel shows the counts and films of every stage", async () => {
    const page = await at.open(HASH);
    const whole = await direct(500);
    const counts = await page.$$eval("[data-stage]", (stages) =>
      stages.map(({ dataset }) => [dataset.stage, Number(dataset.count)]),
    );
    assert.deepEqual(Object.fromEntries(counts), {
      all: 3650,
      candidates: 500,
      ranked: whole.ranked.length,
      reranked: whole.ranked.length,
      shown: 10,
    });
    assert.deepEqual(await films(page, "#two-stages-panel"), idsOf(whole.shown));
    await press(page, "[data-stage=ranked]");
    assert.deepEqual(await films(page, "#two-stages-panel"), idsOf(whole.ranked).slice(0, 10));
    await press(page, "[data-stage=candidates]");
    assert.deepEqual(await films(page, "#two-stages-panel"), whole.candidates.slice(0, 10));
    assert.match(page.url(), /stage=candidates/);

    // A film that is pointed at is marked in every stage that has it.
    await press(page, "#two-stages-panel li:nth-child(3) button");
    const place = whole.ranked.findIndex(({ item }) => item === whole.candidates[2]) + 1;
    assert.match(await text(page, "[data-stage=ranked] .place"), new RegExp(`^no. ${place}$`));
    await setRange(page, ".two-stages-funnel input[type=range]", 1); // 50 candidates
    const few = await direct(50);
    assert.equal(await data(page, "[data-stage=candidates]", "count"), "50");
    await press(page, "[data-stage=shown]");
    assert.deepEqual(await films(page, "#two-stages-panel"), idsOf(few.shown));
    await at.close(page);
  });

  test("candidate generation from inside gives the package's vector and score", async () => {
    const page = await at.open(HASH);
    const user = finder.user({ history, features: { count: features.count } });
    assert.ok(Number(await data(page, "[data-difference]", "difference")) < 1e-5);
    const [first] = finder.recommend(user, { topK: 1, exclude: user.items });
    close(Number(await data(page, "[data-sum]", "sum")), first.score);
    close(Number(await data(page, "[data-sum]", "score")), first.score);
    await press(page, ".two-stages-found li:nth-child(4) button");
    const fourth = finder.recommend(user, { topK: 4, exclude: user.items })[3];
    close(Number(await data(page, "[data-sum]", "sum")), fourth.score);

    // From the user vector to a neuron, to its strongest input, to the mean of the films.
    const layers = await page.$$(".two-stages-inside > div:last-child .heat");
    await layers[2].focus();
    const strong = [...user.vector].indexOf(Math.max(...user.vector.slice(0, 64)));
    for (let k = 0; k <= strong; k += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    assert.equal(await data(page, ".two-stages-neuron", "index"), String(strong));
    assert.equal(await data(page, ".two-stages-neuron", "layer"), "3");
    close(
      Number(await data(page, ".two-stages-neuron tr.strong [data-value]", "value")),
      user.vector[strong],
    );
    for (const layer of ["2", "1", "0"]) {
      await press(page, ".two-stages-neuron tbody tr:first-child .link");
      assert.equal(await data(page, ".two-stages-neuron", "layer"), layer);
    }
    assert.match(await text(page, ".two-stages-neuron"), /The mean of this number over 5 films/);

    await press(page, "button ::-p-text(Reverse the order)");
    assert.ok(Number(await data(page, "[data-difference]", "difference")) < 1e-5);
    await page.select(".two-stages-words select", "robots");
    await page.waitForSelector("[data-words='1']");
    await page.waitForFunction(() => location.hash.includes("search=robots"));
    assert.ok(Number(await data(page, "[data-difference]", "difference")) < 1e-5);
    await press(page, "button[aria-label='Remove the search robots']");
    await at.close(page);
  });

  test("every other card follows its controls, and gives the package's numbers", async (t) => {
    const page = await at.open(HASH);
    await t.test("clickbait wins by clicks and loses by watch time, by the knobs", () =>
      clickbait(page),
    );
    await t.test("the ranker's odds are e to the package's raw scores", () => odds(page));
    await t.test("approximate retrieval says what it misses, and finds all in all cells", () =>
      approximate(page),
    );
    await t.test("fresh videos win with the example age, and the questions have answers", () =>
      freshVideos(page),
    );
    await at.close(page);
  });

  test("without ratings an example is shown, and Korean has every text", async () => {
    const empty = await at.open("#/two-stages?lang=en");
    assert.match(await text(empty, "main"), /You have rated nothing yet/);
    assert.equal((await films(empty, "#two-stages-panel")).length, 10);
    await at.close(empty);
    const korean = await at.open(HASH.replace("en", "ko"));
    assert.doesNotMatch(await text(korean, "main"), /undefined|NaN/);
    await at.close(korean);
  });
});
