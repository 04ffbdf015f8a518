import { dot, requireTensor } from "./dense.js";

/**
 * Dot products: mean + user bias + item bias + p . item vector.
 *
 * @param {import("./dense.js").Tensors} tensors
 * @param {Readonly<import("../../../js/file/metadata.js").Info>} info
 * @param {number[]} vector the user's [p | bias], or p
 * @param {number[]} items rows
 */
export function dotScores(tensors, info, vector, items) {
  const table = requireTensor(tensors, "item.vector");
  const [, width] = table.shape;
  const userBias = info.user_bias ? vector[width] : 0;
  const constant = (tensors.get("mean")?.values[0] ?? 0) + userBias;
  const bias = tensors.get("item.bias");
  return items.map((item) => constant + (bias?.values[item] ?? 0) + dot(table, item, vector));
}
