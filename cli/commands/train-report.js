import { CHOICE_ITEMS, LAMBDAS } from "../train/ease.js";
import { bytes as size, table } from "./terminal.js";

/**
 * @typedef {import("../train/train.js").Trained} Trained
 * @typedef {import("../train/train.js").Figures} Figures
 */

/** @param {number} count */
const grouped = (count) => count.toLocaleString("en");

/**
 * "1 user", "2 users"
 *
 * @param {number} count
 * @param {string} what
 */
const several = (count, what) => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

/**
 * What the model is trained on, and what is left out.
 *
 * @param {import("../train/matrix.js").TrainingData} data
 * @param {{ hasRatings: boolean, positive?: number, minRatings: number }} options
 * @returns {string[]}
 */
export function takenLines({ matrix, leftOut }, { hasRatings, positive, minRatings }) {
  const { low, repeated, rareItems, rare, emptyUsers } = leftOut;
  const all = hasRatings
    ? "each rating is an interaction, high or low; --positive says otherwise"
    : "each line is an interaction";
  const taken = positive === undefined ? all : `a rating of ${positive} or more is an interaction`;
  const out = [
    low && `${several(low, "interaction")} rated below ${positive}`,
    repeated && `${several(repeated, "interaction")} that repeat another of the user with the item`,
    rareItems &&
      `${several(rareItems, "item")} of fewer than ${minRatings} users (--min-ratings), with ` +
        several(rare, "interaction"),
    emptyUsers && `${several(emptyUsers, "user")} of whom nothing is left`,
  ];
  const { users, items, rows } = matrix;
  return [
    taken,
    ...out.flatMap((text) => (text ? [`left out: ${text}`] : [])),
    `training on ${several(rows.length, "interaction")} of ${several(users, "user")} with ` +
      several(items, "item"),
  ];
}

/**
 * "2 minutes"
 * @param {number} seconds
 */
function duration(seconds) {
  if (seconds < 1.5) return "a second";
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/**
 * @param {import("../train/estimate.js").Estimate} estimate
 * @param {{ isChosen: boolean, isMeasured: boolean, items: number }} work
 */
export function estimateLine({ seconds, bytes }, { isChosen, isMeasured, items }) {
  const fits = `${isMeasured ? "2 fits" : "1 fit"} of ${grouped(items)} items`;
  const cut = Math.min(items, CHOICE_ITEMS);
  const choice = `, and ${LAMBDAS.length} of ${grouped(cut)} items to choose lambda`;
  const work = isChosen ? `${fits}${choice}` : fits;
  return `it will take about ${duration(seconds)} and ${size(bytes)} of memory: ${work}`;
}

/**
 * @param {string} path of the new file
 * @param {number} length of it, in bytes
 * @param {Trained} trained
 * @returns {string[]}
 */
export function resultLines(path, length, { weights, lambda, trials, measured }) {
  const { items, values } = weights;
  const each = "columns" in weights ? `, ${grouped(values.length)} weights` : ", all weights";
  return [
    ...(trials ? ["lambda, on held-out users:", ...trialLines(trials)] : []),
    ...(lambda === undefined ? [] : [`lambda ${lambda}`]),
    ...(measured ? measuredLines(measured) : ["not measured: too few users are held out"]),
    `${path}: ${grouped(items)} items${each}, ${size(length)}; its check vectors match`,
  ];
}

/** @param {import("../train/ease.js").Trial[]} trials */
function trialLines(trials) {
  const names = Object.keys(trials[0].figures);
  const rows = trials.map(({ lambda, figures }) => [
    String(lambda),
    ...names.map((name) => figures[name].toFixed(4)),
  ]);
  return table(["lambda", ...names], rows);
}

/** @param {import("../train/train.js").Measured} measured */
function measuredLines({ users, model, unpruned, popularity }) {
  const names = Object.keys(model);
  const row = (/** @type {string} */ title, /** @type {Figures} */ figures) => [
    title,
    ...names.map((name) => figures[name].toFixed(4)),
  ];
  const rows = [
    row("model", model),
    ...(unpruned ? [row("with all weights", unpruned)] : []),
    row("popularity", popularity),
  ];
  return [
    `measured on ${several(users, "user")} whom that model was not trained on; the file is ` +
      "trained on all:",
    ...table(["", ...names], rows),
  ];
}
