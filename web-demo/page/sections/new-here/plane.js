/** A plane through the space of the vectors: the two directions in which films differ most. */

const PIECE = 40; // films whose products are added before other work gets its turn
const ROUNDS = 500;
const CONVERGED = 1e-12; // 1 - the cosine of the angle by which an axis turns in a round

/**
 * @typedef {object} Plane
 * @property {Float64Array[]} axes two, of length 1, at right angles
 * @property {Float64Array} mean of the films
 * @property {number} share of the films' variance that the plane shows, 0 to 1
 */

/**
 * Principal components (Hotelling 1933) by power iteration.
 *
 * @param {{ width: number, values: ArrayLike<number> }} vectors of films, by row
 * @param {number[]} rows of the films that count
 * @returns {Promise<Plane>}
 */
export async function planeOf({ width, values }, rows) {
  const mean = new Float64Array(width);
  for (const row of rows)
    for (let k = 0; k < width; k += 1) mean[k] += values[row * width + k] / rows.length;
  const covariance = await covarianceOf({ width, values }, rows, mean);
  let total = 0;
  for (let k = 0; k < width; k += 1) total += covariance[k * width + k];
  const axes = [];
  let shown = 0;
  for (let n = 0; n < 2; n += 1) {
    await turn();
    const { axis, variance } = strongest(covariance, width, axes);
    axes.push(axis);
    shown += variance;
  }
  return { axes, mean, share: shown / total };
}

/** Where a vector lies in the plane. @returns {[x: number, y: number]} */
export function project({ axes }, vector) {
  return axes.map((axis) => dot(axis, vector));
}

async function covarianceOf({ width, values }, rows, mean) {
  const sums = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (const [n, row] of rows.entries()) {
    if (n % PIECE === 0) await turn();
    for (let k = 0; k < width; k += 1) centred[k] = values[row * width + k] - mean[k];
    for (let i = 0; i < width; i += 1) {
      const value = centred[i] / rows.length;
      for (let k = 0; k <= i; k += 1) sums[i * width + k] += value * centred[k];
    }
  }
  for (let i = 0; i < width; i += 1)
    for (let k = 0; k < i; k += 1) sums[k * width + i] = sums[i * width + k];
  return sums;
}

/** The eigenvector of the largest eigenvalue, at right angles to those before. */
function strongest(matrix, width, before) {
  let axis = unit(
    Float64Array.from({ length: width }, (_, k) => Math.cos(k * (before.length + 1))),
  );
  let variance = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = new Float64Array(width);
    for (let i = 0; i < width; i += 1)
      for (let k = 0; k < width; k += 1) next[i] += matrix[i * width + k] * axis[k];
    for (const other of before) {
      const along = dot(next, other);
      for (let k = 0; k < width; k += 1) next[k] -= along * other[k];
    }
    variance = Math.sqrt(dot(next, next));
    const turned = 1 - Math.abs(dot(next, axis)) / (variance || 1);
    axis = unit(next);
    if (turned < CONVERGED) break;
  }
  return { axis, variance };
}

/** Other work gets its turn: the page stays fluent. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += a[k] * b[k];
  return sum;
}
