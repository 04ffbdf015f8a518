import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { assertOnly } from "./arguments.js";
import { indexOfNearest, similarities } from "./centroids.js";
import { isArray } from "./vectors.js";

/**
 * @typedef {object} BucketAnswer what may be sent: a bucket
 * @property {"buckets"} mechanism its name
 * @property {number} bucket the index of the centroid, from 0
 * @property {number} userCount how many users the bucket has, by `userCounts`
 */

/**
 * The nearest centroid that enough users share: k-anonymity at best, no differential privacy
 * (docs/private-queries.md).
 *
 * @param {ArrayLike<number>} vector
 * @param {{ centroids?: unknown, userCounts?: unknown, minUsers?: unknown }} options
 * @returns {import("./private-query.js").PreparedQuery<BucketAnswer>}
 * @throws {PocketrecError} "bad-argument", "not-finite"
 */
export function prepareBucket(vector, { minUsers = 1000, userCounts, ...options }) {
  assertOnly(options, "buckets", ["centroids", "userCounts", "minUsers"]);
  assertNumber(minUsers, "minUsers", { min: 2, max: Number.MAX_SAFE_INTEGER, integer: true });
  const cosines = similarities(options.centroids, vector);
  const counts = readUserCounts(userCounts, cosines.length);
  const bucket = indexOfNearest(cosines, (at) => counts[at] >= Number(minUsers));
  const mechanism = /** @type {const} */ ("buckets");
  if (bucket < 0) {
    const largest = counts.reduce((max, count) => Math.max(max, count));
    const expected = `a bucket with at least ${minUsers} users`;
    throw new PocketrecError("bad-argument", "userCounts", expected, `at most ${largest} in each`, {
      hint: "Fewer centroids have more users each.",
    });
  }
  return {
    charge: { mechanism, epsilon: 0, delta: 0 },
    answer: () => ({ mechanism, bucket, userCount: counts[bucket] }),
  };
}

/**
 * @param {unknown} userCounts
 * @param {number} length
 * @returns {number[]}
 */
function readUserCounts(userCounts, length) {
  if (!isArray(userCounts) || userCounts.length !== length)
    throw argumentError("userCounts", `${length} numbers, one per centroid`, userCounts);
  const counts = Array.from(userCounts);
  for (const [at, count] of counts.entries()) {
    const limits = { max: Number.MAX_SAFE_INTEGER, integer: true };
    assertNumber(count, `userCounts, entry ${at}`, limits);
  }
  return counts;
}
