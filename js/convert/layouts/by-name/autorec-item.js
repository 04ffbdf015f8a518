import { PocketrecError } from "../../../common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { ACTIVATIONS } from "../../matrix.js";
import { isDense, unitsOf } from "../shared/layers.js";
import { meanOf } from "../../finish/user-tables.js";

/**
 * AutoRec by item (Sedhain et al., WWW 2015): its input is what everybody gave one item, so its
 * weights belong to people. What may be published are the items as the encoder sees them,
 * item.code, and the mean of the people's output rows. Encoding needs the ratings that the model
 * was trained with.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** @type {import("../../blueprint.js").Layout} */
export function autorecItemLayout(
  checkpoint,
  { kind, ratings, activation = "sigmoid", output = "identity" },
) {
  if (kind !== "autorec-item") return undefined;
  const [encoder, decoder] = unitsOf(checkpoint).filter(isDense);
  const [width, users] = encoder?.weight?.shape ?? [];
  const isPair =
    decoder?.weight && decoder.weight.shape[0] === users && decoder.weight.shape[1] === width;
  if (!encoder?.weight || !isPair)
    throw new PocketrecError(
      "unknown-layout",
      "autorec-item",
      "an encoder [k, users] and a decoder [users, k]",
      "other layers",
    );
  if (!ratings) {
    throw new PocketrecError(
      "bad-argument",
      "--data",
      "the ratings that the model was trained with",
      "none",
      {
        hint: "The weights of an item-based AutoRec belong to its users; what may be published are the items as its encoder sees them.",
      },
    );
  }
  if (!Object.hasOwn(ACTIVATIONS, activation))
    throw new PocketrecError(
      "bad-argument",
      "--activation",
      Object.keys(ACTIVATIONS).join(", "),
      activation,
    );
  const tensors = new Map([
    ["item.code", codesOf(encoder.weight, encoder.bias, ratings, ACTIVATIONS[activation])],
    ["user_mean", meanRow(/** @type {ForeignTensor} */ (decoder.weight))],
  ]);
  if (decoder.bias)
    tensors.set("user_bias", meanRow({ shape: [users, 1], values: decoder.bias.values }));
  const used = new Set([...encoder.names, ...decoder.names]);
  return {
    layout: `${checkpoint.format} AutoRec by item`,
    kind,
    tensors,
    description: { output },
    used,
    unused: unusedTensors(checkpoint, used, "the model does not use it"),
    notes: [
      `the ${users} people's weights stay out: each item is in the file as the encoder sees it, and a new person's row is solved for`,
    ],
  };
}

/**
 * Each item's hidden layer: activation(V r + mu), r being what everybody gave it, 0 where nothing.
 *
 * @param {ForeignTensor} weight V [k, users]
 * @param {ForeignTensor | undefined} bias mu [k]
 * @param {NonNullable<LayoutOptions["ratings"]>} ratings
 * @param {(x: number) => number} activation
 * @returns {ForeignTensor}
 */
function codesOf(
  { shape: [width, users], values },
  bias,
  { items, user, item, rating },
  activation,
) {
  const bad = user.findIndex((row) => row >= users);
  if (bad >= 0)
    throw new PocketrecError(
      "unknown-user",
      "--data",
      `users below ${users}, as the encoder has inputs`,
      `${user[bad]}`,
    );
  const sums = new Float64Array(items * width);
  for (let n = 0; n < user.length; n++)
    for (let k = 0; k < width; k++)
      sums[item[n] * width + k] += values[k * users + user[n]] * rating[n];
  return {
    shape: [items, width],
    values: Float32Array.from(sums, (sum, at) => activation(sum + (bias?.values[at % width] ?? 0))),
  };
}

/** @param {ForeignTensor} table @returns {ForeignTensor} */
function meanRow(table) {
  const mean = meanOf(table);
  return { shape: [mean.length], values: Float32Array.from(mean) };
}
