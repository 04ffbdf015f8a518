// A ranker's tower for a list of candidates.
import { sampleRows } from "../../tests/lib/random.js";
import { differenceFrom } from "../lib/peers.js";
import { ITEMS, randomRanker, referenceScores } from "../models/ranker.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { PEERS } from "./ranker-peers.js";

const SHARED = { shared: 384, "not-shared": 0 };

/** @type {import("../lib/peers.js").Benchmark} */
export const RANKER = {
  workloads: Object.keys(SHARED),
  // This form computes the item half of the first layer in the call, as every other peer does.
  base: "pocketrec, pack opened in each call",
  prepare(workload, { candidates: text }) {
    const count = Number(text);
    if (!/^[1-9]\d*$/.test(text) || count > ITEMS)
      throw new Error(`--candidates must be a whole number from 1 to ${ITEMS}, found ${text}`);
    const shared = SHARED[workload];
    const candidates = sampleRows(count, ITEMS, count);
    const model = { tensors: randomRanker(shared), candidates };
    const expected = referenceScores(model.tensors, candidates);
    return {
      peers: PEERS.filter(({ needsShared }) => shared || !needsShared),
      load: ({ load }) => load(model),
      call: (runner) => runner.score(),
      differenceOf: differenceFrom(expected, candidates, TOP_K),
    };
  },
};
