// Files from strangers through the command line: one clear line, exit code 2, nothing run, nothing
// written, no trace of ours.
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

/** Converts a file and gives what was said, once it is what it should be. */
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

/** Refused in one line, by these words. */
function saysInALine(content, words, ...options) {
  const { line, lines } = refused(content, ...options);
  assert.equal(lines, 1, line);
  assert.match(line, words);
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
    test(`that begin like ${name}`, () => {
      for (const length of [0, 5, 3000])
        saysInALine(joined(magic, random(length)), /stranger|file|header|expected/);
    });
  }

  test("and files that are something else", () => {
    for (const content of [
      "<!doctype html><p>Not found</p>",
      "PK",
      "{}",
      "\n",
      "userId,movieId\n1,2\n",
      gzipSync("hello"),
    ])
      saysInALine(content, /stranger: expected/);
  });
});

describe("pickles that want to run something", () => {
  const command = `touch ${at("ran")}`;
  const module = "os";
  const shell = "system";
  for (const [name, content] of Object.entries({
    "os.system by REDUCE": joined(
      0x80,
      2,
      `c${module}\n${shell}\n`,
      0x58,
      command.length,
      0,
      0,
      0,
      command,
      0x85,
      "R.",
    ),
    "posix.system by STACK_GLOBAL": joined(
      0x80,
      4,
      0x8c,
      5,
      "posix",
      0x8c,
      6,
      shell,
      0x93,
      0x8c,
      command.length,
      command,
      0x85,
      "R.",
    ),
    "builtins.eval": joined(0x80, 2, "cbuiltins\neval\n", 0x58, 5, 0, 0, 0, "1 + 1", 0x85, "R."),
    "os.system by INST": joined("(S'", command, "'\n", `i${module}\n${shell}\n.`),
    "getattr on a module": joined(
      0x80,
      2,
      "cbuiltins\ngetattr\n",
      `c${module}\npath\n`,
      0x58,
      4,
      0,
      0,
      0,
      "join",
      0x86,
      "R.",
    ),
  })) {
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
        saysInALine(
          file,
          /expected tensors, containers and numbers, found .*(system|eval|getattr|path)/,
        );
        assert.ok(!existsSync(at("ran")));
      });
    }
  }
});

describe("bombs", () => {
  test("of an archive: more than its size justifies, by what it says and by what it holds", () => {
    const zeros = new Uint8Array(200_000_000);
    saysInALine(zip([{ name: "archive/data.pkl", data: zeros, deflate: true }]), /expected|unsafe/);
    saysInALine(
      zip([
        { name: "model.weights.h5", data: zeros, deflate: true },
        { name: "config.json", data: bytes("{}") },
      ]),
      /expected/,
    );
    saysInALine(zip([{ name: "a.npy", data: zeros, deflate: true }]), /expected/);
    assert.ok(deflateRawSync(zeros).length < 300_000);
  });

  test("of dimensions: safetensors, ONNX, HDF5", async () => {
    const header = (shape, end) =>
      JSON.stringify({ a: { dtype: "F32", shape, data_offsets: [0, end] } });
    saysInALine(new Uint8Array(safetensorsOf(header([2 ** 26, 2 ** 26], 8), 8)), /a: expected/);
    saysInALine(
      new Uint8Array(safetensorsOf(header([4294967296, 4294967296, 4294967296], 8), 8)),
      /a: expected less than 2\^53 bytes/,
    );
    const tensor = { shape: [2 ** 40, 2 ** 20], raw: new Uint8Array(16) };
    saysInALine(
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

describe("graphs that are none", () => {
  const graph = (nodes, tensors = {}) =>
    writeOnnx({ inputs: [{ name: "x", shape: [null, 2] }], outputs: ["y"], nodes, tensors });

  test("cyclic, unknown, with an end in nowhere", () => {
    saysInALine(
      graph([
        { op: "Relu", inputs: ["b"], outputs: ["a"] },
        { op: "Relu", inputs: ["a"], outputs: ["b"] },
        { op: "Add", inputs: ["x", "b"], outputs: ["y"] },
      ]),
      /cycl|circle|itself/i,
    );
    saysInALine(graph([{ op: "LaunchMissiles", inputs: ["x"], outputs: ["y"] }]), /LaunchMissiles/);
    saysInALine(graph([{ op: "Relu", inputs: ["nowhere"], outputs: ["y"] }]), /nowhere/);
  });
});

describe("HDF5 of something else", () => {
  test("wrong groups are listed beside what was expected", async () => {
    const { line, lines } = refused(
      await writeHdf5({
        "experiment/run_1/voltage": weights([3, 2, 4], 1),
        "experiment/notes": weights([2], 2),
      }),
    );
    assert.match(line, /stranger: expected a known model, found 2 tensors of an unknown model/);
    assert.ok(lines > 5);
  });
});

test("whatever else is given in place of a file", () => {
  mkdirSync(at("folder"), { recursive: true });
  const { status, stderr } = pocketrec("convert", at("folder"), "-o", at("never"));
  assert.equal(status, 2);
  assert.match(stderr, /folder: expected a file that can be read, found a folder/);
});
