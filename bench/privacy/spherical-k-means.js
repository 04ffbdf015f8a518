// Spherical k-means: the centroids that an app publishes for randomised response and buckets.
import { uniform } from "../../tests/lib/random.js";

const ROUNDS = 100;
const TRIES = 10;

/**
 * { centroids, userCounts }: the best of TRIES runs, by the sum of each vector's cosine with its
 * nearest centroid. Centroids are unit vectors.
 */
export function sphericalKMeans(vectors, count, seed = 1) {
  const next = uniform(seed);
  const tried = Array.from({ length: TRIES }, () => converge(vectors, seeds(vectors, count, next)));
  return tried.reduce((best, other) => (other.fit > best.fit ? other : best));
}

/** k-means++: each next seed with a probability by its distance (Arthur, Vassilvitskii 2007). */
function seeds(vectors, count, next) {
  const chosen = [vectors[Math.floor(next() * vectors.length)]];
  while (chosen.length < count) {
    const far = vectors.map((vector) => 1 - nearest(chosen, vector).cosine);
    const total = far.reduce((sum, value) => sum + value, 0);
    let remaining = next() * total;
    const index = far.findIndex((value) => (remaining -= value) < 0);
    chosen.push(vectors[Math.max(0, index)]);
  }
  return chosen;
}

function converge(vectors, centroids) {
  let fit = -Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const found = vectors.map((vector) => nearest(centroids, vector));
    const now = found.reduce((sum, { cosine }) => sum + cosine, 0);
    if (!(now > fit)) break;
    fit = now;
    centroids = centroids.map((centroid, at) => {
      const members = vectors.filter((_, i) => found[i].at === at);
      return members.length ? ofUnitLength(meanOf(members)) : centroid;
    });
  }
  const userCounts = centroids.map(() => 0);
  for (const vector of vectors) userCounts[nearest(centroids, vector).at]++;
  return { fit, centroids, userCounts };
}

function nearest(centroids, vector) {
  let at = -1;
  let cosine = -Infinity;
  for (const [i, centroid] of centroids.entries()) {
    const product = dot(centroid, vector);
    if (product > cosine) [at, cosine] = [i, product];
  }
  return { at, cosine };
}

export function meanOf(vectors) {
  const sum = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let k = 0; k < sum.length; k++) sum[k] += vector[k];
  return sum.map((value) => value / vectors.length);
}

export function ofUnitLength(vector) {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
