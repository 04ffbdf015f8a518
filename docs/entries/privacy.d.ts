export * from "../../dist/types/privacy.js";
export type { Ledger } from "../../dist/types/privacy/ledger.js";
export type {
  BucketOptions,
  GaussianOptions,
  QueryUser,
  ResponseOptions,
} from "../../dist/types/privacy/private-query.js";
export type { GaussianAnswer } from "../../dist/types/privacy/gaussian.js";
export type { ResponseAnswer } from "../../dist/types/privacy/randomised-response.js";
export type { BucketAnswer } from "../../dist/types/privacy/buckets.js";
