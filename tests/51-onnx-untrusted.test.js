// Untrusted ONNX files: values of every type, refused graphs, and broken or malicious files.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readOnnx } from "../cli/convert/read/onnx.js";
import { onnxLayout } from "../cli/convert/layouts/onnx/layout.js";
import { assertRefused } from "./lib/assert-refused.js";
import { BFLOAT16, BOOL, DOUBLE, FLOAT, HALF, INT32, INT64, INT8 } from "./lib/onnx.js";
import { UINT8, writeOnnx } from "./lib/onnx.js";
import { convert, flat, neumf, sketch, survive } from "./lib/onnx-models.js";
import { uniform } from "./lib/random.js";

describe("refused graphs", () => {
  const graph = (nodes, tensors = {}, outputs = ["y"]) => ({
    inputs: [{ name: "x", shape: [null, 4] }],
    outputs,
    nodes,
    tensors,
  });
  const node = (op, inputs, outputs, attributes, domain) => ({
    op,
    inputs,
    outputs,
    attributes,
    domain,
  });
  const unary = (op, domain) => graph([node(op, ["x"], ["y"], {}, domain)]);
  /** A graph whose output is a weight. */
  const weight = (tensor) => graph([], { w: { values: [], ...tensor } }, ["w"]);
  /** A chain of one operator, each on `count` copies of the output before. */
  const chain = (length, op, count, attributes) =>
    graph(
      Array.from({ length }, (_, i) =>
        node(
          op,
          new Array(count).fill(i ? `n${i - 1}` : "x"),
          [i < length - 1 ? `n${i}` : "y"],
          attributes,
        ),
      ),
    );
  const twice = [node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])];
  const undefinedInput = node("Add", ["x", "z"], ["y"]);
  const overwritten = graph([node("Relu", ["x"], ["x"])], {}, ["x"]);
  const branch = node("If", ["x"], ["y"], { then_branch: { graph: graph([]) } });
  const cycle = [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])];
  const rounded = [node("Relu", ["x"], ["a"]), node("Cast", ["a"], ["y"], { to: 7 })];
  const narrow = { w: { shape: [3, 2], values: new Array(6).fill(1) } };
  const matMul = node("MatMul", ["x", "w"], ["y"]);
  const training = { t: { shape: [], values: [1] } };
  const dropout = node("Dropout", ["x", "", "t"], ["y"]);
  const elsewhere = { shape: [4], external: "/etc/passwd" };
  const text = { shape: [1], type: 8, raw: new Uint8Array(1) };
  const isNames = /^Conv "y": .*They are Add, BatchNormalization, /;
  const isSize = /^"w": expected 1099511627776 values/;

  const refused = [
    ["an unknown operator", unary("Conv"), "unsupported", isNames],
    ["another domain", unary("Gemm", "com.example"), "unsupported", /^com\.example\.Gemm "y"/],
    ["LeakyRelu", unary("LeakyRelu"), "unsupported", /^LeakyRelu "y"/],
    ["a name of every object", unary("constructor"), "unsupported", /^constructor "y"/],
    ["a branch", graph([branch]), "unsupported", /^If "y": .*a subgraph/],
    ["external weights", weight(elsewhere), "unsupported", /^"w": .*save_as_external_data=False/],
    ["a cycle", graph(cycle, {}, ["b"]), "bad-header", /a cycle through it/],
    ["a self-loop", graph([node("Relu", ["y"], ["y"])]), "bad-header", /^Relu "y": .*cycle/],
    ["an undefined input", graph([undefinedInput]), "bad-header", /^"z": .*an undefined name/],
    ["an undefined output", graph([]), "bad-header", /^"y": .*an undefined name/],
    ["a repeated output", graph(twice), "bad-header", /^"y": .*a duplicate/],
    ["an overwritten input", overwritten, "bad-header", /^"x": .*a duplicate/],
    ["a size of 2^40", weight({ shape: [2 ** 40] }), "bad-shape", isSize],
    ["an overflow of sizes", weight({ shape: [2 ** 40, 2 ** 40] }), "bad-shape", /^"w"/],
    ["a negative size", weight({ shape: [-1, 4], values: [1, 2, 3, 4] }), "bad-shape", /^"w"/],
    ["missing bytes", weight({ shape: [4], raw: new Uint8Array(15) }), "bad-shape", /15 bytes/],
    ["many axes", weight({ shape: new Array(9).fill(1), values: [1] }), "bad-shape", /^"w"/],
    ["text", weight(text), "bad-dtype", /^"w": .*DataType 8/],
    ["a constant output", weight({ shape: [1], values: [1] }), "unsupported", /a constant/],
    ["an input as output", graph([], {}, ["x"]), "unsupported"],
    ["a matrix of another width", graph([matMul], narrow), "bad-shape", /^MatMul "y"/],
    ["training mode", graph([dropout], training), "unsupported", /evaluation mode/],
    ["rounded values", graph(rounded), "unsupported", /^Cast "y"/],
    ["a transposed batch", unary("Transpose"), "unsupported", /^Transpose "y"/],
    ["too many nodes", chain(400, "Relu", 1), "too-large", /400/],
    ["a value doubled sixty times", chain(60, "Concat", 2, { axis: 1 }), "too-large"],
    ["a sum doubled sixty times", chain(60, "Add", 2), "too-large"],
  ];
  for (const [what, model, code, message] of refused)
    test(what, () => assertRefused(() => convert(model), code, message));

  test("two weights of one name", async () => {
    const bytes = Buffer.from(
      writeOnnx(
        graph([], { ww: { shape: [1], values: [1] }, vv: { shape: [1], values: [2] } }, ["ww"]),
      ),
    );
    bytes.set(Buffer.from("ww"), bytes.indexOf("vv"));
    await assertRefused(() => readOnnx(bytes), "duplicate-tensor", '"ww"');
  });

  test("files that are no ONNX model", async () => {
    for (const text of ["", "hello", "<!doctype html><p>Not found", "PK\u0003\u0004", "{}"]) {
      await assertRefused(() => readOnnx(new TextEncoder().encode(text)), "unknown-format");
    }
  });

  test("other formats are left to other layouts", () => {
    assert.equal(
      onnxLayout({ format: "torch", tensors: new Map(), classes: new Map(), settings: {} }, {}),
      undefined,
    );
  });
});

describe("values of every type", () => {
  const halves = Uint8Array.of(0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0x00, 0x7c);
  const brain = Uint8Array.of(0x80, 0x3f, 0x20, 0xc0);
  const four = [1, -2, 0.5, 3];
  const long = [1, -1, 70000];
  const tenth = Math.fround(0.1);
  const stored = [
    ["float32, raw", { shape: [2, 2], values: four, type: FLOAT }, four],
    ["float32, packed", { shape: [4], values: four, type: FLOAT, packed: 4 }, four],
    ["float64, raw", { shape: [2], values: [0.1, -1e10], type: DOUBLE }, [tenth, -1e10]],
    ["float64, packed", { shape: [2], values: [0.1, -4], type: DOUBLE, packed: 10 }, [tenth, -4]],
    ["int64, raw", { shape: [3], values: long, type: INT64 }, long],
    ["int64, packed", { shape: [3], values: long, type: INT64, packed: 7 }, long],
    ["int32, raw", { shape: [2], values: [-5, 5], type: INT32 }, [-5, 5]],
    ["int32, packed", { shape: [2], values: [-5, 5], type: INT32, packed: 5 }, [-5, 5]],
    ["int8, raw", { shape: [2], values: [-128, 127], type: INT8 }, [-128, 127]],
    ["int8, packed", { shape: [2], values: [-128, 127], type: INT8, packed: 5 }, [-128, 127]],
    ["uint8", { shape: [2], values: [0, 255], type: UINT8 }, [0, 255]],
    ["bool", { shape: [2], values: [0, 1], type: BOOL }, [0, 1]],
    ["float16, raw", { shape: [4], raw: halves, type: HALF }, [1, -2.5, 2 ** -24, Infinity]],
    ["float16, packed", { shape: [2], values: [0x3c00, 0xc100], type: HALF, packed: 5 }, [1, -2.5]],
    ["bfloat16", { shape: [2], raw: brain, type: BFLOAT16 }, [1, -2.5]],
    ["a scalar", { shape: [], values: [7] }, [7]],
    ["no values", { shape: [0, 3], values: [] }, []],
  ];
  for (const [what, tensor, expected] of stored) {
    test(what, () => {
      const model = { inputs: [], outputs: ["w"], nodes: [], tensors: { w: tensor } };
      const { tensors } = readOnnx(writeOnnx(model));
      assert.deepEqual(tensors.get("w").shape, tensor.shape);
      assert.deepEqual([...tensors.get("w").values], expected);
    });
  }

  test("constants become tensors, nodes are sorted, weights are no inputs", () => {
    const node = (op, inputs, outputs, attributes) => ({ op, inputs, outputs, attributes });
    const model = {
      inputs: [
        { name: "x", shape: [null, 2] },
        { name: "w", shape: [2] },
      ],
      outputs: ["z"],
      nodes: [
        node("Add", ["y", "c"], ["z"]),
        node("Mul", ["x", "w"], ["y"]),
        node("Constant", [], ["c"], { value: { tensor: { shape: [2], values: [3, 4] } } }),
      ],
      tensors: { w: { shape: [2], values: [1, 2] } },
    };
    const { graph, tensors } = readOnnx(writeOnnx(model));
    assert.deepEqual(graph.inputs, [{ name: "x", shape: [null, 2], type: 1 }]);
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ["Mul", "Add"],
    );
    assert.deepEqual([...tensors.get("c").values], [3, 4]);
  });
});

describe("malicious files", () => {
  const good = writeOnnx(neumf({ style: "as Keras writes it", norm: "after" }));

  test("random bytes", () => {
    const next = uniform(5);
    for (let i = 0; i < 5000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 200) }, () => next() * 256);
      if (i % 3 === 0) bytes.set([0x08, 0x08, 0x3a].slice(0, bytes.length));
      assert.ok(survive(bytes), `file ${i}`);
    }
  });

  test("every truncation", () => {
    // Any truncation cuts into the graph, the last part of the file.
    for (let length = 0; length < good.length; length++) {
      const error = survive(good.subarray(0, length));
      assert.ok(
        error && ["truncated", "unknown-format"].includes(error.code),
        `${length}: ${error?.message}`,
      );
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
    const next = uniform(6);
    const pick = (list) => list[Math.floor(next() * list.length)];
    const base = neumf({ style: "as torch writes it", norm: "before" });
    const { hint } = survive(
      writeOnnx({ inputs: [], outputs: ["y"], nodes: [{ op: "?", outputs: ["y"] }] }),
    );
    const operators = hint.slice("They are ".length, -1).split(", ");
    for (let i = 0; i < 3000; i++) {
      const names = ["user", "item", ...Object.keys(base.tensors)];
      const nodes = [];
      for (const node of base.nodes) {
        const isChanged = next() < 0.15;
        const op = isChanged ? pick(operators) : node.op;
        const inputs =
          isChanged || next() < 0.05
            ? Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(names))
            : node.inputs;
        nodes.push({
          ...node,
          op,
          inputs,
          attributes:
            next() < 0.1
              ? { axis: Math.floor(next() * 5) - 2, axes: [1], to: 7, perm: [0, 1], split: [2, 2] }
              : node.attributes,
        });
        names.push(...node.outputs);
      }
      survive(writeOnnx({ ...base, nodes }));
    }
  });

  test("deeply nested groups and messages", () => {
    for (const byte of [0x0b, 0x3b, 0x3a, 0x0a])
      assert.ok(survive(new Uint8Array(1_000_000).fill(byte)));
    let nested = new Uint8Array(0);
    for (let i = 0; i < 2000; i++)
      nested = Uint8Array.of(0x3a, ...lengthOf(nested.length), ...nested);
    assert.ok(survive(Uint8Array.of(0x08, 0x08, ...nested)));
  });

  test("a million empty nodes", () => {
    const nodes = Uint8Array.from({ length: 2_000_000 }, (_, i) => (i % 2 ? 0 : 0x0a));
    const error = survive(
      Buffer.concat([Uint8Array.of(0x08, 0x08, 0x3a, ...lengthOf(nodes.length)), nodes]),
    );
    assert.equal(error.code, "too-large");
    assert.match(error.message, /graph\.node: expected at most 20000/);
  });

  test("small graphs with large results", () => {
    const large = { shape: [1000, 400], values: new Float32Array(400_000).fill(1) };
    const bombs = {
      "a matrix transposed at every node": (g) => {
        let x = "large";
        for (let i = 0; i < 250; i++) x = g.op("Transpose", [x], { perm: [1, 0] });
        return g.op("MatMul", ["x", x]);
      },
      "a layer of the same matrix at every node": (g) => {
        for (let i = 0, x = "x"; i < 140; i++)
          x = g.op("MatMul", [g.op("MatMul", [x, "large"]), "back"]);
        return g.nodes.at(-1).outputs[0];
      },
      "columns doubled below a wide layer": (g) => {
        let x = g.op("MatMul", ["x", "column"]);
        for (let i = 0; i < 16; i++) x = g.op("Concat", [x, x], { axis: 1 });
        return x;
      },
      "twenty thousand axes": (g) =>
        g.op("Unsqueeze", [
          "x",
          g.sizes("axes", ...Array.from({ length: 20_000 }, (_, i) => i + 1)),
        ]),
      "twenty thousand parts": (g) => g.op("Concat", new Array(20_000).fill("x"), { axis: 1 }),
      "a bias of many columns at every node": (g) => {
        let x = g.op("MatMul", ["x", "column"]);
        for (let i = 0; i < 12; i++) x = g.op("Concat", [x, x], { axis: 1 });
        for (let i = 0; i < 250; i++) x = g.op("Mul", [g.op("Add", [x, "one"]), "one"]);
        return x;
      },
    };
    for (const [what, make] of Object.entries(bombs)) {
      const g = sketch();
      const tensors = {
        large,
        back: { shape: [400, 1000], values: large.values },
        column: { shape: [1000, 1], values: large.values.slice(0, 1000) },
      };
      Object.assign(g.tensors, tensors, { one: { shape: [1], values: [1] } });
      const error = survive(writeOnnx(g.model([{ name: "x", shape: [null, 1000] }], make(g))));
      assert.ok(["too-large", "unsupported"].includes(error.code), `${what}: ${error.message}`);
    }
  });

  test("a wide embedding without a tower", () => {
    const g = sketch();
    Object.assign(g.tensors, {
      back: { shape: [100_000, 2], values: new Float32Array(200_000) },
      first: { shape: [2, 100_000], values: new Float32Array(200_000) },
    });
    const mean = g.op("ReduceMean", [g.op("Gather", ["first", "seen"])], {
      axes: [1],
      keepdims: 0,
    });
    assert.equal(
      survive(
        writeOnnx(g.model([{ name: "seen", shape: [null, null] }], g.op("MatMul", [mean, "back"]))),
      ).code,
      "too-large",
    );
  });

  test("matrices that are too expensive to fold", () => {
    // The weights are small; each product of two of them has sixteen million numbers.
    const g = sketch();
    const width = 4000;
    const ids = [
      ["u", "user"],
      ["i", "item"],
    ].map(([name, id]) => g.op("Gather", [g.weight(name, 3, 1), id]));
    let x = g.op("MatMul", [g.op("Concat", ids, { axis: 1 }), g.weight("wide", 2, width)]);
    g.weight("tall", width, 2);
    for (let i = 0; i < 50; i++)
      x = g.op("MatMul", [g.op("MatMul", [g.op("Relu", [x]), "tall"]), "wide"]);
    const error = survive(
      writeOnnx(
        g.model([flat("user"), flat("item")], g.op("MatMul", [x, g.weight("last", width, 1)])),
      ),
    );
    assert.equal(error.code, "too-large");
  });
});

/** A length as a protobuf varint. */
function lengthOf(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...lengthOf(Math.floor(value / 128))];
}
