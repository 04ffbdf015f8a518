// Centroids of directions: what an app would publish for randomised response and buckets.
import { uniform } from "../tests/lib/random.js";

const ROUNDS = 100;
const TRIES = 10;

/** The best of some tries: unit vectors whose sum of cosines with the nearest is largest. */
export function sphericalKMeans(vectors, count, seed = 1) {
  const next = uniform(seed);
  const tried = Array.from({ length: TRIES }, () => settle(vectors, seeds(vectors, count, next)));
  return tried.reduce((best, other) => (other.fit > best.fit ? other : best));
}

/**
 * Each next one with a probability that grows with its distance to those there are (Arthur and
 * Vassilvitskii 2007).
 */
function seeds(vectors, count, next) {
  const chosen = [vectors[Math.floor(next() * vectors.length)]];
  while (chosen.length < count) {
    const far = vectors.map((vector) => 1 - nearest(chosen, vector).cosine);
    const total = far.reduce((sum, value) => sum + value, 0);
    let rest = next() * total;
    chosen.push(
      vectors[
        Math.max(
          0,
          far.findIndex((value) => (rest -= value) < 0),
        )
      ],
    );
  }
  return chosen;
}

function settle(vectors, centroids) {
  let fit = -Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const found = vectors.map((vector) => nearest(centroids, vector));
    const now = found.reduce((sum, { cosine }) => sum + cosine, 0);
    if (!(now > fit)) break;
    fit = now;
    centroids = centroids.map((centroid, at) =>
      direction(
        vectors.filter((_, i) => found[i].at === at),
        centroid,
      ),
    );
  }
  return {
    fit,
    centroids,
    userCounts: centroids.map(
      (_, at) => vectors.filter((vector) => nearest(centroids, vector).at === at).length,
    ),
  };
}

export function nearest(centroids, vector) {
  let at = -1;
  let cosine = -Infinity;
  for (const [i, centroid] of centroids.entries()) {
    const product = dot(centroid, vector);
    if (product > cosine) [at, cosine] = [i, product];
  }
  return { at, cosine };
}

/** Of the sum; of none, what was there before. */
function direction(vectors, before) {
  return vectors.length ? ofLengthOne(meanOf(vectors)) : before;
}

export function meanOf(vectors) {
  const sum = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let k = 0; k < sum.length; k++) sum[k] += vector[k];
  return sum.map((value) => value / vectors.length);
}

export function ofLengthOne(vector) {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => value / length);
}

export function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
