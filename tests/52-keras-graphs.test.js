// What a Keras configuration says and names do not: the order of Concatenate, the activation of
// each layer, scales and ranges behind the score, cosines. The right values are the arithmetic of
// each layer, written out.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { recognise } from "../cli/convert/layouts.js";
import { readKeras } from "../cli/convert/read/keras.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { dense, functional, layer, row, saveModel, weights } from "./lib/keras.js";
import { scoresByFormat, ITEMS, USERS } from "./lib/onnx-models.js";

const TENSORS = {
  "user_embedding/embeddings": weights([USERS, 4], 1),
  "item_embedding/embeddings": weights([ITEMS, 4], 2),
  "user_bias/embeddings": weights([USERS, 1], 3),
  "item_bias/embeddings": weights([ITEMS, 1], 4),
  "dense/kernel": weights([8, 6], 5),
  "dense/bias": weights([6], 6),
  "dense_1/kernel": weights([6, 5], 7),
  "dense_1/bias": weights([5], 8),
  "dense_2/kernel": weights([5, 1], 9),
  "dense_2/bias": weights([1], 10),
};

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

const START = [
  layer("InputLayer", "user", [], { batch_input_shape: [null, 1] }),
  layer("InputLayer", "item", [], { batch_input_shape: [null, 1] }),
  ...["user", "item"].flatMap((side) => [
    layer("Embedding", `${side}_embedding`, [side]),
    layer("Flatten", `${side}_vector`, [`${side}_embedding`]),
  ]),
];
const BIASES = ["user", "item"].flatMap((side) => [
  layer("Embedding", `${side}_bias`, [side]),
  layer("Flatten", `${side}_number`, [`${side}_bias`]),
]);

/** A tower with an activation for each of its three layers. */
const towerLayers = (order, activations) => [
  layer("Concatenate", "c", order),
  ...["dense", "dense_1", "dense_2"].map((name, k) =>
    layer("Dense", name, [["c", "dense", "dense_1"][k]], { activation: activations[k] }),
  ),
];
const ITEM_FIRST = ["item_vector", "user_vector"];
const USER_FIRST = ["user_vector", "item_vector"];

const sides = (user, item) => [
  row(TENSORS["user_embedding/embeddings"], user),
  row(TENSORS["item_embedding/embeddings"], item),
];
const towerScore = (isItemFirst, activations) => (user, item) => {
  const [p, q] = sides(user, item);
  return ["dense", "dense_1", "dense_2"].reduce(
    (x, name, k) =>
      dense(x, TENSORS[`${name}/kernel`], TENSORS[`${name}/bias`], ACTIVATIONS[activations[k]]),
    isItemFirst ? [...q, ...p] : [...p, ...q],
  )[0];
};
const dotScore = (user, item) => {
  const [p, q] = sides(user, item);
  return p.reduce((sum, x, k) => sum + x * q[k], 0);
};
const biasOf = (side, id) => TENSORS[`${side}_bias/embeddings`].values[id];

const dotLayer = layer("Dot", "dot", USER_FIRST, { axes: 1, normalize: false });
const clip = (low, high) => [
  layer("Rescaling", "lower", ["dot"], { scale: 1, offset: -low }),
  layer("ReLU", "range", ["lower"], { max_value: high - low, negative_slope: 0, threshold: 0 }),
  layer("Rescaling", "back", ["range"], { scale: 1, offset: low }),
];

/** Models: layers behind the embeddings, and the score of a user and an item. */
const COMPUTED = {
  "the item first": [
    towerLayers(ITEM_FIRST, ["relu", "relu", "linear"]),
    towerScore(true, ["relu", "relu", "linear"]),
  ],
  "mixed activations": [
    towerLayers(USER_FIRST, ["sigmoid", "relu", "linear"]),
    towerScore(false, ["sigmoid", "relu", "linear"]),
  ],
  "a linear last hidden layer": [
    towerLayers(ITEM_FIRST, ["tanh", "linear", "sigmoid"]),
    towerScore(true, ["tanh", "linear", "sigmoid"]),
  ],
  "Dense(1, relu)": [
    towerLayers(USER_FIRST, ["tanh", "tanh", "relu"]),
    towerScore(false, ["tanh", "tanh", "relu"]),
  ],
  "Dense(1, tanh)": [
    towerLayers(USER_FIRST, ["relu", "relu", "tanh"]),
    towerScore(false, ["relu", "relu", "tanh"]),
  ],
  "a sigmoid scaled to ratings": [
    [
      ...towerLayers(USER_FIRST, ["relu", "relu", "sigmoid"]),
      layer("Rescaling", "scale", ["dense_2"], { scale: 4, offset: 1 }),
    ],
    (user, item) => 4 * towerScore(false, ["relu", "relu", "sigmoid"])(user, item) + 1,
  ],
  "an inner product": [[dotLayer], dotScore],
  "an inner product, scaled": [
    [dotLayer, layer("Rescaling", "scale", ["dot"], { scale: 2.5, offset: 3 })],
    (user, item) => 2.5 * dotScore(user, item) + 3,
  ],
  "an inner product with biases and a sigmoid": [
    [
      dotLayer,
      ...BIASES,
      layer("Add", "sum", ["dot", "user_number", "item_number"]),
      layer("Activation", "end", ["sum"], { activation: "sigmoid" }),
    ],
    (user, item) =>
      ACTIVATIONS.sigmoid(dotScore(user, item) + biasOf("user", user) + biasOf("item", item)),
  ],
  "a cosine": [
    [layer("Dot", "dot", USER_FIRST, { axes: 1, normalize: true })],
    (user, item) => {
      const [p, q] = sides(user, item).map((x) => Math.hypot(...x));
      return dotScore(user, item) / p / q;
    },
  ],
  "a range": [
    [dotLayer, ...clip(-0.2, 0.5)],
    (user, item) => Math.min(Math.max(dotScore(user, item), -0.2), 0.5),
  ],
};

const convert = async (layers, options = {}) => {
  const used = new Set(layers.map(({ name }) => name));
  const tensors = Object.entries(TENSORS).filter(
    ([name]) => used.has(name.split("/")[0]) || name.includes("_embedding/"),
  );
  const model = functional([...START, ...layers], [layers.at(-1).name]);
  return recognise(await readKeras(await saveModel(model, Object.fromEntries(tensors))), options);
};

describe("the configuration decides, not the names", () => {
  for (const [title, [layers, score]] of Object.entries(COMPUTED))
    test(title, async () => {
      const expected = Array.from({ length: USERS * ITEMS }, (_, at) =>
        score(Math.floor(at / ITEMS), at % ITEMS),
      );
      const blueprint = await convert(layers);
      assertClose(scoresByFormat(blueprint), expected, title, 1e-6);
      assert.equal(blueprint.unused.size, 0);
    });
});

/** Layers behind the embeddings, the subject of the refusal, what it says. */
const REFUSED = {
  LayerNormalization: [
    [layer("Concatenate", "c", USER_FIRST), layer("LayerNormalization", "norm", ["c"])],
    "norm (LayerNormalization)",
    /"LayerNormalization" layer/,
  ],
  "a Lambda": [[dotLayer, layer("Lambda", "scale", ["dot"])], "scale (Lambda)", /not executed/],
  "a scaled sigmoid of an inner product": [
    [
      dotLayer,
      layer("Activation", "end", ["dot"], { activation: "sigmoid" }),
      layer("Rescaling", "scale", ["end"], { scale: 4, offset: 1 }),
    ],
    "scale (Rescaling)",
    /a scale of 4 and 1 behind a sigmoid/,
  ],
  "a negative factor behind a range": [
    [dotLayer, ...clip(0, 1), layer("Rescaling", "scale", ["back"], { scale: -1, offset: 0 })],
    "scale (Rescaling)",
    /a factor of -1/,
  ],
  "an outer product": [
    [
      ...USER_FIRST.map((name, k) =>
        layer("Reshape", `row_${k}`, [name], { target_shape: [1, 4] }),
      ),
      layer("Dot", "dot", ["row_0", "row_1"], { axes: 1 }),
    ],
    "dot (Dot)",
    /a product over axis 1 of batches of \[1,4\] and \[1,4\]/,
  ],
  "a leaky ReLU": [
    [
      layer("Concatenate", "c", USER_FIRST),
      layer("Dense", "dense", ["c"]),
      layer("LeakyReLU", "leaky", ["dense"]),
    ],
    "leaky (LeakyReLU)",
    /LeakyReLU/,
  ],
};

describe("what cannot be computed is refused by its layer", () => {
  for (const [title, [layers, subject, found]] of Object.entries(REFUSED))
    test(title, async () => {
      const error = await assertRefused(() => convert(layers), "unsupported", subject);
      assert.match(error.found, found);
    });

  test("a third input", async () => {
    const third = [
      layer("InputLayer", "genre", [], { batch_input_shape: [null, 1] }),
      layer("Embedding", "user_bias", ["genre"]),
      layer("Flatten", "genre_number", ["user_bias"]),
      layer("Add", "sum", ["dot", "genre_number"]),
    ];
    const { message } = await assertRefused(() => convert([dotLayer, ...third]), "unsupported");
    assert.match(message, /a score of 2 inputs|a score of 3 inputs/);
  });

  test("an option that the configuration contradicts", async () => {
    const [layers] = COMPUTED["a linear last hidden layer"];
    await assertRefused(() => convert(layers, { output: "identity" }), "bad-argument");
    const [range] = COMPUTED["a range"];
    const rating = { minimum: 1, maximum: 5 };
    await assertRefused(() => convert(range, { rating }), "bad-argument");
  });
});
