// The lines of code that the page shows in its sections run as they are, and print something.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SECTIONS = `${ROOT}web-demo/page/sections`;
/** Inside the package, so that "pocketrec" is this package. */
const FOLDER = `${ROOT}build/snippets`;

const snippets = readdirSync(SECTIONS, { recursive: true }).filter((file) =>
  /(^|[/\\])snippet[\w-]*\.js$/.test(file),
);

describe("the snippets of the page", () => {
  mkdirSync(FOLDER, { recursive: true });
  after(() => rmSync(FOLDER, { recursive: true }));

  for (const file of snippets) {
    test(file, () => {
      const copy = `${FOLDER}/${file.replaceAll(/[/\\]/g, "-").replace(/\.js$/, ".mjs")}`;
      copyFileSync(`${SECTIONS}/${file}`, copy);
      // Relative addresses are those of the page: models/ is beside it.
      const printed = execFileSync(process.execPath, [copy], {
        cwd: `${ROOT}web-demo`,
        encoding: "utf8",
      });
      assert.notEqual(printed.trim(), "");
    });
  }
});
