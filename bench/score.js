// Milliseconds that a list of candidates takes, beside what else could run the same weights.
import { printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { choosePeers } from "./peers/index.js";
import { sampleRows } from "../tests/lib/random.js";
import { peerTable, startPeer } from "./peer-table.js";
import { referenceScores } from "./reference.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { interleave } from "./timing.js";
import { randomModel } from "./weights.js";
import { DEFAULT_WORKLOADS, MODELS, parseWorkload, WORKLOADS } from "./workloads.js";

const HELP = `
node score.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--fresh-user] [--json FILE]

  WORKLOAD       model/candidates: ${WORKLOADS.join(", ")}
                 (default ${DEFAULT_WORKLOADS.join(" and ")})
  --only WORD    only peers whose name contains WORD (may be given again)
  --rounds N     rounds of one batch a peer (default 9)
  --fresh-user   another user at every call, so that no peer may keep the user's half
  --json FILE    writes every round's time
`;

const BATCH_MS = 8;
const BASE = "pocketrec";
const USER_ROW = 42;

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "9" },
  "fresh-user": { type: "boolean", default: false },
});
const workloads = (positionals.length ? positionals : DEFAULT_WORKLOADS).map(parseWorkload);
const rounds = wholeNumber(options.rounds, "rounds");
const relaxedSimd = enableRelaxedSimd();
const peers = choosePeers(options.only).filter(
  ({ needsRelaxedSimd }) => relaxedSimd || !needsRelaxedSimd,
);

printMachine();
const results = {};
for (const workload of workloads) results[workload.name] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, freshUser: options["fresh-user"], results });

async function runWorkload({ name: workload, model, candidates }) {
  const tensors = randomModel(MODELS[model]);
  const itemRows = sampleRows(candidates, MODELS[model].items, candidates);
  const expected = referenceScores(tensors, USER_ROW, itemRows);

  const runners = [];
  for (const { name, pack, load } of peers) {
    const start = async () => load(await pack(tensors));
    runners.push(await startPeer(name, start, caller(itemRows), expected));
  }
  const tasks = runners.filter(({ isRight }) => isRight);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();

  const rows = runners.map(({ name, difference, failure }) => ({
    name,
    difference,
    failure,
    times: times[name],
  }));
  console.log(`${workload}\n\n${peerTable(rows, BASE)}\n`);
  for (const { name, failure } of rows.filter((row) => row.failure))
    console.log(`${name}: ${failure}\n`);
  if (tasks.length < runners.length) process.exitCode = 1;
  return rows;
}

function caller(itemRows) {
  if (!options["fresh-user"]) return (runner) => runner.score(USER_ROW, itemRows);
  // The first call is compared with the reference.
  let user = USER_ROW;
  return (runner) => runner.score(user++ % MODELS.neumf8.users, itemRows);
}
