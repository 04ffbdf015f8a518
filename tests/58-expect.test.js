// --expect: scores that PyTorch modules gave (tests/frameworks/expect_models.py) decide what their
// state dicts do not say.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assumptionLines } from "../cli/convert/assumptions.js";
import { convert } from "../cli/convert/convert.js";
import { readExpected } from "../cli/convert/expect/lines.js";
import { readModelFile, writeModelFile } from "../cli/convert/model-file.js";
import { assertRefused } from "./lib/assert-refused.js";
import { normal } from "./lib/random.js";
import { assertFails, headerOf, pocketrec, temporaryFolder } from "./lib/command-line.js";
import { writeSafetensors } from "./lib/safetensors.js";

const at = temporaryFolder();
const models = JSON.parse(readFileSync("tests/fixtures/expect.json", "utf8"));

const encode = (text) => new TextEncoder().encode(text);
const linesOf = (name) => readExpected(encode(models[name].lines.join("\n")), "expect.csv");

/** The state dict of a model as a file. */
function fileOf(name) {
  const tensors = Object.fromEntries(
    Object.entries(models[name].tensors).map(([key, { shape, data }]) => [
      key,
      { shape, data: Float32Array.from(data) },
    ]),
  );
  return new Uint8Array(writeSafetensors(tensors));
}

/** Converts a state dict of the fixtures, with its lines unless others are given. */
const converted = (name, { lines = linesOf(name), ...options } = {}) =>
  convert([{ name: "model", bytes: fileOf(name) }], {
    keepUsers: true,
    ...options,
    ...(lines ? { expect: lines } : {}),
  });

/** What a conversion assumed, by subject. */
const assumedOf = ({ finished }) =>
  Object.fromEntries(
    finished.file.description.assumed.map(({ subject, value, checked }) => [
      subject,
      [value, checked],
    ]),
  );

/** Asserts that a converted model gives the scores that the lines have. */
async function assertReproduces({ bytes }, { lines }) {
  const model = await loadModel(bytes, { verify: true });
  for (const { user, history, item, score } of lines) {
    const past = history?.map(({ item, rating }) => ({ item: Number(item), rating }));
    const who = model.user(past ? { history: past } : { id: Number(user) });
    const [found] = model.score(who, Uint32Array.of(Number(item)));
    assert.ok(Math.abs(found - score) < 1e-5 * Math.max(1, Math.abs(score)), `${found}, ${score}`);
  }
  model.dispose();
}

describe("one combination reproduces the scores", () => {
  const CASES = [
    ["neumf", { activation: "relu", join: "gmf-mlp", concat: "user-item", output: "identity" }],
    [
      "neumf, MLP and item first",
      { activation: "tanh", join: "mlp-gmf", concat: "item-user", output: "sigmoid" },
    ],
    ["mlp, last layer linear", { activation: "relu,identity", output: "identity" }],
    ["autorec", { activation: "elu", output: "identity" }, { kind: "autorec-user" }],
  ];
  for (const [name, values, options] of CASES)
    test(name, async () => {
      const result = await converted(name, options);
      await assertReproduces(result, linesOf(name));
      const found = assumedOf(result);
      for (const [subject, value] of Object.entries(values)) {
        const [stored, checked] = found[subject] ?? [];
        assert.equal(String(stored), value, subject);
        assert.equal(checked, true, subject);
      }
    });

  test("the file says that the framework's scores were reproduced", async () => {
    const { finished } = await converted("neumf");
    const [line, ...more] = assumptionLines(finished.file.description);
    assert.deepEqual(more, []);
    assert.match(line, /^checked against the framework: .*relu.*, 24 scores of expect\.csv$/);
  });

  test("without --expect the file says what was assumed", async () => {
    const { finished } = await converted("neumf", { lines: null });
    assert.match(
      assumptionLines(finished.file.description)[0],
      /^assumed: .*relu.*GMF first.*; not checked against the framework$/,
    );
  });

  test("lines before a stated output function are raw scores", async () => {
    const { proof, finished } = await converted("neumf", { output: "sigmoid" });
    assert.ok(proof.view === "raw");
    assert.equal(finished.file.description.output, "sigmoid");
    const { lines } = linesOf("neumf");
    const [{ raw }] = finished.file.description.check;
    assert.ok(lines.some(({ score }) => Math.abs(score - raw[0]) < 1e-6));
  });

  test("scores that are all the same, such as an end of the scale, prove nothing", async () => {
    const lines = (...scores) =>
      readExpected(
        encode(["user,item,score", ...scores.map((x, k) => `1,${k},${x}`)].join("\n")),
        "expect.csv",
      );
    const options = { rating: { minimum: 1, maximum: 4 }, globalMean: 50, lines: lines(4, 4, 4) };
    await assertRefused(converted("factorisation", options), "bad-argument", /scores that differ/);
  });

  test("items by the app's ids", async () => {
    const ids = Array.from({ length: 10 }, (_, row) => `film ${row}`);
    const lines = models.neumf.lines.map((line, k) =>
      k ? line.replace(/,(\d+),/, ",film $1,") : line,
    );
    const expected = readExpected(encode(lines.join("\n")), "expect.csv");
    const { proof } = await converted("neumf", { lines: expected, ids });
    assert.equal(proof.lineCount, 24);
    const wrong = readExpected(encode("user,item,score\n1,film 99,0.5"), "expect.csv");
    await assert.rejects(converted("neumf", { lines: wrong, ids }), /one of the item ids/);
  });
});

describe("what the command line states", () => {
  test("a CDAE has a node per user: no check vector holds one", async () => {
    const { proof, finished } = await converted("cdae");
    assert.equal(finished.file.description.activation, "tanh");
    assert.deepEqual([proof.lineCount, proof.checks], [30, []]);
  });

  test("--map describes a dot product with biases and a global mean", async () => {
    const { lines } = linesOf("factorisation");
    const map = {
      kind: "gmf",
      tensors: {
        "gmf.user": "user_factors.weight",
        "gmf.item": "item_factors.weight",
        "user.bias": "user_biases.weight",
        "item.bias": "item_biases.weight",
      },
    };
    const result = await converted("factorisation", { map, globalMean: 3.5 });
    await assertReproduces(result, { lines });
    const { code, ...others } = assumedOf(result);
    assert.deepEqual(others, { output: ["identity", true] });
    assert.deepEqual(code, ["embeddings, product, biases", true]);
  });

  test("--rating holds predictions within the scale", async () => {
    const rating = { minimum: 3, maximum: 4 };
    const { lines } = linesOf("factorisation");
    const { bytes, finished } = await converted("factorisation", { globalMean: 3.5, rating });
    const { clip, output } = finished.file.description;
    assert.deepEqual([clip, output], [true, "identity"]);
    const model = await loadModel(bytes, { verify: true });
    for (const { user, item, score } of lines) {
      const row = Uint32Array.of(Number(item));
      const [found] = model.score(model.user({ id: Number(user) }), row);
      assert.ok(Math.abs(found - Math.min(Math.max(score, 3), 4)) < 1e-5);
    }
    model.dispose();
  });

  test("a global mean is for matrix factorisation", () =>
    assert.rejects(
      converted("autorec", { globalMean: 3, kind: "autorec-user", lines: null }),
      /--global-mean: expected a model of kind dot, gmf, mlp or neumf, found autorec-user/,
    ));

  test("a file of ours is proved again, by its own ids", async () => {
    const ids = Array.from({ length: 10 }, (_, row) => `film ${row}`);
    const { bytes } = await converted("neumf", { ids, fold: true, lines: null });
    const lines = models.neumf.lines.map((line) => line.replace(/,(\d+),/, ",film $1,"));
    const expect = readExpected(encode(lines.join("\n")), "expect.csv");
    const { proof } = await convert([{ name: "ours", bytes }], { expect, keepUsers: true });
    assert.equal(proof.lineCount, 24);
  });
});

test("only the right order of columns gives scores where ratings lie", async () => {
  const next = normal(3);
  const table = (rows, width, deviation, mean = 0) => ({
    shape: [rows, width],
    data: Float32Array.from({ length: rows * width }, () => mean + deviation * next()),
  });
  // The tower gives about 1 in each of four units, which the output layer adds up to a rating; the
  // product is about 0.
  const bytes = new Uint8Array(
    writeSafetensors({
      "embed_user_GMF.weight": table(40, 4, 0.3),
      "embed_item_GMF.weight": table(30, 4, 0.3),
      "embed_user_MLP.weight": table(40, 4, 0.3),
      "embed_item_MLP.weight": table(30, 4, 0.3),
      "MLP_layers.0.weight": table(4, 8, 0.2),
      "MLP_layers.0.bias": { shape: [4], data: Float32Array.of(1, 1, 1, 1) },
      "predict_layer.weight": {
        shape: [1, 8],
        data: Float32Array.of(0.9, 0.8, 1, 0.8, -0.5, 0.4, 0.3, -0.6),
      },
      "predict_layer.bias": { shape: [1], data: Float32Array.of(0.1) },
    }),
  );
  const joinOf = async (options) => {
    const { finished } = await convert([{ name: "model", bytes }], { keepUsers: true, ...options });
    const { assumed } = finished.file.description;
    return assumed.find(({ subject }) => subject === "join").value;
  };
  assert.equal(await joinOf({ output: "identity" }), "mlp-gmf");
  assert.equal(await joinOf({ rating: { minimum: 1, maximum: 5 } }), "mlp-gmf");
  assert.equal(await joinOf({}), "gmf-mlp", "the usual order, where no rating is stated");
});

describe("refused", () => {
  test("no combination: the nearest and its largest difference are named", async () => {
    const [header, first, ...rest] = models.neumf.lines;
    const [user, item, score] = first.split(",");
    const other = [header, `${user},${item},${Number(score) + 0.25}`, ...rest].join("\n");
    await assert.rejects(
      converted("neumf", { lines: readExpected(encode(other), "expect.csv") }),
      /expect\.csv: expected scores that the model computes, found .* line 2 has .*nearest with/,
    );
  });

  test("a constant difference is the global mean; the named option is right", async () => {
    await assert.rejects(converted("factorisation"), (error) => {
      assert.match(error.message, /Every score is 3\.5 higher: --global-mean 3\.5\.$/);
      return true;
    });
    const result = await converted("factorisation", { globalMean: 3.5 });
    await assertReproduces(result, linesOf("factorisation"));
  });

  test("lines that two models reproduce, and both ways out are right", async () => {
    // One hidden unit: the sum of the user's and the item's value, negative for user 1 alone.
    const tensor = (shape, ...values) => ({ shape, data: Float32Array.of(...values) });
    const bytes = new Uint8Array(
      writeSafetensors({
        "embed_user_MLP.weight": tensor([2, 2], 1, 0, -2, 0),
        "embed_item_MLP.weight": tensor([3, 2], 0.5, 0, 0.25, 0, 0.75, 0),
        "MLP_layers.0.weight": tensor([1, 4], 1, 0, 1, 0),
        "MLP_layers.0.bias": tensor([1], 0),
        "predict_layer.weight": tensor([1, 1], 1),
        "predict_layer.bias": tensor([1], 0.5),
      }),
    );
    const own = (text, options) =>
      convert([{ name: "model", bytes }], {
        keepUsers: true,
        expect: readExpected(encode(text), "expect.csv"),
        ...options,
      });
    const few = "0,0,2\n0,1,1.75\n0,2,2.25";
    await assert.rejects(own(few), (error) => {
      assert.match(error.message, /found relu and (elu|identity) alike\. Add lines of other users/);
      assert.match(error.message, /, or use --activation relu\.$/);
      return true;
    });
    for (const result of [
      await own(`${few}\n1,0,0.500000000\n1,1,0.5`),
      await own(few, { activation: "relu" }),
    ])
      assert.equal(result.finished.file.description.activation, "relu");
  });

  test("activations by unknown names, and lists of another length", async () => {
    for (const [activation, message] of [
      ["relu,softsign", /--activation: expected identity, relu,.* found "softsign"/],
      ["relu,relu,relu", /activation.*2/],
    ])
      await assert.rejects(converted("neumf", { activation }), message);
  });

  test("a list of activations is one per hidden layer", async () => {
    const { finished } = await converted("mlp, last layer linear", {
      activation: "relu,identity",
      lines: null,
    });
    assert.deepEqual(finished.file.description.activation, ["relu", "identity"]);
  });

  for (const [what, text, message] of [
    ["nothing", "", /expected lines user,item,score/],
    ["two columns", "1,2", /line 1: expected user,item,score or history,item,score/],
    ["a score that is no number", "user,item,score\n1,2,high", /line 2: expected a score/],
    [
      "a user beyond the table",
      "1,2,0.5\n99,2,0.5",
      /line 2, user: expected a row .* 0 to 11.* not by your app's ids/,
    ],
    ["an item beyond the table", "1,2,0.5\n1,99,0.5", /line 2, item: expected a row .* 0 to 9/],
    ["a history for a model of users", "history,item,score\n1 2,3,1", /user,item,score/],
    ["broken JSON", "[{", /expected JSON, found broken JSON/],
    ["JSON without scores", '[{ "user": 1, "item": 2 }]', /line 1: expected a score/],
  ])
    test(what, () =>
      assert.rejects(
        async () => converted("neumf", { lines: readExpected(encode(text), "expect.csv") }),
        message,
      ),
    );
});

test("JSON says the same as CSV", () => {
  const csv = readExpected(encode("history,item,score\n3:4.5 7:1,2,0.5\n3|7,1,2"), "a.csv");
  const json = readExpected(
    encode(
      JSON.stringify([
        { history: [[3, 4.5], { item: 7, rating: 1 }], item: 2, score: 0.5 },
        { history: [3, 7], item: 1, score: 2 },
      ]),
    ),
    "a.csv",
  );
  const content = ({ lines }) => lines.map(({ number, ...line }) => line);
  assert.deepEqual(content(csv), content(json));
});

describe("verify tells changed files", () => {
  const changes = {
    "a layer transposed": ({ tensors }) => {
      const { shape, values } = tensors.get("mlp.layers.1.weight");
      const [rows, width] = shape;
      const other = values.map((_, k) => values[(k % rows) * width + Math.floor(k / rows)]);
      tensors.set("mlp.layers.1.weight", { shape, values: other });
    },
    "rows of the items exchanged": ({ tensors }) => {
      const { shape, values } = tensors.get("gmf.item");
      const [, width] = shape;
      tensors.set("gmf.item", {
        shape,
        values: Float32Array.of(...values.subarray(width), ...values.subarray(0, width)),
      });
    },
    "the output's blocks exchanged": ({ tensors }) => {
      const { shape, values } = tensors.get("output.weight");
      tensors.set("output.weight", {
        shape,
        values: Float32Array.of(...values.subarray(4), ...values.subarray(0, 4)),
      });
    },
    "a bias dropped": ({ tensors }) => {
      const { shape } = tensors.get("mlp.layers.0.bias");
      tensors.set("mlp.layers.0.bias", { shape, values: new Float32Array(shape[0]) });
    },
    "the output's bias dropped": ({ tensors }) => tensors.delete("output.bias"),
    "another activation": ({ description }) => (description.activation = "elu"),
    "another output": ({ description }) => (description.output = "sigmoid"),
  };
  for (const [what, change] of Object.entries(changes))
    test(what, async () => {
      const { bytes } = await converted("neumf", { fold: false });
      const file = readModelFile(bytes);
      // Only the lines of --expect: they alone are of the framework.
      file.description.check = file.description.check.slice(0, -4);
      await loadModel(writeModelFile(file, "f32"), { verify: true });
      change(file);
      await assert.rejects(loadModel(writeModelFile(file, "f32"), { verify: true }), (error) => {
        assert.equal(error.code, "verify-failed");
        return true;
      });
    });
});

test("the command line: --expect, verify and inspect", () => {
  writeFileSync(at("model.safetensors"), fileOf("neumf"));
  writeFileSync(at("expect.csv"), models.neumf.lines.join("\n"));
  const command = ["convert", at("model.safetensors"), "-o", at("out.safetensors")];
  const { status, stdout, stderr } = pocketrec(...command, "--expect", at("expect.csv"));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^checked against the framework: .*24 scores of expect\.csv$/m);
  assert.match(stderr, /users of expect\.csv: their vectors or histories are published with it/);
  assert.ok(headerOf(at("out.safetensors")).info.assumed.every(({ checked }) => checked));
  for (const shown of ["verify", "inspect"])
    assert.match(
      pocketrec(shown, at("out.safetensors")).stdout,
      /^checked against the framework: .*24 scores of expect\.csv$/m,
    );
  const open = pocketrec(...command);
  assert.match(open.stdout, /^assumed: .*relu.*; not checked against the framework$/m);
  assert.match(open.stderr, /--expect FILE proves it/);
  assert.match(
    pocketrec("verify", at("out.safetensors")).stdout,
    /^assumed: .*not checked against the framework$/m,
  );
  writeFileSync(at("wrong.csv"), "user,item,score\n1,2,77\n");
  assert.match(
    assertFails(...command, "--expect", at("wrong.csv")),
    /^pocketrec: wrong\.csv: expected scores that the model computes/m,
  );
});
