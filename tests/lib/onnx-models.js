// Graphs of recommenders as exporters write them, with random weights, and the scores of a
// blueprint by docs/format.md, in float64.
import assert from "node:assert/strict";

import { onnxLayout } from "../../cli/convert/layouts/onnx/layout.js";
import { readOnnx } from "../../cli/convert/read/onnx.js";
import { PocketrecError } from "../../js/common/errors.js";
import { assertClose } from "./assert-close.js";
import { ACTIVATIONS } from "./autoencoder.js";
import { INT64, writeOnnx } from "./onnx.js";
import { runOnnx } from "./onnx-run.js";
import { normal } from "./random.js";
import { referenceLogits, row, sigmoid } from "./reference.js";

export const USERS = 7;
export const ITEMS = 9;
export const TOLERANCE = 1e-6;

/** A graph builder: operators return the name of their output, weights are random. */
export function sketch(seed = 1) {
  const next = normal(seed);
  const nodes = [];
  const tensors = {};
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  return {
    nodes,
    tensors,
    op(op, inputs, attributes = {}) {
      nodes.push({ op, inputs, outputs: [`${op}_${nodes.length}`], attributes });
      return nodes.at(-1).outputs[0];
    },
    weight(name, ...shape) {
      tensors[name] = {
        shape,
        values: Float32Array.from({ length: size(shape) }, () => 0.5 * next()),
      };
      return name;
    },
    positive(name, ...shape) {
      tensors[name] = {
        shape,
        values: Float32Array.from({ length: size(shape) }, () => 0.5 + Math.abs(next())),
      };
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
export const flat = (name) => ({ name, shape: [null] });
export const column = (name) => ({ name, shape: [null, 1] });
export const convert = (model, options) => onnxLayout(readOnnx(writeOnnx(model)), options);

/** How the two frameworks write an embedding, a dense layer and batch normalisation. */
export const STYLES = {
  "as torch writes it": {
    input: flat,
    embed: (g, name, id, rows, width) => g.op("Gather", [g.weight(name, rows, width), id]),
    dense: (g, name, x, width, out) =>
      g.op("Gemm", [x, g.weight(`${name}.weight`, out, width), g.weight(`${name}.bias`, out)], {
        transB: 1,
      }),
    end: (g, x) => g.op("Reshape", [x, g.sizes("all", -1)]),
  },
  "as Keras writes it": {
    input: column,
    embed: (g, name, id, rows, width) => {
      const gathered = g.op("Gather", [g.weight(name, rows, width), g.op("Cast", [id], { to: 6 })]);
      return g.op("Reshape", [gathered, g.sizes(`${name}/shape`, -1, width)]);
    },
    dense: (g, name, x, width, out) => {
      const product = g.op("MatMul", [x, g.weight(`${name}/kernel`, width, out)]);
      const bias = g.weight(`${name}/bias`, out);
      // Either order of the inputs is in use.
      return g.op("Add", width % 2 ? [product, bias] : [bias, product]);
    },
    end: (g, x) => x,
  },
};

export function normalise(g, name, x, width) {
  const constants = [
    g.positive(`${name}.gamma`, width),
    g.weight(`${name}.beta`, width),
    g.weight(`${name}.mean`, width),
    g.positive(`${name}.var`, width),
  ];
  return g.op("BatchNormalization", [x, ...constants], { epsilon: { float: 0.001 } });
}

/** NeuMF or a part of it, in one of the usual forms. */
export function neumf({
  style,
  gmf = true,
  mlp = true,
  itemFirst = false,
  mlpFirst = false,
  norm = "",
  activation = "Relu",
  end = "Sigmoid",
  names = ["user", "item"],
  seed,
}) {
  const g = sketch(seed);
  const { input, embed, dense, end: finish } = STYLES[style];
  const [user, item] = names;
  const parts = [];
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
  const blocks = parts.map(([name]) => name);
  const x = parts.length > 1 ? g.op("Concat", blocks, { axis: 1 }) : blocks[0];
  const width = parts.reduce((sum, [, columns]) => sum + columns, 0);
  const logit = dense(g, "out", x, width, 1);
  return g.model([input(user), input(item)], finish(g, end ? g.op(end, [logit]) : logit));
}

/** The scores of all pairs by the graph. */
export function scoresOfPairs(model, [user, item] = ["user", "item"]) {
  const pairs = Array.from({ length: USERS * ITEMS }, (_, i) => [Math.floor(i / ITEMS), i % ITEMS]);
  const rank = model.inputs[0].shape.length;
  const feed = (ids) => ({ shape: rank > 1 ? [ids.length, 1] : [ids.length], values: ids });
  return runOnnx(model, {
    [user]: feed(pairs.map(([u]) => u)),
    [item]: feed(pairs.map(([, i]) => i)),
  }).values;
}

/** The same by docs/format.md. */
export function scoresByFormat({ tensors, description }) {
  const known = Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => [name, { shape, data: values }]),
  );
  const { minimum = -Infinity, maximum = Infinity } = description.clip ? description.rating : {};
  const output = (x) =>
    Math.min(Math.max(description.output === "sigmoid" ? sigmoid(x) : x, minimum), maximum);
  const items = Array.from({ length: ITEMS }, (_, i) => i);
  return Array.from({ length: USERS }, (_, user) => {
    const vector = [...row(known["gmf.user"], user), ...row(known["mlp.user"], user)];
    return Array.from(referenceLogits(known, vector, items, description.activation), output);
  }).flat();
}

export function assertSameScores(model, { names, options } = {}) {
  const blueprint = convert(model, options);
  assertClose(scoresByFormat(blueprint), scoresOfPairs(model, names), blueprint.layout, TOLERANCE);
  return blueprint;
}

/** Layers n -> ... -> n, each with an activation or none. */
export function autoencoder({ widths, activations, norm, seed = 8, style = "as torch writes it" }) {
  const g = sketch(seed);
  const { dense } = STYLES[style];
  let x = norm ? norm(g, "x") : "x";
  activations.forEach((activation, k) => {
    x = dense(g, `layer_${k}`, x, widths[k], widths[k + 1]);
    if (activation) x = g.op(activation, [x]);
  });
  return g.model([{ name: "x", shape: [null, widths[0]] }], x);
}

/** Scores of one history by docs/format.md. */
export function autoencoderScores({ tensors, description: { activation, output, input } }, x) {
  const layers = [...tensors.keys()]
    .filter((name) => name.endsWith(".weight"))
    .map((name) => name.slice(0, -7));
  const length = Math.hypot(...x);
  let z = input.normalize === "l2" ? x.map((value) => value / length) : x;
  layers.forEach((name, k) => {
    z = affine(tensors.get(`${name}.weight`), tensors.get(`${name}.bias`), z);
    if (k < layers.length - 1) z = z.map(ACTIVATIONS[activation[k]]);
  });
  return outputOf(output, z);
}

export function affine({ shape: [out, width], values }, bias, z) {
  assert.equal(z.length, width);
  return Array.from({ length: out }, (_, o) =>
    z.reduce((sum, value, i) => sum + value * values[o * width + i], bias?.values[o] ?? 0),
  );
}

export function outputOf(output, raw) {
  if (output !== "softmax") return raw.map(ACTIVATIONS[output]);
  const sum = raw.reduce((total, value) => total + Math.exp(value), 0);
  return raw.map((value) => Math.exp(value) / sum);
}

export const HISTORY = Array.from({ length: 12 }, (_, i) => Number([1, 4, 5, 11].includes(i)));

export function assertSameAutoencoder(model, options) {
  const blueprint = convert(model, options);
  assertClose(
    autoencoderScores(blueprint, HISTORY),
    runOnnx(model, { x: { shape: [1, 12], values: HISTORY } }).values,
    blueprint.layout,
    TOLERANCE,
  );
  return blueprint;
}

export const L2 = {
  LpNormalization: (g, x) => g.op("LpNormalization", [x], { axis: 1 }),
  "x / ReduceL2, as torch exports it": (g, x) => {
    const length = g.op("Clip", [
      g.op("ReduceL2", [x], { axes: [1], keepdims: 1 }),
      g.number("least", 1e-12),
    ]);
    return g.op("Div", [x, length]);
  },
  "squares, root and inverse, as Keras exports it": (g, x) => {
    const squares = g.op("ReduceSum", [g.op("Mul", [x, x]), g.sizes("axis", -1)]);
    return g.op("Mul", [
      x,
      g.op("Reciprocal", [g.op("Sqrt", [g.op("Max", [squares, g.number("least", 1e-12)])])]),
    ]);
  },
};

/** The mean of a list's embeddings, a tower, and a score per item. */
export function watcher({ mask = true, activation = "Relu", end, seed = 11 }) {
  const g = sketch(seed);
  const { dense } = STYLES["as torch writes it"];
  const rows = g.op("Gather", [g.weight("movies", 12, 4), "seen"]);
  let x;
  if (mask) {
    const zero = { shape: [], values: [0], type: INT64 };
    g.tensors.zero = zero;
    const real = g.op("Unsqueeze", [
      g.op("Cast", [g.op("Not", [g.op("Equal", ["seen", "zero"])])], { to: 1 }),
      g.sizes("end", -1),
    ]);
    const sum = g.op("ReduceSum", [g.op("Mul", [rows, real]), g.sizes("list", 1)], { keepdims: 0 });
    x = g.op("Div", [
      sum,
      g.op("Clip", [g.op("ReduceSum", [real, "list"], { keepdims: 0 }), g.number("one", 1)]),
    ]);
  } else x = g.op("ReduceMean", [rows], { axes: [1], keepdims: 0 });
  if (activation) x = g.op(activation, [dense(g, "a", x, 4, 5)]);
  x = dense(g, "b", x, activation ? 5 : 4, 12);
  return g.model([{ name: "seen", shape: [null, null] }], end ? g.op(end, [x]) : x);
}

/** Undefined, or the PocketrecError of a conversion; asserts that there is no other error. */
export function survive(bytes, options = {}) {
  try {
    onnxLayout(readOnnx(bytes), options);
  } catch (error) {
    assert.ok(error instanceof PocketrecError, error.stack);
    return error;
  }
}
