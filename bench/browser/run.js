// The tables of the benchmarks in Chromium: the same peers, workloads and method as in Node. The
// page is not isolated from other origins, so that no peer can have more than one thread.
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

import { launch, noChromium } from "../../tests/lib/browsers.js";
import { fail, machine, readCommandLine, wholeNumber, writeJson } from "../lib/command-line.js";
import { printTable } from "../lib/peer-table.js";
import { BENCHMARKS } from "./benchmarks.js";

const HELP = `
node browser/run.js [BENCHMARK[:WORKLOAD]]... [--only WORD]... [--candidates 500] [--rounds 9]
                    [--json FILE]

  Needs ./build.sh bench, and Chromium (CHROMIUM_PATH names one that is not found).
  BENCHMARK        ${Object.keys(BENCHMARKS).join(", ")} (default: all)
  WORKLOAD         as of the benchmark's own command (default: its default), such as
                   score:neumf64/1000
  --only WORD      only peers whose name contains WORD (repeatable)
  --candidates N   how many the ranker ranks (default 500)
  --rounds N       rounds of one batch per peer (default 9)
  --json FILE      writes the times of all rounds, by benchmark and workload
`;

/** A page's clock has steps of 0.1 ms: batches are longer than in Node. */
const BATCH_MS = 20;
const HOUR = 3_600_000;
const folder = (name) => fileURLToPath(new URL(name, import.meta.url));

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  candidates: { type: "string", default: "500" },
  rounds: { type: "string", default: "9" },
});
const { json, ...settings } = options;
const rounds = wholeNumber(options.rounds, "rounds");
const tables = (positionals.length ? positionals : Object.keys(BENCHMARKS)).flatMap(tablesOf);
if (noChromium) fail(noChromium);

const site = await serve();
const browser = await launch({ protocolTimeout: HOUR });
try {
  await main();
} finally {
  await browser.close();
  await site.stop();
}

/** "score" or "score:neumf64/1000" as the tables it names. */
function tablesOf(text) {
  const [name, workload] = text.split(/:(.*)/s);
  const benchmark = BENCHMARKS[name];
  if (!benchmark) fail(`unknown benchmark ${name}; expected ${Object.keys(BENCHMARKS).join(", ")}`);
  const { workloads, byDefault = workloads } = benchmark;
  if (workload !== undefined && !workloads.includes(workload))
    fail(`unknown workload ${workload} of ${name}; expected ${workloads.join(", ")}`);
  const chosen = workload === undefined ? byDefault : [workload];
  return chosen.map((one) => ({ name, workload: one }));
}

/** The files of the repository, such as the package and the runtimes' modules, and the bundle. */
async function serve() {
  const bundler = await context({
    entryPoints: [folder("page.js")],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: folder("bundle"),
    write: false, // it is served from memory
    external: ["onnxruntime-node"],
    alias: { "node:assert/strict": folder("no-assert.js") },
    logLevel: "error",
  });
  const { port } = await bundler.serve({ servedir: folder("../.."), host: "127.0.0.1" });
  const address = `http://127.0.0.1:${port}/bench/browser/`;
  return { address, stop: () => bundler.dispose() };
}

async function main() {
  const version = await browser.version();
  console.log(`${version}, ${machine().processor}, one thread\n`);
  const results = {};
  for (const { name, workload } of tables) {
    const rows = await measureInPage(name, workload);
    printTable(`${name}: ${workload}`, rows, BENCHMARKS[name].base);
    results[name] = { ...results[name], [workload]: rows };
  }
  writeJson(json, { browser: version, ...settings, rounds, results });
}

/** A page of its own for each table, so that none starts with another's memory. */
async function measureInPage(name, workload) {
  const page = await browser.newPage();
  try {
    await page.goto(site.address);
    await page.waitForFunction(() => globalThis.measureTable);
    return await page.evaluate((...args) => globalThis.measureTable(...args), name, workload, {
      ...settings,
      rounds,
      batchMs: BATCH_MS,
    });
  } finally {
    await page.close();
  }
}
