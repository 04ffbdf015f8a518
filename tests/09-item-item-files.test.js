// Files of item-to-item models: those that must be refused, precisions, and pruning.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { convert } from "../cli/convert/convert.js";
import { readModelFile, writeModelFile } from "../cli/convert/model-file.js";
import { pruned } from "../cli/convert/prune.js";
import { quantize } from "../cli/convert/quantize.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { changedFile, filled, int32, int32Table, int8, withValue } from "./lib/changed-files.js";
import { denseFile, lowRank, randomMatrix, sparseFile } from "./lib/item-item.js";
import { uniform } from "./lib/random.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 40;
const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);
const INFO = { format: 1, kind: "item-item" };
const MATRIX = randomMatrix(ITEMS, 1);
const DENSE = { tensors: denseFile(MATRIX).file, info: INFO };
const SPARSE = { tensors: sparseFile(DENSE.tensors), info: INFO };
const SPARSE_I8 = { tensors: sparseFile(denseFile(MATRIX, "I8").file), info: INFO };
const LOW_RANK = { tensors: lowRank(ITEMS, 5, 2), info: INFO };
const OFFSETS = SPARSE.tensors["weight.offsets"];
const COLUMNS = SPARSE.tensors["weight.columns"];
const VALUES = SPARSE.tensors["weight.values"];
const [COUNT] = COLUMNS.shape;
const L2 = { input: { normalize: "l2" } };
/** Where row 7 begins. */
const AT = OFFSETS.data[7];

describe("files that are refused", () => {
  const offsets = (at, value) => ({ "weight.offsets": withValue(OFFSETS, at, value) });
  const columns = (at, value) => ({ "weight.columns": withValue(COLUMNS, at, value) });
  /** @type {[string, object, object, string, string | RegExp, object?][]} */
  const cases = [
    ["no matrix", DENSE, { weight: null, other: filled(1, 3) }, "missing-tensor", /found none/],
    ["two matrices", DENSE, SPARSE.tensors, "missing-tensor", /found weight, weight.offsets/],
    ["three", DENSE, { ...SPARSE.tensors, ...LOW_RANK.tensors }, "missing-tensor", /item.input/],
    [
      "a diagonal beside a matrix",
      SPARSE,
      { diagonal: filled(1, ITEMS) },
      "unsupported",
      /diagonal: expected it beside item.input, found it beside weight.offsets/,
    ],
    [
      "a dense matrix that is not square",
      DENSE,
      { weight: filled(1, 4, 5) },
      "bad-shape",
      "weight",
    ],
    ["a dense vector", DENSE, { weight: filled(1, 16) }, "bad-shape", "weight"],
    ["dense I32", DENSE, { weight: int32Table(4, 4) }, "bad-dtype", "weight"],
    ["I8 without scales", DENSE, { weight: int8(4, 4) }, "missing-tensor", "weight.scale"],
    ["too few scales", SPARSE_I8, { "weight.values.scale": filled(1, 3) }, "bad-shape", /\[40\]/],
    [
      "an infinite scale",
      SPARSE_I8,
      { "weight.values.scale": withValue(filled(1, ITEMS), 9, Infinity) },
      "not-finite",
      /scale of row 9/,
    ],
    [
      "NaN in a dense row",
      DENSE,
      { weight: withValue(MATRIX, 3 * ITEMS + 5, NaN) },
      "not-finite",
      /row 3\b/,
    ],
    [
      "infinity in a sparse row",
      SPARSE,
      { "weight.values": withValue(VALUES, AT, -Infinity) },
      "not-finite",
      /row 7\b/,
    ],
    ["no columns", SPARSE, { "weight.columns": null }, "missing-tensor", "weight.columns"],
    ["no values", SPARSE, { "weight.values": null }, "missing-tensor", "weight.values"],
    ["fewer values", SPARSE, { "weight.values": filled(1, COUNT - 1) }, "bad-shape", /values/],
    ["one offset", SPARSE, { "weight.offsets": int32(0) }, "bad-shape", "weight.offsets"],
    ["offsets in F32", SPARSE, { "weight.offsets": filled(0, ITEMS + 1) }, "bad-dtype", /offsets/],
    ["columns in F32", SPARSE, { "weight.columns": filled(0, COUNT) }, "bad-dtype", /columns/],
    ["offsets from 1", SPARSE, offsets(0, 1), "bad-offsets", /1 to \d+ in row 0/],
    ["an offset below 0", SPARSE, offsets(7, -1), "bad-offsets", /in row 6/],
    ["offsets that fall", SPARSE, offsets(7, OFFSETS.data[6] - 1), "bad-offsets", /in row 6/],
    ["an offset beyond the end", SPARSE, offsets(7, COUNT + 1), "bad-offsets", /in row 6/],
    ["offsets that end early", SPARSE, offsets(ITEMS, COUNT - 1), "bad-offsets", /in row 39/],
    ["a column beyond the items", SPARSE, columns(AT, ITEMS), "bad-shape", /row 7/],
    ["a column below 0", SPARSE, columns(AT, -1), "bad-shape", /row 7/],
    ["the largest column", SPARSE, columns(AT, 2 ** 31 - 1), "bad-shape", /row 7/],
    ["a column twice", SPARSE, columns(AT + 1, COLUMNS.data[AT]), "bad-shape", /row 7/],
    ["columns that fall", SPARSE, columns(AT, COLUMNS.data[AT + 1] + 1), "bad-shape", /row 7/],
    [
      "an output of other width",
      LOW_RANK,
      { "item.output": filled(1, ITEMS, 6) },
      "bad-shape",
      "item.output",
    ],
    ["a diagonal of other length", LOW_RANK, { diagonal: filled(1, 3) }, "bad-shape", "diagonal"],
    ["an input that is scaled", DENSE, {}, "bad-metadata", "input.normalize", L2],
    ["a softmax", DENSE, {}, "bad-metadata", "output", { output: "softmax" }],
    ["an activation", DENSE, {}, "bad-metadata", "activation", { activation: "relu" }],
  ];
  for (const [name, weights, tensors, code, what, info] of cases) {
    test(name, () => assertRefused(loadModel(changedFile(weights, tensors, info)), code, what));
  }

  test("bytes that changed anywhere give a model or an error, never another end", async () => {
    const next = uniform(3);
    const whole = new Uint8Array(fileOf(SPARSE_I8));
    for (let attempt = 0; attempt < 300; attempt++) {
      const bytes = whole.slice(0, attempt % 3 ? undefined : Math.floor(next() * whole.length));
      for (let k = 0; k < 4; k++)
        bytes[Math.floor(next() * bytes.length)] ^= 1 << Math.floor(8 * next());
      try {
        const model = await loadModel(bytes);
        model.score(model.user({ history: [1, 2, 3] }), ROWS.subarray(0, model.itemCount));
      } catch (error) {
        assert.equal(error.name, "PocketrecError", error.stack);
      }
    }
  });
});

/** What the command line prints. */
const pocketrec = (...args) =>
  execFileSync(process.execPath, ["cli/dist/main.js", ...args], { encoding: "utf8" });

/** All scores of a file for a history. */
async function scoresOf(bytes, history = [3, 8, 21]) {
  const model = await loadModel(bytes);
  return model.score(model.user({ history }), ROWS);
}

describe("precisions", () => {
  for (const [name, weights] of Object.entries({ DENSE, SPARSE, LOW_RANK })) {
    for (const precision of /** @type {const} */ (["f16", "bf16", "i8"])) {
      test(`${name} as ${precision}: near the original, and written again as it is`, async () => {
        const file = new Uint8Array(fileOf(weights));
        const small = await quantize(file, precision);
        assert.ok(small.length < file.length);
        const tolerance = { f16: 5e-3, bf16: 5e-2, i8: 0.1 }[precision];
        assertClose(await scoresOf(small), await scoresOf(file), "scores", tolerance);
        assert.deepEqual(await scoresOf(await quantize(small, precision)), await scoresOf(small));
      });
    }
  }

  test("sparse int8 has a scale for each row of the matrix", async () => {
    const small = readModelFile(await quantize(new Uint8Array(fileOf(SPARSE)), "i8"));
    const { values } = small.tensors.get("weight.values");
    for (let row = 0; row < ITEMS; row++) {
      const [start, end] = [OFFSETS.data[row], OFFSETS.data[row + 1]];
      const largest = Math.max(0, ...VALUES.data.slice(start, end).map(Math.abs));
      for (let k = start; k < end; k++)
        assert.ok(Math.abs(values[k] - VALUES.data[k]) <= largest / 254 + 1e-6, `row ${row}`);
    }
  });

  test("the check vectors of a conversion are those of the equations", async () => {
    for (const weights of [DENSE, SPARSE, LOW_RANK]) {
      for (const info of [{}, { input: { values: "rating", shift: 3 }, output: "relu" }]) {
        const file = { ...weights, info: { ...INFO, ...info } };
        const { bytes } = await convert(
          [{ name: "a.safetensors", bytes: new Uint8Array(fileOf(file)) }],
          {},
        );
        const model = await loadModel(bytes, { verify: true });
        assert.equal(model.info.check.length, 4);
      }
    }
  });
});

describe("pruning", () => {
  const prune = (weights, most) =>
    writeModelFile(pruned(readModelFile(new Uint8Array(fileOf(weights))), most), "f32");

  test("keeps the strongest of each row, from a dense and from a sparse file", async () => {
    const most = 4;
    const data = new Float32Array(ITEMS * ITEMS);
    for (let row = 0; row < ITEMS; row++) {
      const line = MATRIX.data.subarray(row * ITEMS, (row + 1) * ITEMS);
      const sorted = [...line.keys()].sort((a, b) => Math.abs(line[b]) - Math.abs(line[a]));
      for (const column of sorted.slice(0, most)) data[row * ITEMS + column] = line[column];
    }
    const expected = fileOf({ tensors: { weight: { shape: MATRIX.shape, data } }, info: INFO });
    for (const weights of [DENSE, SPARSE]) {
      const bytes = prune(weights, most);
      for (const item of [0, 3, 10, 39])
        assert.deepEqual(await scoresOf(bytes, [item]), await scoresOf(expected, [item]));
    }
    assert.deepEqual(prune(DENSE, most), prune(SPARSE, most));
  });

  test("of equal numbers the first remain", () => {
    const weight = filled(1, 3, 3);
    const { kept } = pruned(
      readModelFile(new Uint8Array(fileOf({ tensors: { weight }, info: INFO }))),
      2,
    );
    assert.deepEqual(
      [...kept.get("weight.columns").bytes],
      [0, 1, 0, 1, 0, 1].flatMap((x) => [x, 0, 0, 0]),
    );
  });

  test("more than a row holds changes no score", async () => {
    assert.deepEqual(await scoresOf(prune(DENSE, 1000)), await scoresOf(fileOf(DENSE)));
  });

  test("the check vectors are computed anew", async () => {
    const check = [{ history: [1, 5], items: [3, 4], scores: [9, 9], raw: [9, 9] }];
    const file = new Uint8Array(fileOf({ ...DENSE, info: { ...INFO, check } }));
    const small = await quantize(file, "i8", 5);
    const model = await loadModel(small, { verify: true });
    assert.equal(model.info.provenance.pruned, 5);
  });

  test("the command line prunes, shows the cost and what the matrix is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "prune-"));
    const [file, small] = ["a", "b"].map((name) => join(folder, `${name}.safetensors`));
    writeFileSync(file, new Uint8Array(fileOf(DENSE)));
    const quantized = pocketrec("quantize", file, "--dtype", "i8", "--prune", "5", "-o", small);
    assert.match(quantized, /scores +differ by at most/);
    assert.match(quantized, /best 10 .* shared on average/);
    assert.match(pocketrec("inspect", small), /matrix +sparse, 1\d\d numbers, 4\.\d a row/);
    assert.match(pocketrec("inspect", file), /matrix +dense/);
    const converted = pocketrec("convert", file, "--prune", "5", "-o", small);
    assert.match(converted, /pruned to 5 numbers a row:\nscores/);
    rmSync(folder, { recursive: true });
  });

  test("a low rank, other kinds and zeros are refused", async () => {
    await assertRefused(() => prune(LOW_RANK, 3), "bad-argument", "prune");
    const zeros = { tensors: { weight: filled(0, 3, 3) }, info: INFO };
    await assertRefused(() => prune(zeros, 3), "bad-argument", "prune");
    const other = {
      tensors: { "item.code": filled(1, 3, 3) },
      info: { format: 1, kind: "autorec-item" },
    };
    await assertRefused(() => prune(other, 3), "bad-argument", "prune");
  });
});
