// docs/getting-started.md, walked as its reader would: each block whose first line names a file is
// written, each command is run.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { WALK, blocksFor } from "../../tests/lib/page-blocks.js";
import { launch, noChromium } from "../../tests/lib/browsers.js";
import { expectedTitles, rankedTitles } from "./expected.js";
import { checkFirstPage } from "./output.js";
import { showsTitles } from "./pages.js";
import { startServer } from "./server.js";

const run = promisify(execFile);

const NAME = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/;

/**
 * @param {string} page a file of docs/
 * @returns {({ command: string } | { file: string, text: string })[]} in their order
 */
export function stepsOf(page) {
  return blocksFor(WALK, page).flatMap(({ language, text }) => {
    const file = text.match(NAME)?.[1];
    // JSON has no comments: the name is not part of the file.
    if (file) return [{ file, text: language === "json" ? text.replace(NAME, "") : text }];
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
 * @param {string} folder
 * @param {string} tarball installed in place of the published package
 * @returns {Promise<void>}
 */
export async function walkGettingStarted(folder, tarball) {
  for (const step of stepsOf("docs/getting-started.md")) {
    if ("file" in step) writeStep(folder, step);
    if (step.file === "first.html") await checkFirstPage(folder);
    if ("command" in step)
      await runStep(folder, step.command.replace(/^npm install pocketrec$/, `$& ${tarball}`));
  }
}

async function runStep(folder, command) {
  if (command === "mkdir books && cd books") return;
  if (command === "npx vite") return checkServed(folder, ["npx", "vite", "--port", "8080"]);
  const words = command.replace("install pocketrec ", "install ").split(" ");
  const { stdout } = await run(words[0], words.slice(1), { cwd: folder });
  if (command === "node first.mjs")
    for (const title of await expectedTitles(["The Ninth Moon", "Rust and Starlight"]))
      assert.ok(stdout.includes(title), stdout);
}

/** The list after a press, and after a reload, is the package's own. */
async function checkServed(folder, command) {
  if (noChromium) return;
  const candidates = JSON.parse(readFileSync(join(folder, "public/candidates.json"), "utf8"));
  const server = await startServer(folder, command);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(server.address);
    await showsTitles(page, await rankedTitles(candidates, []));
    await page.click("button");
    const expected = await rankedTitles(candidates, [{ item: "The Ninth Moon", rating: 5 }]);
    await showsTitles(page, expected);
    await page.reload();
    await showsTitles(page, expected);
  } finally {
    await browser.close();
    await server.stop();
  }
}
