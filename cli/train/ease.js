import { measureCases } from "./held-out.js";
import { countsOf, rowsOf, withItems } from "./matrix.js";
import { Solver } from "./solver.js";
import { Strongest } from "./strongest.js";
import { SparseRows } from "./weights.js";

/**
 * EASE (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): of all matrices B
 * with a zero diagonal the one with the least |X - X B|^2 + lambda |B|^2, where X holds the users'
 * histories: B = I - P diag(1 / diag P), P = (X'X + lambda I)^-1.
 *
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./solver.js").Pace} Pace
 * @typedef {{ lambda: number, figures: Record<string, number> }} Trial
 */

/** The values of lambda that are tried. */
export const LAMBDAS = [2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
/** Lambda is chosen on so many of the most popular items. */
export const CHOICE_ITEMS = 2000;
/** The metric that decides. */
const METRIC = "NDCG@100";
/** Adding to a place of the matrix takes as long as so many operations of the inversion. */
const PAIR = 10;

/**
 * Operations of one fit.
 * @param {Matrix} matrix
 */
export function operationsOf(matrix) {
  let pairs = 0;
  for (let user = 0; user < matrix.users; user++) pairs += rowsOf(matrix, user).length ** 2;
  return matrix.items ** 3 + PAIR * pairs;
}

/**
 * Fits the model: the solver holds -P then.
 *
 * @param {Solver} solver of as many rows as there are items
 * @param {Matrix} matrix
 * @param {number} lambda
 * @param {Pace} pace
 * @throws {import("../../js/common/errors.js").PocketrecError} "unsupported", "aborted"
 */
export async function fitEase(solver, matrix, lambda, pace) {
  solver.begin(lambda);
  for (let user = 0; user < matrix.users; user++) {
    const rows = rowsOf(matrix, user);
    solver.add(rows);
    await pace(PAIR * rows.length ** 2);
  }
  // No eigenvalue of X'X is below 0.
  await solver.invert(lambda / 2, pace);
}

/**
 * Scores by all weights; those of the history itself are not defined.
 *
 * @param {Solver} solver fitted
 * @returns {import("./held-out.js").Scorer}
 */
export function easeScorer(solver) {
  const diagonal = solver.diagonal();
  return (history) => solver.sumOf(history).map((sum, column) => -sum / diagonal[column]);
}

/**
 * The strongest weights of each row.
 *
 * @param {Solver} solver fitted
 * @param {number} limit of a row
 * @param {Pace} pace
 */
export async function sparseEase(solver, limit, pace) {
  const diagonal = solver.diagonal();
  const strongest = new Strongest(Math.min(limit, solver.size));
  const rows = new SparseRows();
  for (let row = 0; row < solver.size; row++) {
    const sums = solver.sumOf([row]);
    const weight = (/** @type {number} */ column) => -sums[column] / diagonal[column];
    for (let column = 0; column < sums.length; column++)
      if (column !== row) strongest.push(column, Math.abs(weight(column)));
    rows.push(strongest.take(), weight);
    await pace(0);
  }
  return rows.finish();
}

/**
 * All weights.
 *
 * @param {Solver} solver fitted
 * @param {Pace} pace
 * @returns {Promise<import("./weights.js").DenseWeights>}
 */
export async function denseEase(solver, pace) {
  const { size } = solver;
  const diagonal = solver.diagonal();
  const values = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    const sums = solver.sumOf([row]);
    for (let column = 0; column < size; column++)
      if (column !== row) values[row * size + column] = -sums[column] / diagonal[column];
    await pace(0);
  }
  return { items: size, values };
}

/**
 * Chooses lambda: that of the highest NDCG@100 of the held-out users. A large catalogue is cut to
 * its most popular items: a fit takes the cube of their number, and the figures of lambda are
 * alike.
 *
 * @param {import("./held-out.js").Split} split
 * @param {Pace} pace
 * @param {number} [limit] of items
 * @returns {Promise<{ lambda: number, trials: Trial[] }>}
 */
export async function chooseLambda(split, pace, limit = CHOICE_ITEMS) {
  const { train, cases } = ofPopular(split, limit);
  const solver = await Solver.open(train.items);
  /** @type {Trial[]} */
  const trials = [];
  for (const lambda of LAMBDAS) {
    await fitEase(solver, train, lambda, pace);
    trials.push({ lambda, figures: await measureCases(cases, easeScorer(solver), pace) });
  }
  const best = trials.reduce((a, b) => (b.figures[METRIC] > a.figures[METRIC] ? b : a));
  return { lambda: best.lambda, trials };
}

/**
 * A split of the most popular items alone.
 *
 * @param {import("./held-out.js").Split} split
 * @param {number} limit
 * @returns {import("./held-out.js").Split}
 */
export function ofPopular({ train, cases }, limit) {
  if (train.items <= limit) return { train, cases };
  const counts = countsOf(train);
  const popular = Uint32Array.from(counts, (_, item) => item)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, limit)
    .sort();
  const rowOf = new Int32Array(train.items).fill(-1);
  popular.forEach((item, row) => (rowOf[item] = row));
  const kept = (/** @type {Uint32Array} */ items) =>
    items.map((item) => rowOf[item]).filter((row) => row < limit);
  const all = cases.map(({ history, targets }) => ({
    history: kept(history),
    targets: kept(targets),
  }));
  return {
    train: withItems(train, rowOf, limit),
    cases: all.filter(({ history, targets }) => history.length && targets.length),
  };
}
