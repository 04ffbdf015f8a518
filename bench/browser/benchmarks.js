// The benchmarks whose tables run in a page too, by their command in Node.
import { RETRIEVAL } from "../retrieval/exact-tables.js";
import { AUTOENCODER } from "../scoring/autoencoder-tables.js";
import { GROWTH } from "../scoring/growth-tables.js";
import { LINEAR } from "../scoring/linear-tables.js";
import { RANK_MANY } from "../scoring/rank-many-tables.js";
import { RANKER } from "../scoring/ranker-tables.js";
import { SCORE } from "../scoring/score-tables.js";

/** @type {Record<string, import("../lib/peers.js").Benchmark>} */
export const BENCHMARKS = {
  score: SCORE,
  ranker: RANKER,
  autoencoder: AUTOENCODER,
  linear: LINEAR,
  "rank-many": RANK_MANY,
  retrieval: RETRIEVAL,
  growth: GROWTH,
};
