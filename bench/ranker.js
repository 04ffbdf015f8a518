// Milliseconds that a ranker's tower takes for a list of candidates, beside what else could run the
// same weights.
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { peerTable, startPeer } from "./peer-table.js";
import { PEERS, referenceScores } from "./ranker-peers.js";
import { normal, sampleRows } from "../tests/lib/random.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { interleave } from "./timing.js";

const WORKLOADS = { shared: 384, "not-shared": 0 };
const HELP = `
node ranker.js [WORKLOAD]... [--only WORD]... [--candidates 500] [--rounds 9] [--json FILE]

  WORKLOAD         shared: 384 of the 512 inputs are the person's and the same for every candidate
                   not-shared: all of them are the candidate's
                   (default: both)
  --only WORD      only peers whose name contains WORD (may be given again)
  --candidates N   how many are ranked (default 500)
  --rounds N       rounds of one batch a peer (default 9)
  --json FILE      writes every round's time
`;

const WIDTHS = [512, 1024, 512, 256, 1];
const ITEMS = 2000;
const BATCH_MS = 8;
// The item half of the first layer is computed in the call, as every other peer does.
const BASE = "pocketrec, pack opened at each call";

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  candidates: { type: "string", default: "500" },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const count = wholeNumber(options.candidates, "candidates");
if (count > ITEMS) fail(`--candidates is at most ${ITEMS}`);
const relaxedSimd = enableRelaxedSimd();

printMachine();
const results = {};
for (const workload of positionals.length ? positionals : Object.keys(WORKLOADS)) {
  if (!Object.hasOwn(WORKLOADS, workload))
    fail(`no workload ${workload}; there are ${Object.keys(WORKLOADS).join(", ")}`);
  results[workload] = await runWorkload(workload, WORKLOADS[workload]);
}
writeJson(options.json, { rounds, batchMs: BATCH_MS, widths: WIDTHS, candidates: count, results });

async function runWorkload(workload, shared) {
  const model = { tensors: randomRanker(shared), candidates: sampleRows(count, ITEMS, count) };
  const expected = referenceScores(model);
  const peers = PEERS.filter(
    ({ name, needsRelaxedSimd, needsShared }) =>
      (relaxedSimd || !needsRelaxedSimd) &&
      (shared > 0 || !needsShared) &&
      (options.only.length === 0 || options.only.some((word) => name.includes(word))),
  );
  const runners = [];
  for (const { name, load } of peers)
    runners.push(
      await startPeer(
        name,
        () => load(model),
        (runner) => runner.score(),
        expected,
      ),
    );
  const times = await interleave(
    runners.filter(({ isRight }) => isRight),
    { rounds, batchMs: BATCH_MS },
  );
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
  if (runners.some(({ isRight }) => !isRight)) process.exitCode = 1;
  return rows;
}

/** He-scaled; the columns of the first layer: `shared` of the person, then those of the item. */
function randomRanker(shared) {
  const next = normal(1);
  const tensor = (shape, deviation) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).map(() => deviation * next()),
  });
  const tensors = { "item.embedding": tensor([ITEMS, WIDTHS[0] - shared], 1) };
  if (shared) tensors["user.embedding"] = tensor([1, shared], 1);
  WIDTHS.slice(1).forEach((outputs, k) => {
    const name = k === WIDTHS.length - 2 ? "output" : `tower.${k}`;
    tensors[`${name}.weight`] = tensor([outputs, WIDTHS[k]], Math.sqrt(2 / WIDTHS[k]));
    tensors[`${name}.bias`] = tensor([outputs], 0.1);
  });
  return tensors;
}
