import { popularityScorer } from "../evaluate/scorers.js";
import { easeScorer, fitEase } from "./ease.js";
import { fitItemKnn } from "./item-knn.js";
import { createPace } from "./pace.js";
import { Solver } from "./solver.js";
import { scorerOf } from "./weights.js";

/**
 * What a model for new users is measured against: popularity, and two item-to-item models that are
 * computed from the training interactions.
 *
 * @typedef {import("../evaluate/catalogue.js").Histories} Histories
 * @typedef {import("../evaluate/scorers.js").Scorer} Scorer
 * @typedef {{ name: string, scorer: Scorer }} Baseline
 */

/** Nearest items that ItemKNN keeps of each. */
const NEIGHBOURS = 50;
/** EASE inverts a matrix of the items, which takes about a minute of so many. */
const EASE_ITEMS = 6000;

/**
 * @param {Histories} train
 * @param {number} itemCount
 * @param {{ lambda: number, easeItems?: number }} options lambda: of EASE; easeItems: EASE is left
 *   out where there are more
 * @returns {Promise<{ baselines: Baseline[], left: string[] }>} left: what is not measured, and why
 */
export async function baselinesOf(train, itemCount, { lambda, easeItems = EASE_ITEMS }) {
  const matrix = matrixOf(train, itemCount);
  const pace = createPace();
  const weights = await fitItemKnn(matrix, { neighbours: NEIGHBOURS, shrink: 0 }, pace);
  const baselines = [
    { name: "popularity", scorer: popularityScorer(train, itemCount, "few") },
    { name: `ItemKNN ${NEIGHBOURS}`, scorer: itemScorer(scorerOf(weights)) },
  ];
  if (itemCount > easeItems)
    return { baselines, left: [`EASE is left out: more than ${easeItems} items.`] };
  const solver = await Solver.open(itemCount);
  await fitEase(solver, matrix, lambda, pace);
  const ease = { name: `EASE ${lambda}`, scorer: itemScorer(easeScorer(solver)) };
  return { baselines: [...baselines, ease], left: [] };
}

/**
 * Each user's items once, in ascending order.
 *
 * @param {Histories} histories
 * @param {number} items
 * @returns {import("./matrix.js").Matrix}
 */
function matrixOf(histories, items) {
  const users = [...histories.values()].map(itemsOf).filter((rows) => rows.length);
  const offsets = new Uint32Array(users.length + 1);
  users.forEach((rows, user) => (offsets[user + 1] = offsets[user] + rows.length));
  const rows = new Uint32Array(offsets[users.length]);
  users.forEach((own, user) => rows.set(own, offsets[user]));
  return { users: users.length, items, offsets, rows };
}

/** @param {{ row: number }[]} history */
const itemsOf = (history) => Uint32Array.from(new Set(history.map(({ row }) => row))).sort();

/**
 * @param {import("./held-out.js").Scorer} scoresOf all items after a history
 * @returns {Scorer}
 */
function itemScorer(scoresOf) {
  /** @type {Scorer["score"]} */
  const score = (_name, history, rows) => {
    const scores = scoresOf(itemsOf(history));
    return Float64Array.from(rows, (row) => scores[row]);
  };
  return {
    score,
    scoreBoth: (name, history, rows) => {
      const scores = score(name, history, rows, true);
      return { order: scores, scores };
    },
  };
}
