// What `npm publish` would send, without a network: every file of both packages is one that is
// expected, none is missing, their sizes are below the limits, and nothing tells where they were
// built. docs/releasing.md has the same steps for CI.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";

import { PACKAGES, differences, dryRun } from "../scripts/release/contents.js";

/** Folders and files of the repository that no package holds. */
const OWN = /^(\.|bench|build|node_modules|scripts|src|tests|training|wasm|web-demo)|\.tgz$|\.env/;
const TEXT = /\.(js|map|ts|json|md|txt|svg)$/;

for (const one of PACKAGES)
  describe(`npm publish --dry-run ./${one.folder}`, () => {
    const found = dryRun(".", one);
    const paths = found.files.map(({ path }) => path);

    test("sends the files that are expected, below the limits, and npm mends nothing", () => {
      assert.deepEqual(differences(one, found), []);
      assert.equal(new Set(paths).size, paths.length);
    });

    test("sends none of the repository's other files", () =>
      assert.deepEqual(
        paths.filter((path) => OWN.test(path)),
        [],
      ));

    test("names no folder of the machine that built it", () => {
      const folders = [resolve("."), homedir()].filter((folder) => folder.length > 5);
      const leaks = paths
        .filter((path) => TEXT.test(path))
        .filter((path) => {
          const text = readFileSync(join(one.folder, path), "utf8");
          return folders.some((folder) => text.includes(folder));
        });
      assert.deepEqual(leaks, []);
    });
  });

describe("a difference is found", () => {
  const [core] = PACKAGES;
  const found = { version: "", size: 1, unpackedSize: 1, warnings: [], files: [] };
  const all = dryRun(".", core).files;

  for (const [what, files, line] of /** @type {const} */ ([
    ["a file too many", [...all, { path: "tests/a.js", size: 1 }], "tests/a.js is not expected"],
    ["a file missing", all.filter(({ path }) => path !== "LICENSE"), "LICENSE is missing"],
  ]))
    test(what, () =>
      assert.deepEqual(differences(core, { ...found, files }), [`pocketrec: ${line}`]),
    );

  test("a byte too many", () =>
    assert.deepEqual(differences(core, { ...found, files: all, size: core.packed + 1 }), [
      `pocketrec: its tarball of ${core.packed + 1} bytes, expected at most ${core.packed}`,
    ]));
});
