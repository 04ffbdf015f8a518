// ONNX models: graphs of NCF, autoencoders and towers as exporters write them, each compared with
// the graph itself in float64.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { readOnnx } from "../cli/convert/read/onnx.js";
import { onnxLayout } from "../cli/convert/layouts/onnx/layout.js";
import { assertRefused } from "./lib/assert-refused.js";
import { assertClose } from "./lib/assert-close.js";
import { ACTIVATIONS } from "./lib/autoencoder.js";
import { pythonWith } from "./lib/frameworks.js";
import { INT64, writeOnnx } from "./lib/onnx.js";
import {
  HISTORY,
  ITEMS,
  L2,
  STYLES,
  TOLERANCE,
  USERS,
  affine,
  assertSameAutoencoder,
  assertSameScores,
  autoencoder,
  autoencoderScores,
  column,
  convert,
  flat,
  neumf,
  normalise,
  outputOf,
  scoresByFormat,
  scoresOfPairs,
  sketch,
  survive,
  watcher,
} from "./lib/onnx-models.js";
import { runOnnx } from "./lib/onnx-run.js";
import { uniform } from "./lib/random.js";

describe("GMF, MLP and NeuMF", () => {
  for (const style of Object.keys(STYLES)) {
    for (const norm of ["", "before", "after"]) {
      for (const bits of [0, 1, 2, 3]) {
        const [itemFirst, mlpFirst] = [bits % 2 === 1, bits > 1];
        const order = `${itemFirst ? "item" : "user"} first, ${mlpFirst ? "MLP" : "GMF"} first`;
        const title = `NeuMF ${style}, ${order}, batch normalisation: ${norm || "none"}`;
        test(title, () => {
          const blueprint = assertSameScores(neumf({ style, itemFirst, mlpFirst, norm }));
          const shapes = Object.fromEntries(
            [...blueprint.tensors].map(([name, { shape }]) => [name, shape]),
          );
          assert.equal(blueprint.kind, "neumf");
          assert.deepEqual(blueprint.description, { activation: "relu", output: "sigmoid" });
          assert.deepEqual(shapes, {
            "gmf.user": [USERS, 4],
            "gmf.item": [ITEMS, 4],
            "mlp.user": [USERS, 5],
            "mlp.item": [ITEMS, 3],
            "mlp.layers.0.weight": [8, 8],
            "mlp.layers.0.bias": [8],
            "mlp.layers.1.weight": [6, 8],
            "mlp.layers.1.bias": [6],
            "mlp.layers.2.weight": [2, 6],
            "mlp.layers.2.bias": [2],
            "output.weight": [1, 6],
            "output.bias": [1],
          });
        });
      }
    }

    test(`GMF ${style}`, () => {
      const blueprint = assertSameScores(neumf({ style, mlp: false }));
      assert.deepEqual(
        [...blueprint.tensors.keys()],
        ["gmf.user", "gmf.item", "output.weight", "output.bias"],
      );
      assert.equal(blueprint.kind, "gmf");
    });

    test(`MLP ${style}, without a sigmoid`, () => {
      const model = neumf({ style, gmf: false, activation: "Tanh", end: "" });
      const blueprint = assertSameScores(model);
      assert.equal(blueprint.kind, "mlp");
      assert.deepEqual(blueprint.description, { activation: "tanh", output: "identity" });
      assert.match(blueprint.notes.join(), /ends without a sigmoid/);
      assert.equal(convert(model, { output: "sigmoid" }).description.output, "sigmoid");
    });
  }

  test("all weights are accounted for", () => {
    const model = neumf({ style: "as torch writes it" });
    model.tensors.leftover = { shape: [2], values: Float32Array.of(1, 2) };
    const { used, unused } = convert(model);
    assert.deepEqual([...unused], [["leftover", "the model's output does not depend on it"]]);
    assert.deepEqual([...used, "leftover"].sort(), Object.keys(model.tensors).sort());
  });

  describe("ids that may count from the end, as Keras 3 exports them", () => {
    /** where(id < 0, id + rows, id), as products of ones and zeros. */
    const counted = (g, id, rows, more = 0) => {
      const isBelow = g.op("Less", [id, g.sizes(`${id} zero`, 0)]);
      const one = (mask) => g.op("Cast", [mask], { to: INT64 });
      const wrapped = g.op("Mul", [one(isBelow), g.op("Add", [id, g.sizes(`${id} rows`, rows)])]);
      const plain = g.op("Mul", [one(g.op("Not", [isBelow])), id]);
      const sum = g.op("Add", [wrapped, plain]);
      return more ? g.op("Add", [sum, g.sizes(`${id} more`, more)]) : sum;
    };
    const build = (more) => {
      const g = sketch(21);
      const table = (name, id, rows) =>
        g.op("Gather", [g.weight(name, rows, 4), counted(g, id, rows, more)]);
      const dot = g.op(
        "ReduceSum",
        [g.op("Mul", [table("u", "user", USERS), table("i", "item", ITEMS)]), g.sizes("axis", 1)],
        { keepdims: 0 },
      );
      return g.model([flat("user"), flat("item")], dot);
    };

    test("are replaced by the ids", () => {
      const { kind, tensors } = convert(build(0));
      assert.deepEqual(
        [kind, tensors.get("gmf.user").shape, tensors.get("gmf.item").shape],
        ["gmf", [USERS, 4], [ITEMS, 4]],
      );
      assert.deepEqual(tensors.get("gmf.item").values, build(0).tensors.i.values);
    });

    test("a shifted id is refused", async () => {
      const { found } = await assertRefused(() => convert(build(1)), "unsupported");
      assert.equal(found, "Less");
    });
  });

  test("an inner product with all biases: one more column, and item.bias", () => {
    const g = sketch(3);
    const table = (name, id, rows, width) => g.op("Gather", [g.weight(name, rows, width), id]);
    const dot = g.op(
      "ReduceSum",
      [
        g.op("Mul", [table("u", "user", USERS, 4), table("i", "item", ITEMS, 4)]),
        g.sizes("axis", 1),
      ],
      { keepdims: 0 },
    );
    const user = g.op("Squeeze", [table("ub", "user", USERS, 1), g.sizes("last", -1)]);
    const item = g.op("Reshape", [table("ib", "item", ITEMS, 1), g.sizes("flat", -1)]);
    const logit = g.op("Add", [g.op("Add", [g.op("Add", [dot, user]), item]), g.weight("b", 1)]);
    const blueprint = assertSameScores(g.model([flat("user"), flat("item")], logit));
    assert.deepEqual(
      [...blueprint.tensors].map(([name, { shape }]) => `${name} ${shape}`),
      [
        `gmf.user ${USERS},5`,
        `gmf.item ${ITEMS},5`,
        "output.weight 1,5",
        "output.bias 1",
        `item.bias ${ITEMS}`,
      ],
    );
    assert.deepEqual([...blueprint.tensors.get("output.weight").values], [1, 1, 1, 1, 1]);
  });

  test("an inner product as a row by a column", () => {
    const g = sketch(4);
    const table = (name, id, rows) => g.op("Gather", [g.weight(name, rows, 4), id]);
    const turned = g.op("Transpose", [table("i", "item", ITEMS)], { perm: [0, 2, 1] });
    const dot = g.op("MatMul", [table("u", "user", USERS), turned]);
    const blueprint = assertSameScores(
      g.model([column("user"), column("item")], g.op("Sigmoid", [g.op("Flatten", [dot])])),
    );
    assert.equal(blueprint.kind, "gmf");
  });

  test("the cosine of two towers: tables of the towers' outputs", () => {
    const g = sketch(5);
    const { embed, dense } = STYLES["as torch writes it"];
    const [u, i] = [
      ["user", USERS],
      ["item", ITEMS],
    ].map(([id, rows]) => {
      const x = g.op("Tanh", [dense(g, `${id}_0`, embed(g, id[0], id, rows, 5), 5, 6)]);
      return g.op("LpNormalization", [dense(g, `${id}_1`, x, 6, 4)], { axis: 1 });
    });
    const dot = g.op("ReduceSum", [g.op("Mul", [u, i]), g.sizes("axis", -1)]);
    const blueprint = assertSameScores(g.model([flat("user"), flat("item")], dot));
    assert.deepEqual(blueprint.tensors.get("gmf.item").shape, [ITEMS, 4]);
  });

  test("one-hot vectors by matrices are embeddings", () => {
    const g = sketch(6);
    const { dense } = STYLES["as torch writes it"];
    const rows = [
      ["user", USERS, 4],
      ["item", ITEMS, 3],
    ].map(([id, count, width]) => g.op("MatMul", [id, g.weight(`of ${id}`, count, width)]));
    const hidden = g.op("Relu", [dense(g, "a", g.op("Concat", rows, { axis: 1 }), 7, 5)]);
    const model = g.model(
      [
        { name: "user", shape: [null, USERS] },
        { name: "item", shape: [null, ITEMS] },
      ],
      g.op("Sigmoid", [dense(g, "b", hidden, 5, 1)]),
    );
    const oneHot = (size, at) => Array.from({ length: size }, (_, i) => Number(i === at));
    const pairs = Array.from({ length: USERS * ITEMS }, (_, i) => [
      Math.floor(i / ITEMS),
      i % ITEMS,
    ]);
    const { values } = runOnnx(model, {
      user: { shape: [pairs.length, USERS], values: pairs.flatMap(([u]) => oneHot(USERS, u)) },
      item: { shape: [pairs.length, ITEMS], values: pairs.flatMap(([, i]) => oneHot(ITEMS, i)) },
    });
    const blueprint = convert(model);
    assert.equal(blueprint.kind, "mlp");
    assertClose(scoresByFormat(blueprint), values, "one-hot", TOLERANCE);
  });

  test("one input of pairs, sliced by column", () => {
    const g = sketch(7);
    const { embed, dense } = STYLES["as torch writes it"];
    Object.assign(g.tensors, {
      first: { shape: [], values: [0], type: INT64 },
      second: { shape: [], values: [1], type: INT64 },
    });
    const [u, i] = ["first", "second"].map((at) => g.op("Gather", ["pairs", at], { axis: 1 }));
    const x = g.op(
      "Concat",
      [embed(g, "of_users", u, USERS, 4), embed(g, "of_items", i, ITEMS, 3)],
      { axis: -1 },
    );
    const model = g.model(
      [{ name: "pairs", shape: [null, 2] }],
      dense(g, "b", g.op("Sigmoid", [dense(g, "a", x, 7, 5)]), 5, 1),
    );
    const pairs = Array.from({ length: USERS * ITEMS }, (_, at) => [
      Math.floor(at / ITEMS),
      at % ITEMS,
    ]);
    const blueprint = convert(model);
    const { values } = runOnnx(model, {
      pairs: { shape: [pairs.length, 2], values: pairs.flat() },
    });
    assert.deepEqual(blueprint.description, { activation: "sigmoid", output: "identity" });
    assertClose(scoresByFormat(blueprint), values, "pairs", TOLERANCE);
  });

  test("operators on weights alone", () => {
    const g = sketch(8);
    const { embed } = STYLES["as torch writes it"];
    const x = g.op("Concat", [embed(g, "u", "user", USERS, 4), embed(g, "i", "item", ITEMS, 3)], {
      axis: -1,
    });
    // A transposed weight, and the parts of a batch normalisation.
    const product = g.op("MatMul", [
      x,
      g.op("Transpose", [g.op("Cast", [g.weight("w", 5, 7)], { to: 1 })], { perm: [1, 0] }),
    ]);
    const deviation = g.op("Sqrt", [
      g.op("Add", [g.positive("variance", 5), g.number("epsilon", 0.001)]),
    ]);
    const gain = g.op("Mul", [g.op("Reciprocal", [deviation]), g.weight("gamma", 5)]);
    const centred = g.op("Sub", [
      product,
      g.op("Unsqueeze", [g.weight("mean", 5), g.sizes("front", 0)]),
    ]);
    const hidden = g.op("Relu", [
      g.op("Add", [
        g.op("Mul", [centred, gain]),
        g.op("Reshape", [g.weight("beta", 1, 5), g.sizes("flat", -1)]),
      ]),
    ]);
    assertSameScores(
      g.model(
        [flat("user"), flat("item")],
        g.op("Sigmoid", [g.op("MatMul", [hidden, g.weight("out", 5, 1)])]),
      ),
    );
  });

  test("a shape that the graph computes", () => {
    const g = sketch(9);
    const { embed, dense } = STYLES["as Keras writes it"];
    const x = g.op("Concat", [embed(g, "u", "user", USERS, 4), embed(g, "i", "item", ITEMS, 3)], {
      axis: 1,
    });
    const batch = g.op("Unsqueeze", [
      g.op("Gather", [g.op("Shape", [x]), g.number("at", 0)]),
      g.sizes("front", 0),
    ]);
    const viewed = g.op("Reshape", [x, g.op("Concat", [batch, g.sizes("rest", -1)], { axis: 0 })]);
    assertSameScores(
      g.model(
        [column("user"), column("item")],
        dense(g, "b", g.op("Tanh", [dense(g, "a", viewed, 7, 5)]), 5, 1),
      ),
    );
  });

  test("a score scaled to a range of ratings is refused with a hint", async () => {
    const g = sketch(10);
    const { embed } = STYLES["as torch writes it"];
    const dot = g.op(
      "ReduceSum",
      [
        g.op("Mul", [embed(g, "u", "user", USERS, 4), embed(g, "i", "item", ITEMS, 4)]),
        g.sizes("axis", 1),
      ],
      { keepdims: 0 },
    );
    const scaled = g.op("Mul", [g.op("Sigmoid", [dot]), g.number("stars", 5)]);
    const model = g.model([flat("user"), flat("item")], scaled);
    const { hint } = await assertRefused(() => convert(model), "unsupported");
    assert.match(hint, /Export the model without/);
  });

  test("the user by names of inputs or tables, by the number of items, or first", async () => {
    const style = "as torch writes it";
    const rowsOf = (model, options) => convert(model, options).tensors.get("gmf.item").shape[0];
    assert.equal(rowsOf(neumf({ style, names: ["movie_id", "customer"] })), USERS);
    const anonymous = neumf({ style, names: ["a", "b"] });
    assert.equal(rowsOf(anonymous), ITEMS);
    assert.match(convert(anonymous).notes.join(), /first input, "a", is taken as the user/);
    assert.equal(rowsOf(anonymous, { items: USERS }), USERS);
    await assertRefused(() => convert(anonymous, { items: 100 }), "bad-argument", "items");
    const renamed = JSON.parse(
      JSON.stringify(anonymous).replaceAll("mf_u", "product_table"),
      (_, value) => value,
    );
    Object.assign(renamed.tensors, anonymous.tensors, { product_table: anonymous.tensors.mf_u });
    assert.equal(rowsOf(renamed), USERS);
  });
});

describe("autoencoders", () => {
  test("one hidden layer", () => {
    const blueprint = assertSameAutoencoder(
      autoencoder({ widths: [12, 5, 12], activations: ["Sigmoid", "Sigmoid"] }),
    );
    assert.equal(blueprint.kind, "autoencoder");
    assert.deepEqual(blueprint.description, {
      activation: ["sigmoid"],
      output: "sigmoid",
      input: { values: "binary", normalize: "none" },
    });
    assert.deepEqual(
      [...blueprint.tensors.keys()],
      ["encoder.0.weight", "encoder.0.bias", "decoder.0.weight", "decoder.0.bias"],
    );
  });

  test("every activation; the encoder ends at the narrowest layer", () => {
    const model = autoencoder({
      widths: [12, 8, 6, 4, 7, 5, 12],
      activations: ["Relu", "", "Elu", "Selu", "Tanh", "Sigmoid"],
      style: "as Keras writes it",
    });
    const blueprint = assertSameAutoencoder(model);
    assert.deepEqual(blueprint.description.activation, ["relu", "identity", "elu", "selu", "tanh"]);
    assert.deepEqual(
      [...blueprint.tensors.keys()].filter((name) => name.endsWith("weight")),
      [
        "encoder.0.weight",
        "encoder.1.weight",
        "encoder.2.weight",
        "decoder.0.weight",
        "decoder.1.weight",
        "decoder.2.weight",
      ],
    );
  });

  for (const [name, norm] of Object.entries(L2)) {
    test(`Mult-DAE: ${name}`, () => {
      const blueprint = assertSameAutoencoder(
        autoencoder({ widths: [12, 5, 12], activations: ["Tanh", "Softmax"], norm }),
      );
      assert.equal(blueprint.kind, "mult-dae");
      assert.equal(blueprint.description.input.normalize, "l2");
      assert.equal(blueprint.description.output, "softmax");
    });
  }

  test("the mean path of a Mult-VAE, whose encoder ends in means and variances", () => {
    const g = sketch(9);
    const { dense } = STYLES["as torch writes it"];
    const both = dense(
      g,
      "b",
      g.op("Tanh", [dense(g, "a", L2.LpNormalization(g, "x"), 12, 8)]),
      8,
      10,
    );
    const mean = g.op("Slice", [both, g.sizes("from", 0), g.sizes("to", 5), g.sizes("axes", 1)]);
    const x = dense(g, "d", g.op("Tanh", [dense(g, "c", mean, 5, 8)]), 8, 12);
    const blueprint = assertSameAutoencoder(g.model([{ name: "x", shape: [null, 12] }], x));
    assert.deepEqual(blueprint.tensors.get("encoder.1.weight").shape, [5, 8]);
    assert.deepEqual(blueprint.description.activation, ["tanh", "identity", "tanh"]);
  });

  test("batch normalisation before and after activations", () => {
    const g = sketch(10);
    const { dense } = STYLES["as Keras writes it"];
    const hidden = normalise(
      g,
      "two",
      g.op("Relu", [normalise(g, "one", dense(g, "a", "x", 12, 5), 5)]),
      5,
    );
    assertSameAutoencoder(
      g.model(
        [{ name: "x", shape: [null, 12] }],
        g.op("Sigmoid", [normalise(g, "three", dense(g, "b", hidden, 5, 12), 12)]),
      ),
    );
  });

  test("logarithms of probabilities become probabilities", () => {
    const widths = [12, 5, 12];
    const logs = convert(autoencoder({ widths, activations: ["Tanh", "LogSoftmax"] }));
    assert.match(logs.notes.join(), /logarithms/);
    assert.deepEqual(
      logs.description,
      convert(autoencoder({ widths, activations: ["Tanh", "Softmax"] })).description,
    );
  });

  test("user-based AutoRec, if stated", async () => {
    const model = autoencoder({ widths: [12, 5, 12], activations: ["Sigmoid", ""] });
    const blueprint = assertSameAutoencoder(model, { kind: "autorec-user" });
    assert.equal(blueprint.kind, "autorec-user");
    assert.equal(blueprint.description.input.values, "rating");
    await assertRefused(() => convert(model, { kind: "autorec-item" }), "bad-argument", "kind");
  });

  test("other sizes are refused", async () => {
    const refused = [
      [{ widths: [12, 5, 8], activations: ["Relu", ""] }, /^12 -> 5 -> 8$/],
      [{ widths: [12, 12], activations: [""] }, /^12 -> 12$/],
      [{ widths: [12, 5, 1], activations: ["Relu", "Sigmoid"] }, /^1 numbers of 1 inputs/],
    ];
    for (const [options, message] of refused) {
      const { found } = await assertRefused(() => convert(autoencoder(options)), "unsupported");
      assert.match(found, message);
    }
  });
});

describe("candidates", () => {
  for (const activation of ["Relu", "Tanh", "Sigmoid", "Selu", "Elu", ""]) {
    for (const [mask, end] of [
      [true, undefined],
      [false, "Softmax"],
    ]) {
      const title = `a list of items, ${mask ? "masked" : "whole"}, ${activation || "no"} tower`;
      test(`${title}, ${end ?? "no softmax"}`, () => {
        const model = watcher({ activation, mask, end });
        const blueprint = convert(model);
        const { tensors, description } = blueprint;
        const list = mask ? [3, 7, 0, 2, 0] : [3, 7, 2];
        const { values } = runOnnx(model, { seen: { shape: [1, list.length], values: list } });
        const seen = list.filter((id) => !mask || id !== 0);
        const table = tensors.get("watch.embedding");
        const mean = Array.from({ length: 4 }, (_, x) =>
          seen.reduce((sum, id) => sum + table.values[id * 4 + x] / seen.length, 0),
        );
        const vector = affine(tensors.get("tower.0.weight"), tensors.get("tower.0.bias"), mean).map(
          ACTIVATIONS[description.activation[0]],
        );
        assertClose(
          outputOf(description.output, affine(tensors.get("item.embedding"), undefined, vector)),
          values,
          "scores",
          TOLERANCE,
        );
        assert.equal(blueprint.kind, "candidates");
        const watch = {
          name: "watch",
          kind: "categorical",
          several: true,
          ids: "items",
          from: "history",
          table: "watch",
        };
        assert.deepEqual(description.features, [mask ? { ...watch, padding: 0 } : watch]);
      });
    }
  }

  test("a tower over a user's id", () => {
    const g = sketch(12);
    const { dense, embed } = STYLES["as torch writes it"];
    const x = dense(
      g,
      "b",
      g.op("Relu", [dense(g, "a", embed(g, "u", "user", USERS, 4), 4, 5)]),
      5,
      ITEMS,
    );
    const { kind, tensors, description } = convert(g.model([flat("user")], x));
    assert.deepEqual(
      [kind, description.features],
      ["candidates", [{ name: "user", kind: "categorical" }]],
    );
    assert.deepEqual(
      [
        tensors.get("user.embedding").shape,
        tensors.get("tower.0.weight").shape,
        tensors.get("item.embedding").shape,
      ],
      [
        [USERS, 4],
        [6, 4],
        [ITEMS, 6],
      ],
    );
  });
});

/** A graph with one more operator at a random place, on random values. */
function disturb(model, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const at = Math.floor(next() * model.nodes.length);
  const target = model.nodes[at];
  const tensors = {
    ...model.tensors,
    one: { shape: [1], values: [1], type: INT64 },
    last: { shape: [1], values: [-1], type: INT64 },
    half: { shape: [], values: [0.5] },
    "half of one": { shape: [1], values: [0.5] },
    "half of two": { shape: [1, 1], values: [0.5] },
    four: { shape: [4], values: [1, 2, 3, 4] },
    "four of two": { shape: [4, 1], values: [1, 2, 3, 4] },
  };
  const [op, attributes] = pick(STRANGE);
  const old = pick(target.inputs);
  const second = pick([
    ...Object.keys(tensors).slice(-7),
    ...model.nodes.slice(0, at).flatMap(({ outputs }) => outputs),
  ]);
  const several =
    op === "BatchNormalization"
      ? [old, "four", "four", "four", "four"]
      : next() < 0.8
        ? [old, second]
        : [second, old];
  const node = {
    op,
    attributes,
    inputs: BINARY.includes(op) ? several : [old],
    outputs: ["strange"],
  };
  const changed = {
    ...target,
    inputs: target.inputs.map((name) => (name === old ? "strange" : name)),
  };
  return {
    ...model,
    tensors,
    nodes: [...model.nodes.slice(0, at), node, changed, ...model.nodes.slice(at + 1)],
  };
}

const BINARY = [
  ..."Add Sub Mul Div Max MatMul Concat Squeeze Unsqueeze ReduceSum Gemm".split(" "),
  "BatchNormalization",
];
const PLAIN =
  "Add Sub Mul Div Max MatMul Gemm Squeeze Unsqueeze BatchNormalization Identity Relu Tanh " +
  "Flatten Softmax Sqrt";
const STRANGE = [
  ...PLAIN.split(" ").map((op) => [op, {}]),
  ["LpNormalization", { axis: -1 }],
  ["ReduceSum", { keepdims: 0 }],
  ["ReduceSum", {}],
  ["Concat", { axis: 1 }],
  ["Concat", { axis: -1 }],
  ["Concat", { axis: 0 }],
  ["Transpose", { perm: [1, 0] }],
  ["Transpose", { perm: [0, 2, 1] }],
  ["ReduceMean", { axes: [1], keepdims: 0 }],
  ["ReduceMean", { axes: [-1] }],
  ["ReduceL2", { axes: [1] }],
];

describe("graphs with one more random operator", () => {
  /** How many graphs were converted; their scores must equal the graph's. */
  function countConverted(count, make, scores, byFormat, options) {
    const next = uniform(21);
    let converted = 0;
    for (let i = 0; i < count; i++) {
      const model = disturb(make(i), next);
      const error = survive(writeOnnx(model), options);
      if (error) continue;
      assertClose(byFormat(convert(model, options)), scores(model), `graph ${i}`, 1e-5);
      converted++;
    }
    return converted;
  }

  test("NCF is refused or converted correctly", () => {
    const parts = [{}, { gmf: false }, { mlp: false }];
    const styles = Object.keys(STYLES);
    const converted = countConverted(
      3000,
      (i) =>
        neumf({
          style: styles[i % 2],
          norm: ["", "before", "after"][i % 5] ?? "",
          ...parts[i % 3],
          seed: i + 1,
        }),
      scoresOfPairs,
      scoresByFormat,
    );
    assert.ok(converted > 300, `${converted}`);
  });

  test("an autoencoder is refused or converted correctly", () => {
    const make = (i) =>
      autoencoder({
        widths: [12, 4, 4, 12],
        activations: ["Tanh", "", i % 2 ? "Sigmoid" : ""],
        norm: i % 3 ? undefined : L2.LpNormalization,
        seed: i + 1,
      });
    const scores = (model) => runOnnx(model, { x: { shape: [1, 12], values: HISTORY } }).values;
    const byFormat = (blueprint) => autoencoderScores(blueprint, HISTORY);
    const options = { kind: "autoencoder" };
    const converted = countConverted(2000, make, scores, byFormat, options);
    assert.ok(converted > 300, `${converted}`);
  });
});

const TORCH = `
import json, sys, torch, torch.nn as nn
class NeuMF(nn.Module):
  def __init__(self, item_first, mlp_first):
    super().__init__()
    self.item_first, self.mlp_first = item_first, mlp_first
    self.a, self.b = nn.Embedding(7, 4), nn.Embedding(9, 4)
    self.c, self.d = nn.Embedding(7, 5), nn.Embedding(9, 3)
    first = [nn.Dropout(0.1), nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU()]
    self.mlp = nn.Sequential(*first, nn.Linear(8, 3), nn.ReLU(), nn.BatchNorm1d(3))
    self.out = nn.Linear(7, 1)
  def forward(self, user, item):
    sides = [self.c(user), self.d(item)]
    x = torch.cat(sides[::-1] if self.item_first else sides, dim=-1)
    parts = [self.a(user) * self.b(item), self.mlp(x)]
    joined = torch.cat(parts[::-1] if self.mlp_first else parts, dim=-1)
    return torch.sigmoid(self.out(joined)).squeeze()
class MF(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.Embedding(7, 4), nn.Embedding(9, 4)
    self.c, self.d, self.e = nn.Embedding(7, 1), nn.Embedding(9, 1), nn.Parameter(torch.ones(1))
  def forward(self, user, item):
    product = (self.a(user) * self.b(item)).sum(1)
    return product + self.c(user).squeeze() + self.d(item).squeeze() + self.e
class VAE(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b = nn.Linear(12, 8), nn.Linear(8, 8)
    self.c, self.d = nn.Linear(4, 6), nn.Linear(6, 12)
  def forward(self, x):
    mean, _ = self.b(torch.tanh(self.a(nn.functional.normalize(x)))).chunk(2, dim=1)
    return self.d(torch.tanh(self.c(mean)))
folder, opset = sys.argv[1], int(sys.argv[2])
torch.manual_seed(1)
pairs = torch.tensor([[u, i] for u in range(7) for i in range(9)])
history = torch.zeros(1, 12); history[0, [1, 4, 5, 11]] = 1
def write(name, model, inputs, names):
  for module in model.modules():
    if isinstance(module, nn.BatchNorm1d):
      for tensor in (module.weight, module.bias, module.running_mean): nn.init.normal_(tensor)
      nn.init.uniform_(module.running_var, 0.5, 2)
  model.eval()
  options = {"opset_version": opset, "dynamic_axes": {n: [0] for n in names}}
  torch.onnx.export(model, inputs, f"{folder}/{name}.onnx", input_names=names, **options)
  doubles = [i.double() if i.is_floating_point() else i for i in inputs]
  with torch.no_grad(): return model.double()(*doubles).reshape(-1).tolist()
answers = {}
ids = (pairs[:, 0], pairs[:, 1])
for first in (False, True):
  for join in (False, True):
    name = f"neumf-{first}-{join}"
    answers[name] = write(name, NeuMF(first, join), ids, ["user", "item"])
answers["mf"] = write("mf", MF(), ids, ["user", "item"])
answers["vae"] = write("vae", VAE(), (history,), ["x"])
json.dump(answers, open(f"{folder}/answers.json", "w"))
`;

const { skip, python } = pythonWith(
  "a torch that can export",
  "import torch.onnx, torch.onnx.utils",
);

describe("files written by torch.onnx.export", { skip }, () => {
  for (const opset of [11, 17]) {
    test(`opset ${opset}`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), "pocketrec-onnx-"));
      try {
        execFileSync(python, ["-c", TORCH, folder, String(opset)], {
          stdio: ["ignore", "ignore", "pipe"],
        });
      } catch (error) {
        rmSync(folder, { recursive: true });
        return t.skip(
          `this torch cannot export: ${String(error.stderr).trim().split("\n").at(-1)}`,
        );
      }
      const answers = JSON.parse(readFileSync(join(folder, "answers.json"), "utf8"));
      for (const [name, expected] of Object.entries(answers)) {
        const blueprint = onnxLayout(readOnnx(readFileSync(join(folder, `${name}.onnx`))), {});
        const found =
          name === "vae" ? autoencoderScores(blueprint, HISTORY) : scoresByFormat(blueprint);
        assertClose(found, expected, name, TOLERANCE);
      }
      rmSync(folder, { recursive: true });
    });
  }
});
