// A graph index (pocketrec/hnsw) beside the exact scan: what it finds, how long it takes to build
// and to ask.
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { clusteredVectors, randomVectors, trainedVectors } from "./retrieval-data.js";
import { exactBest, loadCandidates, recall, TOP } from "./retrieval-peers.js";
import { digits, median } from "./statistics.js";
import { interleave } from "./timing.js";

const WORKLOADS = [
  "trained",
  "clustered/10000",
  "random/10000",
  "clustered/100000",
  "random/100000",
  "clustered/1000000",
];
const HELP = `
node hnsw.js [WORKLOAD]... [--graph cosine|inner]... [--expansion N]... [--threads 0] [--rounds 9] [--json FILE]

  Needs the package usearch: npm ci in the repository's root.
  WORKLOAD        ${WORKLOADS.join(", ")} or another number
                  (default: the first four)
  --graph NAME    which items are neighbours (default: both kinds)
  --expansion N   how widely a search looks (may be given again; default 200 and 800)
  --threads N     that build; 0 takes all cores (default), 1 gives the same graph each time
  --rounds N      rounds of one batch of questions (default 9)
  --json FILE     writes what was measured
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
const { hnswIndex } = await import("../dist/hnsw.js").catch((error) =>
  fail(`build first: ./build.sh (${error.message})`),
);
const folder = await mkdtemp(join(tmpdir(), "pocketrec-hnsw-"));

printMachine();
const results = {};
for (const workload of positionals.length ? positionals : WORKLOADS.slice(0, 4)) {
  const vectors = await vectorsOf(workload);
  if (vectors) results[workload] = await runWorkload(workload, vectors);
}
await rm(folder, { recursive: true });
writeJson(options.json, { rounds, batchMs: BATCH_MS, queries: QUERIES, threads, results });

async function vectorsOf(workload) {
  const [kind, size] = workload.split("/");
  if (kind === "trained") return trainedVectors(loadModel, QUERIES);
  if (kind !== "clustered" && kind !== "random")
    fail(`no workload ${workload}; there are ${WORKLOADS.join(", ")}`);
  return (kind === "clustered" ? clusteredVectors : randomVectors)(
    wholeNumber(size, "WORKLOAD"),
    WIDTH,
    QUERIES,
  );
}

async function runWorkload(workload, { table, queries }) {
  const model = await loadCandidates({ "item.embedding": table }, { simd: "simd128" });
  const exact = queries.map((query) => exactBest(table, query).items);
  const inTurn = (ask) =>
    (
      (turn) => () =>
        ask(queries[turn++ % queries.length])
    )(0);
  const scan = (query) => model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
  const rows = [{ name: "exact scan", ask: scan, build: 0, bytes: 0 }];
  for (const graph of options.graph) rows.push(...(await indexes(model, graph)));
  const times = await interleave(
    rows.map(({ name, ask }) => ({ name, call: inTurn(ask) })),
    { rounds, batchMs: BATCH_MS },
  );
  for (const row of rows)
    Object.assign(row, { recall: await recallOf(row.ask, queries, exact), times: times[row.name] });
  model.dispose();
  console.log(`${workload}: ${table.shape.join(" x ")}\n\n${tableOf(rows, table.shape[0])}\n`);
  return rows.map(({ ask, ...row }) => row);
}

/** Built once, and asked with each expansion: a loaded index looks as widely as it is told to. */
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
    rows.push({
      name: `${graph}, expansion ${expansionSearch}`,
      ask: (query) => index.search(query, { topK: TOP }),
      build,
      bytes,
    });
  }
  return rows;
}

async function recallOf(ask, queries, exact) {
  let sum = 0;
  for (const [i, query] of queries.entries())
    sum += recall(
      (await ask(query)).map(({ item, position }) => item ?? position),
      exact[i],
    );
  return sum / queries.length;
}

function tableOf(rows, items) {
  const header = [
    "",
    "recall@100",
    "median ms",
    "lowest ms",
    "times the exact scan",
    "build s",
    "bytes an item",
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
