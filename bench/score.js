// Milliseconds that a list of candidates takes, beside what else could run the same weights.
import { markdownTable } from "markdown-table";
import { printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { choosePeers } from "./peers/index.js";
import { sampleRows } from "../tests/lib/random.js";
import { referenceScores } from "./reference.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { digits, median } from "./statistics.js";
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
const TOLERANCE = 1e-4;
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
const peers = choosePeers(options.only).filter(({ needsRelaxedSimd }) => relaxedSimd || !needsRelaxedSimd);

printMachine();
const results = {};
for (const workload of workloads) results[workload.name] = await runWorkload(workload);
writeJson(options.json, { rounds, batchMs: BATCH_MS, freshUser: options["fresh-user"], results });

async function runWorkload({ name: workload, model, candidates }) {
  const tensors = randomModel(MODELS[model]);
  const itemRows = sampleRows(candidates, MODELS[model].items, candidates);
  const expected = referenceScores(tensors, USER_ROW, itemRows);

  const runners = [];
  for (const peer of peers) runners.push(await startPeer(peer, tensors, itemRows, expected));
  const tasks = runners.filter(({ difference }) => difference <= TOLERANCE);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();

  const rows = runners.map(({ name, difference, failure }) => ({ name, difference, failure, times: times[name] }));
  console.log(`${workload}\n\n${table(rows)}\n`);
  for (const { name, failure } of rows.filter((row) => row.failure)) console.log(`${name}: ${failure}\n`);
  if (tasks.length < runners.length) process.exitCode = 1;
  return rows;
}

/** A peer that fails or answers wrong stands in the table without a time. */
async function startPeer({ name, pack, load }, tensors, itemRows, expected) {
  try {
    const runner = await load(await pack(tensors));
    const difference = maxDifference(await runner.score(USER_ROW, itemRows), expected);
    return { name, runner, difference, call: caller(runner, itemRows) };
  } catch (error) {
    return { name, failure: error.message };
  }
}

function caller(runner, itemRows) {
  if (!options["fresh-user"]) return () => runner.score(USER_ROW, itemRows);
  let calls = 0;
  return () => runner.score(calls++ % MODELS.neumf8.users, itemRows);
}

function maxDifference(scores, expected) {
  if (scores.length !== expected.length) throw new Error(`${scores.length} scores for ${expected.length} candidates`);
  // A NaN must not pass as the smallest difference.
  return expected.reduce((max, value, i) => Math.max(max, Math.abs(scores[i] - value)), 0);
}

function table(rows) {
  const base = rows.find(({ name }) => name === BASE)?.times;
  const header = ["", "median ms", "lowest ms", `times ${BASE}`, "max |difference|"];
  const body = rows.map(({ name, difference, failure, times }) => {
    if (failure) return [name, "failed", "", "", ""];
    if (!times) return [name, "not timed", "", "", difference.toExponential(1)];
    const ratio = base ? digits(median(times.map((time, round) => time / base[round]))) : "";
    return [name, digits(median(times)), digits(Math.min(...times)), ratio, difference.toExponential(1)];
  });
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r", "r"] });
}
