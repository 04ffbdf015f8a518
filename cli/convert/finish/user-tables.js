import { meanRow, vectorTensor } from "../matrix.js";
import { isUserIdName } from "../name-hints.js";

/**
 * The trained users' tables, of which only the mean and the covariance may be published.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 */

/** Share of the mean variance that is added to the diagonal, so that Cholesky succeeds. */
const SHRINKAGE = 1e-3;

/** The tables of docs/format.md with a row per user. */
export const USER_TABLES = ["gmf.user", "mlp.user", "user"];

/** The widest vector whose covariance is worth the download: width^2 numbers. */
const COVARIANCE_MAX = 512;

/**
 * Drops the user tables, and adds what fold-in starts from: means and covariances.
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {boolean} isKept whether the tables stay as well
 * @param {{ isDot?: boolean, isRidge?: boolean }} [kind] isDot: of a dot product, isRidge: whose
 *   users are fitted without a prior
 * @returns {string[]} the names of the dropped tables
 */
export function summariseUsers(tensors, isKept, { isDot = false, isRidge = false } = {}) {
  const dropped = [];
  for (const name of USER_TABLES) {
    const table = tensors.get(name);
    if (!table) continue;
    const mean = meanRow(table);
    const hasCovariance = (name !== "user" || isDot) && mean.length <= COVARIANCE_MAX;
    if (!isRidge) tensors.set(`${name}_mean`, vectorTensor(mean));
    if (!isRidge && hasCovariance) tensors.set(`${name}_covariance`, covarianceOf(table, mean));
    if (isKept) continue;
    tensors.delete(name);
    dropped.push(name);
  }
  if (!isKept && tensors.delete("user.bias")) dropped.push("user.bias");
  return dropped;
}

/**
 * Features of a tower that are the user's id: their tables have a row per user.
 *
 * @param {Record<string, any>} description
 * @returns {{ name: string, table: string }[]}
 */
export function userIdFeatures({ features = [] }) {
  return features
    .filter(
      (/** @type {any} */ { name, kind, side, several, from }) =>
        kind === "categorical" &&
        side !== "item" &&
        !several &&
        from !== "history" &&
        isUserIdName(name),
    )
    .map((/** @type {any} */ { name, table = name }) => ({ name, table: `${table}.embedding` }));
}

/**
 * @param {ForeignTensor} table [rows, width]
 * @param {Float64Array} mean [width]
 * @returns {ForeignTensor} [width, width], shrunk towards its diagonal
 */
function covarianceOf({ shape: [rows, width], values }, mean) {
  const sums = new Float64Array(width * width);
  const deviation = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) deviation[k] = values[row * width + k] - mean[k];
    for (let k = 0; k < width; k++)
      for (let l = 0; l <= k; l++) sums[k * width + l] += (deviation[k] * deviation[l]) / rows;
  }
  let trace = 0;
  for (let k = 0; k < width; k++) trace += sums[k * width + k];
  const covariance = new Float32Array(width * width);
  for (let k = 0; k < width; k++) {
    for (let l = 0; l <= k; l++)
      covariance[k * width + l] = covariance[l * width + k] = sums[k * width + l];
    covariance[k * width + k] += (SHRINKAGE * trace) / width;
  }
  return { shape: [width, width], values: covariance };
}
