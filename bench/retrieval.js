// Milliseconds for the 100 items with the largest inner products, exactly, and what narrower tables
// lose.
import { markdownTable } from "markdown-table";
import { reading } from "./bench-module.js";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { peerTable, startPeer } from "./peer-table.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { randomVectors, trainedVectors } from "./retrieval-data.js";
import { exactBest, PEERS, recall } from "./retrieval-peers.js";
import { digits, median } from "./statistics.js";
import { stored } from "../tests/lib/autoencoder.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { interleave } from "./timing.js";

const SIZES = ["10000", "100000", "1000000"];
const HELP = `
node retrieval.js [ITEMS]... [--only WORD]... [--rounds 9] [--json FILE]

  Needs ./build.sh bench first.
  ITEMS          how many items of 64 numbers: ${SIZES.join(", ")} or any other number (default ${SIZES.at(-1)}, which takes 3 GB)
  --only WORD    only peers whose name contains WORD (may be given again)
  --rounds N     rounds of one batch a peer (default 9)
  --json FILE    writes every round's time
`;

const WIDTH = 64;
// In turn, so that no peer is timed on one lucky or unlucky question.
const QUERIES = 16;
const BATCH_MS = 8;
const BYTES = { F32: 4, F16: 2, I8: 1 };
const BASE = "pocketrec, F32";

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const relaxedSimd = enableRelaxedSimd();
const peers = PEERS.filter(
  ({ name, needsRelaxedSimd }) =>
    (relaxedSimd || !needsRelaxedSimd) &&
    (options.only.length === 0 || options.only.some((word) => name.includes(word))),
);

printMachine();
const results = {};
for (const size of positionals.length ? positionals : SIZES.slice(-1)) {
  const items = wholeNumber(size, "ITEMS");
  results[size] = await runWorkload(
    `${items} x ${WIDTH}, random`,
    randomVectors(items, WIDTH, QUERIES),
  );
}
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const trained = await trainedVectors(loadModel, QUERIES);
if (trained)
  results.trained = await runWorkload(`${trained.table.shape.join(" x ")}, trained`, trained);
writeJson(options.json, { rounds, batchMs: BATCH_MS, width: WIDTH, queries: QUERIES, results });

async function runWorkload(title, { table, queries }) {
  const [items, width] = table.shape;
  const versions = storedTables(table, queries);
  const runners = [];
  for (const { name, dtype, load } of peers) {
    const call = (
      (turn) => (runner) =>
        runner.best(queries[turn++ % queries.length])
    )(0);
    const peer = await startPeer(
      name,
      () => load({ table, stored: versions }),
      async (runner) => (await call(runner)).scores,
      versions[dtype].best[0].scores,
    );
    runners.push({ ...peer, dtype, call: () => call(peer.runner) });
  }
  const reads = await Promise.all(
    Object.keys(BYTES).map((dtype) =>
      reading(`(${dtype}'s bytes read alone)`, BYTES[dtype] * items * width),
    ),
  );
  const times = await interleave([...runners.filter(({ isRight }) => isRight), ...reads], {
    rounds,
    batchMs: BATCH_MS,
  });
  const recalls = {};
  for (const { name, runner, isRight } of runners)
    if (isRight) recalls[name] = await recallOf(runner, queries, versions.F32.best);
  for (const { runner } of runners) await runner?.dispose();

  const rows = [...runners, ...reads].map(({ name, difference, failure, dtype }) => ({
    name,
    difference,
    failure,
    dtype,
    times: times[name],
  }));
  console.log(
    `${title}\n\n${peerTable(rows, BASE)}\n\n${bandwidthTable(rows, items * width, recalls)}\n`,
  );
  for (const { name, failure } of rows.filter((row) => row.failure))
    console.log(`${name}: ${failure}\n`);
  if (runners.some(({ isRight }) => !isRight)) process.exitCode = 1;
  return { rows, recalls };
}

/**
 * In each dtype: the file's tensors, and the exact answers in float64 for the values that they
 * stand for.
 */
function storedTables(table, queries) {
  const tensors = { "item.embedding": table };
  return Object.fromEntries(
    Object.keys(BYTES).map((dtype) => {
      const { file, exact } =
        dtype === "F32"
          ? { file: tensors, exact: tensors }
          : stored(tensors, dtype, ["item.embedding"]);
      return [
        dtype,
        { file, best: queries.map((query) => exactBest(exact["item.embedding"], query)) },
      ];
    }),
  );
}

async function recallOf(runner, queries, exact) {
  const all = [];
  for (const [i, query] of queries.entries())
    all.push(recall((await runner.best(query)).items, exact[i].items));
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

/** How near each is to what memory gives, round by round, and what it finds of the exact answer. */
function bandwidthTable(rows, values, recalls) {
  const reads = Object.fromEntries(
    Object.keys(BYTES).map((dtype) => [
      dtype,
      rows.find(({ name }) => name.startsWith(`(${dtype}'s`)).times,
    ]),
  );
  const body = rows
    .filter(({ times, dtype }) => times && dtype)
    .map(({ name, dtype, times }) => {
      const share = median(times.map((time, round) => reads[dtype][round] / time));
      return [
        name,
        digits((BYTES[dtype] * values) / median(times) / 1e6),
        `${Math.round(100 * share)} %`,
        recalls[name].toFixed(3),
      ];
    });
  const header = ["", "GB/s", "of reading alone", "recall@100 against float64"];
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r"] });
}
