import { bootstrap, sumsOver } from "./interval.js";

/** @typedef {import("./predicted-rows.js").PredictedRows} PredictedRows */

/**
 * Pointwise metrics of predicted clicks, over rows (user, item, label 0 or 1):
 *
 * - AUC: the share of pairs of a row with label 1 and a row with label 0 in which the first scores
 *   higher; ties count half (Hanley and McNeil, Radiology 1982)
 * - LogLoss: the mean of -log(p) over rows with label 1 and of -log(1 - p) over rows with label 0;
 *   p is clipped to EPSILON and 1 - EPSILON
 * - Calibration: mean p / mean label (He et al., Practical Lessons from Predicting Clicks on Ads at
 *   Facebook, ADKDD 2014)
 */

/** The step of float32 at 1: the clipping of scikit-learn's log_loss for such probabilities. */
export const EPSILON = 2 ** -23;

export const CLICK_METRICS = ["AUC", "LogLoss", "Calibration"];

/** The number of bins of the table of calibration. */
const BINS = 10;

/**
 * @param {PredictedRows} rows targets are labels
 * @param {string[]} metrics of CLICK_METRICS
 * @param {number} userCount
 * @param {number} seed
 */
export function clickFigures(rows, metrics, userCount, seed) {
  const auc = metrics.includes("AUC") ? aucOf(rows, userCount) : () => NaN;
  const columns = sumsByUser(rows, userCount);
  /** @type {Record<string, (sums: number[], sample?: Uint32Array) => number>} */
  const figureOf = {
    AUC: (_sums, sample) => auc(sample),
    LogLoss: ([count, loss]) => loss / count,
    Calibration: ([, , prediction, label]) => (label ? prediction / label : NaN),
  };
  const statistic = (/** @type {Uint32Array | undefined} */ sample) => {
    const sums = sumsOver(columns, sample);
    return metrics.map((metric) => figureOf[metric](sums, sample));
  };
  return bootstrap(userCount, statistic, seed);
}

/**
 * Sums over each user's rows: number, loss, probability, label.
 *
 * @param {PredictedRows} rows targets are labels
 * @param {number} userCount
 */
function sumsByUser({ users, targets, predictions }, userCount) {
  const [count, loss, prediction, label] = [0, 1, 2, 3].map(() => new Float64Array(userCount));
  users.forEach((user, row) => {
    const p = Math.min(Math.max(predictions[row], EPSILON), 1 - EPSILON);
    count[user]++;
    loss[user] -= targets[row] ? Math.log(p) : Math.log1p(-p);
    prediction[user] += predictions[row];
    label[user] += targets[row];
  });
  return [count, loss, prediction, label];
}

/**
 * The AUC as a function of a sample of users. Rows are sorted once; a sample weighs each of them.
 *
 * @param {PredictedRows} rows targets are labels
 * @param {number} userCount
 * @returns {(sample?: Uint32Array) => number} NaN where all rows have the same label
 */
export function aucOf({ users, targets, order }, userCount) {
  const sorted = Uint32Array.from(order, (_, row) => row).sort((a, b) => order[a] - order[b]);
  const user = Uint32Array.from(sorted, (row) => users[row]);
  const label = Uint8Array.from(sorted, (row) => targets[row]);
  // Whether the next row scores higher.
  const isLast = Uint8Array.from(sorted, (row, at) => Number(order[row] !== order[sorted[at + 1]]));
  const weights = new Float64Array(userCount);
  return (sample) => {
    weights.fill(sample ? 0 : 1);
    if (sample) for (const one of sample) weights[one]++;
    // Weights of the rows before the present group of ties, of its own rows, and pairs in order.
    let [below, clicks, ones, zeros, pairs] = [0, 0, 0, 0, 0];
    for (let at = 0; at < user.length; at++) {
      if (label[at]) ones += weights[user[at]];
      else zeros += weights[user[at]];
      if (!isLast[at]) continue;
      pairs += ones * (below + zeros / 2);
      below += zeros;
      clicks += ones;
      ones = zeros = 0;
    }
    return pairs / (clicks * below);
  };
}

/**
 * @typedef {object} Bin rows whose prediction is from `from` to below `to`, or to 1 in the last bin
 * @property {number} from
 * @property {number} to
 * @property {number} rows
 * @property {number | null} prediction the mean; null without rows
 * @property {number | null} label the mean; null without rows
 */

/**
 * The table of calibration: bins of one width.
 *
 * @param {PredictedRows} rows targets are labels
 * @returns {Bin[]}
 */
export function calibrationBins({ predictions, targets }) {
  const sums = Array.from({ length: BINS }, () => ({ rows: 0, prediction: 0, label: 0 }));
  predictions.forEach((prediction, row) => {
    const bin = sums[Math.min(Math.floor(prediction * BINS), BINS - 1)];
    bin.rows++;
    bin.prediction += prediction;
    bin.label += targets[row];
  });
  return sums.map(({ rows, prediction, label }, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    rows,
    prediction: rows ? prediction / rows : null,
    label: rows ? label / rows : null,
  }));
}
