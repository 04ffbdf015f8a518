import { familyOf } from "../../../js/families/index.js";
import { ncf } from "../../../js/families/ncf/index.js";
import { errorsOf, isReproduced } from "./attempts.js";

/**
 * Whether a simple function makes the lines of --expect of a model's scores.
 *
 * @typedef {import("./attempts.js").Attempt} Attempt
 * @typedef {import("./attempts.js").Task} Task
 */

/**
 * The constant that is added to every score, in an output layer's bias or beside it.
 *
 * @param {Task} task
 * @param {Attempt[]} tried
 */
export function meanOf(task, tried) {
  if (task.expected.lines.length < LINES_MIN) return undefined;
  for (const one of tried) {
    if (one.foreign || one.view === "scores") continue;
    const isLogit = one.view === "free" && one.blueprint.description.output === "sigmoid";
    const constant = offsetOf(one, task, isLogit);
    const least = TELLING * (isLogit ? 4 : 1) * task.precision.spread;
    if (constant === undefined || Math.abs(constant) <= least) continue;
    const { kind } = one.blueprint;
    const hasMean = kind === "dot" || familyOf(kind) === ncf;
    return { number: round(constant), isLogit, hasMean };
  }
  return undefined;
}

/**
 * The constant that is added to every score, or to every logit.
 *
 * @param {Attempt} attempt
 * @param {Task} task
 * @param {boolean} isLogit
 */
function offsetOf({ found }, { expected, precision }, isLogit) {
  const logit = (/** @type {number} */ p) => Math.log(p / (1 - p));
  const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));
  const [into, back] = isLogit ? [logit, sigmoid] : [identity, identity];
  const offsets = expected.lines.map(({ score }, k) => into(score) - into(found[k]));
  const finite = offsets.filter(Number.isFinite);
  if (finite.length < LINES_MIN) return undefined;
  const constant = median(finite);
  const moved = found.map((score) => back(into(score) + constant));
  return isReproduced(errorsOf(expected, moved, precision)) ? constant : undefined;
}

/** So many lines show what is the same in all. */
export const LINES_MIN = 3;

/** A constant that is less of the spread is an error of another kind. */
const TELLING = 0.01;

/** @param {number} value */
export const round = (value) => Number(value.toPrecision(6));

/** @param {number} x */
const identity = (x) => x;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * The number that every score is multiplied with.
 *
 * @param {Attempt} attempt
 * @param {Task} task
 */
export function factorOf({ found }, { expected, precision }) {
  const factors = expected.lines
    .map(({ score }, k) => ({ factor: score / found[k], size: Math.abs(found[k]) }))
    .filter(({ factor }) => Number.isFinite(factor))
    .sort((a, b) => b.size - a.size);
  if (!factors.length) return undefined;
  const [{ factor }] = factors;
  const scaled = found.map((score) => factor * score);
  return isReproduced(errorsOf(expected, scaled, precision)) ? factor : undefined;
}

/**
 * The least squares fit score = factor * found + constant, if it reproduces the lines.
 *
 * @param {Attempt} attempt
 * @param {Task} task
 */
export function affineOf({ found }, { expected, precision }) {
  const scores = expected.lines.map(({ score }) => score);
  const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / list.length;
  const [meanFound, meanScore] = [mean(found), mean(scores)];
  const variance = mean(found.map((x) => (x - meanFound) ** 2));
  const covariance = mean(found.map((x, k) => (x - meanFound) * (scores[k] - meanScore)));
  const factor = covariance / variance;
  const constant = meanScore - factor * meanFound;
  const fitted = found.map((x) => factor * x + constant);
  if (!isReproduced(errorsOf(expected, fitted, precision))) return undefined;
  return { factor, constant };
}

/**
 * Whether two lists of numbers rise and fall together.
 *
 * @param {number[]} a
 * @param {number[]} b
 */
export function isSameOrder(a, b) {
  const order = a.map((_, k) => k).sort((i, j) => a[i] - a[j] || b[i] - b[j]);
  return order.every((k, at) => at === 0 || b[k] >= b[order[at - 1]]);
}
