// pocketrec/cache with wrong manifests, servers and browsers: the result is always the bytes that
// the manifest names, or an error.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { eraseWeights, fetchWeights } from "pocketrec/cache";

import { assertRefused } from "./lib/assert-refused.js";
import { replaceGlobal } from "./lib/browser-storage.js";
import { CACHE, NAME, PART_BYTES, assertBytes, setUpCache } from "./lib/cache-setup.js";
import { answer, entryFor, noise } from "./lib/weights-server.js";

const weights = noise(10_000_000, 1);
const ENTRY = entryFor(weights, "weights.safetensors", "1");

const setup = setUpCache({ "weights.safetensors": weights }, ENTRY);
const requested = () => setup.server.weightsRequested();
const partCount = () =>
  [...setup.storage.entries(CACHE).keys()].filter((url) => !url.endsWith("/last")).length;

/** Asserts that a call returns the right weights. */
async function assertRight(call = setup.fetch()) {
  const found = await call;
  assertBytes(found, weights);
  return found;
}

/** What an interrupted visit leaves: so many parts, of these bytes. */
async function leaveParts(count, bytes = weights) {
  const cache = await setup.storage.open(CACHE);
  for (let part = 0; part < count; part += 1) {
    const body = bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
    await cache.put(`https://pocketrec.invalid/${ENTRY.sha256}/${part}`, new Response(body));
  }
}

/** Lets the server behave so for weights, and as usual for the manifest. */
const behaveForWeights = (behave) => {
  setup.server.behave = (request, response, bytes) =>
    !request.url.endsWith(".json") && (behave(request, response, bytes), true);
};

/** Writes a body that does not end. */
function writeForever(response, chunk) {
  const write = () => response.write(chunk, (error) => error || write());
  write();
}

describe("manifests", () => {
  const named = (fields) => ({ format: 1, weights: { [NAME]: fields } });
  const withField = (field, value) => named({ ...ENTRY, url: "https://a.b/c", [field]: value });
  const NO_HTTP = ["data:,x", "javascript:alert(1)", "file:///etc/passwd", "blob:https://a/b"];
  const RELATIVE = ["", "weights.safetensors", "/weights.safetensors", "https://"];
  const WRONG_FIELDS = {
    url: [undefined, 3, ...RELATIVE, ...NO_HTTP, "https://me:secret@example.org/w"],
    version: [undefined, "", 3, null],
    bytes: [undefined, 0, -1, 1.5, "10", 2 ** 32 + 1, Infinity, NaN],
    sha256: [undefined, "", "abc", "g".repeat(64), `${ENTRY.sha256}0`, [ENTRY.sha256]],
  };
  const inherited = Object.create({ [NAME]: ENTRY });

  for (const [what, manifest, subject] of [
    ["null", null, "manifest, format"],
    ["another format", { format: 2, weights: {} }, "manifest, format"],
    ["no weights", { format: 1 }, "manifest, weights"],
    ["a list of weights", { format: 1, weights: [ENTRY] }, "manifest, weights"],
    ["only other names", { format: 1, weights: { films: ENTRY, songs: ENTRY } }, "manifest"],
    ["an inherited name", { format: 1, weights: inherited }, "manifest"],
    ["an entry of text", named("weights.safetensors"), "manifest, movies"],
    ...Object.entries(WRONG_FIELDS).flatMap(([field, values]) =>
      values.map((value) => [
        `${field} ${JSON.stringify(value)}`,
        withField(field, value),
        `manifest, movies, ${field}`,
      ]),
    ),
  ]) {
    test(`${what} is refused`, async () => {
      await assertRefused(fetchWeights(manifest, NAME), "bad-manifest", subject);
      assert.deepEqual(setup.server.received, []);
    });
  }

  test("the error of an unknown name lists the known ones", () =>
    assertRefused(
      fetchWeights(named(ENTRY), "film"),
      "bad-manifest",
      /expected weights of the name "film", found these: "movies"\./,
    ));

  test("URLs in an object are relative to the page, where there is one", async (t) => {
    const href = `${setup.server.address}/models/page.html?a`;
    replaceGlobal(t, "location", { value: { href } });
    await assertRight(fetchWeights(named(ENTRY), NAME));
    assert.equal((await fetchWeights("manifest.json", NAME)).source, "cache");
  });

  const padded = JSON.stringify({ format: 1, weights: {}, padding: "x".repeat(1e6) });
  const withDataUrl = JSON.stringify(named({ ...ENTRY, url: "data:text/plain,abc" }));
  for (const [what, body, code, message] of [
    ["half of JSON", "{", "bad-manifest", /manifest\.json: expected JSON/],
    ["an HTML page", "<html>", "bad-manifest", /starts like an HTML page/],
    ["more than a megabyte", padded, "too-large", /at most 1000000 bytes/],
    ["a data: URL", withDataUrl, "bad-manifest", /manifest\.json, movies, url/],
  ]) {
    test(`${what} from a server is refused`, async () => {
      setup.publish(body);
      await assertRefused(setup.fetch(), code, message);
    });
  }

  test("an endless manifest is refused", async () => {
    setup.server.behave = (_, response) => (writeForever(response, "x".repeat(1e5)), true);
    await assertRefused(setup.fetch(), "too-large");
  });

  test("wrong arguments are refused before anything is requested", async () => {
    for (const words of [
      [],
      ["/relative.json", NAME],
      ["ftp://example.org/m.json", NAME],
      ["data:,{}", NAME],
      [named(ENTRY), ""],
      [named(ENTRY), 3],
      [named(ENTRY), "x".repeat(201)],
    ])
      await assertRefused(fetchWeights(...words), "bad-argument");
    await assertRefused(fetchWeights(undefined, NAME), "bad-manifest");
    await assertRefused(eraseWeights(3), "bad-argument");
    assert.deepEqual(setup.server.received, []);
  });
});

describe("servers that answer a range request with", () => {
  const total = weights.length;
  const offset = 2 * PART_BYTES;
  const good = weights.subarray(offset);
  const range = (from, to, length = total) => `bytes ${from}-${to}/${length}`;
  const REST = range(offset, total - 1);
  const GZIP = { "Content-Encoding": "gzip" };

  const status = (code, body) => (response) => response.writeHead(code).end(body);
  const partial =
    (contentRange, body, headers = {}) =>
    (response) =>
      response
        .writeHead(206, { ...(contentRange && { "Content-Range": contentRange }), ...headers })
        .end(body);
  const compressedFile = (response) =>
    response
      .writeHead(200, { "Content-Encoding": "br" })
      .end(brotliCompressSync(weights, { params: { 1: 1 } }));
  const headersOnly = (response) => {
    response.writeHead(206, { "Content-Range": REST, "Content-Length": good.length });
    response.flushHeaders();
    setTimeout(() => response.destroy(), 5);
  };
  const otherRange = partial(range(PART_BYTES, total - 1), weights.subarray(PART_BYTES));
  const otherFile = partial(range(offset, total, total + 1), good);
  const shortRange = partial(range(offset, total - 2), good.subarray(0, -1));
  const gzipRange = partial(REST, gzipSync(weights).subarray(offset), GZIP);

  // The number of requests for weights, and the error of the first call where it fails.
  for (const [what, respond, requests, code] of [
    ["the whole file", status(200, weights), 1],
    ["the whole file, compressed", compressedFile, 1],
    ["status 416", status(416), 2],
    ["status 404", status(404), 2],
    ["status 500", status(500, "sorry"), 2],
    ["a closed connection", (response) => response.destroy(), 2],
    ["another range", otherRange, 2],
    ["a range of another file", otherFile, 2],
    ["a part of the range", shortRange, 2],
    ["no Content-Range", partial(undefined, good), 2],
    ["a range of unknown length", partial(range(offset, total - 1, "*"), good), 2],
    ["a range of the compressed bytes", gzipRange, 2],
    ["the range, compressed", partial(REST, gzipSync(good), GZIP), 2],
    ["headers, and a closed connection", headersOnly, 2],
    ["other bytes", partial(REST, noise(good.length, 5)), 2],
    ["too many bytes, once", partial(REST, noise(good.length + 1, 5)), 1, "integrity"],
    ["too few bytes, once", partial(REST, good.subarray(5)), 1, "integrity"],
  ]) {
    test(what, async () => {
      await leaveParts(2);
      behaveForWeights((request, response, bytes) =>
        request.headers.range ? respond(response) : answer(request, response, bytes),
      );
      if (code) await assertRefused(setup.fetch(), code);
      else await assertRight();
      assert.equal(requested().length, requests);
      setup.server.behave = () => false;
      await assertRight();
      assert.equal((await setup.fetch()).source, "cache");
    });
  }
});

describe("answers", () => {
  test("a compressed answer is decompressed", async () => {
    behaveForWeights((_, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(weights, { level: 1 })),
    );
    await assertRight();
    await assertRight();
    assert.equal(requested().length, 1);
  });

  test("a redirect is followed, with the range", async () => {
    setup.serve("moved", weights);
    setup.server.behave = (request, response) =>
      request.url.endsWith("/weights.safetensors") &&
      response.writeHead(307, { Location: "/models/moved" }).end();
    await leaveParts(1);
    await assertRight();
    const range = `bytes=${PART_BYTES}-`;
    assert.deepEqual(setup.server.received.slice(1), [
      { path: "/models/weights.safetensors", range },
      { path: "/models/moved", range },
    ]);
  });

  test("wrong bytes are refused, and leave nothing", async () => {
    const broken = weights.slice();
    broken[7_000_000] ^= 1;
    setup.serve("weights.safetensors", broken);
    const message =
      /weights\.safetensors: expected bytes with the SHA-256 [0-9a-f]{64}, found other/;
    await assertRefused(setup.fetch(), "integrity", message);
    assert.deepEqual([partCount(), requested()], [0, ["all"]]);
    setup.serve("weights.safetensors", weights);
    await assertRight();
  });

  test("wrong bytes of an earlier visit are downloaded again, once", async () => {
    await leaveParts(2, noise(weights.length, 9));
    await assertRight();
    assert.deepEqual(requested(), [`bytes=${2 * PART_BYTES}-`, "all"]);

    await eraseWeights();
    setup.server.received.length = 0;
    setup.serve("weights.safetensors", noise(weights.length, 9));
    await leaveParts(2, weights);
    await assertRefused(setup.fetch(), "integrity");
    assert.deepEqual([requested(), partCount()], [[`bytes=${2 * PART_BYTES}-`, "all"], 0]);
  });

  test("more bytes than the manifest names stop the download", async () => {
    behaveForWeights((_, response) => writeForever(response, weights));
    const { found } = await assertRefused(setup.fetch(), "integrity");
    assert.deepEqual([found, partCount()], ["more", 0]);
  });

  test("fewer bytes are an error, and the next visit requests the rest", async () => {
    behaveForWeights((_, response) => response.writeHead(200).end(weights.subarray(0, 9_000_000)));
    const { found } = await assertRefused(setup.fetch(), "integrity");
    assert.deepEqual([found, partCount()], ["9000000", 2]);
    setup.server.behave = () => false;
    await assertRight();
    assert.equal(requested().at(-1), `bytes=${2 * PART_BYTES}-`);
  });

  for (const [status, code] of [
    [200, "integrity"],
    [204, "http"],
    [503, "http"],
  ]) {
    test(`an empty answer with status ${status} is an error`, async () => {
      behaveForWeights((_, response) => response.writeHead(status).end());
      await assertRefused(setup.fetch(), code);
    });
  }

  test("a manifest's length of 4 GiB allocates no more than arrives", async () => {
    setup.publish({ ...ENTRY, bytes: 2 ** 32 });
    const before = process.memoryUsage().arrayBuffers;
    const { found } = await assertRefused(setup.fetch(), "integrity");
    assert.equal(found, `${weights.length}`);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1e9);
  });

  for (const [what, damage] of [
    ["overwritten", (part) => part.fill(0, 10, 20)],
    ["cut", (part) => part.slice(1)],
    ["emptied", () => new Uint8Array(0)],
    ["doubled", (part) => Buffer.concat([part, part])],
  ]) {
    test(`a cached part that was ${what} is not used`, async () => {
      await setup.fetch();
      const parts = setup.storage.entries(CACHE);
      const url = [...parts.keys()].find((key) => key.endsWith("/2"));
      parts.set(url, damage(parts.get(url)));
      setup.server.received.length = 0;
      assert.equal((await assertRight()).source, "network");
      assert.equal((await assertRight()).source, "cache");
    });
  }

  test("a damaged record of the last version is not used", async () => {
    await setup.fetch();
    setup.storage.entries(CACHE).set("https://pocketrec.invalid/last", Buffer.from("{]"));
    setup.removeManifest();
    await assertRefused(setup.fetch(), "http");
  });
});

describe("browsers that store nothing", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };

  /** Two visits, each with a download and a warning. */
  async function assertNotKept(message) {
    for (let visit = 0; visit < 2; visit += 1) {
      const { source, warning } = await assertRight();
      assert.deepEqual([source, warning?.code], ["network", "storage"]);
      assert.match(warning.message, message);
      assert.match(warning.hint, /not kept/);
    }
  }

  test("Cache Storage that is forbidden", async (t) => {
    setup.storage.open = async () => denied();
    setup.storage.keys = async () => denied();
    await assertNotKept(/SecurityError: denied/);
    await assertRefused(eraseWeights(), "storage");
    replaceGlobal(t, "caches", { get: denied });
    await assertNotKept(/SecurityError: denied/);
    await assertRefused(eraseWeights(NAME), "storage");
  });

  for (const method of ["keys", "match", "put"]) {
    test(`a cache whose ${method} fails, until it works`, async () => {
      setup.storage.failing = method;
      await assertNotKept(/SecurityError: denied/);
      setup.storage.failing = "";
      await assertRight();
      assert.equal((await setup.fetch()).source, "cache");
    });
  }

  test("an abort ends the call at once, wherever the cache never answers", async () => {
    for (let turn = 0; turn < 8; turn++) {
      const controller = new AbortController();
      let reads = 0;
      setup.storage.beforeMatch = () => {
        if (reads++ < turn) return undefined;
        setTimeout(() => controller.abort());
        return new Promise(() => {});
      };
      const found = await setup.fetch({ signal: controller.signal }).catch(({ code }) => code);
      if (typeof found !== "string") assert.ok(reads <= turn, "it did not read so often");
      else assert.equal(found, "aborted");
      setup.storage.beforeMatch = () => {};
      await eraseWeights();
    }
  });

  test("a private window that takes parts and forgets them: one download a visit", async () => {
    assert.equal((await assertRight()).source, "network");
    for (const visit of [2, 3]) {
      setup.storage.forget();
      const { source, warning } = await assertRight();
      assert.deepEqual([source, warning?.code], ["network", "storage"]);
      assert.match(warning.message, /has them no more, as in a private window/);
      assert.deepEqual([requested().length, requested().at(-1)], [visit, "all"]);
    }
  });

  test("one that takes all parts, and forgets them at the next visit: a warning too", async () => {
    const small = noise(1000, 4);
    setup.serve("small.safetensors", small);
    setup.publish(entryFor(small, "small.safetensors", "0"));
    const found = [];
    for (let visit = 1; visit <= 3; visit += 1) {
      const { bytes, source, warning } = await setup.fetch();
      assertBytes({ bytes }, small);
      found.push(`${source} ${warning?.code ?? "kept"}`);
      assert.equal((await setup.fetch()).source, "cache", "within the visit");
      setup.storage.forget();
    }
    assert.deepEqual(found, ["network kept", "network storage", "network storage"]);
  });

  test("what is forgotten after an interruption is downloaded again", async () => {
    await leaveParts(2);
    setup.storage.forget();
    assert.equal((await assertRight()).warning.code, "storage");
    assert.deepEqual(requested(), ["all"]);
  });

  test("a list of parts that are not there, and the old version stays", async () => {
    const old = noise(1000, 4);
    setup.serve("old.safetensors", old);
    setup.publish(entryFor(old, "old.safetensors", "0"));
    await setup.fetch();
    setup.publish(ENTRY);
    const entries = setup.storage.entries(CACHE);
    setup.storage.beforeMatch = (url) => url.includes(ENTRY.sha256) && entries.delete(url);
    await leaveParts(3);
    setup.server.received.length = 0;
    assert.equal((await assertRight()).warning.code, "storage");
    assert.deepEqual(requested(), ["all"]);
    setup.removeManifest();
    assertBytes(await setup.fetch(), old);
  });

  test("wrong parts that cannot be deleted are downloaded again, once a visit", async () => {
    await leaveParts(3, noise(weights.length, 9));
    const cache = await setup.storage.open(CACHE);
    cache.delete = async () => true;
    cache.put = async () => {};
    for (const visit of [1, 2]) {
      await assertRight();
      assert.deepEqual([requested().length, requested().at(-1)], [visit, "all"]);
    }
  });

  test("space for one part: the new version is used and not kept, the old one stays", async () => {
    const old = noise(1000, 4);
    setup.serve("old.safetensors", old);
    setup.publish(entryFor(old, "old.safetensors", "0"));
    await setup.fetch();
    setup.storage.quota = 1.5 * PART_BYTES;
    setup.publish(ENTRY);
    await assertNotKept(/QuotaExceededError: no space/);
    assert.equal(partCount(), 1);
    setup.removeManifest();
    const found = await setup.fetch();
    assert.equal(found.version, "0");
    assertBytes(found, old);
  });

  describe("on a page without https, where the browser itself compares the hash", () => {
    beforeEach((t) => {
      replaceGlobal(t, "caches", { value: undefined });
      replaceGlobal(t, "isSecureContext", { value: false });
      replaceGlobal(t, "crypto", { value: {} });
    });

    test("right bytes are returned, with progress", async () => {
      await assertNotKept(/the page is not https/);
      const seen = [];
      await setup.fetch({ onProgress: (progress) => seen.push(progress) });
      assert.deepEqual(seen.at(-1), { loaded: weights.length, total: weights.length });
    });

    test("wrong bytes are refused", async () => {
      setup.serve("weights.safetensors", noise(weights.length, 2));
      await assertRefused(setup.fetch(), "network");
    });

    test("another length is refused", async () => {
      setup.publish({ ...ENTRY, bytes: 5 });
      await assertRefused(setup.fetch(), "integrity");
    });

    test("a browser without Subresource Integrity is refused", async (t) => {
      replaceGlobal(t, "Request", { value: class {} });
      const { hint } = await assertRefused(setup.fetch(), "unsupported");
      assert.match(hint, /https/);
    });
  });
});
