import { PocketrecError } from "../common/errors.js";

/**
 * Some rows of the tensors of a file's items.
 *
 * @import { Tensor } from "../file/safetensors.js"
 */

/**
 * @param {Tensor} tensor a row per item
 * @param {number[]} rows
 * @returns {Tensor}
 */
export function takeRows({ name, dtype, shape: [count, ...rest], bytes }, rows) {
  const width = bytes.length / count;
  const taken = new Uint8Array(rows.length * width);
  rows.forEach((row, at) => taken.set(bytes.subarray(row * width, (row + 1) * width), at * width));
  return { name, dtype, shape: [rows.length, ...rest], bytes: taken };
}

/**
 * Lists of values and where each begins (docs/format.md, "Values of items' features").
 *
 * @param {Tensor} values [V]
 * @param {Tensor} offsets [items + 1], I32
 * @param {number[]} rows
 * @returns {Tensor[]}
 */
export function takeLists(values, offsets, rows) {
  const begins = new Int32Array(offsets.bytes.slice().buffer);
  const isRising = begins.every((begin, at) => (at ? begin >= begins[at - 1] : begin === 0));
  if (!isRising || begins.at(-1) !== values.shape[0])
    throw new PocketrecError(
      "bad-offsets",
      offsets.name,
      `numbers that rise from 0 to ${values.shape[0]}`,
      "others",
    );
  const places = rows.map((row) =>
    Array.from({ length: begins[row + 1] - begins[row] }, (_, at) => begins[row] + at),
  );
  const ends = new Int32Array(rows.length + 1);
  places.forEach(({ length }, at) => (ends[at + 1] = ends[at] + length));
  const bytes = new Uint8Array(ends.buffer);
  return [takeRows(values, places.flat()), { ...offsets, shape: [ends.length], bytes }];
}

/**
 * The ids of a pack: one JSON value a line.
 * @param {import("../common/ids.js").ItemId[]} ids
 * @returns {Tensor}
 */
export function idsTensor(ids) {
  const bytes = new TextEncoder().encode(ids.map((id) => JSON.stringify(id)).join("\n"));
  return { name: "item_ids", dtype: "U8", shape: [bytes.length], bytes };
}
