// Random weights files of any shape: the tensors as a trainer would have them, and as a file holds
// them.
import { normal } from "./random.js";
import { writeSafetensors } from "./safetensors.js";

/**
 * @param {{ kind?: "gmf" | "mlp" | "neumf", items?: number, users?: number, gmf?: number, user?:
 *   number, item?: number, widths?: number[], itemBias?: boolean, aggregates?: boolean, seed?:
 *   number, info?: object }} shape user, item: widths of the MLP's vectors; widths: of the tower's
 *   layers; info: more of the description
 */
export function randomWeights({
  kind = "neumf",
  items = 50,
  users = 0,
  gmf = 6,
  user = 7,
  item = 9,
  widths = [13, 5],
  itemBias = false,
  aggregates = false,
  seed = 1,
  info = {},
} = {}) {
  const next = normal(seed);
  const tensor = (...shape) => {
    const deviation = 1 / Math.sqrt(shape.at(-1));
    return {
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => deviation * next()),
    };
  };
  const tensors = {};
  const last = widths.at(-1);
  if (kind !== "gmf") {
    [user + item, ...widths].forEach((inputs, k, all) => {
      if (k === widths.length) return;
      tensors[`mlp.layers.${k}.weight`] = tensor(all[k + 1], inputs);
      tensors[`mlp.layers.${k}.bias`] = tensor(all[k + 1]);
    });
    tensors["mlp.item"] = tensor(items, item);
  }
  if (kind !== "mlp") tensors["gmf.item"] = tensor(items, gmf);
  tensors["output.weight"] = tensor(1, (kind !== "mlp" ? gmf : 0) + (kind !== "gmf" ? last : 0));
  tensors["output.bias"] = tensor(1);
  if (itemBias) tensors["item.bias"] = tensor(items);
  for (const [half, width] of halves(kind, gmf, user)) {
    if (users) tensors[`${half}.user`] = tensor(users, width);
    if (aggregates) Object.assign(tensors, randomAggregates(half, width, tensor));
  }
  return { tensors, info: { format: 1, kind, ...info } };
}

const halves = (kind, gmf, user) => [
  ...(kind !== "mlp" ? [["gmf", gmf]] : []),
  ...(kind !== "gmf" ? [["mlp", user]] : []),
];

function randomAggregates(half, width, tensor) {
  const factor = tensor(width, width).data;
  const covariance = Float32Array.from({ length: width * width }, (_, at) => {
    const i = Math.floor(at / width);
    const j = at % width;
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < width; k++) sum += factor[i * width + k] * factor[j * width + k];
    return sum;
  });
  return {
    [`${half}.user_mean`]: tensor(width),
    [`${half}.user_covariance`]: { shape: [width, width], data: covariance },
  };
}

/** The item half of the first layer computed ahead, in float64. */
export function fold(tensors) {
  const { "mlp.item": item, ...rest } = tensors;
  const weight = tensors["mlp.layers.0.weight"];
  const [outputs, inputs] = weight.shape;
  const [items, width] = item.shape;
  const user = inputs - width;
  const hidden = Float32Array.from({ length: items * outputs }, (_, at) => {
    const row = Math.floor(at / outputs);
    const out = at % outputs;
    let sum = 0;
    for (let k = 0; k < width; k++)
      sum += weight.data[out * inputs + user + k] * item.data[row * width + k];
    return sum;
  });
  const userHalf = Float32Array.from(
    { length: outputs * user },
    (_, at) => weight.data[Math.floor(at / user) * inputs + (at % user)],
  );
  return {
    ...rest,
    "mlp.item_hidden": { shape: [items, outputs], data: hidden },
    "mlp.layers.0.weight": { shape: [outputs, user], data: userHalf },
  };
}

/** A weights file. */
export function fileOf({ tensors, info }, edit) {
  return writeSafetensors(tensors, { pocketrec: JSON.stringify(info) }, edit);
}

/** A vector for a user of this model. */
export function randomVector(width, seed) {
  return Float32Array.from({ length: width }, normal(seed));
}
