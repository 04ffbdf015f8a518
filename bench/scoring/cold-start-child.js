// One process of cold-start.js: reads the model's bytes, then times from the import of the runtime
// to the first scores.
import { readFile } from "node:fs/promises";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";

const request = JSON.parse(await readFile(process.argv[2], "utf8"));
const parts = {};
for (const [part, file] of Object.entries(request.parts))
  parts[part] = exactBuffer(await readFile(file));
const itemRows = Uint32Array.from(request.itemRows);
if (request.name.includes("relaxed")) enableRelaxedSimd();

// The benchmark's own scripts, which an app does not have: they import the runtime in `load` alone.
const { peers } = await import(`../peers/${request.file}`);
const peer = peers.find(({ name }) => name === request.name);

const start = performance.now();
const runner = await peer.load(parts);
const result = await runner.score(request.userRow, itemRows);
const milliseconds = performance.now() - start;

console.log(`\n${JSON.stringify({ milliseconds, result: plain(result) })}`);
// Some runtimes keep handles open, which would keep the process alive.
process.exit(0);

/** A ranked list as it is, scores as { 0: ..., 1: ..., length }. */
function plain(result) {
  return Array.isArray(result) ? result : { ...result, length: result.length };
}

function exactBuffer({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
