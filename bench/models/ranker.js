// A random ranker's tower of 512 inputs, as tensors, pocketrec file and candidate pack.
import { normal } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";
import { randomTensors } from "./tensors.js";

export const WIDTHS = [512, 1024, 512, 256, 1];
export const ITEMS = 2000;

/**
 * Tensors with He-scaled layers.
 *
 * @param {number} shared how many inputs are the user's and the same for all candidates; they are
 *   the first columns of `tower.0.weight`
 */
export function randomRanker(shared) {
  const tensor = randomTensors(normal(1));
  const tensors = { "item.embedding": tensor([ITEMS, WIDTHS[0] - shared], 1) };
  if (shared) tensors["user.embedding"] = tensor([1, shared], 1);
  WIDTHS.slice(1).forEach((outputs, k) => {
    const name = k === WIDTHS.length - 2 ? "output" : `tower.${k}`;
    tensors[`${name}.weight`] = tensor([outputs, WIDTHS[k]], Math.sqrt(2 / WIDTHS[k]));
    tensors[`${name}.bias`] = tensor([outputs], 0.1);
  });
  return tensors;
}

/** The user that `model.user` takes: row 0 of the user table, if there are shared inputs. */
export function userOf(tensors) {
  return { features: tensors["user.embedding"] ? { user: 0 } : {} };
}

/** A file with two features: the user is a row of a table, the item a row of another. */
export function rankerFile({ "user.embedding": user, "item.embedding": item, ...tower }) {
  const features = [
    ...(user ? [{ name: "user", kind: "categorical" }] : []),
    { name: "item", side: "item", kind: "categorical", ids: "items", table: "candidate" },
  ];
  const tensors = {
    ...tower,
    ...(user && { "user.embedding": user }),
    "candidate.embedding": item,
    item_ids: idTensor(Array.from({ length: item.shape[0] }, (_, row) => row)),
  };
  return writeSafetensors(tensors, {
    pocketrec: JSON.stringify({ format: 1, kind: "ranker", output: "identity", features }),
  });
}

/** A pack of these items: their ids suffice, because the model holds the features' table. */
export function packFile(candidates) {
  return writeSafetensors({ item_ids: idTensor(candidates) });
}

function idTensor(rows) {
  return { shape: [rows.length], data: BigInt64Array.from(rows, BigInt), dtype: "I64" };
}

/** [candidates, 512]: the tower's input of every candidate. */
export function wholeInput({ "user.embedding": user, "item.embedding": item }, candidates) {
  const width = item.shape[1];
  const shared = user?.shape[1] ?? 0;
  const input = new Float32Array(candidates.length * (shared + width));
  candidates.forEach((row, i) => {
    if (user) input.set(user.data.subarray(0, shared), i * (shared + width));
    input.set(item.data.subarray(row * width, (row + 1) * width), i * (shared + width) + shared);
  });
  return { shape: [candidates.length, shared + width], data: input };
}

/** Names of the tower's layers, without the output. */
export function layerNames(tensors) {
  return Object.keys(tensors)
    .filter((name) => name.startsWith("tower.") && name.endsWith(".weight"))
    .map((name) => name.slice(0, -".weight".length));
}

/** Raw scores of the candidates in float64. */
export function referenceScores(tensors, candidates) {
  const {
    shape: [count, width],
    data,
  } = wholeInput(tensors, candidates);
  const names = [...layerNames(tensors), "output"];
  return Float64Array.from({ length: count }, (_, i) => {
    let values = Float64Array.from(data.subarray(i * width, (i + 1) * width));
    for (const name of names) values = layerInFloat64(tensors, name, values);
    return values[0];
  });
}

function layerInFloat64(tensors, name, values) {
  const weight = tensors[`${name}.weight`].data;
  return Float64Array.from(tensors[`${name}.bias`].data, (bias, out) => {
    let sum = bias;
    for (const [k, value] of values.entries()) sum += weight[out * values.length + k] * value;
    return name === "output" ? sum : Math.max(sum, 0);
  });
}
