// A page of an extension in Chromium, opened as a tab.
import assert from "node:assert/strict";
import { join } from "node:path";

import { Skipped } from "../../scripts/fixtures/install.js";
import { Visit } from "../../scripts/fixtures/visit.js";
import { launch, noChromium } from "../lib/browsers.js";

/**
 * Installs an extension, opens one of its pages, lets `look` look at it, and asserts that there was
 * no error.
 *
 * @template T
 * @param {import("../../scripts/fixtures/app.js").App} app
 * @param {string} folder of the extension, below the app's
 * @param {string} name of the page
 * @param {(page: import("puppeteer-core").Page, visit: Visit, id: string) => Promise<T>} look
 * @returns {Promise<T>}
 */
export async function checkInExtension(app, folder, name, look) {
  if (noChromium) throw new Skipped(noChromium);
  const browser = await launch({ pipe: true, enableExtensions: true });
  try {
    const id = await browser.installExtension(join(app.folder, folder));
    const page = await browser.newPage();
    const visit = new Visit(page);
    await page.goto(`chrome-extension://${id}/${name}`);
    const seen = await look(page, visit, id);
    assert.deepEqual(visit.complaints, []);
    return seen;
  } finally {
    await browser.close();
  }
}
