// The npm package: packed, installed in an empty folder, used as README and docs describe.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { RUN, fileWithUsers, likes, ratings, sequenceFile } from "./lib/installed-blocks.js";
import { folder, installIn, installPackages } from "./lib/installed-package.js";
import { PACKAGE, blocksFor, pagesFor } from "./lib/page-blocks.js";

const run = promisify(execFile);
const installed = join(folder, "node_modules/pocketrec");
const commandLine = join(folder, "node_modules/pocketrec-cli");

/** Runs a script in the folder where the package is installed. */
async function script(text, ...options) {
  writeFileSync(join(folder, "script.mjs"), text);
  return (await run(process.execPath, [...options, "script.mjs"], { cwd: folder })).stdout.trim();
}

/** The tarballs. @type {Record<string, string>} */
let packages;
before(async () => (packages = await installPackages()));

after(() => rmSync(folder, { recursive: true }));

test("the package has no dependency and no install script", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  assert.ok(!["preinstall", "install", "postinstall"].some((name) => manifest.scripts[name]));
  assert.deepEqual(
    readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    ["pocketrec", "pocketrec-cli"],
  );
});

test("the package contains the files that a user needs, and no others", () => {
  const files = readdirSync(installed, { recursive: true }).map(String);
  for (const name of [
    "dist/index.js",
    "dist/modules.js",
    "dist/index.node.js",
    "dist/index.workerd.js",
    "dist/hnsw.js",
    "dist/engine.js",
    "dist/history.js",
    "dist/history.node.js",
    "dist/cache.js",
    "dist/privacy.js",
    "dist/worker.js",
    "dist/worker.node.js",
    "dist/worker-thread.js",
    "dist/worker-thread.node.js",
    "dist/pocketrec.wasm",
    "dist/types/index.d.ts",
    "dist/types/hnsw.d.ts",
    "dist/types/engine.d.ts",
    "dist/types/history.d.ts",
    "dist/types/cache.d.ts",
    "dist/types/privacy.d.ts",
    "dist/types/worker.d.ts",
    "LICENSE",
    "README.md",
    "docs/getting-started.md",
    "docs/api.md",
    "docs/errors.md",
    "docs/pipeline.md",
    "docs/cache.md",
    "docs/privacy.md",
    "docs/private-queries.md",
    "docs/worker.md",
    "docs/users.md",
  ]) {
    assert.ok(files.includes(name), name);
  }
  assert.ok(
    !files.some((name) => /^(cli|tests|training|bench|web-demo|build|node_modules)/.test(name)),
  );
  assert.deepEqual(
    files.filter((name) => /^js\/|\.map$|version\.js|train-module/.test(name)),
    ["js/bin.js"],
  );
});

test("an app that installs pocketrec gets less than 1 MB, all files together", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  assert.ok(bytes < 1e6, `${bytes} bytes`);
});

test("every import of the package's files leads to a file of it", () => {
  for (const file of readdirSync(join(installed, "dist"), { recursive: true }).map(String)) {
    if (!/\.(js|d\.ts)$/.test(file)) continue;
    const text = readFileSync(join(installed, "dist", file), "utf8").replaceAll(/^ *\*.*$/gm, "");
    const imports = text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
    for (const [, path] of imports) {
      const target = join(installed, "dist", dirname(file), path);
      const found = file.endsWith(".d.ts") ? target.replace(/\.js$/, ".d.ts") : target;
      assert.ok(existsSync(found), `${file}: ${path}`);
    }
  }
});

// The package has the pages that an app's developer needs. They may lead to others, which the
// repository has.
test("every link of the package's pages leads to a file and a heading", () => {
  const pages = ["README.md", "examples/first/README.md"];
  for (const name of readdirSync(join(installed, "docs")))
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  const dead = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !isAlive(page, link))
      .map((link) => `${page}: ${link}`),
  );
  assert.deepEqual(dead, []);
});

/** The relative links of an installed page. */
function linksOf(page) {
  const text = readFileSync(join(installed, page), "utf8").replaceAll(/```[^]*?```/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^https?:/.test(link));
}

function isAlive(page, link) {
  const [path, anchor] = link.split("#");
  const target = path ? join(dirname(page), path) : page;
  const file = [join(installed, target), resolve(target)].find(existsSync);
  if (!file) return false;
  const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  return anchor === undefined || headings.includes(anchor);
}

describe("the code blocks of README and docs run as they stand", () => {
  before(() => {
    // What a clone has: pages say so where they use it.
    cpSync("web-demo/models", join(folder, "web-demo/models"), { recursive: true });
    writeFileSync(join(folder, "with-users.safetensors"), fileWithUsers());
    for (const name of ["model", "sasrec"])
      writeFileSync(join(folder, `${name}.safetensors`), sequenceFile());
    writeFileSync(join(folder, "ratings.csv"), ratings());
    writeFileSync(join(folder, "training-users.csv"), likes(1));
    writeFileSync(join(folder, "new-users.csv"), likes(101));
    const usearch = resolve("node_modules/usearch");
    if (existsSync(usearch)) symlinkSync(usearch, join(folder, "node_modules/usearch"));
    // The client of an engine that is not there: its collections are in the process.
    const client = join(folder, "node_modules/@zilliz/milvus2-sdk-node");
    mkdirSync(client, { recursive: true });
    const standIn = pathToFileURL(resolve("tests/lib/stand-in-milvus.js"));
    const text = `export { StandInMilvus as MilvusClient } from "${standIn}";\n`;
    writeFileSync(join(client, "index.js"), text);
    writeFileSync(join(client, "package.json"), '{ "type": "module", "main": "index.js" }');
  });
  after(() => {
    rmSync(join(folder, "node_modules/usearch"), { force: true });
    rmSync(join(folder, "node_modules/@zilliz"), { recursive: true });
  });

  for (const page of pagesFor(PACKAGE))
    for (const { title, language, text } of blocksFor(PACKAGE, page)) {
      const needsUsearch = text.includes("pocketrec/hnsw") && !existsSync("node_modules/usearch");
      const skip = needsUsearch && "usearch could not be installed here";
      test(title, { skip }, () => RUN[language](folder, text));
    }
});

test("pocketrec/hnsw without usearch: an error names the package to install", async () => {
  assert.equal(
    await script(`
    import { PocketrecError } from "pocketrec";
    import { hnswIndex } from "pocketrec/hnsw";
    const model = {
      kind: "candidates",
      scoresAreInnerProducts: true,
      itemCount: 1,
      vectors: () => new Float32Array(4),
    };
    const error = await hnswIndex(model).catch((error) => error);
    console.log(error instanceof PocketrecError, error.code, error.hint);
  `),
    "true missing-package npm install usearch",
  );
});

test("an error that is not caught prints its message, not the bundle", async () => {
  const text = 'import { loadModel } from "pocketrec"; await loadModel("none.safetensors");';
  const { stderr } = await script(text).catch((error) => error);
  assert.match(stderr, /PocketrecError: none\.safetensors: expected a file that can be read/);
  assert.ok(stderr.length < 5000, `${stderr.length} characters`);
});

test("the licences of bundled libraries are included", () => {
  const licences = readFileSync(join(installed, "dist/LICENSES.txt"), "utf8");
  for (const name of ["comlink", "env-paths", "idb"])
    assert.match(licences, new RegExp(`^${name} \\d[^]*?(Copyright|Apache License)`, "m"));
});

test("npx pocketrec-cli runs without other packages, and reads every format", async () => {
  const npx = (...words) =>
    run("npx", ["--no-install", "pocketrec-cli", ...words], { cwd: folder });
  assert.match((await npx("--help")).stdout, /^Usage: pocketrec-cli /);
  assert.match((await npx("verify", "web-demo/models/cdae.safetensors")).stdout, /4 check vectors/);
  // The first bytes select the reader, which refuses the rest of the file.
  const formats = {
    h5: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    zip: [0x50, 0x4b, 3, 4],
    pickle: [0x80, 2],
    onnx: [8, 8, 0x3a, 5],
  };
  for (const [name, magic] of Object.entries(formats)) {
    writeFileSync(join(folder, name), Uint8Array.from([...magic, ...Array(100).fill(1)]));
    const { code, stderr } = await npx("convert", name, "-o", "never").catch((error) => error);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^pocketrec: [^\n]+\n$/);
    assert.doesNotMatch(stderr, /unexpected|Cannot find/);
  }
  const licences = readFileSync(join(commandLine, "dist/LICENSES.txt"), "utf8");
  for (const name of ["commander", "h5wasm", "pbf", "yauzl", "cli-progress"])
    assert.match(licences, new RegExp(`^${name} \\d`, "m"));
});

test("pocketrec-cli contains its bundle alone, in the version of the core", () => {
  const files = readdirSync(commandLine, { recursive: true }).map(String);
  const others = files.filter((name) => !/^dist(\/[\w.-]+\.(js|txt))?$/.test(name));
  assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
  const versionOf = (path) => JSON.parse(readFileSync(join(path, "package.json"), "utf8")).version;
  assert.equal(versionOf(commandLine), versionOf(installed));
});

describe("the command pocketrec", () => {
  const command =
    (cwd) =>
    (...words) =>
      run("npx", ["--no-install", "pocketrec", ...words], { cwd }).catch((error) => error);

  test("runs pocketrec-cli where it is installed", async () => {
    const { stdout } = await command(folder)("--help");
    assert.match(stdout, /^Usage: pocketrec-cli /);
  });

  test("says the one command where it is not", async () => {
    const app = mkdtempSync(join(tmpdir(), "pocketrec-alone-"));
    after(() => rmSync(app, { recursive: true }));
    writeFileSync(join(app, "package.json"), '{ "name": "alone", "private": true }');
    await installIn(app, [packages.pocketrec]);
    const { code, stdout, stderr } = await command(app)("inspect", "a.safetensors", "my file");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /npx pocketrec-cli inspect a\.safetensors "my file"\n/);
    assert.match(stderr, /npm install --save-dev pocketrec-cli\n/);
  });
});

describe("importing does nothing", () => {
  for (const entry of ["index.js", "index.node.js"]) {
    test(`${entry}: no WebAssembly, no network, no global`, async () => {
      const output = await script(`
        const before = Object.keys(globalThis).length;
        for (const name of ["WebAssembly", "fetch", "Worker", "SharedArrayBuffer"])
          delete globalThis[name];
        const entry = "./node_modules/pocketrec/dist/${entry}";
        const { loadModel, PocketrecError } = await import(entry);
        const error = await loadModel(new Uint8Array(9)).catch((error) => error);
        const isClean = Object.keys(globalThis).length <= before;
        console.log(typeof loadModel, error instanceof PocketrecError, error.code, isClean);
      `);
      assert.equal(output, "function true no-wasm true");
    });
  }
});

test("the .wasm files are exported, and loadModel takes them compiled", async () => {
  assert.equal(
    await script(`
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { loadModel } from "pocketrec";
    const file = fileURLToPath(import.meta.resolve("pocketrec/pocketrec.wasm"));
    const module = new WebAssembly.Module(readFileSync(file));
    const model = await loadModel("web-demo/models/neumf.safetensors", { module, verify: true });
    console.log(model.kind, model.simd);
  `),
    "neumf simd128",
  );
});

test("the entry for Cloudflare Workers loads a model and ranks", async () => {
  // Node cannot import a compiled module: a line of code replaces the import.
  const output = await script(`
    import { readFileSync, writeFileSync } from "node:fs";
    const text = readFileSync("node_modules/pocketrec/dist/index.workerd.js", "utf8");
    const wasm = text.match(/import (\\w+) from"\\.\\/pocketrec\\.wasm";/);
    const file = "node_modules/pocketrec/dist/pocketrec.wasm";
    const imports = 'import { readFileSync } from "node:fs";';
    const loader = \`const \${wasm[1]} = new WebAssembly.Module(readFileSync("\${file}"));\`;
    const entry = "./node_modules/pocketrec/dist/index.workerd.test.mjs";
    writeFileSync(entry, [imports, loader, text.replace(wasm[0], "")].join("\\n"));
    const { diversify, loadModel } = await import(entry);
    const model = await loadModel(readFileSync("web-demo/models/dae.safetensors"));
    const user = model.user({ history: [1, 260] });
    const list = await diversify({ model })(model.recommend(user));
    console.log(list.length);
  `);
  assert.equal(output, "10");
});

test("what an app of Cloudflare Workers uploads has the module once, as a file", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "pocketrec"', resolveDir: folder },
    ...{ bundle: true, format: "esm", write: false, logLevel: "silent" },
    ...{ conditions: ["workerd"], external: ["*.wasm"] },
  });
  const [{ text }] = outputFiles;
  assert.match(text, /import \w+ from "\.\/pocketrec\.wasm"/);
  assert.doesNotMatch(text, /simd128: *"/);
});
