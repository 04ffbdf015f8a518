// Addresses may say anything, and change while the page runs: every section stands it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { films, inBrowsers, notInFirefox, settled, text } from "./lib/page.js";

const RATED = "r=541:4,1240:4,1196:5,260:5,2571:5";
const catalogue = JSON.parse(readFileSync("web-demo/models/catalogue.json", "utf8"));

/** Settings that no control makes: fractions, films that no model knows, names of every object. */
const ODD = {
  "for-you": [
    "lang=constructor&model=__proto__&novelty=1e308&from=toString",
    "near=-0&variety=0.5",
  ],
  why: ["steps=3.7&taste=01&near=1e9&without=__proto__"],
  ncf: ["film=999999&alpha=-0&angle=359.5&numbers=NaN", "film=1.5&alpha=Infinity&first=1e308"],
  learn: ["epoch=1e-5&seed=2.7&model=__proto__&rate=-0"],
  autoencoders: ["look=code.1e400&model=constructor&q=-0&noise=__proto__&node=3.999&seed=1.5"],
  "two-stages": [
    "probes=1.5&age=2.5&search=__proto__,constructor,__proto__",
    "bait-click=1.5&candidates=constructor",
  ],
  "new-here": ["k=2.5&metric=__proto__", "k=-0.5&less=1e308&way=constructor", "k=20"],
  privacy: ["e=1e308"],
  speed: ["model=__proto__"],
  beyond: ["beside=constructor&last=0.5&film=999999&head=9.9"],
};

/** What a number that is none looks like. */
const MADE_UP = /\b(NaN|undefined|Infinity)\b|∞|(?<!\w)[-−]0(\.0+)?(?![\w.])/;

inBrowsers("odd addresses", (at) => {
  const skip = at.browser === "firefox" && notInFirefox;

  test("settings that no control makes leave every section whole", { skip }, async (t) => {
    const page = await at.open(`#/?${RATED}`);
    for (const [section, all] of Object.entries(ODD))
      for (const settings of all)
        await t.test(`${section}: ${settings}`, async () => {
          await go(page, `#/${section}?${RATED}&${settings}`);
          assert.equal(await page.$(".alert, [role=alert]"), null);
          const shown = await text(page, "#app");
          assert.doesNotMatch(shown, MADE_UP);
        });
    await at.close(page);
  });

  test("a visitor with fewer ratings than the last is shown in every section", async (t) => {
    const many = catalogue.slice(0, 30).map(({ id }, at) => `${id}:${1 + (at % 5)}`);
    const page = await at.open(`#/?r=${many}`);
    for (const section of Object.keys(ODD))
      await t.test(section, async () => {
        await go(page, `#/${section}?r=${many}`);
        await go(page, `#/${section}?r=260:5`);
        assert.deepEqual(await films(page, "#ratings"), [260]);
        const said = await text(page, "[data-step=history] .long");
        assert.ok(section === "learn" || said === "1 rating", said);
        if (section === "new-here") assert.match(await text(page, "main"), /list after 1 rating/);
      });
    await at.close(page);
  });

  test(
    "a film that an address names twice has its last rating, and is the latest",
    { skip },
    async () => {
      const page = await at.open("#/for-you?r=1:5,260:4,1:2");
      assert.deepEqual(await films(page, "#ratings"), [1, 260]);
      assert.equal(
        await page.$$eval("#ratings li:first-child .star.lit", ({ length }) => length),
        2,
      );
      await at.close(page);
    },
  );

  test(
    "candidates that are all rated: no film is left, and no score is made up",
    { skip },
    async () => {
      const noir = catalogue.filter(({ genres }) => genres.includes("Film-Noir"));
      const page = await at.open(`#/for-you?from=Film-Noir&r=${noir.map(({ id }) => `${id}:4`)}`);
      assert.deepEqual(await films(page, "#list"), []);
      assert.match(await text(page, ".for-you-tool"), /rated all of these/);
      assert.equal(await text(page, "[data-step=scores] .value"), "–");
      await at.close(page);
    },
  );
});

/** Opens an address as typing it into the address bar does. */
async function go(page, hash) {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.waitForFunction(
    (name) => document.querySelector("nav [aria-current]")?.hash.startsWith(`#/${name}`),
    {},
    hash.match(/^#\/([\w-]+)/)[1],
  );
  await settled(page);
}
