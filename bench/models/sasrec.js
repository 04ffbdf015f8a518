// A random SASRec (Kang and McAuley, ICDM 2018) as RecBole computes it: positions from the first
// event, normalisation after each part, one head. 3,706 items, 50 positions, width 64, 2 blocks.
import { normal, sampleRows } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";
import { ITEMS } from "./sizes.js";
import { randomTensors } from "./tensors.js";

export const WIDTH = 64;
export const POSITIONS = 50;
export const BLOCKS = 2;
export const EPSILON = 1e-12;
const INNER = 256;

export function randomSasrec() {
  const tensor = randomTensors(normal(1));
  const dense = (name, outputs, inputs) => ({
    [`${name}.weight`]: tensor([outputs, inputs], Math.sqrt(1 / inputs)),
    [`${name}.bias`]: tensor([outputs], 0.1),
  });
  const norm = (name) => {
    const weight = tensor([WIDTH], 0.1);
    return {
      [`${name}.norm.weight`]: { ...weight, data: weight.data.map((value) => 1 + value) },
      [`${name}.norm.bias`]: tensor([WIDTH], 0.1),
    };
  };
  const block = (name) => ({
    ...dense(`${name}.query`, WIDTH, WIDTH),
    ...dense(`${name}.key`, WIDTH, WIDTH),
    ...dense(`${name}.value`, WIDTH, WIDTH),
    ...dense(`${name}.attention`, WIDTH, WIDTH),
    ...norm(`${name}.attention`),
    ...dense(`${name}.feed.0`, INNER, WIDTH),
    ...dense(`${name}.feed.1`, WIDTH, INNER),
    ...norm(`${name}.feed`),
  });
  const blocks = Array.from({ length: BLOCKS }, (_, k) => block(`blocks.${k}`));
  return {
    "item.embedding": tensor([ITEMS, WIDTH], 0.3),
    "position.embedding": tensor([POSITIONS, WIDTH], 0.3),
    ...norm("embedding"),
    ...Object.assign({}, ...blocks),
  };
}

export const sasrecFile = (tensors) =>
  writeSafetensors(tensors, {
    pocketrec: JSON.stringify({
      format: 1,
      kind: "sasrec",
      heads: 1,
      activation: "relu",
      norm: { order: "after", epsilon: EPSILON },
      positions: "first",
    }),
  });

/** Events of a history, oldest first. */
export const historyOf = (length) => sampleRows(length, ITEMS, 7);

/** The user vector in float64, by the formulas of docs/format.md. */
export function referenceVector(tensors, history) {
  const names = Array.from({ length: BLOCKS }, (_, k) => `blocks.${k}`);
  const inputs = Array.from(history, (item, position) => {
    const embedding = rowOf(tensors["item.embedding"], item);
    return add(embedding, rowOf(tensors["position.embedding"], position));
  });
  let x = inputs.map((row) => normalised(tensors, "embedding", row));
  for (const name of names) {
    const part = (which) => x.map((row) => applied(tensors, `${name}.${which}`, row));
    const mixed = attended(part("query"), part("key"), part("value"));
    x = x.map((row, i) => {
      const output = add(row, applied(tensors, `${name}.attention`, mixed[i]));
      return normalised(tensors, `${name}.attention`, output);
    });
    x = x.map((row) => {
      const inner = applied(tensors, `${name}.feed.0`, row).map((value) => Math.max(value, 0));
      return normalised(
        tensors,
        `${name}.feed`,
        add(row, applied(tensors, `${name}.feed.1`, inner)),
      );
    });
  }
  return Float64Array.from(x.at(-1));
}

const rowOf = ({ shape: [, width], data }, row) => [
  ...data.subarray(row * width, (row + 1) * width),
];

const add = (a, b) => a.map((value, k) => value + b[k]);

const inner = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

function applied(tensors, name, input) {
  const { [`${name}.weight`]: weight, [`${name}.bias`]: bias } = tensors;
  return Array.from(bias.data, (start, out) => start + inner(rowOf(weight, out), input));
}

function normalised(tensors, name, row) {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  const { data: weight } = tensors[`${name}.norm.weight`];
  const { data: bias } = tensors[`${name}.norm.bias`];
  return row.map(
    (value, k) => ((value - mean) / Math.sqrt(variance + EPSILON)) * weight[k] + bias[k],
  );
}

/** Each position attends to itself and to those before it. */
function attended(queries, keys, values) {
  return queries.map((query, i) => {
    const exps = keys.slice(0, i + 1).map((key) => Math.exp(inner(query, key) / Math.sqrt(WIDTH)));
    const sum = exps.reduce((a, b) => a + b, 0);
    return query.map((_, k) => exps.reduce((total, e, j) => total + e * values[j][k], 0) / sum);
  });
}
