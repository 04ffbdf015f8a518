/**
 * The same models in plain JavaScript, written for speed: flat Float32Arrays, buffers made once,
 * the user's half and the items' half of the first layer computed beforehand, as the package has
 * them. In the tower two candidates and four outputs go together, so that each weight is read once
 * for both and the sums are independent of each other.
 */

/**
 * @typedef {Map<string, { shape: number[], values: Float32Array }>} Tensors
 * @typedef {(rows: Uint32Array) => Float32Array} Scorer
 */

/**
 * @param {Record<string, any>} info metadata of the file
 * @param {Tensors} tensors
 * @param {Float32Array} vector the user's
 * @returns {Scorer}
 */
export const plainScorer = ({ kind }, tensors, vector) =>
  kind === "candidates" ? dotScorer(tensors, vector) : neumfScorer(tensors, vector);

/** Inner products with the items' vectors. */
function dotScorer(tensors, vector) {
  const { values } = tensors.get("item.embedding");
  return (rows) => {
    const scores = new Float32Array(rows.length);
    for (let k = 0; k < rows.length; k += 1)
      scores[k] = dot(values, rows[k] * vector.length, vector, 0, vector.length);
    return scores;
  };
}

/** NeuMF: products of GMF, and the tower on the sum of both halves of its first layer. */
function neumfScorer(tensors, vector) {
  const gmf = tensors.get("gmf.item");
  const item = tensors.get("mlp.item_hidden");
  const { values: output } = tensors.get("output.weight");
  const bias = tensors.get("output.bias").values[0];
  const { values: itemBias } = tensors.get("item.bias");
  const width = gmf.shape[1];
  const hidden = item.shape[1];
  const product = vector.slice(0, width).map((value, k) => value * output[k]);
  const user = userHalf(tensors, vector.subarray(width));
  const layers = layersOf(tensors);
  const first = new Float32Array(2 * hidden);
  const outputs = output.length - width;
  const scoreOf = (row, top, at) => {
    const logit =
      bias +
      itemBias[row] +
      dot(gmf.values, row * width, product, 0, width) +
      dot(top, at, output, width, outputs);
    return 1 / (1 + Math.exp(-logit));
  };
  return (rows) => {
    const scores = new Float32Array(rows.length);
    for (let k = 0; k < rows.length; k += 2) {
      const other = Math.min(k + 1, rows.length - 1); // the last of an odd number goes twice
      joinHalves(first, user, item.values, rows[k], rows[other]);
      const top = runTower(layers, first);
      scores[k] = scoreOf(rows[k], top, 0);
      scores[other] = scoreOf(rows[other], top, outputs);
    }
    return scores;
  };
}

/** W u + b of the first layer: once a user. */
function userHalf(tensors, vector) {
  const { values: weight } = tensors.get("mlp.layers.0.weight");
  return tensors
    .get("mlp.layers.0.bias")
    .values.map((bias, o) => bias + dot(weight, o * vector.length, vector, 0, vector.length));
}

/** first (2, hidden) = relu(user's half + the halves of two items) */
function joinHalves(first, user, items, row, other) {
  const hidden = user.length;
  for (let k = 0; k < hidden; k += 1) {
    first[k] = Math.max(0, user[k] + items[row * hidden + k]);
    first[hidden + k] = Math.max(0, user[k] + items[other * hidden + k]);
  }
}

/** The layers above the first; their widths are multiples of four. */
function layersOf(tensors) {
  const layers = [];
  for (let k = 1; tensors.has(`mlp.layers.${k}.weight`); k += 1) {
    const { shape, values } = tensors.get(`mlp.layers.${k}.weight`);
    const { values: bias } = tensors.get(`mlp.layers.${k}.bias`);
    layers.push({ inputs: shape[1], weight: values, bias, output: new Float32Array(2 * shape[0]) });
  }
  return layers;
}

function runTower(layers, input) {
  for (const layer of layers) {
    forward(layer, input);
    input = layer.output;
  }
  return input;
}

/** output (2, out) = relu(weight (out, in) input (2, in) + bias) */
function forward({ inputs, weight, bias, output }, input) {
  const outputs = bias.length;
  for (let o = 0; o < outputs; o += 4) {
    let [a0, a1, a2, a3] = [bias[o], bias[o + 1], bias[o + 2], bias[o + 3]];
    let [b0, b1, b2, b3] = [a0, a1, a2, a3];
    let at = o * inputs;
    for (let k = 0; k < inputs; k += 1, at += 1) {
      const a = input[k];
      const b = input[inputs + k];
      const w0 = weight[at];
      const w1 = weight[at + inputs];
      const w2 = weight[at + 2 * inputs];
      const w3 = weight[at + 3 * inputs];
      a0 += w0 * a;
      a1 += w1 * a;
      a2 += w2 * a;
      a3 += w3 * a;
      b0 += w0 * b;
      b1 += w1 * b;
      b2 += w2 * b;
      b3 += w3 * b;
    }
    put(output, o, a0, a1, a2, a3);
    put(output, outputs + o, b0, b1, b2, b3);
  }
}

function put(output, at, one, two, three, four) {
  output[at] = Math.max(0, one);
  output[at + 1] = Math.max(0, two);
  output[at + 2] = Math.max(0, three);
  output[at + 3] = Math.max(0, four);
}

/** The inner product of two parts of arrays, in four independent sums. */
function dot(one, at, other, from, width) {
  const even = width & ~3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < even; k += 4) {
    a += one[at + k] * other[from + k];
    b += one[at + k + 1] * other[from + k + 1];
    c += one[at + k + 2] * other[from + k + 2];
    d += one[at + k + 3] * other[from + k + 3];
  }
  for (let k = even; k < width; k += 1) a += one[at + k] * other[from + k];
  return a + b + (c + d);
}

/**
 * Multiplications and additions of one candidate.
 * @param {Record<string, any>} info
 * @param {Tensors} tensors
 */
export function multiplications({ kind }, tensors) {
  if (kind === "candidates") return tensors.get("item.embedding").shape[1];
  let count = tensors.get("output.weight").shape[1];
  for (let k = 1; tensors.has(`mlp.layers.${k}.weight`); k += 1) {
    const [outputs, inputs] = tensors.get(`mlp.layers.${k}.weight`).shape;
    count += outputs * inputs;
  }
  return count;
}
