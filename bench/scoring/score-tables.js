// NeuMF for a list of candidates: pocketrec ranks them, or scores them as the peers do.
import { sampleRows } from "../../tests/lib/random.js";
import { differenceFrom } from "../lib/peers.js";
import { randomModel } from "../models/neumf.js";
import { MODELS, USERS } from "../models/sizes.js";
import { PEERS } from "../peers/index.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { referenceScores } from "./reference.js";

const USER_ROW = 42;

/** @type {import("../lib/peers.js").Benchmark} */
export const SCORE = {
  workloads: ["neumf8", "neumf64"].flatMap((model) =>
    [100, 1000, 3706].map((candidates) => `${model}/${candidates}`),
  ),
  byDefault: ["neumf8/1000", "neumf64/1000"],
  base: "pocketrec",
  prepare(workload, { "fresh-user": freshUser }) {
    const [model, count] = workload.split("/");
    const tensors = randomModel(MODELS[model]);
    const itemRows = sampleRows(Number(count), MODELS[model].items, Number(count));
    return {
      peers: PEERS,
      load: async ({ pack, load }) => load(await pack(tensors, itemRows.length)),
      call: caller(itemRows, freshUser),
      differenceOf: differenceFrom(referenceScores(tensors, USER_ROW, itemRows), itemRows, TOP_K),
    };
  },
};

function caller(itemRows, freshUser) {
  if (!freshUser) return (runner) => runner.score(USER_ROW, itemRows);
  // Each peer has its own turn: its first call is compared with the reference.
  const turns = new WeakMap();
  return (runner) => {
    const turn = turns.get(runner) ?? 0;
    turns.set(runner, turn + 1);
    return runner.score((USER_ROW + turn) % USERS, itemRows);
  };
}
