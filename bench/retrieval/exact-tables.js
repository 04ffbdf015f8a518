// The 100 largest inner products, exactly, for queries in turn, from tables of three types.
import { stored } from "../../tests/lib/autoencoder.js";
import { reading } from "../lib/bench-module.js";
import { importPocketrec } from "../lib/package.js";
import { maxDifference, mean } from "../lib/statistics.js";
import { exactBest, randomVectors, recall, trainedVectors } from "../models/vectors.js";
import { PEERS } from "./peers.js";

const WIDTH = 64;
/** In turn, so that no peer is timed with one favourable query. */
const QUERIES = 16;
export const BYTES = { F32: 4, F16: 2, I8: 1 };

/** @type {import("../lib/peers.js").Benchmark} */
export const RETRIEVAL = {
  workloads: ["10000", "100000", "1000000", "trained"],
  byDefault: ["1000000", "trained"],
  base: "pocketrec, F32",
  async prepare(workload) {
    const { table, queries } = await vectorsOf(workload);
    const [items, width] = table.shape;
    const versions = storedTables(table, queries);
    const beside = [];
    for (const dtype of Object.keys(BYTES))
      beside.push(await reading(`(${dtype}'s bytes read alone)`, BYTES[dtype] * items * width));
    return {
      peers: PEERS,
      load: ({ load }) => load({ table, stored: versions }),
      call: inTurn(queries),
      differenceOf: ({ scores }, { dtype }) =>
        maxDifference(scores, versions[dtype].best[0].scores),
      factsOf: async (runner, { dtype }) => ({
        dtype,
        values: items * width,
        recall: await recallOf(runner, queries, versions.F32.best),
      }),
      beside,
    };
  },
};

async function vectorsOf(workload) {
  if (workload !== "trained") return randomVectors(Number(workload), WIDTH, QUERIES);
  const { loadModel } = await importPocketrec();
  const trained = await trainedVectors(loadModel, QUERIES);
  if (!trained) throw new Error("the demo's candidates model is missing");
  return trained;
}

/** Each dtype: the file's tensors, and the exact results in float64 for the stored values. */
function storedTables(table, queries) {
  const tensors = { "item.embedding": table };
  const versions = {};
  for (const dtype of Object.keys(BYTES)) {
    const unchanged = { file: tensors, exact: tensors };
    const { file, exact } =
      dtype === "F32" ? unchanged : stored(tensors, dtype, ["item.embedding"]);
    const best = queries.map((query) => exactBest(exact["item.embedding"], query));
    versions[dtype] = { file, best };
  }
  return versions;
}

/** Every runner begins with the first query, whose result is compared with the reference. */
function inTurn(queries) {
  const turns = new WeakMap();
  return (runner) => {
    const turn = turns.get(runner) ?? 0;
    turns.set(runner, turn + 1);
    return runner.best(queries[turn % queries.length]);
  };
}

async function recallOf(runner, queries, exact) {
  const recalls = [];
  for (const [i, query] of queries.entries())
    recalls.push(recall((await runner.best(query)).items, exact[i].items));
  return mean(recalls);
}
