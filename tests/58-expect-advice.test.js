// Where nothing reproduces the lines of --expect, the refusal says why, and what it advises,
// followed, leads to the right file where there is one. The scores are PyTorch's.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { changed, linesOf, padded, proved, rescored, tensorsOf } from "./lib/expect-models.js";

/** Asserts that a file gives the scores of lines: users and items by row. */
async function assertScores({ bytes }, lines, change = (score) => score) {
  const model = await loadModel(bytes, { verify: true });
  for (const line of lines.slice(1)) {
    const [user, item, score] = line.split(",").map(Number);
    const [found] = model.score(model.user({ id: user }), Uint32Array.of(item));
    const right = change(score);
    assert.ok(Math.abs(found - right) < 1e-5 * Math.max(1, Math.abs(right)), `${found}, ${right}`);
  }
  model.dispose();
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

describe("rows", () => {
  const lines = linesOf("neumf");

  test("row 0 of the items is padding", async () => {
    const model = padded(tensorsOf("neumf"), /item/);
    const message = /items one later.*--padding 1 --user-padding 0\.$/;
    await assertRefused(proved(model, lines), "bad-argument", message);
    const made = await proved(model, lines, { padding: 1, userPadding: 0 });
    assert.equal(made.proof.naming.itemShift, 1);
    await assertScores(made, lines);
  });

  test("row 0 of both tables is padding", async () => {
    const model = padded(tensorsOf("neumf"), /embed/);
    await assertRefused(proved(model, lines), "bad-argument", /both tables.*Use --padding 1\.$/);
    await assertScores(await proved(model, lines, { padding: 1 }), lines);
  });

  test("padding and a global mean", async () => {
    const own = linesOf("factorisation");
    const model = padded(tensorsOf("factorisation"), /user/);
    const message = /users one later.*--padding 0 --user-padding 1 --global-mean 3\.5\.$/;
    await assertRefused(proved(model, own), "bad-argument", message);
    const options = { padding: 0, userPadding: 1, globalMean: 3.5 };
    await assertScores(await proved(model, own, options), own);
  });

  test("with padding stated, lines may count its row or not", async () => {
    const model = padded(tensorsOf("neumf"), /embed/);
    const later = changed(lines, ([user, item, score]) => [+user + 1, +item + 1, score]);
    for (const own of [lines, later])
      await assertScores(await proved(model, own, { padding: 1 }), lines);
  });

  test("lines that count from 1", async () => {
    const own = changed(lines, ([user, item, score]) => [+user + 1, +item + 1, score]).filter(
      (line, k) => k === 0 || Number(line.split(",")[1]) < 10,
    );
    const fitting = own.filter((line) => !/^12,/.test(line));
    await assertRefused(
      proved("neumf", fitting),
      "bad-argument",
      /count items and users from 1: count them from 0/,
    );
    await assertRefused(proved("neumf", ["1,10,0.5"]), "bad-argument", /counted from 0/);
  });

  test("the item first", async () => {
    const own = changed(lines, ([user, item, score]) => [item, user, score]).slice(1);
    const fitting = own.filter((line) => Number(line.split(",")[1]) < 10);
    await assertRefused(
      proved("neumf", fitting),
      "bad-argument",
      /item first: a header item,user,score says so/,
    );
    await assertScores(await proved("neumf", ["item,user,score", ...fitting]), lines);
  });

  test("a few wrong lines are named", () => {
    const own = rescored(lines, (score, k) => (k === 4 || k === 9 ? score + 0.25 : score));
    return assertRefused(proved("neumf", own), "bad-argument", /all lines but 6, 11: are their/);
  });
});

describe("digits", () => {
  test("three decimals: 6 digits, and those are right", async () => {
    const lines = linesOf("neumf");
    const few = rescored(lines, (score) => score.toFixed(3));
    await assertRefused(proved("neumf", few), "bad-argument", /digits: print 6 or more/);
    const more = rescored(lines, (score) => score.toPrecision(6));
    await assertScores(await proved("neumf", more), lines);
  });

  test("half precision", () => {
    const half = (score) => {
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(score))) - 10);
      return Math.round(score / unit) * unit;
    };
    const own = rescored(linesOf("neumf"), half);
    return assertRefused(proved("neumf", own), "bad-argument", /half precision: .*float32/);
  });
});

test("--ignore of a submodule leaves out its tensors", async () => {
  const lines = linesOf("neumf");
  const weights = { shape: [1, 3], data: Float32Array.of(1, 2, 3) };
  const model = { ...tensorsOf("neumf"), "auxiliary.head.weight": weights };
  await assertRefused(proved(model, lines), "unknown-layout", /and 5 more/);
  await assertScores(await proved(model, lines, { ignore: ["auxiliary"] }), lines);
  const unknown = proved(model, lines, { ignore: ["aux"] });
  await assertRefused(unknown, "bad-argument", "--ignore");
});

describe("functions behind the score", () => {
  test("clipped: the scale that holds them", async () => {
    const lines = linesOf("neumf");
    const sorted = lines
      .slice(1)
      .map((line) => Number(line.split(",")[2]))
      .sort((a, b) => a - b);
    const [minimum, maximum] = [sorted[4], sorted.at(-5)].map((score) => Number(score.toFixed(1)));
    const clip = (score) => Math.min(Math.max(score, minimum), maximum);
    const own = rescored(lines, clip);
    const message = new RegExp(`within ${minimum} to ${maximum}: --rating ${minimum}:${maximum}`);
    await assertRefused(proved("neumf", own), "bad-argument", message);
    const rating = { minimum, maximum };
    await assertScores(await proved("neumf", own, { rating }), lines, clip);
  });

  test("a probability, where the option says there is no output function", async () => {
    const lines = linesOf("neumf");
    const own = rescored(lines, sigmoid);
    const options = { output: "identity" };
    await assertRefused(
      proved("neumf", own, options),
      "bad-argument",
      /--output-function sigmoid\.$/,
    );
    await assertScores(await proved("neumf", own, { output: "sigmoid" }), lines, sigmoid);
  });

  test("a global mean behind a sigmoid", async () => {
    const lines = linesOf("factorisation");
    const own = rescored(lines, (score) => sigmoid(score - 2.5));
    await assertRefused(
      proved("factorisation", own),
      "bad-argument",
      /logit is 1 higher: --global-mean 1\.$/,
    );
    const made = await proved("factorisation", own, { globalMean: 1 });
    await assertScores(made, lines, (score) => sigmoid(score - 2.5));
  });

  test("a factor: scaled in the output layer, it is right", async () => {
    const lines = linesOf("neumf");
    const own = rescored(lines, (score) => 1.7 * score);
    await assertRefused(
      proved("neumf", own),
      "bad-argument",
      /1\.7 times .* multiply the output layer/,
    );
    const tensors = tensorsOf("neumf");
    for (const name of ["predict_layer.weight", "predict_layer.bias"])
      tensors[name].data = tensors[name].data.map((value) => 1.7 * value);
    await assertScores(await proved(tensors, own), lines, (score) => 1.7 * score);
  });

  test("a highest line that was rounded is no end of a scale", async () => {
    const lines = linesOf("neumf");
    const floor = (score) => Math.floor(score * 1e6) / 1e6;
    const own = rescored(lines, (score) => (score > 0 ? floor(score) : 0));
    await assertRefused(proved("neumf", own), "bad-argument", /end at 0: .*--rating 0:MAX\.$/);
    const made = await proved("neumf", own, { rating: { minimum: 0, maximum: 100 } });
    await assertScores(made, lines, (score) => Math.max(score, 0));
  });

  test("a range that starts at 0 is no factor of the output layer", async () => {
    const lines = linesOf("neumf");
    const own = rescored(lines, (score) => 5.5 * sigmoid(score));
    const message = /5\.5 times .*\(behind the sigmoid\).*Print the scores before that\.$/;
    await assertRefused(proved("neumf", own), "bad-argument", message);
    await assertScores(await proved("neumf", lines), lines);
  });

  test("another range", async () => {
    const own = rescored(linesOf("neumf"), (score) => 1 + 4 * sigmoid(score));
    await assertRefused(
      proved("neumf", own),
      "bad-argument",
      /4 times .* plus 1 \(behind the sigmoid\)/,
    );
  });

  test("the same order, other values", async () => {
    const own = rescored(linesOf("neumf"), (score) => Math.atan(score) ** 3);
    await assertRefused(
      proved("neumf", own),
      "bad-argument",
      /order .* Print the scores before it/,
    );
  });
});

describe("what pocketrec does not compute", () => {
  for (const [name, message] of [
    ["mlp, leaky ReLU", /They fit with leaky ReLU of slope 0\.01, which pocketrec does not/],
    ["mlp, GELU", /They fit with GELU, which pocketrec does not/],
    ["mlp, residual", /nearest with .* A residual connection .* is not computed/],
  ])
    test(name, () => assertRefused(proved(name, linesOf(name)), "bad-argument", message));

  test("three lines of leaky ReLU are not taken for relu", async () => {
    const [header, ...lines] = linesOf("mlp, leaky ReLU");
    for (let first = 0; first < 21; first += 3)
      await assertRefused(
        proved("mlp, leaky ReLU", [header, ...lines.slice(first, first + 3)]),
        "bad-argument",
      );
  });
});

describe("the size of the scores does not matter", () => {
  test("lines that differ by less than 0.001", async () => {
    const lines = linesOf("mlp, small weights");
    const scores = lines.slice(1).map((line) => Number(line.split(",")[2]));
    assert.ok(Math.max(...scores) - Math.min(...scores) < 1e-3);
    const { finished } = await proved("mlp, small weights", lines);
    const { activation, output } = finished.file.description;
    assert.deepEqual([activation, output], ["tanh", "sigmoid"]);
  });

  test("scores of 0.0001: another activation is told", async () => {
    const { finished } = await proved("mlp, tiny scores", linesOf("mlp, tiny scores"));
    const { activation, output } = finished.file.description;
    assert.deepEqual([activation, output], ["relu", "identity"]);
    await assertRefused(
      proved("mlp, tiny scores", linesOf("mlp, tiny scores"), { activation: "identity" }),
      "bad-argument",
    );
  });
});

describe("--rating, for every kind alike", () => {
  const rating = { minimum: 2, maximum: 3.5 };
  const clip = (score) => Math.min(Math.max(score, 2), 3.5);
  for (const [name, options] of [
    ["factorisation", { globalMean: 3.5 }],
    ["autorec", { kind: "autorec-user" }],
  ])
    test(`lines of ${name}, held within the scale or not`, async () => {
      const shift = name === "autorec" ? { minimum: 0, maximum: 5 } : rating;
      const hold = name === "autorec" ? (score) => Math.min(Math.max(score, 0), 5) : clip;
      const free = await proved(name, linesOf(name), { ...options, rating: shift });
      const held = await proved(name, rescored(linesOf(name), hold), { ...options, rating: shift });
      assert.deepEqual([free.proof.view, held.proof.view], ["free", "scores"]);
      const [one, two] = [free, held].map(({ finished }) => finished.file.description);
      assert.deepEqual(
        [one.activation, one.output, one.rating],
        [two.activation, two.output, two.rating],
      );
    });
});
