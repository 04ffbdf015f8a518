/**
 * pocketrec/privacy: what may leave the device where a server shall find candidates that fit the
 * person. Nothing is sent here: the app gets an answer that it may send. docs/private-queries.md
 * says what it tells and what it does not.
 */
import { argumentError, assertNoRenamedOption } from "./common/arguments.js";
import { prepareBucket } from "./privacy/buckets.js";
import { prepareGaussian } from "./privacy/gaussian.js";
import { ledgerOf } from "./privacy/ledger.js";
import { demandCrypto, systemWords } from "./privacy/randomness.js";
import { prepareResponse } from "./privacy/randomised-response.js";
import { demandVector } from "./privacy/vectors.js";

export { PocketrecError } from "./common/errors.js";
export { gaussianSigma } from "./privacy/sigma.js";

/**
 * @typedef {import("./privacy/ledger.js").Ledger} Ledger
 * @typedef {import("./privacy/gaussian.js").GaussianAnswer} GaussianAnswer
 * @typedef {import("./privacy/randomised-response.js").ResponseAnswer} ResponseAnswer
 * @typedef {import("./privacy/buckets.js").BucketAnswer} BucketAnswer
 *
 * @typedef {object} Person a user of a model, on this thread or in a worker, or whatever else has a
 *   vector
 * @property {ArrayLike<number> | Promise<ArrayLike<number>>} vector
 * @property {Ledger} [liveHistory] the history, which keeps the ledger
 *
 * @typedef {{ mechanism?: "gaussian", epsilon: number, delta: number, norm?: number, ledger?:
 *   Ledger }} GaussianOptions
 * @typedef {{ mechanism: "randomised-response", epsilon: number, centroids: ArrayLike<number>[],
 *   ledger?: Ledger }} ResponseOptions
 * @typedef {{ mechanism: "buckets", centroids: ArrayLike<number>[], userCounts: ArrayLike<number>,
 *   minUsers?: number, ledger?: Ledger }} BucketOptions
 */

/**
 * A query whose arguments are checked: what it costs, and its answer, once it is paid for.
 *
 * @template Answer
 * @typedef {object} Prepared
 * @property {{ mechanism: string, epsilon: number, delta: number }} charge
 * @property {(words: import("./privacy/randomness.js").Words) => Answer} answer
 */

/** @type {Record<string, (vector: ArrayLike<number>, options: any) => Prepared<any>>} */
const MECHANISMS = {
  gaussian: prepareGaussian,
  "randomised-response": prepareResponse,
  buckets: prepareBucket,
};

/** Options of 0.1. */
const RENAMED_OPTIONS = { people: "userCounts", least: "minUsers", clip: "norm" };

/**
 * An answer about the person that a server may be given. The expense is written down first; where
 * that fails, nothing is answered.
 *
 * - "gaussian": the direction of the person's vector with noise, (epsilon, delta)-differentially
 *   private. norm: the length that it is brought to (default 1), a matter of scale.
 * - "randomised-response": one of the published centroids, the nearest or by chance another,
 *   epsilon-differentially private.
 * - "buckets": the nearest of the centroids whose `userCounts` are at least `minUsers` (default 1000): no
 *   differential privacy.
 *
 * `ledger` takes the place of the history that the user follows.
 *
 * @overload
 * @param {Person} user
 * @param {GaussianOptions} options
 * @returns {Promise<GaussianAnswer>}
 *
 * @overload
 * @param {Person} user
 * @param {ResponseOptions} options
 * @returns {Promise<ResponseAnswer>}
 *
 * @overload
 * @param {Person} user
 * @param {BucketOptions} options
 * @returns {Promise<BucketAnswer>}
 *
 * @param {any} user
 * @param {any} [options]
 * @returns {Promise<any>}
 * @throws {import("./common/errors.js").PocketrecError} "bad-argument", "not-finite",
 *   "unsupported"; what the ledger rejects with: "budget-spent", "storage"; what the user's vector
 *   is rejected with
 */
export async function privateQuery(user, options) {
  assertNoRenamedOption(options, RENAMED_OPTIONS);
  const { mechanism = "gaussian", ...own } = options ?? {};
  if (!Object.hasOwn(MECHANISMS, mechanism))
    throw argumentError("mechanism", Object.keys(MECHANISMS).join(", or "), mechanism);
  demandCrypto();
  const ledger = ledgerOf(user, own.ledger);
  const vector = demandVector(await user?.vector, "vector");
  const { charge, answer } = MECHANISMS[mechanism](vector, own);
  await ledger.spend(charge);
  return answer(systemWords());
}
