/**
 * The numbers inside a weights file, for drawings: tensors in float32, and films by row. Scores
 * come from the package; what a section computes from these numbers, a test compares with it.
 */
import { fetchWeights } from "pocketrec/cache";
import { readModelFile } from "../../../js/convert/model-file.js";
import { FILES, manifestAddress } from "./files.js";

/**
 * @typedef {object} Insides
 * @property {Record<string, any>} info the file's metadata
 * @property {Map<string, { shape: number[], values: Float32Array }>} tensors row-major
 * @property {number[]} items ids by row
 * @property {(id: number) => number | undefined} rowOf
 */

/** @type {Map<string, Promise<Insides>>} */
const opened = new Map();

/**
 * @param {string} name of models/files.js; the weights come from the cache where the model is open
 * @returns {Promise<Insides>}
 */
export function openInsides(name) {
  if (!opened.has(name)) {
    const opening = open(name);
    opening.catch(() => opened.delete(name));
    opened.set(name, opening);
  }
  return opened.get(name);
}

async function open(name) {
  const { bytes } = await fetchWeights(manifestAddress(), FILES[name].file);
  return insidesOf(bytes);
}

/**
 * @param {Uint8Array} bytes of a weights file
 * @returns {Insides}
 */
export function insidesOf(bytes) {
  const { description, tensors, kept } = readModelFile(bytes);
  const items = idsOf(kept.get("item_ids"));
  const rows = new Map(items.map((id, row) => [id, row]));
  return { info: description, tensors, items, rowOf: (id) => rows.get(id) };
}

/** MovieLens ids, I64. A file of the whole ranker's features has none. */
const idsOf = (tensor) =>
  tensor ? Array.from(new BigInt64Array(tensor.bytes.slice().buffer), Number) : [];
