import { PocketrecError } from "../../js/common/errors.js";
import { readItemIndex } from "../../js/file/item-ids.js";
import { readSafetensors } from "../../js/file/safetensors.js";
import { userOf } from "../../js/model/check-user.js";
import { loadModel } from "./load-model.js";

/** How far a score may be from its check vector, relative to the spread of all. */
const TOLERANCE = 1e-4;

/**
 * Loads a weights file and compares its scores with its check vectors. Stricter than the option
 * `verify` of loadModel where scores are small: errors are relative to their spread, not to 1.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<import("../../js/model/model.js").Model>}
 * @throws {PocketrecError} "verify-failed", or what loadModel throws
 */
export async function loadVerified(bytes) {
  const model = await loadModel(bytes, { verify: true });
  const known = readItemIndex(readSafetensors(bytes).tensors.get("item_ids"), model.itemCount);
  const { check: checks = [] } = model.info;
  for (const key of /** @type {const} */ (["scores", "raw"])) {
    const all = checks.flatMap((check) => check[key] ?? []);
    const [low, high] = all.reduce(
      ([least, most], score) => [Math.min(least, score), Math.max(most, score)],
      [Infinity, -Infinity],
    );
    // What float32 does not hold of scores that are nearly the same is no error.
    const limit = TOLERANCE * Math.max(high - low, Math.max(Math.abs(low), Math.abs(high)) / 100);
    for (const [number, check] of checks.entries()) {
      const { items, [key]: expected } = check;
      if (!expected) continue;
      const user = userOf(model, known, check);
      const found = model.score(user, Uint32Array.from(items), { raw: key === "raw" });
      const off = expected.findIndex((score, i) => !(Math.abs(found[i] - score) <= limit));
      if (off < 0) continue;
      model.dispose();
      const [right, wrong] = [expected[off], found[off]].map(String);
      throw new PocketrecError(
        "verify-failed",
        `check ${number}, item ${items[off]}`,
        right,
        wrong,
        {
          hint: "The scores are of other weights.",
        },
      );
    }
  }
  return model;
}
