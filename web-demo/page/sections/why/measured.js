/**
 * Figures of training/README.md, which has the commands that measure them: "Results" and "The NCF
 * authors' split of ML-1M". A test compares them with that page.
 */

/**
 * @typedef {object} Measured
 * @property {string} name
 * @property {string} row its name in that page
 * @property {"baseline" | "linear" | "network"} kind linear: scores are sums of products of learned
 *   numbers; network: with a layer that is not linear
 * @property {[recall: number, ndcg: number]} split Recall@20 and NDCG@100 of the 61 users of split
 *   43, the demo's
 * @property {[recall: number, ndcg: number]} [mean] of four other splits, where measured
 */

/**
 * New users of ml-latest-small: 80% of a user's films are given, the others are to be found in the
 * whole catalogue.
 *
 * @type {Measured[]}
 */
export const NEW_USERS = [
  of("Popularity", "popularity", "baseline", [0.212, 0.255], [0.176, 0.225]),
  of("ItemKNN", "ItemKNN, cosine, 50 neighbours", "linear", [0.366, 0.434], [0.322, 0.385]),
  of("EASE", "EASE, lambda 200", "linear", [0.397, 0.475], [0.37, 0.43]),
  of("iALS", "iALS 64, fitted by its ridge", "linear", [0.394, 0.456]),
  of("GMF", "GMF 64, the mean of two of 32", "linear", [0.391, 0.445], [0.332, 0.395]),
  of("MLP", "MLP 64-32-16", "network", [0.293, 0.35]),
  of("NeuMF", "NeuMF, GMF 128 and MLP 64-32-16", "network", [0.36, 0.429], [0.328, 0.387]),
  of("AE", "AE 96", "network", [0.404, 0.464], [0.35, 0.406]),
  of("DAE", "DAE 96", "network", [0.404, 0.466], [0.354, 0.404]),
  of("CDAE", "CDAE 96", "network", [0.402, 0.46], [0.354, 0.407]),
  of("Mult-DAE", "Mult-DAE 192", "network", [0.38, 0.431], [0.347, 0.408]),
  of("U-AutoRec", "U-AutoRec 192, trained to rank", "network", [0.405, 0.438], [0.342, 0.399]),
  of("SASRec", "SASRec 64, all other films", "network", [0.266, 0.331]),
];

function of(name, row, kind, split, mean) {
  return { name, row, kind, split, mean };
}

/**
 * ML-1M, leave one out beside 99 films drawn at random: HR@10 and NDCG@10, as measured with the
 * package and as published by Rendle et al. (dot product) and He et al. (NeuMF).
 *
 * @type {{ name: string, row: string, kind: Measured["kind"], found: [number, number],
 *   published: [number, number] }[]}
 */
export const LEAVE_ONE_OUT = [
  {
    name: "Dot product, 192 factors",
    row: "Logistic MF 192",
    kind: "linear",
    found: [0.729, 0.451],
    published: [0.729, 0.452],
  },
  {
    name: "NeuMF, 64 factors",
    row: "NeuMF 64",
    kind: "network",
    found: [0.714, 0.437],
    published: [0.73, 0.447],
  },
];
