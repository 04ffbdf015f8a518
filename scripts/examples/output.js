// Examples that print.
import assert from "node:assert/strict";

import { launch, noChromium } from "../../tests/lib/visit.js";
import { expectedTitles } from "./expected.js";
import { startServer } from "./server.js";

const SERVE = ["npx", "--yes", "sirv-cli@3", ".", "--dev", "--port", "8080"];
const LIKED = ["The Ninth Moon", "Rust and Starlight"];

/** The script prints a table; the page shows the same titles. */
export async function checkFirst({ folder, run }) {
  const titles = await expectedTitles(LIKED);
  const printed = await run("node", ["first.mjs"]);
  for (const title of titles) assert.ok(printed.includes(title), printed);
  if (noChromium) return `skipped: ${noChromium}`;
  const server = await startServer(folder, SERVE);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.address}/first.html`);
    await page.waitForFunction(() => document.body.innerText.includes(","));
    assert.equal(await page.evaluate(() => document.body.innerText.trim()), titles.join(", "));
  } finally {
    await browser.close();
    await server.stop();
  }
  return undefined;
}

/** One line for each recommended title, with its reason. */
export async function checkScript({ run }) {
  const lines = (await run("npm", ["run", "--silent", "start"])).trim().split("\n");
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^.+, because of (Bread for Slow|Salt and Smoke)/);
}
