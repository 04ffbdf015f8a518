// The server's half: which films it sends for what it was told, and what it makes of the noise,
// which it knows.
import { meanOf, ofLengthOne } from "./spherical-k-means.js";

const SENT = 500;
const OWN = 100;

export class Server {
  #films;

  /** @param {{ vectors: Float32Array, count: number }} films */
  constructor(films) {
    this.#films = films;
  }

  /** The films it sends for a vector, as a set of places. */
  candidates(vector) {
    return this.#best(vector, SENT);
  }

  /** What the person would have asked for themselves. */
  own(vector) {
    return this.#best(vector, OWN);
  }

  #best(vector, count) {
    const scores = this.#scores(vector);
    const least = scores.toSorted()[scores.length - count];
    const best = new Set();
    for (let place = 0; place < scores.length && best.size < count; place++)
      if (scores[place] >= least) best.add(place);
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
 * The best linear guess of a vector from the same with noise: what the server takes for granted of
 * people, their mean and covariance, pulls the answer back as far as the noise may have carried it.
 *
 * @returns {(noised: ArrayLike<number>) => Float64Array}
 */
export function linearGuess(people, sigma) {
  const mean = meanOf(people);
  const covariance = covarianceOf(people, mean);
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

/** The mean of the centroids, each as likely as it is after the answer. */
export function guessOfCentroid(centroids, userCounts, answer) {
  const { centroid, truthProbability: truth, centroidCount: count } = answer;
  const total = userCounts.reduce((sum, value) => sum + value, 0);
  const weights = centroids.map(
    (_, at) => (userCounts[at] / total) * (at === centroid ? truth : (1 - truth) / (count - 1)),
  );
  return ofLengthOne(
    meanOf(centroids.map((vector, at) => vector.map((value) => value * weights[at]))),
  );
}

function covarianceOf(people, mean) {
  return Array.from(mean, (_, i) =>
    Float64Array.from(
      mean,
      (__, j) =>
        people.reduce((sum, vector) => sum + (vector[i] - mean[i]) * (vector[j] - mean[j]), 0) /
        people.length,
    ),
  );
}

/** Solves for a positive definite matrix, by Cholesky. */
function solver(matrix) {
  const size = matrix.length;
  const lower = matrix.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i][j];
      for (let k = 0; k < j; k++) rest -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(rest) : rest / lower[j][j];
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
