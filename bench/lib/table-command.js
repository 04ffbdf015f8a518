// The command of a benchmark whose tables run in Node and in a page.
import {
  chooseWorkloads,
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "./command-line.js";
import { printTable } from "./peer-table.js";
import { measure } from "./peers.js";

export const TABLE_OPTIONS = {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "9" },
};

/**
 * @param {import("./peers.js").Benchmark} benchmark
 * @param {string} help
 * @param {object} [ownOptions] of this command, for `parseArgs`; `prepare` gets their values
 */
export async function runTables(benchmark, help, ownOptions = {}) {
  const { options, positionals } = readCommandLine(help, { ...TABLE_OPTIONS, ...ownOptions });
  const { json, ...settings } = options;
  const rounds = wholeNumber(options.rounds, "rounds");
  const workloads = chooseWorkloads(positionals, benchmark.workloads, benchmark.byDefault);
  printMachine();
  const results = {};
  for (const workload of workloads) {
    const measured = measure(benchmark, workload, { ...settings, rounds });
    results[workload] = await measured.catch((error) => fail(error.message));
    printTable(workload, results[workload], benchmark.base);
  }
  writeJson(json, { ...settings, rounds, results });
}
