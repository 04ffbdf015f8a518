// What is bundled has a permissive licence, and ships with its text: the packages and the demo's
// page. A library of another licence stops the build, also where another library brings it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { build } from "esbuild";

import { licences } from "../scripts/licences.js";
import { buildPage, reasonToBuildPage } from "../scripts/made.js";

const TITLE = /^(?:@[\w.-]+\/)?[\w.-]+ \d\S* \([^)\n]+\)$/;
const LINE = `\n${"-".repeat(72)}\n\n`;

/** A bundle of an app with libraries: paths below its folder, and their package.json. */
async function bundle(t, libraries) {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-licences-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [
    path,
    { text = "Copyright, and what is allowed.", imports, ...rest },
  ] of Object.entries(libraries)) {
    const at = join(folder, path);
    mkdirSync(at, { recursive: true });
    const [name] = path.split("node_modules/").slice(-1);
    writeFileSync(join(at, "package.json"), JSON.stringify({ name, version: "1.0.0", ...rest }));
    writeFileSync(join(at, "index.js"), `${imports ?? ""} export const a = Math.random();`);
    if (text) writeFileSync(join(at, "LICENSE"), text);
  }
  writeFileSync(join(folder, "app.js"), 'import { a } from "one"; console.log(a);');
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ["app.js"],
    bundle: true,
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs).map((path) => join(folder, path));
}

const ONE = "node_modules/one";

describe("a bundled library", () => {
  for (const license of ["MIT", "(GPL-3.0-only OR ISC)", "Apache-2.0 AND BSD-3-Clause"])
    test(`may be ${license}`, async (t) => {
      const text = licences(await bundle(t, { [ONE]: { license } }));
      assert.equal(text, `one 1.0.0 (${license})\n\nCopyright, and what is allowed.\n`);
    });

  for (const license of [
    "GPL-3.0-only",
    "AGPL-3.0-or-later",
    "MPL-2.0",
    "MIT AND GPL-2.0-only",
    "CC-BY-NC-4.0",
    "UNLICENSED",
    "SEE LICENSE IN LICENSE",
    "Our own",
    undefined,
  ])
    test(`may not be ${license}`, async (t) => {
      const inputs = await bundle(t, { [ONE]: { license } });
      assert.throws(
        () => licences(inputs),
        /cannot be bundled:\none 1\.0\.0 .*its licence is none/,
      );
    });

  test("has a file with the text", async (t) => {
    const inputs = await bundle(t, { [ONE]: { license: "MIT", text: "" } });
    assert.throws(() => licences(inputs), /one 1\.0\.0 \(MIT\): it has no file/);
  });

  test("is refused where a library brings it, and named", async (t) => {
    const inputs = await bundle(t, {
      [ONE]: { license: "MIT", imports: 'import "@far/two";' },
      [`${ONE}/node_modules/@far/two`]: { license: "GPL-3.0-only" },
    });
    assert.throws(
      () => licences(inputs),
      ({ message }) => {
        assert.match(message, /@far\/two 1\.0\.0 \(GPL-3\.0-only\)/);
        assert.doesNotMatch(message, /one 1/);
        return true;
      },
    );
  });

  test("whose terms were read is refused when its text is another", async (t) => {
    const license = "SEE LICENSE IN LICENSE.txt";
    const inputs = await bundle(t, {
      [ONE]: { license: "MIT", imports: 'import "h5wasm";' },
      "node_modules/h5wasm": { license },
    });
    assert.throws(() => licences(inputs), /h5wasm 1\.0\.0 .*another than the one that was read/);
  });
});

describe("what ships has the licences of its libraries", () => {
  /** The libraries of a file of licences. Each has a text that names who holds the rights. */
  function namesIn(path) {
    return readFileSync(path, "utf8")
      .split(LINE)
      .filter((part) => TITLE.test(part.split("\n")[0]))
      .map((part) => {
        assert.match(part, /copyright|Apache License|public service/i);
        return part.split(" ")[0];
      });
  }

  test("pocketrec", () =>
    assert.deepEqual(namesIn("dist/LICENSES.txt"), [
      ...["comlink", "env-paths", "idb", "is-safe-filename", "tinyqueue"],
    ]));

  test("pocketrec-cli, with what its compiled code contains", () => {
    const path = "cli/dist/LICENSES.txt";
    const names = namesIn(path);
    const own = Object.keys(JSON.parse(readFileSync("cli/package.json", "utf8")).devDependencies);
    for (const name of own.filter((name) => !name.startsWith("@types/")))
      assert.ok(names.includes(name), name);
    for (const name of ["HDF5", "musl", "Emscripten", "zlib"])
      assert.match(readFileSync(path, "utf8"), new RegExp(`${name}.*Copyright`, "s"));
  });

  test("the demo's page, with its workers, and the notice of its weights", (t) => {
    if (!readdirSync("web-demo").includes("node_modules"))
      return t.skip("npm ci --prefix web-demo has not been run");
    if (reasonToBuildPage()) buildPage();
    const names = namesIn("web-demo/dist/LICENSES.txt");
    const some = ["comlink", "idb", "preact", "@preact/signals", "@observablehq/plot", "d3-scale"];
    for (const name of some) assert.ok(names.includes(name), name);
    assert.match(
      readFileSync("web-demo/dist/models/NOTICE.md", "utf8"),
      /transformations of\s+MovieLens/,
    );
  });
});
