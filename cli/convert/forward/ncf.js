import { activationAt, activationNamed, denseLayer, dot, requireTensor, rowOf } from "./dense.js";

/**
 * GMF, MLP and NeuMF: w [p_gmf * q_gmf | tower([p_mlp | q_mlp])] + b + item bias.
 *
 * @param {import("./dense.js").Tensors} tensors
 * @param {Readonly<import("../../../js/file/metadata.js").Info>} info
 * @param {number[]} vector the user's [gmf | mlp]
 * @param {number[]} items rows
 */
export function ncfScores(tensors, info, vector, items) {
  const gmf = tensors.get("gmf.item");
  const g = gmf?.shape[1] ?? 0;
  const output = requireTensor(tensors, "output.weight");
  const bias = tensors.get("output.bias")?.values[0] ?? 0;
  const itemBias = tensors.get("item.bias");
  const userHalf = vector.slice(g);
  return items.map((item) => {
    const product = gmf ? rowOf(gmf, item).map((value, k) => value * vector[k]) : [];
    const hidden = towerOutput(tensors, info, userHalf, item);
    return dot(output, 0, [...product, ...hidden]) + bias + (itemBias?.values[item] ?? 0);
  });
}

/**
 * The last hidden layer of the MLP block, [] without one.
 *
 * @param {import("./dense.js").Tensors} tensors
 * @param {Readonly<import("../../../js/file/metadata.js").Info>} info
 * @param {number[]} userHalf
 * @param {number} item
 */
function towerOutput(tensors, info, userHalf, item) {
  const table = tensors.get("mlp.item");
  const folded = tensors.get("mlp.item_hidden");
  let z = table ? [...userHalf, ...rowOf(table, item)] : [];
  let k = 0;
  if (folded) {
    // The item half of the first layer is in the table already.
    const row = rowOf(folded, item);
    const first = denseLayer(tensors, `mlp.layers.${k++}`, userHalf, "identity");
    z = first.map((value, o) => activationNamed(activationAt(info, 0))(value + row[o]));
  }
  for (; tensors.has(`mlp.layers.${k}.weight`); k++)
    z = denseLayer(tensors, `mlp.layers.${k}`, z, activationAt(info, k));
  return z;
}
