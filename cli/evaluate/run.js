import { setImmediate } from "node:timers/promises";

import { calibrationBins, clickFigures } from "./clicks.js";
import { FewColumns } from "./few.js";
import { withIntervals } from "./interval.js";
import { measure, targetRanks } from "./metrics.js";
import { PredictedRows } from "./predicted-rows.js";
import { compareList } from "./published-lists.js";

/**
 * Scores the cases of a protocol and computes the figures.
 *
 * @typedef {import("./protocols.js").Case} Case
 * @typedef {import("./scorers.js").Scorer} Scorer
 * @typedef {{ metric: string, value: number, low: number, high: number }} Figure
 * @typedef {object} Result
 * @property {Figure[]} figures
 * @property {number} done cases that were scored
 * @property {Partial<import("./counts.js").Counts>} [counts]
 * @property {import("./predicted-rows.js").Summary} [rows] of predicted ratings or clicks
 * @property {import("./clicks.js").Bin[]} [calibration] of predicted clicks
 * @property {import("./few.js").Shots[]} [shots] of short histories
 * @typedef {{ onProgress?: (done: number) => void, signal?: AbortSignal, seed: number }} RunOptions
 */

/** Cases between two checks of the abort signal. */
const BATCH = 16;

/**
 * Ranking metrics: the mean over users.
 *
 * @param {Scorer} scorer
 * @param {Case[]} cases
 * @param {string[]} metrics as `measure` takes them
 * @param {number} itemCount
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export async function runRanking(scorer, cases, metrics, itemCount, options) {
  const columns = metrics.map(() => new Float64Array(cases.length));
  const cutOffs = metrics.map((metric) => Number(metric.split("@")[1] ?? 0));
  const counts = { alone: 0, within: 0 };
  const done = await eachCase(cases, options, (user, one) => {
    const { values, candidates, others } = rankCase(scorer, one, metrics, itemCount);
    if (!others) counts.alone++;
    else if (candidates <= Math.max(...cutOffs)) counts.within++;
    values.forEach((value, column) => (columns[column][user] = value));
  });
  return { figures: summarised(columns, metrics, done, options, means), done, counts };
}

/**
 * The metrics of one case, and among how many candidates.
 *
 * @param {Scorer} scorer
 * @param {Case} one
 * @param {string[]} metrics
 * @param {number} itemCount
 */
function rankCase(scorer, { name, history, targets, others }, metrics, itemCount) {
  const rest = others ?? rowsWithout(itemCount, [...history, ...targets]);
  const rows = new Uint32Array(targets.length + rest.length);
  rows.set(targets.map(({ row }) => row));
  rows.set(rest, targets.length);
  const raw = scorer.score(name, history, rows, true);
  const ranks = targetRanks(raw.subarray(0, targets.length), raw.subarray(targets.length));
  const values = measure(ranks, rest.length, metrics);
  return { values, candidates: rows.length, others: rest.length };
}

/**
 * Ranking metrics of short histories: of a user the mean over the draws, then the mean over users.
 *
 * @param {Scorer} scorer
 * @param {import("./protocols.js").FewCase[]} cases
 * @param {string[]} metrics as `measure` takes them
 * @param {number} itemCount
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export async function runFew(scorer, cases, metrics, itemCount, options) {
  const few = new FewColumns(metrics);
  const done = await eachCase(cases, options, (_, one) => {
    few.add(one.shots, one.name, rankCase(scorer, one, metrics, itemCount).values);
  });
  const shots = few.shots(options.seed);
  const users = new Set(cases.slice(0, done).map(({ name }) => name)).size;
  return { figures: [], shots, done: users };
}

/**
 * Agreement with published lists.
 *
 * @param {Scorer} scorer
 * @param {Case[]} cases the targets in the list's order
 * @param {string[]} metrics "Overlap", "Same"
 * @param {number} itemCount
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export async function runLists(scorer, cases, metrics, itemCount, options) {
  const columns = metrics.map(() => new Float64Array(cases.length));
  const catalogue = Uint32Array.from({ length: itemCount }, (_, row) => row);
  const done = await eachCase(cases, options, (user, { name, history, targets }) => {
    const { overlap, same } = compareList(
      targets.map(({ row }) => row),
      scorer.score(name, history, catalogue, true),
      new Set(history.map(({ row }) => row)),
    );
    metrics.forEach((metric, column) => {
      columns[column][user] = metric === "Overlap" ? overlap : same;
    });
  });
  return { figures: summarised(columns, metrics, done, options, means), done };
}

/**
 * Errors of predicted ratings; every rating has the same weight.
 *
 * @param {Scorer} scorer
 * @param {Case[]} cases
 * @param {string[]} metrics "RMSE", "MAE"
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export async function runRating(scorer, cases, metrics, options) {
  const predicted = new PredictedRows();
  const done = await eachCase(cases, options, (user, { name, history, targets }) => {
    const rows = Uint32Array.from(targets, ({ row }) => row);
    const scores = scorer.score(name, history, rows, false);
    targets.forEach(({ rating = 0 }, at) => predicted.add(user, rating, scores[at], scores[at]));
  });
  const [squares, sizes, counts] = [0, 1, 2].map(() => new Float64Array(cases.length));
  predicted.users.forEach((user, row) => {
    const error = predicted.predictions[row] - predicted.targets[row];
    squares[user] += error ** 2;
    sizes[user] += Math.abs(error);
    counts[user]++;
  });
  /** @type {Record<string, (sums: number[]) => number>} */
  const figureOf = {
    RMSE: ([squares, , count]) => Math.sqrt(squares / count),
    MAE: ([, sizes, count]) => sizes / count,
  };
  const errors = (/** @type {number[]} */ sums) => metrics.map((metric) => figureOf[metric](sums));
  const figures = summarised([squares, sizes, counts], metrics, done, options, errors);
  return { figures, done, rows: predicted.summary() };
}

/**
 * Metrics of predicted clicks; every row has the same weight.
 *
 * @param {Scorer} scorer
 * @param {Case[]} cases
 * @param {string[]} metrics of CLICK_METRICS
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export async function runClicks(scorer, cases, metrics, options) {
  const predicted = new PredictedRows();
  const done = await eachCase(cases, options, (user, { name, history, targets }) => {
    const rows = Uint32Array.from(targets, ({ row }) => row);
    const { order, scores } = scorer.scoreBoth(name, history, rows);
    targets.forEach(({ label = 0 }, at) => predicted.add(user, label, order[at], scores[at]));
  });
  const figures = clickFigures(predicted, metrics, done, options.seed).map((figure, index) => ({
    metric: metrics[index],
    ...figure,
  }));
  const isProbable = metrics.some((metric) => metric !== "AUC");
  return {
    figures,
    done,
    rows: predicted.summary(),
    ...(isProbable ? { calibration: calibrationBins(predicted) } : {}),
  };
}

/**
 * @param {number[]} sums
 * @param {number} users
 */
const means = (sums, users) => sums.map((sum) => sum / users);

/**
 * @param {Float64Array[]} columns one value per case in each
 * @param {string[]} metrics
 * @param {number} done
 * @param {RunOptions} options
 * @param {(sums: number[], users: number) => number[]} summarise one figure per metric
 * @returns {Figure[]}
 */
function summarised(columns, metrics, done, { seed }, summarise) {
  const scored = columns.map((column) => column.subarray(0, done));
  const figures = withIntervals(scored, summarise, seed);
  return figures.map((figure, index) => ({ metric: metrics[index], ...figure }));
}

/**
 * @template {Case} C
 * @param {C[]} cases
 * @param {RunOptions} options
 * @param {(index: number, one: C) => void} work
 * @returns {Promise<number>} number of cases done; fewer than all after an abort
 */
async function eachCase(cases, { onProgress, signal }, work) {
  for (const [index, one] of cases.entries()) {
    if (index % BATCH === 0) {
      onProgress?.(index);
      await setImmediate();
      if (signal?.aborted) return index;
    }
    work(index, one);
  }
  onProgress?.(cases.length);
  return cases.length;
}

/**
 * The rows of the catalogue without some.
 *
 * @param {number} itemCount
 * @param {{ row: number }[]} excluded
 */
function rowsWithout(itemCount, excluded) {
  const isExcluded = new Uint8Array(itemCount);
  for (const { row } of excluded) isExcluded[row] = 1;
  return Uint32Array.from({ length: itemCount }, (_, row) => row).filter((row) => !isExcluded[row]);
}
