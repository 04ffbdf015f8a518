// pocketrec/cache in Chromium, Firefox and WebKit, under the demo's Content-Security-Policy: the
// requests of each visit, and what the browser stores; in a private window of WebKit, which
// forgets. 24-cache-lies has the answers that are refused.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";

import { POLICY } from "../web-demo/server/policy.js";
import { BROWSERS, launch, webkit } from "./lib/browsers.js";
import { seldomIn } from "./lib/long.js";
import { fileOf, randomWeights } from "./lib/weights.js";
import { answer, entryFor, manifestFile, serveWeights, stopAfter } from "./lib/weights-server.js";

const PART_BYTES = 4 * 2 ** 20;
const [EXAMPLE] = readFileSync("docs/cache.md", "utf8").match(/(?<=```js\n)[^]*?(?=```)/);
const PAGES = {
  "/": "<!doctype html><title>weights</title><script type='module' src='/page.js'></script>",
  "/page.js": `
    import { eraseWeights, fetchWeights } from "/dist/cache.js";
    import { loadModel } from "/dist/index.js";
    Object.assign(globalThis, { eraseWeights, fetchWeights, loadModel });
  `,
  "/worker.js": `
    import { fetchWeights } from "/dist/cache.js";
    const { bytes, source, version } = await fetchWeights("/manifest.json", "movies");
    postMessage({ length: bytes.length, source, version });
  `,
  "/example.js": EXAMPLE.replace('"pocketrec"', '"/dist/index.js"').replace(
    '"pocketrec/cache"',
    '"/dist/cache.js"',
  ),
};

/** The files beside weights and manifests: the pages, and the built package. */
function others(path) {
  if (path in PAGES)
    return { type: path === "/" ? "text/html" : "text/javascript", body: PAGES[path] };
  if (/^\/dist\/[\w.-]+\.js$/.test(path))
    return { type: "text/javascript", body: readFileSync(path.slice(1)) };
}

/** The suite of a browser: a server and a context for each test. */
function visitsIn(which) {
  const models = [1, 2].map(
    (seed) =>
      new Uint8Array(
        fileOf(randomWeights({ kind: "gmf", items: 20_000, gmf: 128, aggregates: true, seed })),
      ),
  );
  const [first, second] = models;
  const hashes = models.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
  let browser;
  let server;
  let context;

  before(async () => (browser = await launch({}, which)));
  after(() => browser?.close());
  beforeEach(async () => {
    server = await serveWeights({ headers: { "Content-Security-Policy": POLICY }, others });
    server.files.set("/first.safetensors", first).set("/second.safetensors", second);
    publish("first");
    context = await browser.createBrowserContext();
  });
  afterEach(async () => {
    await context.close();
    await server.stop();
  });

  const entries = {
    first: entryFor(first, "/first.safetensors", "first"),
    second: entryFor(second, "/second.safetensors", "second"),
  };
  const publish = (version) =>
    server.files.set("/manifest.json", manifestFile({ movies: entries[version] }));

  /** Opens a tab with the package. */
  async function open() {
    const page = await context.newPage();
    await page.evaluateOnNewDocument(() => {
      globalThis.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
        globalThis.violations.push(violatedDirective),
      );
    });
    await page.goto(`${server.address}/`);
    await page.waitForFunction(() => globalThis.loadModel, { polling: 20 });
    return page;
  }

  /** Fetches the weights in a tab, and asserts that the policy was not violated. */
  async function fetchIn(page, manifest = "/manifest.json") {
    const result = await page.evaluate(async (manifest) => {
      const seen = [];
      const onProgress = ({ loaded }) => seen.push((globalThis.loaded = loaded));
      try {
        const { bytes, version, source, warning } = await globalThis.fetchWeights(
          manifest,
          "movies",
          { onProgress },
        );
        const hash = Array.from(
          new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
          (byte) => byte.toString(16).padStart(2, "0"),
        ).join("");
        return {
          version,
          source,
          warning: warning?.code ?? null,
          hash,
          firstLoaded: seen[0],
          lastLoaded: seen.at(-1),
        };
      } catch ({ name, code, message }) {
        return { name, code, message };
      }
    }, manifest);
    if (!page.isClosed()) assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
    return result;
  }

  /** The same in a new tab. */
  async function visit(manifest) {
    const page = await open();
    const result = await fetchIn(page, manifest);
    await page.close();
    return result;
  }

  const stored = (page) =>
    page.evaluate(async () =>
      Promise.all(
        (await caches.keys()).map(async (name) => [
          name,
          (await (await caches.open(name)).keys()).length,
        ]),
      ),
    );

  const seldom = seldomIn(which.name);
  if (which === webkit) {
    inPrivateWindow({ open, fetchIn, requested: () => server.weightsRequested(), hash: hashes[0] });
    return;
  }

  test("the first visit downloads, the next ones request the manifest, or nothing", async () => {
    assert.deepEqual(await visit(), {
      version: "first",
      source: "network",
      warning: null,
      hash: hashes[0],
      firstLoaded: 0,
      lastLoaded: first.length,
    });
    assert.deepEqual(server.weightsRequested(), ["all"]);
    server.received.length = 0;
    assert.deepEqual(await visit(), {
      version: "first",
      source: "cache",
      warning: null,
      hash: hashes[0],
      firstLoaded: first.length,
      lastLoaded: first.length,
    });
    assert.deepEqual(
      server.received.map(({ path }) => path),
      ["/manifest.json"],
    );
    server.received.length = 0;
    assert.equal((await visit({ format: 1, weights: { movies: entries.first } })).source, "cache");
    assert.deepEqual(server.received, []);
  });

  test("without the server a page loads the stored weights", seldom, async () => {
    await visit();
    const page = await open();
    await server.stop();
    assert.deepEqual(await fetchIn(page), {
      version: "first",
      source: "cache",
      warning: "network",
      hash: hashes[0],
      firstLoaded: first.length,
      lastLoaded: first.length,
    });
    const { source, warning } = await fetchIn(page, {
      format: 1,
      weights: { movies: entries.first },
    });
    assert.deepEqual([source, warning], ["cache", null]);
    assert.equal(
      (await fetchIn(page, { format: 1, weights: { movies: entries.second } })).version,
      "first",
    );
  });

  test("a new version replaces the old one, a broken one does not", seldom, async () => {
    await visit();
    publish("second");
    server.files.set("/second.safetensors", second.with(5_000_000, second[5_000_000] ^ 1));
    const { version, warning, hash } = await visit();
    assert.deepEqual([version, warning, hash], ["first", "integrity", hashes[0]]);
    server.files.set("/second.safetensors", second);
    assert.equal((await visit()).hash, hashes[1]);

    const page = await open();
    assert.deepEqual(await stored(page), [
      ["pocketrec-weights:movies", 1 + Math.ceil(second.length / PART_BYTES)],
    ]);
    await page.evaluate(() => globalThis.eraseWeights());
    assert.deepEqual(await stored(page), []);
    server.files.set("/second.safetensors", second.subarray(1));
    assert.equal((await fetchIn(page)).code, "integrity");
  });

  for (const [what, code, end] of [
    ["the server hangs up", "network", () => server.hangUp()],
    ["the tab is closed", "closed", (page) => page.close()],
  ]) {
    test(
      `where ${what} during the download, the next visit requests the rest`,
      seldom,
      async () => {
        server.behave = stopAfter(PART_BYTES + 1000);
        const page = await open();
        const broken = fetchIn(page).catch(() => ({ code: "closed" }));
        await page.waitForFunction(
          (loaded) => globalThis.loaded === loaded,
          { polling: 20 },
          PART_BYTES + 1000,
        );
        await end(page);
        assert.equal((await broken).code, code);

        server.behave = () => false;
        const { source, hash, firstLoaded } = await visit();
        assert.deepEqual([source, hash, firstLoaded], ["network", hashes[0], PART_BYTES]);
        assert.deepEqual(
          [server.weightsRequested(), server.sent],
          [["all", `bytes=${PART_BYTES}-`], first.length - PART_BYTES],
        );
        assert.equal((await visit()).source, "cache");
      },
    );
  }

  test("two tabs download once", seldom, async () => {
    let release;
    const both = new Promise((resolve) => (release = resolve));
    server.behave = (request, response, bytes) => {
      if (server.received.filter(({ path }) => path === "/manifest.json").length === 2) release();
      if (request.url === "/manifest.json") return false;
      both.then(() => answer(request, response, bytes));
      return true;
    };
    const pages = [await open(), await open()];
    const results = await Promise.all(pages.map((page) => fetchIn(page)));
    assert.deepEqual(results.map(({ source }) => source).sort(), ["cache", "network"]);
    assert.deepEqual(
      results.map(({ hash }) => hash),
      [hashes[0], hashes[0]],
    );
    assert.deepEqual(server.weightsRequested(), ["all"]);
  });

  test("a worker uses what the page has stored", async () => {
    await visit();
    const page = await open();
    const found = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    );
    assert.deepEqual(found, { length: first.length, source: "cache", version: "first" });
    assert.deepEqual(server.weightsRequested(), ["all"]);
  });

  test("where a page cannot compute a hash, the browser compares it", seldom, async () => {
    const page = await open();
    const sizes = () =>
      page.evaluate(async () => {
        Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
        const { bytes, code } = await globalThis
          .fetchWeights("/manifest.json", "movies")
          .catch((error) => error);
        return bytes?.length ?? code;
      });
    assert.equal(await sizes(), first.length);
    server.files.set("/first.safetensors", second);
    assert.equal(await sizes(), "network");
  });

  test("a model loads the weights, and the example of docs/cache.md runs", seldom, async () => {
    const page = await open();
    const shown = [];
    page.on("console", (message) => shown.push(`${message.type()} ${message.text()}`));
    const best = await page.evaluate(async () => {
      const model = await globalThis.loadModel(
        (await globalThis.fetchWeights("/manifest.json", "movies")).bytes,
      );
      return model
        .recommend(model.user({ history: [1, 2, 3] }), { topK: 5 })
        .map(({ score }) => score);
    });
    assert.equal(best.length, 5);
    assert.ok(best.every((score) => score > 0 && score <= 1));

    const books = readFileSync("examples/first/books.safetensors");
    server.files.set("/models/books.safetensors", books);
    server.files.set(
      "/models/manifest.json",
      manifestFile({ books: entryFor(books, "books.safetensors", "7") }),
    );
    for (const source of ["network", "cache"]) {
      shown.length = 0;
      await page.evaluate((source) => import(`/example.js?${source}`), source);
      assert.ok(
        shown.some((line) => line.startsWith("table ")),
        shown.join("\n"),
      );
      assert.deepEqual([shown.includes("log 100%"), shown.at(-1)], [true, `log 7 ${source}`]);
    }
  });
}

/** A private window of WebKit has what it stored until the last tab leaves the page. */
function inPrivateWindow({ open, fetchIn, requested, hash }) {
  test("each visit downloads once, and has the weights, however often it is reloaded", async () => {
    const page = await open();
    for (const warning of [null, "storage", "storage"]) {
      const before = requested().length;
      const found = await fetchIn(page);
      assert.deepEqual(
        [found.source, found.warning, found.hash, found.message],
        ["network", warning, hash, undefined],
      );
      assert.deepEqual(requested().slice(before), ["all"]);
      const best = await page.evaluate(async () => {
        const { bytes } = await globalThis.fetchWeights("/manifest.json", "movies");
        const model = await globalThis.loadModel(bytes);
        return model.recommend(model.user({ history: [1, 2, 3] }), { topK: 5 }).length;
      });
      assert.equal(best, 5);
      await page.reload();
      await page.waitForFunction(() => globalThis.loadModel, { polling: 20 });
    }
  });

  test("another tab, and a worker, use what is stored meanwhile", async () => {
    const pages = [await open(), await open()];
    const sources = [];
    for (const page of pages) sources.push((await fetchIn(page)).source);
    assert.deepEqual(sources, ["network", "cache"]);
    const found = await pages[1].evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data.source);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    );
    assert.equal(found, "cache");
  });

  test("calls at once download once", async () => {
    const pages = [await open(), await open()];
    const found = await Promise.all(pages.map((page) => fetchIn(page)));
    assert.deepEqual(found.map(({ source }) => source).sort(), ["cache", "network"]);
    assert.deepEqual(requested(), ["all"]);
  });
}

for (const which of BROWSERS)
  describe(`weights in ${which.title}`, { skip: which.missing, timeout: 240_000 }, () =>
    visitsIn(which),
  );
