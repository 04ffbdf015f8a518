import { loadModel } from "../index.node.js";
import { readItemIndex } from "../file/item-ids.js";
import { userOf } from "../model/load.js";
import { balanced } from "./balance.js";
import { readModelFile, writeModelFile } from "./model-file.js";

/**
 * The same weights in fewer bits. Check vectors are asked anew of what is stored now, of the same
 * people.
 *
 * @param {Uint8Array} bytes a weights file
 * @param {import("./dtypes.js").Precision} precision
 * @returns {Promise<Uint8Array>}
 */
export async function quantize(bytes, precision) {
  const read = readModelFile(bytes);
  const file = precision === "i8" ? balanced(read) : read;
  const { check = [], provenance } = file.description;
  const description = { ...file.description, provenance: { ...provenance, precision }, check: [] };
  const without = writeModelFile({ ...file, description }, precision);
  const model = await loadModel(without, { simd: "simd128" });
  const known = readItemIndex(file.kept.get("item_ids"), model.itemCount);
  description.check = check.map((/** @type {import("../file/metadata.js").Check} */ who) => {
    const user = userOf(model, known, who);
    const rows = Uint32Array.from(who.items);
    return {
      ...who,
      scores: [...model.score(user, rows)],
      ...(who.raw ? { raw: [...model.score(user, rows, { raw: true })] } : {}),
    };
  });
  model.dispose();
  return writeModelFile({ ...file, description }, precision);
}
