/**
 * pocketrec/privacy: queries that may leave the device, where a server finds candidates for a user.
 * Nothing is sent here: the app gets an answer that it may send. docs/private-queries.md says what
 * an answer reveals.
 */
export { PocketrecError } from "./common/errors.js";
export { privateQuery } from "./privacy/private-query.js";
export { gaussianSigma } from "./privacy/sigma.js";

/**
 * @typedef {import("./privacy/ledger.js").Ledger} Ledger
 * @typedef {import("./privacy/ledger.js").Charge} Charge
 * @typedef {import("./privacy/private-query.js").QueryUser} QueryUser
 * @typedef {import("./privacy/private-query.js").GaussianOptions} GaussianOptions
 * @typedef {import("./privacy/private-query.js").ResponseOptions} ResponseOptions
 * @typedef {import("./privacy/private-query.js").BucketOptions} BucketOptions
 * @typedef {import("./privacy/gaussian.js").GaussianAnswer} GaussianAnswer
 * @typedef {import("./privacy/randomised-response.js").ResponseAnswer} ResponseAnswer
 * @typedef {import("./privacy/buckets.js").BucketAnswer} BucketAnswer
 */
