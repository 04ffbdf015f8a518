import { argumentError } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { prepareBucket } from "./buckets.js";
import { prepareGaussian } from "./gaussian.js";
import { ledgerOf } from "./ledger.js";
import { assertCrypto, systemWords } from "./random.js";
import { prepareResponse } from "./randomised-response.js";
import { readVector } from "./vectors.js";

/**
 * @import { Ledger } from "./ledger.js"
 * @import { GaussianAnswer } from "./gaussian.js"
 * @import { ResponseAnswer } from "./randomised-response.js"
 * @import { BucketAnswer } from "./buckets.js"
 *
 * @typedef {object} QueryUser a user of a model, here or in a worker, or any object with a vector
 * @property {ArrayLike<number> | Promise<ArrayLike<number>>} vector the user vector
 * @property {Ledger} [liveHistory] a history of pocketrec/history, which has the ledger
 *
 * @typedef {object} GaussianOptions of the user vector with noise
 * @property {"gaussian"} [mechanism] the default
 * @property {number} epsilon from 0.001
 * @property {number} delta above 0, below 1
 * @property {number} [norm] the length that the vector is scaled to (default 1)
 * @property {Ledger} [ledger] instead of the history that the user follows
 *
 * @typedef {object} ResponseOptions of one of the published centroids
 * @property {"randomised-response"} mechanism its name
 * @property {number} epsilon from 0.001
 * @property {ArrayLike<number>[]} centroids published vectors, the same for every user
 * @property {Ledger} [ledger] instead of the history that the user follows
 *
 * @typedef {object} BucketOptions of the nearest centroid that enough users share
 * @property {"buckets"} mechanism its name
 * @property {ArrayLike<number>[]} centroids published vectors, the same for every user
 * @property {ArrayLike<number>} userCounts how many users each centroid has
 * @property {number} [minUsers] how many users a centroid must have (default 1000)
 * @property {Ledger} [ledger] instead of the history that the user follows
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
 * The direction of the user vector with Gaussian noise, which may be sent to a server:
 * (epsilon, delta)-differentially private. The cost is recorded in the ledger first; where that
 * fails there is no answer. docs/private-queries.md says what an answer reveals.
 *
 * @overload
 * @param {QueryUser} user who follows a history with a budget, unless a ledger is given
 * @param {GaussianOptions} options
 * @returns {Promise<GaussianAnswer>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "not-finite",
 *   "unsupported"; the ledger's errors: "budget-spent", "storage"; the errors of the user's vector
 *
 * @example
 * const budget = { epsilon: 16, delta: 1e-5 };
 * const history = await openHistory("books with a budget", { budget });
 * const user = model.user({ history });
 * const { vector } = await privateQuery(user, { epsilon: 4, delta: 1e-6 });
 * vector.length; // => 8
 */
/**
 * One of the published centroids, the nearest or at random another, which may be sent to a server:
 * epsilon-differentially private. The cost is recorded in the ledger first.
 *
 * @overload
 * @param {QueryUser} user who follows a history with a budget, unless a ledger is given
 * @param {ResponseOptions} options
 * @returns {Promise<ResponseAnswer>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "not-finite",
 *   "unsupported"; the ledger's errors: "budget-spent", "storage"; the errors of the user's vector
 *
 * @example
 * const history = await openHistory("books with a budget", { budget: { epsilon: 16 } });
 * const user = model.user({ history });
 * const centroids = [model.vectors(["Cold Engines"]), model.vectors(["One Glove"])];
 * const mechanism = "randomised-response";
 * const answer = await privateQuery(user, { mechanism, epsilon: 2, centroids });
 * answer.centroidCount; // => 2
 */
/**
 * The nearest centroid that enough users share, which may be sent to a server: k-anonymity at best,
 * not differentially private. The query is recorded in the ledger first.
 *
 * @overload
 * @param {QueryUser} user who follows a history with a budget, unless a ledger is given
 * @param {BucketOptions} options
 * @returns {Promise<BucketAnswer>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "not-finite",
 *   "unsupported"; the ledger's errors: "budget-spent", "storage"; the errors of the user's vector
 *
 * @example
 * const history = await openHistory("books with a budget", { budget: { epsilon: 16 } });
 * await history.add("Cold Engines");
 * const centroids = [model.vectors(["Cold Engines"]), model.vectors(["One Glove"])];
 * const userCounts = [4000, 2500];
 * const user = model.user({ history });
 * const { bucket } = await privateQuery(user, { mechanism: "buckets", centroids, userCounts });
 * bucket; // => 0
 */
/**
 * @param {any} user
 * @param {any} [options]
 * @returns {Promise<any>}
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
