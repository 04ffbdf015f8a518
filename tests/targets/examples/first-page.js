// first.html, a page without a bundler: it shows the package's titles.
import assert from "node:assert/strict";

import { expectedTitles } from "./expected-titles.js";

export const LIKED = ["The Ninth Moon", "Rust and Starlight"];

/** @param {import("../../../scripts/fixtures/app.js").App} app whose folder has first.html */
export async function checkFirstPage(app) {
  const titles = await expectedTitles(LIKED);
  const { address, stop } = await app.serveFiles(".");
  await app.inChromium(new URL("first.html", address).href, async (page) => {
    await page.waitForFunction(() => document.body.innerText.includes(","));
    assert.equal(await page.evaluate(() => document.body.innerText.trim()), titles.join(", "));
  });
  await stop();
}
