// `npm run fuzz -- --minutes 10 [--only WORD] [--seed N] [--runs N]`: runs every harness of the
// kernels (tests/fuzz/native) and every reader of files (tests/fuzz/readers), a share of the time
// each, and prints a table. Inputs that break something are kept in build/fuzz/found. The exit code
// is 1 where there are any.
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

import { HARNESSES, buildKernels, findFuzzingCompiler, runKernel } from "../tests/fuzz/kernels.js";
import { READERS } from "../tests/fuzz/readers.js";
import { runReader } from "../tests/fuzz/run-reader.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    seed: { type: "string", default: `${Date.now() % 1e9}` },
    runs: { type: "string", default: "Infinity" },
  },
});
const [minutes, seed, runs] = [values.minutes, values.seed, values.runs].map(Number);
if (!(minutes > 0 && seed > 0 && runs > 0)) {
  console.error("fuzz: expected positive numbers of --minutes, --seed and --runs");
  process.exit(2);
}

const kernels = HARNESSES.map((name) => ({ name, kind: "kernel", run: runKernel }));
const readers = Object.keys(READERS).map((name) => ({ name, kind: "reader", run: runReader }));
const hasCompiler = findFuzzingCompiler() !== undefined;
if (!hasCompiler) console.log("fuzz: no clang with libFuzzer, so the kernels are left out");
const all = [...(hasCompiler ? kernels : []), ...readers].filter(({ name, kind }) =>
  `${kind} ${name}`.includes(values.only),
);
if (!all.length) {
  console.error(`fuzz: expected a part of a name after --only, found "${values.only}"`);
  process.exit(2);
}
if (all.some(({ kind }) => kind === "kernel")) await buildKernels();

const columns = (/** @type {unknown[]} */ [name, count, seconds, detail, wrong]) =>
  `${name}`.padEnd(24) +
  `${count}`.padStart(12) +
  `${seconds}`.padStart(9) +
  `  ${detail}`.padEnd(34) +
  wrong;
console.log(`seed ${seed}`);
console.log(columns(["target", "executions", "seconds", "coverage", "defects"]));
let total = 0;
let count = 0;
for (const { name, kind, run } of all) {
  const start = Date.now();
  const milliseconds = (minutes * 60_000) / all.length;
  const report = await run(name, { seed, milliseconds, runs });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(
    columns([`${kind} ${name}`, report.runs, seconds, report.detail, report.defects.length]),
  );
  for (const { wrong, path } of report.defects) console.log(`  ${path ?? ""}\n  ${wrong}`);
  total += report.runs;
  count += report.defects.length;
}
console.log(columns(["all", total, "", "", count]));
process.exitCode = count ? 1 : 0;
