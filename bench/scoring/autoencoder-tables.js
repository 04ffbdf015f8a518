// U-AutoRec for a history of 165: some candidates, or the whole catalogue.
import { sampleRows } from "../../tests/lib/random.js";
import { reading } from "../lib/bench-module.js";
import { differenceFrom } from "../lib/peers.js";
import { HIDDEN, randomAutoRec, referenceScores } from "../models/autoencoder.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { PEERS } from "./autoencoder-peers.js";

/** @type {import("../lib/peers.js").Benchmark} */
export const AUTOENCODER = {
  workloads: ["3706/200", "3706/all", "20000/200", "20000/all"],
  base: "pocketrec",
  async prepare(workload) {
    const [items, count] = workload.split("/").map((text) => Number(text) || "all");
    const model = randomAutoRec(items);
    const isAll = count === "all";
    const itemRows = isAll ? everyRow(items) : sampleRows(count, items, count);
    return {
      peers: PEERS,
      load: ({ load }) => load(model),
      call: (runner) => runner.score(itemRows),
      differenceOf: differenceFrom(referenceScores(model, itemRows), itemRows, TOP_K),
      beside: isAll
        ? [await reading("(the item table's bytes read alone)", 4 * items * HIDDEN)]
        : [],
    };
  },
};

const everyRow = (items) => Uint32Array.from({ length: items }, (_, row) => row);
