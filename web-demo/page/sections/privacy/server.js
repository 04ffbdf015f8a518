/**
 * What a server can make of the answers that it gets. It knows the genres' vectors and the
 * mechanism, noise included; it does not know the visitor. Without imports: tests use it too.
 */

/**
 * @typedef {object} World what everybody knows
 * @property {{ genre: string, vector: Float64Array }[]} tastes of length 1
 * @property {Float64Array} mean of the tastes
 * @property {number} spread standard deviation of a number of a taste around the mean
 *
 * @typedef {object} Response an answer of randomised response
 * @property {number} centroid
 * @property {number} epsilon
 *
 * @typedef {object} Noisy an answer of the Gaussian mechanism
 * @property {ArrayLike<number>} vector
 * @property {number} sigma
 */

/**
 * @param {{ genre: string, vector: ArrayLike<number> }[]} given
 * @returns {World}
 */
export function worldOf(given) {
  const tastes = given.map(({ genre, vector }) => ({ genre, vector: unit(vector) }));
  const mean = tastes[0].vector.map(
    (_, k) => tastes.reduce((sum, { vector }) => sum + vector[k], 0) / tastes.length,
  );
  const squares = tastes.flatMap(({ vector }) => [...vector.map((x, k) => (x - mean[k]) ** 2)]);
  const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  return { tastes, mean, spread };
}

/**
 * How likely each genre is the visitor's, after some answers: Bayes' rule from equal odds. Of
 * randomised response the genre drawn is e^epsilon times as likely as any other.
 *
 * @param {World} world
 * @param {(Response | Noisy)[]} answers of one mechanism
 * @returns {Float64Array} sums to 1
 */
export function posterior({ tastes }, answers) {
  const logs = tastes.map(({ vector }, genre) =>
    answers.reduce((sum, answer) => sum + evidence(answer, vector, genre), 0),
  );
  const most = Math.max(...logs);
  const weights = Float64Array.from(logs, (log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The logarithm of the likelihood of an answer, but for a constant. All vectors have length 1. */
function evidence({ centroid, epsilon, vector, sigma }, taste, genre) {
  if (centroid !== undefined) return centroid === genre ? epsilon : 0;
  return dot(vector, taste) / sigma ** 2;
}

/**
 * The server's best guess of the visitor's vector. Of genres: their mean by the posterior. Of noisy
 * vectors: their mean, drawn towards the mean taste, the more the larger the noise.
 *
 * @param {World} world
 * @param {(Response | Noisy)[]} answers
 */
export function guess(world, answers) {
  const { tastes, mean, spread } = world;
  if (answers.length === 0) return mean;
  if (answers[0].centroid !== undefined) {
    const weights = posterior(world, answers);
    return mean.map((_, k) =>
      tastes.reduce((sum, { vector }, genre) => sum + weights[genre] * vector[k], 0),
    );
  }
  const noise = answers[0].sigma ** 2 / answers.length;
  const trust = spread ** 2 / (spread ** 2 + noise);
  return mean.map((value, k) => {
    const told = answers.reduce((sum, { vector }) => sum + vector[k], 0) / answers.length;
    return value + trust * (told - value);
  });
}

/** The odds of a probability. */
export const odds = (probability) => probability / (1 - probability);

export function unit(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return Float64Array.from(vector, (value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += a[k] * b[k];
  return sum;
}
