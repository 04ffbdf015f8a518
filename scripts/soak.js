// `npm run soak -- [--scale 0.01]`: a million rankings, ten thousand loads, a hundred thousand
// updates of each family, eight workers at once. Memory must be flat after a warm-up, and results
// equal those of a new user. --scale: a share of these counts.
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { soakModels } from "../tests/soak/models.js";
import { loads, rankings, updates, workers } from "../tests/soak/soak.js";

setFlagsFromString("--expose-gc");
globalThis.gc ??= runInNewContext("gc");

const { values } = parseArgs({ options: { scale: { type: "string", default: "1" } } });
const scale = Number(values.scale);
if (!(scale > 0)) {
  console.error(`soak: expected a number above 0 after --scale, found "${values.scale}"`);
  process.exit(2);
}

const times = (/** @type {number} */ count) => Math.max(20, Math.round(count * scale));
const parts = [
  () => rankings(times(1_000_000)),
  () => loads(times(10_000)),
  ...soakModels().map((model) => () => updates(model, times(100_000))),
  () => workers(times(10_000)),
];
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
let defects = 0;
for (const part of parts) {
  const start = Date.now();
  const { what, count, memory, wrong, note = "" } = await part();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const grown = (/** @type {"heap" | "buffers" | "process"} */ name) =>
    memory ? `${name} ${megabytes(memory.before[name])} to ${megabytes(memory.after[name])}` : "";
  console.log(`${what}: ${count} in ${seconds} s. ${note}`);
  console.log(`  ${grown("heap")}, ${grown("buffers")}, ${grown("process")}`);
  for (const line of wrong) console.log(`  WRONG ${line}`);
  defects += wrong.length;
}
console.log(defects ? `${defects} defects` : "no defect");
process.exitCode = defects ? 1 : 0;
