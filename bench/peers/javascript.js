// Carefully optimised plain JavaScript: flat Float32Arrays, buffers allocated once, and two
// candidates by four outputs at a time, so that each weight is read once for two candidates and the
// sums are independent. Widths of layers are multiples of four, as in all models of the benchmark.
import { readSafetensors, writeSafetensors } from "../../tests/lib/safetensors.js";
import { depth } from "../models/neumf.js";
import { columns } from "../models/tensors.js";
import { rememberUserHalf, userTensors } from "./user-half.js";

const file = "javascript.js";
const pack = async (tensors) => ({ weights: writeSafetensors(tensors) });

const load =
  (scorer) =>
  async ({ weights }) =>
    scorer(readSafetensors(weights));

export const peers = [
  { name: "plain JavaScript", file, pack, load: load(wholeScorer) },
  { name: "plain JavaScript, hoisted", file, pack, load: load(hoistedScorer) },
];

function wholeScorer(tensors) {
  const {
    "gmf.user": gmfUser,
    "mlp.user": mlpUser,
    "mlp.item": mlpItem,
    "output.weight": output,
  } = tensors;
  const userWidth = mlpUser.shape[1];
  const tower = towerOf(tensors);
  const width = userWidth + mlpItem.shape[1];
  const pair = new Float32Array(2 * width);
  const score = pairScorer(tensors, tower, (first, second) => {
    pair.set(rowOf(mlpItem, first), userWidth);
    pair.set(rowOf(mlpItem, second), width + userWidth);
    return pair;
  });
  return {
    score(userRow, itemRows) {
      const user = rowOf(mlpUser, userRow);
      pair.set(user);
      pair.set(user, width);
      const gmfWeight = rowOf(gmfUser, userRow).map((value, k) => value * output.data[k]);
      return score(gmfWeight, itemRows);
    },
    dispose() {},
  };
}

function hoistedScorer(tensors) {
  const { "mlp.user": mlpUser, "mlp.item": mlpItem, "mlp.layers.0.weight": weight } = tensors;
  const width = mlpItem.shape[1];
  const first = layer(
    columns(weight, mlpUser.shape[1], weight.shape[1]),
    tensors["mlp.layers.0.bias"],
  );
  const tower = [first, ...towerOf(tensors).slice(1)];
  const pair = new Float32Array(2 * width);
  const score = pairScorer(tensors, tower, (firstRow, secondRow) => {
    pair.set(rowOf(mlpItem, firstRow));
    pair.set(rowOf(mlpItem, secondRow), width);
    return pair;
  });
  const halfOf = rememberUserHalf(userTensors(tensors));
  return {
    score(userRow, itemRows) {
      const { userHidden, gmfWeight } = halfOf(userRow);
      first.bias = userHidden;
      return score(gmfWeight, itemRows);
    },
    dispose() {},
  };
}

/** The loop over the candidates. `inputOf(first, second)`: [2, in], the tower's input. */
function pairScorer(tensors, tower, inputOf) {
  const gmfItem = tensors["gmf.item"];
  const towerWeight = tensors["output.weight"].data.subarray(gmfItem.shape[1]);
  const bias = tensors["output.bias"].data[0];
  const score = (gmfWeight, itemRow, features, start) => {
    const gmfStart = itemRow * gmfWeight.length;
    let logit = bias;
    for (let k = 0; k < gmfWeight.length; k++) logit += gmfWeight[k] * gmfItem.data[gmfStart + k];
    for (let k = 0; k < towerWeight.length; k++) logit += towerWeight[k] * features[start + k];
    return 1 / (1 + Math.exp(-logit));
  };
  return (gmfWeight, itemRows) => {
    const scores = new Float32Array(itemRows.length);
    for (let i = 0; i < itemRows.length; i += 2) {
      // The last of an odd number is computed twice.
      const [first, second] = [i, Math.min(i + 1, itemRows.length - 1)];
      const features = runTower(tower, inputOf(itemRows[first], itemRows[second]));
      scores[first] = score(gmfWeight, itemRows[first], features, 0);
      scores[second] = score(gmfWeight, itemRows[second], features, towerWeight.length);
    }
    return scores;
  };
}

function rowOf({ shape: [, width], data }, row) {
  return data.subarray(row * width, (row + 1) * width);
}

function towerOf(tensors) {
  return Array.from({ length: depth(tensors) }, (_, k) =>
    layer(tensors[`mlp.layers.${k}.weight`], tensors[`mlp.layers.${k}.bias`]),
  );
}

export function layer({ shape: [outputs, inputs], data: weight }, { data: bias }) {
  return { inputs, weight, bias, output: new Float32Array(2 * outputs) };
}

/** [2, in] to [2, out]: the tower for two candidates. */
export function runTower(tower, input) {
  for (let k = 0; k < tower.length; k++) {
    denseRelu(tower[k], input);
    input = tower[k].output;
  }
  return input;
}

// output (2, out) = max(0, input (2, in) @ weight (out, in)' + bias)
function denseRelu({ inputs, weight, bias, output }, input) {
  const outputs = bias.length;
  for (let row = 0; row < outputs; row += 4) {
    const row0 = row * inputs;
    const row1 = row0 + inputs;
    const row2 = row1 + inputs;
    const row3 = row2 + inputs;
    let a0 = bias[row];
    let a1 = bias[row + 1];
    let a2 = bias[row + 2];
    let a3 = bias[row + 3];
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    for (let k = 0; k < inputs; k++) {
      const a = input[k];
      const b = input[inputs + k];
      const w0 = weight[row0 + k];
      const w1 = weight[row1 + k];
      const w2 = weight[row2 + k];
      const w3 = weight[row3 + k];
      a0 += w0 * a;
      a1 += w1 * a;
      a2 += w2 * a;
      a3 += w3 * a;
      b0 += w0 * b;
      b1 += w1 * b;
      b2 += w2 * b;
      b3 += w3 * b;
    }
    storeRelu(output, row, a0, a1, a2, a3);
    storeRelu(output, outputs + row, b0, b1, b2, b3);
  }
}

function storeRelu(output, at, value0, value1, value2, value3) {
  output[at] = Math.max(0, value0);
  output[at + 1] = Math.max(0, value1);
  output[at + 2] = Math.max(0, value2);
  output[at + 3] = Math.max(0, value3);
}

/** A row of a table times a vector, in four independent sums. */
export function dot(table, start, vector) {
  const even = vector.length & ~3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < even; k += 4) {
    a += table[start + k] * vector[k];
    b += table[start + k + 1] * vector[k + 1];
    c += table[start + k + 2] * vector[k + 2];
    d += table[start + k + 3] * vector[k + 3];
  }
  for (let k = even; k < vector.length; k++) a += table[start + k] * vector[k];
  return a + b + (c + d);
}
