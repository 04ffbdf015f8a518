import { isUserIdName } from "../name-hints.js";

/**
 * The trained users' tables: what may be published of them is their mean and covariance.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 */

/** Of the mean variance, on the covariance's diagonal: so that it has a Cholesky factor. */
const SHRINKAGE = 1e-3;

/** The tables of docs/format.md whose rows are people. */
export const USER_TABLES = ["gmf.user", "mlp.user", "user"];

/** The widest vector whose covariance is worth its download: its square is in the file. */
const COVARIANCE_MAX = 512;

/**
 * Takes the tables out, and puts in what new people start from.
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {boolean} isKept whether the tables stay as well
 * @returns {string[]} the names of the tables that went
 */
export function summariseUsers(tensors, isKept) {
  const droppedTables = [];
  for (const name of USER_TABLES) {
    const table = tensors.get(name);
    if (!table) continue;
    const mean = meanOf(table);
    tensors.set(`${name}_mean`, { shape: [mean.length], values: Float32Array.from(mean) });
    if (name !== "user" && mean.length <= COVARIANCE_MAX)
      tensors.set(`${name}_covariance`, covarianceOf(table, mean));
    if (isKept) continue;
    tensors.delete(name);
    droppedTables.push(name);
  }
  return droppedTables;
}

/**
 * The features by which a tower is told who somebody is: the rows of their tables are people.
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

/** The mean row. @param {ForeignTensor} table */
export function meanOf({ shape: [rows, width], values }) {
  const mean = new Float64Array(width);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++) mean[k] += values[row * width + k] / rows;
  return mean;
}

/**
 * @param {ForeignTensor} table
 * @param {Float64Array} mean
 * @returns {ForeignTensor}
 */
function covarianceOf({ shape: [rows, width], values }, mean) {
  const sums = new Float64Array(width * width);
  const off = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) off[k] = values[row * width + k] - mean[k];
    for (let k = 0; k < width; k++)
      for (let l = 0; l <= k; l++) sums[k * width + l] += (off[k] * off[l]) / rows;
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
