// The dense kernel beside what the same machine can multiply and add at all, in the same module and
// run.
import { markdownTable } from "markdown-table";
import { benchModule } from "./bench-module.js";
import { printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { digits, median } from "./statistics.js";
import { interleave } from "./timing.js";

const HELP = `
node kernel.js [--rounds 61] [--json FILE]

  Needs ./build.sh bench first.
  --rounds N    rounds of one batch of the peak loop and one of each shape (default 61)
  --json FILE   writes every round's time
`;

const HEADER = ["", "median GFLOP/s", "of the first row", "highest GFLOP/s"];
const MODULES = { baseline: "../dist/bench.wasm", "relaxed SIMD": "../dist/bench.relaxed.wasm" };
const SHAPES = [
  [256, 128],
  [32, 16],
  [512, 256],
  [128, 64],
];
const ROWS = 64;
// Short batches and many of them: on a busy machine a long one rarely runs through undisturbed.
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
  const rates = tasks.map((task) => ({
    name: task.name,
    rates: times[task.name].map((ms) => task.flop / ms / 1e6),
  }));
  const peak = median(rates[0].rates);
  const body = rates.map((row) => {
    const rate = median(row.rates);
    return [
      row.name,
      digits(rate),
      `${Math.round((100 * rate) / peak)} %`,
      digits(Math.max(...row.rates)),
    ];
  });
  const table = markdownTable([HEADER, ...body], { align: ["l", "r", "r", "r"] });
  console.log(`${name}\n\n${table}\n`);
  return rates;
}

function kernelTasks({ pr_bench_peak, pr_bench_dense }) {
  const iterations = Math.round(FLOP_PER_CALL / PEAK_FLOP_PER_ITERATION);
  const peak = {
    name: "registers only",
    flop: iterations * PEAK_FLOP_PER_ITERATION,
    call: () => pr_bench_peak(iterations),
  };
  const dense = SHAPES.map(([inputs, outputs]) => {
    const flop = 2 * ROWS * inputs * outputs;
    const repeats = Math.ceil(FLOP_PER_CALL / flop);
    return {
      name: `${inputs} -> ${outputs}`,
      flop: flop * repeats,
      call: () => pr_bench_dense(ROWS, inputs, outputs, repeats),
    };
  });
  return [peak, ...dense];
}
