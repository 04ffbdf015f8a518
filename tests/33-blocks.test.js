// Every code block of README.md, CHANGELOG.md and docs/ is run by a test, or listed with a reason.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import {
  FRAMEWORKS,
  NOT_RUN,
  PACKAGE,
  WALK,
  blocksFor,
  blocksOf,
  idleMarks,
  pages,
} from "./lib/page-blocks.js";
import { stepsOf } from "./targets/examples/walk.js";

/** What each runner can run. */
const LANGUAGES = {
  [PACKAGE]: ["js", "json", "sh"],
  [FRAMEWORKS]: ["js", "json", "sh", "html", "python"],
  [WALK]: ["js", "json", "sh", "html"],
};

test("every code block has a runner for its language, or is marked", () => {
  const without = pages()
    .flatMap((page) => blocksOf(page))
    .filter(({ why, file }) => !why && !file)
    .filter(({ runner, language }) => !LANGUAGES[runner]?.includes(language))
    .map(({ title, language }) => `${title} (${language || "no language"})`);
  assert.deepEqual(without, []);
});

test("every mark has its block, and every runner reads the table", () => {
  assert.deepEqual(idleMarks(), []);
  for (const [runner, name] of Object.entries({
    [PACKAGE]: "PACKAGE",
    [FRAMEWORKS]: "FRAMEWORKS",
    [WALK]: "WALK",
  }))
    assert.match(readFileSync(runner, "utf8"), new RegExp(`blocksFor\\(${name}, `), runner);
});

test("commands and scripts are fenced, so that the table sees them", () => {
  const command = /\n\n {4}(npx|npm|node|python3?|pip|git|\.\/|import|const) ?[^]*?\n\n/g;
  const fence = /\n +```\w*\n/g;
  const indented = pages().flatMap((page) => {
    const text = readFileSync(page, "utf8");
    return [...text.matchAll(command), ...text.matchAll(fence)].map(([line]) => `${page}:${line}`);
  });
  assert.deepEqual(indented, []);
});

test("blocks of an example are lines of its file", () => {
  for (const { title, text, file } of pages().flatMap((page) => blocksOf(page))) {
    if (!file) continue;
    const lines = text.replace(/^\/\/ \S+\n/, "");
    assert.ok(readFileSync(file, "utf8").includes(lines), `${title} is not in ${file}`);
  }
});

test("steps of the walk are commands, or files with a name", () => {
  const page = "docs/getting-started.md";
  const files = blocksFor(WALK, page).filter(({ language }) => language !== "sh");
  const steps = stepsOf(page).filter((step) => "file" in step);
  assert.deepEqual(
    steps.map(({ text }) => text),
    files.map(({ text }) => text),
    "each block is a file, with all of its lines: a reader copies them",
  );
  for (const { file, text } of steps) if (file.endsWith(".json")) JSON.parse(text);
});

describe("blocks that no test runs", () => {
  for (const { page, start, why } of NOT_RUN) test(`${page}: ${start}`, { skip: why }, () => {});
});
