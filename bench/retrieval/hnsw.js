// A graph index (pocketrec/hnsw) beside the exact scan: recall, build time, search time.
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { importPocketrec } from "../lib/package.js";
import { digits, mean, median } from "../lib/statistics.js";
import { inTurn, interleave } from "../lib/timing.js";
import {
  candidatesFile,
  clusteredVectors,
  exactBest,
  randomVectors,
  recall,
  TOP,
  trainedVectors,
} from "../models/vectors.js";

const WORKLOADS = ["10000", "100000", "1000000"].flatMap((size) =>
  ["clustered", "random"].map((kind) => `${kind}/${size}`),
);
const DEFAULT_WORKLOADS = ["trained", ...WORKLOADS.slice(0, 3)];
const HELP = `
node retrieval/hnsw.js [WORKLOAD]... [--graph cosine|inner]... [--expansion N]...
                       [--threads 0] [--rounds 9] [--json FILE]

  Needs the package usearch: npm ci in the repository's root.
  WORKLOAD        trained, or KIND/ITEMS: ${WORKLOADS.slice(0, 3).join(", ")},
                  ${WORKLOADS.slice(3).join(", ")} or another number
                  (default: ${DEFAULT_WORKLOADS.join(", ")})
  --graph NAME    how neighbours are chosen (default: both)
  --expansion N   how many candidates a search keeps (repeatable; default 200 and 800)
  --threads N     threads of the build; 0: all cores (default), 1: the same graph each time
  --rounds N      rounds of one batch of queries (default 9)
  --json FILE     writes the measurements
`;

const WIDTH = 64;
const QUERIES = 50;
const BATCH_MS = 8;

const { options, positionals } = readCommandLine(HELP, {
  graph: { type: "string", multiple: true, default: ["cosine", "inner"] },
  expansion: { type: "string", multiple: true, default: ["200", "800"] },
  threads: { type: "string", default: "0" },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const expansions = options.expansion.map((text) => wholeNumber(text, "expansion"));
const threads = Number(options.threads);
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const { hnswIndex } = await import("../../dist/hnsw.js").catch((error) =>
  fail(`not built: run ./build.sh (${error.message})`),
);
const folder = await mkdtemp(join(tmpdir(), "pocketrec-hnsw-"));

printMachine();
const results = {};
for (const workload of positionals.length ? positionals : DEFAULT_WORKLOADS) {
  const vectors = await vectorsOf(workload);
  if (vectors) results[workload] = await runWorkload(workload, vectors);
}
await rm(folder, { recursive: true });
writeJson(options.json, { rounds, batchMs: BATCH_MS, queries: QUERIES, threads, results });

async function vectorsOf(workload) {
  const [kind, size] = workload.split("/");
  if (kind === "trained") return trainedVectors(loadModel, QUERIES);
  const make = { clustered: clusteredVectors, random: randomVectors }[kind];
  if (!make) fail(`unknown workload ${workload}; expected trained, ${WORKLOADS.join(", ")}`);
  return make(wholeNumber(size, "WORKLOAD"), WIDTH, QUERIES);
}

async function runWorkload(workload, { table, queries }) {
  const model = await loadModel(candidatesFile({ "item.embedding": table }), { simd: "simd128" });
  const exact = queries.map((query) => exactBest(table, query).items);
  const scan = (query) => model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
  const rows = [{ name: "exact scan", search: scan, build: 0, bytes: 0 }];
  for (const graph of options.graph) rows.push(...(await indexes(model, graph)));
  const tasks = rows.map(({ name, search }) => ({ name, call: inTurn(queries, search) }));
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const row of rows) {
    row.recall = await recallOf(row.search, queries, exact);
    row.times = times[row.name];
  }
  model.dispose();
  console.log(`${workload}: ${table.shape.join(" x ")}\n\n${tableOf(rows, table.shape[0])}\n`);
  return rows.map(({ search, ...row }) => row);
}

/** The index is built once and opened with each expansion. */
async function indexes(model, graph) {
  const file = join(folder, graph);
  const start = performance.now();
  const built = await hnswIndex(model, { graph, threads, expansionSearch: expansions[0] });
  const build = performance.now() - start;
  await built.save(file);
  const bytes = statSync(file).size;
  const rows = [];
  for (const expansionSearch of expansions) {
    const index = await hnswIndex(model, { graph, file, expansionSearch });
    const search = (query) => index.search(query, { topK: TOP });
    rows.push({ name: `${graph}, expansion ${expansionSearch}`, search, build, bytes });
  }
  return rows;
}

async function recallOf(search, queries, exact) {
  const recalls = [];
  for (const [i, query] of queries.entries()) {
    const found = (await search(query)).map(({ item, position }) => item ?? position);
    recalls.push(recall(found, exact[i]));
  }
  return mean(recalls);
}

function tableOf(rows, items) {
  const header = [
    "",
    "recall@100",
    "median ms",
    "lowest ms",
    "times the exact scan",
    "build s",
    "bytes per item",
  ];
  const [scan] = rows;
  const body = rows.map(({ name, recall: found, times, build, bytes }) => [
    name,
    found.toFixed(3),
    digits(median(times)),
    digits(Math.min(...times)),
    digits(median(times.map((time, i) => time / scan.times[i]))),
    build ? digits(build / 1000) : "",
    bytes ? String(Math.round(bytes / items)) : "",
  ]);
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r", "r", "r", "r"] });
}
