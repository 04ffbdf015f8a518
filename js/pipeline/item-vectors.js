import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { readLookup } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Pack } from "./ranked-list.js"
 * @typedef {ArrayLike<number> | null | undefined} Vector of an item; null or undefined:
 *   it has none
 *
 * @typedef {object} HasVectors a model, here or in a worker
 * @property {(items: any) => Float32Array | Promise<Float32Array>} vectors for a list of ids or a
 *   pack, (items, width) row-major
 *
 * @typedef {(items: ItemId[]) => Vector[] | Promise<Vector[]>} VectorReader
 *
 * @typedef {object} UnitVectors
 * @property {Float32Array} units vectors of length 1, (slots, width) row-major; width and the
 *   number of rows are padded to multiples of 4
 * @property {number} width
 * @property {number[]} slots the positions of these items in the list
 */

/**
 * @param {HasVectors | undefined} model
 * @param {((item: ItemId) => Vector) | ReadonlyMap<ItemId, Vector> | undefined} vectors
 * @returns {(pack: Pack | undefined) => VectorReader}
 * @throws {PocketrecError} "bad-argument"
 */
export function vectorReader(model, vectors) {
  if ((model === undefined) === (vectors === undefined))
    throw argumentError("diversify", "a model or vectors", model ? "both" : "neither");
  if (vectors !== undefined) {
    const vectorOf = readLookup(vectors);
    if (!vectorOf) throw argumentError("diversify vectors", "a function or a Map", vectors);
    return () => (items) => items.map(vectorOf);
  }
  if (typeof model?.vectors !== "function")
    throw argumentError("diversify model", "a model", model);
  return (pack) => (items) => (pack ? packVectors(model, pack, items) : modelVectors(model, items));
}

/**
 * @param {HasVectors} model
 * @param {Pack} pack
 * @param {ItemId[]} items
 * @returns {Promise<Vector[]>}
 */
async function packVectors(model, pack, items) {
  const all = await model.vectors(pack);
  const width = all.length / pack.itemCount;
  const offsets = new Map(Array.from(pack.items, (item, row) => [item, row * width]));
  return items.map((item) => {
    const offset = offsets.get(item);
    return offset === undefined ? undefined : all.subarray(offset, offset + width);
  });
}

/**
 * The vectors of the items that the model knows. It refuses a list with an unknown item, so halves
 * of such a list are tried until the unknown items are found.
 *
 * @param {HasVectors} model
 * @param {ItemId[]} items
 * @returns {Promise<Vector[]>}
 */
async function modelVectors(model, items) {
  try {
    const all = await model.vectors(items);
    const width = all.length / items.length;
    return items.map((_, row) => all.subarray(row * width, (row + 1) * width));
  } catch (error) {
    if (!(error instanceof PocketrecError) || error.code !== "unknown-item") throw error;
    const half = items.length >> 1;
    if (!half) return [undefined];
    const first = await modelVectors(model, items.slice(0, half));
    return [...first, ...(await modelVectors(model, items.slice(half)))];
  }
}

/**
 * Unit vectors of the entries that have both a score and a vector.
 *
 * @param {import("../model/model-types.js").Ranked[]} list
 * @param {VectorReader} read
 * @returns {Promise<UnitVectors>}
 * @throws {PocketrecError} "bad-argument"
 */
export async function readUnitVectors(list, read) {
  const scored = [...list.keys()].filter((slot) => list[slot].score !== null);
  const vectors = scored.length ? await read(scored.map((slot) => list[slot].item)) : [];
  const isPresent = vectors.map((vector) => vector !== undefined && vector !== null);
  const slots = scored.filter((_, i) => isPresent[i]);
  const present = /** @type {ArrayLike<number>[]} */ (vectors.filter((_, i) => isPresent[i]));
  const length = present[0]?.length ?? 0;
  const width = Math.ceil(length / 4) * 4;
  const units = new Float32Array(Math.ceil(slots.length / 4) * 4 * width);
  present.forEach((vector, row) => {
    const unit = units.subarray(row * width, row * width + length);
    writeUnit(vector, unit, list[slots[row]].item);
  });
  return { units, width, slots };
}

/**
 * Writes a vector scaled to length 1. A vector of zeros stays zero. The division by the largest
 * value first keeps the squares in range.
 *
 * @param {ArrayLike<number>} vector
 * @param {Float32Array} unit
 * @param {ItemId} item
 */
function writeUnit(vector, unit, item) {
  const subject = `the vector of item ${item}`;
  if (typeof vector !== "object" || vector.length !== unit.length)
    throw argumentError(subject, `${unit.length} numbers`, vector);
  let max = 0;
  for (let k = 0; k < unit.length; k++) {
    if (typeof vector[k] !== "number" || !Number.isFinite(vector[k]))
      throw argumentError(subject, "finite numbers", vector[k]);
    max = Math.max(max, Math.abs(vector[k]));
  }
  if (!max) return;
  let square = 0;
  for (let k = 0; k < unit.length; k++) square += (vector[k] / max) ** 2;
  const root = Math.sqrt(square);
  for (let k = 0; k < unit.length; k++) unit[k] = vector[k] / max / root;
}
