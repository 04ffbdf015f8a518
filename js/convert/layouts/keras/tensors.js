import { PocketrecError, show } from "../../../common/errors.js";

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
