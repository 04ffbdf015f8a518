/**
 * pocketrec/privacy: queries that may leave the device, where a server finds candidates for a user.
 * Nothing is sent here: the app gets an answer that it may send. docs/private-queries.md says what
 * an answer reveals.
 */
export { PocketrecError } from "./common/errors.js";
export { privateQuery } from "./privacy/private-query.js";
export { gaussianSigma } from "./privacy/sigma.js";
