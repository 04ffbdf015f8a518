// Item to item models of other frameworks become weights files: matrices as numpy, scipy, implicit
// and RecBole save them, and ELSA's table.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { convert } from "../cli/convert/convert.js";
import { readExpected } from "../cli/convert/expect/lines.js";
import { sparseRows } from "../cli/convert/read/sparse.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { assertFails, cli, headerOf, pocketrec, temporaryFolder } from "./lib/command-line.js";
import { pythonWith } from "./lib/frameworks.js";
import { normal } from "./lib/random.js";
import { writeSafetensors } from "./lib/safetensors.js";
import { npy } from "./lib/torch-writer.js";
import { zipOf } from "./lib/zip-writer.js";

const at = temporaryFolder();
const ITEMS = 8;
const next = normal(7);
const table = (rows, width = rows) => ({
  shape: [rows, width],
  data: Float32Array.from({ length: rows * width }, () => next()),
});

/** A file of numpy.save of floats. */
const array = (data, shape) =>
  npy(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }\n`,
    new Uint8Array(Float32Array.from(data).buffer),
  );

const convertBytes = (bytes, options = {}) => convert([{ name: "model", bytes }], options);
const tensorsFile = (tensors) => new Uint8Array(writeSafetensors(tensors));
const assumed = ({ finished }) =>
  Object.fromEntries(
    (finished.file.description.assumed ?? []).map(({ subject, value, checked }) => [
      subject,
      checked ? [value, "checked"] : value,
    ]),
  );

/** Scores of a dense matrix, rows being the history's items. */
const scoresOf = ({ shape: [items], data }, history) =>
  Array.from({ length: items }, (_, j) => history.reduce((sum, i) => sum + data[i * items + j], 0));

/** Lines of --expect of some histories. */
const linesOf = (scores, histories) =>
  readExpected(
    new TextEncoder().encode(
      [
        "history,item,score",
        ...histories.flatMap((history) =>
          scores(history).map((score, item) => `${history.join(" ")},${item},${score}`),
        ),
      ].join("\n"),
    ),
    "expect.csv",
  );

const HISTORIES = [[0, 3], [5], [1, 2, 7]];

/** Asserts that a converted file scores as a matrix does. */
async function assertScores({ bytes }, scores, shift = 0) {
  const model = await loadModel(bytes, { verify: true });
  assert.equal(model.kind, "item-item");
  for (const history of HISTORIES) {
    const user = model.user({ history: history.map((row) => row - shift) });
    const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
    assertClose(model.score(user, rows), scores(history).slice(shift), String(history));
  }
  model.dispose();
}

describe("a square matrix", () => {
  const matrix = table(ITEMS);
  const scores = (history) => scoresOf(matrix, history);
  const turned = {
    shape: matrix.shape,
    data: matrix.data.map((_, k) => matrix.data[(k % ITEMS) * ITEMS + Math.floor(k / ITEMS)]),
  };
  const file = array(matrix.data, matrix.shape);

  test("rows are assumed to be the history's items, and said to be", async () => {
    const converted = await convertBytes(file);
    assert.equal(assumed(converted).direction, "rows");
    await assertScores(converted, scores);
  });

  test("--history-axis columns", async () => {
    const converted = await convertBytes(array(turned.data, turned.shape), {
      historyAxis: "columns",
    });
    assert.equal(assumed(converted).direction, undefined);
    await assertScores(converted, scores);
  });

  test("a dense layer of PyTorch has a row an output", async () => {
    const converted = await convertBytes(tensorsFile({ "decoder.weight": turned }));
    assert.equal(assumed(converted).direction, "columns");
    await assertScores(converted, scores);
  });

  test("scores prove the direction", async () => {
    const expect = linesOf(scores, HISTORIES);
    for (const [bytes, value] of [
      [file, "rows"],
      [array(turned.data, turned.shape), "columns"],
    ]) {
      const converted = await convertBytes(bytes, { expect });
      assert.deepEqual(assumed(converted).direction, [value, "checked"]);
      await assertScores(converted, scores);
    }
  });

  test("scores of another matrix are refused", async () => {
    const other = table(ITEMS);
    const expect = linesOf((history) => scoresOf(other, history), HISTORIES);
    await assertRefused(() => convertBytes(file, { expect }), "bad-argument", /expect\.csv/);
  });

  test("ratings as input are found by their lines", async () => {
    const lines = ["history,item,score"];
    for (const [history, ratings] of [
      [
        [0, 3],
        [5, 2],
      ],
      [
        [1, 6],
        [4.5, 1],
      ],
    ])
      for (let item = 0; item < ITEMS; item++) {
        const score = history.reduce(
          (sum, row, i) => sum + ratings[i] * matrix.data[row * ITEMS + item],
          0,
        );
        lines.push(`${history.map((row, i) => `${row}:${ratings[i]}`).join(" ")},${item},${score}`);
      }
    const expect = readExpected(new TextEncoder().encode(lines.join("\n")), "expect.csv");
    const converted = await convertBytes(file, { expect });
    assert.deepEqual(assumed(converted).input, ["rating", "checked"]);
    const model = await loadModel(converted.bytes, { verify: true });
    const user = model.user({ history: [{ item: 4, rating: 3 }] });
    const [score] = model.score(user, Uint32Array.of(5));
    assertClose([score], [3 * matrix.data[4 * ITEMS + 5]]);
  });

  test("a symmetric matrix has no direction", async () => {
    const data = matrix.data.map((value, k) => value + turned.data[k]);
    const converted = await convertBytes(array(data, matrix.shape));
    assert.equal("direction" in assumed(converted), false);
  });

  test("the command line prints what is assumed", () => {
    const [input, output] = [at("w.npy"), at("w.out")];
    writeFileSync(input, file);
    const { status, stdout, stderr } = cli`convert ${input} -o ${output}`;
    assert.equal(status, 0, stderr);
    assert.match(stdout, /item-item, 8 items/);
    assert.match(stdout, /assumed: rows for the history's items, an interaction counts 1/);
    assert.match(stderr, /--history-axis, --input-values overrides what is assumed/);
    assert.equal(headerOf(output).info.kind, "item-item");
  });

  test("padding rows and columns are dropped", async () => {
    const converted = await convertBytes(file, { padding: 1, historyAxis: "rows" });
    const model = await loadModel(converted.bytes, { verify: true });
    assert.equal(model.itemCount, ITEMS - 1);
    const user = model.user({ history: [1, 4] });
    const rows = Uint32Array.from({ length: ITEMS - 1 }, (_, row) => row);
    assertClose(model.score(user, rows), scores([2, 5]).slice(1));
  });

  test("row and column 0 of zeros are pointed out", async () => {
    const data = matrix.data.map((value, k) => (k < ITEMS || k % ITEMS === 0 ? 0 : value));
    const { blueprint } = await convertBytes(array(data, matrix.shape));
    assert.ok(blueprint.notes.some((note) => /use --padding 1/.test(note)));
  });

  const traps = {
    "a bias beside the matrix": { W: matrix, b: table(1, ITEMS) },
    "two matrices": { A: matrix, B: turned },
  };
  for (const [name, tensors] of Object.entries(traps))
    test(`${name} is refused`, async () => {
      const bytes = tensorsFile(tensors);
      await assert.rejects(() => convertBytes(bytes), /PocketrecError/);
      await assert.rejects(() => convertBytes(bytes, { kind: "item-item" }), /PocketrecError/);
    });

  test("numbers that are not finite are refused", async () => {
    const data = matrix.data.map((value, k) => (k === 11 ? NaN : value));
    await assertRefused(() => convertBytes(array(data, matrix.shape)), "not-finite", /weight/);
  });

  test("an array that is not square is refused with the way out", async () => {
    const bytes = array(table(3, 4).data, [3, 4]);
    await assertRefused(() => convertBytes(bytes), "unknown-format", /savez/);
  });
});

describe("ELSA", () => {
  const rows = table(ITEMS, 3);
  const vectors = Array.from({ length: ITEMS }, (_, row) => {
    const own = [...rows.data.subarray(3 * row, 3 * row + 3)];
    const length = Math.hypot(...own);
    return own.map((value) => value / length);
  });
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const scores = (history) =>
    vectors.map((vector, j) =>
      history.reduce((sum, i) => sum + dot(vectors[i], vector) - Number(i === j), 0),
    );

  test("the authors' name says what is computed", async () => {
    const converted = await convertBytes(tensorsFile({ "_ELSA__W_list.0": rows }));
    assert.deepEqual(Object.keys(assumed(converted)), ["code"]);
    await assertScores(converted, scores);
  });

  test("of another name, scores prove it", async () => {
    const bytes = tensorsFile({ A: rows });
    const expect = linesOf(scores, HISTORIES);
    await assert.rejects(() => convertBytes(bytes, { expect }), /unknown model/);
    const converted = await convertBytes(bytes, { expect, kind: "item-item" });
    assert.deepEqual(assumed(converted).vectors, ["l2", "checked"]);
    assert.deepEqual(assumed(converted).diagonal, [1, "checked"]);
    await assertScores(converted, scores);
  });

  test("without the identity taken away", async () => {
    const kept = (history) => scores(history).map((score, j) => score + history.includes(j));
    const converted = await convertBytes(tensorsFile({ A: rows }), {
      expect: linesOf(kept, HISTORIES),
      kind: "item-item",
    });
    assert.deepEqual(assumed(converted).diagonal, [0, "checked"]);
    await assertScores(converted, kept);
  });
});

describe("sparse matrices of strangers", () => {
  const parts = {
    name: "W",
    format: "csr",
    shape: [3, 3],
    values: [1, 2],
    indices: [2, 0],
    pointers: [0, 1, 1, 2],
  };
  const changes = {
    "columns beyond the matrix": { indices: [3, 0] },
    "columns that are no whole numbers": { indices: [0.5, 0] },
    "beginnings that fall": { pointers: [0, 2, 1, 2] },
    "too few beginnings": { pointers: [0, 1, 2] },
    "beginnings beyond the numbers": { pointers: [0, 1, 1, 9] },
    "fewer columns than numbers": { indices: [2] },
    "another format": { format: "dia" },
    "rows that no numbers justify": {
      format: "coo",
      shape: [2 ** 31 - 1, 2 ** 31 - 1],
      pointers: [0, 1],
    },
  };
  for (const [name, change] of Object.entries(changes))
    test(name, () =>
      assert.throws(
        () => sparseRows({ ...parts, ...change }),
        ({ code, subject }) => subject === "W" && /bad-shape|unsupported|too-large/.test(code),
      ),
    );

  test("rows are sorted, and numbers at the same place added", () => {
    const { offsets, columns, values } = sparseRows({
      ...parts,
      format: "coo",
      values: [4, 1, 2, 8],
      indices: [2, 0, 2, 0],
      pointers: [1, 2, 1, 0],
    });
    assert.deepEqual([...offsets], [0, 2, 2, 3]);
    assert.deepEqual([...columns], [0, 2, 1]);
    assert.deepEqual([...values], [8, 1, 6]);
  });
});

const { skip, python } = pythonWith("scipy and PyTorch", "import scipy.sparse, torch, numpy");

describe("files of numpy, scipy, implicit and RecBole", { skip }, () => {
  const folder = at("files");
  const load = () => {
    const { status, stderr } = spawnSync(
      python,
      ["-B", "tests/frameworks/sparse_files.py", folder],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    return JSON.parse(readFileSync(`${folder}/files.json`, "utf8"));
  };
  /** What is refused, by the file. */
  const refused = {
    "users.pth": /neighbours of users: each row is a user/,
    "missing.pth": /numpy\.save\("model\.npy", model\.item_similarity\)/,
    "lil.pkl": /found lil\. Convert it before saving: matrix\.tocsr\(\)/,
  };
  const USERS = 5;

  test("each is converted, or refused", async (t) => {
    for (const [name, entry] of Object.entries(load()))
      await t.test(name, () =>
        refused[name]
          ? assert.match(assertFails("convert", `${folder}/${name}`, "-o", at("no")), refused[name])
          : assertFile(name, entry),
      );
  });

  async function assertFile(name, { file, convert: words, history, scores, padding }) {
    const output = at(`${name}.safetensors`);
    const { status, stderr } = pocketrec("convert", `${folder}/${file}`, "-o", output, ...words);
    assert.equal(status, 0, stderr);
    const { tensors } = headerOf(output);
    for (const { shape } of Object.values(tensors)) assert.ok(!shape.includes(USERS), `${shape}`);
    const model = await loadModel(output, { verify: true });
    assert.equal(model.itemCount, scores.length - padding);
    const user = model.user({ history: history.map((row) => row - padding) });
    const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
    assertClose(model.score(user, rows), scores.slice(padding), name);
    model.dispose();
  }
});

test("a matrix of scipy without numpy's arrays is refused", async () => {
  const text = (word) =>
    npy("{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n", Buffer.from(word));
  const files = {
    "format.npy": text("csr"),
    "shape.npy": array([3, 3], [2]),
    "data.npy": array([1], [1]),
  };
  const bytes = zipOf(files);
  await assertRefused(() => convertBytes(bytes), "bad-shape", /beginnings/);
});
