// Keras graphs whose layers look like those of a recommender and are not: other axes, several
// outputs, classes of other packages, arguments of a call. Each is right or refused by its layer.
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
  "dense/kernel": weights([8, 6], 5),
  "dense/bias": weights([6], 6),
  "dense_1/kernel": weights([6, 1], 7),
  "dense_1/bias": weights([1], 8),
  "mix/kernel": weights([4, 4], 9),
  "mix/bias": weights([4], 10),
  "norm/gamma": weights([4], 11),
  "norm/beta": weights([4], 12),
  "norm/moving_mean": weights([4], 13),
  "norm/moving_variance": { shape: [4], values: Float32Array.of(0.5, 1, 2, 0.7) },
};

const ids = (name) => layer("InputLayer", name, [], { batch_input_shape: [null, 1] });
/** Inputs and tables; vectors are of the shape [4], tables of [1, 4]. */
const start = (user = "user", item = "item", config = {}) => [
  ids(user),
  ids(item),
  layer("Embedding", "user_embedding", [user], config),
  layer("Embedding", "item_embedding", [item], config),
  layer("Flatten", "p", ["user_embedding"]),
  layer("Flatten", "q", ["item_embedding"]),
];
const reshape = (name, from, ...target_shape) => layer("Reshape", name, [from], { target_shape });
const tower = (from) => [
  layer("Dense", "dense", [from], { activation: "relu" }),
  layer("Dense", "dense_1", ["dense"], { activation: "linear" }),
];
const dot = layer("Dot", "dot", ["p", "q"], { axes: 1, normalize: false });

/** The blueprint of layers behind the tables, or of a whole model. */
async function convert(layers, { outputs = [layers.at(-1).name], first = start(), more } = {}) {
  const all = [...first, ...layers];
  const model = functional(all, outputs);
  const text = JSON.stringify(model);
  const used = Object.entries(TENSORS).filter(([name]) => text.includes(`"${name.split("/")[0]}"`));
  return recognise(
    await readKeras(await saveModel(model, { ...Object.fromEntries(used), ...more })),
    {},
  );
}

const sides = (user, item) => [
  row(TENSORS["user_embedding/embeddings"], user),
  row(TENSORS["item_embedding/embeddings"], item),
];
const relu = (x) => Math.max(x, 0);
const towerScore = (x) => {
  const hidden = dense(x, TENSORS["dense/kernel"], TENSORS["dense/bias"], relu);
  return dense(hidden, TENSORS["dense_1/kernel"], TENSORS["dense_1/bias"])[0];
};
const dotScore = (p, q) => p.reduce((sum, x, k) => sum + x * q[k], 0);

/** A call with arguments, as Keras 2 writes it. */
const called = (made, constants) => ({
  ...made,
  inbound_nodes: made.inbound_nodes.map((node) =>
    node.map(([name, call, at]) => [name, call, at, constants]),
  ),
});

/** Layers, what is refused, and why. */
const REFUSED = {
  "a concatenation that alternates": [
    [
      reshape("a", "p", 4, 1),
      reshape("b", "q", 4, 1),
      layer("Concatenate", "c", ["a", "b"], { axis: -1 }),
      layer("Flatten", "f", ["c"]),
      ...tower("f"),
    ],
    /axis 2 of batches of \[4,1\] and \[4,1\]/,
  ],
  "a product of a column and a row": [
    [
      reshape("a", "p", 4, 1),
      reshape("b", "q", 1, 4),
      layer("Multiply", "m", ["a", "b"]),
      layer("Dense", "mix", ["m"]),
    ],
    /values of \[4,1\] and \[1,4\]/,
  ],
  "a sum of numbers that an operator brings to one rank at the end": [
    [dot, reshape("one", "dot", 1, 1), { ...layer("Add", "sum", ["dot", "one"]), config: {} }],
    /values of \[1\] and \[1,1\]/,
  ],
  "a norm over another axis": [
    [
      layer("UnitNormalization", "unit", ["user_embedding"], { axis: 1 }),
      layer("Dot", "dot", ["unit", "item_embedding"], { axes: 2 }),
    ],
    /axis 1 of a batch of \[1,4\]/,
  ],
  "a softmax over another axis": [
    [
      layer("Concatenate", "c", ["p", "q"]),
      layer("Dense", "dense", ["c"]),
      reshape("r", "dense", 6, 1),
      layer("Softmax", "end", ["r"], { axis: -1 }),
    ],
    /axis -1 of a batch of \[6,1\]/,
  ],
  "a norm behind a batch normalisation": [
    [
      layer("BatchNormalization", "norm", ["p"], { axis: [1] }),
      layer("UnitNormalization", "unit", ["norm"], { axis: -1 }),
      layer("Dot", "dot", ["unit", "q"], { axes: 1 }),
    ],
    /a normalisation of something else/,
  ],
  "batch normalisation by the batch's own mean": [
    [
      layer("BatchNormalization", "norm", ["p"], { mode: 2 }),
      layer("Dot", "dot", ["norm", "q"], { axes: 1 }),
    ],
    /mode 2/,
  ],
  "a dropout that works when predicting": [
    [
      called(layer("Dropout", "drop", ["p"]), { training: true }),
      layer("Dot", "dot", ["drop", "q"], { axes: 1 }),
    ],
    /a call with training = true/,
  ],
  "an activation of another package": [
    [
      layer("Concatenate", "c", ["p", "q"]),
      layer("Dense", "dense", ["c"], {
        activation: { class_name: "function", config: "relu", registered_name: "my>relu" },
      }),
    ],
    /the activation .*my>relu/,
  ],
  "a class of another package": [
    [
      {
        ...layer("Multiply", "m", ["p", "q"]),
        module: "shop.layers",
        registered_name: "shop>Multiply",
      },
      layer("Dense", "mix", ["m"]),
    ],
    /a "Multiply" of "shop.layers"/,
  ],
  "an operator with the name of a layer": [
    [{ ...layer("Dot", "dot", ["p", "q"]), module: "keras.src.ops.numpy", registered_name: "Dot" }],
    /a "Dot" of "keras.src.ops.numpy"/,
  ],
  "a ReLU with an array as its largest value": [
    [dot, layer("ReLU", "end", ["dot"], { max_value: { class_name: "__numpy__" } })],
    /a largest value of/,
  ],
  "a product of masked rows": [
    [
      layer("Multiply", "m", ["user_embedding", "item_embedding"]),
      layer("Flatten", "f", ["m"]),
      layer("Dense", "mix", ["f"]),
    ],
    /mask_zero and no Flatten/,
    { first: start("user", "item", { mask_zero: true }) },
  ],
  "one output of a layer with several": [
    [
      {
        ...dot,
        inbound_nodes: [
          [
            ["p", 0, 1, {}],
            ["q", 0, 0, {}],
          ],
        ],
      },
    ],
    /output 1/,
  ],
  "two outputs, one behind the other": [
    [dot, layer("Activation", "end", ["dot"], { activation: "sigmoid" })],
    /dot, end/,
    { outputs: ["dot", "end"] },
  ],
  "a layer whose name is that of a call": [
    [layer("Dot", "dot#1", ["p", "q"], { axes: 1 })],
    /one that does/,
  ],
};

describe("what only looks like a recommender's layer is refused", () => {
  for (const [title, [layers, found, options]] of Object.entries(REFUSED))
    test(title, async () => {
      const error = await assertRefused(() => convert(layers, options), "unsupported");
      assert.match(error.found, found);
    });
});

/** The list model: a mean over ids, a softmax over the items. */
function listModel(mean, config = {}, nodes = undefined) {
  const list = layer("InputLayer", "history", [], { batch_input_shape: [null, 6] });
  const pool = layer("GlobalAveragePooling1D", "mean", ["user_embedding"], mean);
  if (nodes) pool.inbound_nodes = nodes;
  const first = [list, layer("Embedding", "user_embedding", ["history"], config)];
  return { first, layers: [pool, layer("Dense", "mix", ["mean"], { activation: "softmax" })] };
}

describe("a mean over a list", () => {
  const subjects = ({ assumptions }) => assumptions.map(({ subject }) => subject);

  test("over the numbers of each vector is refused", async () => {
    const { first, layers } = listModel({ data_format: "channels_first" });
    await assertRefused(() => convert(layers, { first }), "unsupported");
  });

  test("of a padded list without a mask is an assumption", async () => {
    const { first, layers } = listModel({});
    assert.deepEqual(subjects(await convert(layers, { first })), ["lists of history"]);
    const masked = listModel({}, { mask_zero: true });
    assert.deepEqual(subjects(await convert(masked.layers, { first: masked.first })), []);
  });

  test("with a mask of its own is refused", async () => {
    const nodes = [[["user_embedding", 0, 0, { mask: ["other", 0, 0] }]]];
    const { first, layers } = listModel({}, { mask_zero: true }, nodes);
    const mask = layer("Masking", "other", ["history"]);
    await assertRefused(() => convert([mask, ...layers], { first }), "unsupported", /^mean/);
  });
});

describe("what can be computed is computed", () => {
  const expected = (score) =>
    Array.from({ length: USERS * ITEMS }, (_, at) =>
      score(...sides(Math.floor(at / ITEMS), at % ITEMS)),
    );

  test("a nested model that is called twice", async () => {
    const nested = (from) => ({
      class_name: "Functional",
      name: "shared",
      config: {
        name: "shared",
        ...functional(
          [
            layer("InputLayer", "x", [], { batch_input_shape: [null, 8] }),
            layer("Dense", "square", ["x"], { activation: "relu" }),
          ],
          ["square"],
        ).config,
      },
      // The calls of a nested functional model are counted from 1.
      inbound_nodes: from.map((name, k) => [[name, k, 0, {}]]),
    });
    const last = { ...layer("Dense", "dense", []), inbound_nodes: [[["shared", 2, 0, {}]]] };
    const out = layer("Dense", "dense_1", ["dense"]);
    const layers = [layer("Concatenate", "c", ["p", "q"]), nested(["c", "shared"]), last, out];
    const more = {
      "shared/square/kernel": weights([8, 8], 21),
      "shared/square/bias": weights([8], 22),
    };
    const blueprint = await convert(layers, { more });
    const [kernel, bias] = Object.values(more);
    const scores = expected((p, q) => {
      const x = [0, 0].reduce((y) => dense(y, kernel, bias, relu), [...p, ...q]);
      const hidden = dense(x, TENSORS["dense/kernel"], TENSORS["dense/bias"]);
      return dense(hidden, TENSORS["dense_1/kernel"], TENSORS["dense_1/bias"])[0];
    });
    assertClose(scoresByFormat(blueprint), scores, "scores", 1e-6);
  });

  test("a score times a number, plus a number, as Keras 3 writes it", async () => {
    const operator = (type, name, from, value) => ({
      module: "keras.src.ops.numpy",
      ...layer(type, name, []),
      registered_name: type,
      config: { name },
      inbound_nodes: [
        {
          args: [
            { class_name: "__keras_tensor__", config: { keras_history: [from, 0, 0] } },
            value,
          ],
          kwargs: {},
        },
      ],
    });
    const layers = [
      dot,
      operator("Multiply", "times", "dot", 2.5),
      operator("Add", "plus", "times", 1),
    ];
    const blueprint = await convert(layers);
    const scores = expected((p, q) => 2.5 * dotScore(p, q) + 1);
    assertClose(scoresByFormat(blueprint), scores, "scores", 1e-6);
  });

  test("a Concatenate of rows with an axis of size 1 before", async () => {
    const layers = [
      layer("Concatenate", "c", ["item_embedding", "user_embedding"], { axis: 2 }),
      layer("Flatten", "f", ["c"]),
      ...tower("f"),
    ];
    const blueprint = await convert(layers);
    const scores = expected((p, q) => towerScore([...q, ...p]));
    assertClose(scoresByFormat(blueprint), scores, "scores", 1e-6);
  });

  test("the first of the model's inputs is the user, where no name tells", async () => {
    const first = start("input_1", "input_2").map((each) =>
      JSON.parse(
        JSON.stringify(each).replace(/(user|item)_embedding/g, (_, side) =>
          side === "user" ? "dense" : "mix",
        ),
      ),
    );
    for (const order of [
      ["input_1", "input_2"],
      ["input_2", "input_1"],
    ]) {
      const model = functional([...first, dot], ["dot"]);
      model.config.input_layers = order.map((name) => [name, 0, 0]);
      const tensors = {
        "dense/embeddings": TENSORS["user_embedding/embeddings"],
        "mix/embeddings": TENSORS["item_embedding/embeddings"],
      };
      const { assumptions } = recognise(await readKeras(await saveModel(model, tensors)), {});
      const [{ subject, value }] = assumptions;
      assert.deepEqual([subject, value], ["users", order[0]]);
    }
  });

  test("a user's own class is an assumption", async () => {
    const layers = [
      layer("L2NormLayer", "unit", ["p"]),
      layer("Dot", "dot", ["unit", "q"], { axes: 1 }),
    ];
    const { assumptions } = await convert(layers);
    assert.deepEqual(
      assumptions.map(({ subject, value }) => `${subject}: ${value}`),
      ["class L2NormLayer: rows of length 1"],
    );
    const model = functional([...start(), dot], ["dot"]);
    model.class_name = "Shop";
    const tensors = Object.entries(TENSORS).filter(([name]) => name.includes("embedding"));
    const file = await saveModel(model, Object.fromEntries(tensors));
    const own = recognise(await readKeras(file), {});
    assert.deepEqual(
      own.assumptions.map(({ subject }) => subject),
      ["class Shop"],
    );
  });
});
