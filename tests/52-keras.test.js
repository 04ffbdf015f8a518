// Keras files of versions 1 to 3: reading, and conversion of their graphs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readKeras } from "../cli/convert/read/keras.js";
import { kerasGraph } from "../cli/convert/layouts/keras/graph.js";
import { autoencoderLayout } from "../cli/convert/layouts/by-name/autoencoder.js";
import { kerasYoutube } from "../cli/convert/layouts/keras/youtube.js";
import { assertRefused } from "./lib/assert-refused.js";
import { assertClose } from "./lib/assert-close.js";
import {
  batchNorm,
  dense,
  functional,
  layer,
  row,
  saveModel,
  weights,
  writeHdf5,
} from "./lib/keras.js";
import { zipOf } from "./lib/zip-writer.js";
import { referenceLogits } from "./lib/reference.js";

const relu = (x) => Math.max(0, x);
const names = (checkpoint) => [...checkpoint.tensors.keys()].sort();

/** A blueprint's tensors as the reference reads them. */
const plain = (blueprint) =>
  Object.fromEntries(
    [...blueprint.tensors].map(([name, { shape, values }]) => [name, { shape, data: values }]),
  );

describe("names of weights", () => {
  test("Keras 1: a letter after the layer's name", async () => {
    const table = weights([5, 3], 1);
    const checkpoint = await readKeras(
      await writeHdf5(
        {
          "user_embedding/user_embedding_W": table,
          "prediction/prediction_W": weights([3, 1], 2),
          "prediction/prediction_b": weights([1], 3),
          "bn/bn_gamma": weights([3], 4),
          "bn/bn_running_mean": weights([3], 5),
          "bn/bn_running_std": weights([3], 6),
        },
        { "": { layer_names: ["user_embedding", "prediction", "bn"] } },
      ),
    );
    assert.deepEqual(names(checkpoint), [
      "bn/gamma",
      "bn/moving_mean",
      "bn/moving_variance",
      "prediction/bias",
      "prediction/kernel",
      "user_embedding/embeddings",
    ]);
    assert.deepEqual(checkpoint.tensors.get("user_embedding/embeddings"), table);
  });

  test("Keras 2: the layer twice, with a number, and nested models", async () => {
    const checkpoint = await readKeras(
      await writeHdf5(
        {
          "dense_1/dense_1/kernel:0": weights([3, 2], 1),
          "dense_1/dense_1/bias:0": weights([2], 2),
          "dense_2/dense_2_1/kernel:0": weights([2, 2], 3),
          "dense_3/sequential_4/dense_3/kernel:0": weights([2, 2], 4),
          "encoder/encoder/inner/kernel:0": weights([2, 2], 5),
        },
        { "": { layer_names: ["dense_1", "dense_2", "dense_3", "encoder"] } },
      ),
    );
    assert.deepEqual(names(checkpoint), [
      "dense_1/bias",
      "dense_1/kernel",
      "dense_2/kernel",
      "dense_3/kernel",
      "encoder/inner/kernel",
    ]);
    assert.equal(checkpoint.layers, undefined);
  });

  test("Keras 2: paths of nested models, completed from the configuration", async () => {
    const sequential = (name, layers) => ({ class_name: "Sequential", config: { name, layers } });
    const inner = sequential("inner", [{ class_name: "Dense", config: { name: "hidden" } }]);
    const model = sequential("model", [
      sequential("outer", [inner]),
      { class_name: "Dense", config: { name: "out" } },
    ]);
    const checkpoint = await readKeras(
      await writeHdf5(
        {
          "model_weights/outer/hidden/kernel:0": weights([3, 2], 1),
          "model_weights/out/model/out/kernel:0": weights([2, 3], 2),
        },
        {
          "": { model_config: JSON.stringify(model) },
          model_weights: { layer_names: ["outer", "out"] },
        },
      ),
    );
    assert.deepEqual(names(checkpoint), ["out/kernel", "outer/inner/hidden/kernel"]);
    assert.deepEqual(
      checkpoint.layers.map(({ name, inputs }) => [name, inputs]),
      [
        ["outer/inner/hidden", []],
        ["outer/inner", ["outer/inner/hidden"]],
        ["outer", ["outer/inner"]],
        ["out", ["outer"]],
      ],
    );
  });

  test("Keras 3: weights by number, layers by class or by name", async () => {
    const checkpoint = await readKeras(
      await writeHdf5(
        {
          "layers/dense/vars/0": weights([3, 2], 1),
          "layers/dense/vars/1": weights([2], 2),
          "layers/embedding/vars/0": weights([4, 2], 3),
          "layers/sequential/layers/dense/vars/0": weights([2, 2], 4),
          "layers/batch_normalization/vars/0": weights([2], 5),
          "layers/batch_normalization/vars/3": weights([2], 6),
          "layers/dropout/seed_generator/vars/0": weights([2], 7),
          "optimizer/vars/0": weights([1], 8),
          "_layer_checkpoint_dependencies/user_emb/vars/0": weights([4, 2], 9),
        },
        {
          "layers/dense/vars": { name: "prediction" },
          "layers/sequential/vars": { name: "encoder" },
        },
      ),
    );
    assert.deepEqual(names(checkpoint), [
      "batch_normalization/gamma",
      "batch_normalization/moving_variance",
      "embedding/embeddings",
      "encoder/dense/kernel",
      "prediction/bias",
      "prediction/kernel",
      "user_emb/embeddings",
    ]);
  });

  test("an archive of Keras 3: the configuration maps groups to layers", async () => {
    const entry = (class_name, name, inputs, config = {}) => ({
      class_name,
      name,
      config: { name, ...config },
      inbound_nodes: inputs.length
        ? [
            {
              args: inputs.map((input) => ({
                class_name: "__keras_tensor__",
                config: { keras_history: [input, 0, 0] },
              })),
              kwargs: { mask: null },
            },
          ]
        : [],
    });
    const layers = [
      entry("InputLayer", "x", [], { batch_shape: [null, 3] }),
      entry("Dense", "first", ["x"]),
      entry("ReLU", "r", ["first"]),
      entry("Dense", "second", ["r"]),
    ];
    const config = {
      class_name: "Functional",
      config: { layers, input_layers: ["x", 0, 0], output_layers: ["second", 0, 0] },
    };
    const text = (value) => new TextEncoder().encode(JSON.stringify(value));
    const checkpoint = await readKeras(
      zipOf({
        "metadata.json": text({ keras_version: "3.3.0" }),
        "config.json": text(config),
        "model.weights.h5": await writeHdf5({
          "layers/dense/vars/0": weights([3, 2], 1),
          "layers/dense/vars/1": weights([2], 2),
          "layers/dense_1/vars/0": weights([2, 3], 3),
          "layers/dense_1/vars/1": weights([3], 4),
        }),
      }),
    );
    assert.deepEqual(names(checkpoint), [
      "first/bias",
      "first/kernel",
      "second/bias",
      "second/kernel",
    ]);
    assert.deepEqual(checkpoint.settings, { keras_version: "3.3.0" });
    assert.deepEqual(
      checkpoint.layers.map(({ name, inputs }) => [name, inputs]),
      [
        ["x", []],
        ["first", ["x"]],
        ["r", ["first"]],
        ["second", ["r"]],
      ],
    );
  });

  test("a plain HDF5 file: its numbers by path", async () => {
    const checkpoint = await readKeras(
      await writeHdf5({
        a: { shape: [2], values: Float64Array.of(0.5, -2), dtype: "<d" },
        "deep/er/b": { shape: [3], values: BigInt64Array.of(1n, -2n, 3n), dtype: "<q" },
        c: {
          shape: [2, 2],
          values: Float32Array.of(1, 2, 3, 4),
          more: { chunks: [1, 2], compression: "gzip" },
        },
        text: { shape: [1], values: ["words"], dtype: "S5" },
      }),
    );
    assert.deepEqual(
      Object.fromEntries(
        [...checkpoint.tensors].map(([name, { shape, values }]) => [name, [shape, [...values]]]),
      ),
      {
        a: [[2], [0.5, -2]],
        "deep/er/b": [[3], [1, -2, 3]],
        c: [
          [2, 2],
          [1, 2, 3, 4],
        ],
      },
    );
  });
});

/** NeuMF with arbitrary names, the item's half first, a batch normalisation and biases. */
function neumf() {
  const tensors = {
    "e1/embeddings": weights([4, 3], 1),
    "e2/embeddings": weights([6, 3], 2),
    "e3/embeddings": weights([4, 2], 3),
    "e4/embeddings": weights([6, 5], 4),
    "d1/kernel": weights([7, 4], 5),
    "d1/bias": weights([4], 6),
    "bn/gamma": weights([4], 7),
    "bn/beta": weights([4], 8),
    "bn/moving_mean": weights([4], 9),
    "bn/moving_variance": { shape: [4], values: Float32Array.of(0.5, 1, 2, 0.1) },
    "d2/kernel": weights([4, 2], 10),
    "d2/bias": weights([2], 11),
    "out/kernel": weights([5, 1], 12),
    "out/bias": weights([1], 13),
    "b1/embeddings": weights([4, 1], 14),
    "b2/embeddings": weights([6, 1], 15),
  };
  const model = functional(
    [
      layer("InputLayer", "user_id", [], { batch_input_shape: [null, 1] }),
      layer("InputLayer", "movie_id", [], { batch_input_shape: [null, 1] }),
      layer("Embedding", "e1", ["user_id"]),
      layer("Embedding", "e2", ["movie_id"]),
      layer("Embedding", "e3", ["user_id"]),
      layer("Embedding", "e4", ["movie_id"]),
      layer("Embedding", "b1", ["user_id"]),
      layer("Embedding", "b2", ["movie_id"]),
      layer("Multiply", "m", ["e1", "e2"]),
      layer("Flatten", "mf", ["m"]),
      layer("Concatenate", "c", ["e4", "e3"]),
      layer("Reshape", "cf", ["c"]),
      layer("Dense", "d1", ["cf"], { activation: "relu" }),
      layer("BatchNormalization", "bn", ["d1"], { epsilon: 0.01 }),
      layer("Dropout", "drop", ["bn"]),
      layer("Dense", "d2", ["drop"]),
      layer("Activation", "a2", ["d2"], { activation: "relu" }),
      layer("Concatenate", "join", ["a2", "mf"]),
      layer("Dense", "out", ["join"], { activation: "linear" }),
      layer("Add", "sum", ["out", "b1", "b2"]),
      layer("Activation", "end", ["sum"], { activation: "sigmoid" }),
    ],
    ["end"],
  );
  const expected = (user, item) => {
    const [p, q, u, i] = [
      row(tensors["e1/embeddings"], user),
      row(tensors["e2/embeddings"], item),
      row(tensors["e3/embeddings"], user),
      row(tensors["e4/embeddings"], item),
    ];
    const first = batchNorm(
      dense([...i, ...u], tensors["d1/kernel"], tensors["d1/bias"], relu),
      ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => tensors[`bn/${name}`]),
      0.01,
    );
    const second = dense(first, tensors["d2/kernel"], tensors["d2/bias"], relu);
    const [out] = dense(
      [...second, ...p.map((x, k) => x * q[k])],
      tensors["out/kernel"],
      tensors["out/bias"],
    );
    return out + tensors["b1/embeddings"].values[user] + tensors["b2/embeddings"].values[item];
  };
  return { tensors, model, expected };
}

describe("graphs", () => {
  test("NeuMF with arbitrary names has the scores of its layers", async () => {
    const { tensors, model, expected } = neumf();
    const blueprint = kerasGraph(await readKeras(await saveModel(model, tensors)), {});
    assert.equal(blueprint.kind, "neumf");
    assert.deepEqual(blueprint.description, { activation: "relu", output: "sigmoid" });
    assert.equal(blueprint.used.size, Object.keys(tensors).length);
    assert.deepEqual([blueprint.unused.size, blueprint.notes], [0, []]);
    for (const user of [0, 3]) {
      const vector = [
        ...row(blueprint.tensors.get("gmf.user"), user),
        ...row(blueprint.tensors.get("mlp.user"), user),
      ];
      const items = [0, 1, 2, 3, 4, 5];
      assertClose(
        referenceLogits(plain(blueprint), vector, items),
        items.map((item) => expected(user, item)),
        `user ${user}`,
      );
    }
  });

  test("an inner product of unnamed inputs is GMF, with a note on the assumed user", async () => {
    const tensors = { "e/embeddings": weights([4, 3], 1), "f/embeddings": weights([6, 3], 2) };
    const model = functional(
      [
        layer("InputLayer", "a", [], { batch_input_shape: [null, 1] }),
        layer("InputLayer", "b", [], { batch_input_shape: [null, 1] }),
        layer("Embedding", "e", ["a"]),
        layer("Embedding", "f", ["b"]),
        layer("Dot", "dot", ["e", "f"], { axes: 2, normalize: false }),
      ],
      ["dot"],
    );
    const blueprint = kerasGraph(await readKeras(await saveModel(model, tensors)), {});
    assert.deepEqual([blueprint.kind, blueprint.description.output], ["gmf", "identity"]);
    assert.match(blueprint.notes[0], /first input, a, is taken as the user/);
    assert.deepEqual([...blueprint.tensors.get("output.weight").values], [1, 1, 1]);
    assert.deepEqual(blueprint.tensors.get("gmf.user"), tensors["e/embeddings"]);
  });

  test("TensorFlow's operators between layers; with a number they are refused", async () => {
    const tensors = {
      "e/embeddings": weights([4, 3], 1),
      "f/embeddings": weights([6, 3], 2),
      "d/kernel": weights([3, 1], 3),
      "d/bias": weights([1], 4),
    };
    const operator = (name, fn, node) => ({
      ...layer("TFOpLambda", name, [], { function: fn }),
      inbound_nodes: [node],
    });
    const layers = [
      layer("InputLayer", "user", [], { batch_input_shape: [null, 1] }),
      layer("InputLayer", "item", [], { batch_input_shape: [null, 1] }),
      layer("Embedding", "e", ["user"]),
      layer("Embedding", "f", ["item"]),
      operator("times", "math.multiply", ["f", 0, 0, { y: ["e", 0, 0] }]),
      layer("Dense", "d", ["times"], { activation: "sigmoid" }),
    ];
    const blueprint = kerasGraph(
      await readKeras(await saveModel(functional(layers, ["d"]), tensors)),
      {},
    );
    assert.equal(blueprint.kind, "gmf");
    assert.deepEqual(blueprint.tensors.get("gmf.user"), tensors["e/embeddings"]);
    const more = functional(
      [...layers, operator("plus", "__operators__.add", ["d", 0, 0, { y: 3.5 }])],
      ["plus"],
    );
    const checkpoint = await readKeras(await saveModel(more, tensors));
    await assertRefused(() => kerasGraph(checkpoint, {}), "unsupported", "plus (TFOpLambda)");
  });

  test("a graph that doubles at every layer is refused", async () => {
    const layers = [
      layer("InputLayer", "user", [], { batch_input_shape: [null, 1] }),
      layer("Embedding", "c0", ["user"]),
    ];
    for (let k = 1; k < 60; k++)
      layers.push(layer("Concatenate", `c${k}`, [`c${k - 1}`, `c${k - 1}`]));
    const checkpoint = await readKeras(
      await saveModel(functional(layers, ["c59"]), { "c0/embeddings": weights([4, 1], 1) }),
    );
    await assertRefused(() => kerasGraph(checkpoint, {}), "unsupported");
  });

  test("a chain of dense layers from the items to the items is an autoencoder", async () => {
    const tensors = {
      "d1/kernel": weights([6, 4], 1),
      "d1/bias": weights([4], 2),
      "d2/kernel": weights([4, 2], 3),
      "d2/bias": weights([2], 4),
      "d3/kernel": weights([2, 4], 5),
      "d3/bias": weights([4], 6),
      "d4/kernel": weights([4, 6], 7),
      "d4/bias": weights([6], 8),
    };
    const entry = (name, activation, more = {}) => ({
      class_name: "Dense",
      config: { name, activation, ...more },
    });
    const model = {
      class_name: "Sequential",
      config: [
        entry("d1", "selu", { batch_input_shape: [null, 6] }),
        entry("d2", "tanh"),
        { class_name: "Dropout", config: { name: "drop" } },
        entry("d3", "selu"),
        entry("d4", "linear"),
      ],
    };
    const checkpoint = await readKeras(await saveModel(model, tensors));
    await assertRefused(() => kerasGraph(checkpoint, {}), "unknown-layout", "kind");
    const blueprint = kerasGraph(checkpoint, { kind: "autoencoder" });
    assert.equal(blueprint.kind, "autoencoder");
    assert.deepEqual(blueprint.description, {
      activation: ["selu", "tanh", "selu"],
      output: "identity",
      input: { values: "binary", normalize: "none" },
    });
    assert.deepEqual(
      [...blueprint.tensors].map(([name, { shape }]) => [name, shape]),
      [
        ["encoder.0.weight", [4, 6]],
        ["encoder.0.bias", [4]],
        ["encoder.1.weight", [2, 4]],
        ["encoder.1.bias", [2]],
        ["decoder.0.weight", [4, 2]],
        ["decoder.0.bias", [4]],
        ["decoder.1.weight", [6, 4]],
        ["decoder.1.bias", [6]],
      ],
    );
    const { values } = blueprint.tensors.get("encoder.0.weight");
    assert.deepEqual(
      [...values.subarray(0, 6)],
      [0, 1, 2, 3, 4, 5].map((i) => tensors["d1/kernel"].values[i * 4]),
    );
    assert.equal(
      kerasGraph(checkpoint, { kind: "autorec-user" }).description.input.values,
      "rating",
    );
    await assertRefused(() => kerasGraph(checkpoint, { kind: "cdae" }), "bad-argument");
  });

  test("a user's row added to the hidden layer is CDAE, in the terms of Keras 1", async () => {
    const tensors = {
      "dense_1/kernel": weights([6, 3], 1),
      "dense_1/bias": weights([3], 2),
      "embedding_1/embeddings": weights([5, 3], 3),
      "dense_2/kernel": weights([3, 6], 4),
      "dense_2/bias": weights([6], 5),
    };
    const model = {
      ...functional(
        [
          layer("InputLayer", "items", [], { batch_input_shape: [null, 6] }),
          layer("InputLayer", "user", [], { batch_input_shape: [null, 1] }),
          layer("Dropout", "dropout_1", ["items"]),
          layer("Dense", "dense_1", ["dropout_1"]),
          layer("Embedding", "embedding_1", ["user"]),
          layer("Flatten", "flatten_1", ["embedding_1"]),
          layer("Merge", "merge_1", ["dense_1", "flatten_1"], { mode: "sum" }),
          layer("Activation", "h", ["merge_1"], { activation: "relu" }),
          layer("Dense", "dense_2", ["h"], { activation: "sigmoid" }),
        ],
        ["dense_2"],
      ),
      class_name: "Model",
    };
    const blueprint = kerasGraph(await readKeras(await saveModel(model, tensors)), {});
    assert.equal(blueprint.kind, "cdae");
    assert.deepEqual(blueprint.tensors.get("user"), tensors["embedding_1/embeddings"]);
    assert.deepEqual(blueprint.description.activation, ["relu"]);
  });

  test("a Lambda layer is never executed: the model is refused", async () => {
    const model = functional(
      [
        layer("InputLayer", "x", [], { batch_input_shape: [null, 3] }),
        layer("Lambda", "norm", ["x"], { function: ["4wEAAAAAAAAA", null, null] }),
        layer("Dense", "d1", ["norm"]),
        layer("Dense", "d2", ["d1"], { activation: "softmax" }),
      ],
      ["d2"],
    );
    const tensors = {
      "d1/kernel": weights([3, 2], 1),
      "d1/bias": weights([2], 2),
      "d2/kernel": weights([2, 3], 3),
      "d2/bias": weights([3], 4),
    };
    const checkpoint = await readKeras(await saveModel(model, tensors));
    await assertRefused(() => kerasGraph(checkpoint, {}), "unsupported", "norm (Lambda)");
    const blueprint = kerasGraph(checkpoint, { kind: "mult-dae" });
    assert.equal(blueprint.description.input.normalize, "l2");
    assert.match(blueprint.notes[0], /norm is code/);
  });
});

describe("weights without a configuration", () => {
  const chain = {
    "dense_1/dense_1_W": weights([6, 3], 1),
    "dense_1/dense_1_b": weights([3], 2),
    "dense_2/dense_2_W": weights([3, 6], 3),
    "dense_2/dense_2_b": weights([6], 4),
  };

  test("CDAE by its shapes, with the activations of its Keras code and a note", async () => {
    const table = weights([5, 3], 5);
    const blueprint = autoencoderLayout(
      await readKeras(await writeHdf5({ ...chain, "embedding_1/embedding_1_W": table })),
      {},
    );
    assert.deepEqual([blueprint.kind, blueprint.description.activation], ["cdae", "relu"]);
    assert.deepEqual(blueprint.tensors.get("user"), table);
    const assumed = blueprint.assumptions.map(({ subject, value }) => `${subject} ${value}`);
    assert.deepEqual(assumed, ["activation relu", "output sigmoid", "normalize none"]);
  });

  test("the kind of an autoencoder must be stated", async () => {
    const checkpoint = await readKeras(await writeHdf5(chain));
    await assertRefused(() => autoencoderLayout(checkpoint, {}), "unknown-layout");
    const blueprint = autoencoderLayout(checkpoint, { kind: "mult-dae" });
    assert.deepEqual(
      [
        blueprint.kind,
        blueprint.description.activation,
        blueprint.tensors.get("encoder.0.weight").shape,
      ],
      ["mult-dae", "tanh", [3, 6]],
    );
  });

  test("weights alone do not locate a batch normalisation", async () => {
    const norm = Object.fromEntries(
      ["gamma", "beta", "moving_mean", "moving_variance"].map((part, k) => [
        `batch_normalization/batch_normalization/${part}:0`,
        weights([3], 9 + k),
      ]),
    );
    const checkpoint = await readKeras(await writeHdf5({ ...chain, ...norm }));
    const attempt = () => autoencoderLayout(checkpoint, { kind: "mult-dae" });
    const { hint } = await assertRefused(attempt, "unknown-layout");
    assert.match(hint, /model\.save/);
  });

  test("other weights are no autoencoder", async () => {
    assert.equal(
      autoencoderLayout(
        await readKeras(
          await writeHdf5({
            "prediction/prediction_W": weights([3, 1], 1),
            "prediction/prediction_b": weights([1], 2),
          }),
        ),
        {},
      ),
      undefined,
    );
  });
});

describe("candidate generation", () => {
  test("lists through shared embeddings, scaled, averaged, and normalised in batches", async () => {
    const tensors = {
      "labels/embeddings": weights([5, 2], 1),
      "titles/embeddings": weights([7, 2], 2),
      "d1/kernel": weights([6, 4], 3),
      "d1/bias": weights([4], 4),
      "bn/gamma": weights([4], 5),
      "bn/beta": weights([4], 6),
      "bn/moving_mean": weights([4], 7),
      "bn/moving_variance": { shape: [4], values: Float32Array.of(1, 2, 3, 4) },
      "out/kernel": weights([4, 5], 8),
      "out/bias": weights([5], 9),
    };
    const list = { batch_input_shape: [null, null] };
    /** The output of a layer's n-th call, as "layer n". */
    const node = (output) => {
      const [name, call] = output.split(" ");
      return [name, Number(call), 0, {}];
    };
    const repeated = (name, type, inputs, config) => ({
      ...layer(type, name, [], config),
      inbound_nodes: inputs.map((input) => [node(input)]),
    });
    const norms = ["norm 0", "norm 1", "norm 2"];
    const means = ["mean 0", "mean 1", "mean 2"];
    const model = functional(
      [
        layer("InputLayer", "title", [], list),
        layer("InputLayer", "like", [], list),
        layer("InputLayer", "dislike", [], list),
        layer("Embedding", "titles", ["title"], { mask_zero: true }),
        repeated("labels", "Embedding", ["like 0", "dislike 0"], { mask_zero: true }),
        repeated("norm", "L2NormLayer", ["titles 0", "labels 0", "labels 1"]),
        repeated("mean", "MaskedEmbeddingsAggregatorLayer", norms, { agg_mode: "mean" }),
        { ...layer("Concatenate", "c", []), inbound_nodes: [means.map(node)] },
        layer("Dense", "d1", ["c"]),
        layer("ReLU", "r1", ["d1"]),
        layer("BatchNormalization", "bn", ["r1"]),
        layer("Dense", "out", ["bn"], { activation: "softmax_v2" }),
      ],
      ["out"],
    );
    const blueprint = kerasYoutube(await readKeras(await saveModel(model, tensors)), {});
    assert.deepEqual(blueprint.description, {
      activation: ["relu"],
      output: "softmax",
      normalize: "none",
      features: [
        { name: "title", kind: "categorical", table: "titles", several: true, padding: 0 },
        {
          name: "like",
          kind: "categorical",
          table: "labels",
          several: true,
          ids: "items",
          from: "history",
          padding: 0,
        },
        { name: "dislike", kind: "categorical", table: "labels", several: true, padding: 0 },
      ],
    });
    const unit = (x) => x.map((v) => v / Math.hypot(...x));
    const mean = (table, ids) =>
      [0, 1].map((k) => ids.reduce((sum, id) => sum + unit(row(table, id))[k], 0) / ids.length);
    const x = [
      ...mean(tensors["titles/embeddings"], [1, 6]),
      ...mean(tensors["labels/embeddings"], [2]),
      ...mean(tensors["labels/embeddings"], [3, 4]),
    ];
    const hidden = batchNorm(
      dense(x, tensors["d1/kernel"], tensors["d1/bias"], relu),
      ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => tensors[`bn/${name}`]),
    );
    assertClose(
      rawOf(blueprint, [
        ["titles", [1, 6]],
        ["labels", [2]],
        ["labels", [3, 4]],
      ]),
      dense(hidden, tensors["out/kernel"], tensors["out/bias"]),
    );
  });

  test("a tower over a user's id: a note says that its rows are users", async () => {
    const tensors = {
      "emb/embeddings": weights([4, 3], 1),
      "out/kernel": weights([3, 6], 2),
      "out/bias": weights([6], 3),
    };
    const model = functional(
      [
        layer("InputLayer", "user_id", [], { batch_input_shape: [null, 1] }),
        layer("Embedding", "emb", ["user_id"]),
        layer("Flatten", "f", ["emb"]),
        layer("Dense", "out", ["f"], { activation: "softmax" }),
      ],
      ["out"],
    );
    const blueprint = kerasYoutube(await readKeras(await saveModel(model, tensors)), {});
    assert.match(blueprint.notes.join("; "), /row of user\.embedding is a trained user/);
    assert.deepEqual(blueprint.description.features, [
      { name: "user", kind: "categorical", table: "user" },
    ]);
    assertClose(
      rawOf(blueprint, [["user", [2]]]),
      dense(row(tensors["emb/embeddings"], 2), tensors["out/kernel"], tensors["out/bias"]),
    );
  });

  test("DeepMatch by its names, with one table; several need --map", async () => {
    const one = {
      "sparse_emb_movie_id/sparse_emb_movie_id/embeddings:0": weights([5, 3], 1),
      "dnn/dnn/kernel0:0": weights([3, 4], 2),
      "dnn/dnn/bias0:0": weights([4], 3),
      "dnn/dnn/kernel1:0": weights([4, 3], 4),
      "dnn/dnn/bias1:0": weights([3], 5),
    };
    const blueprint = kerasYoutube(await readKeras(await writeHdf5(one)), {});
    assert.deepEqual(
      [blueprint.description.normalize, blueprint.description.activation],
      ["l2", ["relu", "identity"]],
    );
    assert.deepEqual(blueprint.tensors.get("item.embedding").shape, [5, 3]);
    const checkpoint = await readKeras(
      await writeHdf5({
        ...one,
        "sparse_emb_gender/sparse_emb_gender/embeddings:0": weights([2, 1], 6),
      }),
    );
    const message = /sparse_emb_gender.*--map/;
    await assertRefused(() => kerasYoutube(checkpoint, {}), "unknown-layout", message);
  });
});

/** Raw scores by docs/format.md: the mean of each feature's rows, the tower, the items. */
function rawOf({ tensors, description }, features) {
  let x = features.flatMap(([table, ids]) => {
    const rows = ids.map((id) => row(tensors.get(`${table}.embedding`), id));
    return rows[0].map((_, k) => rows.reduce((sum, values) => sum + values[k], 0) / ids.length);
  });
  description.activation.forEach((activation, k) => {
    const { shape, values } = tensors.get(`tower.${k}.weight`);
    x = Array.from({ length: shape[0] }, (_, o) =>
      row({ shape, values }, o).reduce(
        (sum, w, i) => sum + w * x[i],
        tensors.get(`tower.${k}.bias`).values[o],
      ),
    );
    if (activation === "relu") x = x.map(relu);
  });
  const items = tensors.get("item.embedding");
  return Array.from({ length: items.shape[0] }, (_, item) =>
    row(items, item).reduce((sum, w, k) => sum + w * x[k], 0),
  );
}
