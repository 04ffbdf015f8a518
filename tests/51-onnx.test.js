// ONNX: files of every dtype, graphs of NCF, autoencoders and towers as their exporters write them, each held against the
// graph itself in float64, and files that are broken or mean harm.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { readOnnx } from "../js/convert/onnx.js";
import { onnxLayout } from "../js/convert/layouts/onnx.js";
import { PocketrecError } from "../js/errors.js";
import { assertClose } from "./lib/assert-close.js";
import { ACTIVATIONS } from "./lib/autoencoder.js";
import { BFLOAT16, BOOL, DOUBLE, FLOAT, HALF, INT32, INT64, INT8, UINT8, writeOnnx } from "./lib/onnx.js";
import { runOnnx } from "./lib/onnx-run.js";
import { normal, uniform } from "./lib/random.js";
import { referenceLogits, row, sigmoid } from "./lib/reference.js";

const USERS = 7, ITEMS = 9, TOLERANCE = 1e-6;

/** A graph in the making: operators give the name of their output, weights are random. */
function sketch(seed = 1) {
  const next = normal(seed), nodes = [], tensors = {};
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  return {
    nodes, tensors,
    op(op, inputs, attributes = {}) {
      nodes.push({ op, inputs, outputs: [`${op}_${nodes.length}`], attributes });
      return nodes.at(-1).outputs[0];
    },
    weight(name, ...shape) {
      tensors[name] = { shape, values: Float32Array.from({ length: size(shape) }, () => 0.5 * next()) };
      return name;
    },
    positive(name, ...shape) {
      tensors[name] = { shape, values: Float32Array.from({ length: size(shape) }, () => 0.5 + Math.abs(next())) };
      return name;
    },
    sizes(name, ...values) {
      tensors[name] = { shape: [values.length], values, type: INT64 };
      return name;
    },
    number(name, value) {
      tensors[name] = { shape: [], values: Float32Array.of(value) };
      return name;
    },
    model: (inputs, output) => ({ inputs, outputs: [output], nodes, tensors }),
  };
}

/** Ids as torch and as Keras take them. */
const flat = (name) => ({ name, shape: [null] });
const column = (name) => ({ name, shape: [null, 1] });
const convert = (model, options) => onnxLayout(readOnnx(writeOnnx(model)), options);

/** How the two frameworks write an embedding, a dense layer and batch normalisation. */
const STYLES = {
  "as torch writes it": {
    input: flat,
    embed: (g, name, id, rows, width) => g.op("Gather", [g.weight(name, rows, width), id]),
    dense: (g, name, x, width, out) => g.op("Gemm", [x, g.weight(`${name}.weight`, out, width), g.weight(`${name}.bias`, out)], { transB: 1 }),
    end: (g, x) => g.op("Reshape", [x, g.sizes("all", -1)]),
  },
  "as Keras writes it": {
    input: column,
    embed: (g, name, id, rows, width) => {
      const gathered = g.op("Gather", [g.weight(name, rows, width), g.op("Cast", [id], { to: 6 })]);
      return g.op("Reshape", [gathered, g.sizes(`${name}/shape`, -1, width)]);
    },
    dense: (g, name, x, width, out) => {
      const product = g.op("MatMul", [x, g.weight(`${name}/kernel`, width, out)]), bias = g.weight(`${name}/bias`, out);
      // Either order of the inputs is in use.
      return g.op("Add", width % 2 ? [product, bias] : [bias, product]);
    },
    end: (g, x) => x,
  },
};

function normalise(g, name, x, width) {
  const constants = [g.positive(`${name}.gamma`, width), g.weight(`${name}.beta`, width), g.weight(`${name}.mean`, width), g.positive(`${name}.var`, width)];
  return g.op("BatchNormalization", [x, ...constants], { epsilon: { float: 0.001 } });
}

/** NeuMF, or a part of it, in one of the ways that people write it. */
function neumf({ style, gmf = true, mlp = true, itemFirst = false, mlpFirst = false, norm = "", activation = "Relu", end = "Sigmoid", names = ["user", "item"], seed }) {
  const g = sketch(seed), { input, embed, dense, end: finish } = STYLES[style], [user, item] = names, parts = [];
  if (gmf) {
    const rows = [embed(g, "mf_u", user, USERS, 4), embed(g, "mf_i", item, ITEMS, 4)];
    parts.push([g.op("Mul", itemFirst ? rows.reverse() : rows), 4]);
  }
  if (mlp) {
    const rows = [embed(g, "mlp_u", user, USERS, 5), embed(g, "mlp_i", item, ITEMS, 3)];
    let x = g.op("Concat", itemFirst ? rows.reverse() : rows, { axis: -1 });
    [8, 6, 2].forEach((out, k) => {
      x = dense(g, `dense_${k}`, x, [8, 8, 6][k], out);
      if (norm === "before") x = normalise(g, `norm_${k}`, x, out);
      x = g.op("Dropout", [g.op(activation, [x])]);
      if (norm === "after") x = normalise(g, `norm_${k}`, x, out);
    });
    parts.push([x, 2]);
  }
  if (mlpFirst) parts.reverse();
  const x = parts.length > 1 ? g.op("Concat", parts.map(([name]) => name), { axis: 1 }) : parts[0][0];
  const logit = dense(g, "out", x, parts.reduce((sum, [, width]) => sum + width, 0), 1);
  return g.model([input(user), input(item)], finish(g, end ? g.op(end, [logit]) : logit));
}

/** Every pair's score by the graph. */
function scoresOfPairs(model, [user, item] = ["user", "item"]) {
  const pairs = Array.from({ length: USERS * ITEMS }, (_, i) => [Math.floor(i / ITEMS), i % ITEMS]);
  const rank = model.inputs[0].shape.length, feed = (ids) => ({ shape: rank > 1 ? [ids.length, 1] : [ids.length], values: ids });
  return runOnnx(model, { [user]: feed(pairs.map(([u]) => u)), [item]: feed(pairs.map(([, i]) => i)) }).values;
}

/** The same by docs/format.md. */
function scoresByFormat({ tensors, description }) {
  const known = Object.fromEntries([...tensors].map(([name, { shape, values }]) => [name, { shape, data: values }]));
  const output = description.output === "sigmoid" ? sigmoid : (x) => x;
  return Array.from({ length: USERS }, (_, user) => {
    const vector = [...row(known["gmf.user"], user), ...row(known["mlp.user"], user)];
    return Array.from(referenceLogits(known, vector, Array.from({ length: ITEMS }, (_, i) => i), description.activation), output);
  }).flat();
}

function assertSameScores(model, { names, options } = {}) {
  const blueprint = convert(model, options);
  assertClose(scoresByFormat(blueprint), scoresOfPairs(model, names), blueprint.layout, TOLERANCE);
  return blueprint;
}

describe("GMF, MLP and NeuMF", () => {
  for (const style of Object.keys(STYLES)) {
    for (const norm of ["", "before", "after"]) {
      for (const [itemFirst, mlpFirst] of [[false, false], [true, false], [false, true], [true, true]]) {
        const order = `${itemFirst ? "item" : "user"} first, ${mlpFirst ? "MLP" : "GMF"} first`;
        test(`NeuMF ${style}, ${order}, batch normalisation ${norm ? `${norm} activations` : "nowhere"}`, () => {
          const blueprint = assertSameScores(neumf({ style, itemFirst, mlpFirst, norm }));
          const shapes = Object.fromEntries([...blueprint.tensors].map(([name, { shape }]) => [name, shape]));
          assert.equal(blueprint.kind, "neumf");
          assert.deepEqual(blueprint.description, { activation: "relu", output: "sigmoid" });
          assert.deepEqual(shapes, {
            "gmf.user": [USERS, 4], "gmf.item": [ITEMS, 4], "mlp.user": [USERS, 5], "mlp.item": [ITEMS, 3],
            "mlp.layers.0.weight": [8, 8], "mlp.layers.0.bias": [8], "mlp.layers.1.weight": [6, 8], "mlp.layers.1.bias": [6],
            "mlp.layers.2.weight": [2, 6], "mlp.layers.2.bias": [2], "output.weight": [1, 6], "output.bias": [1],
          });
        });
      }
    }

    test(`GMF ${style}`, () => {
      const blueprint = assertSameScores(neumf({ style, mlp: false }));
      assert.deepEqual([...blueprint.tensors.keys()], ["gmf.user", "gmf.item", "output.weight", "output.bias"]);
      assert.equal(blueprint.kind, "gmf");
    });

    test(`MLP ${style}, without a sigmoid`, () => {
      const model = neumf({ style, gmf: false, activation: "Tanh", end: "" }), blueprint = assertSameScores(model);
      assert.equal(blueprint.kind, "mlp");
      assert.deepEqual(blueprint.description, { activation: "tanh", output: "identity" });
      assert.match(blueprint.notes.join(), /ends without a sigmoid/);
      assert.equal(convert(model, { output: "sigmoid" }).description.output, "sigmoid");
    });
  }

  test("all weights are accounted for", () => {
    const model = neumf({ style: "as torch writes it" });
    model.tensors.leftover = { shape: [2], values: Float32Array.of(1, 2) };
    const { used, left } = convert(model);
    assert.deepEqual([...left], [["leftover", "the scores do not depend on it"]]);
    assert.deepEqual([...used, "leftover"].sort(), Object.keys(model.tensors).sort());
  });

  test("a dot product with biases of user, item and all: one more column, and item.bias", () => {
    const g = sketch(3), table = (name, id, rows, width) => g.op("Gather", [g.weight(name, rows, width), id]);
    const dot = g.op("ReduceSum", [g.op("Mul", [table("u", "user", USERS, 4), table("i", "item", ITEMS, 4)]), g.sizes("axis", 1)], { keepdims: 0 });
    const user = g.op("Squeeze", [table("ub", "user", USERS, 1), g.sizes("last", -1)]);
    const item = g.op("Reshape", [table("ib", "item", ITEMS, 1), g.sizes("flat", -1)]);
    const logit = g.op("Add", [g.op("Add", [g.op("Add", [dot, user]), item]), g.weight("b", 1)]);
    const blueprint = assertSameScores(g.model([flat("user"), flat("item")], logit));
    assert.deepEqual([...blueprint.tensors].map(([name, { shape }]) => `${name} ${shape}`), [
      `gmf.user ${USERS},5`, `gmf.item ${ITEMS},5`, "output.weight 1,5", "output.bias 1", `item.bias ${ITEMS}`,
    ]);
    assert.deepEqual([...blueprint.tensors.get("output.weight").values], [1, 1, 1, 1, 1]);
  });

  test("a dot product as a row by a column", () => {
    const g = sketch(4), table = (name, id, rows) => g.op("Gather", [g.weight(name, rows, 4), id]);
    const turned = g.op("Transpose", [table("i", "item", ITEMS)], { perm: [0, 2, 1] });
    const dot = g.op("MatMul", [table("u", "user", USERS), turned]);
    const blueprint = assertSameScores(g.model([column("user"), column("item")], g.op("Sigmoid", [g.op("Flatten", [dot])])));
    assert.equal(blueprint.kind, "gmf");
  });

  test("two towers and the cosine between them: tables of what the towers say of each id", () => {
    const g = sketch(5), { embed, dense } = STYLES["as torch writes it"];
    const [u, i] = [["user", USERS], ["item", ITEMS]].map(([id, rows]) => {
      const x = g.op("Tanh", [dense(g, `${id}_0`, embed(g, id[0], id, rows, 5), 5, 6)]);
      return g.op("LpNormalization", [dense(g, `${id}_1`, x, 6, 4)], { axis: 1 });
    });
    const dot = g.op("ReduceSum", [g.op("Mul", [u, i]), g.sizes("axis", -1)]);
    const blueprint = assertSameScores(g.model([flat("user"), flat("item")], dot));
    assert.deepEqual(blueprint.tensors.get("gmf.item").shape, [ITEMS, 4]);
  });

  test("one-hot vectors by matrices are embeddings", () => {
    const g = sketch(6), { dense } = STYLES["as torch writes it"];
    const rows = [["user", USERS, 4], ["item", ITEMS, 3]].map(([id, count, width]) => g.op("MatMul", [id, g.weight(`of ${id}`, count, width)]));
    const hidden = g.op("Relu", [dense(g, "a", g.op("Concat", rows, { axis: 1 }), 7, 5)]);
    const model = g.model([{ name: "user", shape: [null, USERS] }, { name: "item", shape: [null, ITEMS] }], g.op("Sigmoid", [dense(g, "b", hidden, 5, 1)]));
    const oneHot = (size, at) => Array.from({ length: size }, (_, i) => Number(i === at));
    const pairs = Array.from({ length: USERS * ITEMS }, (_, i) => [Math.floor(i / ITEMS), i % ITEMS]);
    const { values } = runOnnx(model, {
      user: { shape: [pairs.length, USERS], values: pairs.flatMap(([u]) => oneHot(USERS, u)) },
      item: { shape: [pairs.length, ITEMS], values: pairs.flatMap(([, i]) => oneHot(ITEMS, i)) },
    });
    const blueprint = convert(model);
    assert.equal(blueprint.kind, "mlp");
    assertClose(scoresByFormat(blueprint), values, "one-hot", TOLERANCE);
  });

  test("who is the user: inputs' names, tables' names, the number of items, or the first input", () => {
    const style = "as torch writes it", rowsOf = (model, options) => convert(model, options).tensors.get("gmf.item").shape[0];
    assert.equal(rowsOf(neumf({ style, names: ["movie_id", "customer"] })), USERS);
    const anonymous = neumf({ style, names: ["a", "b"] });
    assert.equal(rowsOf(anonymous), ITEMS);
    assert.match(convert(anonymous).notes.join(), /first input, "a", is taken for the user/);
    assert.equal(rowsOf(anonymous, { items: USERS }), USERS);
    assert.throws(() => convert(anonymous, { items: 100 }), { code: "bad-argument", subject: "items" });
    const renamed = JSON.parse(JSON.stringify(anonymous).replaceAll("mf_u", "product_table"), (_, value) => value);
    Object.assign(renamed.tensors, anonymous.tensors, { product_table: anonymous.tensors.mf_u });
    assert.equal(rowsOf(renamed), USERS);
  });
});

/** Layers n -> ... -> n, each with an activation or none. */
function autoencoder({ widths, activations, norm, seed = 8, style = "as torch writes it" }) {
  const g = sketch(seed), { dense } = STYLES[style];
  let x = norm ? norm(g, "x") : "x";
  activations.forEach((activation, k) => {
    x = dense(g, `layer_${k}`, x, widths[k], widths[k + 1]);
    if (activation) x = g.op(activation, [x]);
  });
  return g.model([{ name: "x", shape: [null, widths[0]] }], x);
}

/** Scores of one history by docs/format.md. */
function autoencoderScores({ tensors, description: { activation, output, input } }, x) {
  const layers = [...tensors.keys()].filter((name) => name.endsWith(".weight")).map((name) => name.slice(0, -7));
  const length = Math.hypot(...x);
  let z = input.normalize === "l2" ? x.map((value) => value / length) : x;
  layers.forEach((name, k) => {
    z = affine(tensors.get(`${name}.weight`), tensors.get(`${name}.bias`), z);
    if (k < layers.length - 1) z = z.map(ACTIVATIONS[activation[k]]);
  });
  return outputOf(output, z);
}

function affine({ shape: [out, width], values }, bias, z) {
  assert.equal(z.length, width);
  return Array.from({ length: out }, (_, o) => z.reduce((sum, value, i) => sum + value * values[o * width + i], bias?.values[o] ?? 0));
}

function outputOf(output, raw) {
  if (output !== "softmax") return raw.map(ACTIVATIONS[output]);
  const sum = raw.reduce((total, value) => total + Math.exp(value), 0);
  return raw.map((value) => Math.exp(value) / sum);
}

const HISTORY = Array.from({ length: 12 }, (_, i) => Number([1, 4, 5, 11].includes(i)));

function assertSameAutoencoder(model, options) {
  const blueprint = convert(model, options);
  assertClose(autoencoderScores(blueprint, HISTORY), runOnnx(model, { x: { shape: [1, 12], values: HISTORY } }).values, blueprint.layout, TOLERANCE);
  return blueprint;
}

const L2 = {
  "LpNormalization": (g, x) => g.op("LpNormalization", [x], { axis: 1 }),
  "x / ReduceL2, as torch has it": (g, x) => {
    const length = g.op("Clip", [g.op("ReduceL2", [x], { axes: [1], keepdims: 1 }), g.number("least", 1e-12)]);
    return g.op("Div", [x, length]);
  },
  "squares, root and inverse, as Keras has it": (g, x) => {
    const squares = g.op("ReduceSum", [g.op("Mul", [x, x]), g.sizes("axis", -1)]);
    return g.op("Mul", [x, g.op("Reciprocal", [g.op("Sqrt", [g.op("Max", [squares, g.number("least", 1e-12)])])])]);
  },
};

describe("autoencoders", () => {
  test("one hidden layer", () => {
    const blueprint = assertSameAutoencoder(autoencoder({ widths: [12, 5, 12], activations: ["Sigmoid", "Sigmoid"] }));
    assert.equal(blueprint.kind, "autoencoder");
    assert.deepEqual(blueprint.description, { activation: ["sigmoid"], output: "sigmoid", input: { values: "binary", normalize: "none" } });
    assert.deepEqual([...blueprint.tensors.keys()], ["encoder.0.weight", "encoder.0.bias", "decoder.0.weight", "decoder.0.bias"]);
  });

  test("every activation, and the narrowest layer is the last of the encoder", () => {
    const model = autoencoder({ widths: [12, 8, 6, 4, 7, 5, 12], activations: ["Relu", "", "Elu", "Selu", "Tanh", ""], style: "as Keras writes it" });
    const blueprint = assertSameAutoencoder(model);
    assert.deepEqual(blueprint.description.activation, ["relu", "identity", "elu", "selu", "tanh"]);
    assert.deepEqual([...blueprint.tensors.keys()].filter((name) => name.endsWith("weight")),
      ["encoder.0.weight", "encoder.1.weight", "encoder.2.weight", "decoder.0.weight", "decoder.1.weight", "decoder.2.weight"]);
  });

  for (const [name, norm] of Object.entries(L2)) {
    test(`Mult-DAE: ${name}`, () => {
      const blueprint = assertSameAutoencoder(autoencoder({ widths: [12, 5, 12], activations: ["Tanh", "Softmax"], norm }));
      assert.equal(blueprint.kind, "mult-dae");
      assert.equal(blueprint.description.input.normalize, "l2");
      assert.equal(blueprint.description.output, "softmax");
    });
  }

  test("the mean path of a Mult-VAE, whose encoder ends in means and variances", () => {
    const g = sketch(9), { dense } = STYLES["as torch writes it"];
    const both = dense(g, "b", g.op("Tanh", [dense(g, "a", L2.LpNormalization(g, "x"), 12, 8)]), 8, 10);
    const mean = g.op("Slice", [both, g.sizes("from", 0), g.sizes("to", 5), g.sizes("axes", 1)]);
    const x = dense(g, "d", g.op("Tanh", [dense(g, "c", mean, 5, 8)]), 8, 12);
    const blueprint = assertSameAutoencoder(g.model([{ name: "x", shape: [null, 12] }], x));
    assert.deepEqual(blueprint.tensors.get("encoder.1.weight").shape, [5, 8]);
    assert.deepEqual(blueprint.description.activation, ["tanh", "identity", "tanh"]);
  });

  test("batch normalisation before and after activations", () => {
    const g = sketch(10), { dense } = STYLES["as Keras writes it"];
    const hidden = normalise(g, "two", g.op("Relu", [normalise(g, "one", dense(g, "a", "x", 12, 5), 5)]), 5);
    assertSameAutoencoder(g.model([{ name: "x", shape: [null, 12] }], g.op("Sigmoid", [normalise(g, "three", dense(g, "b", hidden, 5, 12), 12)])));
  });

  test("U-AutoRec, where the person says so", () => {
    const model = autoencoder({ widths: [12, 5, 12], activations: ["Sigmoid", ""] }), blueprint = assertSameAutoencoder(model, { kind: "autorec-user" });
    assert.equal(blueprint.kind, "autorec-user");
    assert.equal(blueprint.description.input.values, "rating");
    assert.throws(() => convert(model, { kind: "autorec-item" }), { code: "bad-argument", subject: "kind" });
  });

  test("other sizes are refused by what was seen", () => {
    assert.throws(() => convert(autoencoder({ widths: [12, 5, 8], activations: ["Relu", ""] })), { code: "unsupported", found: "12 -> 5 -> 8" });
    assert.throws(() => convert(autoencoder({ widths: [12, 12], activations: [""] })), { code: "unsupported", found: "12 -> 12" });
    assert.throws(() => convert(autoencoder({ widths: [12, 5, 1], activations: ["Relu", "Sigmoid"] })), { code: "unsupported", found: /^1 numbers of 1 inputs/ });
  });
});

/** The mean of a list's embeddings, through a tower, to a score an item. */
function watcher({ mask = true, activation = "Relu", end, seed = 11 }) {
  const g = sketch(seed), { dense } = STYLES["as torch writes it"], rows = g.op("Gather", [g.weight("movies", 12, 4), "seen"]);
  let x;
  if (mask) {
    const zero = { shape: [], values: [0], type: INT64 };
    g.tensors.zero = zero;
    const real = g.op("Unsqueeze", [g.op("Cast", [g.op("Not", [g.op("Equal", ["seen", "zero"])])], { to: 1 }), g.sizes("end", -1)]);
    const sum = g.op("ReduceSum", [g.op("Mul", [rows, real]), g.sizes("list", 1)], { keepdims: 0 });
    x = g.op("Div", [sum, g.op("Clip", [g.op("ReduceSum", [real, "list"], { keepdims: 0 }), g.number("one", 1)])]);
  } else x = g.op("ReduceMean", [rows], { axes: [1], keepdims: 0 });
  if (activation) x = g.op(activation, [dense(g, "a", x, 4, 5)]);
  x = dense(g, "b", x, activation ? 5 : 4, 12);
  return g.model([{ name: "seen", shape: [null, null] }], end ? g.op(end, [x]) : x);
}

describe("candidates", () => {
  for (const activation of ["Relu", "Tanh", "Sigmoid", "Selu", "Elu", ""]) {
    for (const [mask, end] of [[true, undefined], [false, "Softmax"]]) {
      test(`a list of items, ${mask ? "masked" : "whole"}, tower ${activation || "of none"}, ${end ?? "no softmax"}`, () => {
        const model = watcher({ activation, mask, end }), blueprint = convert(model), { tensors, description } = blueprint;
        const list = mask ? [3, 7, 0, 2, 0] : [3, 7, 2];
        const { values } = runOnnx(model, { seen: { shape: [1, list.length], values: list } });
        const seen = list.filter((id) => !mask || id !== 0), table = tensors.get("watch.embedding");
        const mean = Array.from({ length: 4 }, (_, x) => seen.reduce((sum, id) => sum + table.values[id * 4 + x] / seen.length, 0));
        const vector = affine(tensors.get("tower.0.weight"), tensors.get("tower.0.bias"), mean).map(ACTIVATIONS[description.activation[0]]);
        assertClose(outputOf(description.output, affine(tensors.get("item.embedding"), undefined, vector)), values, "scores", TOLERANCE);
        assert.equal(blueprint.kind, "candidates");
        const watch = { name: "watch", kind: "categorical", several: true, ids: "items", from: "history", table: "watch" };
        assert.deepEqual(description.features, [mask ? { ...watch, padding: 0 } : watch]);
      });
    }
  }

  test("a user's id is no history: the table of users stays at home", () => {
    const g = sketch(12), { dense, embed } = STYLES["as torch writes it"];
    const x = dense(g, "b", g.op("Relu", [dense(g, "a", embed(g, "u", "user", USERS, 4), 4, 5)]), 5, ITEMS);
    assert.throws(() => convert(g.model([flat("user")], x)), { code: "unsupported", expected: "a person's history as the input", found: /"user"/ });
  });
});

/** One operator more somewhere in a graph, on whatever values there are. */
function disturb(model, next) {
  const pick = (list) => list[Math.floor(next() * list.length)], at = Math.floor(next() * model.nodes.length), target = model.nodes[at];
  const tensors = {
    ...model.tensors, one: { shape: [1], values: [1], type: INT64 }, last: { shape: [1], values: [-1], type: INT64 },
    half: { shape: [], values: [0.5] }, "half of one": { shape: [1], values: [0.5] }, "half of two": { shape: [1, 1], values: [0.5] },
    four: { shape: [4], values: [1, 2, 3, 4] }, "four of two": { shape: [4, 1], values: [1, 2, 3, 4] },
  };
  const [op, attributes] = pick(STRANGE), old = pick(target.inputs);
  const second = pick([...Object.keys(tensors).slice(-7), ...model.nodes.slice(0, at).flatMap(({ outputs }) => outputs)]);
  const several = op === "BatchNormalization" ? [old, "four", "four", "four", "four"] : next() < 0.8 ? [old, second] : [second, old];
  const node = { op, attributes, inputs: BINARY.includes(op) ? several : [old], outputs: ["strange"] };
  const changed = { ...target, inputs: target.inputs.map((name) => (name === old ? "strange" : name)) };
  return { ...model, tensors, nodes: [...model.nodes.slice(0, at), node, changed, ...model.nodes.slice(at + 1)] };
}

const BINARY = ["Add", "Sub", "Mul", "Div", "Max", "MatMul", "Concat", "Squeeze", "Unsqueeze", "ReduceSum", "Gemm", "BatchNormalization"];
const STRANGE = [
  ...["Add", "Sub", "Mul", "Div", "Max", "MatMul", "Gemm", "Squeeze", "Unsqueeze", "BatchNormalization", "Identity", "Relu", "Tanh"].map((op) => [op, {}]),
  ["Flatten", {}], ["Softmax", {}], ["Sqrt", {}], ["LpNormalization", { axis: -1 }], ["ReduceSum", { keepdims: 0 }], ["ReduceSum", {}],
  ["Concat", { axis: 1 }], ["Concat", { axis: -1 }], ["Concat", { axis: 0 }], ["Transpose", { perm: [1, 0] }], ["Transpose", { perm: [0, 2, 1] }],
  ["ReduceMean", { axes: [1], keepdims: 0 }], ["ReduceMean", { axes: [-1] }], ["ReduceL2", { axes: [1] }],
];

describe("a graph with an operator in it that has no business there", () => {
  /** Gives how many graphs were taken: those must say what the graph says. */
  function takenOf(count, make, scores, byFormat) {
    const next = uniform(21);
    let taken = 0;
    for (let i = 0; i < count; i++) {
      const model = disturb(make(i), next), error = survive(writeOnnx(model));
      if (error) continue;
      assertClose(byFormat(convert(model)), scores(model), `graph ${i}`, 1e-5);
      taken++;
    }
    return taken;
  }

  test("NCF is refused or converted right", () => {
    const parts = [{}, { gmf: false }, { mlp: false }], styles = Object.keys(STYLES);
    const taken = takenOf(3000, (i) => neumf({ style: styles[i % 2], norm: ["", "before", "after"][i % 5] ?? "", ...parts[i % 3], seed: i + 1 }), scoresOfPairs, scoresByFormat);
    assert.ok(taken > 300, `${taken}`);
  });

  test("an autoencoder is refused or converted right", () => {
    const make = (i) => autoencoder({ widths: [12, 4, 4, 12], activations: ["Tanh", "", i % 2 ? "Sigmoid" : ""], norm: i % 3 ? undefined : L2.LpNormalization, seed: i + 1 });
    const scores = (model) => runOnnx(model, { x: { shape: [1, 12], values: HISTORY } }).values;
    const taken = takenOf(2000, make, scores, (blueprint) => autoencoderScores(blueprint, HISTORY));
    assert.ok(taken > 300, `${taken}`);
  });
});

describe("what is refused, by name", () => {
  const one = (nodes, tensors = {}, outputs = ["y"]) => ({ inputs: [{ name: "x", shape: [null, 4] }], outputs, nodes, tensors });
  const node = (op, inputs, outputs, attributes, domain) => ({ op, inputs, outputs, attributes, domain });

  const refused = {
    "an unknown operator": [one([node("Conv", ["x"], ["y"])]), "unsupported", /^Conv "y": .*They are Add, BatchNormalization, /],
    "an operator of another domain": [one([node("Gemm", ["x"], ["y"], {}, "com.example")]), "unsupported", /^com\.example\.Gemm "y"/],
    "LeakyRelu": [one([node("LeakyRelu", ["x"], ["y"])]), "unsupported", /^LeakyRelu "y"/],
    "a name that every object has": [one([node("constructor", ["x"], ["y"])]), "unsupported", /^constructor "y"/],
    "a branch": [one([node("If", ["x"], ["y"], { then_branch: { graph: one([]) } })]), "unsupported", /^If "y": .*a subgraph/],
    "weights in another file": [one([], { w: { shape: [4], external: "/etc/passwd" } }, ["w"]), "unsupported", /^"w": .*save_as_external_data=False/],
    "a cycle": [one([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])], {}, ["b"]), "bad-header", /a cycle through it/],
    "a self-loop": [one([node("Relu", ["y"], ["y"])]), "bad-header", /^Relu "y": .*cycle/],
    "an input from nowhere": [one([node("Add", ["x", "z"], ["y"])]), "bad-header", /^"z": .*from nowhere/],
    "an output from nowhere": [one([]), "bad-header", /^"y": .*from nowhere/],
    "an output made twice": [one([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]), "bad-header", /^"y": .*it twice/],
    "an input made again": [one([node("Relu", ["x"], ["x"])], {}, ["x"]), "bad-header", /^"x": .*it twice/],
    "a size of 2^40": [one([], { w: { shape: [2 ** 40], values: [] } }, ["w"]), "bad-shape", /^"w": expected 1099511627776 values/],
    "sizes whose product overflows": [one([], { w: { shape: [2 ** 40, 2 ** 40], values: [] } }, ["w"]), "bad-shape", /^"w"/],
    "a negative size": [one([], { w: { shape: [-1, 4], values: [1, 2, 3, 4] } }, ["w"]), "bad-shape", /^"w"/],
    "data of another size": [one([], { w: { shape: [4], raw: new Uint8Array(15) } }, ["w"]), "bad-shape", /15 bytes/],
    "many axes": [one([], { w: { shape: new Array(9).fill(1), values: [1] } }, ["w"]), "bad-shape", /^"w"/],
    "text": [one([], { w: { shape: [1], values: [], type: 8, raw: new Uint8Array(1) } }, ["w"]), "bad-dtype", /^"w": .*DataType 8/],
    "an output that is a constant": [one([], { w: { shape: [1], values: [1] } }, ["w"]), "unsupported", /a constant/],
    "an input that is the output": [one([], {}, ["x"]), "unsupported", /./],
    "a matrix of another width": [one([node("MatMul", ["x", "w"], ["y"])], { w: { shape: [3, 2], values: new Array(6).fill(1) } }), "bad-shape", /^MatMul "y"/],
    "a Dropout that is training": [one([node("Dropout", ["x", "", "t"], ["y"])], { t: { shape: [], values: [1] } }), "unsupported", /evaluation mode/],
    "numbers that are rounded": [one([node("Relu", ["x"], ["a"]), node("Cast", ["a"], ["y"], { to: 7 })]), "unsupported", /^Cast "y"/],
    "a batch that is turned": [one([node("Transpose", ["x"], ["y"])]), "unsupported", /^Transpose "y"/],
    "more nodes than a score needs": [one(Array.from({ length: 400 }, (_, i) => node("Relu", [i ? `n${i - 1}` : "x"], [i < 399 ? `n${i}` : "y"]))), "too-large", /400/],
    "a value doubled sixty times": [one(Array.from({ length: 60 }, (_, i) => node("Concat", i ? [`n${i - 1}`, `n${i - 1}`] : ["x", "x"], [i < 59 ? `n${i}` : "y"], { axis: 1 }))), "too-large", /./],
    "a sum doubled sixty times": [one(Array.from({ length: 60 }, (_, i) => node("Add", i ? [`n${i - 1}`, `n${i - 1}`] : ["x", "x"], [i < 59 ? `n${i}` : "y"]))), "too-large", /./],
  };
  for (const [what, [model, code, message]] of Object.entries(refused)) {
    test(what, () => {
      assert.throws(() => convert(model), (error) => {
        assert.ok(error instanceof PocketrecError, error.stack);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("a name given twice to weights", () => {
    const bytes = Buffer.from(writeOnnx(one([], { ww: { shape: [1], values: [1] }, vv: { shape: [1], values: [2] } }, ["ww"])));
    bytes.set(Buffer.from("ww"), bytes.indexOf("vv"));
    assert.throws(() => readOnnx(bytes), { code: "duplicate-tensor", subject: '"ww"' });
  });

  test("what is not an ONNX model at all", () => {
    for (const text of ["", "hello", "<!doctype html><p>Not found", "PK\u0003\u0004", "{}"]) {
      assert.throws(() => readOnnx(new TextEncoder().encode(text)), { code: "unknown-format" }, text);
    }
  });

  test("other formats are another layout's", () => {
    assert.equal(onnxLayout({ format: "torch", tensors: new Map(), classes: new Map(), settings: {} }, {}), undefined);
  });
});

describe("values of every type", () => {
  const stored = {
    "floats, raw": [{ shape: [2, 2], values: [1, -2, 0.5, 3], type: FLOAT }, [1, -2, 0.5, 3]],
    "floats, packed": [{ shape: [4], values: [1, -2, 0.5, 3], type: FLOAT, packed: 4 }, [1, -2, 0.5, 3]],
    "doubles, raw": [{ shape: [2], values: [0.1, -1e10], type: DOUBLE }, [Math.fround(0.1), -1e10]],
    "doubles, packed": [{ shape: [2], values: [0.1, -4], type: DOUBLE, packed: 10 }, [Math.fround(0.1), -4]],
    "whole numbers of 64 bits, raw": [{ shape: [3], values: [1, -1, 70000], type: INT64 }, [1, -1, 70000]],
    "whole numbers of 64 bits, packed": [{ shape: [3], values: [1, -1, 70000], type: INT64, packed: 7 }, [1, -1, 70000]],
    "whole numbers of 32 bits, raw": [{ shape: [2], values: [-5, 5], type: INT32 }, [-5, 5]],
    "whole numbers of 32 bits, packed": [{ shape: [2], values: [-5, 5], type: INT32, packed: 5 }, [-5, 5]],
    "bytes with a sign": [{ shape: [2], values: [-128, 127], type: INT8 }, [-128, 127]],
    "bytes with a sign, packed": [{ shape: [2], values: [-128, 127], type: INT8, packed: 5 }, [-128, 127]],
    "bytes": [{ shape: [2], values: [0, 255], type: UINT8 }, [0, 255]],
    "true and false": [{ shape: [2], values: [0, 1], type: BOOL }, [0, 1]],
    "halves, raw": [{ shape: [4], raw: Uint8Array.of(0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0x00, 0x7c), type: HALF }, [1, -2.5, 2 ** -24, Infinity]],
    "halves, packed": [{ shape: [2], values: [0x3c00, 0xc100], type: HALF, packed: 5 }, [1, -2.5]],
    "bfloat16": [{ shape: [2], raw: Uint8Array.of(0x80, 0x3f, 0x20, 0xc0), type: BFLOAT16 }, [1, -2.5]],
    "one number": [{ shape: [], values: [7] }, [7]],
    "none": [{ shape: [0, 3], values: [] }, []],
  };
  for (const [what, [tensor, expected]] of Object.entries(stored)) {
    test(what, () => {
      const { tensors } = readOnnx(writeOnnx({ inputs: [], outputs: ["w"], nodes: [], tensors: { w: tensor } }));
      assert.deepEqual(tensors.get("w").shape, tensor.shape);
      assert.deepEqual([...tensors.get("w").values], expected);
    });
  }

  test("constants are tensors, nodes come in order, and inputs do without the weights among them", () => {
    const node = (op, inputs, outputs, attributes) => ({ op, inputs, outputs, attributes });
    const model = {
      inputs: [{ name: "x", shape: [null, 2] }, { name: "w", shape: [2] }], outputs: ["z"],
      nodes: [node("Add", ["y", "c"], ["z"]), node("Mul", ["x", "w"], ["y"]), node("Constant", [], ["c"], { value: { tensor: { shape: [2], values: [3, 4] } } })],
      tensors: { w: { shape: [2], values: [1, 2] } },
    };
    const { graph, tensors } = readOnnx(writeOnnx(model));
    assert.deepEqual(graph.inputs, [{ name: "x", shape: [null, 2] }]);
    assert.deepEqual(graph.nodes.map(({ op }) => op), ["Mul", "Add"]);
    assert.deepEqual([...tensors.get("c").values], [3, 4]);
  });
});

/** A blueprint, or the one error; anything else is a failure. */
function survive(bytes) {
  try {
    onnxLayout(readOnnx(bytes), {});
  } catch (error) {
    assert.ok(error instanceof PocketrecError, error.stack);
    return error;
  }
}

describe("hostile files", () => {
  const good = writeOnnx(neumf({ style: "as Keras writes it", norm: "after" }));

  test("random bytes are no model", () => {
    const next = uniform(5);
    for (let i = 0; i < 5000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 200) }, () => next() * 256);
      if (i % 3 === 0) bytes.set([0x08, 0x08, 0x3a].slice(0, bytes.length));
      assert.ok(survive(bytes), `file ${i}`);
    }
  });

  test("every truncation", () => {
    // Behind the graph nothing that matters is left; before its end the model is a part of one.
    for (let length = 0; length < good.length; length++) {
      const error = survive(good.subarray(0, length));
      assert.ok(error && ["truncated", "unknown-format"].includes(error.code), `${length}: ${error?.message}`);
    }
  });

  test("every byte flipped", () => {
    for (const change of [0x01, 0x80]) {
      for (let at = 0; at < good.length; at++) {
        const bytes = good.slice();
        bytes[at] ^= change;
        survive(bytes);
      }
    }
  });

  test("graphs of random operators on random names", () => {
    const next = uniform(6), pick = (list) => list[Math.floor(next() * list.length)];
    const base = neumf({ style: "as torch writes it", norm: "before" });
    const { hint } = survive(writeOnnx({ inputs: [], outputs: [], nodes: [{ op: "?", outputs: ["y"] }] }));
    const operators = hint.slice("They are ".length, -1).split(", ");
    for (let i = 0; i < 3000; i++) {
      const names = ["user", "item", ...Object.keys(base.tensors)], nodes = [];
      for (const node of base.nodes) {
        const isChanged = next() < 0.15, op = isChanged ? pick(operators) : node.op;
        const inputs = isChanged || next() < 0.05 ? Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(names)) : node.inputs;
        nodes.push({ ...node, op, inputs, attributes: next() < 0.1 ? { axis: Math.floor(next() * 5) - 2, axes: [1], to: 7, perm: [0, 1], split: [2, 2] } : node.attributes });
        names.push(...node.outputs);
      }
      survive(writeOnnx({ ...base, nodes }));
    }
  });

  test("groups and messages, deeply nested", () => {
    for (const byte of [0x0b, 0x3b, 0x3a, 0x0a]) assert.ok(survive(new Uint8Array(1_000_000).fill(byte)));
    let nested = new Uint8Array(0);
    for (let i = 0; i < 2000; i++) nested = Uint8Array.of(0x3a, ...lengthOf(nested.length), ...nested);
    assert.ok(survive(Uint8Array.of(0x08, 0x08, ...nested)));
  });

  test("a million empty nodes", () => {
    const nodes = Uint8Array.from({ length: 2_000_000 }, (_, i) => (i % 2 ? 0 : 0x0a));
    const error = survive(Buffer.concat([Uint8Array.of(0x08, 0x08, 0x3a, ...lengthOf(nodes.length)), nodes]));
    assert.equal(error.code, "too-large");
    assert.match(error.message, /graph\.node: expected at most 20000/);
  });

  test("matrices that would cost too much to fold", () => {
    // Each weight is small, and so is the file; each product of two of them has sixteen million numbers.
    const g = sketch(), width = 4000, ids = [["u", "user"], ["i", "item"]].map(([name, id]) => g.op("Gather", [g.weight(name, 3, 1), id]));
    let x = g.op("MatMul", [g.op("Concat", ids, { axis: 1 }), g.weight("wide", 2, width)]);
    g.weight("tall", width, 2);
    for (let i = 0; i < 50; i++) x = g.op("MatMul", [g.op("MatMul", [g.op("Relu", [x]), "tall"]), "wide"]);
    const error = survive(writeOnnx(g.model([flat("user"), flat("item")], g.op("MatMul", [x, g.weight("last", width, 1)]))));
    assert.equal(error.code, "too-large");
  });
});

/** A length as protobuf has it. */
function lengthOf(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...lengthOf(Math.floor(value / 128))];
}

const TORCH = `
import json, sys, torch, torch.nn as nn
class NeuMF(nn.Module):
  def __init__(self, item_first, mlp_first):
    super().__init__()
    self.item_first, self.mlp_first = item_first, mlp_first
    self.a, self.b, self.c, self.d = nn.Embedding(7, 4), nn.Embedding(9, 4), nn.Embedding(7, 5), nn.Embedding(9, 3)
    self.mlp = nn.Sequential(nn.Dropout(0.1), nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3), nn.ReLU(), nn.BatchNorm1d(3))
    self.out = nn.Linear(7, 1)
  def forward(self, user, item):
    sides = [self.c(user), self.d(item)]
    parts = [self.a(user) * self.b(item), self.mlp(torch.cat(sides[::-1] if self.item_first else sides, dim=-1))]
    return torch.sigmoid(self.out(torch.cat(parts[::-1] if self.mlp_first else parts, dim=-1))).squeeze()
class MF(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.c, self.d, self.e = nn.Embedding(7, 4), nn.Embedding(9, 4), nn.Embedding(7, 1), nn.Embedding(9, 1), nn.Parameter(torch.ones(1))
  def forward(self, user, item):
    return (self.a(user) * self.b(item)).sum(1) + self.c(user).squeeze() + self.d(item).squeeze() + self.e
class VAE(nn.Module):
  def __init__(self):
    super().__init__()
    self.a, self.b, self.c, self.d = nn.Linear(12, 8), nn.Linear(8, 8), nn.Linear(4, 6), nn.Linear(6, 12)
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
      nn.init.normal_(module.weight); nn.init.normal_(module.bias); nn.init.normal_(module.running_mean); nn.init.uniform_(module.running_var, 0.5, 2)
  model.eval()
  torch.onnx.export(model, inputs, f"{folder}/{name}.onnx", input_names=names, opset_version=opset, dynamic_axes={n: [0] for n in names})
  with torch.no_grad(): return model.double()(*[i.double() if i.is_floating_point() else i for i in inputs]).reshape(-1).tolist()
answers = {}
for first in (False, True):
  for join in (False, True):
    name = f"neumf-{first}-{join}"; answers[name] = write(name, NeuMF(first, join), (pairs[:, 0], pairs[:, 1]), ["user", "item"])
answers["mf"] = write("mf", MF(), (pairs[:, 0], pairs[:, 1]), ["user", "item"])
answers["vae"] = write("vae", VAE(), (history,), ["x"])
json.dump(answers, open(f"{folder}/answers.json", "w"))
`;

/** An interpreter that has torch and can export. */
const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import torch.onnx, torch.onnx.utils"]).status === 0);

describe("files that torch.onnx.export writes", { skip: python ? false : "no Python with torch" }, () => {
  for (const opset of [11, 17]) {
    test(`opset ${opset}`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), "pocketrec-onnx-"));
      try {
        execFileSync(python, ["-c", TORCH, folder, String(opset)], { stdio: ["ignore", "ignore", "pipe"] });
      } catch (error) {
        rmSync(folder, { recursive: true });
        return t.skip(`this torch cannot export: ${String(error.stderr).trim().split("\n").at(-1)}`);
      }
      const answers = JSON.parse(readFileSync(join(folder, "answers.json"), "utf8"));
      for (const [name, expected] of Object.entries(answers)) {
        const blueprint = onnxLayout(readOnnx(readFileSync(join(folder, `${name}.onnx`))), {});
        const found = name === "vae" ? autoencoderScores(blueprint, HISTORY) : scoresByFormat(blueprint);
        assertClose(found, expected, name, TOLERANCE);
      }
      rmSync(folder, { recursive: true });
    });
  }
});
