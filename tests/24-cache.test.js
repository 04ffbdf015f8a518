// pocketrec/cache in Node, over stand-ins for the browser's storage and a server on this machine:
// what is kept, what is asked for, and what happens when something breaks off. 24-cache-lies has
// the answers that are wrong, 43 a real browser.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";
import { eraseWeights, fetchWeights } from "pocketrec/cache";

import { CacheStorageStandIn, LocksStandIn, replaceGlobal } from "./lib/browser-storage.js";
import { pocketrec, temporaryFolder } from "./lib/command-line.js";
import { entryFor, manifestFile, noise, serveWeights, stopAfter } from "./lib/weights-server.js";

const PART = 4 * 2 ** 20;
const NAME = "movies";
const CACHE = "pocketrec-weights:movies";
const first = noise(10_000_000, 1);
const second = noise(2 * PART, 2);
const entries = {
  first: entryFor(first, "first.safetensors", "1"),
  second: entryFor(second, "second.safetensors?key=a&b", "2"),
};

let server;
let storage;
const asked = () => server.weightsAsked();
const fetchThem = (options) =>
  fetchWeights(`${server.address}/models/manifest.json`, NAME, options);
const failing = (promise) =>
  promise.then(
    () => assert.fail("it should have failed"),
    (error) => error,
  );
const publish = (entry) =>
  server.files.set("/models/manifest.json", manifestFile({ [NAME]: entry }));
/** What is kept, and the record of the last version beside it. */
const kept = () => storage.entries(CACHE).size;

before(async () => (server = await serveWeights()));
after(() => server.stop());
beforeEach((t) => {
  storage = new CacheStorageStandIn();
  replaceGlobal(t, "caches", { value: storage, writable: true });
  server.behave = () => false;
  server.received.length = server.sent = 0;
  server.files.clear();
  server.files.set("/models/first.safetensors", first).set("/models/second.safetensors", second);
  publish(entries.first);
});

/** A visit that the network, or the app, ends after so many bytes. */
async function interrupted(bytes, end = server.hangUp, options = {}) {
  server.behave = stopAfter(bytes);
  let begun;
  const error = await failing(
    fetchThem({
      ...options,
      onProgress: ({ loaded }) => {
        begun ??= loaded;
        if (loaded === begun + bytes) end();
      },
    }),
  );
  server.behave = () => false;
  return error;
}

describe("visits", () => {
  test("the first downloads, the second asks for the manifest alone", async () => {
    const seen = [];
    const one = await fetchThem({ onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(
      [one.version, one.source, one.warning, asked()],
      ["1", "network", undefined, ["all"]],
    );
    assert.ok(Buffer.from(one.bytes).equals(first));
    assert.deepEqual(
      [seen[0], seen.at(-1)],
      [
        { loaded: 0, total: first.length },
        { loaded: first.length, total: first.length },
      ],
    );
    assert.ok(seen.every(({ loaded }, at) => at === 0 || loaded > seen[at - 1].loaded));
    assert.equal(kept(), 4);

    server.received.length = seen.length = 0;
    const two = await fetchThem({ onProgress: (progress) => seen.push(progress) });
    assert.deepEqual([two.version, two.source, two.warning], ["1", "cache", undefined]);
    assert.ok(Buffer.from(two.bytes).equals(first));
    assert.deepEqual(server.received, [{ path: "/models/manifest.json", range: undefined }]);
    assert.deepEqual(seen, [{ loaded: first.length, total: first.length }]);
  });

  test("with the manifest in the app's code there is no request at all", async () => {
    const manifest = {
      format: 1,
      weights: { [NAME]: { ...entries.first, url: `${server.address}/models/first.safetensors` } },
    };
    assert.equal((await fetchWeights(manifest, NAME)).source, "network");
    server.received.length = 0;
    assert.equal((await fetchWeights(manifest, NAME)).source, "cache");
    assert.deepEqual(server.received, []);
  });

  test("a new version replaces the old one, of whole parts and with a query in its address", async () => {
    await fetchThem();
    publish(entries.second);
    const { bytes, version, source } = await fetchThem();
    assert.deepEqual([version, source, kept()], ["2", "network", 3]);
    assert.ok(Buffer.from(bytes).equals(second));
    assert.ok(
      [...storage.entries(CACHE).keys()].every((url) =>
        url.startsWith("https://pocketrec.invalid/"),
      ),
    );
  });

  test("the same bytes under another version or address are there already", async () => {
    await fetchThem();
    publish({
      ...entries.first,
      version: "1b",
      url: "moved.safetensors",
      sha256: entries.first.sha256.toUpperCase(),
    });
    const { version, source } = await fetchThem();
    assert.deepEqual([version, source, kept()], ["1b", "cache", 4]);
    await publish({});
    assert.equal(
      (await fetchThem()).version,
      "1b",
      "the last version is the one that was served last",
    );
  });

  test("addresses in a manifest are beside where it was found", async () => {
    server.files.set(
      "/elsewhere/manifest.json",
      manifestFile({ [NAME]: { ...entries.first, url: "./deep/../first.safetensors" } }),
    );
    server.files.set("/elsewhere/first.safetensors", first);
    server.behave = (request, response) =>
      request.url === "/go.json" &&
      response.writeHead(302, { Location: "/elsewhere/manifest.json" }).end();
    await fetchWeights(new URL(`${server.address}/go.json`), NAME);
    assert.equal(server.received.at(-1).path, "/elsewhere/first.safetensors");
  });

  test("names are kept apart, and erased one by one or all", async () => {
    server.files.set(
      "/models/manifest.json",
      manifestFile({ [NAME]: entries.first, other: entries.second }),
    );
    storage.open("somebody else's");
    await fetchThem();
    await fetchWeights(`${server.address}/models/manifest.json`, "other");
    await eraseWeights("other");
    assert.deepEqual(await storage.keys(), ["somebody else's", CACHE]);
    await eraseWeights();
    assert.deepEqual(await storage.keys(), ["somebody else's"]);
    assert.equal((await fetchThem()).source, "network");
  });

  test("a manifest that hangs is not waited for where something is kept", async () => {
    await fetchThem();
    server.behave = (request) => request.url.endsWith(".json");
    const { version, source, warning } = await fetchThem({ timeout: 20 });
    assert.deepEqual([version, source, warning.code], ["1", "cache", "timeout"]);
    await eraseWeights();
    const error = await failing(fetchThem({ timeout: 20, signal: AbortSignal.timeout(200) }));
    assert.equal(error.code, "aborted", "where nothing is kept it is waited for");
    assert.equal((await failing(fetchThem({ timeout: "long" }))).code, "bad-argument");
  });

  test("the old name of an option is refused with the new one", async () => {
    const { code, message } = await failing(fetchThem({ patience: 20 }));
    assert.equal(code, "bad-argument");
    assert.match(message, /patience is called timeout since 0\.2/);
  });

  test("without Cache Storage nothing is kept, and in Node that is no warning", async (t) => {
    replaceGlobal(t, "caches", { value: undefined });
    for (let visit = 0; visit < 2; visit += 1) {
      const { bytes, source, warning } = await fetchThem();
      assert.deepEqual([source, warning], ["network", undefined]);
      assert.ok(Buffer.from(bytes).equals(first));
    }
    await eraseWeights();
    const { bytes } = await fetchWeights({ format: 1, weights: { gmf: gmfEntry() } }, "gmf");
    assert.equal((await loadModel(bytes, { verify: true })).kind, "gmf");
  });
});

/** A model of the demo, on the server. */
function gmfEntry() {
  const bytes = readFileSync("web-demo/models/gmf.safetensors");
  server.files.set("/models/gmf.safetensors", bytes);
  return entryFor(bytes, `${server.address}/models/gmf.safetensors`, "1");
}

describe("interruptions", () => {
  test("what has arrived stays, and the next visit asks for the rest", async () => {
    const error = await interrupted(PART + 1000);
    assert.deepEqual([error instanceof PocketrecError, error.code, kept()], [true, "network", 1]);
    assert.match(error.message, /the next call asks for the rest/);
    const again = await interrupted(PART);
    assert.deepEqual([again.code, kept()], ["network", 2]);

    const seen = [];
    const { bytes, source } = await fetchThem({ onProgress: ({ loaded }) => seen.push(loaded) });
    assert.ok(Buffer.from(bytes).equals(first));
    assert.deepEqual([source, seen[0], seen.at(-1)], ["network", 2 * PART, first.length]);
    assert.deepEqual(asked(), ["all", `bytes=${PART}-`, `bytes=${2 * PART}-`]);
    assert.equal(server.sent, first.length - 2 * PART);
  });

  test("an abort is told at once, whenever it comes, and never answered with an old version", async (t) => {
    const controllers = [0, 1, 2, 3].map(() => new AbortController());
    const aborted = (error) =>
      assert.deepEqual(
        [error instanceof PocketrecError, error.code, error.subject],
        [true, "aborted", "fetchWeights"],
      );
    publish(entries.second);
    await fetchThem();
    publish(entries.first);

    const reason = new Error("the visitor left");
    controllers[0].abort(reason);
    const early = await failing(fetchThem({ signal: controllers[0].signal }));
    aborted(early);
    assert.equal(early.cause, reason);
    aborted(
      await interrupted(PART + 1000, () => controllers[1].abort(), {
        signal: controllers[1].signal,
      }),
    );
    assert.equal(kept(), 3 + 1, "the part that had arrived, and the old version");

    server.behave = () => true; // and says nothing
    const silent = failing(fetchThem({ signal: controllers[2].signal }));
    setTimeout(() => controllers[2].abort(), 20);
    aborted(await silent);

    replaceGlobal(t, "navigator", { value: { locks: new LocksStandIn() } });
    let leave;
    navigator.locks.request(CACHE, {}, () => new Promise((resolve) => (leave = resolve)));
    server.behave = () => false;
    const waiting = failing(fetchThem({ signal: controllers[3].signal }));
    setTimeout(() => controllers[3].abort(), 20);
    aborted(await waiting);
    leave();
    assert.equal((await fetchThem()).version, "1");
  });

  test("an app's own error is the app's", async () => {
    publish(entries.second);
    await fetchThem();
    publish(entries.first);
    const own = new Error("own");
    const onProgress = ({ total }) => {
      if (total === first.length) throw own;
    };
    assert.equal(await failing(fetchThem({ onProgress })), own);
  });
});

describe("an old version serves", () => {
  beforeEach(async () => {
    await fetchThem();
    server.received.length = 0;
  });

  const goesOnWith = async (version, code, words) => {
    const { bytes, source, warning, ...rest } = await fetchThem();
    assert.deepEqual(
      [rest.version, source, warning instanceof PocketrecError, warning.code],
      [version, "cache", true, code],
    );
    assert.match(warning.message, words);
    assert.ok(Buffer.from(bytes).equals(first));
  };

  test("where the manifest does not come, or is none", async () => {
    server.files.delete("/models/manifest.json");
    await goesOnWith("1", "http", /404/);
    server.files.set(
      "/models/manifest.json",
      Buffer.from("<!doctype html><title>Log in to this network</title>"),
    );
    await goesOnWith("1", "bad-manifest", /begins like an HTML page/);
    server.behave = (_, response) => response.destroy();
    await goesOnWith("1", "network", /expected an answer/);
    assert.deepEqual(asked(), []);
  });

  test("where the new one does not come, until it does", async () => {
    publish(entries.second);
    server.files.delete("/models/second.safetensors");
    await goesOnWith(
      "1",
      "http",
      /second\.safetensors\?key=a&b: expected status 200, found status 404/,
    );
    server.files.set("/models/second.safetensors", noise(second.length, 3));
    await goesOnWith("1", "integrity", /SHA-256/);
    server.behave = (request, response) => !request.url.endsWith(".json") && response.destroy();
    await goesOnWith("1", "network", /expected an answer/);
    assert.equal(kept(), 4);

    server.behave = () => false;
    server.files.set("/models/second.safetensors", second);
    const { version, warning } = await fetchThem();
    assert.deepEqual([version, warning, kept()], ["2", undefined, 3]);
  });

  test("or the newest, where another tab is replacing it just then", async () => {
    server.files.delete("/models/manifest.json");
    const manifest = {
      format: 1,
      weights: {
        [NAME]: { ...entries.second, url: `${server.address}/models/second.safetensors` },
      },
    };
    storage.beforeMatch = async (url) => {
      if (!url.endsWith("/1")) return;
      storage.beforeMatch = () => {};
      await fetchWeights(manifest, NAME);
    };
    const { version, bytes, warning } = await fetchThem();
    assert.deepEqual([version, warning.code], ["2", "http"]);
    assert.ok(Buffer.from(bytes).equals(second));
  });

  test("but not one that was damaged meanwhile", async () => {
    storage.entries(CACHE).get([...storage.entries(CACHE).keys()][1])[5] ^= 1;
    server.files.delete("/models/manifest.json");
    assert.equal((await failing(fetchThem())).code, "http");
    publish(entries.first);
    assert.deepEqual([(await fetchThem()).source, asked()], ["network", ["all"]]);
  });
});

describe("several tabs", () => {
  test("download once, where there are locks", async (t) => {
    replaceGlobal(t, "navigator", { value: { locks: new LocksStandIn() } });
    const results = await Promise.all([fetchThem(), fetchThem(), fetchThem()]);
    assert.deepEqual(results.map(({ source }) => source).sort(), ["cache", "cache", "network"]);
    assert.deepEqual(asked(), ["all"]);
    for (const { bytes } of results) assert.ok(Buffer.from(bytes).equals(first));
  });

  test("are right without them, and where locks are forbidden", async (t) => {
    const request = async () => {
      throw new DOMException("forbidden", "SecurityError");
    };
    for (const locks of [undefined, { request }]) {
      replaceGlobal(t, "navigator", { value: { locks } });
      await eraseWeights();
      for (const { bytes, warning } of await Promise.all([fetchThem(), fetchThem()])) {
        assert.ok(Buffer.from(bytes).equals(first));
        assert.equal(warning, undefined);
      }
      assert.equal(kept(), 4);
      assert.equal((await fetchThem()).source, "cache");
    }
  });

  test("with different versions at once get what they asked for", async () => {
    server.files.set("/models/new.json", manifestFile({ [NAME]: entries.second }));
    const fetchNew = () => fetchWeights(`${server.address}/models/new.json`, NAME);
    const [old, next] = await Promise.all([fetchThem(), fetchNew()]);
    assert.deepEqual([old.version, next.version], ["1", "2"]);
    assert.ok(Buffer.from(old.bytes).equals(first) && Buffer.from(next.bytes).equals(second));
  });

  test("do not take broken bytes where one deletes what another reads", async () => {
    await fetchThem();
    for (const deleted of [0, 2]) {
      server.received.length = 0;
      storage.beforeMatch = (url) => {
        if (!url.endsWith("/1")) return;
        storage.beforeMatch = () => {};
        storage.entries(CACHE).delete(url);
        storage.entries(CACHE).delete(url.replace(/1$/, String(deleted)));
      };
      const { bytes } = await fetchThem();
      assert.ok(Buffer.from(bytes).equals(first));
      assert.deepEqual(asked(), [deleted === 0 ? "all" : `bytes=${PART}-`]);
    }
  });

  test("give up where parts never stay, and read what is kept without waiting for a download", async (t) => {
    storage.beforeMatch = (url) => url.endsWith("/0") && storage.entries(CACHE).delete(url);
    assert.equal((await failing(fetchThem())).code, "storage");
    storage.beforeMatch = () => {};

    await fetchThem();
    replaceGlobal(t, "navigator", { value: { locks: new LocksStandIn() } });
    let leave;
    const busy = navigator.locks.request(
      CACHE,
      {},
      () => new Promise((resolve) => (leave = resolve)),
    );
    assert.equal((await fetchThem()).source, "cache");
    leave();
    await busy;
  });
});

describe("npx pocketrec manifest", () => {
  const at = temporaryFolder();

  test("writes what fetchWeights reads", async () => {
    writeFileSync(at("my films.v2.safetensors"), first);
    const { status, stdout, stderr } = pocketrec(
      "manifest",
      at("my films.v2.safetensors"),
      "-o",
      at("manifest.json"),
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^my films\.v2: version [0-9a-f]{12}, 10\.0 MB\nwritten to /);
    const file = readFileSync(at("manifest.json"));
    const { sha256 } = entries.first;
    assert.deepEqual(JSON.parse(file), {
      format: 1,
      weights: {
        "my films.v2": {
          url: "my%20films.v2.safetensors",
          version: sha256.slice(0, 12),
          bytes: first.length,
          sha256,
        },
      },
    });

    server.files.set("/models/manifest.json", file).set("/models/my%20films.v2.safetensors", first);
    const { bytes } = await fetchWeights(`${server.address}/models/manifest.json`, "my films.v2");
    assert.ok(Buffer.from(bytes).equals(first));
  });

  test("prints it without -o, with a version of one's own", () => {
    const { stdout } = pocketrec(
      "manifest",
      "web-demo/models/gmf.safetensors",
      "web-demo/models/dae.safetensors",
      "--release",
      "2026-11-26",
    );
    const { weights } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(weights), ["gmf", "dae"]);
    assert.deepEqual(
      [weights.gmf.url, weights.dae.version],
      ["web-demo/models/gmf.safetensors", "2026-11-26"],
    );
  });

  test("says what is wrong in one line, and writes nothing", () => {
    writeFileSync(at("empty.safetensors"), "");
    for (const [words, said] of [
      [["nope"], /nope: expected a file that can be read, found none/],
      [["tests"], /tests: expected a file that can be read, found a folder/],
      [
        ["a/x.safetensors", "b/x.bin"],
        /b\/x\.bin: expected files of different names, found weights "x" from a\/x\.safetensors already/,
      ],
      [[at("empty.safetensors")], /an empty file/],
      [["package.json", "--release", ""], /--release: expected a name/],
      [["package.json", "-o", at("no/such/folder")], /expected a file that can be written/],
      [[], /missing required argument/],
    ]) {
      const { status, stdout, stderr } = pocketrec("manifest", ...words);
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, said);
    }
    assert.match(pocketrec("manifest", "--help").stdout, /^Usage: pocketrec manifest/);
  });
});
