import { setImmediate } from "node:timers/promises";

import { withIntervals } from "./interval.js";
import { compareList } from "./published-lists.js";
import { measure, targetRanks } from "./metrics.js";

/**
 * Cases asked and measured, some people at a time so that somebody can stop it.
 *
 * @typedef {import("./protocols.js").Case} Case
 * @typedef {import("./scorers.js").Scorer} Scorer
 * @typedef {{ metric: string, value: number, low: number, high: number }} Figure
 * @typedef {{ onProgress?: (done: number) => void, signal?: AbortSignal, seed: number }} RunOptions
 */

/** People between two looks at whether to stop. */
const TOGETHER = 16;

/**
 * How well targets are ranked.
 *
 * @param {Scorer} asker
 * @param {Case[]} cases
 * @param {string[]} metrics
 * @param {number} items
 * @param {RunOptions} options
 */
export async function runRanking(asker, cases, metrics, items, options) {
  const columns = metrics.map(() => new Float64Array(cases.length));
  const done = await eachCase(cases, options, (person, { name, history, targets, others }) => {
    const rest = others ?? restOf(items, [...history, ...targets]);
    const rows = new Uint32Array(targets.length + rest.length);
    rows.set(targets.map(({ row }) => row));
    rows.set(rest, targets.length);
    const raw = asker.score(name, history, rows, true);
    const values = measure(
      targetRanks(raw.subarray(0, targets.length), raw.subarray(targets.length)),
      rest.length,
      metrics,
    );
    values.forEach((value, column) => (columns[column][person] = value));
  });
  return { figures: summarised(columns, metrics, done, options), done };
}

/**
 * How far a model says what published lists say.
 *
 * @param {Scorer} asker
 * @param {Case[]} cases the targets in the list's order
 * @param {string[]} metrics Overlap, Same
 * @param {number} items
 * @param {RunOptions} options
 */
export async function runLists(asker, cases, metrics, items, options) {
  const columns = metrics.map(() => new Float64Array(cases.length));
  const rows = Uint32Array.from({ length: items }, (_, row) => row);
  const done = await eachCase(cases, options, (person, { name, history, targets }) => {
    const found = compareList(
      targets.map(({ row }) => row),
      asker.score(name, history, rows, true),
      new Set(history.map(({ row }) => row)),
    );
    metrics.forEach(
      (metric, column) =>
        (columns[column][person] = metric === "Overlap" ? found.overlap : found.same),
    );
  });
  return { figures: summarised(columns, metrics, done, options), done };
}

/**
 * @param {Float64Array[]} columns
 * @param {string[]} metrics
 * @param {number} done
 * @param {RunOptions} options
 * @param {(sums: number[], people: number) => number[]} [summarise] one figure a metric; default:
 *   means over people
 * @returns {Figure[]}
 */
function summarised(
  columns,
  metrics,
  done,
  { seed },
  summarise = (sums, people) => sums.map((sum) => sum / people),
) {
  const figures = withIntervals(
    columns.map((column) => column.subarray(0, done)),
    summarise,
    seed,
  );
  return figures.map((figure, place) => ({ metric: metrics[place], ...figure }));
}

/**
 * How far predicted ratings are off: every rating weighs the same.
 *
 * @param {Scorer} asker
 * @param {Case[]} cases
 * @param {string[]} metrics
 * @param {RunOptions} options
 */
export async function runRating(asker, cases, metrics, options) {
  const columns = [0, 1, 2].map(() => new Float64Array(cases.length));
  const done = await eachCase(cases, options, (person, { name, history, targets }) => {
    const predicted = asker.score(
      name,
      history,
      Uint32Array.from(targets, ({ row }) => row),
      false,
    );
    targets.forEach(({ rating = 0 }, place) => {
      const error = predicted[place] - rating;
      columns[0][person] += error ** 2;
      columns[1][person] += Math.abs(error);
      columns[2][person]++;
    });
  });
  const of = {
    RMSE: (/** @type {number[]} */ [squares, , count]) => Math.sqrt(squares / count),
    MAE: (/** @type {number[]} */ [, sum, count]) => sum / count,
  };
  const figures = summarised(columns, metrics, done, options, (sums) =>
    metrics.map((metric) => of[/** @type {"RMSE" | "MAE"} */ (metric)](sums)),
  );
  return { figures, done };
}

/**
 * @param {Case[]} cases
 * @param {RunOptions} options
 * @param {(person: number, one: Case) => void} ask
 * @returns {Promise<number>} how many were asked
 */
async function eachCase(cases, { onProgress, signal }, ask) {
  for (const [person, one] of cases.entries()) {
    if (person % TOGETHER === 0) {
      onProgress?.(person);
      await setImmediate();
      if (signal?.aborted) return person;
    }
    ask(person, one);
  }
  onProgress?.(cases.length);
  return cases.length;
}

/**
 * The catalogue without some rows.
 *
 * @param {number} items
 * @param {{ row: number }[]} without
 */
function restOf(items, without) {
  const isOut = new Uint8Array(items);
  for (const { row } of without) isOut[row] = 1;
  return Uint32Array.from({ length: items }, (_, row) => row).filter((row) => !isOut[row]);
}
