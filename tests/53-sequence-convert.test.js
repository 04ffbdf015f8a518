// SASRec and GRU4Rec of other frameworks become weights files: models of PyTorch under their names
// (tests/frameworks/sequence_models.py), whose scores decide what their tensors do not say.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { convert } from "../cli/convert/convert.js";
import { readExpected } from "../cli/convert/expect/lines.js";
import { headsOf } from "../cli/convert/layouts/sequence/parts.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { cli, temporaryFolder } from "./lib/command-line.js";
import { dict, ndarray, op, pickle } from "./lib/pickle-writer.js";
import { normal } from "./lib/random.js";
import { writeSafetensors } from "./lib/safetensors.js";

const at = temporaryFolder();
const models = JSON.parse(readFileSync("tests/fixtures/sequences.json", "utf8"));
const next = normal(11);
const tensor = (...shape) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => next()),
});

/** The state dict of a model as a file, with other tensors; undefined takes one away. */
function fileOf(name, changes = {}) {
  const own = Object.entries(models[name].tensors).map(([key, { shape, data }]) => [
    key,
    { shape, data: Float32Array.from(data) },
  ]);
  const all = Object.entries({ ...Object.fromEntries(own), ...changes });
  return new Uint8Array(
    writeSafetensors(Object.fromEntries(all.filter(([, value]) => value !== undefined))),
  );
}

const linesOf = (name, change = (line) => line) =>
  readExpected(new TextEncoder().encode(models[name].lines.map(change).join("\n")), "expect.csv");

const converted = (name, { changes, ...options } = {}) =>
  convert([{ name: "model", bytes: fileOf(name, changes) }], options);

const assumed = ({ finished }) =>
  Object.fromEntries(
    (finished.file.description.assumed ?? []).map(({ subject, value, checked }) => [
      subject,
      checked ? value : [value, "open"],
    ]),
  );

/** Asserts that a converted model gives the scores of the lines. Rows count the padding. */
async function assertReproduces(name, { bytes, blueprint }) {
  const { padding = 0 } = blueprint;
  const model = await loadModel(bytes, { verify: true });
  for (const { history, item, score } of linesOf(name).lines) {
    const user = model.user({ history: history.map((one) => Number(one.item) - padding) });
    assertClose(model.score(user, Uint32Array.of(Number(item) - padding)), [score], `${item}`);
  }
  model.dispose();
}

/** The state dict of RecBole's SASRec, of one block. */
function recboleTensors() {
  const layer = "trm_encoder.layer.0";
  const norm = (name) => ({ [`${name}.weight`]: tensor(8), [`${name}.bias`]: tensor(8) });
  const dense = (name, rows, width) => ({
    [`${name}.weight`]: tensor(rows, width),
    [`${name}.bias`]: tensor(rows),
  });
  const parts = ["query", "key", "value", "dense"];
  return {
    "item_embedding.weight": tensor(14, 8),
    "position_embedding.weight": tensor(6, 8),
    ...norm("LayerNorm"),
    ...Object.assign(
      {},
      ...parts.map((part) => dense(`${layer}.multi_head_attention.${part}`, 8, 8)),
    ),
    ...norm(`${layer}.multi_head_attention.LayerNorm`),
    ...dense(`${layer}.feed_forward.dense_1`, 12, 8),
    ...dense(`${layer}.feed_forward.dense_2`, 8, 12),
    ...norm(`${layer}.feed_forward.LayerNorm`),
  };
}

/** The state dict of RecBole's GRU4Rec, of one layer. */
const recboleGru = () => ({
  "item_embedding.weight": tensor(14, 8),
  "gru_layers.weight_ih_l0": tensor(18, 8),
  "gru_layers.weight_hh_l0": tensor(18, 6),
  "dense.weight": tensor(8, 6),
  "dense.bias": tensor(8),
});

/** A checkpoint of RecBole with a configuration. */
function recboleFile(tensors, model, settings) {
  const own = Object.entries(tensors).map(([name, { shape, data }]) => [
    name,
    ndarray(shape, [...data]),
  ]);
  const config = Object.entries(settings).map(([name, value]) => [name, [op.int(value)]]);
  const bytes = pickle(
    ...dict({
      config: dict({ model: [op.text(model)], ...Object.fromEntries(config) }),
      cur_step: [op.int(0)],
      state_dict: dict(Object.fromEntries(own)),
    }),
  );
  return [{ name: "model.pth", bytes: new Uint8Array(bytes) }];
}

/** What the scores of each SASRec prove. */
const PROVED = {
  first: { heads: 1, "norm order": "query", activation: "identity", "empty positions": "zero" },
  "first-relu": {
    heads: 2,
    "norm order": "query",
    activation: "relu",
    "empty positions": "zero",
  },
  "later-query": { heads: 4, "norm order": "query", activation: "relu" },
  "later-after": {
    heads: 2,
    "norm order": "after",
    activation: "relu",
    "empty positions": "attended",
  },
  "later-before": { heads: 1, "norm order": "before", activation: "relu" },
  "later-empty": { "norm order": "after", "empty positions": "attended" },
  authors: { heads: 2 },
};

describe("SASRec", () => {
  for (const [name, proved] of Object.entries(PROVED))
    test(`${name}: scores decide what the names do not say`, async () => {
      const result = await converted(name, { expect: linesOf(name) });
      assert.equal(result.blueprint.kind, "sasrec");
      const found = assumed(result);
      for (const [subject, value] of Object.entries(proved))
        assert.deepEqual(found[subject], value);
      await assertReproduces(name, result);
    });

  test("what is stated is not assumed", async () => {
    const stated = { heads: 2, normOrder: "after", emptyPositions: "attended", activation: "relu" };
    const result = await converted("later-after", stated);
    assert.deepEqual(Object.keys(assumed(result)), ["code"]);
    await assertReproduces("later-after", result);
  });

  test("options of the command line", async () => {
    const [input, output] = [at("later.safetensors"), at("later.out")];
    writeFileSync(input, fileOf("later-after"));
    const options = ["--heads", 2, "--norm-order", "after", "--empty-positions", "attended"];
    const { status, stdout, stderr } = cli`convert ${input} -o ${output} ${options}`;
    assert.equal(status, 0, stderr);
    assert.match(stdout, /sasrec, 13 items.*from SASRec of PyTorch/);
    assert.match(stdout, /removed: 1 padding row/);
    assert.match(stdout, /assumed: relu, nothing computed but embeddings/);
    await assertReproduces("later-after", {
      bytes: readFileSync(output),
      blueprint: { padding: 1 },
    });
  });

  test("the numbers of TensorFlow's outputs belong to no name", async () => {
    const renamed = Object.fromEntries(
      Object.entries(models.authors.tensors).flatMap(([name, { shape, data }]) => [
        [name, undefined],
        [`${name}:0`, { shape, data: Float32Array.from(data) }],
      ]),
    );
    const result = await converted("authors", { changes: renamed, heads: 2 });
    await assertReproduces("authors", result);
  });

  test("scores of a model with other code are refused", async () => {
    const lines = linesOf("first-relu");
    const { lines: others } = linesOf("later-after");
    const expect = {
      ...lines,
      lines: lines.lines.map((line, k) => ({ ...line, score: others[k].score })),
    };
    await assertRefused(() => converted("first-relu", { expect }), "bad-argument", /expect\.csv/);
  });

  test("lines of full windows alone leave open what stands before short histories", async () => {
    const all = linesOf("later-after");
    const expect = { ...all, lines: all.lines.filter(({ history }) => history.length >= 6) };
    await assertRefused(
      () => converted("later-after", { expect, heads: 2, normOrder: "after", activation: "relu" }),
      "bad-argument",
      /before a short history .* alike/,
    );
  });

  const traps = {
    "a further layer": {
      changes: { "forward_layers.0.conv3.weight": tensor(8, 8, 1) },
      message: /forward_layers\.0\.conv3\.weight/,
    },
    "a block behind a gap": {
      changes: Object.fromEntries(
        Object.entries(models["later-after"].tensors).flatMap(([name, { shape, data }]) =>
          /\.1\./.test(name)
            ? [
                [name, undefined],
                [name.replace(".1.", ".2."), { shape, data: Float32Array.from(data) }],
              ]
            : [],
        ),
      ),
      message: /attention_layernorms\.2/,
    },
    "a learned temperature": { changes: { temperature: tensor(1) }, message: /temperature/ },
    "a table of users": { changes: { "user_emb.weight": tensor(20, 8) }, message: /user_emb/ },
    "heads that do not divide the width": { options: { heads: 3 }, message: /heads/ },
    "a layer that is missing": {
      changes: { "forward_layers.0.conv2.weight": undefined },
      message: /forward_layers\.0\.conv2\.weight: expected a tensor of a SASRec/,
    },
    "a bias that is missing": {
      changes: { "attention_layers.1.in_proj_bias": undefined },
      message: /attention_layers\.1\.in_proj_bias: expected a tensor of a SASRec/,
    },
    "an option of another kind": {
      options: { window: 4 },
      message: /--window: expected a model of kind gru4rec, found sasrec/,
    },
    "a number that is not finite": {
      changes: { "last_layernorm.bias": { shape: [8], data: new Float32Array(8).fill(NaN) } },
      message: /norm\.bias/,
    },
  };
  for (const [name, { changes, options, message }] of Object.entries(traps))
    test(`${name} is refused`, () =>
      assert.rejects(() => converted("later-after", { changes, ...options }), message));

  test("positions that differ cannot stand for no event", () =>
    assertRefused(
      () => converted("first-relu", { emptyPositions: "attended" }),
      "unsupported",
      /row 0 for no event/,
    ));

  test("RecBole's configuration and tensors agree", async () => {
    const config = { n_heads: 4, n_layers: 1, MAX_ITEM_LIST_LENGTH: 6 };
    const { finished } = await convert(recboleFile(recboleTensors(), "SASRec", config), {});
    assert.equal(finished.file.description.heads, 4);
    for (const [name, other] of [
      ["n_layers", 2],
      ["MAX_ITEM_LIST_LENGTH", 5],
    ])
      await assertRefused(
        () => convert(recboleFile(recboleTensors(), "SASRec", { ...config, [name]: other }), {}),
        "bad-shape",
        new RegExp(`those of ${name} ${other}`),
      );
  });

  test("each number of heads that divides the width is asked about", () => {
    assert.deepEqual(headsOf(15), [1, 3, 5, 15]);
    assert.deepEqual(headsOf(50), [1, 2, 5, 10]);
  });

  test("BERT4Rec's bare state dict has SASRec's names", async () => {
    const bytes = new Uint8Array(writeSafetensors(recboleTensors()));
    const files = [{ name: "model", bytes }];
    await assert.rejects(() => convert(files, {}), /sequence model/);
    await assertRefused(() => convert(files, { from: "recbole" }), "unsupported", /BERT4Rec/);
    const result = await convert(files, { from: "recbole", kind: "sasrec" });
    assert.deepEqual(assumed(result).heads, [2, "open"]);
    await assertRefused(
      () => convert(files, { from: "recbole", kind: "sasrec", normOrder: "before" }),
      "bad-argument",
      /--norm-order: expected after, as the file says, found before/,
    );
    assert.deepEqual(assumed(result).activation, ["gelu", "open"]);
  });
});

describe("GRU4Rec", () => {
  for (const name of Object.keys(models).filter((one) => one.startsWith("gru-")))
    test(`${name}: as PyTorch computes it`, async () => {
      const result = await converted(name, { expect: linesOf(name) });
      assert.equal(result.blueprint.kind, "gru4rec");
      await assertReproduces(name, result);
    });

  test("RecBole's configuration states the window and the layers", async () => {
    const config = { num_layers: 1, MAX_ITEM_LIST_LENGTH: 6 };
    const file = recboleFile(recboleGru(), "GRU4Rec", config);
    const { finished, blueprint } = await convert(file, {});
    assert.equal(finished.file.description.window, 6);
    assert.deepEqual(blueprint.notes, []);
    await assertRefused(
      () => convert(recboleFile(recboleGru(), "GRU4Rec", { ...config, num_layers: 2 }), {}),
      "bad-shape",
      /those of num_layers 2/,
    );
  });

  test("a window that nothing states is a note", async () => {
    const { blueprint } = await converted("gru-tied");
    assert.match(blueprint.notes.join(), /all events of a history count.*--window N/);
    const stated = await converted("gru-tied", { window: 4 });
    assert.doesNotMatch(stated.blueprint.notes.join(), /--window/);
  });

  test("--window reads the newest events", async () => {
    const result = await converted("gru-tied", { window: 4 });
    const model = await loadModel(result.bytes, { verify: true });
    const row = Uint32Array.of(3);
    const [all, last] = [
      [9, 1, 2, 4, 7],
      [1, 2, 4, 7],
    ].map((history) => model.score(model.user({ history }), row)[0]);
    assert.equal(all, last);
  });

  const rnn = (rows) => ({
    "gru.weight_ih_l0": tensor(rows * 6, 8),
    "gru.weight_hh_l0": tensor(rows * 6, 6),
    "gru.bias_ih_l0": tensor(rows * 6),
    "gru.bias_hh_l0": tensor(rows * 6),
  });
  const traps = {
    "an LSTM": { changes: rnn(4), message: /found an LSTM/ },
    "an RNN": { changes: rnn(1), message: /found an RNN/ },
    "both ways": {
      changes: { "gru.weight_ih_l0_reverse": tensor(18, 8) },
      message: /both ways/,
    },
    "a further layer": { changes: { "out2.weight": tensor(5, 5) }, message: /out2\.weight/ },
    "a bias that is missing": {
      changes: { "gru.bias_hh_l0": undefined },
      message: /gru\.bias_hh_l0: expected a tensor of a GRU4Rec/,
    },
    "outputs that are neither items nor as wide as they": {
      changes: { "h2o.weight": tensor(5, 6), "h2o.bias": tensor(5) },
      message: /PocketrecError/,
    },
    "a learned temperature": { changes: { temperature: tensor(1) }, message: /temperature/ },
  };
  for (const [name, { changes, message }] of Object.entries(traps))
    test(`${name} is refused`, () =>
      assert.rejects(() => converted("gru-tied", { changes }), message));
});
