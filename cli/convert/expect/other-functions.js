import { PocketrecError } from "../../../js/common/errors.js";
import { errorsOf, isReproduced, viewsOf } from "./attempts.js";
import { affineOf, factorOf, isSameOrder, LINES_MIN, meanOf, round } from "./fits.js";

/**
 * Functions behind the score that a file does not say, as reasons why lines of --expect do not fit.
 *
 * @typedef {import("./attempts.js").Task} Task
 * @typedef {import("./diagnosis.js").Case} Case
 */

/**
 * Scores that the framework holds within a scale.
 * @param {Case} found
 */
export function clipped({ task: { expected, precision }, tried }) {
  const scores = expected.lines.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  for (const { found, view, blueprint } of tried) {
    if (view !== "scores" || blueprint.description.clip) continue;
    const within = found.map((score) => Math.min(Math.max(score, low), high));
    if (!isReproduced(errorsOf(expected, within, precision))) continue;
    const inside = new Set(scores.filter((score) => score > low && score < high)).size;
    if (inside < LINES_MIN - 1) continue;
    // A highest line that was only rounded is no end: it would hold other scores.
    const isBeyond = (/** @type {number} */ end, /** @type {1 | -1} */ side) =>
      found.some((x, k) => side * (x - end) > precision.allowed[k]);
    const [isLow, isHigh] = [isBeyond(low, -1), isBeyond(high, 1)];
    const ends = [...(isLow ? [low] : []), ...(isHigh ? [high] : [])];
    if (isLow && isHigh)
      return `The lines are held within ${low} to ${high}: --rating ${low}:${high}.`;
    const scale = isLow ? `${low}:MAX` : `MIN:${high}`;
    return `The lines end at ${ends[0]}: state the scale that holds them, --rating ${scale}.`;
  }
  return undefined;
}

/**
 * A constant difference: the global mean.
 * @param {Case} found
 */
export function offset({ task, tried }) {
  const mean = meanOf(task, tried);
  if (!mean) return undefined;
  const { number, isLogit, hasMean } = mean;
  if (hasMean)
    return `Every ${isLogit ? "logit" : "score"} is ${number} higher: --global-mean ${number}.`;
  return (
    `Every score is ${number} higher: add it to the output layer's bias before you save, ` +
    "or print the scores without it."
  );
}

/**
 * An output function that was not tried.
 * @param {Case} found
 */
export function otherOutput({ task, tried }) {
  const open = task.assumed.assumptions.find(({ subject }) => subject === "output");
  for (const { blueprint, choice, naming, foreign, view } of tried) {
    if (foreign || view !== "scores") continue;
    const known = open?.alternatives ?? [blueprint.description.output];
    for (const output of ["sigmoid", "identity", "softmax"].filter((one) => !known.includes(one))) {
      const description = { ...blueprint.description, output };
      const made = { choice, naming, blueprint: { ...blueprint, description } };
      if (viewsSafely(task, made).some(isReproduced))
        return `They fit with another output function: --output-function ${output}.`;
    }
  }
  return undefined;
}

/**
 * @param {Task} task
 * @param {Parameters<typeof viewsOf>[1]} made
 */
function viewsSafely(task, made) {
  try {
    return viewsOf(task, made);
  } catch (error) {
    if (error instanceof PocketrecError) return [];
    throw error;
  }
}

/**
 * Scores that all are the same times larger.
 * @param {Case} found
 */
export function factor({ task, tried }) {
  if (task.expected.lines.length < LINES_MIN) return undefined;
  for (const one of tried) {
    if (one.foreign || one.view === "scores") continue;
    const number = factorOf(one, task);
    if (number === undefined) continue;
    const words = `Every score is ${round(number)} times that of the model`;
    return one.view === "raw" || one.blueprint.description.output === "identity"
      ? `${words}, as a temperature makes it. A file has no factor: multiply the output layer ` +
          "by it (without one, the items' embeddings) and save, or print scores without it."
      : `${words} (behind the ${one.blueprint.description.output}): the lines are scaled to ` +
          "another range. Print the scores before that.";
  }
  return undefined;
}

/**
 * Scores on another scale.
 * @param {Case} found
 */
export function rescaled({ task, tried }) {
  if (task.expected.lines.length < LINES_MIN + 1) return undefined;
  for (const one of tried) {
    if (one.foreign || one.view === "scores") continue;
    const fit = affineOf(one, task);
    if (!fit) continue;
    const [factor, constant] = [fit.factor, fit.constant].map(round);
    const words = `${factor} times that of the model plus ${constant}`;
    const of = one.choice.output === "sigmoid" ? " (behind the sigmoid)" : "";
    return (
      `Every score is ${words}${of}: the lines are scaled to another range. ` +
      "Print the scores before that."
    );
  }
  return undefined;
}

/**
 * Other values in the same order.
 * @param {Case} found
 */
export function sameOrder({ task, tried }) {
  const { lines } = task.expected;
  if (new Set(lines.map(({ score }) => score)).size < 2 * LINES_MIN) return undefined;
  const scores = lines.map(({ score }) => score);
  const one = tried.find(({ found, foreign }) => !foreign && isSameOrder(found, scores));
  if (!one) return undefined;
  return (
    "The order is that of the model, the values are not: a function behind the score is not in " +
    "the file. Print the scores before it (raw scores)."
  );
}
