import { pairedDifferences } from "../evaluate/few.js";
import { table } from "./terminal.js";

/**
 * @typedef {import("../evaluate/few.js").Shots} Shots
 * @typedef {{ name: string, result: import("../evaluate/run.js").Result }} Baseline
 */

/**
 * All digits, for programs: per number of items given the model's figures, those of the baselines
 * and how far the model is above them.
 *
 * @param {Shots[]} shots
 * @param {Baseline[]} baselines
 */
export const fewFacts = (shots, baselines) =>
  shots.map((one, at) => ({
    shots: one.shots,
    users: one.users.length,
    metrics: one.figures,
    baselines: baselines.map(({ name, result }) => {
      const other = shotsOf(result, at);
      return { name, metrics: other.figures, above: pairedDifferences(one, other) };
    }),
  }));

/**
 * A row per number of items and metric.
 *
 * @param {Shots[]} shots
 * @param {Baseline[]} baselines
 */
export function fewTable(shots, baselines) {
  const head = ["given", "users", "metric", "value", "95% interval"];
  const heads = baselines.flatMap(({ name }) => [name, "model above it, 95%"]);
  const rows = shots.flatMap((one, at) => {
    const others = baselines.map(({ result }) => {
      const other = shotsOf(result, at);
      return { other, above: pairedDifferences(one, other) };
    });
    const interval = intervalOf(one.users.length);
    return one.figures.map((figure, column) => [
      one.shots,
      one.users.length,
      figure.metric,
      figure.value.toFixed(4),
      interval(figure),
      ...others.flatMap(({ other, above }) => [
        other.figures[column].value.toFixed(4),
        interval(above[column]),
      ]),
    ]);
  });
  return table([...head, ...heads], rows);
}

/**
 * @param {Baseline["result"]} result
 * @param {number} at
 */
const shotsOf = ({ shots = [] }, at) => shots[at];

/**
 * @param {number} users
 * @returns {(estimate: { low: number, high: number }) => string}
 */
const intervalOf =
  (users) =>
  ({ low, high }) =>
    users > 1 ? `${low.toFixed(4)} to ${high.toFixed(4)}` : "none: one user";
