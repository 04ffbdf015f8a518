// The lessons of docs/teaching.md, walked through: every link opens the state that its step needs,
// and the answers are what the page shows there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { inSection, press, setRange, text } from "./lib/page.js";

const lessons = readFileSync(new URL("../docs/teaching.md", import.meta.url), "utf8")
  .split(/^## Lesson /m)
  .slice(1);
/** The fragments of the links of each lesson, in order. */
const links = lessons.map((lesson) =>
  Array.from(lesson.matchAll(/\(http:\/\/localhost:8080\/(#[^)]+)\)/g), ([, hash]) => hash),
);

const data = (page, selector, name) =>
  page.$eval(selector, (element, key) => element.dataset[key], name);
const number = async (page, selector) =>
  Number((await text(page, selector)).replaceAll(",", "").replace("−", "-"));
const held = (page) => page.$$eval(".ncf-four [data-holds=true]", ({ length }) => length);
const says = (lesson, words) =>
  assert.ok(lessons[lesson].replaceAll(/\s+/g, " ").includes(words), `the lesson: ${words}`);

/** Training and test error of “Watch it learn”, once it stands at an epoch. */
async function errors(page, epoch) {
  await page.waitForFunction(
    (epoch) => Number(document.querySelector("[data-count=epoch]")?.textContent) >= epoch,
    {},
    epoch,
  );
  const shown = ["training", "test", "best"].map((id) => text(page, `[data-count=${id}]`));
  const [training, kept, best] = await Promise.all(shown);
  return { training, test: kept, best };
}

inSection("the lessons", (at) => {
  const walked = new Set();
  after(() =>
    assert.deepEqual(
      links.flat().filter((link) => !walked.has(link)),
      [],
    ),
  );

  /** Opens a link of a lesson, as a student does. */
  async function follow(lesson, step, check) {
    const link = links[lesson][step];
    walked.add(link);
    const page = await at.open(link);
    await check(page);
    await at.close(page);
  }

  test("1: from a dot product to a network", async () => {
    await follow(0, 0, async (page) => {
      assert.ok((await held(page)) < 4);
      await press(page, ".ncf-buttons button:last-child");
      assert.equal(await held(page), 3);
    });
    await follow(0, 1, async (page) => assert.equal(await held(page), 4));
    await follow(0, 2, async (page) => {
      assert.match(await text(page, "main h2"), /Shawshank/);
      assert.ok(await page.$("[data-dimension] .film-list, [data-dimension] li"));
    });
    await follow(0, 3, async (page) => {
      const score = (name) => number(page, `[data-score=${name}]`);
      assert.equal(await score("joined"), await score("gmf"));
      await setRange(page, ".ncf-joined input[type=range]", 0);
      assert.equal(await score("joined"), await score("mlp"));
    });
    await follow(0, 4, async (page) => {
      const [dot, net] = await Promise.all(
        ["dot", "net"].map((name) => text(page, `[data-right=${name}]`)),
      );
      assert.ok(Number.parseInt(dot, 10) <= 3, dot);
      assert.equal(Number.parseInt(net, 10), 4, net);
    });
    await follow(0, 5, async (page) => assert.ok((await page.$$("[data-row]")).length > 5));
  });

  test("2: learning, and learning by heart", async () => {
    await follow(1, 0, async (page) => {
      assert.equal(await text(page, "[data-count=epoch]"), "0");
      await press(page, ".predict .pill:nth-child(2)");
      assert.match(await text(page, ".predict [role=status]"), /That is what happens/);
    });
    await follow(1, 1, async (page) => {
      const { training, test: kept, best } = await errors(page, 200);
      says(1, `It is lowest, ${best.replace(" (epoch ", ", at epoch ").replace(")", "")}`);
      says(1, `and ${kept} at epoch 200, while the training error falls to ${training}`);
    });
    await follow(1, 2, async (page) => {
      const { training, test: kept } = await errors(page, 200);
      says(1, `The training error stays at ${training}, the test error at ${kept}`);
    });
    await follow(1, 3, async (page) => {
      const { test: kept } = await errors(page, 200);
      says(1, `The test error stays at ${kept} or below`);
    });
    await follow(1, 4, async (page) => {
      assert.equal((await page.$$("[data-input]")).length, 5);
    });
    await follow(1, 5, async (page) => {
      const kept = { ae: 0, dae: 0 };
      for (let draw = 0; draw < 10; draw += 1) {
        for (const name of ["ae", "dae"])
          kept[name] += Number(await data(page, `[data-list=${name}]`, "kept"));
        await press(page, "[data-noise] button ::-p-text(New draw)");
      }
      assert.ok(Math.abs(kept.ae - kept.dae) <= 15, JSON.stringify(kept)); // of 100 films each
    });
    await follow(1, 6, async (page) => {
      const { best } = await errors(page, 200);
      assert.ok(Number(best.match(/epoch (\d+)/)[1]) > 18, best);
    });
  });

  test("3: from a catalogue to a list, and what a server learns", async () => {
    const shown = (page) => page.$$eval("#two-stages-panel [data-film]", ({ length }) => length);
    await follow(2, 0, async (page) => {
      for (const stage of ["candidates", "ranked", "reranked", "shown"]) {
        await press(page, `[data-stage=${stage}]`);
        assert.equal(await shown(page), 10);
      }
    });
    await follow(2, 1, async (page) => {
      assert.equal(await data(page, "[data-stage=candidates]", "count"), "50");
    });
    await follow(2, 2, async (page) => {
      const card = "[data-clicks][data-minutes]";
      assert.equal(await data(page, card, "clicks"), "bait");
      assert.equal(await data(page, card, "minutes"), "good");
    });
    await follow(2, 3, async (page) => {
      assert.ok(Number(await data(page, "[data-missed]", "missed")) > 0);
      await setRange(page, "section:has([data-missed]) input[type=range]", 64);
      assert.equal(await data(page, "[data-missed]", "missed"), "0");
    });
    const factor = (page) => page.$eval("[data-slot=factor]", (slot) => slot.textContent);
    await follow(2, 4, async (page) => {
      assert.match(await factor(page), /^2\.7/);
      await press(page, "button ::-p-text(One more draw)");
      assert.equal(await data(page, "[data-draws]", "draws"), "2");
    });
    await follow(2, 5, async (page) => assert.match(await factor(page), /^2,?981/));
  });
});
