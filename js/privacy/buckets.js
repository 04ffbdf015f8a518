import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { nearest, nearness } from "./centroids.js";
import { demandOnly } from "./limits.js";
import { isArray } from "./vectors.js";

/**
 * @typedef {object} BucketAnswer
 * @property {"buckets"} mechanism
 * @property {number} bucket a place in the list of centroids, from 0
 * @property {number} people how many are said to be in it
 */

/**
 * The nearest centroid of those that enough people share: no differential privacy
 * (docs/private-queries.md).
 *
 * @param {ArrayLike<number>} vector
 * @param {{ centroids?: unknown, people?: unknown, least?: unknown }} options
 * @returns {import("../privacy.js").Prepared<BucketAnswer>}
 */
export function prepareBucket(vector, { least = 1000, people, ...options }) {
  demandOnly(options, "buckets", ["centroids", "people", "least"]);
  assertNumber(least, "least", { min: 2, max: Number.MAX_SAFE_INTEGER, integer: true });
  const near = nearness(options.centroids, vector);
  const counts = readPeople(people, near.length);
  const enough = Number(least);
  const bucket = nearest(near, (at) => counts[at] >= enough);
  const mechanism = /** @type {const} */ ("buckets");
  if (bucket < 0) {
    const most = counts.reduce((most, value) => Math.max(most, value));
    throw new PocketrecError(
      "bad-argument",
      "people",
      `a bucket with at least ${enough}`,
      `at most ${most} in each`,
      {
        hint: "Fewer centroids have more people each.",
      },
    );
  }
  return {
    charge: { mechanism, epsilon: 0, delta: 0 },
    answer: () => ({ mechanism, bucket, people: counts[bucket] }),
  };
}

/**
 * @param {unknown} people
 * @param {number} count
 * @returns {number[]}
 */
function readPeople(people, count) {
  if (!isArray(people) || people.length !== count)
    throw argumentError("people", `a list of ${count} numbers, one a centroid`, people);
  const counts = Array.from(people);
  for (const [at, value] of counts.entries()) {
    assertNumber(value, `people, entry ${at}`, { max: Number.MAX_SAFE_INTEGER, integer: true });
  }
  return counts;
}
