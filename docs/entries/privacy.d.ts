// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/privacy.js";
export { Charge, Ledger } from "../types/privacy/ledger.js";
export {
  BucketOptions,
  GaussianOptions,
  QueryUser,
  ResponseOptions,
} from "../types/privacy/private-query.js";
export { GaussianAnswer } from "../types/privacy/gaussian.js";
export { ResponseAnswer } from "../types/privacy/randomised-response.js";
export { BucketAnswer } from "../types/privacy/buckets.js";
