// An app pays for the exports that it imports: what each costs alone, in bundles of esbuild and of
// Rolldown. `node scripts/sizes.js` prints all of them.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { rolldown } from "rolldown";

import { ENTRIES, bundleOf, exportsOf } from "../scripts/sizes/exports.js";

/** The modules as text, which only loading a model and re-ranking by vectors need. */
const MODULES = 26_000;

/** Export to the most brotli bytes that it may bring at once. */
const LIMITS = {
  PocketrecError: 400,
  compose: 1200,
  block: 1200,
  exactIndex: 1300,
  pin: 1500,
  cap: 1900,
  fromModel: 1900,
  corrupt: 2000,
  novelty: 2500,
  blend: 2600,
  diversify: 4100,
  createRecommender: 5700,
  loadModel: 60_500,
};

/** The same of the other entries; their errors are those of `pocketrec`. */
const OTHER_LIMITS = {
  "pocketrec/history": { openHistory: 7500 },
  "pocketrec/cache": { eraseWeights: 1000, fetchWeights: 5400 },
  "pocketrec/packs": { packMaker: 22_500 },
  "pocketrec/privacy": { gaussianSigma: 1700, privateQuery: 3300 },
  "pocketrec/worker": { createWorker: 7700 },
};

test("each export of pocketrec has a limit here", async () =>
  assert.deepEqual((await exportsOf("index")).sort(), Object.keys(LIMITS).sort()));

for (const [entry, limits] of Object.entries({ pocketrec: LIMITS, ...OTHER_LIMITS })) {
  const file = ENTRIES[entry];
  describe(`${entry}, bundled by esbuild`, () => {
    for (const [name, limit] of Object.entries(limits)) {
      test(`${name} alone brings at most ${limit} bytes`, async () => {
        const { once } = await bundleOf(file, [name]);
        assert.ok(once <= limit, `${once} bytes`);
        assert.equal(once > MODULES, name === "loadModel", "the modules");
      });
    }
  });
}

test("diversify brings the modules at its first call, and other steps never", async () => {
  assert.ok((await bundleOf("index", ["diversify"])).later > MODULES);
  const steps = ["blend", "block", "cap", "compose", "createRecommender", "novelty", "pin"];
  assert.equal((await bundleOf("index", steps)).later, 0);
});

test("a page that only loads models has nothing of the pipeline", async () => {
  const { text } = await bundleOf("index", ["loadModel"]);
  for (const word of ["diversify", "maxPerGroup", "retrieve", "novelty"])
    assert.doesNotMatch(text, new RegExp(word));
});

describe("bundled by Rolldown", () => {
  for (const [name, limit] of Object.entries(LIMITS)) {
    test(`${name} alone brings at most a tenth more`, async () => {
      const size = await rolldownSize(name);
      assert.ok(size <= 1.1 * limit, `${size} bytes`);
    });
  }
});

/** The brotli bytes that a page loads at once of a bundle with one export of `pocketrec`. */
async function rolldownSize(name) {
  const id = "entry.js";
  const code = `export { ${name} } from ${JSON.stringify(resolve("dist/index.js"))}`;
  const entry = {
    name: "entry",
    resolveId: (source) => (source === id ? id : undefined),
    load: (source) => (source === id ? code : undefined),
  };
  const bundle = await rolldown({ input: id, plugins: [entry], logLevel: "silent" });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const files = new Map(output.map((file) => [file.fileName, file]));
  const reached = new Set();
  const reach = (fileName) => {
    if (reached.has(fileName)) return;
    reached.add(fileName);
    files.get(fileName).imports.forEach(reach);
  };
  reach(output.find((file) => file.isEntry).fileName);
  return [...reached].reduce(
    (sum, fileName) => sum + brotliCompressSync(files.get(fileName).code).length,
    0,
  );
}
