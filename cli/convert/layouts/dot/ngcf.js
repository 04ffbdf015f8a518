import { split, neighbourSums } from "./graph.js";
import { stacked } from "./blueprint.js";

/**
 * NGCF (Wang et al., SIGIR 2019): each layer is W1 (x + s) + W2 (x * s), s being the neighbours'
 * sums, behind a leaky ReLU and scaled to length 1. A node's vector is all layers side by side.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {{ weight: ForeignTensor, bias: ForeignTensor }} Dense weight [out, in], bias [out]
 * @typedef {{ sum: Dense, product: Dense }} Layer
 */

/** The slope of the leaky ReLU below 0. */
const SLOPE = 0.2;

/** PyTorch's least length that a vector is divided by. */
const LENGTH_MIN = 1e-12;

/**
 * @param {import("./graph.js").Graph} graph
 * @param {ForeignTensor[]} tables of layer 0, that of the users first
 * @param {Layer[]} layers
 * @returns {{ user: ForeignTensor, item: ForeignTensor }}
 */
export function ngcf(graph, tables, layers) {
  const nodes = graph.users + graph.items;
  let width = tables[0].shape[1];
  let x = stacked(tables);
  const all = [{ x, width }];
  for (const layer of layers) {
    x = nextLayer(x, neighbourSums(graph, x, width), nodes, width, layer);
    width = layer.sum.weight.shape[0];
    all.push({ x, width });
  }
  const total = all.reduce((sum, one) => sum + one.width, 0);
  const joined = new Float64Array(nodes * total);
  for (let node = 0; node < nodes; node++) {
    let at = node * total;
    for (const one of all) {
      joined.set(one.x.subarray(node * one.width, (node + 1) * one.width), at);
      at += one.width;
    }
  }
  return split(graph, joined, total);
}

/**
 * @param {Float64Array} x [nodes, width]
 * @param {Float64Array} sums [nodes, width]
 * @param {number} nodes
 * @param {number} width
 * @param {Layer} layer
 * @returns {Float64Array} [nodes, out]
 */
function nextLayer(x, sums, nodes, width, { sum, product }) {
  const out = sum.weight.shape[0];
  const next = new Float64Array(nodes * out);
  for (let node = 0; node < nodes; node++) {
    const own = x.subarray(node * width, (node + 1) * width);
    const near = sums.subarray(node * width, (node + 1) * width);
    const added = own.map((value, k) => value + near[k]);
    const multiplied = own.map((value, k) => value * near[k]);
    let squares = 0;
    for (let o = 0; o < out; o++) {
      const y = affine(sum, o, added) + affine(product, o, multiplied);
      const z = y > 0 ? y : SLOPE * y;
      next[node * out + o] = z;
      squares += z * z;
    }
    const length = Math.max(Math.sqrt(squares), LENGTH_MIN);
    for (let o = 0; o < out; o++) next[node * out + o] /= length;
  }
  return next;
}

/**
 * One output of a dense layer.
 *
 * @param {Dense} layer
 * @param {number} o
 * @param {Float64Array} x
 */
function affine({ weight, bias }, o, x) {
  const width = weight.shape[1];
  let sum = bias.values[o];
  for (let k = 0; k < width; k++) sum += weight.values[o * width + k] * x[k];
  return sum;
}
