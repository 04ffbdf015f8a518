/** Noise in a history. */
import { corrupt } from "../../../../js/model/corrupt.js";

/** The amounts of each kind: a probability, or for gaussian stars. */
export const KINDS = {
  mask: { max: 0.9, initial: 0.3 },
  gaussian: { max: 4.5, initial: 1.5 },
  "salt-and-pepper": { max: 0.9, initial: 0.3 },
};

/**
 * @typedef {{ kind: keyof typeof KINDS, q: number, seed: number }} Noise
 * @typedef {import("./run.js").History} History
 */

/**
 * A history with noise, as `corrupt` of the package makes it. Ratings keep to the models' scale.
 *
 * @param {History} history
 * @param {Noise} noise
 * @returns {History}
 */
export const withNoise = (history, noise) =>
  corrupt(history, { ...noise, rating: { minimum: 0.5, maximum: 5 } });
