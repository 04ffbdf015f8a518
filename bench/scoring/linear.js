// Milliseconds of the linear models: a dot product for a user vector, EASE for a history of 165.
import { sampleRows } from "../../tests/lib/random.js";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import {
  chooseWorkloads,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { peerTable, reportFailures, rowsOf, selectPeers, startPeer } from "../lib/peer-table.js";
import { interleave } from "../lib/timing.js";
import * as dot from "../models/dot.js";
import * as itemItem from "../models/item-item.js";
import { DOT_PEERS, ITEM_ITEM_PEERS } from "./linear-peers.js";

const everyItem = () => Uint32Array.from({ length: itemItem.ITEMS }, (_, row) => row);

const WORKLOADS = {
  "dot/1000": {
    model: dot.randomDot,
    candidates: () => dot.candidatesOf(1000),
    reference: dot.referenceScores,
    peers: DOT_PEERS,
  },
  "ease/200": {
    model: itemItem.randomItemItem,
    candidates: () => sampleRows(200, itemItem.ITEMS, 200),
    reference: itemItem.referenceScores,
    peers: ITEM_ITEM_PEERS,
  },
  "ease/all": {
    model: itemItem.randomItemItem,
    candidates: everyItem,
    reference: itemItem.referenceScores,
    peers: ITEM_ITEM_PEERS,
  },
};

const HELP = `
node scoring/linear.js [WORKLOAD]... [--only WORD]... [--rounds 15] [--json FILE]

  WORKLOAD       model/candidates: ${Object.keys(WORKLOADS).join(", ")} (default: all)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 15)
  --json FILE    writes the times of all rounds
`;

const BATCH_MS = 8;

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "15" },
});
const workloads = chooseWorkloads(positionals, Object.keys(WORKLOADS));
const rounds = wholeNumber(options.rounds, "rounds");
const relaxedSimd = enableRelaxedSimd();

printMachine();
const results = {};
for (const workload of workloads) results[workload] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, results });

async function runWorkload(workload) {
  const { model: create, candidates, reference, peers } = WORKLOADS[workload];
  const model = create();
  const itemRows = candidates();
  const expected = reference(model, itemRows);
  const score = (runner) => runner.score(itemRows);
  const runners = [];
  for (const { name, load } of selectPeers(peers, options.only, relaxedSimd)) {
    const start = () => load({ ...model, count: itemRows.length });
    runners.push(await startPeer(name, start, score, expected));
  }
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();
  const rows = rowsOf(runners, times);
  console.log(`${workload}\n\n${peerTable(rows, "pocketrec")}\n`);
  reportFailures(runners);
  return rows;
}
