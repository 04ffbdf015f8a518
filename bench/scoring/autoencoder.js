// Milliseconds of U-AutoRec for a history of 165: some candidates, or the whole catalogue.
import { sampleRows } from "../../tests/lib/random.js";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import { reading } from "../lib/bench-module.js";
import {
  chooseWorkloads,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { peerTable, reportFailures, rowsOf, selectPeers, startPeer } from "../lib/peer-table.js";
import { interleave } from "../lib/timing.js";
import { HIDDEN, HISTORY, randomAutoRec, referenceScores } from "../models/autoencoder.js";
import { PEERS } from "./autoencoder-peers.js";

const WORKLOADS = ["3706/200", "3706/all", "20000/200", "20000/all"];
const HELP = `
node scoring/autoencoder.js [WORKLOAD]... [--only WORD]... [--rounds 15] [--json FILE]

  Needs ./build.sh bench.
  WORKLOAD       items/candidates: ${WORKLOADS.join(", ")} (default: all)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 15)
  --json FILE    writes the times of all rounds
`;

const BATCH_MS = 8;

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "15" },
});
const workloads = chooseWorkloads(positionals, WORKLOADS);
const rounds = wholeNumber(options.rounds, "rounds");
const peers = selectPeers(PEERS, options.only, enableRelaxedSimd());

printMachine();
const results = {};
for (const workload of workloads) results[workload] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, hidden: HIDDEN, history: HISTORY, results });

async function runWorkload(workload) {
  const [items, count] = workload.split("/").map((text) => Number(text) || "all");
  const model = randomAutoRec(items);
  const itemRows =
    count === "all"
      ? Uint32Array.from({ length: items }, (_, row) => row)
      : sampleRows(count, items, count);
  const expected = referenceScores(model, itemRows);
  const score = (runner) => runner.score(itemRows);
  const runners = [];
  for (const { name, load } of peers)
    runners.push(await startPeer(name, () => load(model), score, expected));
  if (count === "all")
    runners.push(await reading("(the item table's bytes read alone)", 4 * items * HIDDEN));
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();
  const rows = rowsOf(runners, times);
  console.log(`${workload}\n\n${peerTable(rows, "pocketrec")}\n`);
  printMemory(runners);
  reportFailures(runners);
  return rows;
}

function printMemory(runners) {
  const { bytes, stored } = runners.find(({ runner }) => runner?.stored)?.runner ?? {};
  if (!stored) return;
  const ratio = (bytes / stored).toFixed(3);
  console.log(`Memory after loading: ${bytes} bytes for a file of ${stored}, ${ratio} times\n`);
}
