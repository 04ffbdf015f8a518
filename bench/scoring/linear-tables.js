// The linear models: a dot product for a user vector, EASE for a history of 165.
import { sampleRows } from "../../tests/lib/random.js";
import { differenceFrom } from "../lib/peers.js";
import * as dot from "../models/dot.js";
import * as itemItem from "../models/item-item.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { DOT_PEERS, ITEM_ITEM_PEERS } from "./linear-peers.js";

const everyItem = () => Uint32Array.from({ length: itemItem.ITEMS }, (_, row) => row);
const EASE = {
  model: itemItem.randomItemItem,
  reference: itemItem.referenceScores,
  peers: ITEM_ITEM_PEERS,
};
const WORKLOADS = {
  "dot/1000": {
    model: dot.randomDot,
    candidates: () => dot.candidatesOf(1000),
    reference: dot.referenceScores,
    peers: DOT_PEERS,
  },
  "ease/200": { ...EASE, candidates: () => sampleRows(200, itemItem.ITEMS, 200) },
  "ease/all": { ...EASE, candidates: everyItem },
};

/** @type {import("../lib/peers.js").Benchmark} */
export const LINEAR = {
  workloads: Object.keys(WORKLOADS),
  base: "pocketrec",
  prepare(workload) {
    const { model: create, candidates, reference, peers } = WORKLOADS[workload];
    const model = create();
    const itemRows = candidates();
    return {
      peers,
      load: ({ load }) => load({ ...model, count: itemRows.length }),
      call: (runner) => runner.score(itemRows),
      differenceOf: differenceFrom(reference(model, itemRows), itemRows, TOP_K),
    };
  },
};
