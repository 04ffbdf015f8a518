import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { nearest, nearness } from "./centroids.js";
import { demandOnly } from "./limits.js";
import { isArray } from "./vectors.js";

/**
 * @typedef {object} BucketAnswer
 * @property {"buckets"} mechanism
 * @property {number} bucket a place in the list of centroids, from 0
 * @property {number} userCount of the bucket, as `userCounts` has it
 */

/**
 * The nearest centroid of those that enough users share: no differential privacy
 * (docs/private-queries.md).
 *
 * @param {ArrayLike<number>} vector
 * @param {{ centroids?: unknown, userCounts?: unknown, minUsers?: unknown }} options
 * @returns {import("../privacy.js").Prepared<BucketAnswer>}
 */
export function prepareBucket(vector, { minUsers = 1000, userCounts, ...options }) {
  demandOnly(options, "buckets", ["centroids", "userCounts", "minUsers"]);
  assertNumber(minUsers, "minUsers", { min: 2, max: Number.MAX_SAFE_INTEGER, integer: true });
  const near = nearness(options.centroids, vector);
  const counts = readUserCounts(userCounts, near.length);
  const enough = Number(minUsers);
  const bucket = nearest(near, (at) => counts[at] >= enough);
  const mechanism = /** @type {const} */ ("buckets");
  if (bucket < 0) {
    const most = counts.reduce((most, value) => Math.max(most, value));
    throw new PocketrecError(
      "bad-argument",
      "userCounts",
      `a bucket with at least ${enough} users`,
      `at most ${most} in each`,
      {
        hint: "Fewer centroids have more users each.",
      },
    );
  }
  return {
    charge: { mechanism, epsilon: 0, delta: 0 },
    answer: () => ({ mechanism, bucket, userCount: counts[bucket] }),
  };
}

/**
 * @param {unknown} userCounts
 * @param {number} count
 * @returns {number[]}
 */
function readUserCounts(userCounts, count) {
  if (!isArray(userCounts) || userCounts.length !== count)
    throw argumentError("userCounts", `a list of ${count} numbers, one a centroid`, userCounts);
  const counts = Array.from(userCounts);
  for (const [at, value] of counts.entries()) {
    assertNumber(value, `userCounts, entry ${at}`, { max: Number.MAX_SAFE_INTEGER, integer: true });
  }
  return counts;
}
