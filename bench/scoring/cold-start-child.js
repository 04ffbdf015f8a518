// One process of cold-start.js: reads the model's bytes, then times from the first import to the
// first scores.
import { readFile } from "node:fs/promises";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";

const request = JSON.parse(await readFile(process.argv[2], "utf8"));
const parts = {};
for (const [part, file] of Object.entries(request.parts))
  parts[part] = exactBuffer(await readFile(file));
const itemRows = Uint32Array.from(request.itemRows);
if (request.name.includes("relaxed")) enableRelaxedSimd();

const start = performance.now();
const { peers } = await import(`../peers/${request.file}`);
const runner = await peers.find(({ name }) => name === request.name).load(parts);
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
