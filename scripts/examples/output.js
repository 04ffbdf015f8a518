// Examples that print.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { launch, noChromium } from "../../tests/lib/browsers.js";
import { expectedTitles } from "./expected.js";

const LIKED = ["The Ninth Moon", "Rust and Starlight"];

/** The script prints a table; the page shows the same titles. */
export async function checkFirst({ folder, run }) {
  const titles = await expectedTitles(LIKED);
  const printed = await run("node", ["first.mjs"]);
  for (const title of titles) assert.ok(printed.includes(title), printed);
  return checkFirstPage(folder);
}

/** first.html of a folder shows the titles. */
export async function checkFirstPage(folder) {
  if (noChromium) return `skipped: ${noChromium}`;
  const titles = await expectedTitles(LIKED);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await answerFrom(folder, page);
    await page.goto("http://example.test/first.html");
    await page.waitForFunction(() => document.body.innerText.includes(","));
    assert.equal(await page.evaluate(() => document.body.innerText.trim()), titles.join(", "));
  } finally {
    await browser.close();
  }
  return undefined;
}

const TYPES = { ".html": "text/html", ".js": "text/javascript" };

/** Answers a page's requests with the files of a folder, as a static server does. */
async function answerFrom(folder, page) {
  await page.setRequestInterception(true);
  page.on("request", async (request) => {
    const { pathname } = new URL(request.url());
    const body = await readFile(join(folder, pathname)).catch(() => undefined);
    request.respond(
      body ? { body, contentType: TYPES[extname(pathname)] } : { status: 404, body: "" },
    );
  });
}

/** One line for each recommended title, with its reason. */
export async function checkScript({ run }) {
  const lines = (await run("npm", ["run", "--silent", "start"])).trim().split("\n");
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^.+, because of (Bread for Slow|Salt and Smoke)/);
}
