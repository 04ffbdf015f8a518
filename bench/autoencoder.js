// Milliseconds that U-AutoRec takes for somebody with a history of 165: some candidates, or the
// whole catalogue.
import { PEERS } from "./autoencoder-peers.js";
import { reading } from "./bench-module.js";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { peerTable, startPeer } from "./peer-table.js";
import { normal, sampleRows } from "../tests/lib/random.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { interleave } from "./timing.js";

const WORKLOADS = ["3706/200", "3706/all", "20000/200", "20000/all"];
const HELP = `
node autoencoder.js [WORKLOAD]... [--only WORD]... [--rounds 15] [--json FILE]

  Needs ./build.sh bench first.
  WORKLOAD       items/candidates: ${WORKLOADS.join(", ")} (default: all of them)
  --only WORD    only peers whose name contains WORD (may be given again)
  --rounds N     rounds of one batch a peer (default 15)
  --json FILE    writes every round's time
`;

const HIDDEN = 500;
const HISTORY = 165;
const BATCH_MS = 8;

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "15" },
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
for (const workload of positionals.length ? positionals : WORKLOADS) {
  if (!WORKLOADS.includes(workload))
    fail(`no workload ${workload}; there are ${WORKLOADS.join(", ")}`);
  const [items, candidates] = workload.split("/");
  results[workload] = await runWorkload(
    workload,
    Number(items),
    candidates === "all" ? Number(items) : Number(candidates),
  );
}
writeJson(options.json, { rounds, batchMs: BATCH_MS, hidden: HIDDEN, history: HISTORY, results });

async function runWorkload(workload, items, candidates) {
  const model = randomModel(items);
  const itemRows =
    candidates === items
      ? Uint32Array.from({ length: items }, (_, row) => row)
      : sampleRows(candidates, items, candidates);
  const expected = referenceScores(model, itemRows);
  const runners = [];
  for (const { name, load } of peers)
    runners.push(
      await startPeer(
        name,
        () => load(model),
        (runner) => runner.score(itemRows),
        expected,
      ),
    );
  if (candidates === items)
    runners.push(await reading("(the item table's bytes read alone)", 4 * items * HIDDEN));
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
  console.log(`${workload}\n\n${peerTable(rows, "pocketrec")}\n`);
  const { bytes, stored } = runners.find(({ runner }) => runner?.stored)?.runner ?? {};
  if (stored)
    console.log(
      `Memory after loading: ${bytes} bytes for ${stored} bytes stored, ${(bytes / stored).toFixed(3)} times\n`,
    );
  if (runners.some(({ isRight }) => !isRight)) process.exitCode = 1;
  return rows;
}

/** The shape of U-AutoRec (Sedhain et al. 2015): sigmoid inside, ratings out. */
function randomModel(items) {
  const next = normal(1);
  const sample = sampleRows(HISTORY, items, 7);
  const tensor = (shape, deviation) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).map(() => deviation * next()),
  });
  return {
    tensors: {
      "encoder.0.weight": tensor([HIDDEN, items], 0.03),
      "encoder.0.bias": tensor([HIDDEN], 0.1),
      "decoder.0.weight": tensor([items, HIDDEN], 0.05),
      "decoder.0.bias": tensor([items], 0.1),
    },
    rated: sample,
    values: Float32Array.from(sample, (_, i) => 1 + (i % 5)),
  };
}

/** In float64. */
function referenceScores({ tensors, rated, values }, itemRows) {
  const {
    "encoder.0.weight": encoder,
    "encoder.0.bias": bias,
    "decoder.0.weight": decoder,
    "decoder.0.bias": itemBias,
  } = tensors;
  const items = encoder.shape[1];
  const hidden = Array.from(bias.data, (start, k) => {
    const sum = rated.reduce(
      (total, row, i) => total + values[i] * encoder.data[k * items + row],
      start,
    );
    return 1 / (1 + Math.exp(-sum));
  });
  return Float64Array.from(itemRows, (item) =>
    hidden.reduce(
      (sum, value, k) => sum + value * decoder.data[item * HIDDEN + k],
      itemBias.data[item],
    ),
  );
}
