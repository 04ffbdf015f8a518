// ONNX graphs that change ids or inputs on the way, and files that give operators another meaning.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { assertRefused } from "./lib/assert-refused.js";
import { BOOL, FLOAT, HALF, INT32, INT64, INT8, UINT8 } from "./lib/onnx.js";
import {
  ITEMS,
  assertSameAutoencoder,
  assertSameScores,
  autoencoder,
  convert,
  flat,
  sketch,
} from "./lib/onnx-models.js";

const MANY = 300;

/** An inner product; the item's id goes through `change`. */
function dotModel(change, rows = ITEMS) {
  const g = sketch(31);
  const row = (name, id, count) => g.op("Gather", [g.weight(name, count, 4), id]);
  const item = change(g, "item");
  const product = g.op("Mul", [row("u", "user", 7), row("i", item, rows)]);
  const dot = g.op("ReduceSum", [product, g.sizes("axis", 1)], { keepdims: 0 });
  return g.model(
    [flat("user"), flat("item")].map((input) => ({ ...input, type: INT64 })),
    dot,
  );
}
const cast = (to) => (g, id) => g.op("Cast", [g.op("Cast", [id], { to })], { to: INT64 });

describe("ids that a Cast changes are refused", () => {
  for (const [name, to, rows] of [
    ["BOOL", BOOL, ITEMS],
    ["INT8", INT8, MANY],
    ["UINT8", UINT8, MANY],
    ["HALF", HALF, 3000],
  ])
    test(`${name}, ${rows} rows`, async () => {
      const error = await assertRefused(() => convert(dotModel(cast(to), rows)), "unsupported");
      assert.match(error.found, /a Cast to a type that holds up to/);
    });

  test("one that holds them all changes nothing", () => {
    for (const to of [INT8, UINT8, HALF, INT32, FLOAT]) assertSameScores(dotModel(cast(to)));
    assert.equal(convert(dotModel(cast(HALF), MANY)).kind, "gmf");
  });

  test("an offset, or a wrap behind the ids that are tried first", async () => {
    const plus = (g, id) => g.op("Add", [id, g.sizes("one", 1)]);
    await assertRefused(() => convert(dotModel(plus)), "unsupported");
    const wrapped = (below) => (g, id) => {
      const isBelow = g.op("Less", [id, g.sizes("below", below)]);
      return g.op("Where", [isBelow, id, g.op("Sub", [id, g.sizes("step", 1)])]);
    };
    await assertRefused(() => convert(dotModel(wrapped(25_001), 25_003)), "unsupported");
    assert.equal(convert(dotModel(wrapped(MANY), MANY)).kind, "gmf");
  });
});

describe("values of a history that a Cast rounds are refused", () => {
  const model = (to) => {
    const made = autoencoder({ widths: [12, 5, 12], activations: ["Relu", "Sigmoid"] });
    const [input] = made.inputs;
    const first = made.nodes.find(({ inputs }) => inputs.includes(input.name));
    first.inputs = first.inputs.map((name) => (name === input.name ? "rounded" : name));
    made.nodes.unshift(
      { op: "Cast", inputs: [input.name], outputs: ["whole"], attributes: { to } },
      { op: "Cast", inputs: ["whole"], outputs: ["rounded"], attributes: { to: FLOAT } },
    );
    return made;
  };

  for (const [name, to] of Object.entries({ INT64, BOOL }))
    test(name, async () => {
      const error = await assertRefused(() => convert(model(to)), "unsupported", /^Cast/);
      assert.match(error.message, /not rounded/);
    });

  test("not those that keep them", () => assertSameAutoencoder(model(FLOAT)));
});

describe("what a file says of its operators", () => {
  const model = () => dotModel((g, id) => g.op("Identity", [id]));

  test("functions that take the place of operators are refused", async () => {
    const functions = [["", "Mul"]];
    const found = () => convert({ ...model(), functions });
    const error = await assertRefused(found, "unsupported", /^Mul/);
    assert.match(error.found, /a function that the file defines/);
    assert.equal(convert({ ...model(), functions: [["shop", "Mul"]] }).kind, "gmf");
  });

  test("versions whose operators broadcast by attributes are refused", async () => {
    const found = () => convert({ ...model(), operators: [["", 6]] });
    await assertRefused(found, "unsupported", "opset_import");
    assert.equal(
      convert({
        ...model(),
        operators: [
          ["", 13],
          ["ai.onnx.ml", 1],
        ],
      }).kind,
      "gmf",
    );
  });

  test("a softmax over an axis of size 1 is refused", async () => {
    const made = autoencoder({ widths: [12, 5, 12], activations: ["Relu", "Sigmoid"] });
    const last = made.nodes.at(-1);
    const [logits] = last.inputs;
    made.nodes.pop();
    made.tensors.column = { shape: [3], values: [-1, 12, 1], type: INT64 };
    made.nodes.push(
      { op: "Reshape", inputs: [logits, "column"], outputs: ["columns"] },
      { op: "Softmax", inputs: ["columns"], outputs: ["one"], attributes: { axis: 2 } },
    );
    made.outputs = ["one"];
    const error = await assertRefused(() => convert(made, { kind: "mult-dae" }), "unsupported");
    assert.match(error.message, /all columns on the last axis/);
  });

  test("a batch normalisation with the outputs of training is refused", async () => {
    const made = autoencoder({ widths: [12, 5, 12], activations: ["Relu", "Sigmoid"] });
    const at = made.nodes.findIndex(({ op }) => op === "Relu");
    const weights = ["gamma", "beta", "mean", "variance"];
    for (const name of weights) made.tensors[name] = { shape: [5], values: [1, 2, 3, 4, 5] };
    const inputs = [made.nodes[at].inputs[0], ...weights];
    made.nodes.splice(at, 0, { op: "BatchNormalization", inputs, outputs: ["normed", "mean_1"] });
    made.nodes[at + 1].inputs = ["normed"];
    await assertRefused(() => convert(made), "unsupported", /^BatchNormalization/);
    made.nodes[at].outputs.pop();
    assert.equal(convert(made).kind, "autoencoder");
  });
});
