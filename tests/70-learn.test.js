// The page's "Watch it learn": its automatic differentiation by finite differences, its training by
// PyTorch from the same start, over-fitting with the page's settings, and the same bits by seed.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { backward } from "../web-demo/page/sections/learn/autodiff.js";
import { createMap } from "../web-demo/page/sections/learn/map.js";
import { MODELS } from "../web-demo/page/sections/learn/models.js";
import { DEFAULTS } from "../web-demo/page/sections/learn/settings.js";
import { Trainer } from "../web-demo/page/sections/learn/trainer.js";
import { TESTED, TRAINED, makeWorld, noiseIn } from "../web-demo/page/sections/learn/world.js";
import { assertClose } from "./lib/assert-close.js";
import { temporaryFolder } from "./lib/command-line.js";
import { framework } from "./lib/frameworks.js";

const at = temporaryFolder();
const KINDS = Object.keys(MODELS);

/** A trainer with the page's settings, but for some. */
const trainer = (settings) => new Trainer({ ...DEFAULTS, ...settings });

describe("the invented world", () => {
  const world = makeWorld({ seed: 3, noise: 0.5 });

  test("has ratings in half stars, none of them both given and kept back", () => {
    const { train, test: kept, users, items } = world;
    assert.equal(train.length, users * TRAINED);
    assert.equal(kept.length, users * TESTED);
    const cells = [...train, ...kept].map(({ user, item }) => user * items + item);
    assert.equal(new Set(cells).size, cells.length);
    for (const { rating } of [...train, ...kept])
      assert.ok(rating >= 1 && rating <= 5 && Number.isInteger(2 * rating), `${rating}`);
  });

  test("keeps its tastes where only the noise changes", () => {
    const quiet = makeWorld({ seed: 3, noise: 0 });
    assert.deepEqual(quiet.truth, world.truth);
    assert.ok(noiseIn(quiet, quiet.test) < 0.03, "rounding to half stars only");
    assert.ok(noiseIn(world, world.test) > 0.15);
  });

  test("differs by seed", () =>
    assert.notDeepEqual(makeWorld({ seed: 4, noise: 0.5 }).truth, world.truth));
});

describe("gradients", () => {
  for (const model of KINDS)
    test(`${model}: as finite differences`, () => {
      const made = trainer({ model, size: 3, decay: 0.003 });
      // The first epoch moves biases and embeddings away from zero.
      made.epoch();
      const cells = made.world.train.slice(10, 40);
      const loss = () => made.loss(cells).values[0];
      backward(made.loss(cells));
      for (const [name, { values, gradient }] of Object.entries(made.parameters))
        assertClose(gradient, differences(values, loss), name, 1e-6);
    });
});

/** The slope of `loss` along each value: central differences. */
function differences(values, loss, step = 1e-5) {
  return values.map((value, index) => {
    const at = (moved) => {
      values[index] = moved;
      return loss();
    };
    const slope = (at(value + step) - at(value - step)) / (2 * step);
    values[index] = value;
    return slope;
  });
}

const RUNS = KINDS.flatMap((kind) =>
  [0, 0.004].map((decay) => ({ name: `${kind} with penalty ${decay}`, kind, decay })),
);
const STEPS = 120;
const torch = framework("learning.py", "PyTorch", "import torch, numpy");

test("losses and predictions are PyTorch's", { skip: torch.skip }, (t) => {
  const own = new Map(RUNS.map((run) => [run.name, runHere(run)]));
  const { folder, models } = torch.train(...[...own.values()].map(({ file }) => file));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(models.length, RUNS.length);
  for (const { name, losses, predictions } of models) {
    assert.equal(losses.length, STEPS);
    assertClose(own.get(name).losses, losses, `${name}: losses`, 1e-9);
    assertClose(own.get(name).predictions, predictions, `${name}: predictions`, 1e-7);
  }
});

/** Trains here, and writes the start and the batches for PyTorch. */
function runHere({ name, kind, decay }) {
  const made = trainer({ model: kind, decay });
  const { world, mean } = made;
  const ratings = Array.from({ length: world.users }, () => new Array(world.items).fill(0));
  for (const { user, item, rating } of world.train) ratings[user][item] = rating;
  const parameters = Object.fromEntries(
    Object.entries(made.parameters).map(([key, tensor]) => [key, nested(tensor)]),
  );
  const batches = [];
  const losses = Array.from({ length: STEPS }, () => {
    const loss = made.step();
    batches.push(["user", "item", "rating"].map((key) => made.batch.map((cell) => cell[key])));
    return loss;
  });
  const file = at(`${name}.json`);
  const run = { name, kind, rate: DEFAULTS.rate, decay, mean, ratings, parameters, batches };
  writeFileSync(file, JSON.stringify(run));
  return { file, losses, predictions: made.predictions() };
}

const nested = ({ rows, columns, values }) =>
  Array.from({ length: rows }, (_, row) => [...values.slice(row * columns, (row + 1) * columns)]);

describe("training", () => {
  for (const model of KINDS)
    test(`${model}: with the page's settings the test's error falls, then rises`, () => {
      const made = trainer({ model });
      const { train, test: kept } = made.world;
      const before = made.errorOver(train);
      const errors = Array.from({ length: 200 }, () => {
        made.epoch();
        return made.errorOver(kept);
      });
      const [after, best, last] = [made.errorOver(train), Math.min(...errors), errors.at(-1)];
      assert.ok(after < 0.1 * before, `training: ${before} to ${after}`);
      assert.ok(best < 0.65 * errors[0], `test: ${errors[0]}, at best ${best}`);
      assert.ok(last > 1.15 * best, `test: at best ${best}, at last ${last}`);
      assert.ok(best > noiseIn(made.world, kept), "no model beats the noise");
    });

  test("each training rating comes once an epoch; the same seed gives the same bits", () => {
    for (const model of KINDS) {
      const [one, other] = [trainer({ model }), trainer({ model })];
      const seen = [];
      do {
        one.step();
        seen.push(...one.batch);
      } while (one.epochs === 0);
      assert.deepEqual(new Set(seen), new Set(one.world.train));
      assert.equal(seen.length, one.world.train.length);
      other.epoch();
      for (let epoch = 0; epoch < 5; epoch++) [one, other].forEach((each) => each.epoch());
      assert.deepEqual(one.predictions(), other.predictions());
      assert.notDeepEqual(
        trainer({ model, seed: DEFAULTS.seed + 1 }).predictions(),
        trainer({ model }).predictions(),
      );
    }
  });
});

test("what the page's prose says of 200 epochs is so", () => {
  const after = (settings) => {
    const made = trainer({ model: "mf", ...settings });
    const kept = Array.from({ length: 200 }, () => {
      made.epoch();
      return made.errorOver(made.world.test);
    });
    return {
      training: made.errorOver(made.world.train),
      test: kept.at(-1),
      best: Math.min(...kept),
    };
  };
  const [four, eight, sixteen] = [4, 8, 16].map((size) => after({ size }));
  assert.ok(eight.training < 0.5 * four.training && eight.test > 1.5 * four.test);
  assert.ok(sixteen.test < 0.7 * eight.test);
  const regularised = after({ decay: 0.002 });
  assert.ok(regularised.test < 1.25 * regularised.best && regularised.test < 0.5 * eight.test);
  const quiet = after({ noise: 0 });
  assert.ok(quiet.test < 0.25 && quiet.test - quiet.best < 0.15 * (eight.test - eight.best));
  const { parameters, world } = trainer({ size: 16 });
  const numbers = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  assert.ok(numbers > world.train.length);
});

describe("what the page shows", () => {
  for (const model of KINDS)
    test(`${model}: the terms of a prediction add up to it`, () => {
      const made = trainer({ model });
      for (let epoch = 0; epoch < 3; epoch++) made.epoch();
      const all = made.predictions();
      for (const [user, item] of [
        [0, 0],
        [7, 29],
        [39, 12],
      ]) {
        const { mean, terms, prediction } = made.explain({ user, item });
        const sum = terms.flatMap(({ values }) => values).reduce((a, b) => a + b, mean);
        assertClose([sum, prediction], new Array(2).fill(all[user * 30 + item]), model, 1e-12);
      }
    });

  test("the map has the two axes of the largest spread", () => {
    const made = trainer({ model: "mf" });
    for (let epoch = 0; epoch < 20; epoch++) made.epoch();
    const { user } = made.parameters;
    const map = createMap();
    let points;
    for (let call = 0; call < 100; call++) [points] = map([user]);
    assert.ok(spreadOf(points, 2, 0) > spreadOf(points, 2, 1));
    for (let column = 0; column < user.columns; column++)
      assert.ok(spreadOf(points, 2, 0) >= spreadOf(user.values, user.columns, column));
  });
});

/** The variance of a column, times the rows. */
function spreadOf(values, columns, column) {
  const list = [...values].filter((_, index) => index % columns === column);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
