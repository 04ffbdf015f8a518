// What a runtime must give: the lists of tests/targets/shared/lists.js, the same bits as here.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as pocketrec from "../../../dist/index.node.js";
import { MODELS, allLists } from "../shared/lists.js";

const WEIGHTS = "web-demo/models";

/** @import { App } from "../../../scripts/fixtures/app.js" */

/** The lines that the package gives in this process, of all models or some. */
export const expectedLines = (names = MODELS) =>
  allLists(
    pocketrec,
    (name) => pocketrec.loadModel(join(WEIGHTS, `${name}.safetensors`), { simd: "simd128" }),
    names,
  );

/**
 * Puts the demo's weights and a manifest of them into the app's folder `weights`.
 *
 * @param {App} app
 * @returns {Promise<string[]>} the folder, and the address of a server of it
 */
export async function giveWeights(app) {
  const folder = join(app.folder, "weights");
  mkdirSync(folder);
  const weights = {};
  for (const name of MODELS) {
    const url = `${name}.safetensors`;
    copyFileSync(join(WEIGHTS, url), join(folder, url));
    const bytes = readFileSync(join(folder, url));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    weights[name] = { url, version: "1", bytes: bytes.length, sha256 };
  }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ format: 1, weights }));
  const { address } = await app.serveFiles("weights");
  return [folder, address.replace(/\/$/, "")];
}

/**
 * Runs an app of runtime-lists.js.
 *
 * @param {App} app
 * @param {string} program
 * @param {string[]} words up to the name of the script
 */
export async function checkRuntime(app, program, words) {
  const printed = JSON.parse(await app.run(program, [...words, ...(await weightsOf(app))]));
  const expected = await expectedLines();
  assert.deepEqual(printed.thread, expected);
  assert.deepEqual(printed.worker, expected, "the lists of the worker");
  assert.equal(printed.workers, 1, "threads that were started");
  assert.deepEqual(printed.cached, await expectedLines(["gmf"]));
  assert.deepEqual(printed.history, { storage: "file", items: ["The Ninth Moon", "Cold Ink"] });
}

/** @type {WeakMap<App, Promise<string[]>>} */
const given = new WeakMap();

/** The same weights for each way to run an app. */
function weightsOf(app) {
  if (!given.has(app)) given.set(app, giveWeights(app));
  return given.get(app);
}
