// Neural collaborative filtering in float64, straight from the paper's formula and written to be
// read: what every other implementation is held against.

const ACTIVATIONS = {
  identity: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/**
 * The logits of some items for a user vector [gmf | mlp], from the tensors as trained (not folded).
 *
 * @param {Record<string, { shape: number[], data: ArrayLike<number> }>} tensors
 * @param {ArrayLike<number>} vector
 * @param {ArrayLike<number>} rows
 * @param {keyof typeof ACTIVATIONS | (keyof typeof ACTIVATIONS)[]} activation of the tower, or of
 *   each layer
 */
export function referenceLogits(tensors, vector, rows, activation = "relu") {
  const gmf = tensors["gmf.item"]?.shape[1] ?? 0;
  const user = Array.from(vector);
  return Float64Array.from(rows, (item) => {
    const features = [
      ...row(tensors["gmf.item"], item).map((value, k) => value * user[k]),
      ...(tensors["mlp.item"]
        ? tower(tensors, [...user.slice(gmf), ...row(tensors["mlp.item"], item)], activation)
        : []),
    ];
    const bias = (tensors["output.bias"]?.data[0] ?? 0) + (tensors["item.bias"]?.data[item] ?? 0);
    return features.reduce((sum, value, k) => sum + value * tensors["output.weight"].data[k], bias);
  });
}

function tower(tensors, values, activation) {
  for (let k = 0; tensors[`mlp.layers.${k}.weight`]; k++) {
    const weight = tensors[`mlp.layers.${k}.weight`];
    const inputs = values;
    values = Array.from(tensors[`mlp.layers.${k}.bias`].data, (bias, out) =>
      ACTIVATIONS[Array.isArray(activation) ? activation[k] : activation](
        row(weight, out).reduce((sum, value, i) => sum + value * inputs[i], bias),
      ),
    );
  }
  return values;
}

/** A row of a matrix; none of a tensor that is not there. */
export function row(tensor, index) {
  if (!tensor) return [];
  const [, width] = tensor.shape;
  return Array.from(tensor.data.slice(index * width, (index + 1) * width));
}

export const sigmoid = ACTIVATIONS.sigmoid;
