// Time from `import` to the first scores: fresh processes, the weights already in memory, the peers
// in rotation.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { markdownTable } from "markdown-table";
import { sampleRows } from "../../tests/lib/random.js";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { differenceFrom, selectPeers } from "../lib/peers.js";
import { digits, median } from "../lib/statistics.js";
import { randomModel } from "../models/neumf.js";
import { MODELS } from "../models/sizes.js";
import { PEERS } from "../peers/index.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { referenceScores } from "./reference.js";

const HELP = `
node scoring/cold-start.js [--model neumf64] [--only WORD]... [--processes 5] [--json FILE]

  --model NAME      neumf8 or neumf64 (default)
  --only WORD       only peers whose name contains WORD (repeatable)
  --processes N     fresh processes per peer (default 5)
  --json FILE       writes the times of all processes
`;

const CHILD = fileURLToPath(new URL("cold-start-child.js", import.meta.url));
const BASE = "onnxruntime-node";
const CANDIDATES = 100;
const USER_ROW = 42;
const TOLERANCE = 1e-4;
const run = promisify(execFile);

const { options } = readCommandLine(HELP, {
  model: { type: "string", default: "neumf64" },
  only: { type: "string", multiple: true, default: [] },
  processes: { type: "string", default: "5" },
});
const processes = wholeNumber(options.processes, "processes");
if (!MODELS[options.model]?.tower)
  fail(`--model must be neumf8 or neumf64, found ${options.model}`);
// The hoisted and folded forms start like the whole ones, and scores of pocketrec like its lists.
// Child processes enable relaxed SIMD.
const peers = selectPeers(PEERS, options.only, true).filter(
  ({ name }) => !/hoisted|folded|, score/.test(name),
);

const folder = await mkdtemp(path.join(os.tmpdir(), "pocketrec-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true });
}

async function main() {
  printMachine();
  const tensors = randomModel(MODELS[options.model]);
  const itemRows = sampleRows(CANDIDATES, MODELS[options.model].items, CANDIDATES);
  const jobs = [];
  for (const peer of peers)
    jobs.push({ ...peer, request: await writeRequest(peer, tensors, itemRows), times: [] });

  const expected = referenceScores(tensors, USER_ROW, itemRows);
  const differenceOf = differenceFrom(expected, itemRows, TOP_K);
  for (let round = 0; round < processes; round++) {
    for (let turn = 0; turn < jobs.length; turn++) {
      await runOnce(jobs[(round + turn) % jobs.length], differenceOf);
    }
  }
  report(jobs);
  writeJson(options.json, {
    model: options.model,
    results: jobs.map(({ name, times }) => ({ name, times })),
  });
}

/** Writes the model's files and the request that the child process reads. */
async function writeRequest({ name, file, pack }, tensors, itemRows) {
  const parts = {};
  for (const [part, bytes] of Object.entries(await pack(tensors, CANDIDATES))) {
    parts[part] = path.join(folder, `${name} ${part}`);
    await writeFile(parts[part], new Uint8Array(bytes));
  }
  const request = path.join(folder, `${name} request.json`);
  await writeFile(
    request,
    JSON.stringify({ name, file, parts, userRow: USER_ROW, itemRows: [...itemRows] }),
  );
  return request;
}

async function runOnce(job, differenceOf) {
  if (job.failure) return;
  try {
    const { stdout } = await run(process.execPath, [CHILD, job.request]);
    // Runtimes print messages of their own: the result is the last line.
    const { milliseconds, result } = JSON.parse(stdout.trim().split("\n").at(-1));
    if (!(differenceOf(result) <= TOLERANCE)) throw new Error("wrong scores");
    job.times.push(milliseconds);
  } catch (error) {
    job.failure = error.stderr?.match(/^.*Error: .*$/m)?.[0] ?? error.message;
  }
}

function report(jobs) {
  const base = jobs.find(({ name, failure }) => name === BASE && !failure)?.times;
  const body = jobs.map(({ name, times, failure }) => {
    if (failure) return [name, "failed", "", ""];
    const ratio = base ? digits(median(times.map((time, round) => time / base[round]))) : "";
    return [
      name,
      digits(median(times)),
      `${digits(Math.min(...times))} to ${digits(Math.max(...times))}`,
      ratio,
    ];
  });
  const header = ["", "median ms", "range", `times ${BASE}`];
  const table = markdownTable([header, ...body], { align: ["l", "r", "r", "r"] });
  console.log(
    `${options.model}, ${CANDIDATES} candidates, ${processes} processes per peer\n\n${table}\n`,
  );
  const failed = jobs.filter(({ failure }) => failure);
  for (const { name, failure } of failed) console.log(`${name}: ${failure}`);
  if (failed.length) process.exitCode = 1;
}
