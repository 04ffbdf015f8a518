import { createRandom } from "../convert/random.js";
import { measure, targetRanks } from "../evaluate/metrics.js";
import { countsOf, rowsOf, withoutUsers } from "./matrix.js";

/**
 * Strong generalisation (Liang et al. 2018): users that the model is not trained on; of each
 * history most is the input, and the rest is to be found in the whole catalogue.
 *
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {object} Case
 * @property {Uint32Array} history rows of items
 * @property {Uint32Array} targets
 *
 * @typedef {object} Split
 * @property {Matrix} train
 * @property {Case[]} cases
 *
 * @typedef {(history: Uint32Array) => ArrayLike<number>} Scorer scores of all items
 */

/** Figures of fewer users would say nothing. */
export const USERS_MIN = 20;
/** Of small data more than the share is held out, of large data less. */
const [HELD_MIN, HELD_MAX] = [50, 1000];
/** The share of a history that is the input. */
const INPUT = 0.8;

/** As in training/README.md. */
export const METRICS = ["NDCG@100", "Recall@20"];

/**
 * @param {Matrix} matrix
 * @param {{ share: number, seed: number }} options share of the users to hold out
 * @returns {Split} without cases where there are too few users
 */
export function splitUsers(matrix, { share, seed }) {
  const usable = Array.from({ length: matrix.users }, (_, user) => user).filter(
    (user) => rowsOf(matrix, user).length >= 2,
  );
  if (!share || usable.length < 2 * USERS_MIN) return { train: matrix, cases: [] };
  const least = Math.min(HELD_MIN, Math.floor(usable.length / 2));
  const count = Math.min(Math.max(Math.round(share * usable.length), least), HELD_MAX);
  const draws = createRandom(seed);
  shuffle(usable, draws);
  const held = usable.slice(0, count).sort((a, b) => a - b);
  const isHeld = new Uint8Array(matrix.users);
  for (const user of held) isHeld[user] = 1;
  const cases = held.map((user) => {
    const order = shuffle(rowsOf(matrix, user).slice(), draws);
    const inside = Math.min(Math.max(1, Math.round(INPUT * order.length)), order.length - 1);
    return { history: order.slice(0, inside).sort(), targets: order.slice(inside).sort() };
  });
  return { train: withoutUsers(matrix, isHeld), cases };
}

/**
 * Fisher and Yates.
 *
 * @template {number[] | Uint32Array} List
 * @param {List} list
 * @param {ReturnType<typeof createRandom>} draws
 */
function shuffle(list, draws) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/**
 * What scoring and ranking takes, counted as operations of the inversion.
 *
 * @param {Case} one
 * @param {number} items
 */
const workOf = ({ history, targets }, items) => 10 * items * (history.length + 2 * targets.length);

/**
 * The work of `measureCases`.
 *
 * @param {Case[]} cases
 * @param {number} items
 */
export const measuringWork = (cases, items) =>
  cases.reduce((sum, one) => sum + workOf(one, items), 0);

/**
 * Means of the metrics over the held-out users.
 *
 * @param {Case[]} cases at least one
 * @param {Scorer} score
 * @param {import("./solver.js").Pace} pace
 * @returns {Promise<Record<string, number>>}
 */
export async function measureCases(cases, score, pace) {
  const sums = METRICS.map(() => 0);
  for (const one of cases) {
    const { history, targets } = one;
    const scores = score(history);
    await pace(workOf(one, scores.length));
    const isOther = new Uint8Array(scores.length).fill(1);
    for (const row of history) isOther[row] = 0;
    for (const row of targets) isOther[row] = 0;
    const others = Float64Array.from(scores).filter((_, row) => isOther[row]);
    const ranks = targetRanks(
      Array.from(targets, (row) => scores[row]),
      others,
    );
    measure(ranks, others.length, METRICS).forEach((value, at) => (sums[at] += value));
  }
  return Object.fromEntries(METRICS.map((name, at) => [name, sums[at] / cases.length]));
}

/**
 * The baseline: an item's score is its number of users.
 *
 * @param {Matrix} matrix
 * @returns {Scorer}
 */
export function popularity(matrix) {
  const counts = countsOf(matrix);
  return () => counts;
}
