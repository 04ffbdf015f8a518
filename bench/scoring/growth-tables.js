// How time grows: with the candidates, in powers of ten, and with the interactions of a history.
// The catalogue has the size of MovieLens 1M, or as many items as there are candidates.
import { sampleRows } from "../../tests/lib/random.js";
import { maxDifference } from "../lib/statistics.js";
import * as autoencoder from "../models/autoencoder.js";
import * as dot from "../models/dot.js";
import { randomModel } from "../models/neumf.js";
import { ITEMS, MODELS } from "../models/sizes.js";
import { PEERS as NEUMF_PEERS } from "../peers/index.js";
import { PEERS as AUTOENCODER_PEERS } from "./autoencoder-peers.js";
import { DOT_PEERS } from "./linear-peers.js";
import * as neumf from "./reference.js";

const USER_ROW = 42;
/** Of a history's workloads: as many items as a history can have, and more. */
const CATALOGUE = 20_000;
const CANDIDATES = 200;
/** Where there are more candidates than this, scores of some are compared with the reference. */
const SAMPLE = 1000;
const TIE = 1e-5;
const NAMES = [
  "pocketrec, relaxed SIMD",
  "pocketrec, relaxed SIMD, fast",
  "onnxruntime-web",
  "LiteRT.js",
  "onnxruntime-node",
];

const TYPED = "pocketrec, relaxed SIMD, typed history";

/** What grows: the model of so many, the sizes, and its unit. */
export const SERIES = {
  neumf8: { title: "NeuMF 8", unit: "candidate", sizes: tens(6), of: neumfOf("neumf8") },
  neumf64: { title: "NeuMF 64", unit: "candidate", sizes: tens(5), of: neumfOf("neumf64") },
  dot: { title: "dot product, 64 factors", unit: "candidate", sizes: tens(6), of: dotOf },
  autorec: {
    title: "U-AutoRec 500, a history of 165",
    unit: "candidate",
    sizes: tens(5),
    of: (count) => autorecOf(catalogueOf(count), count),
  },
  history: {
    title: `U-AutoRec 500, ${CATALOGUE.toLocaleString("en")} items, ${CANDIDATES} candidates`,
    unit: "interaction",
    sizes: tens(4),
    of: (length) => autorecOf(CATALOGUE, CANDIDATES, length),
    names: [TYPED, ...NAMES],
  },
};

/** @type {import("../lib/peers.js").Benchmark} */
export const GROWTH = {
  workloads: Object.entries(SERIES).flatMap(([name, { sizes }]) =>
    sizes.map((size) => `${name}/${size}`),
  ),
  base: "pocketrec, relaxed SIMD",
  prepare(workload) {
    const [name, size] = workload.split("/");
    const { of, names = NAMES } = SERIES[name];
    const { peers, load, score, itemRows, reference } = of(Number(size));
    return {
      peers: peers.filter((peer) => names.includes(peer.name)),
      load,
      call: (runner) => score(runner, itemRows),
      differenceOf: differenceOnSample(reference, itemRows),
    };
  },
};

/** 10, 100 and so on, up to this power. */
function tens(power) {
  return Array.from({ length: power }, (_, k) => 10 ** (k + 1));
}

function catalogueOf(count) {
  return Math.max(count, ITEMS);
}

/** In the catalogue's order: in a random one, time would be that of reading far apart. */
function candidatesOf(count, items) {
  return sampleRows(count, items, count).sort();
}

function neumfOf(model) {
  return (count) => {
    const items = catalogueOf(count);
    const tensors = randomModel({ ...MODELS[model], items });
    return {
      peers: NEUMF_PEERS,
      load: async ({ pack, load }) => load(await pack(tensors, count)),
      score: (runner, itemRows) => runner.score(USER_ROW, itemRows),
      itemRows: candidatesOf(count, items),
      reference: (rows) => neumf.referenceScores(tensors, USER_ROW, rows),
    };
  };
}

function dotOf(count) {
  const items = catalogueOf(count);
  const model = dot.randomDot(items);
  return {
    peers: DOT_PEERS,
    load: ({ load }) => load({ ...model, count }),
    score: (runner, itemRows) => runner.score(itemRows),
    itemRows: candidatesOf(count, items),
    reference: (rows) => dot.referenceScores(model, rows),
  };
}

function autorecOf(items, count, length) {
  const model = autoencoder.randomAutoRec(items, length);
  return {
    peers: AUTOENCODER_PEERS,
    load: ({ load }) => load(model),
    score: (runner, itemRows) => runner.score(itemRows),
    itemRows: candidatesOf(count, items),
    reference: (rows) => autoencoder.referenceScores(model, rows),
  };
}

/**
 * Float64 scores of a million candidates take minutes: scores are compared at some places, a list
 * at all of its places, and no candidate of the sample may be missing in it.
 */
function differenceOnSample(reference, itemRows) {
  const places = sampleRows(Math.min(SAMPLE, itemRows.length), itemRows.length, 1);
  const rows = Array.from(places, (place) => itemRows[place]);
  const expected = reference(rows);
  return (result) => {
    if (!Array.isArray(result)) {
      if (result.length !== itemRows.length) throw new Error(`${result.length} scores`);
      return maxDifference(
        Array.from(places, (place) => result[place]),
        expected,
      );
    }
    const listed = result.map(({ item }) => Number(item));
    const last = result.at(-1).score;
    const missing = rows.find((row, i) => !listed.includes(row) && expected[i] > last + TIE);
    if (missing !== undefined) throw new Error(`the list lacks item ${missing}`);
    return maxDifference(
      result.map(({ score }) => score),
      reference(listed),
    );
  };
}
