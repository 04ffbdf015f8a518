// Milliseconds to score a list of candidates by NeuMF, beside other runtimes with the same weights.
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
import { randomModel } from "../models/neumf.js";
import { MODELS, USERS } from "../models/sizes.js";
import { PEERS } from "../peers/index.js";
import { referenceScores } from "./reference.js";

const WORKLOADS = ["neumf8", "neumf64"].flatMap((model) =>
  [100, 1000, 3706].map((candidates) => `${model}/${candidates}`),
);
const DEFAULT_WORKLOADS = ["neumf8/1000", "neumf64/1000"];
const HELP = `
node scoring/score.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--fresh-user] [--json FILE]

  WORKLOAD       model/candidates, by default ${DEFAULT_WORKLOADS.join(" and ")}:
                 ${WORKLOADS.join(", ")}
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --fresh-user   another user in every call, so that no peer can keep the user half
  --json FILE    writes the times of all rounds
`;

const BATCH_MS = 8;
const BASE = "pocketrec";
const USER_ROW = 42;

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "9" },
  "fresh-user": { type: "boolean", default: false },
});
const workloads = chooseWorkloads(positionals, WORKLOADS, DEFAULT_WORKLOADS);
const rounds = wholeNumber(options.rounds, "rounds");
const peers = selectPeers(PEERS, options.only, enableRelaxedSimd());

printMachine();
const results = {};
for (const workload of workloads) results[workload] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, freshUser: options["fresh-user"], results });

async function runWorkload(workload) {
  const [model, count] = workload.split("/");
  const tensors = randomModel(MODELS[model]);
  const itemRows = sampleRows(Number(count), MODELS[model].items, Number(count));
  const expected = referenceScores(tensors, USER_ROW, itemRows);
  const runners = [];
  for (const { name, pack, load } of peers) {
    const start = async () => load(await pack(tensors, itemRows.length));
    runners.push(await startPeer(name, start, caller(itemRows), expected));
  }
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();
  const rows = rowsOf(runners, times);
  console.log(`${workload}\n\n${peerTable(rows, BASE)}\n`);
  reportFailures(runners);
  return rows;
}

function caller(itemRows) {
  if (!options["fresh-user"]) return (runner) => runner.score(USER_ROW, itemRows);
  // The first call is compared with the reference.
  let user = USER_ROW;
  return (runner) => runner.score(user++ % USERS, itemRows);
}
