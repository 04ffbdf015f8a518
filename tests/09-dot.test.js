// Dot products: scores, the scan of the catalogue, new users by each loss against float64, users
// who change, reasons, packs, and every stored precision.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";
import { createWorker } from "pocketrec/worker";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { stored } from "./lib/autoencoder.js";
import { changedFile, filled, ids, zeros } from "./lib/changed-files.js";
import { randomDot, rawOf, referenceEffect, referenceRaw, referenceVector } from "./lib/dot.js";
import { isLong } from "./lib/long.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 60;
const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);
const HISTORY = [3, 17, 44, 8, 59, 0, 21].map((item, i) => ({
  item,
  rating: 0.5 + ((i * 3) % 10) / 2,
}));
const RATING = { minimum: 0.5, maximum: 5 };
const withoutRatings = (history) => history.map(({ item }) => ({ item }));
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

const newton = (loss, more) => ({ fold_in: { loss, prior: 0.5, ...more } });
const NEWTON = {
  BPR: randomDot({ info: newton("bpr") }),
  "BPR with biases and a prior": randomDot({
    ...{ itemBias: true, userBias: true, prior: true },
    info: newton("bpr", { negatives: 7 }),
  }),
  "log loss": randomDot({ itemBias: true, info: { ...newton("log"), output: "sigmoid" } }),
  "log loss with a prior": randomDot({
    ...{ itemBias: true, userBias: true, mean: -1, prior: true },
    info: newton("log", { negatives: 2 }),
  }),
  "BPR, a prior for each interaction": randomDot({
    ...{ itemBias: true, prior: true },
    info: newton("bpr", { per: "interaction" }),
  }),
  "log loss, a prior for each interaction": randomDot({
    ...{ itemBias: true, userBias: true },
    info: newton("log", { per: "interaction" }),
  }),
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

    for (const [name, weights] of Object.entries(NEWTON)) {
      test(`${name}: a new user, near the minimum in float64`, async () => {
        const model = await load(weights, { simd });
        for (const history of [HISTORY, HISTORY.slice(0, 1), []].map(withoutRatings)) {
          for (const seed of [1, 77]) {
            const { vector } = model.user({ history, seed });
            assertClose(vector, referenceVector(weights, history, seed), "vector", 3e-4);
            assert.deepEqual(model.user({ history, seed }).vector, vector, "the same bits");
          }
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
  for (const [name, weights] of Object.entries(NEWTON)) {
    test(`${name}: an update is the user built anew`, async () => {
      const model = await load(weights);
      const user = model.user({ history: [3, 17, 44, 8], seed: 5 });
      user.update({ add: [59, 0], remove: [17] });
      const fresh = model.user({ history: user.history, seed: 5 });
      assert.deepEqual(user.vector, fresh.vector);
      assert.deepEqual(model.explain(user, 30), model.explain(fresh, 30));
    });

    test(`${name}: by how much the score falls without each interaction, fitted`, async () => {
      const model = await load(weights);
      const histories = [HISTORY, HISTORY.slice(0, 1), HISTORY.slice(0, 2)].map(withoutRatings);
      for (const [history, item] of histories.flatMap((one) => [30, 17].map((row) => [one, row]))) {
        const seed = 5;
        const reasons = model.explain(model.user({ history, seed }), item);
        const place = (left) => history.findIndex((one) => one.item === left);
        const expected = reasons.map((reason) =>
          referenceEffect(weights, history, place(reason.item), item, seed),
        );
        assert.equal(reasons.length, history.length);
        assertClose(
          reasons.map(({ effect }) => effect),
          expected,
          `reasons for ${item}`,
          1e-3,
        );
      }
    });
  }

  for (const [loss, more] of [
    ["bpr", { prior: 2 }],
    ["log", { prior: 2 }],
    ["log", { prior: 0.02, per: "interaction" }],
  ]) {
    const skip = !isLong && "the reference takes a minute: npm run test:long";
    test(
      `${loss} ${more.per ?? ""}: the reasons of a long history, to first order`,
      { skip },
      async () => {
        const items = 1500;
        const weights = randomDot({ items, width: 64, info: newton(loss, more) });
        const model = await load(weights);
        const history = Array.from({ length: 350 }, (_, i) => ({ item: 4 * i }));
        const reasons = new Map(
          model.explain(model.user({ history }), 1499).map(({ item, effect }) => [item, effect]),
        );
        const largest = Math.max(...[...reasons.values()].map(Math.abs));
        for (const place of [0, 349]) {
          const expected = referenceEffect(weights, history, place, 1499);
          const found = reasons.get(4 * place);
          assert.ok(Math.abs(found - expected) < 0.05 * largest, `${found}, refitted ${expected}`);
        }
      },
    );
  }

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

  test("a file without a loss refuses histories, and takes vectors and ids", async () => {
    const model = await load(randomDot({ users: 2 }));
    const error = await assertRefused(() => model.user({ history: [1] }), "unsupported", "history");
    assert.match(error.message, /fold_in\.loss/);
    assert.equal(model.score(model.user({ id: 1 }), ROWS).length, ITEMS);
    assert.equal(model.scoresAreInnerProducts, true);
  });

  test("a training user has the row of the file", async () => {
    const weights = randomDot({ users: 5, userBias: true, itemBias: true, mean: 3 });
    const model = await load(weights);
    const { user, "user.bias": bias } = weights.tensors;
    const vector = [...user.data.slice(3 * 7, 4 * 7), bias.data[3]];
    assert.deepEqual([...model.user({ id: 3 }).vector], vector);
    assertClose(model.score(model.user({ id: 3 }), ROWS), rawOf(weights, vector));
  });
});

for (const [name, weights] of [
  ["ALS", RIDGES.ALS],
  ["BPR", NEWTON.BPR],
])
  test(`${name} in a worker: the same scores, updates and reasons`, async () => {
    const worker = createWorker();
    try {
      const there = await worker.loadModel(fileOf(weights));
      const here = await load(weights);
      const [a, b] = [await there.user({ history: [3, 8] }), here.user({ history: [3, 8] })];
      await a.update({ add: [21, 40], remove: [3] });
      b.update({ add: [21, 40], remove: [3] });
      assert.deepEqual(await there.recommend(a, { topK: 9 }), here.recommend(b, { topK: 9 }));
      assert.deepEqual(await there.explain(a, 5), here.explain(b, 5));
      assert.deepEqual(await a.vector, b.vector);
      assert.deepEqual(await there.similar(5), here.similar(5));
    } finally {
      worker.terminate();
    }
  });

describe("items", () => {
  test("a pack scores as the model's own rows, in another dtype too", async () => {
    const weights = RIDGES.SVD;
    const model = await load(weights);
    const user = model.user({ history: HISTORY });
    const { "item.vector": vectors, "item.bias": bias } = weights.tensors;
    const pack = await model.openCandidates(
      fileOf({
        tensors: {
          item_ids: ids(900, 901, 902),
          "item.vector": { shape: [3, 7], data: vectors.data.slice(70, 91) },
          "item.bias": { shape: [3], data: bias.data.slice(10, 13) },
        },
        info: {},
      }),
    );
    assert.deepEqual([...model.score(user, pack)], [...model.score(user, [10, 11, 12])]);
    const own = model.rank(user, Uint32Array.of(10, 11, 12)).map(({ item }) => item + 890);
    assert.deepEqual(
      model.rank(user, pack).map(({ item }) => item),
      own,
    );
  });

  test("similar items are those of the largest cosine", async () => {
    const model = await load(RIDGES.ALS);
    assert.equal(model.similar(5, { topK: 3 }).length, 3);
  });
});

describe("files that are refused", () => {
  const { ALS, SVD } = RIDGES;
  const info = (more) => ({ fold_in: { loss: "confidence", regularization: 0.1, ...more } });
  for (const [what, weights, tensors, described, code, subject] of [
    ["no items", ALS, { "item.vector": null }, {}, "missing-tensor", "item.vector"],
    ["too wide", ALS, { "item.vector": zeros(2, 1025) }, {}, "too-large", "item.vector"],
    ["biases of others", SVD, { "item.bias": zeros(9) }, {}, "bad-shape", "item.bias"],
    ["two means", SVD, { mean: zeros(2) }, {}, "bad-shape", "mean"],
    ["NaN", SVD, { "item.bias": filled(NaN, ITEMS) }, {}, "not-finite", "item.bias"],
    ["biases with iALS", ALS, { "item.bias": zeros(ITEMS) }, {}, "unsupported", "fold_in.loss"],
    ["another loss", ALS, {}, info({ loss: "hinge" }), "bad-metadata", "fold_in.loss"],
    ["a list for a loss", ALS, {}, info({ loss: ["bpr"] }), "bad-metadata", "fold_in.loss"],
    ["a name of Object", ALS, {}, info({ loss: "toString" }), "bad-metadata", "fold_in.loss"],
    [
      ...["no penalty", ALS, {}, { fold_in: { loss: "confidence" } }, "bad-metadata"],
      "fold_in.regularization",
    ],
    [
      ...["a penalty below 0", ALS, {}, info({ regularization: -1 }), "bad-metadata"],
      "fold_in.regularization",
    ],
    [
      ...["text for weights", ALS, {}, info({ confidence: "high" }), "bad-metadata"],
      "fold_in.confidence",
    ],
    [
      ...["ratings per month", SVD, {}, info({ loss: "squared", per: "month" }), "bad-metadata"],
      "fold_in.per",
    ],
    [
      ...["a prior per month", ALS, {}, info({ loss: "log", per: "month" }), "bad-metadata"],
      "fold_in.per",
    ],
    [
      ...["half a negative", ALS, {}, info({ loss: "bpr", negatives: 1.5 }), "bad-metadata"],
      "fold_in.negatives",
    ],
    ["a user bias of 1", ALS, {}, { user_bias: 1 }, "bad-metadata", "user_bias"],
    [
      ...["a covariance below 0", ALS, { user_covariance: filled(-1, 7, 7) }],
      ...[{ fold_in: { loss: "bpr" } }, "bad-shape", "user_covariance"],
    ],
  ]) {
    test(what, () =>
      assertRefused(loadModel(changedFile(weights, tensors, described)), code, subject),
    );
  }

  test("a history that leaves the vector undetermined", async () => {
    const weights = randomDot({ info: confidence({ regularization: 0, unobserved: 0 }) });
    const model = await load(weights);
    await assertRefused(() => model.user({ history: [1, 2] }), "not-finite", "user");
  });

  test("vectors whose squares overflow", async () => {
    const huge = filled(3e38, ITEMS, 7);
    const file = changedFile(RIDGES["PMF, no biases"], { "item.vector": huge });
    const model = await loadModel(file);
    await assertRefused(() => model.score(model.user({ history: HISTORY }), ROWS), "not-finite");
  });
});
