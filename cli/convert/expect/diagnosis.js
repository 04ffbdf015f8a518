import { isReproduced, withForeign } from "./attempts.js";
import { LINES_MIN } from "./fits.js";
import { clipped, factor, offset, otherOutput, rescaled, sameOrder } from "./other-functions.js";
import { otherRows } from "./other-rows.js";
import { halfPrecisionOf } from "./precision.js";

/**
 * Why no model reproduces the lines of --expect, and the way out.
 *
 * @typedef {import("./attempts.js").Attempt} Attempt
 * @typedef {import("./attempts.js").Task} Task
 *
 * @typedef {object} Case
 * @property {Task} task
 * @property {Attempt[]} tried the nearest first
 * @property {(string | number)[]} [ids]
 */

/** The first that explains the lines speaks; what is simple comes first. */
const REASONS = [
  fewDigits,
  otherRows,
  clipped,
  someLines,
  offset,
  otherOutput,
  factor,
  foreignActivation,
  rescaled,
  sameOrder,
];

/**
 * @param {Task} task
 * @param {Attempt[]} tried
 * @param {(string | number)[]} [ids]
 * @returns {string} sentences
 */
export function diagnosisOf(task, tried, ids) {
  const sorted = [...tried].sort((a, b) => a.ratio - b.ratio);
  for (const reason of REASONS) {
    const hint = reason({ task, tried: sorted, ids });
    if (hint) return hint;
  }
  return wayOut(task.assumed);
}

/**
 * Scores that were printed, or computed, with fewer digits than tell models apart.
 * @param {Case} found
 */
function fewDigits({ task: { expected, precision }, tried }) {
  const { rounding, digits } = precision;
  const half = halfPrecisionOf(expected.lines);
  const isWithin = (/** @type {Attempt} */ { errors }, /** @type {number[]} */ limits) =>
    errors.every((error, k) => error <= 1.02 * limits[k]);
  if (tried.some((one) => isWithin(one, rounding)))
    return `The scores have ${digits} digits: print 6 or more, such as f"{score:.9g}".`;
  if (half && tried.some((one) => isWithin(one, half)))
    return "The scores are of half precision: compute them in float32 (model.float()).";
  return undefined;
}

/**
 * A few lines of other scores among right ones.
 * @param {Case} found
 */
function someLines({ task: { expected, precision }, tried }) {
  const { lines } = expected;
  for (const { errors } of tried) {
    const wrong = lines.filter((_, k) => errors[k] > precision.allowed[k]);
    const right = new Set(lines.filter((line) => !wrong.includes(line)).map(({ score }) => score));
    if (right.size < LINES_MIN + 2 || wrong.length > lines.length / 3) continue;
    const numbers = wrong.map(({ number }) => number);
    const few = numbers.slice(0, 6).join(", ") + (numbers.length > 6 ? ", ..." : "");
    const which = numbers.length > 1 ? `all lines but ${few}` : `all lines but line ${few}`;
    return `It reproduces ${which}: are their users, items and scores right?`;
  }
  return undefined;
}

/**
 * An activation that the kernels lack, or one that differs by layer.
 * @param {Case} found
 */
function foreignActivation({ task, tried }) {
  const uniform = tried.filter(({ choice }) => !choice.activation?.includes(","));
  const found = withForeign(task, uniform).find(isReproduced);
  if (found?.foreign) {
    const [name] = found.foreign.filter((each) => each !== "identity");
    return `They fit with ${name}, which pocketrec does not compute: train with relu or elu.`;
  }
  return undefined;
}

/** @param {Task["assumed"]} assumed */
function wayOut({ assumptions }) {
  const state = "Were they printed in eval mode (model.eval()), with the weights of this file?";
  return assumptions.length
    ? `${state} A residual connection or a norm that forward() adds is not computed.`
    : `${state} Are users and items rows of the checkpoint, counted from 0?`;
}
