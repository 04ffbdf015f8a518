import { loadModel } from "./load-model.js";
import { readItemIndex } from "../../js/file/item-ids.js";
import { userOf } from "../../js/model/check-user.js";
import { balanced } from "./balance.js";
import { readModelFile, writeModelFile } from "./model-file.js";
import { pruned } from "./prune.js";

/**
 * Stores the same weights in fewer bits. The check vectors keep their users; their expected scores
 * are computed from the quantised weights.
 *
 * @param {Uint8Array} bytes a weights file
 * @param {import("./dtypes.js").Precision} precision
 * @param {number} [prune] numbers to keep of each row of an item-to-item matrix
 * @returns {Promise<Uint8Array>}
 * @throws {import("../../js/common/errors.js").PocketrecError} "bad-dtype": a value exceeds f16;
 *   "bad-argument": there is no matrix to prune
 */
export async function quantize(bytes, precision, prune) {
  const whole = readModelFile(bytes);
  const original = prune === undefined ? whole : pruned(whole, prune);
  const file = precision === "i8" ? balanced(original) : original;
  const { check = [], provenance } = file.description;
  const description = {
    ...file.description,
    provenance: { ...provenance, precision, ...(prune === undefined ? {} : { pruned: prune }) },
    check: [],
  };
  const unchecked = writeModelFile({ ...file, description }, precision);
  const model = await loadModel(unchecked, { simd: "simd128" });
  const items = readItemIndex(file.kept.get("item_ids"), model.itemCount);
  description.check = check.map((/** @type {import("../../js/file/metadata.js").Check} */ one) => {
    const user = userOf(model, items, one);
    const rows = Uint32Array.from(one.items);
    const scores = [...model.score(user, rows)];
    if (!one.raw) return { ...one, scores };
    return { ...one, scores, raw: [...model.score(user, rows, { raw: true })] };
  });
  model.dispose();
  return writeModelFile({ ...file, description }, precision);
}
