// Layouts by name: models under the names of public code, options that say what a file does not,
// and tensors that no layout uses.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { LOSSES } from "../cli/convert/fold-in.js";
import { recognise } from "../cli/convert/layouts.js";
import { assertClose } from "./lib/assert-close.js";
import {
  assertFails,
  headerOf,
  pocketrec,
  temporaryFolder,
  words,
  writeForeign,
} from "./lib/command-line.js";
import { framework } from "./lib/frameworks.js";
import { normal } from "./lib/random.js";

const at = temporaryFolder();
const next = normal(31);
const tensor = (...shape) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next),
});
const dense = (name, inputs, outputs) => ({
  [`${name}.weight`]: tensor(outputs, inputs),
  [`${name}.bias`]: tensor(outputs),
});

const { skip, train } = framework("state_dicts.py", "PyTorch", "import torch, numpy");

describe("scores of PyTorch", { skip }, () => {
  let trained;
  before(() => (trained = train()));
  after(() => trained && rmSync(trained.folder, { recursive: true }));

  test("each state dict gives them, with the words that say what it does not", async () => {
    const [cases] = trained.models;
    assert.ok(cases.length > 15);
    for (const { file, words: more, pairs, history, scores } of cases) {
      const output = at(`${file}.safetensors`);
      const keep = pairs ? ["--keep-users"] : [];
      const input = join(trained.folder, file);
      const { status, stderr } = pocketrec("convert", input, "-o", output, ...keep, ...more);
      assert.equal(status, 0, `${file}: ${stderr}`);
      const model = await loadModel(output);
      const found = pairs
        ? pairs.map(([id, item]) => model.score(model.user({ id }), [item])[0])
        : model.score(
            model.user({ history }),
            scores.map((_, item) => item),
          );
      assertClose(found, scores, file);
    }
  });
});

const tables = { "user_embedding.weight": tensor(12, 4), "item_embedding.weight": tensor(9, 4) };
const mlp = { ...tables, ...dense("fc1", 8, 6), ...dense("fc2", 6, 4), ...dense("fc3", 4, 1) };
const gmf = { ...tables, ...dense("head", 4, 1) };
const norm = (width) => ({ "norm.weight": tensor(width), "norm.bias": tensor(width) });
const attention = { "attention.in_proj_weight": tensor(12, 4) };

/** Asserts that a file is refused in one line, and gives it. */
function refusal(tensors, ...more) {
  const stderr = assertFails("convert", writeForeign(at("in"), tensors), "-o", at("out"), ...more);
  const lines = stderr.trim().split("\n");
  return lines.at(-1);
}

/** Converts a file, and gives its metadata. */
function converted(tensors, ...more) {
  const input = writeForeign(at("in"), tensors);
  const { status, stderr } = pocketrec("convert", input, "-o", at("out"), ...more);
  assert.equal(status, 0, stderr);
  return headerOf(at("out")).info;
}

describe("every weight is accounted for", () => {
  const batchNorm = (name, width) => ({
    [`${name}.weight`]: tensor(width),
    [`${name}.bias`]: tensor(width),
    [`${name}.running_mean`]: tensor(width),
    [`${name}.running_var`]: { shape: [width], data: new Float32Array(width).fill(1.5) },
  });
  const prefixed = (prefix, tensors, value = (one) => one) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, one]) => [`${prefix}${name}`, value(one)]),
    );
  const moved = ({ shape, data }) => ({ shape, data: data.map((value) => value + 0.1) });
  const average = { ...mlp, ...prefixed("ema.", mlp, moved) };
  const origins = { ...gmf, ...prefixed("GMF_model.", gmf, moved) };
  const { "fc1.weight": plain, ...others } = mlp;
  const parts = { ...others, "fc1.weight_v": plain, "fc1.weight_g": tensor(6, 1) };
  const pruned = { ...others, "fc1.weight_orig": plain, "fc1.weight_mask": tensor(6, 8) };
  const parametrized = { ...others, "fc1.parametrizations.weight.original": plain };
  const extra = { ...gmf, "extra.weight": tensor(4, 4) };
  const cases = [
    ["a layer of other sizes", { ...gmf, ...dense("more", 5, 5) }, /more\.weight \[5, 5\]/],
    ["a single number", { ...tables, temperature: tensor(1) }, /--ignore temperature/],
    ["numbers of items", { ...tables, item_popularity: tensor(9) }, /item_popularity \[9\]/],
    ["a tower beside a GMF", { ...gmf, ...dense("t", 3, 3) }, /uses every tensor, found 2/],
    ["--kind gmf of an MLP", mlp, /fc1\.weight \[6, 8\]/, "--kind", "gmf"],
    ["--kind neumf of a GMF", gmf, /--kind: expected gmf, found neumf/, "--kind", "neumf"],
    ["a module that is named as the model", { ...mlp, ...dense("side.fc1", 8, 6) }, /side\.fc1/],
    ["a mask of some items", { ...gmf, item_mask: tensor(9) }, /item_mask \[9\]/],
    ["a norm of one side", { ...mlp, ...batchNorm("bn_user", 6) }, /bn_user\.weight/],
    ["an average of the model", average, /^pocketrec: ema\.\*: expected one model/],
    ["a NeuMF's own name for another", origins, /^pocketrec: GMF_model\.\*: expected one model/],
    ["parts of weights", parts, /fc1\.weight_g: .*remove_weight_norm\(model\.fc1, "weight"\)/],
    ["a pruned layer", pruned, /fc1\.weight_mask: .*prune\.remove\(model\.fc1, "weight"\)/],
    ["a parametrized layer", parametrized, /remove_parametrizations\(model\.fc1, "weight"\)/],
    ["no such name", gmf, /--ignore: expected the name of a tensor/, "--ignore", "nothing"],
    ["no such activation", mlp, /--activation: expected .*relu/, "--activation", "gelu"],
    ["too many activations", mlp, /--activation: expected/, "--activation", "relu,relu,relu"],
  ];
  for (const [title, tensors, message, ...more] of cases)
    test(`refused: ${title}`, () => assert.match(refusal(tensors, ...more), message));

  test("the advice of the refusal leads to the model without the tensor", () => {
    const [, advice] = refusal(extra).match(/If they are no part of the model: (.*)\.$/);
    assert.equal(converted(extra, ...advice.split(" ")).kind, "gmf");
    assert.equal(converted(extra, "--ignore", "ex*").kind, "gmf");
  });

  test("the same model once more, and an average that --ignore names, are left out", () => {
    assert.equal(converted({ ...mlp, ...prefixed("ema.", mlp) }).kind, "mlp");
    assert.equal(converted(average, "--ignore", "ema.*").kind, "mlp");
  });

  const noParts = {
    "bn.num_batches_tracked": tensor(1),
    "optimizer.state.0.exp_avg": tensor(4, 4),
    "lr_scheduler.last": tensor(1),
    "criterion.pos_weight": tensor(1),
    item_mask: { shape: [9], data: new Float32Array(9).fill(1) },
  };
  test("what is no part of a model by its name is let be", () =>
    assert.equal(converted({ ...gmf, ...noParts }).kind, "gmf"));
});

describe("models that are not computed are refused by name", () => {
  const side = { "genre_embedding.weight": tensor(5, 4) };
  const lightgcn = {
    "embedding_user.weight": tensor(12, 4),
    "embedding_item.weight": tensor(9, 4),
  };
  const inputsFirst = { ...tables, W1: tensor(8, 6), W2: tensor(6, 1) };
  const twoTowers = { ...tables, ...dense("user_tower.0", 4, 3), ...dense("item_tower.0", 4, 3) };
  const cases = [
    [
      "a third table",
      { ...mlp, ...side, ...dense("fc1", 12, 6) },
      /fc1: .*genre_embedding \[5, 4\]/,
    ],
    ["content", { ...mlp, ...dense("film_fc", 7, 4), ...dense("fc1", 12, 6) }, /film_fc \[4, 7\]/],
    ["summed side features", { ...mlp, ...side }, /side features: genre_embedding/],
    ["matrices [in, out]", inputsFirst, /\[inputs, outputs\]: W1 \[8, 6\], W2 \[6, 1\]/],
    ["LayerNorm in a GMF", { ...gmf, ...norm(4) }, /norm: expected no LayerNorm/],
    ["LayerNorm in a tower", { ...mlp, ...norm(6) }, /norm: expected no LayerNorm/],
    ["five classes", { ...tables, ...dense("head", 4, 5) }, /head: expected one output, found 5/],
    ["LightGCN", lightgcn, /layer 0: its scores need the graph/],
    [
      "LightGCN of PyTorch Geometric",
      { "embedding.weight": tensor(21, 4), alpha: tensor(4) },
      /graph/,
    ],
    ["EASE and more", { B: tensor(9, 9), b: tensor(9) }, /item by item matrix of 9 x 9/],
    ["a sequence model", { "item_emb.weight": tensor(9, 4), ...attention }, /sequence model/],
    ["a tower a side", twoTowers, /a tower a side \(user_tower\.0, item_tower\.0\)/],
  ];
  for (const [title, tensors, message] of cases)
    test(title, () => assert.match(refusal(tensors), message));
});

describe("what a file shows beside its names", () => {
  const recognised = (tensors, more = {}) =>
    recognise(
      {
        format: "numpy",
        tensors: new Map(
          Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, values: data }]),
        ),
        classes: new Map(),
        settings: {},
        ...more,
      },
      {},
    );
  const factors = { user_factors: tensor(12, 4), item_factors: tensor(9, 4) };
  const subjects = ({ assumptions }) => assumptions.map(({ subject }) => subject);

  test("alpha is a setting of implicit beside its others, alone it may be anything", () => {
    const alone = () => recognised({ ...factors, alpha: tensor(1) });
    assert.throws(alone, /--ignore alpha/);
    const settings = { alpha: tensor(1), factors: tensor(1), regularization: tensor(1) };
    assert.equal(recognised({ ...factors, ...settings }).kind, "gmf");
  });

  test("a number beside the tensors that scores may be made with is named", () => {
    const named = (settings) =>
      recognised(factors, { settings }).assumptions.find(({ subject }) => subject === "unused");
    assert.deepEqual(named({ global_mean: 3.5, epoch: 7 })?.value, ["global_mean = 3.5"]);
    assert.deepEqual(named({ "hyper.rating_scale": [1, 5] })?.value, ["hyper.rating_scale = 1,5"]);
    assert.equal(named({ epoch: 7, lr: 0.1, best_ndcg: 0.4, seed: 3 }), undefined);
  });

  test("tables of PyTorch's own initialisation may be trained ones", () => {
    const blocks = (scale) => ({
      ...Object.fromEntries(
        ["user", "item"].flatMap((side) => [
          [`embed_${side}_GMF.weight`, scaled(tensor(90, 6), scale)],
          [`embed_${side}_MLP.weight`, scaled(tensor(90, 8), 0.3)],
        ]),
      ),
      ...dense("MLP_layers.0", 16, 6),
      ...dense("predict_layer", 6, 1),
    });
    const scaled = ({ shape, data }, scale) => ({ shape, data: data.map((x) => x * scale) });
    assert.throws(() => recognised(blocks(1)), /The output layer fits both/);
    assert.ok(subjects(recognised(blocks(0.01))).includes("block"));
  });

  test("a first row of zeros is noted", () => {
    const zero = ({ shape, data }) => ({ shape, data: data.fill(0, 0, 4) });
    const padded = { user_factors: zero(tensor(12, 4)), item_factors: zero(tensor(9, 4)) };
    assert.match(recognised(padded).notes.join(), /--padding 1 removes the first row/);
    assert.deepEqual(recognised(factors).notes, []);
  });
});

describe("assumptions", () => {
  const subjects = (tensors, ...more) =>
    converted(tensors, ...more).assumed.map(({ subject }) => subject);
  const all = words`--activation relu --concat user-item --output-function identity`;
  const vae = { ...dense("fc1", 9, 6), ...dense("fc21", 6, 2), ...dense("fc22", 6, 2) };
  const lettered = {
    ...tables,
    ...dense("fc_b", 8, 8),
    ...dense("fc_a", 8, 8),
    ...dense("out", 8, 1),
  };
  const ordered = words`--layer-order fc_a,fc_b`;
  const nameless = { "embedding.weight": tensor(12, 4), "embedding_1.weight": tensor(9, 4) };
  const cases = [
    ["a GMF", gmf, [], ["output"]],
    ["an MLP", mlp, [], ["activation", "concat", "output"]],
    ["an MLP of which all is said", mlp, all, []],
    ["layers without numbers", lettered, [], ["activation", "order", "concat", "output"]],
    ["their order is said", lettered, ordered, ["activation", "concat", "output"]],
    ["a single number", { ...gmf, offset: tensor(1) }, [], ["added", "output"]],
    ["nameless tables", nameless, [], ["users", "output"]],
    ["nameless tables, one said", nameless, ["--user-table", "embedding"], ["output"]],
    [
      "a variational autoencoder",
      { ...vae, ...dense("fc3", 2, 6), ...dense("fc4", 6, 9) },
      [],
      ["activation", "output", "normalize", "head"],
    ],
  ];
  for (const [title, tensors, more, expected] of cases)
    test(title, () => {
      // A dot product's loss is not in the file either.
      const loss = tensors === nameless && LOSSES.includes("log") ? ["loss"] : [];
      assert.deepEqual(subjects(tensors, ...more), [...expected, "code", ...loss]);
    });
});

describe("--items", () => {
  const ids = Array.from({ length: 9 }, (_, row) => `film ${row}`);
  const order = [4, 2, 8, 0, 1, 3, 7, 6, 5];
  const lines = (header, line) => [header, ...order.map(line)].join("\n");
  const numbers = ids.map((_, row) => 100 + row);
  const accepted = [
    ["map.csv", lines("id,row", (row) => `film ${row},${row}`), ids],
    ["quoted.csv", lines("item,index", (row) => `"film ${row}",${row}`), ids],
    ["turned.tsv", lines("idx\tmovie_id", (row) => `${row}\t${100 + row}`), numbers],
    ["lightgcn.txt", lines("org_id remap_id", (row) => `${100 + row} ${row}`), numbers],
    ["map.json", JSON.stringify(Object.fromEntries(order.map((row) => [ids[row], row]))), ids],
    ["rows.json", JSON.stringify(Object.fromEntries(order.map((row) => [row, ids[row]]))), ids],
    ["header.csv", ["movieId", ...numbers].join("\n"), numbers],
    ["commas.txt", ids.map((id) => `${id}, a film`).join("\n"), ids.map((id) => `${id}, a film`)],
  ];
  for (const [name, text, expected] of accepted)
    test(name, async () => {
      writeFileSync(at(name), text);
      converted(gmf, "--items", at(name), "--keep-users");
      const named = await loadModel(at("out"));
      converted(gmf, "--keep-users");
      const plain = await loadModel(at("out"));
      const scoresOf = (model, items) => [...model.score(model.user({ id: 5 }), items)];
      assert.deepEqual(scoresOf(named, expected), scoresOf(plain, [...ids.keys()]));
    });

  const refused = [
    ["no-header.csv", order.map((row) => `film ${row},${row}`).join("\n"), /such as id,row/],
    ["gap.csv", "id,row\na,0\nb,2", /an id for each row, found none for row 1/],
    ["twice.csv", "id,row\na,0\nb,0", /each row once, found row 0 more than once/],
    ["words.csv", "id,row\na,first", /the number of a row/],
    ["from-one.csv", lines("id,row", (row) => `film ${row},${row + 1}`), /9 ids/],
    ["number.json", "3", /a JSON list of ids, or an object from id to row/],
  ];
  for (const [name, text, message] of refused)
    test(`refused: ${name}`, () => {
      writeFileSync(at(name), text);
      assert.match(refusal(gmf, "--items", at(name)), message);
    });
});
