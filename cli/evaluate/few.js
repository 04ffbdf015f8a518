import { withIntervals } from "./interval.js";

/**
 * Figures of short histories, for each number of items in the input.
 *
 * @typedef {import("./run.js").Figure} Figure
 * @typedef {object} Shots
 * @property {number} shots items in the input
 * @property {string[]} users who have enough items
 * @property {Figure[]} figures one per metric
 * @property {Float64Array[]} columns by metric: each user's mean over the draws
 * @property {number} seed of the bootstrap
 */

/** @typedef {{ sums: number[], draws: number }} Drawn sums of the metrics over the draws */

export class FewColumns {
  /** By the number of items and the user. @type {Map<number, Map<string, Drawn>>} */
  #shots = new Map();
  #metrics;

  /** @param {string[]} metrics */
  constructor(metrics) {
    this.#metrics = metrics;
  }

  /**
   * @param {number} shots
   * @param {string} user
   * @param {number[]} values one per metric
   */
  add(shots, user, values) {
    /** @type {Map<string, Drawn>} */
    const users = this.#shots.get(shots) ?? new Map();
    const before = users.get(user);
    const sums = values.map((value, at) => value + (before?.sums[at] ?? 0));
    users.set(user, { sums, draws: (before?.draws ?? 0) + 1 });
    this.#shots.set(shots, users);
  }

  /**
   * @param {number} seed of the bootstrap
   * @returns {Shots[]} in ascending order
   */
  shots(seed) {
    const metrics = this.#metrics;
    return [...this.#shots]
      .sort(([a], [b]) => a - b)
      .map(([shots, users]) => {
        const columns = metrics.map((_, at) =>
          Float64Array.from(users.values(), ({ sums, draws }) => sums[at] / draws),
        );
        const figures = withIntervals(columns, means, seed).map((figure, at) => ({
          metric: metrics[at],
          ...figure,
        }));
        return { shots, users: [...users.keys()], figures, columns, seed };
      });
  }
}

/**
 * How far a model is above another one on the same users, with paired intervals: users differ more
 * from each other than models do.
 *
 * @param {Shots} model
 * @param {Shots} other
 * @returns {import("./interval.js").Estimate[]} one per metric
 */
export function pairedDifferences(model, other) {
  const columns = model.columns.map((column, at) =>
    column.map((value, user) => value - other.columns[at][user]),
  );
  return withIntervals(columns, means, model.seed);
}

/**
 * @param {number[]} sums
 * @param {number} users
 */
const means = (sums, users) => sums.map((sum) => sum / users);
