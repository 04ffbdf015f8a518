// An app that uses an engine of pocketrec/engine: main.mjs runs to its end.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";

/**
 * @param {import("../../../scripts/fixtures/app.js").App} app
 * @param {string[]} [words] of main.mjs
 */
export async function checkEngineApp(app, words = []) {
  const name = "candidates.safetensors";
  copyFileSync(`web-demo/models/${name}`, `${app.folder}/${name}`);
  const env = { LANCEDB_LOG: "error", RUST_LOG: "error" };
  const output = await app.run("node", ["main.mjs", ...words], { env });
  assert.match(output, /^ok$/m, output);
}
