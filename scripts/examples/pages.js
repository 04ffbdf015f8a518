// Examples that are pages: the list is the package's, before and after a button is pressed.
import assert from "node:assert/strict";

import { launch, noChromium } from "../../tests/lib/visit.js";
import { expectedTitles } from "./expected.js";
import { startServer } from "./server.js";

const LIKED = "The Ninth Moon";

/** @param {{ folder: string }} example whose "start" serves its page at port 8080 */
export const checkPage = (example) => visit(example, checkList);

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

async function checkList(page) {
  assert.deepEqual(await shownTitles(page, []), await expectedTitles([]));
  await page.evaluate((title) => {
    [...document.querySelectorAll("button")].find((one) => one.innerText === title)?.click();
  }, LIKED);
  assert.deepEqual(await shownTitles(page, [LIKED]), await expectedTitles([LIKED]));
}

/** The titles of the list, once they are those for the history, or after some seconds. */
async function shownTitles(page, history) {
  const expected = await expectedTitles(history);
  const read = () => [...document.querySelectorAll("ol li")].map((line) => line.innerText);
  await page
    .waitForFunction(
      (expected) =>
        [...document.querySelectorAll("ol li")].map((line) => line.innerText).join() === expected,
      { timeout: 15_000 },
      expected.join(),
    )
    .catch(() => {});
  return page.evaluate(read);
}
