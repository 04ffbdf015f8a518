import { assertNumber } from "../common/arguments.js";
import { assertOnly, readDelta, readEpsilon } from "./arguments.js";
import { normals } from "./random.js";
import { gaussianSigma } from "./sigma.js";
import { scaleTo } from "./vectors.js";

/**
 * @typedef {object} GaussianAnswer what may be sent: the vector with noise
 * @property {"gaussian"} mechanism its name
 * @property {Float32Array<ArrayBuffer>} vector the direction of the user vector with noise, rounded
 *   to a grid
 * @property {number} epsilon as charged
 * @property {number} delta as charged
 * @property {number} norm the length of the vector before the noise
 * @property {number} sigma the standard deviation of the noise in each number
 */

/** The grid has at least this many steps in a standard deviation. */
const GRID_STEPS = 1024;

/**
 * The user vector with Gaussian noise. Every vector is scaled to the length `norm`: candidates by
 * inner product depend on the direction only. Two users then differ by at most 2 norm, which is the
 * sensitivity.
 *
 * @param {ArrayLike<number>} vector
 * @param {{ epsilon?: unknown, delta?: unknown, norm?: unknown }} options
 * @returns {import("./private-query.js").PreparedQuery<GaussianAnswer>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function prepareGaussian(vector, { norm = 1, ...options }) {
  assertOnly(options, "gaussian", ["epsilon", "delta", "norm"]);
  const epsilon = readEpsilon(options.epsilon);
  const delta = readDelta(options.delta);
  assertNumber(norm, "norm", { min: 1e-6, max: 1e6 });
  const length = /** @type {number} */ (norm);
  const mechanism = /** @type {const} */ ("gaussian");
  const scaled = scaleTo(vector, length);
  const sigma = gaussianSigma({ epsilon, delta, sensitivity: 2 * length });
  return {
    charge: { mechanism, epsilon, delta },
    answer: (words) => {
      const noisy = addNoise(scaled, sigma, words);
      return { mechanism, vector: noisy, epsilon, delta, norm: length, sigma };
    },
  };
}

/**
 * Adds noise and rounds to a grid. The doubles that a sum can take depend on the value that the
 * noise was added to, which would reveal it (Mironov, CCS 2012). Each point of the grid can be
 * reached from every vector, by very many draws.
 *
 * @param {Float64Array} vector
 * @param {number} sigma
 * @param {import("./random.js").Words} words
 * @returns {Float32Array<ArrayBuffer>}
 */
export function addNoise(vector, sigma, words) {
  const next = normals(words);
  const grid = gridOf(sigma);
  // Adding 0 makes 0 of -0, whose sign would reveal more than the grid.
  const round = (/** @type {number} */ value) => Math.round(value / grid) * grid + 0;
  return Float32Array.from(vector, (value) => round(value + sigma * next()));
}

/**
 * The step of the grid: a power of two, which multiplies and divides without rounding.
 * @param {number} sigma
 */
export const gridOf = (sigma) => 2 ** Math.floor(Math.log2(sigma)) / GRID_STEPS;
