/** Reads the numbers inside a weights file. Tests use it too: nothing here needs a browser. */
import { readModelFile } from "../../../cli/convert/model-file.js";

/**
 * @typedef {object} Insides
 * @property {Record<string, any>} info the file's metadata
 * @property {Map<string, { shape: number[], values: Float32Array }>} tensors row-major
 * @property {Map<string, import("../../../js/file/safetensors.js").Tensor>} kept undecoded: ids,
 *   vocabularies, values of item features
 * @property {number[]} items ids by row
 * @property {(id: number) => number | undefined} rowOf
 */

/**
 * @param {Uint8Array} bytes of a weights file
 * @returns {Insides}
 */
export function insidesOf(bytes) {
  const { description, tensors, kept } = readModelFile(bytes);
  const items = idsOf(kept.get("item_ids"));
  const rows = new Map(items.map((id, row) => [id, row]));
  return { info: description, tensors, kept, items, rowOf: (id) => rows.get(id) };
}

/** MovieLens ids, I64. A file of the whole ranker's features has none. */
const idsOf = (tensor) =>
  tensor ? Array.from(new BigInt64Array(tensor.bytes.slice().buffer), Number) : [];
