// ONNX files from strangers: values of every type, what is refused by name, and files that are
// broken or mean harm.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { readOnnx } from "../js/convert/read/onnx.js";
import { onnxLayout } from "../js/convert/layouts/onnx/layout.js";
import { PocketrecError } from "../js/common/errors.js";
import {
  BFLOAT16,
  BOOL,
  DOUBLE,
  FLOAT,
  HALF,
  INT32,
  INT64,
  INT8,
  UINT8,
  writeOnnx,
} from "./lib/onnx.js";
import { assertRefused } from "./lib/assert-refused.js";
import { convert, flat, neumf, sketch, survive } from "./lib/onnx-models.js";
import { uniform } from "./lib/random.js";

describe("what is refused, by name", () => {
  const one = (nodes, tensors = {}, outputs = ["y"]) => ({
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

  const refused = {
    "an unknown operator": [
      one([node("Conv", ["x"], ["y"])]),
      "unsupported",
      /^Conv "y": .*They are Add, BatchNormalization, /,
    ],
    "an operator of another domain": [
      one([node("Gemm", ["x"], ["y"], {}, "com.example")]),
      "unsupported",
      /^com\.example\.Gemm "y"/,
    ],
    LeakyRelu: [one([node("LeakyRelu", ["x"], ["y"])]), "unsupported", /^LeakyRelu "y"/],
    "a name that every object has": [
      one([node("constructor", ["x"], ["y"])]),
      "unsupported",
      /^constructor "y"/,
    ],
    "a branch": [
      one([node("If", ["x"], ["y"], { then_branch: { graph: one([]) } })]),
      "unsupported",
      /^If "y": .*a subgraph/,
    ],
    "weights in another file": [
      one([], { w: { shape: [4], external: "/etc/passwd" } }, ["w"]),
      "unsupported",
      /^"w": .*save_as_external_data=False/,
    ],
    "a cycle": [
      one([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])], {}, ["b"]),
      "bad-header",
      /a cycle through it/,
    ],
    "a self-loop": [one([node("Relu", ["y"], ["y"])]), "bad-header", /^Relu "y": .*cycle/],
    "an input from nowhere": [
      one([node("Add", ["x", "z"], ["y"])]),
      "bad-header",
      /^"z": .*from nowhere/,
    ],
    "an output from nowhere": [one([]), "bad-header", /^"y": .*from nowhere/],
    "an output made twice": [
      one([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]),
      "bad-header",
      /^"y": .*it twice/,
    ],
    "an input made again": [
      one([node("Relu", ["x"], ["x"])], {}, ["x"]),
      "bad-header",
      /^"x": .*it twice/,
    ],
    "a size of 2^40": [
      one([], { w: { shape: [2 ** 40], values: [] } }, ["w"]),
      "bad-shape",
      /^"w": expected 1099511627776 values/,
    ],
    "sizes whose product overflows": [
      one([], { w: { shape: [2 ** 40, 2 ** 40], values: [] } }, ["w"]),
      "bad-shape",
      /^"w"/,
    ],
    "a negative size": [
      one([], { w: { shape: [-1, 4], values: [1, 2, 3, 4] } }, ["w"]),
      "bad-shape",
      /^"w"/,
    ],
    "data of another size": [
      one([], { w: { shape: [4], raw: new Uint8Array(15) } }, ["w"]),
      "bad-shape",
      /15 bytes/,
    ],
    "many axes": [
      one([], { w: { shape: new Array(9).fill(1), values: [1] } }, ["w"]),
      "bad-shape",
      /^"w"/,
    ],
    text: [
      one([], { w: { shape: [1], values: [], type: 8, raw: new Uint8Array(1) } }, ["w"]),
      "bad-dtype",
      /^"w": .*DataType 8/,
    ],
    "an output that is a constant": [
      one([], { w: { shape: [1], values: [1] } }, ["w"]),
      "unsupported",
      /a constant/,
    ],
    "an input that is the output": [one([], {}, ["x"]), "unsupported", /./],
    "a matrix of another width": [
      one([node("MatMul", ["x", "w"], ["y"])], {
        w: { shape: [3, 2], values: new Array(6).fill(1) },
      }),
      "bad-shape",
      /^MatMul "y"/,
    ],
    "a Dropout that is training": [
      one([node("Dropout", ["x", "", "t"], ["y"])], { t: { shape: [], values: [1] } }),
      "unsupported",
      /evaluation mode/,
    ],
    "numbers that are rounded": [
      one([node("Relu", ["x"], ["a"]), node("Cast", ["a"], ["y"], { to: 7 })]),
      "unsupported",
      /^Cast "y"/,
    ],
    "a batch that is turned": [
      one([node("Transpose", ["x"], ["y"])]),
      "unsupported",
      /^Transpose "y"/,
    ],
    "more nodes than a score needs": [
      one(
        Array.from({ length: 400 }, (_, i) =>
          node("Relu", [i ? `n${i - 1}` : "x"], [i < 399 ? `n${i}` : "y"]),
        ),
      ),
      "too-large",
      /400/,
    ],
    "a value doubled sixty times": [
      one(
        Array.from({ length: 60 }, (_, i) =>
          node("Concat", i ? [`n${i - 1}`, `n${i - 1}`] : ["x", "x"], [i < 59 ? `n${i}` : "y"], {
            axis: 1,
          }),
        ),
      ),
      "too-large",
      /./,
    ],
    "a sum doubled sixty times": [
      one(
        Array.from({ length: 60 }, (_, i) =>
          node("Add", i ? [`n${i - 1}`, `n${i - 1}`] : ["x", "x"], [i < 59 ? `n${i}` : "y"]),
        ),
      ),
      "too-large",
      /./,
    ],
  };
  for (const [what, [model, code, message]] of Object.entries(refused)) {
    test(what, () => {
      assert.throws(
        () => convert(model),
        (error) => {
          assert.ok(error instanceof PocketrecError, error.stack);
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test("a name given twice to weights", async () => {
    const bytes = Buffer.from(
      writeOnnx(
        one([], { ww: { shape: [1], values: [1] }, vv: { shape: [1], values: [2] } }, ["ww"]),
      ),
    );
    bytes.set(Buffer.from("ww"), bytes.indexOf("vv"));
    await assertRefused(() => readOnnx(bytes), "duplicate-tensor", '"ww"');
  });

  test("what is not an ONNX model at all", async () => {
    for (const text of ["", "hello", "<!doctype html><p>Not found", "PK\u0003\u0004", "{}"]) {
      await assertRefused(() => readOnnx(new TextEncoder().encode(text)), "unknown-format");
    }
  });

  test("other formats are another layout's", () => {
    assert.equal(
      onnxLayout({ format: "torch", tensors: new Map(), classes: new Map(), settings: {} }, {}),
      undefined,
    );
  });
});

describe("values of every type", () => {
  const stored = {
    "floats, raw": [{ shape: [2, 2], values: [1, -2, 0.5, 3], type: FLOAT }, [1, -2, 0.5, 3]],
    "floats, packed": [
      { shape: [4], values: [1, -2, 0.5, 3], type: FLOAT, packed: 4 },
      [1, -2, 0.5, 3],
    ],
    "doubles, raw": [{ shape: [2], values: [0.1, -1e10], type: DOUBLE }, [Math.fround(0.1), -1e10]],
    "doubles, packed": [
      { shape: [2], values: [0.1, -4], type: DOUBLE, packed: 10 },
      [Math.fround(0.1), -4],
    ],
    "whole numbers of 64 bits, raw": [
      { shape: [3], values: [1, -1, 70000], type: INT64 },
      [1, -1, 70000],
    ],
    "whole numbers of 64 bits, packed": [
      { shape: [3], values: [1, -1, 70000], type: INT64, packed: 7 },
      [1, -1, 70000],
    ],
    "whole numbers of 32 bits, raw": [{ shape: [2], values: [-5, 5], type: INT32 }, [-5, 5]],
    "whole numbers of 32 bits, packed": [
      { shape: [2], values: [-5, 5], type: INT32, packed: 5 },
      [-5, 5],
    ],
    "bytes with a sign": [{ shape: [2], values: [-128, 127], type: INT8 }, [-128, 127]],
    "bytes with a sign, packed": [
      { shape: [2], values: [-128, 127], type: INT8, packed: 5 },
      [-128, 127],
    ],
    bytes: [{ shape: [2], values: [0, 255], type: UINT8 }, [0, 255]],
    "true and false": [{ shape: [2], values: [0, 1], type: BOOL }, [0, 1]],
    "halves, raw": [
      {
        shape: [4],
        raw: Uint8Array.of(0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0x00, 0x7c),
        type: HALF,
      },
      [1, -2.5, 2 ** -24, Infinity],
    ],
    "halves, packed": [{ shape: [2], values: [0x3c00, 0xc100], type: HALF, packed: 5 }, [1, -2.5]],
    bfloat16: [
      { shape: [2], raw: Uint8Array.of(0x80, 0x3f, 0x20, 0xc0), type: BFLOAT16 },
      [1, -2.5],
    ],
    "one number": [{ shape: [], values: [7] }, [7]],
    none: [{ shape: [0, 3], values: [] }, []],
  };
  for (const [what, [tensor, expected]] of Object.entries(stored)) {
    test(what, () => {
      const { tensors } = readOnnx(
        writeOnnx({ inputs: [], outputs: ["w"], nodes: [], tensors: { w: tensor } }),
      );
      assert.deepEqual(tensors.get("w").shape, tensor.shape);
      assert.deepEqual([...tensors.get("w").values], expected);
    });
  }

  test("constants are tensors, nodes come in order, and inputs do without the weights among them", () => {
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
    assert.deepEqual(graph.inputs, [{ name: "x", shape: [null, 2] }]);
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ["Mul", "Add"],
    );
    assert.deepEqual([...tensors.get("c").values], [3, 4]);
  });
});

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

  test("groups and messages, deeply nested", () => {
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

  test("graphs that make much of little", () => {
    const large = { shape: [1000, 400], values: new Float32Array(400_000).fill(1) };
    const bombs = {
      "a matrix turned for every node": (g) => {
        let x = "large";
        for (let i = 0; i < 250; i++) x = g.op("Transpose", [x], { perm: [1, 0] });
        return g.op("MatMul", ["x", x]);
      },
      "a layer of the same matrix for every node": (g) => {
        for (let i = 0, x = "x"; i < 140; i++)
          x = g.op("MatMul", [g.op("MatMul", [x, "large"]), "back"]);
        return g.nodes.at(-1).outputs[0];
      },
      "columns doubled below a wide layer": (g) => {
        let x = g.op("MatMul", ["x", "column"]);
        for (let i = 0; i < 16; i++) x = g.op("Concat", [x, x], { axis: 1 });
        return x;
      },
      "axes without end": (g) =>
        g.op("Unsqueeze", [
          "x",
          g.sizes("axes", ...Array.from({ length: 20_000 }, (_, i) => i + 1)),
        ]),
      "parts without end": (g) => g.op("Concat", new Array(20_000).fill("x"), { axis: 1 }),
      "a bias for each of many columns, at every node": (g) => {
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

  test("matrices that would cost too much to fold", () => {
    // Each weight is small, and so is the file; each product of two of them has sixteen million
    // numbers.
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

/** A length as protobuf has it. */
function lengthOf(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...lengthOf(Math.floor(value / 128))];
}
