// The package's types: programs of users, compiled against the installed package by TypeScript 5.0
// and later, with the libraries and options that users have.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import {
  OWN,
  VERSIONS,
  compile,
  compilerOf,
  copyNodeTypes,
  installTools,
} from "./lib/compilers.js";
import { folder, installPackages } from "./lib/installed-package.js";
import { isLong } from "./lib/long.js";

const APP = ["models", "names", "options", "pipeline", "storage", "wrong"].map(
  (name) => `${name}.ts`,
);
const DOM = ["es2022", "dom", "dom.iterable"];
const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

/** What users write programs for: the files, and the options of the compiler. */
const PROGRAMS = {
  "a browser, by a bundler": { files: APP, lib: DOM, types: [], ...BUNDLER },
  "a browser, in Node's modules": { files: APP, lib: DOM, types: [] },
  "Node, without the DOM": { files: APP, lib: ["es2022"], types: ["node"] },
  "Node, as TypeScript 4.7 resolved modules": {
    ...{ files: APP, lib: ["es2022"], types: ["node"] },
    ...{ module: "node16", moduleResolution: "node16" },
  },
  "a web worker": { files: APP, lib: ["es2022", "webworker", "webworker.iterable"], types: [] },
  "no platform": { files: ["bare.ts"], lib: ["es2022"], types: [] },
};

/** Where `using` is known. */
const USING = { files: ["using.ts"], lib: [...DOM, "esnext.disposable"], types: [] };

/** How bundlers before the field `exports` find modules. TypeScript 6 no longer does. */
const NODE10 = {
  ...{ files: APP, lib: DOM, types: [] },
  ...{ module: "esnext", moduleResolution: "node", verbatimModuleSyntax: false },
};

/** Without POCKETREC_LONG: the oldest compiler, and the programs that know the least. */
const QUICK = ["5.0"];
const QUICK_PROGRAMS = ["Node, without the DOM", "no platform"];
const compilers = isLong ? VERSIONS : QUICK;
const { folder: tools, skip } = await installTools(
  (name) => isLong || QUICK.some((version) => name === `typescript-${version}`),
);

/** The tarballs. @type {Record<string, string>} */
let packages;
before(async () => {
  packages = await installPackages();
  copyNodeTypes(folder);
  for (const name of [...APP, "bare.ts", "using.ts"])
    copyFileSync(join("tests/types", name), join(folder, name));
});

after(() => rmSync(folder, { recursive: true }));

const outputOf = (version, { files, ...options }) =>
  compile(compilerOf(version, tools), folder, files, options);

const isAtLeast = (version, wanted) =>
  version === OWN || version.localeCompare(wanted, "en", { numeric: true }) >= 0;

for (const version of [OWN, ...compilers]) {
  const name = version === OWN ? "the repository's TypeScript" : `TypeScript ${version}`;
  describe(name, { skip: version === OWN ? false : skip }, () => {
    for (const [title, program] of Object.entries(PROGRAMS)) {
      if (!isLong && version !== OWN && !QUICK_PROGRAMS.includes(title)) continue;
      test(`compiles a program for ${title}`, async () =>
        assert.equal(await outputOf(version, program), ""));
    }
    if (isAtLeast(version, "5.2"))
      test("compiles `using`", async () => assert.equal(await outputOf(version, USING), ""));
    if (!isAtLeast(version, "6.0"))
      test("finds the types as old bundlers find modules", async () =>
        assert.equal(await outputOf(version, NODE10), ""));
  });
}

describe("the manifest", { skip: isLong ? skip : "POCKETREC_LONG=1 has it" }, () => {
  /** What a tool prints. Into a file: process.exit loses what a pipe has not read. */
  async function tool(name, ...words) {
    const output = join(tools, "output.txt");
    const file = openSync(output, "w");
    const options = /** @type {const} */ ({ stdio: ["ignore", file, file] });
    const all = [join(tools, "node_modules", name), ...words];
    await once(spawn(process.execPath, all, options), "exit");
    closeSync(file);
    return readFileSync(output, "utf8");
  }

  test("are-the-types-wrong finds nothing but that the package is of ES modules", async () => {
    const words = ["--profile", "esm-only", "--format", "json", packages.pocketrec];
    const output = JSON.parse(await tool("@arethetypeswrong/cli/dist/index.js", ...words));
    const isAsset = ({ entrypoint }) => /\.(wasm|safetensors)$/.test(entrypoint);
    const problems = Object.values(output.problems).flat();
    assert.ok(problems.length, "it looked");
    const others = problems.filter(({ kind }) => kind !== "CJSResolvesToESM");
    assert.deepEqual(
      others.filter((problem) => !isAsset(problem)),
      [],
    );
  });

  test("publint finds nothing", async () => {
    const output = await tool(
      "publint/src/cli.js",
      packages.pocketrec,
      "--strict",
      "--level",
      "warning",
    );
    assert.match(output, /All good/);
  });
});

test("README names the oldest TypeScript that these tests compile with", () => {
  const [oldest] = VERSIONS;
  assert.match(readFileSync("README.md", "utf8"), new RegExp(`TypeScript ${oldest} `));
});
