// How time grows with the candidates and with the history: milliseconds, and nanoseconds for each
// candidate or interaction, so that a cliff is seen.
import { markdownTable } from "markdown-table";
import {
  chooseWorkloads,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { reportFailures } from "../lib/peer-table.js";
import { measure } from "../lib/peers.js";
import { digits, median } from "../lib/statistics.js";
import { GROWTH, SERIES } from "./growth-tables.js";

const HELP = `
node scoring/growth.js [SERIES]... [--most N] [--only WORD]... [--rounds 5] [--json FILE]

  SERIES        ${Object.keys(SERIES).join(", ")} (default: all)
  --most N      sizes up to N (default: all; the largest of a series take 4 GB)
  --only WORD   only peers whose name contains WORD (repeatable)
  --rounds N    rounds of one batch per peer (default 5)
  --json FILE   writes the times of all rounds
`;

const { options, positionals } = readCommandLine(HELP, {
  most: { type: "string", default: "1000000" },
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "5" },
});
const series = chooseWorkloads(positionals, Object.keys(SERIES));
const most = wholeNumber(options.most, "most");
const rounds = wholeNumber(options.rounds, "rounds");

printMachine();
const results = {};
for (const name of series) await grow(name);
const gigabytes = process.resourceUsage().maxRSS / 2 ** 20;
console.log(`Memory of the process: at most ${gigabytes.toFixed(1)} GB`);
writeJson(options.json, { rounds, results });

async function grow(name) {
  const { title, unit } = SERIES[name];
  const sizes = SERIES[name].sizes.filter((size) => size <= most);
  const tables = [];
  for (const size of sizes) {
    const workload = `${name}/${size}`;
    const rows = await measure(GROWTH, workload, { only: options.only, rounds });
    results[workload] = rows;
    tables.push(rows);
  }
  const total = tableOf(tables, sizes, (ms) => ms);
  const each = tableOf(tables, sizes, (ms, size) => (1e6 * ms) / size);
  console.log(`${title}: milliseconds by ${unit}s\n\n${total}\n`);
  console.log(`${title}: nanoseconds for each ${unit}\n\n${each}\n`);
  reportFailures(tables.flat());
}

/** Peers by sizes. */
function tableOf(tables, sizes, figureOf) {
  const body = tables[0].map(({ name }, k) => [
    name,
    ...tables.map((rows, i) =>
      rows[k].times ? digits(figureOf(median(rows[k].times), sizes[i])) : "failed",
    ),
  ]);
  const header = ["", ...sizes.map((size) => size.toLocaleString("en"))];
  return markdownTable([header, ...body], { align: ["l", ...sizes.map(() => "r")] });
}
