// Milliseconds for the 100 largest inner products, exactly, and the recall of F16 and I8 tables.
import { markdownTable } from "markdown-table";
import { printMachine, readCommandLine, wholeNumber, writeJson } from "../lib/command-line.js";
import { printTable } from "../lib/peer-table.js";
import { measure } from "../lib/peers.js";
import { digits, median } from "../lib/statistics.js";
import { TABLE_OPTIONS } from "../lib/table-command.js";
import { BYTES, RETRIEVAL } from "./exact-tables.js";

const HELP = `
node retrieval/exact.js [ITEMS]... [--only WORD]... [--rounds 9] [--json FILE]

  Needs ./build.sh bench.
  ITEMS          how many items of 64 numbers, or trained: the items of the demo's model
                 (default ${RETRIEVAL.byDefault.join(" and ")}; a million takes 3 GB)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --json FILE    writes the times of all rounds
`;

const { options, positionals } = readCommandLine(HELP, TABLE_OPTIONS);
const rounds = wholeNumber(options.rounds, "rounds");
const workloads = positionals.length ? positionals : RETRIEVAL.byDefault;
for (const workload of workloads) if (workload !== "trained") wholeNumber(workload, "ITEMS");

printMachine();
const results = {};
for (const workload of workloads) {
  const rows = await measure(RETRIEVAL, workload, { only: options.only, rounds });
  results[workload] = rows;
  printTable(workload, rows, RETRIEVAL.base);
  console.log(`${workload}: bandwidth and recall\n\n${bandwidthTable(rows)}\n`);
}
writeJson(options.json, { rounds, results });

/** Throughput beside that of reading the bytes, round by round, and recall. */
function bandwidthTable(rows) {
  const readTimes = (dtype) => rows.find(({ name }) => name.startsWith(`(${dtype}'s`)).times;
  const body = rows
    .filter(({ facts }) => facts)
    .map(({ name, times, facts: { dtype, values, recall } }) => {
      const reads = readTimes(dtype);
      const share = median(times.map((time, round) => reads[round] / time));
      const throughput = (BYTES[dtype] * values) / median(times) / 1e6;
      return [name, digits(throughput), `${Math.round(100 * share)} %`, recall.toFixed(3)];
    });
  const header = ["", "GB/s", "of reading alone", "recall@100 against float64"];
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r"] });
}
