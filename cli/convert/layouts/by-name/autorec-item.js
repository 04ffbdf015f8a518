import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, unusedTensors } from "../../blueprint.js";
import { ACTIVATIONS } from "../../forward/dense.js";
import { meanRow, vectorTensor } from "../../matrix.js";
import { isDense, layersOf } from "../shared/layers.js";

/**
 * Item-based AutoRec (Sedhain et al., WWW 2015). Its input is all users' ratings of one item, so
 * its weights belong to users. What may be published: the items' hidden layers, item.code, and the
 * mean of the users' output rows. Encoding the items takes the ratings of the training.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {NonNullable<LayoutOptions["ratings"]> & { rating: Float64Array }} Ratings
 */

/** @type {import("../../blueprint.js").Layout} */
export function autorecItemLayout(
  checkpoint,
  { kind, ratings, activation = "sigmoid", output = "identity" },
) {
  if (kind !== "autorec-item") return undefined;
  const { encoder, decoder, names } = layerPair(checkpoint);
  assertOptions(ratings, activation);
  const users = decoder.weight.shape[0];
  const tensors = new Map([
    ["item.code", codesOf(encoder, ratings, ACTIVATIONS[activation])],
    ["user_mean", vectorTensor(meanRow(decoder.weight))],
  ]);
  if (decoder.bias) {
    const { values } = decoder.bias;
    tensors.set("user_bias", vectorTensor(meanRow({ shape: [users, 1], values })));
  }
  const used = new Set(names);
  return {
    layout: `${checkpoint.format} AutoRec by item`,
    kind,
    tensors,
    description: { output },
    used,
    unused: unusedTensors(checkpoint, used, UNUSED.model),
    assumptions: [],
    notes: [
      `dropped the weights of ${users} users; stored each item's code, to which fold-in fits ` +
        "the row of a new user",
    ],
  };
}

/**
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @throws {PocketrecError} "unknown-layout"
 */
function layerPair(checkpoint) {
  const [encoder, decoder] = layersOf(checkpoint).filter(isDense);
  const [width, users] = encoder?.weight?.shape ?? [];
  const isPair = decoder?.weight?.shape[0] === users && decoder?.weight?.shape[1] === width;
  if (!encoder?.weight || !decoder?.weight || !isPair) {
    const expected = "an encoder [k, users] and a decoder [users, k]";
    throw new PocketrecError("unknown-layout", "autorec-item", expected, "other layers");
  }
  return {
    encoder: { weight: encoder.weight, bias: encoder.bias },
    decoder: { weight: decoder.weight, bias: decoder.bias },
    names: [...encoder.names, ...decoder.names],
  };
}

/**
 * @param {LayoutOptions["ratings"]} ratings
 * @param {string} activation
 * @returns {asserts ratings is Ratings}
 */
function assertOptions(ratings, activation) {
  if (!ratings?.rating) {
    const expected = "the ratings that the model was trained with";
    const hint =
      "The weights of an item-based AutoRec belong to its users; " +
      "only the codes of the items may be published.";
    const found = ratings ? "no column of ratings" : "none";
    throw new PocketrecError("bad-argument", "--data", expected, found, { hint });
  }
  if (Object.hasOwn(ACTIVATIONS, activation)) return;
  const expected = Object.keys(ACTIVATIONS).join(", ");
  throw new PocketrecError("bad-argument", "--activation", expected, activation);
}

/**
 * The hidden layer of each item: activation(V r + mu), r being its ratings, 0 where there is none.
 *
 * @param {import("../shared/batch-norm.js").Dense} encoder V [k, users], mu [k]
 * @param {Ratings} ratings
 * @param {(x: number) => number} activation
 * @returns {ForeignTensor} [items, k]
 */
function codesOf({ weight, bias }, { items, user, item, rating }, activation) {
  const { values } = weight;
  const [width, users] = weight.shape;
  const wrong = user.findIndex((row) => row >= users);
  if (wrong >= 0) {
    const expected = `users below ${users}, the number of the encoder's inputs`;
    throw new PocketrecError("unknown-user", "--data", expected, `${user[wrong]}`);
  }
  const sums = new Float64Array(items * width);
  for (let n = 0; n < user.length; n++)
    for (let k = 0; k < width; k++)
      sums[item[n] * width + k] += values[k * users + user[n]] * rating[n];
  const codes = Float32Array.from(sums, (sum, at) =>
    activation(sum + (bias?.values[at % width] ?? 0)),
  );
  return { shape: [items, width], values: codes };
}
