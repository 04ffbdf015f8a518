// The score of every candidate in float64, written to be read: what all peers are held against.
import { depth } from "./weights.js";

export function referenceScores(tensors, userRow, itemRows) {
  const output = tensors["output.weight"].data;
  return Float64Array.from(itemRows, (itemRow) => {
    const features = gmfFeatures(tensors, userRow, itemRow);
    if (tensors["mlp.item"]) features.push(...towerFeatures(tensors, userRow, itemRow));
    const logit = features.reduce((sum, value, i) => sum + value * output[i], tensors["output.bias"].data[0]);
    return 1 / (1 + Math.exp(-logit));
  });
}

function gmfFeatures(tensors, userRow, itemRow) {
  const item = row(tensors["gmf.item"], itemRow);
  return row(tensors["gmf.user"], userRow).map((value, k) => value * item[k]);
}

function towerFeatures(tensors, userRow, itemRow) {
  let values = [...row(tensors["mlp.user"], userRow), ...row(tensors["mlp.item"], itemRow)];
  for (let layer = 0; layer < depth(tensors); layer++) {
    const weight = tensors[`mlp.layers.${layer}.weight`];
    values = Array.from(tensors[`mlp.layers.${layer}.bias`].data, (bias, out) => {
      const sum = row(weight, out).reduce((total, value, k) => total + value * values[k], bias);
      return Math.max(0, sum);
    });
  }
  return values;
}

function row({ shape: [, width], data }, index) {
  return Array.from(data.subarray(index * width, (index + 1) * width));
}
