// The best of the same candidates for several users: a batch of a server, or of a job at night.
import { sampleRows } from "../../tests/lib/random.js";
import { differenceFrom } from "../lib/peers.js";
import * as autoencoder from "../models/autoencoder.js";
import { randomModel } from "../models/neumf.js";
import { ITEMS, MODELS } from "../models/sizes.js";
import { TOP_K } from "../peers/pocketrec-rows.js";
import { AUTOREC_PEERS, NEUMF_PEERS } from "./rank-many-peers.js";
import { referenceScores } from "./reference.js";

const BATCHES = {
  "neumf8/16x200": () => neumf("neumf8", 16, 200),
  "neumf64/16x200": () => neumf("neumf64", 16, 200),
  "autorec/16x3706": () => autoRec(16),
};

/** @type {import("../lib/peers.js").Benchmark} */
export const RANK_MANY = {
  workloads: Object.keys(BATCHES),
  base: "pocketrec, loop over rank",
  prepare(workload) {
    const { peers, batch, expected } = BATCHES[workload]();
    return {
      peers,
      load: ({ load }) => load(batch),
      call: (runner) => runner.rankAll(),
      differenceOf: differenceOfAll(expected, batch.itemRows),
    };
  },
};

function neumf(name, users, count) {
  const { users: rows, items } = MODELS[name];
  const tensors = randomModel(MODELS[name]);
  const userRows = Array.from(sampleRows(users, rows, 3));
  const itemRows = sampleRows(count, items, count);
  return {
    peers: NEUMF_PEERS,
    batch: { tensors, userRows, itemRows },
    expected: userRows.map((userRow) => referenceScores(tensors, userRow, itemRows)),
  };
}

/** Histories of other users have the same ratings of other items. */
function autoRec(users) {
  const { tensors, rated, values } = autoencoder.randomAutoRec(ITEMS);
  const itemRows = Uint32Array.from({ length: ITEMS }, (_, row) => row);
  const histories = Array.from({ length: users }, (_, user) => ({
    rated: rated.map((item) => (item + user) % ITEMS),
    values,
  }));
  return {
    peers: AUTOREC_PEERS,
    batch: { tensors, histories, itemRows },
    expected: histories.map((one) => autoencoder.referenceScores({ tensors, ...one }, itemRows)),
  };
}

/** Of lists, one for each user, or of all scores, one user after another. */
function differenceOfAll(expected, itemRows) {
  const ofUser = expected.map((scores) => differenceFrom(scores, itemRows, TOP_K));
  return (result) => {
    if (!Array.isArray(result) && result.length !== expected.length * itemRows.length)
      throw new Error(`${result.length} scores`);
    const part = (user) =>
      Array.isArray(result)
        ? result[user]
        : result.subarray(user * itemRows.length, (user + 1) * itemRows.length);
    return Math.max(...ofUser.map((differenceOf, user) => differenceOf(part(user))));
  };
}
