// Examples that are pages: the list is the package's, before and after a button is pressed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { launch, noChromium } from "../../tests/lib/browsers.js";
import { expectedTitles, rankedTitles } from "./expected.js";
import { startServer } from "./server.js";

const LIKED = "The Ninth Moon";

/** @param {{ folder: string }} example whose "start" serves its page at port 8080 */
export const checkPage = (example) => visit(example, (page) => checkList(page));

/** The same, for a page whose server sends these candidates. */
export const checkPacks = (example) =>
  visit(example, async (page) => {
    const source = readFileSync(`${example.folder}/server.mjs`, "utf8");
    const [, list] = source.match(/TODAY = (\[[^]*?\n\]);/);
    const candidates = [...list.matchAll(/"(.*?)"/g)].map(([, title]) => title);
    await checkList(page, (history) => rankedTitles(candidates, history));
  });

/** The same, and again after the server has stopped. */
export const checkOffline = (example) =>
  visit(example, async (page, stop) => {
    await checkList(page);
    await stop();
    await page.reload();
    await checkList(page);
  });

/** The popup of an extension, opened as a page. */
export async function checkExtension({ folder }) {
  if (noChromium) return `skipped: ${noChromium}`;
  const browser = await launch({ pipe: true, enableExtensions: true });
  try {
    const id = await browser.installExtension(`${folder}/extension`);
    const page = await browser.newPage();
    await page.goto(`chrome-extension://${id}/popup.html`);
    await checkList(page);
  } finally {
    await browser.close();
  }
  return undefined;
}

async function visit({ folder }, check) {
  if (noChromium) return `skipped: ${noChromium}`;
  const server = await startServer(folder, ["npm", "run", "start"]);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(server.address);
    await check(page, server.stop);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    await server.stop();
  }
  return undefined;
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {(history: string[]) => Promise<string[]>} [titlesFor] what it has to show
 */
async function checkList(page, titlesFor = expectedTitles) {
  await showsTitles(page, await titlesFor([]));
  await page.evaluate((title) => {
    [...document.querySelectorAll("button")].find((one) => one.innerText === title)?.click();
  }, LIKED);
  await showsTitles(page, await titlesFor([LIKED]));
}

/** The list of the page becomes this one. */
export async function showsTitles(page, titles) {
  const read = () =>
    page.$$eval("ol li", (lines) => lines.map((line) => line.textContent.trim()).join("\n"));
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await read()) === titles.join("\n")) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.equal(await read(), titles.join("\n"));
}
