// Two builds of the package in one process, on the same workloads and weights, interleaved.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { stored } from "../tests/lib/autoencoder.js";
import { sampleRows } from "../tests/lib/random.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./lib/command-line.js";
import { digits, maxDifference, median } from "./lib/statistics.js";
import { inTurn, interleave } from "./lib/timing.js";
import { autoRecFile, historyOf, randomAutoRec } from "./models/autoencoder.js";
import { foldInCase } from "./models/new-user.js";
import { pocketrecFile, randomModel } from "./models/neumf.js";
import { ITEMS as RANKED_ITEMS, randomRanker, rankerFile, userOf } from "./models/ranker.js";
import { ITEMS, MODELS } from "./models/sizes.js";
import { candidatesFile, randomVectors, TOP } from "./models/vectors.js";

const HELP = `
node versions.js OLD_DIST NEW_DIST [--only WORD]... [--rounds 31] [--json FILE]

  OLD_DIST, NEW_DIST   folders with index.node.js, such as ../dist
  --only WORD          only workloads whose name contains WORD (repeatable)
  --rounds N           rounds of one batch per version (default 31)
  --json FILE          writes the times of all rounds
`;

const BATCH_MS = 8;
const VECTORS = 100_000;
const WIDTH = 64;
const QUERIES = 16;
const HISTORY = 165;
const STEPS = 100;

/**
 * Each workload makes a file and, from a loaded model, the call that is timed. The results of both
 * versions are compared.
 *
 * @type {Record<string, () => { file: ArrayBuffer, prepare(model: any): () => unknown }>}
 */
const WORKLOADS = {
  "NeuMF 8, 1,000 candidates": () => neumf("neumf8"),
  "NeuMF 64, 1,000 candidates": () => neumf("neumf64"),
  "U-AutoRec 500, new user, 200 candidates": () => autoRec(() => sampleRows(200, ITEMS, 200)),
  "U-AutoRec 500, new user, all 3,706 items": () => autoRec(allRows),
  "ranker 512-1024-512-256-1, 500 candidates": ranker,
  "retrieval, 100 of 100,000 x 64, F32": () => retrieval("F32"),
  "retrieval, 100 of 100,000 x 64, I8": () => retrieval("I8"),
  "fold-in, GMF 8": () => foldIn("gmf8"),
  "fold-in, NeuMF 8": () => foldIn("neumf8"),
  "explain, U-AutoRec 500": () => explain(autoRecCase()),
  "explain, GMF 8": () => explain(foldInOf("gmf8")),
  "explain, NeuMF 8": () => explain(foldInOf("neumf8")),
};

const { options, positionals } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "31" },
});
if (positionals.length !== 2) fail(HELP.trim());
const rounds = wholeNumber(options.rounds, "rounds");
const modules = enableRelaxedSimd() ? ["simd128", "relaxed"] : ["simd128"];
const versions = { old: await importBuild(positionals[0]), new: await importBuild(positionals[1]) };
const names = Object.keys(WORKLOADS).filter(
  (name) => options.only.length === 0 || options.only.some((word) => name.includes(word)),
);

printMachine();
console.log("| | module | old ms | new ms | new / old | lowest new / old | max difference |");
console.log("| :-- | :-- | --: | --: | --: | --: | --: |");
const results = [];
for (const name of names) {
  const workload = WORKLOADS[name]();
  for (const simd of modules) results.push(await measure(name, workload, simd));
}
writeJson(options.json, { rounds, batchMs: BATCH_MS, results });

async function importBuild(folder) {
  const entry = pathToFileURL(path.resolve(folder, "index.node.js"));
  return import(entry).catch((error) => fail(`cannot import ${entry.pathname}: ${error.message}`));
}

async function measure(name, { file, prepare }, simd) {
  const models = [];
  const tasks = [];
  for (const [version, { loadModel }] of Object.entries(versions)) {
    const model = await loadModel(file.slice(0), { simd });
    models.push(model);
    tasks.push({ name: version, call: prepare(model) });
  }
  const [before, after] = tasks.map(({ call }) => Float64Array.from(numbersOf(call())));
  const difference = maxDifference(after, before);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const model of models) model.dispose();
  printRow(name, simd, times, difference);
  return { name, simd, difference, times };
}

function printRow(name, simd, times, difference) {
  const ratio = median(times.new.map((time, round) => time / times.old[round]));
  const lowest = Math.min(...times.new) / Math.min(...times.old);
  const cells = [
    name,
    simd,
    digits(median(times.old)),
    digits(median(times.new)),
    ratio.toFixed(3),
    lowest.toFixed(3),
    difference.toExponential(1),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** The numbers of a result: scores, a user's vector, or the items of a ranked or explained list. */
function numbersOf(result) {
  if (ArrayBuffer.isView(result)) return result;
  if (!Array.isArray(result)) return result.vector;
  return result.flatMap((entry) => Object.values(entry).filter(Number.isFinite));
}

/** The number of items: version 0.1 calls it `items`. */
function itemCount(model) {
  return model.itemCount ?? model.items;
}

function allRows(model) {
  return Uint32Array.from({ length: itemCount(model) }, (_, row) => row);
}

function neumf(size) {
  const file = pocketrecFile(randomModel(MODELS[size]));
  const rows = sampleRows(1000, ITEMS, 1000);
  return {
    file,
    prepare(model) {
      const user = model.user({ id: 42 });
      return () => model.score(user, rows);
    },
  };
}

function autoRecCase() {
  const model = randomAutoRec(ITEMS);
  return { file: autoRecFile(model.tensors), history: historyOf(model) };
}

function autoRec(rowsOf) {
  const { file, history } = autoRecCase();
  return {
    file,
    prepare(model) {
      const rows = rowsOf(model);
      return () => model.score(model.user({ history }), rows);
    },
  };
}

function ranker() {
  const tensors = randomRanker(384);
  const rows = sampleRows(500, RANKED_ITEMS, 500);
  return {
    file: rankerFile(tensors),
    prepare: (model) => () => model.score(model.user(userOf(tensors)), rows, { raw: true }),
  };
}

function retrieval(dtype) {
  const { table, queries } = randomVectors(VECTORS, WIDTH, QUERIES);
  const tensors = { "item.embedding": table };
  const { file } =
    dtype === "F32" ? { file: tensors } : stored(tensors, dtype, Object.keys(tensors));
  return {
    file: candidatesFile(file),
    prepare: (model) =>
      inTurn(queries, (vector) =>
        model.recommend(model.user({ vector }), { topK: TOP, raw: true }),
      ),
  };
}

function foldInOf(size) {
  return foldInCase(MODELS[size], { steps: STEPS, length: HISTORY });
}

function foldIn(size) {
  const { file, history } = foldInOf(size);
  return { file, prepare: (model) => () => model.user({ history, seed: 1 }) };
}

/** Explanations of one item after another, for one user. */
function explain({ file, history }) {
  const items = Array.from(sampleRows(50, ITEMS, 5));
  return {
    file,
    prepare(model) {
      const user = model.user({ history, seed: 1 });
      return inTurn(items, (item) => model.explain(user, item));
    },
  };
}
