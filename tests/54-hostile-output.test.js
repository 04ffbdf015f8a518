// Files that want the command line to print what is not true: nothing that a file says breaks a
// line, moves the cursor, hides text or reorders it, in any command, in results and in errors.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { lines } from "./lib/changed-files.js";
import { pocketrec, temporaryFolder, writeForeign } from "./lib/command-line.js";
import { assertOneLine, HOSTILE } from "./lib/hostile-text.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const at = temporaryFolder();
const ALL = Object.values(HOSTILE).join("");
/** A line that no command prints of itself. */
const LIE = `x\nLIE: verified${ALL}`;
/** What an argument can hold. */
const ARGUMENT = LIE.replaceAll("\0", "");
const ITEMS = 30;

/** Runs a command and checks every line of its output. */
function output(...command) {
  const { status, stdout, stderr } = pocketrec(...command);
  for (const text of [stdout, stderr])
    for (const line of text.split("\n")) {
      assertOneLine(line);
      assert.doesNotMatch(line, /^LIE/);
      assert.ok(line.length < 20_000, `${line.length} characters in a line`);
    }
  return { status, stdout, stderr, all: stdout + stderr };
}

const ids = Array.from({ length: ITEMS }, (_, row) => `${row}${LIE}`);

/** A good file of which every text is hostile. */
function hostileModel(name, change = {}) {
  const weights = randomWeights({ items: ITEMS, gmf: 4, users: 9, aggregates: true });
  weights.tensors.item_ids = lines(ids.map((id) => JSON.stringify(id)).join("\n"));
  weights.tensors[LIE] = { shape: [1], data: new Float32Array(1) };
  Object.assign(weights.info, {
    name: LIE,
    provenance: { [LIE]: LIE, list: [LIE, [LIE]], converted: { checked: LIE } },
    metrics: { [LIE]: { [LIE]: LIE } },
    assumed: [
      { subject: LIE, value: LIE },
      { subject: LIE, value: [LIE], checked: true },
    ],
    check: [{ vector: Array(11).fill(0), items: [1], scores: [0.123] }],
    ...change,
  });
  writeFileSync(at(name), new Uint8Array(fileOf(weights)));
  return at(name);
}

describe("a weights file of hostile texts", () => {
  const path = hostileModel("hostile.safetensors");

  test("inspect", () => {
    const { status, stdout } = output("inspect", path);
    assert.equal(status, 0);
    assert.match(stdout, /x\\u000aLIE/);
  });

  test("inspect --json gives the same texts", () => {
    const { name, provenance } = JSON.parse(output("inspect", path, "--json").stdout);
    assert.deepEqual([name, provenance[LIE]], [LIE, LIE]);
  });

  test("verify", () => assert.equal(output("verify", path).status, 1));

  test("verify --against", () => {
    output("verify", path, "--against", path, "--users", 2);
  });

  test("rank", () => {
    const history = at("history.json");
    writeFileSync(history, JSON.stringify([ids[0], LIE]));
    const { status, all } = output("rank", path, "--history", history, "--explain");
    assert.equal(status, 0, all);
    assert.match(all, /not in the model: x\\u000aLIE/);
    const { stdout } = output("rank", path, "--history", history, "--json");
    assert.ok(ids.includes(JSON.parse(stdout).items[0].item));
  });

  test("rank, with files of hostile users", () => {
    const broken = at("broken.jsonl");
    writeFileSync(broken, `${JSON.stringify({ past: LIE })}\n`);
    assert.equal(output("rank", path, "--history", broken).status, 2);
    assert.equal(
      output("rank", path, "--history", `{${ARGUMENT}`, "--features", ARGUMENT).status,
      2,
    );
  });

  test("quantize", () => {
    output("quantize", path, "--dtype", "i8", "--users", 2);
    output("quantize", path, "--dtype", "i8", "--users", 2, "--json");
  });

  test("convert", () => {
    output("convert", path, "-o", at("converted.safetensors"));
  });

  for (const [what, change] of Object.entries({
    kind: { kind: LIE },
    activation: { activation: LIE },
    output: { output: LIE },
    rating: { rating: { [LIE]: LIE } },
    fold_in: { fold_in: { steps: LIE } },
    format: { format: LIE },
  }))
    test(`a refused ${what}`, () => {
      const { status, stderr } = output("inspect", hostileModel(`${what}.safetensors`, change));
      assert.equal(status, 2);
      assert.equal(stderr.split("\n").length, 2, stderr);
    });
});

describe("other files of hostile texts", () => {
  const tensor = (...shape) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)),
  });

  test("a state dict that no layout knows", () => {
    const path = writeForeign(at("foreign.safetensors"), {
      [LIE]: tensor(3, 2),
      [`${LIE}.weight`]: tensor(5, 4),
    });
    assert.equal(output("inspect", path).status, 0);
    assert.equal(output("inspect", path, "--json").status, 0);
    const { status, stderr } = output("convert", path, "-o", at("never"));
    assert.equal(status, 2);
    assert.match(stderr, /x\\u000aLIE/);
  });

  test("a header with a hostile dtype", () => {
    const entry = { dtype: LIE, shape: [1], data_offsets: [0, 4] };
    const header = JSON.stringify({ [LIE]: entry });
    const text = new TextEncoder().encode(header);
    const file = new Uint8Array(8 + text.length + 4);
    new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
    file.set(text, 8);
    writeFileSync(at("dtype.safetensors"), file);
    for (const command of ["inspect", "verify"])
      assert.equal(output(command, at("dtype.safetensors")).status, 2);
  });

  test("interactions of hostile users, items and columns", () => {
    const path = hostileModel("evaluated.safetensors", { provenance: {}, assumed: [] });
    const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
    const rows = Array.from({ length: 40 }, (_, i) =>
      [`u${i % 4}${LIE}`, ids[(i * 7) % ITEMS], LIE].map(quoted).join(","),
    );
    writeFileSync(at("data.csv"), ["user,item," + quoted(LIE), ...rows].join("\n"));
    output("evaluate", path, "--data", at("data.csv"), "--protocol", "leave-one-out");
    output("evaluate", path, "--data", at("data.csv"), "--protocol", "leave-one-out", "--json");
    writeFileSync(at("wrong.csv"), `${quoted(LIE)},${quoted(LIE)}\n${quoted(LIE)},1\n`);
    assert.equal(
      output("evaluate", path, "--data", at("wrong.csv"), "--protocol", "strong").status,
      2,
    );
  });

  test("file names", () => {
    const folder = at("a\u202eb\u001b[2J");
    mkdirSync(folder);
    const path = `${folder}/c\nLIE.safetensors`;
    writeFileSync(path, new Uint8Array(fileOf(randomWeights())));
    assert.equal(output("manifest", path).status, 0);
    assert.equal(output("manifest", path, "-o", at("manifest.json")).status, 0);
    assert.equal(output("inspect", path).status, 0);
    assert.equal(output("verify", path).status, 1);
    assert.equal(output("inspect", `${path}.none`).status, 2);
    assert.equal(output("inspect", path, `--${ALL.replaceAll("\0", "")}`).status, 2);
  });
});

describe("files that print much", () => {
  test("inspect of metadata that nests 60,000 deep", () => {
    const deep = `${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}`;
    const weights = randomWeights();
    const text = JSON.stringify({ ...weights.info, provenance: 0 }).replace(/:0/, `:${deep}`);
    writeFileSync(
      at("deep.safetensors"),
      new Uint8Array(
        fileOf(weights, (header) => ({ ...header, __metadata__: { pocketrec: text } })),
      ),
    );
    const { status, stderr } = output("inspect", at("deep.safetensors"));
    assert.equal(status, 2);
    assert.match(stderr, /pocketrec: header: expected fewer than \d+ lists and properties/);
  });

  test("rank --top 200000", () => {
    const path = at("large.safetensors");
    const weights = randomWeights({ kind: "gmf", items: 200_000, gmf: 4, aggregates: true });
    writeFileSync(path, new Uint8Array(fileOf(weights)));
    const { status, stdout, stderr } = output("rank", path, "--history", "1", "--top", "200000");
    assert.equal(status, 0, stderr);
    assert.equal(stdout.split("\n").length, 200_001);
  });
});
