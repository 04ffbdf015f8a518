// What the first visit downloads. A size, not a time, so that a test may hold it.
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { test } from "node:test";

import { inSection } from "./lib/page.js";

const PAGE = "web-demo/dist";
const LIMIT = 250_000; // bytes
const DATA = /\.safetensors$|\/catalogue\.json$/;

inSection("the first visit", (at) => {
  test("downloads less than 250 kB compressed, without weights and catalogue", async () => {
    // What the browser keeps for visits without a network comes later.
    const prepare = () =>
      Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined });
    at.demo.received.length = 0;
    const page = await at.open("", { prepare });
    const files = new Set(
      at.demo.received.map(({ url }) => new URL(url, at.demo.address).pathname),
    );
    await at.close(page);
    const sizes = [...files]
      .filter((path) => !DATA.test(path) && !path.startsWith("/api/"))
      .map((path) => [path, sizeOf(path.replace(/\/$/, "/index.html"))]);
    const sum = sizes.reduce((total, [, size]) => total + size, 0);
    assert.ok(sizes.length > 3 && sum < LIMIT, JSON.stringify(sizes));
    assert.ok(sum > 50_000, "the model's worker is among them");
  });
});

/** Compressed, as the server sends it. Icons that browsers ask for by themselves do not exist. */
function sizeOf(path) {
  const file = [`${PAGE}${path}.br`, `${PAGE}${path}`].find((name) => existsSync(name));
  return file ? statSync(file).size : 0;
}
