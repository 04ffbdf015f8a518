import { wordsOf } from "../../name-hints.js";
import { isDense } from "../shared/layers.js";

/**
 * The two heads of a variational encoder, which give the mean and the variance of a code. Scores
 * take the mean alone.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 *
 * @typedef {object} Heads
 * @property {Layer} mean
 * @property {Layer} variance
 * @property {boolean} isGuess whether no name tells which is which
 */

const VARIANCE_WORDS = new Set(
  "logvar logvariance logsigma logstd logv lnvar var variance sigma std stddev scale".split(" "),
);

/**
 * @param {Layer[]} layers
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {Heads | undefined}
 */
export function headsOf(layers, { head }) {
  const dense = layers.filter(isDense);
  const isTwin = (/** @type {Layer} */ a, /** @type {Layer} */ b) =>
    a !== b && String(a.weight?.shape) === String(b.weight?.shape);
  const variance = dense.find(({ path }) => isVariance(path));
  if (variance) {
    const twins = dense.filter((layer) => isTwin(layer, variance) && !isVariance(layer.path));
    const at = dense.indexOf(variance);
    const mean = [...twins].sort((a, b) => distance(dense, a, at) - distance(dense, b, at))[0];
    return mean && { mean, variance, isGuess: false };
  }
  const at = dense.findIndex((layer, k) => {
    const [outputs, inputs] = layer.weight?.shape ?? [];
    return k > 0 && outputs !== inputs && isTwin(layer, dense[k - 1]);
  });
  if (at < 0) return undefined;
  const pair = [dense[at - 1], dense[at]];
  const [mean, variances] = head === "second" ? pair.reverse() : pair;
  return { mean, variance: variances, isGuess: true };
}

/**
 * @param {Layer[]} layers
 * @param {Layer} layer
 * @param {number} at
 */
const distance = (layers, layer, at) => Math.abs(layers.indexOf(layer) - at);

/** @param {string} path */
function isVariance(path) {
  const words = wordsOf(path.split(/[./]/).at(-1) ?? "");
  return words.some((word) => VARIANCE_WORDS.has(word));
}
