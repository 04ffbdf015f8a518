// Milliseconds of a ranker's tower for a list of candidates, beside other runtimes.
import { sampleRows } from "../../tests/lib/random.js";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import {
  chooseWorkloads,
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { peerTable, reportFailures, rowsOf, selectPeers, startPeer } from "../lib/peer-table.js";
import { interleave } from "../lib/timing.js";
import { ITEMS, randomRanker, referenceScores, WIDTHS } from "../models/ranker.js";
import { PEERS } from "./ranker-peers.js";

const SHARED = { shared: 384, "not-shared": 0 };
const HELP = `
node scoring/ranker.js [WORKLOAD]... [--only WORD]... [--candidates 500] [--rounds 9] [--json FILE]

  WORKLOAD         shared: 384 of the 512 inputs are the user's and the same for every candidate
                   not-shared: all inputs are the candidate's
                   (default: both)
  --only WORD      only peers whose name contains WORD (repeatable)
  --candidates N   how many are scored (default 500)
  --rounds N       rounds of one batch per peer (default 9)
  --json FILE      writes the times of all rounds
`;

const BATCH_MS = 8;
// This form computes the item half of the first layer in the call, as every other peer does.
const BASE = "pocketrec, pack opened in each call";

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  candidates: { type: "string", default: "500" },
  rounds: { type: "string", default: "9" },
});
const workloads = chooseWorkloads(positionals, Object.keys(SHARED));
const rounds = wholeNumber(options.rounds, "rounds");
const count = wholeNumber(options.candidates, "candidates");
if (count > ITEMS) fail(`--candidates must be at most ${ITEMS}`);
const peers = selectPeers(PEERS, options.only, enableRelaxedSimd());

printMachine();
const results = {};
for (const workload of workloads) results[workload] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, widths: WIDTHS, candidates: count, results });

async function runWorkload(workload) {
  const shared = SHARED[workload];
  const model = { tensors: randomRanker(shared), candidates: sampleRows(count, ITEMS, count) };
  const expected = referenceScores(model.tensors, model.candidates);
  const runners = [];
  for (const { name, load, needsShared } of peers) {
    if (needsShared && !shared) continue;
    const score = (runner) => runner.score();
    runners.push(await startPeer(name, () => load(model), score, expected));
  }
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();
  const rows = rowsOf(runners, times);
  console.log(`${workload}\n\n${peerTable(rows, BASE)}\n`);
  reportFailures(runners);
  return rows;
}
