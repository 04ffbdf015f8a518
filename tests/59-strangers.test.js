// Untrusted files through the command line: one clear line, exit code 2, nothing is executed or
// written, no stack trace.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";

import { pocketrec, temporaryFolder } from "./lib/command-line.js";
import { weights, writeHdf5 } from "./lib/keras.js";
import { writeOnnx } from "./lib/onnx.js";
import { uniform } from "./lib/random.js";
import { safetensorsOf } from "./lib/safetensors.js";
import { zip } from "./lib/zip-writer.js";

const at = temporaryFolder();
const bytes = (text) => new TextEncoder().encode(text);

/** Text and numbers as bytes. */
const joined = (...parts) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : [...(typeof part === "string" ? bytes(part) : part)],
    ),
  );

/** Asserts that convert refuses a file; gives its last line and the number of lines. */
function refused(content, ...options) {
  writeFileSync(at("stranger"), content);
  const { status, stdout, stderr } = pocketrec(
    "convert",
    at("stranger"),
    "-o",
    at("never"),
    ...options,
  );
  assert.deepEqual([status, stdout], [2, ""], stderr);
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines.at(-1), /^pocketrec: \S/);
  assert.ok(!/unexpected|^\s+at |node:internal|HDF5-DIAG/m.test(stderr), stderr);
  assert.ok(!existsSync(at("never")));
  return { line: lines.at(-1), lines: lines.length };
}

/** Asserts that convert refuses a file in one line. */
function assertOneLine(content, message, ...options) {
  const { line, lines } = refused(content, ...options);
  assert.equal(lines, 1, line);
  assert.match(line, message);
}

describe("random bytes", () => {
  const next = uniform(11);
  const random = (length) => Uint8Array.from({ length }, () => 256 * next());
  const magics = {
    none: [],
    hdf5: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    zip: [0x50, 0x4b, 3, 4],
    pickle: [0x80, 2],
    onnx: [8, 7],
    numpy: [0x93, ...bytes("NUMPY")],
    safetensors: [200, 0, 0, 0, 0, 0, 0, 0, 0x7b],
  };
  for (const [name, magic] of Object.entries(magics)) {
    test(`that start like ${name}`, () => {
      for (const length of [0, 5, 3000])
        assertOneLine(joined(magic, random(length)), /stranger|file|header|expected/);
    });
  }

  test("and files of other formats", () => {
    for (const content of [
      "<!doctype html><p>Not found</p>",
      "PK",
      "{}",
      "\n",
      "userId,movieId\n1,2\n",
      gzipSync("hello"),
    ])
      assertOneLine(content, /stranger: expected/);
  });
});

describe("pickles that call functions", () => {
  const command = `touch ${at("ran")}`;
  const module = "os";
  const shell = "system";
  const unicode = (text) => joined(0x58, text.length, 0, 0, 0, text);
  const short = (text) => joined(0x8c, text.length, text);
  const [two, four] = [joined(0x80, 2), joined(0x80, 4)];
  const call = joined(0x85, "R.");
  const callPair = joined(0x86, "R.");
  const PICKLES = {
    "os.system by REDUCE": joined(two, `c${module}\n${shell}\n`, unicode(command), call),
    "posix.system by STACK_GLOBAL": joined(
      ...[four, short("posix"), short(shell), 0x93, short(command), call],
    ),
    "builtins.eval": joined(two, "cbuiltins\neval\n", unicode("1 + 1"), call),
    "os.system by INST": joined("(S'", command, "'\n", `i${module}\n${shell}\n.`),
    "getattr on a module": joined(
      ...[two, "cbuiltins\ngetattr\n", `c${module}\npath\n`, unicode("join"), callPair],
    ),
  };
  for (const [name, content] of Object.entries(PICKLES)) {
    for (const [where, file] of [
      ["a pickle", content],
      [
        "an archive of torch.save",
        zip([
          { name: "archive/data.pkl", data: content },
          { name: "archive/version", data: bytes("3\n") },
        ]),
      ],
    ]) {
      test(`${name}, in ${where}`, () => {
        assertOneLine(
          file,
          /expected tensors, containers and numbers, found .*(system|eval|getattr|path)/,
        );
        assert.ok(!existsSync(at("ran")));
      });
    }
  }
});

describe("decompression bombs and huge shapes", () => {
  test("archives: entries larger than their compressed size justifies", () => {
    const zeros = new Uint8Array(200_000_000);
    assertOneLine(
      zip([{ name: "archive/data.pkl", data: zeros, deflate: true }]),
      /expected|unsafe/,
    );
    assertOneLine(
      zip([
        { name: "model.weights.h5", data: zeros, deflate: true },
        { name: "config.json", data: bytes("{}") },
      ]),
      /expected/,
    );
    assertOneLine(zip([{ name: "a.npy", data: zeros, deflate: true }]), /expected/);
    assert.ok(deflateRawSync(zeros).length < 300_000);
  });

  test("shapes: safetensors, ONNX", async () => {
    const header = (shape, end) =>
      JSON.stringify({ a: { dtype: "F32", shape, data_offsets: [0, end] } });
    assertOneLine(new Uint8Array(safetensorsOf(header([2 ** 26, 2 ** 26], 8), 8)), /a: expected/);
    assertOneLine(
      new Uint8Array(safetensorsOf(header([4294967296, 4294967296, 4294967296], 8), 8)),
      /a: expected less than 2\^53 bytes/,
    );
    const tensor = { shape: [2 ** 40, 2 ** 20], raw: new Uint8Array(16) };
    assertOneLine(
      writeOnnx({
        inputs: [{ name: "x", shape: [null, 2] }],
        outputs: ["y"],
        nodes: [{ op: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
        tensors: { w: tensor },
      }),
      /"w": expected at most 8 sizes/,
    );
  });
});

describe("broken graphs", () => {
  const graph = (nodes, tensors = {}) =>
    writeOnnx({ inputs: [{ name: "x", shape: [null, 2] }], outputs: ["y"], nodes, tensors });

  test("cycles, unknown operators, undefined names", () => {
    assertOneLine(
      graph([
        { op: "Relu", inputs: ["b"], outputs: ["a"] },
        { op: "Relu", inputs: ["a"], outputs: ["b"] },
        { op: "Add", inputs: ["x", "b"], outputs: ["y"] },
      ]),
      /cycl|circle|itself/i,
    );
    assertOneLine(
      graph([{ op: "LaunchMissiles", inputs: ["x"], outputs: ["y"] }]),
      /LaunchMissiles/,
    );
    assertOneLine(graph([{ op: "Relu", inputs: ["nowhere"], outputs: ["y"] }]), /nowhere/);
  });
});

describe("HDF5 without a model", () => {
  test("one line names the tensors; --verbose lists them beside the expected ones", async () => {
    const file = await writeHdf5({
      "experiment/run_1/voltage": weights([3, 2, 4], 1),
      "experiment/notes": weights([2], 2),
    });
    const message = /expected a known model, found 2 tensors .*: .*voltage \[3, 2, 4\]/;
    assertOneLine(file, message);
    const { line, lines } = refused(file, "--verbose");
    assert.match(line, message);
    assert.ok(lines > 5);
  });
});

test("a folder", () => {
  mkdirSync(at("folder"), { recursive: true });
  const { status, stderr } = pocketrec("convert", at("folder"), "-o", at("never"));
  assert.equal(status, 2);
  assert.match(stderr, /folder: expected a file that can be read, found a folder/);
});
