/**
 * Precomputes the item half of the MLP block's first layer: `mlp.item_hidden` replaces `mlp.item`.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {boolean} [fold] default: if the file does not grow
 * @returns {boolean} whether it was folded
 */
export function foldItems(tensors, fold) {
  const item = tensors.get("mlp.item");
  const first = tensors.get("mlp.layers.0.weight");
  if (!item || !first || !(fold ?? first.shape[0] <= item.shape[1])) return false;
  const [items, d] = item.shape;
  const [d1, inputs] = first.shape;
  const e = inputs - d;
  const hidden = new Float32Array(items * d1);
  const userHalf = new Float32Array(d1 * e);
  for (let row = 0; row < items; row++) {
    for (let o = 0; o < d1; o++) {
      let sum = 0;
      for (let k = 0, w = o * inputs + e, x = row * d; k < d; k++)
        sum += first.values[w + k] * item.values[x + k];
      hidden[row * d1 + o] = sum;
    }
  }
  for (let o = 0; o < d1; o++)
    userHalf.set(first.values.subarray(o * inputs, o * inputs + e), o * e);
  tensors.delete("mlp.item");
  tensors.set("mlp.item_hidden", { shape: [items, d1], values: hidden });
  tensors.set("mlp.layers.0.weight", { shape: [d1, e], values: userHalf });
  return true;
}
