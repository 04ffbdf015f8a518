// Modules of PyTorch whose forward() does what their tensors do not show. What the file shows is
// refused by its path; what is in the code alone is written into the result. The right scores are
// those of PyTorch.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { inWords } from "../cli/convert/assumptions.js";
import { convert } from "../cli/convert/convert.js";
import { readExpected } from "../cli/convert/expect/lines.js";
import { assertRefused } from "./lib/assert-refused.js";
import { framework } from "./lib/frameworks.js";

const { skip, train } = framework("torch_traps.py", "PyTorch", "import torch, numpy");

/** Whole modules that are refused: the path, and the words of the error. */
const REFUSED = {
  "own activation": ["layers.1", /a class of torch\.nn.*__main__\.OwnActivation/],
  "own scale": ["layers.0", /__main__\.Scale.*--ignore layers\.0/],
  "own norm": ["layers.1", /__main__\.OwnNorm/],
  "own ReLU": ["layers.1", /the ReLU of torch\.nn, found __main__\.ReLU/],
  "own Linear": ["layers.2", /the Linear of torch\.nn, found __main__\.Linear/],
  "two activations": ["layers.4", /one activation behind a layer, found tanh behind relu/],
  "an activation first": ["layers.0", /ReLU before the first one/],
  "softmax between": ["layers.1", /Softmax as the output function/],
  "softmax as activation": ["layers.1", /Softmax as the output function/],
  "log softmax": ["layers.3", /LogSoftmax/],
  "softmax of rows": ["softmax", /softmax/],
  "activation, norm, activation": ["layers.3", /relu behind tanh/],
  "two norms": ["layers.2", /one norm, found BatchNorm1d behind BatchNorm1d/],
  "a forward hook": ["layers.0", /a hook behind forward\(\), __main__\.times/],
  "a pre-hook": ["layers.2", /a hook before forward\(\), __main__\.times_before/],
  weight_norm: ["layers.2", /call torch\.nn\.utils\.remove_weight_norm\(model\.layers\.2/],
  spectral_norm: ["layers.2", /remove_spectral_norm/],
  pruning: ["item_embedding", /prune\.remove\(model\.item_embedding, "weight"\)/],
  "a tensor": ["file", /shift \[1\]/],
  "an array": ["file", /shift \[1\]/],
  "gelu kept": ["activation", /gelu/],
};

/** Whole modules that convert to other scores: the words that name what is not computed. */
const NAMED = {
  "times behind a sigmoid": /^nothing computed but embeddings, layers, biases$/,
  temperature: /^temperature = 0\.5 not used$/,
  y_range: /^y_range = 0\.5, 5\.5 not used$/,
  "tanh behind": /^bounded \(tanh\) not used$/,
  "an offset": /^offset added to every score$/,
  mean: /^mean = 3\.5 not used$/,
  cosine: /^nothing computed but embeddings, product$/,
  "residual block": /^nothing computed but embeddings, layers, biases$/,
  "a residual": /^nothing computed but embeddings, layers, biases$/,
};

/** Whole modules that convert to PyTorch's scores. */
const RIGHT = [
  "plain",
  "ReLU twice",
  "Identity, then an activation",
  "norm, activation, norm",
  "sizes",
  "tanh kept",
  "tanh as module",
  "tanh by name",
];

/** State dicts that are refused. */
const REFUSED_WEIGHTS = {
  "own norm": /layers\.1\.gain/,
  "two norms": /layers\.2: expected one norm behind layers\.0/,
  weight_norm: /layers\.2\.weight_g: .*remove_weight_norm\(model\.layers\.2, "weight"\)/,
  spectral_norm: /layers\.2\.weight_orig: .*remove_spectral_norm/,
  pruning: /item_embedding\.weight_mask: .*prune\.remove\(model\.item_embedding, "weight"\)/,
};

describe("modules whose code does more", { skip }, () => {
  let trained;
  let records;
  before(() => {
    trained = train();
    [records] = trained.models;
  });
  after(() => trained && rmSync(trained.folder, { recursive: true }));

  const converted = async (file, options = {}) =>
    convert([{ name: file, bytes: new Uint8Array(readFileSync(join(trained.folder, file))) }], {
      keepUsers: true,
      ...options,
    });

  /** How far the result is from PyTorch's scores, and what it says of itself. */
  async function outcomeOf(name, file, options) {
    const { bytes, finished } = await converted(file, options);
    const model = await loadModel(bytes, { verify: true });
    const { pairs, scores } = records[name];
    const found = pairs.map(([id, item]) => model.score(model.user({ id }), [item])[0]);
    model.dispose();
    const off = Math.max(...found.map((score, k) => Math.abs(score - scores[k])));
    return { off, words: (finished.file.description.assumed ?? []).map(inWords) };
  }

  /** The lines of --expect that PyTorch prints. */
  const expect = (name) => {
    const { pairs, scores } = records[name];
    const lines = pairs.map(([user, item], k) => `${user},${item},${scores[k]}`);
    const text = ["user,item,score", ...lines].join("\n");
    return readExpected(new TextEncoder().encode(text), "expect.csv");
  };

  for (const [name, [path, message]] of Object.entries(REFUSED))
    test(`refused: ${name}`, async () => {
      await assertRefused(() => converted(`${name}.pt`), "unsupported", message);
      if (path === "file") return;
      await assertRefused(() => converted(`${name}.pt`), "unsupported", path);
    });

  for (const [name, message] of Object.entries(NAMED))
    test(`named: ${name}`, async () => {
      const { off, words } = await outcomeOf(name, `${name}.pt`);
      assert.ok(off > 1e-3, `${off}`);
      assert.ok(
        words.some((word) => message.test(word)),
        words.join("; "),
      );
    });

  for (const name of RIGHT)
    test(`right: ${name}`, async () => {
      const { off, words } = await outcomeOf(name, `${name}.pt`);
      assert.ok(off < 1e-5, `${off}: ${words}`);
      assert.match(words.join("; "), /nothing computed but embeddings, layers, biases/);
      assert.doesNotMatch(words.join("; "), /not used/);
    });

  for (const [name, message] of Object.entries(REFUSED_WEIGHTS))
    test(`weights refused: ${name}`, () =>
      assertRefused(() => converted(`${name}.pth`), "unsupported", message));

  test("every state dict that converts says that its code was not seen", async () => {
    const names = Object.keys(records).filter((name) => !REFUSED_WEIGHTS[name]);
    const said = [];
    for (const name of names) {
      const { words } = await outcomeOf(name, `${name}.pth`).catch(({ message }) => ({
        words: [`nothing computed but (refused) ${message}`],
      }));
      if (words.some((word) => word.startsWith("nothing computed but"))) said.push(name);
    }
    assert.deepEqual(said, names);
  });

  test("--ignore leaves out a submodule that the scores do not depend on", async () => {
    const { words } = await outcomeOf("softmax of rows", "softmax of rows.pt", {
      ignore: ["softmax"],
    });
    assert.ok(words.length > 0);
    await assertRefused(() => converted("plain.pt", { ignore: ["softmax"] }), "bad-argument");
  });

  test("the order of layers without numbers is an assumption, which --expect settles", async () => {
    const open = await outcomeOf("letters", "letters.pth");
    assert.ok(open.off > 1e-3);
    assert.ok(open.words.includes("layers in the order fc_a, fc_b"), open.words.join("; "));
    const proved = await outcomeOf("letters", "letters.pth", { expect: expect("letters") });
    assert.ok(proved.off < 1e-5, `${proved.off}`);
    const stated = await outcomeOf("letters", "letters.pth", {
      layerOrder: "fc_b,fc_a",
      output: "identity",
    });
    assert.ok(stated.off < 1e-5, `${stated.off}`);
    const unknown = () => converted("letters.pth", { layerOrder: "fc_b,fc_c" });
    await assertRefused(unknown, "bad-argument", "--layer-order");
  });

  test("--expect proves that nothing else is computed, or refuses", async () => {
    const { finished } = await converted("plain.pt", { expect: expect("plain") });
    assert.ok(finished.file.description.assumed.every(({ checked }) => checked));
    for (const name of ["cosine", "a residual", "mean", "times behind a sigmoid"])
      await assertRefused(() => converted(`${name}.pt`, { expect: expect(name) }), "bad-argument");
  });
});
