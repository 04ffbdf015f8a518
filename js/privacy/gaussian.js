import { assertNumber } from "../common/arguments.js";
import { demandDelta, demandEpsilon, demandOnly } from "./limits.js";
import { normals } from "./randomness.js";
import { gaussianSigma } from "./sigma.js";
import { ofLength } from "./vectors.js";

/**
 * @typedef {object} GaussianAnswer
 * @property {"gaussian"} mechanism
 * @property {Float32Array} vector the person's direction with noise, on a grid
 * @property {number} epsilon
 * @property {number} delta
 * @property {number} norm the length of the vector before the noise
 * @property {number} sigma standard deviation of the noise in each number
 */

/** Steps of the grid in a standard deviation, at least. */
const STEPS = 1024;

/**
 * The person's vector with Gaussian noise. Every vector is brought to the length `norm`, since
 * candidates by inner product depend on the direction alone: any two people are then at most 2 *
 * norm apart, which is the sensitivity.
 *
 * @param {ArrayLike<number>} vector
 * @param {{ epsilon?: unknown, delta?: unknown, norm?: unknown }} options
 * @returns {import("../privacy.js").Prepared<GaussianAnswer>}
 */
export function prepareGaussian(vector, { norm = 1, ...options }) {
  demandOnly(options, "gaussian", ["epsilon", "delta", "norm"]);
  const epsilon = demandEpsilon(options.epsilon);
  const delta = demandDelta(options.delta);
  assertNumber(norm, "norm", { min: 1e-6, max: 1e6 });
  const length = /** @type {number} */ (norm);
  const mechanism = /** @type {const} */ ("gaussian");
  const direction = ofLength(vector, length);
  const sigma = gaussianSigma({ epsilon, delta, sensitivity: 2 * length });
  return {
    charge: { mechanism, epsilon, delta },
    answer: (words) => ({
      mechanism,
      vector: noised(direction, sigma, words),
      epsilon,
      delta,
      norm: length,
      sigma,
    }),
  };
}

/**
 * With noise, and rounded to a grid: which doubles a sum can be depends on what was added to the
 * noise, and would give it away (Mironov, CCS 2012). Of the grid every point can be reached from
 * every vector, each by very many draws.
 *
 * @param {Float64Array} vector
 * @param {number} sigma
 * @param {import("./randomness.js").Words} words
 * @returns {Float32Array}
 */
export function noised(vector, sigma, words) {
  const next = normals(words);
  const grid = gridOf(sigma);
  // The 0 makes a zero of -0, whose sign would tell more than the grid.
  return Float32Array.from(
    vector,
    (value) => Math.round((value + sigma * next()) / grid) * grid + 0,
  );
}

/**
 * A power of two, which multiplies and divides without rounding.
 * @param {number} sigma
 */
export const gridOf = (sigma) => 2 ** Math.floor(Math.log2(sigma)) / STEPS;
