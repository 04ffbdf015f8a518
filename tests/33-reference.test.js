// The reference: every public symbol is documented, and every example runs with the installed
// package. `npm run docs` asks TypeDoc for the rest.
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { assertGives } from "./lib/assert-gives.js";
import { folder, installPackages } from "./lib/installed-package.js";
import {
  ENTRIES,
  descriptionOf,
  documentedTypes,
  examplesOf,
  surfaceOf,
  typesOf,
} from "./lib/public-surface.js";

const nameOf = (entry) => (entry === "pocketrec" ? entry : `pocketrec/${entry}`);

/** What the examples begin with, as docs/api.md shows it, without imports and output. */
const PRELUDE = readFileSync("docs/api.md", "utf8")
  .match(/## How to read the examples\n[^]*?```js\n([^]*?)```/)[1]
  .replaceAll(/^(import .*|console\.log.*)\n/gm, "");

/** What the examples of an entry have beside it: a catalogue in an engine. */
const OWN_PRELUDE = {
  engine: `
    const { StandInMilvus } = await import("${pathToFileURL("tests/lib/stand-in-milvus.js")}");
    const { engineIndex: open, milvusEngine: engineOf } = await import("pocketrec/engine");
    const client = new StandInMilvus();
    const connection = { openTable: () => Promise.reject(new Error("no table is opened here")) };
    const engine = engineOf({ client, collection: "films" });
    const model = await loadModel("candidates.safetensors");
    await (await open(model, engine, { create: true, version: "2026-12-01" })).upsert();`,
};

const SURFACES = Object.fromEntries(ENTRIES.map((entry) => [entry, surfaceOf(entry)]));

/** What each entry exports at run time. */
const EXPORTS = Object.fromEntries(
  await Promise.all(
    ENTRIES.map(async (entry) => [entry, Object.keys(await import(nameOf(entry)))]),
  ),
);

for (const entry of ENTRIES) {
  describe(nameOf(entry), () => {
    const surface = SURFACES[entry];
    const without = (kinds, isThere) =>
      surface
        .filter(({ kind, comment }) => kinds.includes(kind) && !isThere(comment))
        .map(({ name }) => name);

    test("every export is in the reference", () => {
      const listed = surface.filter(({ kind }) => kind === "function" || kind === "class");
      const names = new Set(listed.map(({ name }) => name));
      assert.deepEqual(
        EXPORTS[entry].filter((name) => !names.has(name)),
        [],
      );
    });

    test("TypeScript finds the types that the reference has", () => {
      assert.deepEqual(
        typesOf(entry).sort(),
        documentedTypes(entry)
          .map(({ name }) => name)
          .sort(),
      );
    });

    test("every symbol says what it is for", () => {
      const isSaid = (comment) => !!(comment.startsWith("/**") ? descriptionOf(comment) : comment);
      assert.deepEqual(without(["function", "class", "method", "property", "type"], isSaid), []);
    });

    test("every function and method has an example", () => {
      const hasExample = (comment) => examplesOf(comment).length > 0;
      const missing = without(["function", "method"], hasExample);
      // The language calls those in brackets.
      assert.deepEqual(
        missing.filter((name) => !name.endsWith("]")),
        [],
      );
    });
  });
}

describe("the examples run", () => {
  const variables = ["XDG_DATA_HOME", "LOCALAPPDATA", "HOME"];
  const kept = { fetch: globalThis.fetch, folder: process.cwd() };

  before(async () => {
    await installPackages();
    cpSync("web-demo/models/candidates.safetensors", join(folder, "candidates.safetensors"));
    if (existsSync("node_modules/usearch"))
      symlinkSync(resolve("node_modules/usearch"), join(folder, "node_modules/usearch"));
    globalThis.fetch = shop;
    globalThis.assertGives = assertGives;
    process.chdir(folder);
  });

  after(() => {
    process.chdir(kept.folder);
    globalThis.fetch = kept.fetch;
    rmSync(folder, { recursive: true });
  });

  for (const entry of ENTRIES) {
    const surface = SURFACES[entry].filter(({ name }, at, all) => {
      const first = all.findIndex((one) => one.name === name && one.comment === all[at].comment);
      return at === first && (name !== "PocketrecError" || entry === "pocketrec");
    });
    for (const { name, comment } of surface)
      for (const example of examplesOf(comment)) {
        const skip =
          entry === "hnsw" && !existsSync("node_modules/usearch") && "usearch is not installed";
        test(`${nameOf(entry)}: ${name}`, { skip }, async () => {
          const home = mkdtempSync(join(folder, "home-"));
          for (const variable of variables) process.env[variable] = home;
          const file = join(home, "example.mjs");
          writeFileSync(file, moduleOf(example, OWN_PRELUDE[entry]));
          await import(pathToFileURL(file));
        });
      }
  }
});

/** An example as a module: with its imports and the prelude; `// =>` becomes an assertion. */
function moduleOf(example, ownPrelude = "") {
  const imports = example.match(/^import .*;$/gm) ?? [];
  const rest = example.replaceAll(/^import .*;$/gm, "");
  const checked = rest.replaceAll(
    /^( *)(?!const |let |\/\/)(.+?); \/\/ => (.+)$/gm,
    (_, indent, code, value) => `${indent}assertGives(${code}, ${value});`,
  );
  assert.doesNotMatch(checked, /\/\/ =>/, "`// =>` follows an expression");
  return [
    ...ENTRIES.map((entry) => importsOf(entry, PRELUDE + rest)),
    ...imports,
    PRELUDE,
    `try {\n${ownPrelude}\n{\n${checked}\n}\n} finally {\n  history.close();\n}`,
  ].join("\n");
}

/** Imports what a text uses of an entry. */
function importsOf(entry, text) {
  const names = EXPORTS[entry]
    .filter((name) => entry === "pocketrec" || name !== "PocketrecError")
    .filter((name) => new RegExp(`(?<!\\{ )\\b${name}\\b(?! \\})`).test(text));
  return names.length ? `import { ${names.join(", ")} } from "${nameOf(entry)}";` : "";
}

/** The server of the examples: candidates, and weights with their manifest. */
async function shop(url) {
  const name = new URL(url).pathname;
  const file = readFileSync(
    join(folder, "node_modules/pocketrec/examples/first/books.safetensors"),
  );
  if (name === "/models/books.safetensors") return new Response(file);
  if (name === "/candidates.json") return Response.json({ items: await titles() });
  assert.equal(name, "/models/manifest.json");
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", file)).toString("hex");
  const books = { url: `${url}/../books.safetensors`, version: "2026-11", bytes: file.length };
  return Response.json({ format: 1, weights: { books: { ...books, sha256: digest } } });
}

async function titles() {
  const { loadModel } = await import("pocketrec");
  return (await loadModel(import.meta.resolve("pocketrec/books.safetensors"))).ids();
}
