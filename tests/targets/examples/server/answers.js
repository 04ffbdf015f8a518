// What the server answers: headers, encodings, 304, parts, refusals.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { ask } from "./ask.js";

const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes) => bytes };
/** Accept-Encoding, and what it has to get. */
const ENCODINGS = [
  [undefined, "none"],
  ["br", "br"],
  ["gzip, deflate, br", "br"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0.1, gzip;q=0.2", "gzip"],
  ["br;q=0, gzip;q=0", "none"],
  ["zstd", "none"],
  ["*", "br"],
];
const LISTS = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800";

/** A list in each encoding: one content, one strong ETag each, and 304 for it. */
export async function checkAnswers(address, version) {
  const path = `/lists/${version}/popular.json`;
  const plain = await ask(address, path);
  assert.equal(plain.json().items.length, 120);
  const tags = new Map();
  for (const [accepted, expected] of ENCODINGS) {
    const headers = accepted === undefined ? {} : { "Accept-Encoding": accepted };
    const found = await ask(address, path, { headers });
    assert.equal(found.status, 200);
    assert.equal(found.headers["content-encoding"] ?? "none", expected, accepted);
    assert.deepEqual(DECODERS[expected](found.bytes), plain.bytes);
    assert.equal(found.headers["content-length"], String(found.bytes.length));
    assert.equal(found.headers["cache-control"], LISTS);
    assert.equal(found.headers.vary, "Accept-Encoding");
    assert.match(found.headers.etag, /^"[^"]+"$/); // strong
    tags.set(expected, found.headers.etag);
    await checkUnchanged(address, path, headers, found);
  }
  assert.equal(new Set(tags.values()).size, 3, "one ETag for each encoding");
}

async function checkUnchanged(address, path, headers, { headers: sent, bytes }) {
  const head = await ask(address, path, { method: "HEAD", headers });
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
  assert.equal(head.headers["content-length"], String(bytes.length));
  for (const tag of [sent.etag, `W/${sent.etag}`, `"other", ${sent.etag}`, "*"]) {
    const again = await ask(address, path, { headers: { ...headers, "If-None-Match": tag } });
    assert.deepEqual([again.status, again.bytes.length], [304, 0], tag);
    for (const name of ["etag", "cache-control", "vary"])
      assert.equal(again.headers[name], sent[name]);
  }
  const other = await ask(address, path, { headers: { ...headers, "If-None-Match": '"other"' } });
  assert.equal(other.status, 200);
}

/** What cannot be answered is refused in one line of JSON, and no body is read. */
export async function checkRefusals(address, version) {
  const path = `/lists/${version}/popular.json`;
  const cases = [
    [404, "/lists/none/popular.json", {}],
    [404, "/../package.json", {}],
    [404, "/%2e%2e/server.mjs", {}],
    [400, `${path}?x=1`, {}],
    [405, path, { method: "POST", body: "x".repeat(1000) }],
    [413, path, { headers: { "Content-Length": "1000" }, body: "x".repeat(1000) }],
    [405, "/health", { method: "POST", body: "x" }],
    [406, path, { headers: { "Accept-Encoding": "identity;q=0" } }],
  ];
  for (const [status, where, options] of cases) {
    const found = await ask(address, where, options);
    assert.equal(found.status, status, where);
    assert.match(found.json().error, /^\S.{10,}$/);
    assert.match(found.headers["cache-control"], /^(no-store|public, max-age=10)$/);
    if (options.body) assert.equal(found.headers.connection, "close");
  }
  const long = await ask(address, path, { headers: { Long: "x".repeat(9000) } });
  assert.equal(long.status, 431);
  const page = await ask(address, "/?from=mail");
  assert.match(page.headers["content-security-policy"], /default-src 'none'/);
}

/** The weights of the manifest: whole, in parts, and with a hash that fits. */
export async function checkWeights(address, version, folder) {
  const { headers, json } = await ask(address, "/models/manifest.json");
  assert.equal(headers["cache-control"], "public, max-age=0, s-maxage=30");
  const { url, bytes, sha256 } = json().weights.books;
  const path = `/models/${url}`;
  const whole = await ask(address, path, { headers: { "Accept-Encoding": "br, gzip" } });
  assert.equal(createHash("sha256").update(whole.bytes).digest("hex"), sha256);
  assert.equal(url, `books.${version}.safetensors`);
  assert.deepEqual(whole.bytes, await readFile(`${folder}/published${path}`));
  assert.match(
    whole.headers["cache-control"],
    /^public, max-age=31536000, immutable, no-transform$/,
  );
  assert.equal(whole.headers["content-encoding"], undefined);

  const { etag } = whole.headers;
  const ranges = [
    [{ Range: "bytes=9000-" }, 206, whole.bytes.subarray(9000), `bytes 9000-9420/${bytes}`],
    [{ Range: "bytes=0-0" }, 206, whole.bytes.subarray(0, 1), `bytes 0-0/${bytes}`],
    [{ Range: "bytes=-21" }, 206, whole.bytes.subarray(-21), `bytes 9400-9420/${bytes}`],
    [{ Range: "bytes=9000-", "If-Range": etag }, 206, whole.bytes.subarray(9000)],
    [{ Range: "bytes=9000-", "If-Range": '"old"' }, 200, whole.bytes],
    [{ Range: "bytes=0-1,9000-9001" }, 200, whole.bytes],
    [{ Range: "lines=1-2" }, 200, whole.bytes],
    [{ Range: "bytes=9421-" }, 416, undefined, `bytes */${bytes}`],
  ];
  for (const [asked, status, part, contentRange] of ranges) {
    const found = await ask(address, path, { headers: asked });
    assert.equal(found.status, status, asked.Range);
    if (part) assert.deepEqual(found.bytes, part);
    if (contentRange) assert.equal(found.headers["content-range"], contentRange);
  }
}
