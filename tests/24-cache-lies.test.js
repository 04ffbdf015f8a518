// pocketrec/cache where manifests, servers and browsers are not as they should be: whatever they
// answer, what is handed out are the bytes that the manifest names, or an error.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { PocketrecError } from "pocketrec";
import { eraseWeights, fetchWeights } from "pocketrec/cache";

import { CacheStorageStandIn, replaceGlobal } from "./lib/browser-storage.js";
import { answer, entryFor, manifestFile, noise, serveWeights } from "./lib/weights-server.js";

const PART = 4 * 2 ** 20;
const NAME = "movies";
const CACHE = "pocketrec-weights:movies";
const weights = noise(10_000_000, 1);
const entry = entryFor(weights, "weights.safetensors", "1");

let server;
let storage;
let manifest;
const fetchThem = (options) => fetchWeights(`${server.address}/manifest.json`, NAME, options);
const failing = (promise) =>
  promise.then(
    () => assert.fail("it should have failed"),
    (error) => error,
  );
const publish = (entry) => server.files.set("/manifest.json", manifestFile({ [NAME]: entry }));
const isRight = ({ bytes }) => assert.ok(Buffer.from(bytes).equals(weights));
const keptParts = () =>
  [...storage.entries(CACHE).keys()].filter((url) => !url.endsWith("/last")).length;

before(async () => (server = await serveWeights()));
after(() => server.stop());
beforeEach((t) => {
  storage = new CacheStorageStandIn();
  replaceGlobal(t, "caches", { value: storage, writable: true });
  server.behave = () => false;
  server.received.length = 0;
  server.files.clear();
  server.files.set("/weights.safetensors", weights);
  publish(entry);
  manifest = {
    format: 1,
    weights: { [NAME]: { ...entry, url: `${server.address}/weights.safetensors` } },
  };
});

/** What the first visit leaves: so many parts, of these bytes. */
async function leaveParts(count, bytes = weights) {
  const cache = await storage.open(CACHE);
  for (let number = 0; number < count; number += 1) {
    const part = bytes.slice(number * PART, (number + 1) * PART);
    await cache.put(`https://pocketrec.invalid/${entry.sha256}/${number}`, new Response(part));
  }
}

/** Only where weights are asked for. */
const toWeights = (behave) => (request, response, bytes) =>
  !request.url.endsWith(".json") && (behave(request, response, bytes), true);

describe("manifests", () => {
  for (const [what, edit, subject] of [
    ["nothing", () => null, "manifest, format"],
    ["another format", () => ({ format: 2, weights: {} }), "manifest, format"],
    ["no weights", () => ({ format: 1 }), "manifest, weights"],
    ["weights in a list", () => ({ format: 1, weights: [entry] }), "manifest, weights"],
    [
      "other names only",
      () => ({ format: 1, weights: { films: entry, songs: entry } }),
      "manifest",
    ],
    [
      "an inherited name",
      () => ({ format: 1, weights: Object.create({ [NAME]: entry }) }),
      "manifest",
    ],
    [
      "an entry that is none",
      () => ({ format: 1, weights: { [NAME]: "weights.safetensors" } }),
      "manifest, movies",
    ],
    ...Object.entries({
      url: [
        undefined,
        3,
        "",
        "weights.safetensors",
        "/weights.safetensors",
        "data:,x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "blob:https://a/b",
        "https://me:secret@example.org/w",
        "https://",
      ],
      version: [undefined, "", 3, null],
      bytes: [undefined, 0, -1, 1.5, "10", 2 ** 32 + 1, Infinity, NaN],
      sha256: [undefined, "", "abc", "g".repeat(64), `${entry.sha256}0`, [entry.sha256]],
    }).flatMap(([field, values]) =>
      values.map((value) => [
        `${field} ${JSON.stringify(value)}`,
        ({ weights: { [NAME]: good } }) => ({
          format: 1,
          weights: { [NAME]: { ...good, [field]: value } },
        }),
        `manifest, movies, ${field}`,
      ]),
    ),
  ]) {
    test(`${what} is refused`, async () => {
      const error = await failing(fetchWeights(edit(manifest), NAME));
      assert.deepEqual(
        [error instanceof PocketrecError, error.code, error.subject],
        [true, "bad-manifest", subject],
      );
      assert.deepEqual(server.received, []);
    });
  }

  test("a name that is not there is answered with those that are", async () => {
    assert.match(
      (await failing(fetchWeights(manifest, "film"))).message,
      /expected weights of the name "film", found these: "movies"\./,
    );
  });

  test("relative addresses in an object are those of the page, where there is one", async (t) => {
    manifest.weights[NAME].url = "weights.safetensors";
    replaceGlobal(t, "location", { value: { href: `${server.address}/deep/page.html?a` } });
    server.files.set("/deep/weights.safetensors", weights);
    isRight(await fetchWeights(manifest, NAME));
    server.files.set("/deep/manifest.json", server.files.get("/manifest.json"));
    assert.equal((await fetchWeights("manifest.json", NAME)).source, "cache");
  });

  test("from a server: no JSON, too long, endless, lies", async () => {
    for (const [body, code, words] of [
      ["{", "bad-manifest", /manifest\.json: expected JSON/],
      ["<html>", "bad-manifest", /begins like an HTML page/],
      [
        JSON.stringify({ format: 1, weights: {}, padding: "x".repeat(1e6) }),
        "too-large",
        /at most 1000000 bytes/,
      ],
      [
        manifestFile({ [NAME]: { ...entry, url: "data:text/plain,abc" } }),
        "bad-manifest",
        /manifest\.json, movies, url/,
      ],
    ]) {
      server.files.set("/manifest.json", Buffer.from(body));
      const error = await failing(fetchThem());
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
    }
    server.behave = (request, response) => {
      const write = () => response.write("x".repeat(1e5), (error) => error || write());
      write();
      return true;
    };
    assert.equal((await failing(fetchThem())).code, "too-large");
  });

  test("what is wrong with the call is told before anything is asked for", async () => {
    for (const words of [
      [],
      ["/relative.json", NAME],
      ["ftp://example.org/m.json", NAME],
      ["data:,{}", NAME],
      [manifest, ""],
      [manifest, 3],
      [manifest, "x".repeat(201)],
    ]) {
      const error = await failing(fetchWeights(...words));
      assert.equal(error.code, "bad-argument", error.message);
    }
    assert.equal((await failing(fetchWeights(undefined, NAME))).code, "bad-manifest");
    assert.equal((await failing(eraseWeights(3))).code, "bad-argument");
  });
});

describe("answers", () => {
  const total = weights.length;
  const rest = `bytes ${2 * PART}-${total - 1}/${total}`;
  const partial =
    (range, body, headers = {}) =>
    (_, response) =>
      response.writeHead(206, { ...(range && { "Content-Range": range }), ...headers }).end(body);
  const good = weights.subarray(2 * PART);
  for (const [what, behave, requests] of [
    ["ignores ranges", (_, response) => response.writeHead(200).end(weights), 1],
    [
      "ignores ranges and compresses",
      (_, response) =>
        response
          .writeHead(200, { "Content-Encoding": "br" })
          .end(brotliCompressSync(weights, { params: { 1: 1 } })),
      1,
    ],
    ["answers 416", (_, response) => response.writeHead(416).end(), 2],
    ["answers 404", (_, response) => response.writeHead(404).end(), 2],
    ["answers 500", (_, response) => response.writeHead(500).end("sorry"), 2],
    ["hangs up", (_, response) => response.destroy(), 2],
    [
      "sends another range",
      partial(`bytes ${PART}-${total - 1}/${total}`, weights.subarray(PART)),
      2,
    ],
    ["sends a range of another file", partial(`bytes ${2 * PART}-${total}/${total + 1}`, good), 2],
    [
      "sends a part of the range",
      partial(`bytes ${2 * PART}-${total - 2}/${total}`, good.subarray(0, -1)),
      2,
    ],
    ["does not say which range", partial(undefined, good), 2],
    ["does not know the length", partial(`bytes ${2 * PART}-${total - 1}/*`, good), 2],
    [
      "sends a range of the compressed bytes",
      partial(rest, gzipSync(weights).subarray(2 * PART), { "Content-Encoding": "gzip" }),
      2,
    ],
    ["sends a range, compressed", partial(rest, gzipSync(good), { "Content-Encoding": "gzip" }), 2],
    [
      "sends a range and dies before its first byte",
      (_, response) =>
        response
          .writeHead(206, { "Content-Range": rest, "Content-Length": good.length })
          .flushHeaders() ?? setTimeout(() => response.destroy(), 5),
      2,
    ],
    ["sends other bytes for the range", partial(rest, noise(good.length, 5)), 2],
    [
      "sends too much for the range, once",
      partial(rest, noise(good.length + 1, 5)),
      1,
      "integrity",
    ],
    ["sends too little for the range, once", partial(rest, good.subarray(5)), 1, "integrity"],
  ].map(([what, behave, ...more]) => [what, behave, more])) {
    test(`a server that ${what} where the rest is asked for`, async () => {
      await leaveParts(2);
      server.behave = toWeights((request, response, bytes) =>
        request.headers.range ? behave(request, response) : answer(request, response, bytes),
      );
      const [count, code] = requests;
      if (code) assert.equal((await failing(fetchThem())).code, code);
      else isRight(await fetchThem());
      assert.equal(server.weightsAsked().length, count);
      server.behave = () => false;
      isRight(await fetchThem());
      assert.equal((await fetchThem()).source, "cache");
    });
  }

  test("a compressed answer is what it is, unpacked", async () => {
    server.behave = toWeights((_, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(weights, { level: 1 })),
    );
    isRight(await fetchThem());
    isRight(await fetchThem());
    assert.equal(server.weightsAsked().length, 1);
  });

  test("a redirect is followed", async () => {
    server.files.set("/moved", weights);
    server.behave = (request, response) =>
      request.url === "/weights.safetensors" &&
      response.writeHead(307, { Location: "/moved" }).end();
    await leaveParts(1);
    isRight(await fetchThem());
    assert.deepEqual(server.received.slice(1), [
      { path: "/weights.safetensors", range: `bytes=${PART}-` },
      { path: "/moved", range: `bytes=${PART}-` },
    ]);
  });

  test("broken bytes are not handed out, and leave nothing", async () => {
    const broken = weights.slice();
    broken[7_000_000] ^= 1;
    server.files.set("/weights.safetensors", broken);
    const error = await failing(fetchThem());
    assert.deepEqual([error.code, keptParts(), server.weightsAsked()], ["integrity", 0, ["all"]]);
    assert.match(
      error.message,
      /weights\.safetensors: expected bytes with the SHA-256 [0-9a-f]{64}, found others/,
    );
    server.files.set("/weights.safetensors", weights);
    isRight(await fetchThem());
  });

  test("bytes of an earlier visit that turn out wrong are asked for again, once", async () => {
    await leaveParts(2, noise(weights.length, 9));
    isRight(await fetchThem());
    assert.deepEqual(server.weightsAsked(), [`bytes=${2 * PART}-`, "all"]);

    await eraseWeights();
    server.received.length = 0;
    server.files.set("/weights.safetensors", noise(weights.length, 9));
    await leaveParts(2, weights);
    assert.equal((await failing(fetchThem())).code, "integrity");
    assert.deepEqual([server.weightsAsked(), keptParts()], [[`bytes=${2 * PART}-`, "all"], 0]);
  });

  test("more than the manifest says is stopped at once, less is not enough", async () => {
    server.behave = toWeights((_, response) => {
      const write = () => response.write(weights, (error) => error || write());
      write();
    });
    const more = await failing(fetchThem());
    assert.deepEqual([more.code, more.found, keptParts()], ["integrity", "more", 0]);

    server.behave = toWeights((_, response) =>
      response.writeHead(200).end(weights.subarray(0, 9_000_000)),
    );
    const less = await failing(fetchThem());
    assert.deepEqual([less.code, less.found, keptParts()], ["integrity", "9000000", 2]);
    server.behave = () => false;
    isRight(await fetchThem());
    assert.equal(server.weightsAsked().at(-1), `bytes=${2 * PART}-`);
  });

  test("an empty answer, an empty 204, and a manifest of gigabytes that nobody has", async () => {
    for (const [status, code] of [
      [200, "integrity"],
      [204, "http"],
      [503, "http"],
    ]) {
      server.behave = toWeights((_, response) => response.writeHead(status).end());
      assert.equal((await failing(fetchThem())).code, code);
    }
    server.behave = () => false;
    publish({ ...entry, bytes: 2 ** 32 });
    const before = process.memoryUsage().arrayBuffers;
    const error = await failing(fetchThem());
    assert.deepEqual([error.code, error.found], ["integrity", `${weights.length}`]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1e9);
  });

  test("what is kept and was changed on the disk is not used", async () => {
    await fetchThem();
    for (const damage of [
      (part) => part.fill(0, 10, 20),
      (part) => part.slice(1),
      () => new Uint8Array(0),
      (part) => Buffer.concat([part, part]),
    ]) {
      const parts = storage.entries(CACHE);
      const address = [...parts.keys()].find((url) => url.endsWith("/2"));
      parts.set(address, damage(parts.get(address)));
      isRight(await fetchThem());
      isRight(await fetchThem());
    }
    storage.entries(CACHE).set("https://pocketrec.invalid/last", Buffer.from("{]"));
    server.files.delete("/manifest.json");
    assert.equal((await failing(fetchThem())).code, "http");
  });
});

describe("browsers that keep nothing", () => {
  const goesWithout = async (words) => {
    for (let visit = 0; visit < 2; visit += 1) {
      const result = await fetchThem();
      isRight(result);
      assert.deepEqual([result.source, result.warning?.code], ["network", "storage"]);
      assert.match(result.warning.message, words);
      assert.match(result.warning.hint, /not kept/);
    }
  };
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };

  test("storage that is forbidden", async (t) => {
    storage.open = async () => denied();
    storage.keys = async () => denied();
    await goesWithout(/SecurityError: denied/);
    assert.equal((await failing(eraseWeights())).code, "storage");
    replaceGlobal(t, "caches", { get: denied });
    await goesWithout(/SecurityError: denied/);
    assert.equal((await failing(eraseWeights(NAME))).code, "storage");
  });

  for (const method of ["keys", "match", "put"]) {
    test(`storage whose ${method} fails`, async () => {
      storage.failing = method;
      await goesWithout(/SecurityError: denied/);
      storage.failing = "";
      const { bytes } = await fetchThem();
      assert.ok(Buffer.from(bytes).equals(weights));
      assert.equal((await fetchThem()).source, "cache");
    });
  }

  test("room for a part and a half: the old version stays, the new one is used and not kept", async () => {
    const old = noise(1000, 4);
    server.files.set("/old.safetensors", old);
    publish(entryFor(old, "old.safetensors", "0"));
    await fetchThem();
    storage.room = 1.5 * PART;
    publish(entry);
    await goesWithout(/QuotaExceededError: no room/);
    assert.equal(keptParts(), 1);
    server.files.delete("/manifest.json");
    assert.equal((await fetchThem()).version, "0");
  });

  test("a page without https: the browser itself compares, and nothing else will do", async (t) => {
    replaceGlobal(t, "caches", { value: undefined });
    replaceGlobal(t, "isSecureContext", { value: false });
    replaceGlobal(t, "crypto", { value: {} });
    await goesWithout(/the page is not from https/);
    const seen = [];
    await fetchThem({ onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(seen.at(-1), { loaded: weights.length, total: weights.length });

    server.files.set("/weights.safetensors", noise(weights.length, 2));
    assert.equal((await failing(fetchThem())).code, "network");
    server.files.set("/weights.safetensors", weights);
    publish({ ...entry, bytes: 5 });
    assert.equal((await failing(fetchThem())).code, "integrity");

    publish(entry);
    replaceGlobal(t, "Request", { value: class {} });
    const error = await failing(fetchThem());
    assert.equal(error.code, "unsupported");
    assert.match(error.hint, /https/);
  });
});
