// Dot products: scores, the scan of the catalogue, new users by each loss against float64, users
// who change, reasons, packs, and every stored precision.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { stored } from "./lib/autoencoder.js";
import { randomDot, rawOf, referenceRaw, referenceVector } from "./lib/dot.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 60;
const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);
const HISTORY = [3, 17, 44, 8, 59, 0, 21].map((item, i) => ({
  item,
  rating: 0.5 + ((i * 3) % 10) / 2,
}));
const RATING = { minimum: 0.5, maximum: 5 };
const TABLES = ["item.vector", "user"];

const load = (weights, options) => loadModel(fileOf(weights), options);
const confidence = (more, input) => ({
  fold_in: { loss: "confidence", regularization: 0.1, ...more },
  ...(input ? { input } : {}),
});
const squared = (more) => ({
  rating: RATING,
  fold_in: { loss: "squared", regularization: 0.1, per: "interaction", ...more },
});

const RIDGES = {
  ALS: randomDot({ info: confidence({}) }),
  "ALS, weighted by ratings": randomDot({
    info: confidence({ confidence: { scale: 40, offset: 1 } }, { values: "rating" }),
  }),
  "iALS, penalties by counts": randomDot({
    info: confidence({
      ...{ confidence: { scale: 0, offset: 1.1 }, target: 1 / 1.1, unobserved: 0.1 },
      ...{ regularization: 0.02, exponent: 1 },
    }),
  }),
  "interactions alone": randomDot({ width: 4, info: confidence({ unobserved: 0 }) }),
  SVD: randomDot({ itemBias: true, mean: 3.5, userBias: true, info: { ...squared(), clip: true } }),
  "SVD, penalties a user": randomDot({
    ...{ itemBias: true, mean: 3.5, userBias: true },
    info: squared({ per: "user", bias_regularization: 2 }),
  }),
  "PMF, no biases": randomDot({ mean: 3, info: squared({ regularization: 0.5 }) }),
  "ones for ratings": randomDot({ info: { ...squared(), input: { values: "binary" } } }),
};

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    for (const [name, weights] of Object.entries(RIDGES)) {
      test(`${name}: a new user, as in float64`, async () => {
        const model = await load(weights, { simd });
        for (const history of [HISTORY, HISTORY.slice(0, 1), HISTORY.slice(0, 3), []]) {
          const user = model.user({ history });
          assertClose(user.vector, referenceVector(weights, history), "vector");
          assertClose(
            model.score(user, ROWS, { raw: true }),
            referenceRaw(weights, history),
            "raw",
          );
        }
      });
    }

    for (const dtype of ["F16", "BF16", "I8"]) {
      for (const name of ["ALS", "SVD"]) {
        test(`${name} in ${dtype}: as in float64 with the same numbers`, async () => {
          const { tensors, info } = RIDGES[name];
          const { file, exact } = stored(tensors, dtype, TABLES);
          const model = await load({ tensors: file, info }, { simd });
          assertClose(
            model.score(model.user({ history: HISTORY }), ROWS, { raw: true }),
            referenceRaw({ tensors: exact, info }, HISTORY),
            "raw",
          );
        });
      }
    }
  });
}

describe("users", () => {
  for (const [name, weights] of Object.entries(RIDGES)) {
    test(`${name}: an update is the user built anew, to the bit`, async () => {
      const model = await load(weights);
      const user = model.user({ history: HISTORY.slice(0, 4) });
      user.update({ add: HISTORY.slice(4), remove: [HISTORY[1].item] });
      const fresh = model.user({ history: user.history });
      assert.deepEqual(user.vector, fresh.vector);
      assert.deepEqual(model.score(user, ROWS), model.score(fresh, ROWS));
      user.update({ remove: user.items });
      assert.deepEqual(user.vector, model.user({ history: [] }).vector);
    });

    test(`${name}: by how much the score falls without each interaction`, async () => {
      const model = await load(weights);
      for (const history of [HISTORY, HISTORY.slice(0, 1), HISTORY.slice(0, 2)]) {
        const item = 30;
        const with_ = referenceRaw(weights, history)[item];
        const reasons = model.explain(model.user({ history }), item);
        assert.equal(reasons.length, history.length);
        for (const { item: left, effect } of reasons) {
          const rest = history.filter((one) => one.item !== left);
          const without = referenceRaw(weights, rest)[item];
          assertClose([effect], [with_ - without], `without ${left}`);
        }
      }
    });
  }

  test("a training user has the row of the file", async () => {
    const weights = randomDot({ users: 5, userBias: true, itemBias: true, mean: 3 });
    const model = await load(weights);
    const { user, "user.bias": bias } = weights.tensors;
    const vector = [...user.data.slice(3 * 7, 4 * 7), bias.data[3]];
    assert.deepEqual([...model.user({ id: 3 }).vector], vector);
    assertClose(model.score(model.user({ id: 3 }), ROWS), rawOf(weights, vector));
  });
});
