// Throughput of the dense kernel beside that of a loop in registers, in the same module and run.
import { markdownTable } from "markdown-table";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import { benchModule } from "../lib/bench-module.js";
import { printMachine, readCommandLine, wholeNumber, writeJson } from "../lib/command-line.js";
import { digits, median } from "../lib/statistics.js";
import { interleave } from "../lib/timing.js";

const HELP = `
node scoring/kernel.js [--rounds 61] [--json FILE]

  Needs ./build.sh bench.
  --rounds N    rounds of one batch of the loop and of each shape (default 61)
  --json FILE   writes the times of all rounds
`;

const HEADER = ["", "median GFLOP/s", "of the first row", "highest GFLOP/s"];
const MODULES = { baseline: "bench.wasm", "relaxed SIMD": "bench.relaxed.wasm" };
const SHAPES = [
  [256, 128],
  [1024, 256],
  [32, 16],
  [512, 256],
  [128, 64],
];
// By the number of bits; only relaxed SIMD has the last.
const KINDS = {
  float32: "pr_bench_dense",
  "16 bits": "pr_bench_dense16",
  "8 bits": "pr_bench_dense8",
};
const ROWS = 64;
// Many short batches: on a busy machine a long one is rarely undisturbed.
const BATCH_MS = 2;
const FLOP_PER_CALL = 1e8;
const PEAK_FLOP_PER_ITERATION = 96;

const { options } = readCommandLine(HELP, { rounds: { type: "string", default: "61" } });
const rounds = wholeNumber(options.rounds, "rounds");
const relaxedSimd = enableRelaxedSimd();

printMachine();
const results = {};
for (const [name, file] of Object.entries(MODULES)) {
  if (name === "baseline" || relaxedSimd) results[name] = await measure(name, file);
}
writeJson(options.json, { rounds, batchMs: BATCH_MS, rowsAtOnce: ROWS, results });

async function measure(name, file) {
  const tasks = kernelTasks(await benchModule(file));
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  const measured = tasks.map((task) => ({
    name: task.name,
    rates: times[task.name].map((ms) => task.flop / ms / 1e6),
  }));
  const peak = median(measured[0].rates);
  const body = measured.map((row) => {
    const rate = median(row.rates);
    const share = `${Math.round((100 * rate) / peak)} %`;
    return [row.name, digits(rate), share, digits(Math.max(...row.rates))];
  });
  const table = markdownTable([HEADER, ...body], { align: ["l", "r", "r", "r"] });
  console.log(`${name}\n\n${table}\n`);
  return measured;
}

function kernelTasks({ pr_bench_peak, ...kernels }) {
  const iterations = Math.round(FLOP_PER_CALL / PEAK_FLOP_PER_ITERATION);
  const peak = {
    name: "registers only",
    flop: iterations * PEAK_FLOP_PER_ITERATION,
    call: () => pr_bench_peak(iterations),
  };
  const dense = SHAPES.flatMap(([inputs, outputs]) => {
    const flop = 2 * ROWS * inputs * outputs;
    const repeats = Math.ceil(FLOP_PER_CALL / flop);
    return Object.entries(KINDS)
      .filter(([, name]) => kernels[name])
      .map(([kind, name]) => ({
        name: `${inputs} -> ${outputs}, ${kind}`,
        flop: flop * repeats,
        call: () => kernels[name](ROWS, inputs, outputs, repeats),
      }));
  });
  return [peak, ...dense];
}
