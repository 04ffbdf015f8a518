import { PocketrecError } from "../../js/common/errors.js";

/**
 * What the values of a rating column mean to a protocol. Where the data leave that open, it is
 * asked: a guess would give figures of another question.
 *
 * @typedef {import("./interactions.js").Interactions} Interactions
 * @typedef {Readonly<import("../../js/file/metadata.js").Info>} Info
 *
 * @typedef {object} Values of all rating columns
 * @property {number} count
 * @property {number} minimum
 * @property {number} maximum
 * @property {number} low how many are 0 or less
 * @property {number} above the lowest value above 0
 * @property {boolean} isMinimumAlone whether no value is below 0 but the minimum
 * @property {boolean} areLabels whether all are 0 or 1
 */

/**
 * @param {Interactions[]} data
 * @returns {Values}
 * @throws {PocketrecError} "bad-argument": a rating is no number
 */
export function valuesOf(data) {
  let [count, low, minimum, maximum, above] = [0, 0, Infinity, -Infinity, Infinity];
  let areLabels = true;
  /** @type {Set<number>} */
  const negatives = new Set();
  for (const { rating = [], path } of data)
    for (const value of rating) {
      if (!Number.isFinite(value))
        throw new PocketrecError("bad-argument", path, "ratings that are numbers", `${value}`);
      count++;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      areLabels &&= value === 0 || value === 1;
      if (value > 0) above = Math.min(above, value);
      else low++;
      if (value < 0 && negatives.size < 2) negatives.add(value);
    }
  return { count, minimum, maximum, low, above, isMinimumAlone: negatives.size < 2, areLabels };
}

/**
 * Asks what values of 0 or less mean.
 *
 * @param {Values} values
 * @param {"an interaction" | "a rating"} what
 */
function askAboutLow({ count, low, minimum, above }, what) {
  const [keep, leave] = [minimum, Number.isFinite(above) ? above : 1];
  return new PocketrecError(
    "bad-argument",
    "--positive",
    `the lowest value that is ${what}, since 0 or less may mean none`,
    `${low} of ${count} values of 0 or less`,
    { hint: `--positive ${keep} counts them, --positive ${leave} leaves them out.` },
  );
}

/**
 * The lowest rating that is an interaction, for a protocol that ranks.
 *
 * @param {Values} values
 * @param {number | undefined} positive --positive, else the file's
 * @returns {number | undefined}
 * @throws {PocketrecError} "bad-argument": some values may mean that there is no interaction
 */
export function rankingThreshold(values, positive) {
  if (positive !== undefined || !values.low) return positive;
  throw askAboutLow(values, "an interaction");
}

/**
 * The lowest rating that is a rating, for the rating protocol.
 *
 * @param {Values} values
 * @param {number | undefined} positive --positive
 * @param {Info["rating"]} scale the file's
 * @returns {number | undefined}
 * @throws {PocketrecError} "bad-argument": the lowest value stands alone at 0 or below, and may
 *   mean that there is no rating
 */
export function ratingThreshold(values, positive, scale) {
  const isScaleKnown = positive !== undefined || scale.minimum !== undefined;
  if (isScaleKnown || !values.low || !values.isMinimumAlone) return positive;
  throw askAboutLow(values, "a rating");
}

/**
 * The lowest rating that is a click.
 *
 * @param {Values} values
 * @param {number | undefined} positive --positive
 * @param {number | undefined} positiveOfFile
 * @returns {number}
 * @throws {PocketrecError} "bad-argument": the values are no labels, and there is no threshold
 */
export function clickThreshold({ minimum, maximum, areLabels }, positive, positiveOfFile) {
  const threshold = positive ?? (areLabels ? 1 : positiveOfFile);
  if (threshold !== undefined) return threshold;
  throw new PocketrecError(
    "bad-argument",
    "--positive",
    "the lowest rating that is a click, since the data have ratings and no labels 0 and 1",
    `values from ${minimum} to ${maximum}`,
  );
}

/**
 * Whether scores are probabilities of a click: not those of a softmax, which sum to 1 over the
 * catalogue.
 *
 * @param {Info} info
 */
export const isProbability = ({ output, input: { values, scale, shift } }) =>
  output === "sigmoid" && (values === "binary" || (scale === 1 && shift === 0));

/**
 * @param {Values} values
 * @param {number | undefined} threshold lower values are left out
 * @param {Info} info
 * @throws {PocketrecError} "bad-argument": the ratings are on another scale than the file's
 */
export function assertScale({ minimum, maximum }, threshold, { rating }) {
  const { minimum: from = -Infinity, maximum: to = Infinity } = rating;
  const lowest = Math.max(minimum, threshold ?? -Infinity);
  if (lowest >= from && maximum <= to) return;
  const rescale = "Bring the data to that scale, or convert with --rating of the data's scale.";
  throw new PocketrecError(
    "bad-argument",
    "--data",
    `ratings from ${from} to ${to}, the scale of the weights file`,
    `ratings from ${lowest} to ${maximum}`,
    { hint: maximum > to ? rescale : `--positive ${from} leaves out lower ratings.` },
  );
}

/** What an output function can give. @type {Record<string, [number, number]>} */
const RANGES = { sigmoid: [0, 1], softmax: [0, 1], tanh: [-1, 1] };

/**
 * @param {Values} values
 * @param {Info} info
 * @throws {PocketrecError} "bad-argument": the model's output function cannot give such ratings
 */
export function assertPredictsRatings({ minimum, maximum }, { output, input }) {
  const [low, high] = RANGES[output] ?? [-Infinity, Infinity];
  const { scale, shift } = input.values === "rating" ? input : { scale: 1, shift: 0 };
  const [from, to] = [low / scale + shift, high / scale + shift].sort((a, b) => a - b);
  // The ends of an output function may lie inside the scale, but not half of the scale outside.
  const slack = (maximum - minimum) / 2;
  // An input of ones and an output without a function: the logits of an implicit model.
  const isLogit = input.values === "binary" && output === "identity";
  const isWithin = minimum >= from - slack && maximum <= to + slack;
  if (output !== "softmax" && !isLogit && isWithin) return;
  const advice = "convert with --output-function identity if the model predicts ratings.";
  throw new PocketrecError(
    "bad-argument",
    "--protocol rating",
    `a model that predicts ratings from ${minimum} to ${maximum}`,
    isLogit
      ? "logits of a model whose input is no rating"
      : `output "${output}", from ${from} to ${to}`,
    { hint: `--protocol clicks measures probabilities; ${advice}` },
  );
}
