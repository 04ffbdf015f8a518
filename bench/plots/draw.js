// Draws a plot of the README from the JSON that a benchmark wrote.
import { readFileSync, writeFileSync } from "node:fs";

import { fail, readCommandLine } from "../lib/command-line.js";
import { bars } from "./bars.js";
import { downloads } from "./downloads.js";
import { lines } from "./lines.js";

const HELP = `
node plots/draw.js PLOT RESULTS.json PLOT.svg

  PLOT   bars         milliseconds by runtime, of npm run score
         candidates   time against candidates, of npm run growth
         history      time against interactions, of npm run growth
         downloads    what a page fetches, of npm run downloads

  RESULTS.json is what the benchmark wrote with --json, or npm run browser for this benchmark.
`;

const PLOTS = {
  bars,
  candidates: (results) => lines("candidate", results),
  history: (results) => lines("interaction", results),
  downloads,
};

const { positionals } = readCommandLine(HELP, {});
const [plot, source, target] = positionals;
if (!PLOTS[plot] || positionals.length !== 3) fail(HELP.trim());
writeFileSync(target, await PLOTS[plot](JSON.parse(readFileSync(source, "utf8"))));
