// pocketrec/cache in Node, with stand-ins for the browser's storage and a local server: what is
// stored, what is requested, what an interruption leaves. 24-cache-lies has wrong answers, 43 has a
// real browser.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";
import { eraseWeights, fetchWeights } from "pocketrec/cache";

import { assertRefused } from "./lib/assert-refused.js";
import { LocksStandIn, replaceGlobal } from "./lib/browser-storage.js";
import { CACHE, NAME, PART_BYTES, assertBytes, holdLock, setUpCache } from "./lib/cache-setup.js";
import { pocketrec, temporaryFolder } from "./lib/command-line.js";
import { entryFor, manifestFile, noise, stopAfter } from "./lib/weights-server.js";

const first = noise(10_000_000, 1);
const second = noise(2 * PART_BYTES, 2);
const FIRST = entryFor(first, "first.safetensors", "1");
const SECOND = entryFor(second, "second.safetensors?key=a&b", "2");

const setup = setUpCache({ "first.safetensors": first, "second.safetensors": second }, FIRST);
const requested = () => setup.server.weightsRequested();

/** A visit that the network, or the app, ends after so many bytes. */
async function interrupted(bytes, code, { end = setup.server.hangUp, ...options } = {}) {
  setup.server.behave = stopAfter(bytes);
  let offset;
  const onProgress = ({ loaded }) => {
    offset ??= loaded;
    if (loaded === offset + bytes) end();
  };
  const error = await assertRefused(setup.fetch({ ...options, onProgress }), code);
  setup.server.behave = () => false;
  return error;
}

describe("visits", () => {
  test("the first downloads, the second requests only the manifest", async () => {
    const seen = [];
    const onProgress = (progress) => seen.push(progress);
    const one = await setup.fetch({ onProgress });
    assert.deepEqual([one.version, one.source, one.warning], ["1", "network", undefined]);
    assert.deepEqual(requested(), ["all"]);
    assertBytes(one, first);
    const total = first.length;
    assert.deepEqual(
      [seen[0], seen.at(-1)],
      [
        { loaded: 0, total },
        { loaded: total, total },
      ],
    );
    assert.ok(seen.every(({ loaded }, at) => at === 0 || loaded > seen[at - 1].loaded));
    assert.equal(setup.storedCount(), 4);

    setup.server.received.length = seen.length = 0;
    const two = await setup.fetch({ onProgress });
    assert.deepEqual([two.version, two.source, two.warning], ["1", "cache", undefined]);
    assertBytes(two, first);
    assert.deepEqual(setup.server.received, [{ path: "/models/manifest.json", range: undefined }]);
    assert.deepEqual(seen, [{ loaded: total, total }]);
  });

  test("with the manifest in the app's code, the second makes no request at all", async () => {
    const manifest = setup.ownManifest(FIRST);
    assert.equal((await fetchWeights(manifest, NAME)).source, "network");
    setup.server.received.length = 0;
    assert.equal((await fetchWeights(manifest, NAME)).source, "cache");
    assert.deepEqual(setup.server.received, []);
  });

  test("a new version replaces the old one", async () => {
    await setup.fetch();
    setup.publish(SECOND); // whole parts, and a query in its URL
    const found = await setup.fetch();
    assert.deepEqual([found.version, found.source, setup.storedCount()], ["2", "network", 3]);
    assertBytes(found, second);
    const urls = [...setup.storage.entries(CACHE).keys()];
    assert.ok(urls.every((url) => url.startsWith("https://pocketrec.invalid/")));
  });

  test("the same bytes under another version or URL are found in the cache", async () => {
    await setup.fetch();
    const sha256 = FIRST.sha256.toUpperCase();
    setup.publish({ ...FIRST, version: "1b", url: "moved.safetensors", sha256 });
    const { version, source } = await setup.fetch();
    assert.deepEqual([version, source, setup.storedCount()], ["1b", "cache", 4]);
    setup.publish({});
    assert.equal((await setup.fetch()).version, "1b", "the last version that was returned");
  });

  test("URLs in a manifest are relative to the manifest, after redirects", async () => {
    const { server } = setup;
    const entry = { ...FIRST, url: "./deep/../first.safetensors" };
    server.files.set("/elsewhere/manifest.json", manifestFile({ [NAME]: entry }));
    server.files.set("/elsewhere/first.safetensors", first);
    server.behave = (request, response) =>
      request.url === "/go.json" &&
      response.writeHead(302, { Location: "/elsewhere/manifest.json" }).end();
    await fetchWeights(new URL(`${server.address}/go.json`), NAME);
    assert.equal(server.received.at(-1).path, "/elsewhere/first.safetensors");
  });

  test("names have separate caches, erased one by one or all", async () => {
    setup.publish(manifestFile({ [NAME]: FIRST, other: SECOND }));
    await setup.storage.open("the app's");
    await setup.fetch();
    await fetchWeights(`${setup.server.address}/models/manifest.json`, "other");
    await eraseWeights("other");
    assert.deepEqual(await setup.storage.keys(), ["the app's", CACHE]);
    await eraseWeights();
    assert.deepEqual(await setup.storage.keys(), ["the app's"]);
    assert.equal((await setup.fetch()).source, "network");
  });

  test("a manifest that hangs: the timeout counts where weights are cached", async () => {
    await setup.fetch();
    setup.server.behave = (request) => request.url.endsWith(".json");
    const { version, source, warning } = await setup.fetch({ timeout: 20 });
    assert.deepEqual([version, source, warning.code], ["1", "cache", "timeout"]);
    await eraseWeights();
    const signal = AbortSignal.timeout(200);
    await assertRefused(setup.fetch({ timeout: 20, signal }), "aborted");
    await assertRefused(setup.fetch({ timeout: "long" }), "bad-argument", "timeout");
  });

  test("the old name of an option is refused with the new one", async () => {
    const message = /patience is called timeout since 0\.2/;
    await assertRefused(setup.fetch({ patience: 20 }), "bad-argument", message);
  });

  test("without Cache Storage nothing is kept, which in Node is no warning", async (t) => {
    replaceGlobal(t, "caches", { value: undefined });
    for (let visit = 0; visit < 2; visit += 1) {
      const found = await setup.fetch();
      assert.deepEqual([found.source, found.warning], ["network", undefined]);
      assertBytes(found, first);
    }
    await eraseWeights();
  });

  test("loadModel takes the bytes", async () => {
    const file = readFileSync("web-demo/models/gmf.safetensors");
    setup.serve("gmf.safetensors", file);
    const { bytes } = await fetchWeights(
      setup.ownManifest(entryFor(file, "gmf.safetensors", "1")),
      NAME,
    );
    assert.equal((await loadModel(bytes, { verify: true })).kind, "gmf");
  });
});

describe("interruptions", () => {
  test("what has arrived stays, and the next visit requests the rest", async () => {
    const error = await interrupted(PART_BYTES + 1000, "network");
    assert.match(error.message, /the next call requests the rest/);
    assert.equal(setup.storedCount(), 1);
    await interrupted(PART_BYTES, "network");
    assert.equal(setup.storedCount(), 2);

    const seen = [];
    const found = await setup.fetch({ onProgress: ({ loaded }) => seen.push(loaded) });
    assertBytes(found, first);
    assert.deepEqual(
      [found.source, seen[0], seen.at(-1)],
      ["network", 2 * PART_BYTES, first.length],
    );
    assert.deepEqual(requested(), ["all", `bytes=${PART_BYTES}-`, `bytes=${2 * PART_BYTES}-`]);
    assert.equal(setup.server.sent, first.length - 2 * PART_BYTES);
  });

  describe("an abort is reported at once, and never answered with an old version", () => {
    let controller;
    const aborted = (promise) => assertRefused(promise, "aborted", "fetchWeights");
    const abortSoon = () => setTimeout(() => controller.abort(), 20);

    beforeEach(async () => {
      controller = new AbortController();
      setup.publish(SECOND);
      await setup.fetch();
      setup.publish(FIRST);
    });

    test("before the call, with its reason as cause", async () => {
      const reason = new Error("the page was closed");
      controller.abort(reason);
      const { cause } = await aborted(setup.fetch({ signal: controller.signal }));
      assert.equal(cause, reason);
    });

    test("during the download", async () => {
      const { signal } = controller;
      const end = () => controller.abort();
      const { subject } = await interrupted(PART_BYTES + 1000, "aborted", { end, signal });
      assert.equal(subject, "fetchWeights");
      assert.equal(setup.storedCount(), 3 + 1, "the old version, and the part that had arrived");
    });

    test("while the server is silent", async () => {
      setup.server.behave = () => true;
      abortSoon();
      await aborted(setup.fetch({ signal: controller.signal }));
    });

    test("while another tab has the lock", async (t) => {
      const release = holdLock(t);
      abortSoon();
      await aborted(setup.fetch({ signal: controller.signal }));
      release();
      assert.equal((await setup.fetch()).version, "1");
    });
  });

  test("an error of the app's onProgress is thrown as it is", async () => {
    setup.publish(SECOND);
    await setup.fetch();
    setup.publish(FIRST);
    const own = new Error("own");
    const onProgress = ({ total }) => {
      if (total === first.length) throw own;
    };
    await assert.rejects(setup.fetch({ onProgress }), (error) => error === own);
  });
});

describe("the last complete version is returned with a warning", () => {
  beforeEach(async () => {
    await setup.fetch();
    setup.server.received.length = 0;
  });

  async function returnsFirst(code, message) {
    const found = await setup.fetch();
    assert.deepEqual([found.version, found.source], ["1", "cache"]);
    assert.ok(found.warning instanceof PocketrecError);
    assert.equal(found.warning.code, code);
    assert.match(found.warning.message, message);
    assertBytes(found, first);
  }

  test("where the manifest is missing, wrong or unreachable", async () => {
    setup.removeManifest();
    await returnsFirst("http", /404/);
    setup.publish("<!doctype html><title>Log in to this network</title>");
    await returnsFirst("bad-manifest", /starts like an HTML page/);
    setup.server.behave = (_, response) => response.destroy();
    await returnsFirst("network", /expected a response/);
    assert.deepEqual(requested(), []);
  });

  test("where the new version is missing, wrong or unreachable, until it arrives", async () => {
    setup.publish(SECOND);
    setup.server.files.delete("/models/second.safetensors");
    await returnsFirst("http", /second\.safetensors\?key=a&b: expected status 200, found .*404/);
    setup.serve("second.safetensors", noise(second.length, 3));
    await returnsFirst("integrity", /SHA-256/);
    setup.server.behave = (request, response) =>
      !request.url.endsWith(".json") && response.destroy();
    await returnsFirst("network", /expected a response/);
    assert.equal(setup.storedCount(), 4);

    setup.server.behave = () => false;
    setup.serve("second.safetensors", second);
    const { version, warning } = await setup.fetch();
    assert.deepEqual([version, warning, setup.storedCount()], ["2", undefined, 3]);
  });

  test("or the newest one, where another tab replaces it meanwhile", async () => {
    setup.removeManifest();
    setup.storage.beforeMatch = async (url) => {
      if (!url.endsWith("/1")) return;
      setup.storage.beforeMatch = () => {};
      await fetchWeights(setup.ownManifest(SECOND), NAME);
    };
    const found = await setup.fetch();
    assert.deepEqual([found.version, found.warning.code], ["2", "http"]);
    assertBytes(found, second);
  });

  test("but not one that was damaged meanwhile", async () => {
    const entries = setup.storage.entries(CACHE);
    entries.get([...entries.keys()][1])[5] ^= 1;
    setup.removeManifest();
    await assertRefused(setup.fetch(), "http");
    setup.publish(FIRST);
    assert.deepEqual([(await setup.fetch()).source, requested()], ["network", ["all"]]);
  });
});

describe("several tabs", () => {
  test("with Web Locks they download once", async (t) => {
    replaceGlobal(t, "navigator", { value: { locks: new LocksStandIn() } });
    const results = await Promise.all([setup.fetch(), setup.fetch(), setup.fetch()]);
    assert.deepEqual(results.map(({ source }) => source).sort(), ["cache", "cache", "network"]);
    assert.deepEqual(requested(), ["all"]);
    for (const found of results) assertBytes(found, first);
  });

  const request = async () => {
    throw new DOMException("forbidden", "SecurityError");
  };
  for (const [what, locks] of [
    ["without Web Locks", undefined],
    ["where Web Locks are forbidden", { request }],
  ]) {
    test(`${what} they get the right bytes`, async (t) => {
      replaceGlobal(t, "navigator", { value: { locks } });
      for (const found of await Promise.all([setup.fetch(), setup.fetch()])) {
        assertBytes(found, first);
        assert.equal(found.warning, undefined);
      }
      assert.equal(setup.storedCount(), 4);
      assert.equal((await setup.fetch()).source, "cache");
    });
  }

  test("with different manifests they get different versions", async () => {
    setup.server.files.set("/models/new.json", manifestFile({ [NAME]: SECOND }));
    const fetchNew = () => fetchWeights(`${setup.server.address}/models/new.json`, NAME);
    const [old, next] = await Promise.all([setup.fetch(), fetchNew()]);
    assert.deepEqual([old.version, next.version], ["1", "2"]);
    assertBytes(old, first);
    assertBytes(next, second);
  });

  for (const [deleted, expected] of [
    [0, "all"],
    [2, `bytes=${PART_BYTES}-`],
  ]) {
    test(`part ${deleted} is deleted while another tab reads: it is downloaded again`, async () => {
      await setup.fetch();
      setup.server.received.length = 0;
      const entries = setup.storage.entries(CACHE);
      setup.storage.beforeMatch = (url) => {
        if (!url.endsWith("/1")) return;
        setup.storage.beforeMatch = () => {};
        entries.delete(url);
        entries.delete(url.replace(/1$/, String(deleted)));
      };
      assertBytes(await setup.fetch(), first);
      assert.deepEqual(requested(), [expected]);
    });
  }

  test("parts that another tab always deletes are downloaded once a visit, and used", async () => {
    setup.storage.beforeMatch = (url) =>
      url.endsWith("/0") && setup.storage.entries(CACHE).delete(url);
    for (const visit of [1, 2]) {
      const { source, warning, ...found } = await setup.fetch();
      assertBytes(found, first);
      assert.deepEqual([source, warning.code], ["network", "storage"]);
      assert.equal(requested().length, visit);
    }
  });

  test("reading from the cache does not wait for a tab that downloads", async (t) => {
    await setup.fetch();
    const release = holdLock(t);
    assert.equal((await setup.fetch()).source, "cache");
    release();
  });
});

describe("npx pocketrec-cli manifest", () => {
  const at = temporaryFolder();

  test("writes what fetchWeights reads", async () => {
    const file = at("my films.v2.safetensors");
    writeFileSync(file, first);
    const { status, stdout, stderr } = pocketrec("manifest", file, "-o", at("manifest.json"));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^my films\.v2: version [0-9a-f]{12}, 10\.0 MB\nwritten to /);
    const manifest = readFileSync(at("manifest.json"));
    const { sha256, bytes } = FIRST;
    const entry = { url: "my%20films.v2.safetensors", version: sha256.slice(0, 12), bytes, sha256 };
    assert.deepEqual(JSON.parse(manifest), { format: 1, weights: { "my films.v2": entry } });

    setup.publish(manifest);
    setup.serve("my%20films.v2.safetensors", first);
    const url = `${setup.server.address}/models/manifest.json`;
    assertBytes(await fetchWeights(url, "my films.v2"), first);
  });

  test("prints it without -o; --release names the version", () => {
    const files = ["gmf", "dae"].map((name) => `web-demo/models/${name}.safetensors`);
    const { stdout } = pocketrec("manifest", ...files, "--release", "2026-11-26");
    const { weights } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(weights), ["gmf", "dae"]);
    assert.deepEqual([weights.gmf.url, weights.dae.version], [files[0], "2026-11-26"]);
  });

  test("--name names the weights of one file", () => {
    const { status, stdout } = pocketrec("manifest", "package.json", "--name", "films");
    assert.equal(status, 0);
    assert.deepEqual(Object.keys(JSON.parse(stdout).weights), ["films"]);
  });

  test("an error is one line, and nothing is written", () => {
    writeFileSync(at("empty.safetensors"), "");
    const twice = /b\/x\.bin: expected files of different names, found weights "x" from a\/x\.saf/;
    for (const [words, message] of [
      [["nope"], /nope: expected a file that can be read, found none/],
      [["tests"], /tests: expected a file that can be read, found a folder/],
      [["a/x.safetensors", "b/x.bin"], twice],
      [[at("empty.safetensors")], /an empty file/],
      [["package.json", "--release", ""], /--release: expected a name/],
      [["package.json", "--name", ""], /--name: expected a name/],
      [["package.json", "README.md", "--name", "x"], /--name: expected one file, found 2/],
      [["package.json", "-o", at("no/such/folder")], /expected a file that can be written/],
      [[], /missing required argument/],
    ]) {
      const { status, stdout, stderr } = pocketrec("manifest", ...words);
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, message);
    }
    assert.match(pocketrec("manifest", "--help").stdout, /^Usage: pocketrec-cli manifest/);
  });
});
