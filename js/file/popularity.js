import { PocketrecError, show } from "../common/errors.js";

/**
 * How often each item occurs in the training data (`item_popularity`), checked.
 *
 * @param {import("./safetensors.js").Tensor | undefined} tensor
 * @param {number} count of items
 * @returns {Float32Array | undefined} by row; undefined: the file does not say
 */
export function readPopularity(tensor, count) {
  if (!tensor) return undefined;
  const { name, dtype, shape, bytes } = tensor;
  if (dtype !== "I32" && dtype !== "F32")
    throw new PocketrecError("bad-dtype", name, "I32 or F32", dtype);
  if (shape.length !== 1 || shape[0] !== count)
    throw new PocketrecError("bad-shape", name, `[${count}]`, show(shape));
  const { buffer } = new Uint8Array(bytes);
  const counts =
    dtype === "I32" ? Float32Array.from(new Int32Array(buffer)) : new Float32Array(buffer);
  const wrong = counts.find((value) => !(value >= 0 && value < Infinity));
  if (wrong === undefined) return counts;
  throw new PocketrecError("not-finite", name, "finite numbers, 0 or more", `${wrong}`);
}
