// Data that version 0.1 wrote still opens. The files in tests/fixtures/0.1/ were written by 0.1's
// own functions and command line, and are never written again.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { fetchWeights } from "pocketrec/cache";
import { openHistory } from "pocketrec/history";

import { assertRefused } from "./lib/assert-refused.js";
import { CacheStorageStandIn, replaceGlobal } from "./lib/browser-storage.js";
import { noise, serveWeights } from "./lib/weights-server.js";

const fixture = (name) => readFileSync(`tests/fixtures/0.1/${name}`, "utf8");

describe("a history of 0.1", () => {
  const INTERACTIONS = [
    { item: "tt0133093", time: 978300055000 },
    { item: 260, rating: 5, time: 978300055000 },
    { item: 318, rating: 3, time: 978301968000 },
  ];
  const SPENT = { epsilon: 1.5, delta: 1e-6, queries: 2 };
  const { ledger: LEDGER } = JSON.parse(fixture("history-export.json"));

  function newFolder(t) {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-compatibility-"));
    t.after(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  async function open(t, folder, options) {
    const history = await openHistory("films", { folder, ...options });
    t.after(() => history.close());
    return history;
  }

  test("its file opens: interactions in order, and the ledger", async (t) => {
    const folder = newFolder(t);
    cpSync("tests/fixtures/0.1/history-file.json", join(folder, "films.json"));
    const history = await open(t, folder, { budget: { epsilon: 2, delta: 1e-5 } });
    assert.deepEqual(history.list(), INTERACTIONS);
    assert.deepEqual(history.ledger, LEDGER);
    assert.deepEqual(history.spent, SPENT);
    const charge = { mechanism: "gaussian", epsilon: 1, delta: 0 };
    await assertRefused(history.spend(charge), "budget-spent", "epsilon");
    await history.spend({ ...charge, epsilon: 0.5 });
    await history.add({ item: 1, time: 978302000000 });
    const again = await open(t, folder);
    assert.deepEqual(again.list(), [...INTERACTIONS, { item: 1, time: 978302000000 }]);
    assert.deepEqual(again.spent, { epsilon: 2, delta: 1e-6, queries: 3 });
  });

  test("after a change its file is gone, and what it contained is exported the same", async (t) => {
    const folder = newFolder(t);
    const path = join(folder, "films.json");
    cpSync("tests/fixtures/0.1/history-file.json", path);
    const history = await open(t, folder);
    await history.add({ item: 1, time: 978302000000 });
    await history.remove(1);
    assert.ok(!existsSync(path));
    const withoutToken = fixture("history-file.json").replace(/,"token":"[0-9a-f]{16}"\}$/, "}");
    assert.equal(JSON.stringify((await open(t, folder)).export()), withoutToken);
  });

  test("its export is imported, and exported the same", async (t) => {
    const history = await open(t, newFolder(t));
    await history.import(fixture("history-export.json"));
    assert.deepEqual(history.list(), INTERACTIONS);
    assert.deepEqual(history.spent, SPENT);
    assert.equal(JSON.stringify(history.export()), fixture("history-export.json"));
  });
});

describe("weights of 0.1 in a browser's cache", () => {
  const MANIFEST = JSON.parse(fixture("manifest.json"));
  const { sha256 } = MANIFEST.weights.films;
  const bytes = noise(5_000_000, 1);
  const PART_BYTES = 4_194_304;

  test("its manifest names the same bytes", async (t) => {
    const server = await serveWeights();
    t.after(() => server.stop());
    server.files.set("/manifest.json", new TextEncoder().encode(fixture("manifest.json")));
    server.files.set("/films.safetensors", bytes);
    const found = await fetchWeights(`${server.address}/manifest.json`, "films");
    assert.deepEqual([found.version, found.source], ["2026-11", "network"]);
    assert.ok(Buffer.from(found.bytes).equals(bytes));
  });

  /** What 0.1 left behind when a visit was complete, entry by entry. */
  async function layOut(t, url) {
    const storage = new CacheStorageStandIn();
    replaceGlobal(t, "caches", { value: storage });
    const cache = await storage.open("pocketrec-weights:films");
    const put = (name, body) => cache.put(`https://pocketrec.invalid/${name}`, new Response(body));
    await put(`${sha256}/0`, bytes.subarray(0, PART_BYTES));
    await put(`${sha256}/1`, bytes.subarray(PART_BYTES));
    await put("last", JSON.stringify({ url, version: "2026-11", bytes: 5_000_000, sha256 }));
  }

  test("what it cached is used, without a request", async (t) => {
    const url = "http://127.0.0.1:9/films.safetensors";
    await layOut(t, url);
    const weights = { films: { ...MANIFEST.weights.films, url } };
    const found = await fetchWeights({ format: 1, weights }, "films");
    assert.deepEqual([found.version, found.source, found.warning], ["2026-11", "cache", undefined]);
    assert.ok(Buffer.from(found.bytes).equals(bytes));
  });

  test("what it cached last serves where there is no network", async (t) => {
    await layOut(t, "http://127.0.0.1:9/films.safetensors");
    const found = await fetchWeights("http://127.0.0.1:9/manifest.json", "films");
    assert.deepEqual(
      [found.version, found.source, found.warning.code],
      ["2026-11", "cache", "network"],
    );
    assert.ok(Buffer.from(found.bytes).equals(bytes));
  });
});
