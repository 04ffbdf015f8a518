// docs/getting-started.md, walked as its reader would: each block that names a file, in its first
// line or in the line above, is written as it is; each command is run.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { WALK, blocksFor } from "../../lib/page-blocks.js";
import { expectedTitles, rankedTitles } from "./expected-titles.js";
import { LIKED, checkFirstPage } from "./first-page.js";
import { showsTitles } from "./pages.js";

/** @import { App } from "../../../scripts/fixtures/app.js" */

const NAME = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/;
/** JSON has no comments: the line above the block names the file. */
const NAME_ABOVE = /`([^\s`]+\.json)`:$/;

/**
 * @param {string} page a file of docs/
 * @returns {({ command: string } | { file: string, text: string })[]} in their order
 */
export function stepsOf(page) {
  return blocksFor(WALK, page).flatMap(({ language, text, lead }) => {
    const file = (text.match(NAME) ?? lead.match(NAME_ABOVE))?.[1];
    if (file) return [{ file, text }];
    return language === "sh"
      ? text
          .trim()
          .split("\n")
          .map((command) => ({ command }))
      : [];
  });
}

/** Writes a step's file into a folder. */
export function writeStep(folder, { file, text }) {
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/**
 * Walks the page in an empty folder.
 *
 * @param {App} app whose tarballs are installed in place of the published packages
 * @returns {Promise<void>}
 */
export async function walkGettingStarted(app) {
  for (const step of stepsOf("docs/getting-started.md")) {
    if ("file" in step) writeStep(app.folder, step);
    if (step.file === "first.html") await checkFirstPage(app);
    if ("command" in step) await runStep(app, step.command);
  }
}

async function runStep(app, command) {
  const [program, ...words] = command.split(" ");
  if (command === "mkdir books && cd books") return;
  if (command === "npx vite") await checkServed(app);
  else if (command.startsWith("npm install ")) await app.install(tarballsFor(app, words.slice(1)));
  else {
    const printed = await app.run(program, words);
    if (command === "node first.mjs")
      for (const title of await expectedTitles(LIKED)) assert.ok(printed.includes(title), printed);
  }
}

const tarballsFor = ({ packages }, words) => words.map((word) => packages[word] ?? word);

/** The list after a press, and after a reload, is the package's own. @param {App} app */
async function checkServed(app) {
  const candidates = JSON.parse(readFileSync(join(app.folder, "public/candidates.json"), "utf8"));
  const server = await app.serve((port) => ["npx", "vite", "--port", port]);
  await app.inChromium(server.address, async (page) => {
    await showsTitles(page, await rankedTitles(candidates, []));
    await page.click("button");
    const expected = await rankedTitles(candidates, [{ item: "The Ninth Moon", rating: 5 }]);
    await showsTitles(page, expected);
    await page.reload();
    await showsTitles(page, expected);
  });
  await server.stop();
}
