// The server: the films that it returns for a query, and its estimate of the query without noise,
// whose distribution it knows.
import { meanOf, ofUnitLength } from "./spherical-k-means.js";

const SENT = 500;

export class Server {
  #films;

  /** @param {{ vectors: Float32Array, count: number }} films */
  constructor(films) {
    this.#films = films;
  }

  /** The 500 films that it sends for a vector, as a set of indexes. */
  candidates(vector) {
    return this.#best(vector, SENT);
  }

  best100(vector) {
    return this.#best(vector, 100);
  }

  #best(vector, count) {
    const scores = this.#scores(vector);
    const lowest = scores.toSorted()[scores.length - count];
    const best = new Set();
    for (let film = 0; film < scores.length && best.size < count; film++)
      if (scores[film] >= lowest) best.add(film);
    return best;
  }

  #scores(query) {
    const { vectors, count } = this.#films;
    const scores = new Float64Array(count);
    for (let film = 0, at = 0; film < count; film++)
      for (let k = 0; k < query.length; k++) scores[film] += vectors[at++] * query[k];
    return scores;
  }
}

/**
 * The best linear estimate of a vector from the vector with Gaussian noise, by the mean and
 * covariance of users.
 *
 * @param {ArrayLike<number>[]} users vectors
 * @param {number} sigma standard deviation of the noise
 * @returns {(noised: ArrayLike<number>) => Float64Array}
 */
export function linearGuess(users, sigma) {
  const mean = meanOf(users);
  const covariance = covarianceOf(users, mean);
  const width = mean.length;
  const solve = solver(
    covariance.map((row, i) => row.map((value, j) => (i === j ? value + sigma ** 2 : value))),
  );
  return (noised) => {
    const weights = solve(Float64Array.from(mean, (value, i) => noised[i] - value));
    return mean.map((value, i) => {
      let guess = value;
      for (let j = 0; j < width; j++) guess += covariance[i][j] * weights[j];
      return guess;
    });
  };
}

/** The mean of the centroids, weighted by their posterior probabilities after the answer. */
export function posteriorMean(centroids, userCounts, answer) {
  const { centroid, truthProbability: truth, centroidCount: count } = answer;
  const total = userCounts.reduce((sum, value) => sum + value, 0);
  const weights = centroids.map(
    (_, at) => (userCounts[at] / total) * (at === centroid ? truth : (1 - truth) / (count - 1)),
  );
  const weighted = centroids.map((vector, at) => vector.map((value) => value * weights[at]));
  return ofUnitLength(meanOf(weighted));
}

function covarianceOf(users, mean) {
  const product = (i, j) => (sum, vector) => sum + (vector[i] - mean[i]) * (vector[j] - mean[j]);
  return Array.from(mean, (_, i) =>
    Float64Array.from(mean, (__, j) => users.reduce(product(i, j), 0) / users.length),
  );
}

/** A function that solves for a positive definite matrix, by Cholesky. */
function solver(matrix) {
  const size = matrix.length;
  const lower = matrix.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i][j];
      for (let k = 0; k < j; k++) value -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(value) : value / lower[j][j];
    }
  }
  return (right) => {
    const values = Float64Array.from(right);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) values[i] -= lower[i][k] * values[k];
      values[i] /= lower[i][i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) values[i] -= lower[k][i] * values[k];
      values[i] /= lower[i][i];
    }
    return values;
  };
}
