// The package as npm gives it to somebody: packed, installed in an empty folder, used as its README
// says.
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
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const README = readFileSync("README.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "pocketrec-install-"));
const installed = join(folder, "node_modules/pocketrec");

/** The first block of the README in a language. */
function block(language) {
  return (
    README.match(new RegExp("```" + language + "\\n([^]*?)```"))?.[1] ??
    assert.fail(`the README has no ${language}`)
  );
}

/** Runs a script in the folder of the one who installed the package. */
async function script(text, ...options) {
  writeFileSync(join(folder, "script.mjs"), text);
  return (await run(process.execPath, [...options, "script.mjs"], { cwd: folder })).stdout.trim();
}

before(async () => {
  // --ignore-scripts: what prepack would build was built for these tests.
  const { stdout } = await run("npm", [
    "pack",
    "--json",
    "--ignore-scripts",
    "--pack-destination",
    folder,
  ]);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "somebody", private: true, type: "module" }),
  );
  await run(
    "npm",
    [
      "install",
      "--offline",
      "--no-audit",
      "--no-fund",
      join(folder, JSON.parse(stdout)[0].filename),
    ],
    { cwd: folder },
  );
});

after(() => rmSync(folder, { recursive: true }));

test("it brings no dependency and no install script", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  assert.ok(!["preinstall", "install", "postinstall"].some((name) => manifest.scripts[name]));
  assert.deepEqual(
    readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    ["pocketrec"],
  );
});

test("its files are what a user needs, and no more", () => {
  const files = readdirSync(installed, { recursive: true }).map(String);
  for (const name of [
    "dist/index.js",
    "dist/index.node.js",
    "dist/index.workerd.js",
    "dist/hnsw.js",
    "dist/history.js",
    "dist/history.node.js",
    "dist/cache.js",
    "dist/privacy.js",
    "dist/worker.js",
    "dist/worker.node.js",
    "dist/worker-thread.js",
    "dist/worker-thread.node.js",
    "dist/cli/main.js",
    "dist/cli/hdf5-worker.js",
    "dist/cli/LICENSES.txt",
    "dist/pocketrec.wasm",
    "dist/types/index.d.ts",
    "dist/types/hnsw.d.ts",
    "dist/types/history.d.ts",
    "dist/types/cache.d.ts",
    "dist/types/privacy.d.ts",
    "dist/types/worker.d.ts",
    "LICENSE",
    "README.md",
    "docs/format.md",
    "docs/pipeline.md",
    "docs/from-pytorch.md",
    "docs/cache.md",
    "docs/privacy.md",
    "docs/private-queries.md",
    "docs/privacy-recall.svg",
  ]) {
    assert.ok(files.includes(name), name);
  }
  assert.ok(
    !files.some((name) => /^(tests|training|bench|web-demo|build|node_modules)/.test(name)),
  );
});

test("source maps name files that are there", () => {
  for (const name of [
    "index",
    "index.node",
    "index.workerd",
    "hnsw",
    "history",
    "history.node",
    "cache",
    "privacy",
    "worker",
    "worker.node",
    "worker-thread",
    "worker-thread.node",
  ]) {
    const { sources } = JSON.parse(readFileSync(join(installed, `dist/${name}.js.map`), "utf8"));
    for (const source of sources.filter((source) => !/modules\.js$|node_modules/.test(source)))
      readFileSync(resolve(installed, "dist", source));
  }
});

test("the README's snippet runs as it stands", async () => {
  mkdirSync(join(folder, "web-demo"));
  cpSync("web-demo/models", join(folder, "web-demo/models"), { recursive: true });
  const output = await script(block("js"));
  assert.match(output, /item.*score/);
  assert.ok(output.split("\n").length >= 5, output);
});

for (const page of ["pipeline", "history", "worker", "private-queries"]) {
  const guide = readFileSync(`docs/${page}.md`, "utf8");
  for (const [number, [, text]] of [...guide.matchAll(/```js\n([^]*?)```/g)].entries()) {
    const needsUsearch = text.includes("pocketrec/hnsw");
    const own = resolve("node_modules/usearch");
    const theirs = join(folder, "node_modules/usearch");
    const skip = needsUsearch && !existsSync(own) && "usearch could not be installed here";
    test(`docs/${page}.md, example ${number + 1} runs as it stands`, { skip }, async (context) => {
      if (needsUsearch) {
        symlinkSync(own, theirs);
        context.after(() => rmSync(theirs));
      }
      // The data of an app goes to a folder that goes with the test.
      const home = `process.env.XDG_DATA_HOME = process.env.LOCALAPPDATA = process.env.HOME = ${JSON.stringify(folder)};`;
      assert.ok(
        await script(
          `${home}\nglobalThis.fetch = async () => Response.json({ items: [2571, 1, 589, 110, 541, 2028, 17, 260, 480, 50] });\n${text}`,
        ),
      );
    });
  }
}

test("pocketrec/hnsw says what it needs, with the package's own error", async () => {
  assert.equal(
    await script(`
    import { PocketrecError } from "pocketrec";
    import { hnswIndex } from "pocketrec/hnsw";
    const error = await hnswIndex({ kind: "candidates", scoresAreInnerProducts: true, itemCount: 1, vectors: () => new Float32Array(4) }).catch((error) => error);
    console.log(error instanceof PocketrecError, error.code, error.hint);
  `),
    "true missing-package npm install usearch",
  );
});

test("what is bundled says of its use what its licence asks", () => {
  const licences = readFileSync(join(installed, "dist/LICENSES.txt"), "utf8");
  for (const name of ["comlink", "env-paths", "idb"])
    assert.match(licences, new RegExp(`^${name} \\d[^]*?(Copyright|Apache License)`, "m"));
});

test("npx pocketrec runs from the package alone, readers of every format included", async () => {
  const npx = (...words) => run("npx", ["--no-install", "pocketrec", ...words], { cwd: folder });
  assert.match((await npx("--help")).stdout, /^Usage: pocketrec/);
  assert.match((await npx("verify", "web-demo/models/cdae.safetensors")).stdout, /4 check vectors/);
  // What each begins with: each reader is loaded, and says what is wrong with the rest.
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
  const licences = readFileSync(join(installed, "dist/cli/LICENSES.txt"), "utf8");
  for (const name of ["commander", "h5wasm", "pbf", "yauzl", "cli-progress"])
    assert.match(licences, new RegExp(`^${name} \\d`, "m"));
});

describe("importing does nothing", () => {
  for (const entry of ["index.js", "index.node.js"]) {
    test(`${entry}: no WebAssembly, no network, no global`, async () => {
      const output = await script(`
        const before = Object.keys(globalThis).length;
        for (const name of ["WebAssembly", "fetch", "Worker", "SharedArrayBuffer"]) delete globalThis[name];
        const { loadModel, PocketrecError } = await import("./node_modules/pocketrec/dist/${entry}");
        const error = await loadModel(new Uint8Array(9)).catch((error) => error);
        console.log(typeof loadModel, error instanceof PocketrecError, error.code, Object.keys(globalThis).length <= before);
      `);
      assert.equal(output, "function true no-wasm true");
    });
  }
});

test("the .wasm files are exported, and can be given", async () => {
  assert.equal(
    await script(`
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { loadModel } from "pocketrec";
    const module = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve("pocketrec/pocketrec.wasm"))));
    const model = await loadModel("web-demo/models/neumf.safetensors", { module, verify: true });
    console.log(model.kind, model.simd);
  `),
    "neumf simd128",
  );
});

test("the entry for Cloudflare's workers needs nothing but the package: a model loads and ranks", async () => {
  // Node has no imports of modules that are compiled: this one stands for what a worker's loader
  // does.
  const output = await script(`
    import { readFileSync, writeFileSync } from "node:fs";
    const text = readFileSync("node_modules/pocketrec/dist/index.workerd.js", "utf8");
    const wasm = text.match(/import (\\w+) from"\\.\\.\\/dist\\/pocketrec\\.wasm";/);
    const file = "node_modules/pocketrec/dist/pocketrec.wasm";
    writeFileSync("workerd.mjs", \`import { readFileSync } from "node:fs"; const \${wasm[1]} = new WebAssembly.Module(readFileSync("\${file}"));\n\${text.replace(wasm[0], "")}\`);
    const { diversify, loadModel } = await import("./workerd.mjs");
    const model = await loadModel(readFileSync("web-demo/models/dae.safetensors")), user = model.user({ history: [1, 260] });
    const list = await diversify({ model })(model.recommend(user));
    console.log(list.length, (text.match(/from"/g) ?? []).length);
  `);
  assert.equal(output, "10 1");
});

describe("types", () => {
  /** The compiler's words on somebody's strict TypeScript. */
  async function compile(text) {
    writeFileSync(join(folder, "use.ts"), text);
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--module",
      "nodenext",
      "--moduleResolution",
      "nodenext",
      "--lib",
      "es2022,dom,dom.iterable,esnext.disposable",
      "--types",
      "",
      "use.ts",
    ];
    return run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), ...options], {
      cwd: folder,
    }).then(
      () => "",
      ({ stdout }) => stdout,
    );
  }

  test("a strict program that uses all of it compiles", async () => {
    assert.equal(
      await compile(`
      import { corrupt, loadModel, PocketrecError } from "pocketrec";
      const controller = new AbortController();
      const model = await loadModel(new URL("https://example.org/model"), {
        signal: controller.signal, simd: "auto", verify: true,
        onProgress: ({ loaded, total }) => console.log(loaded / (total ?? loaded)),
      });
      const kind: "gmf" | "mlp" | "neumf" | "autoencoder" | "autorec-user" | "autorec-item" | "cdae" | "mult-dae" | "candidates" | "ranker" = model.kind;
      const user = model.user({ history: [{ item: "a", rating: 5 }, 3], seed: 2 });
      const scores: Float32Array = model.score(user, ["a", 3], { raw: true });
      for (const { item, score } of model.rank(user, Uint32Array.of(1), { topK: 3, exclude: user.items })) {
        const text: string | number = item, number: number | null = score;
        console.log(kind, text, number, scores);
      }
      const again = model.user({ vector: user.vector }).update({ add: [4], remove: ["a"] });
      console.log(model.recommend(again)[0].score.toFixed(3), model.info.metrics, user.unknown, user.history);
      const fitted = model.user({ history: corrupt([1, { item: "a", rating: 2 }], { kind: "mask", q: 0.5, seed: 3, rating: model.info.rating }), fit: true });
      for (const { item, rating, effect } of model.explain(fitted, "a", { topK: 3 })) console.log(item, rating ?? 0, effect + model.bytes);
      model.dispose();
      await loadModel({ gmf: new ArrayBuffer(8), mlp: new Blob([]), alpha: 0.5 }).catch((error: unknown) => {
        if (error instanceof PocketrecError && error.code === "http") console.log(error.subject, error.hint);
      });
    `),
      "",
    );
  });

  test("so does one of stages", async () => {
    assert.equal(
      await compile(`
      import { blend, block, cap, compose, createRecommender, diversify, exactIndex, fromModel, loadModel, pin } from "pocketrec";
      import { hnswIndex } from "pocketrec/hnsw";
      const model = await loadModel("m"), user = model.user({ history: [1] });
      const index = await hnswIndex(model as any, { connectivity: 16, onProgress: ({ added, total }) => console.log(added / total) });
      await index.save("items.usearch");
      const steps = compose(
        diversify({ vectors: new Map([[1, [0.5, 1]]]), balance: 0.5 }), cap({ groupOf: (item) => String(item), maxPerGroup: 2, topK: 10 }),
        blend([{ scores: "list" }, { model, user, weight: 2 }, { scores: [{ item: 1, score: null }] }], { by: "rank" }),
        pin([{ item: 3, position: 0 }]), block(new Set(["a"])), (list, context) => list.slice(0, context?.topK),
      );
      const list = await steps(model.rank(user, [1, 2]));
      for (const retrieve of [undefined, fromModel(model, { topK: 100, index }), fromModel(model, { index: exactIndex(model) }), ({ signal }: { signal: AbortSignal }) => fetch("/api", { signal }), async () => [1, "a"]]) {
        const recommender = createRecommender({ retrieve, rank: model, rerank: [steps], history: async () => [{ item: 1, rating: 5 }], timeout: 500 });
        const { recommendations, source, warning, counts, times } = await recommender.recommend({ topK: 5, exclude: recommender.lastCandidates });
        const where: "retrieved" | "last" | "catalogue" = source;
        console.log(list, where, warning?.code === "timeout", counts.catalogue ?? 0, times.rank + counts.ranked, recommendations[0].score?.toFixed());
      }
    `),
      "",
    );
  });

  test("so does one of history, cache, privacy and worker", async () => {
    assert.equal(
      await compile(`
      import { createRecommender, loadModel, PocketrecError } from "pocketrec";
      import { eraseWeights, fetchWeights } from "pocketrec/cache";
      import { openHistory } from "pocketrec/history";
      import { privateQuery } from "pocketrec/privacy";
      import { createWorker } from "pocketrec/worker";
      const history = await openHistory("films", { limit: 500, budget: { epsilon: 8, delta: 1e-5 }, onWarning: ({ code }) => console.log(code) });
      history.addEventListener("change", () => console.log(history.interactionCount, history.warning?.message));
      await history.add([1, "a", { item: 3, rating: 5, time: Date.now() }]);
      await history.remove("a");
      for (const { item, rating, time } of history.since(new Date(0))) console.log(item, rating?.toFixed(), time + 1);
      const where: "indexeddb" | "file" | "memory" = history.storage, text: string = JSON.stringify(history.export());
      await history.import(text);
      const { bytes, version, source, warning } = await fetchWeights("/manifest.json", "films", { signal: AbortSignal.timeout(1000) });
      const model = await loadModel(bytes), user = model.user({ history });
      const query = await privateQuery(user, { epsilon: 4, delta: 1e-6 });
      console.log(where, version, source, warning?.code === "integrity", query, history.spent.epsilon + history.ledger.length);
      const worker = createWorker({ onCrash: (error) => console.log(error instanceof PocketrecError && error.code === "worker-crashed") });
      const remote = await worker.loadModel({ manifest: "/manifest.json", name: "films" }, { onProgress: ({ loaded }) => console.log(loaded) });
      const person = await remote.user({ history }), [first] = await remote.rank(person, [1, 2], { topK: 1, signal: AbortSignal.timeout(9) });
      console.log(first.score?.toFixed(), (await person.vector).length, remote.weights?.version, remote.kind === "gmf");
      const { recommendations } = await createRecommender({ rank: remote, history }).recommend();
      worker.terminate();
      await history.erase();
      await eraseWeights(recommendations.length ? "films" : undefined);
    `),
      "",
    );
  });

  for (const [what, text] of [
    [
      "a retrieve that wants the user",
      'createRecommender({ rank: await loadModel("m"), retrieve: ({ user }) => [user] });',
    ],
    ["a misspelt option", 'await loadModel("m", { simd: "avx" });'],
    ["an error code that there is not", '(0 as any as PocketrecError).code === "oops";'],
    [
      "a score that may be null taken for a number",
      'const m = await loadModel("m"); m.rank(m.user({ id: 1 }), [1])[0].score.toFixed();',
    ],
  ]) {
    test(`${what} does not`, async () => {
      assert.match(
        await compile(
          `import { createRecommender, loadModel, PocketrecError } from "pocketrec";\n${text}`,
        ),
        /error TS/,
      );
    });
  }
});
