// Examples that are pages: the list is the package's, before and after a button is pressed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { newerNode } from "../node-program.js";
import { expectedTitles } from "./expected-titles.js";

const LIKED = "The Ninth Moon";

/** @import { App } from "../../../scripts/fixtures/app.js" */
/** @import { Page } from "puppeteer-core" */

/**
 * Builds an example and starts it at a free port, by the command of its package.json.
 *
 * @param {App} app
 * @returns {ReturnType<App["serve"]>}
 */
export async function startExample(app) {
  const { scripts } = JSON.parse(readFileSync(join(app.folder, "package.json"), "utf8"));
  const env = await newerNode();
  for (const name of ["build", "prestart"])
    if (scripts[name]) await app.run("npm", ["run", name], { env });
  const command = (port) => {
    const words = scripts.start.replace("8080", port).split(" ");
    return words[0] === "node" ? words : ["npx", ...words];
  };
  // The servers of Node take their port from the environment.
  return app.serve((port) => ["env", `PORT=${port}`, ...command(port)], { env });
}

/** The example's page shows the package's lists. @param {App} app */
export async function checkPage(app) {
  const { address } = await startExample(app);
  await app.inChromium(address, (page) => checkList(page));
}

/**
 * The list before and after a press is the package's own.
 *
 * @param {Page} page
 * @param {(history: string[]) => Promise<string[]>} [titlesFor] what it has to show
 */
export async function checkList(page, titlesFor = expectedTitles) {
  await showsTitles(page, await titlesFor([]));
  await page.evaluate((title) => {
    [...document.querySelectorAll("button")].find((one) => one.innerText === title)?.click();
  }, LIKED);
  await showsTitles(page, await titlesFor([LIKED]));
}

/** The list of the page becomes this one. @param {Page} page @param {string[]} titles */
export async function showsTitles(page, titles) {
  const read = () =>
    page.$$eval("ol li", (lines) => lines.map((line) => line.textContent?.trim()).join("\n"));
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await read()) === titles.join("\n")) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.equal(await read(), titles.join("\n"));
}
