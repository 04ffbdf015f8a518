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
const scores = await runner.score(request.userRow, itemRows);
const milliseconds = performance.now() - start;

console.log(`\n${JSON.stringify({ milliseconds, scores: Array.from(scores) })}`);
// Some runtimes keep handles open, which would keep the process alive.
process.exit(0);

function exactBuffer({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
