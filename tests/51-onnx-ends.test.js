// What an ONNX graph says and names do not: the order of a concatenation, the activation of each
// layer, norms, what follows the raw scores; graphs for one pair, and graphs that are refused. The
// right values are those of the graph's operators.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readOnnx } from "../cli/convert/read/onnx.js";
import { recognise } from "../cli/convert/layouts.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { INT64, writeOnnx } from "./lib/onnx.js";
import { ITEMS, TOLERANCE, USERS, flat, scoresByFormat, sketch } from "./lib/onnx-models.js";
import { autoencoder, autoencoderScores, scoresOfPairs, STYLES } from "./lib/onnx-models.js";
import { runOnnx } from "./lib/onnx-run.js";

const { embed, dense } = STYLES["as torch writes it"];
const convert = (model, options = {}) => recognise(readOnnx(writeOnnx(model)), options);
const inputs = [flat("user"), flat("item")];

/** Tables with the names of a by-name layout, which must not decide. */
function sides(g, width = 4) {
  return [
    embed(g, "user_emb.weight", "user", USERS, width),
    embed(g, "item_emb.weight", "item", ITEMS, width),
  ];
}

/** The inner product, [batch, 1]. */
const dot = (g, [u, i]) => g.op("ReduceSum", [g.op("Mul", [u, i]), g.sizes("axis", 1)]);

/** A tower of layers 8 -> 6 -> 5 -> 1 named as PyTorch code does, with an activation each. */
function tower(g, activations, { isItemFirst = false } = {}) {
  const rows = sides(g);
  let x = g.op("Concat", isItemFirst ? rows.reverse() : rows, { axis: 1 });
  [8, 6].forEach((width, k) => {
    x = dense(g, `fc${k + 1}`, x, width, [6, 5][k]);
    if (activations[k]) x = g.op(activations[k], [x]);
  });
  return dense(g, "fc3", x, 5, 1);
}

/** A number as an initializer. */
const constant = (g, name, value) => g.number(name, value);

/** Graphs by what their end, order or activations are; each gives the output's name. */
const COMPUTED = {
  "the item first, tanh": (g) =>
    g.op("Sigmoid", [tower(g, ["Tanh", "Tanh"], { isItemFirst: true })]),
  "relu, then sigmoid": (g) => g.op("Sigmoid", [tower(g, ["Relu", "Sigmoid"])]),
  "relu, then linear": (g) => tower(g, ["Relu", ""]),
  "linear, then tanh": (g) => tower(g, ["", "Tanh"]),
  "an inner product without a sigmoid": (g) => dot(g, sides(g)),
  "a cosine": (g) =>
    dot(
      g,
      sides(g).map((x) => g.op("LpNormalization", [x], { axis: 1 })),
    ),
  "a cosine with a large epsilon": (g) =>
    dot(
      g,
      sides(g).map((x) => {
        const length = g.op("ReduceL2", [x], { axes: [1], keepdims: 1 });
        return g.op("Div", [x, g.op("Add", [length, constant(g, `${x} epsilon`, 1e-4)])]);
      }),
    ),
  "a Clip": (g) => g.op("Clip", [dot(g, sides(g)), constant(g, "a", -0.5), constant(g, "b", 0.5)]),
  "a Clip without an upper bound": (g) => g.op("Clip", [dot(g, sides(g)), constant(g, "a", -0.5)]),
  "Max, then Min": (g) =>
    g.op("Min", [g.op("Max", [dot(g, sides(g)), constant(g, "a", -0.2)]), constant(g, "b", 0.4)]),
  "a Clip of a sigmoid": (g) =>
    g.op("Clip", [
      g.op("Sigmoid", [dot(g, sides(g))]),
      constant(g, "a", 0.45),
      constant(g, "b", 0.55),
    ]),
  "a ReLU at the end": (g) => g.op("Relu", [tower(g, ["Tanh", "Tanh"])]),
  "a scaled sigmoid behind a tower": (g) => {
    const score = g.op("Sigmoid", [tower(g, ["Relu", "Relu"])]);
    return g.op("Add", [g.op("Mul", [score, constant(g, "a", 4)]), constant(g, "b", 1)]);
  },
};

describe("the graph decides, not the names", () => {
  for (const [title, build] of Object.entries(COMPUTED))
    test(title, () => {
      const g = sketch(31);
      const model = g.model(inputs, build(g));
      assertClose(scoresByFormat(convert(model)), scoresOfPairs(model), title, TOLERANCE);
    });
});

/** Graphs that are refused: builder, subject of the error, what it says. */
const REFUSED = {
  "a scaled sigmoid of an inner product": [
    (g) => g.op("Mul", [g.op("Sigmoid", [dot(g, sides(g))]), constant(g, "a", 4)]),
    /^Sigmoid "Sigmoid_4"$/,
    /behind a product/,
  ],
  LayerNormalization: [
    (g) => {
      const x = dense(g, "fc1", g.op("Concat", sides(g), { axis: 1 }), 8, 5);
      const norm = g.op("LayerNormalization", [x, g.weight("ln.weight", 5), g.weight("b", 5)]);
      return dense(g, "fc2", g.op("Relu", [norm]), 5, 1);
    },
    /^LayerNormalization "LayerNormalization_4"$/,
    /LayerNormalization/,
  ],
  "a residual connection": [
    (g) => {
      const x = g.op("Concat", sides(g), { axis: 1 });
      const h = g.op("Relu", [dense(g, "fc1", x, 8, 8)]);
      return dense(g, "fc2", g.op("Relu", [g.op("Add", [x, h])]), 8, 1);
    },
    /^(graph|Relu|rows)/,
    /./,
  ],
  "a swish": [
    (g) => {
      const h = dense(g, "fc1", g.op("Concat", sides(g), { axis: 1 }), 8, 5);
      return dense(g, "fc2", g.op("Mul", [h, g.op("Sigmoid", [h])]), 5, 1);
    },
    /^Mul "Mul_5"$/,
    /one of a tower/,
  ],
  "an Expand that repeats columns": [
    (g) => {
      const one = g.op("Expand", [dot(g, sides(g)), g.sizes("to", 1, 4)]);
      return g.op("ReduceSum", [one, "axis"]);
    },
    /^Expand "Expand_4"$/,
    /\[1,4\]/,
  ],
  "a clipped length": [
    (g) => {
      const [u, i] = sides(g);
      const length = g.op("ReduceL2", [u], { axes: [1], keepdims: 1 });
      const bounds = [constant(g, "a", 1e-9), constant(g, "b", 1)];
      return dot(g, [g.op("Div", [u, g.op("Clip", [length, ...bounds])]), i]);
    },
    /^Clip "Clip_3"$/,
    /./,
  ],
  "a length over the batch": [
    (g) => {
      const [u, i] = sides(g);
      const length = g.op("ReduceL2", [u], { axes: [0], keepdims: 1 });
      return dot(g, [g.op("Div", [u, length]), i]);
    },
    /^ReduceL2 "ReduceL2_2"$/,
    /\[0\]/,
  ],
};

describe("what cannot be computed is refused by its node", () => {
  for (const [title, [build, subject, found]] of Object.entries(REFUSED))
    test(title, async () => {
      const g = sketch(32);
      const model = g.model(inputs, build(g));
      const error = await assertRefused(() => convert(model), "unsupported");
      assert.match(error.subject, subject);
      assert.match(error.found, found);
    });

  test("a tree ensemble", async () => {
    const node = {
      op: "TreeEnsembleRegressor",
      inputs: ["x"],
      outputs: ["y"],
      domain: "ai.onnx.ml",
    };
    const tensors = { w: { shape: [1], values: [1] } };
    const model = { inputs: [flat("x")], outputs: ["y"], nodes: [node], tensors };
    const { message } = await assertRefused(() => convert(model), "unsupported");
    assert.match(message, /TreeEnsembleRegressor "y".*an ensemble of decision trees/);
  });

  test("an option that the graph contradicts", async () => {
    const g = sketch(33);
    const clipped = g.op("Clip", [dot(g, sides(g)), constant(g, "a", 1), constant(g, "b", 5)]);
    const model = g.model(inputs, clipped);
    await assertRefused(
      () => convert(model, { rating: { minimum: 0, maximum: 5 } }),
      "bad-argument",
    );
    assert.equal(convert(model, { rating: { minimum: 1, maximum: 5 } }).description.clip, true);
    const h = sketch(34);
    const sigmoid = h.model(inputs, h.op("Sigmoid", [dot(h, sides(h))]));
    await assertRefused(() => convert(sigmoid, { output: "identity" }), "bad-argument");
    const m = sketch(35);
    const tanh = m.model(inputs, tower(m, ["Tanh", "Tanh"]));
    const wrong = [{ activation: "relu" }, { concat: "item-user" }, { join: "mlp-gmf" }];
    for (const options of wrong)
      await assertRefused(() => convert(tanh, options), "bad-argument", /as the file's graph says/);
    assert.equal(convert(tanh, { activation: "tanh" }).description.activation, "tanh");
  });
});

describe("an autoencoder whose outputs may be ratings", () => {
  const model = autoencoder({ widths: [12, 5, 12], activations: ["Relu", ""] });

  test("is refused, and the advice leads out", async () => {
    const { hint } = await assertRefused(() => convert(model), "unknown-layout");
    for (const [, kind] of hint.matchAll(/--kind ([\w-]+)/g)) {
      const { description, kind: made } = convert(model, { kind });
      assert.equal(made, kind);
      assert.equal(description.input.values, kind === "autorec-user" ? "rating" : "binary");
    }
  });
});

describe("graphs for one user", () => {
  const ONE = {
    "a batch of 1, flattened by axis 0": {
      shape: [1, 12],
      start: (g, x) => g.op("Flatten", [x], { axis: 0 }),
      end: (g, x) => x,
    },
    "a batch of 1, reshaped to a vector and back": {
      shape: [1, 12],
      start: (g, x) =>
        g.op("Reshape", [g.op("Reshape", [x, g.sizes("v", -1)]), g.sizes("m", 1, 12)]),
      end: (g, x) => g.op("Reshape", [x, g.sizes("end", 12)]),
    },
    "no batch": {
      shape: [12],
      start: (g, x) => g.op("Unsqueeze", [x, g.sizes("front", 0)]),
      end: (g, x) => g.op("Squeeze", [x, "front"]),
    },
  };
  const history = Array.from({ length: 12 }, (_, i) => Number([1, 4, 5].includes(i)));
  for (const [title, { shape, start, end }] of Object.entries(ONE))
    test(title, () => {
      const g = sketch(35);
      const hidden = g.op("Tanh", [dense(g, "a", start(g, "x"), 12, 4)]);
      const model = g.model(
        [{ name: "x", shape }],
        end(g, g.op("Sigmoid", [dense(g, "b", hidden, 4, 12)])),
      );
      const { values } = runOnnx(model, { x: { shape, values: history } });
      assertClose(autoencoderScores(convert(model), history), values, title, TOLERANCE);
    });

  test("two ids without a batch", () => {
    const g = sketch(36);
    const rows = [
      g.op("Gather", [g.weight("P", USERS, 4), "user"]),
      g.op("Gather", [g.weight("Q", ITEMS, 4), "item"]),
    ];
    const x = g.op("Concat", rows.reverse(), { axis: 0 });
    const both = g.op("Unsqueeze", [x, g.sizes("front", 0)]);
    const hidden = g.op("Relu", [dense(g, "a", both, 8, 5)]);
    const ids = ["user", "item"].map((name) => ({ name, shape: [], type: INT64 }));
    const model = g.model(ids, g.op("Squeeze", [dense(g, "b", hidden, 5, 1)]));
    const expected = Array.from({ length: USERS * ITEMS }, (_, at) => {
      const [user, item] = [Math.floor(at / ITEMS), at % ITEMS];
      const feed = (id) => ({ shape: [], values: [id] });
      return runOnnx(model, { user: feed(user), item: feed(item) }).values[0];
    });
    assertClose(scoresByFormat(convert(model)), expected, "no batch", TOLERANCE);
  });

  test("a graph that ends in TopK: what it sorts is the scores", async () => {
    const g = sketch(37);
    const hidden = g.op("Tanh", [dense(g, "a", "x", 12, 4)]);
    const scores = g.op("Sigmoid", [dense(g, "b", hidden, 4, 12)]);
    const input = [{ name: "x", shape: [null, 12] }];
    const plain = g.model(input, scores);
    const sorted = (attributes) => {
      const node = { op: "TopK", inputs: [scores, g.sizes("k", 5)], outputs: ["top", "rows"] };
      const nodes = [...plain.nodes, { ...node, attributes }];
      return { ...plain, nodes, outputs: ["top", "rows"] };
    };
    const blueprint = convert(sorted({ axis: 1 }));
    const { values } = runOnnx(plain, { x: { shape: [1, 12], values: history } });
    assertClose(autoencoderScores(blueprint, history), values, "TopK", TOLERANCE);
    assert.match(blueprint.notes.join(), /ends in TopK "top"/);
    await assertRefused(() => convert(sorted({ largest: 0 })), "unsupported");
  });
});
