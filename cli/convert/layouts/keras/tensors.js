import { PocketrecError, show } from "../../../../js/common/errors.js";

/**
 * A tensor of the checkpoint that must exist, and be of a rank.
 *
 * @param {Pick<import("./walk.js").Walk, "checkpoint" | "used">} walk used: gets the name
 * @param {string} name
 * @param {number} rank
 * @param {string} expected what the tensor is
 * @throws {PocketrecError} "missing-tensor" or "bad-shape"
 */
export function requireTensor({ checkpoint, used }, name, rank, expected) {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor) throw new PocketrecError("missing-tensor", name, expected, "none");
  if (tensor.shape.length !== rank)
    throw new PocketrecError("bad-shape", name, `${rank} axes`, show(tensor.shape));
  used.add(name);
  return tensor;
}

/**
 * Rows of length 1.
 *
 * @param {Float32Array} values
 * @param {number} width
 */
export function unitRows(values, width) {
  const rows = values.slice();
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const square = row.reduce((sum, x) => sum + x * x, 0);
    // The epsilon of TensorFlow's l2_normalize.
    const length = Math.sqrt(Math.max(square, 1e-12));
    row.forEach((x, k) => {
      row[k] = x / length;
    });
  }
  return rows;
}
