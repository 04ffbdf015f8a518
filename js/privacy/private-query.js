import { argumentError } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { prepareBucket } from "./buckets.js";
import { prepareGaussian } from "./gaussian.js";
import { ledgerOf } from "./ledger.js";
import { assertCrypto, systemWords } from "./random.js";
import { prepareResponse } from "./randomised-response.js";
import { readVector } from "./vectors.js";

/**
 * @typedef {import("./ledger.js").Ledger} Ledger
 * @typedef {import("./gaussian.js").GaussianAnswer} GaussianAnswer
 * @typedef {import("./randomised-response.js").ResponseAnswer} ResponseAnswer
 * @typedef {import("./buckets.js").BucketAnswer} BucketAnswer
 *
 * @typedef {object} QueryUser a user of a model, here or in a worker, or any object with a vector
 * @property {ArrayLike<number> | Promise<ArrayLike<number>>} vector
 * @property {Ledger} [liveHistory] a history of pocketrec/history, which has the ledger
 *
 * @typedef {object} GaussianOptions
 * @property {"gaussian"} [mechanism] the default
 * @property {number} epsilon
 * @property {number} delta
 * @property {number} [norm] the length that the vector is scaled to (default 1)
 * @property {Ledger} [ledger]
 *
 * @typedef {object} ResponseOptions
 * @property {"randomised-response"} mechanism
 * @property {number} epsilon
 * @property {ArrayLike<number>[]} centroids published vectors, the same for every user
 * @property {Ledger} [ledger]
 *
 * @typedef {object} BucketOptions
 * @property {"buckets"} mechanism
 * @property {ArrayLike<number>[]} centroids
 * @property {ArrayLike<number>} userCounts how many users each centroid has
 * @property {number} [minUsers] how many users a centroid must have (default 1000)
 * @property {Ledger} [ledger]
 */

/**
 * A query with checked arguments: its cost, and the function that computes the answer after it is
 * paid.
 *
 * @template Answer
 * @typedef {object} PreparedQuery
 * @property {import("./ledger.js").Charge} charge
 * @property {(words: import("./random.js").Words) => Answer} answer
 */

/** @type {Record<string, (vector: ArrayLike<number>, options: any) => PreparedQuery<any>>} */
const MECHANISMS = {
  gaussian: prepareGaussian,
  "randomised-response": prepareResponse,
  buckets: prepareBucket,
};

/** The options of all mechanisms. */
const NAMES = "mechanism ledger epsilon delta norm centroids userCounts minUsers";

/** Old name to new name, of options that 0.2 renamed. */
const RENAMED_OPTIONS = { people: "userCounts", least: "minUsers", clip: "norm" };

/**
 * A randomised answer about a user that may be sent to a server. The cost is recorded in the ledger
 * first; where that fails there is no answer.
 *
 *     const history = await openHistory("films", { budget: { epsilon: 16, delta: 1e-5 } });
 *     const user = model.user({ history });
 *     const { vector } = await privateQuery(user, { epsilon: 4, delta: 1e-6 });
 *
 * - "gaussian": the direction of the user vector with Gaussian noise;
 *   (epsilon, delta)-differentially private.
 * - "randomised-response": one of the published centroids, the nearest or at random another;
 *   epsilon-differentially private.
 * - "buckets": the nearest centroid that enough users share; not differentially private.
 *
 * `ledger` replaces the history that the user follows.
 *
 * @overload
 * @param {QueryUser} user
 * @param {GaussianOptions} options
 * @returns {Promise<GaussianAnswer>}
 *
 * @overload
 * @param {QueryUser} user
 * @param {ResponseOptions} options
 * @returns {Promise<ResponseAnswer>}
 *
 * @overload
 * @param {QueryUser} user
 * @param {BucketOptions} options
 * @returns {Promise<BucketAnswer>}
 *
 * @param {any} user
 * @param {any} [options]
 * @returns {Promise<any>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "not-finite",
 *   "unsupported"; the ledger's errors: "budget-spent", "storage"; the errors of the user's vector
 */
export async function privateQuery(user, options) {
  const checked = checkOptions(options, "privateQuery", NAMES, RENAMED_OPTIONS);
  const { mechanism = "gaussian", ...rest } = checked;
  if (!Object.hasOwn(MECHANISMS, mechanism))
    throw argumentError("mechanism", Object.keys(MECHANISMS).join(" or "), mechanism);
  assertCrypto();
  const ledger = ledgerOf(user, rest.ledger);
  const vector = readVector(await user?.vector, "vector");
  const { charge, answer } = MECHANISMS[mechanism](vector, rest);
  await ledger.spend(charge);
  return answer(systemWords());
}
