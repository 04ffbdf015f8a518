import { PocketrecError } from "../common/errors.js";
import { assertWeightsName } from "./manifest.js";
import { deleteCaches } from "./weights-cache.js";

/**
 * Deletes cached weights.
 *
 * @param {string} [name] without a name: all weights
 * @throws {PocketrecError} "storage", "bad-argument"
 *
 * @example
 * await eraseWeights("books");
 */
export async function eraseWeights(name) {
  if (name !== undefined) assertWeightsName(name);
  try {
    await deleteCaches(name);
  } catch (cause) {
    const found = String(cause);
    throw new PocketrecError("storage", "Cache Storage", "weights deleted", found, { cause });
  }
}
