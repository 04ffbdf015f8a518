// What holds for every section of the page, at every width, in both themes and both languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isLong } from "./lib/long.js";
import { inSection, settled } from "./lib/page.js";

const AXE = readFileSync("web-demo/node_modules/axe-core/axe.min.js", "utf8");
const RATED = "r=541:4,1240:4,1196:5,260:5,2571:5";
const HEIGHT = 900;

/** Two visits have every theme, language and width; with POCKETREC_LONG=1 all are crossed. */
const LOOKS = isLong
  ? ["light", "dark"].flatMap((theme) =>
      ["en", "ko"].flatMap((language) => [360, 1440].map((width) => ({ theme, language, width }))),
    )
  : [
      { theme: "light", language: "en", width: 1440 },
      { theme: "dark", language: "ko", width: 360 },
    ];

/** Widths beside that of the visit: a page at 1920 is that of 1440 with more room around it. */
const WIDTHS = isLong ? [360, 768, 1920] : [360, 768];

inSection(
  "every section",
  (at) => {
    for (const { theme, language, width } of LOOKS)
      test(`axe finds nothing, nothing is too wide: ${theme}, ${language}, ${width}`, async (t) => {
        const viewport = { width, height: HEIGHT };
        const page = await at.open(`#/?${RATED}`, { theme, language, viewport });
        await page.evaluate(AXE);
        for (const section of await sections(page))
          await t.test(section, async () => {
            await go(page, section);
            assert.deepEqual(await page.evaluate(violations), []);
            assert.deepEqual(await page.evaluate(wider), [], `${width} pixels`);
            for (const other of WIDTHS.filter((one) => one !== width)) {
              await page.setViewport({ width: other, height: HEIGHT });
              await settled(page);
              assert.deepEqual(await page.evaluate(wider), [], `${other} pixels`);
            }
            await page.setViewport(viewport);
          });
        await at.close(page);
      });

    test("controls and links, in the order of the sections", async (t) => {
      const page = await at.open(`#/?${RATED}`);
      const known = await sections(page);
      await t.test("a link opens its section and moves the focus there", async () => {
        const [, second] = known;
        await page.focus(`nav a[href*="#/${second}"]`);
        await page.keyboard.press("Enter");
        await page.waitForFunction((name) => location.hash.startsWith(`#/${name}`), {}, second);
        await settled(page);
        assert.equal(await page.evaluate(() => document.activeElement.id), "section-title");
      });

      for (const section of known) {
        await go(page, section);
        await t.test(`${section}: Tab reaches every control in order, and shows where it is`, () =>
          reachesControls(page),
        );
        await t.test(
          `${section}: links lead somewhere: to sections, files of the page, papers`,
          () => leadsSomewhere(page, known, at.demo.address),
        );
      }
      await at.close(page);
    });

    test("until a section is loaded the last one stays, and is busy", async () => {
      const page = await at.open(`#/for-you?${RATED}`, { prepare: withoutServiceWorker });
      const before = await page.evaluate(whatIsShown);
      const arrive = await holdBack(page, /\/assets\/autoencoders-[^/]*\.js$/);
      await page.$eval('nav a[href*="#/autoencoders"]', (link) => link.click());
      await page.waitForFunction(() => document.querySelector("main[aria-busy='true']"));
      assert.deepEqual(await page.evaluate(whatIsShown), { ...before, isBusy: "true" });
      await arrive();
      await settled(page);
      const shown = await page.evaluate(whatIsShown);
      assert.notEqual(shown.heading, before.heading);
      assert.match(shown.next, /#\/two-stages\b/);
      await at.close(page);
    });
  },
  { timeout: 600_000 },
);

/** Where papers and code are for good. */
const PAPER =
  /^https:\/\/(doi\.org\/10\.\d{4,}\/\S+|arxiv\.org\/abs\/\d{4}\.\d{4,5}|[\w.-]+\/\S*)$/;

async function reachesControls(page) {
  const controls = await page.evaluate(markControls);
  const reached = [];
  const unseen = [];
  for (let step = 0; step < 2 * controls.length && reached.length < controls.length; step++) {
    await page.keyboard.press("Tab");
    const { control, isSeen } = await page.evaluate(focused);
    if (control === undefined) continue; // what scrolls takes the focus, too
    reached.push(control);
    if (!isSeen) unseen.push(control);
  }
  assert.deepEqual(reached, controls);
  assert.deepEqual(unseen, []);
}

async function leadsSomewhere(page, known, home) {
  const links = await page.$$eval("a[href]", (all) =>
    all.map((link) => ({ raw: link.getAttribute("href"), href: link.href })),
  );
  for (const { raw, href } of links) {
    if (raw.startsWith("#/")) assert.ok(known.includes(raw.match(/^#\/([\w-]*)/)[1]), raw);
    else if (href.startsWith(home)) {
      if (raw !== "#section") assert.equal((await fetch(href)).status, 200, raw);
    } else assert.match(href, PAPER, raw);
  }
}

/** The ids of the sections, in the order of the navigation. */
async function sections(page) {
  const links = await page.$$eval("nav a", (all) => all.map(({ hash }) => hash));
  return [...new Set(links.map((hash) => hash.match(/^#\/([\w-]+)/)?.[1]).filter(Boolean))];
}

/** Opens a section as its link does. */
async function go(page, section) {
  await page.$eval(`nav a[href*="#/${section}"]`, (link) => link.click());
  await page.waitForFunction((name) => location.hash.includes(name), {}, section);
  await settled(page);
}

/** Runs in the page: requests are the page's own, so that the test sees them. */
function withoutServiceWorker() {
  Object.defineProperty(Navigator.prototype, "serviceWorker", { get: () => undefined });
}

/**
 * Holds a file back until what is returned is called. Then requests run freely again: those of a
 * worker would wait for ever, since the page does not hear of them.
 */
async function holdBack(page, file) {
  let letPass;
  const held = new Promise((resolve) => {
    letPass = (request) => (file.test(request.url()) ? resolve(request) : request.continue());
  });
  page.on("request", letPass);
  await page.setRequestInterception(true);
  return async () => {
    await (await held).continue();
    page.off("request", letPass);
    await page.setRequestInterception(false);
  };
}

/** Runs in the page: which section is there, whole, and whether it is at work. */
function whatIsShown() {
  const main = document.querySelector("main");
  return {
    heading: main.querySelector("#section-title").innerText,
    next: main.querySelector("a.next")?.getAttribute("href"),
    isBusy: main.getAttribute("aria-busy"),
  };
}

/** Runs in the page: what axe finds, in a line each. */
async function violations() {
  const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 150)} ${any[0]?.message ?? ""}`),
  );
}

/** Runs in the page: the elements that make it scroll sideways. */
function wider() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
    .map((element) => `${element.tagName} ${element.className}`)
    .slice(-5);
}

/** Runs in the page: numbers the controls that Tab reaches, names them, and goes to the top. */
function markControls() {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  const groups = new Set();
  const isStop = (element) => {
    if (element.tabIndex < 0 || element.disabled || !element.checkVisibility()) return false;
    if (element.type !== "radio") return true;
    // Of radio buttons Tab reaches the checked one, else the first.
    const checked = document.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`);
    if (checked ? checked !== element : groups.has(element.name)) return false;
    groups.add(element.name);
    return true;
  };
  // How a control looks; the mark of a radio button is on its label.
  globalThis.lookOf = (element) =>
    [element, element.nextElementSibling, ...element.querySelectorAll("*")]
      .filter(Boolean)
      .map((part) => {
        const { outline, boxShadow, stroke, strokeWidth, clipPath } = getComputedStyle(part);
        return [outline, boxShadow, stroke, strokeWidth, clipPath].join(" ");
      })
      .join("\n");
  globalThis.looks = new Map();
  const all = document.querySelectorAll("a[href], button, input, select, textarea, [tabindex]");
  return [...all].filter(isStop).map((element, place) => {
    const name = element.getAttribute("aria-label") || element.innerText || element.id;
    globalThis.looks.set(element, globalThis.lookOf(element));
    return (element.dataset.control = `${place} ${element.tagName} ${name.slice(0, 40)}`);
  });
}

/** Runs in the page: the control that has the focus, and whether that can be seen. */
function focused() {
  const element = document.activeElement;
  const isSeen = globalThis.lookOf(element) !== globalThis.looks.get(element);
  return { control: element.dataset.control, isSeen };
}
