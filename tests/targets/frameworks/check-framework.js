// An app of a framework: its page ranks in the browser, its server in a route.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** @import { App } from "../../../scripts/fixtures/app.js" */

const BOOKS = "node_modules/pocketrec/examples/first/books.safetensors";

/** Puts the weights into the folder of the framework's static files. @param {App} app */
export function giveBooks(app, folder) {
  const file = join(app.folder, folder, "books.safetensors");
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(join(app.folder, BOOKS), file);
}

/**
 * The answer of a route that calls serverLists.
 *
 * @param {App} app
 * @param {string} url
 */
export async function checkServerLists(app, url) {
  const response = await fetch(url);
  const text = await response.text();
  assert.equal(response.status, 200, text.slice(0, 2000));
  const { recommended, worker } = app.expected;
  assert.deepEqual(JSON.parse(text), { recommended, worker, threads: 1 });
}
