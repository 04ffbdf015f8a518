// Milliseconds for the 100 largest inner products, exactly, and the recall of F16 and I8 tables.
import { markdownTable } from "markdown-table";
import { stored } from "../../tests/lib/autoencoder.js";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import { reading } from "../lib/bench-module.js";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { importPocketrec } from "../lib/package.js";
import { peerTable, reportFailures } from "../lib/peer-table.js";
import { rowsOf, selectPeers, startPeer } from "../lib/peers.js";
import { digits, maxDifference, mean, median } from "../lib/statistics.js";
import { interleave } from "../lib/timing.js";
import { exactBest, randomVectors, recall, trainedVectors } from "../models/vectors.js";
import { PEERS } from "./peers.js";

const SIZES = ["10000", "100000", "1000000"];
const HELP = `
node retrieval/exact.js [ITEMS]... [--only WORD]... [--rounds 9] [--json FILE]

  Needs ./build.sh bench.
  ITEMS          items of 64 numbers: ${SIZES.join(", ")} or any other number
                 (default ${SIZES.at(-1)}, which takes 3 GB)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --json FILE    writes the times of all rounds
`;

const WIDTH = 64;
// In turn, so that no peer is timed with one favourable query.
const QUERIES = 16;
const BATCH_MS = 8;
const BYTES = { F32: 4, F16: 2, I8: 1 };
const BASE = "pocketrec, F32";

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const sizes = (positionals.length ? positionals : SIZES.slice(-1)).map((size) =>
  wholeNumber(size, "ITEMS"),
);
const peers = selectPeers(PEERS, options.only, enableRelaxedSimd());
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));

printMachine();
const results = {};
for (const items of sizes) {
  const vectors = randomVectors(items, WIDTH, QUERIES);
  results[items] = await runWorkload(`${items} x ${WIDTH}, random`, vectors);
}
const trained = await trainedVectors(loadModel, QUERIES);
if (trained)
  results.trained = await runWorkload(`${trained.table.shape.join(" x ")}, trained`, trained);
writeJson(options.json, { rounds, batchMs: BATCH_MS, width: WIDTH, queries: QUERIES, results });

async function runWorkload(title, { table, queries }) {
  const [items, width] = table.shape;
  const versions = storedTables(table, queries);
  const runners = await startAll(table, versions, queries);
  const reads = [];
  for (const dtype of Object.keys(BYTES))
    reads.push(await reading(`(${dtype}'s bytes read alone)`, BYTES[dtype] * items * width));
  const tasks = [...runners.filter(({ isRight }) => isRight), ...reads];
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  const recalls = {};
  for (const { name, runner, isRight } of runners)
    if (isRight) recalls[name] = await recallOf(runner, queries, versions.F32.best);
  for (const { runner } of runners) await runner?.dispose();

  const rows = rowsOf([...runners, ...reads], times);
  console.log(`${title}\n\n${peerTable(rows, BASE)}\n`);
  console.log(`${bandwidthTable(rows, items * width, recalls)}\n`);
  reportFailures(runners);
  return { rows, recalls };
}

/** Each dtype: the file's tensors, and the exact results in float64 for the stored values. */
function storedTables(table, queries) {
  const tensors = { "item.embedding": table };
  const versions = {};
  for (const dtype of Object.keys(BYTES)) {
    const unchanged = { file: tensors, exact: tensors };
    const { file, exact } =
      dtype === "F32" ? unchanged : stored(tensors, dtype, ["item.embedding"]);
    const best = queries.map((query) => exactBest(exact["item.embedding"], query));
    versions[dtype] = { file, best };
  }
  return versions;
}

async function startAll(table, versions, queries) {
  const runners = [];
  for (const { name, dtype, load } of peers) {
    let turn = 0;
    const call = (runner) => runner.best(queries[turn++ % queries.length]);
    // The first call, which is compared with the reference, has the first query.
    const firstScores = async (runner) => (await call(runner)).scores;
    const start = () => load({ table, stored: versions });
    const peer = await startPeer(name, start, firstScores, (scores) =>
      maxDifference(scores, versions[dtype].best[0].scores),
    );
    runners.push({ ...peer, dtype, call: () => call(peer.runner) });
  }
  return runners;
}

async function recallOf(runner, queries, exact) {
  const recalls = [];
  for (const [i, query] of queries.entries())
    recalls.push(recall((await runner.best(query)).items, exact[i].items));
  return mean(recalls);
}

/** Throughput beside that of reading the bytes, round by round, and recall. */
function bandwidthTable(rows, values, recalls) {
  const readTimes = (dtype) => rows.find(({ name }) => name.startsWith(`(${dtype}'s`)).times;
  const body = rows
    .filter(({ times, dtype }) => times && dtype)
    .map(({ name, dtype, times }) => {
      const reads = readTimes(dtype);
      const share = median(times.map((time, round) => reads[round] / time));
      const throughput = (BYTES[dtype] * values) / median(times) / 1e6;
      return [name, digits(throughput), `${Math.round(100 * share)} %`, recalls[name].toFixed(3)];
    });
  const header = ["", "GB/s", "of reading alone", "recall@100 against float64"];
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r"] });
}
