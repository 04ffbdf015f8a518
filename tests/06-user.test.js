// A new user: fitted on the device, to the documented objective, the same for the same history
// and seed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { assertClose } from "./lib/assert-close.js";
import { referenceLogits } from "./lib/reference.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const ITEMS = 300;
const HISTORY = [3, 17, 44, 101, 202, 299];
const GMF = randomWeights({ kind: "gmf", gmf: 5, items: ITEMS, aggregates: true, itemBias: true });
const NEUMF = randomWeights({ items: ITEMS, aggregates: true, info: { fold_in: { steps: 60 } } });
const RATINGS = randomWeights({
  kind: "gmf",
  gmf: 5,
  items: ITEMS,
  aggregates: true,
  info: { output: "identity", rating: { minimum: 0.5, maximum: 5 } },
});

const load = (weights, options) => loadModel(fileOf(weights), options);

/** docs/format.md, "A new user". */
function objective({ tensors, info }, vector, labels, { negatives = 4, prior = 1 } = {}) {
  const explicit = info.output === "identity";
  const logits = referenceLogits(
    tensors,
    vector,
    Array.from({ length: ITEMS }, (_, row) => row),
  );
  const weight = (negatives * labels.size) / (ITEMS - labels.size);
  let total = 0;
  let at = 0;
  for (const half of ["gmf", "mlp"].filter((name) => tensors[`${name}.user_mean`])) {
    const mean = tensors[`${half}.user_mean`].data;
    const part = Array.from(vector).slice(at, (at += mean.length));
    total +=
      (prior / 2) *
      whitened(mean, tensors[`${half}.user_covariance`].data, part).reduce(
        (sum, z) => sum + z * z,
        0,
      );
  }
  logits.forEach((logit, row) => {
    const target = labels.get(row);
    if (explicit) total += target === undefined ? 0 : (logit - target) ** 2 / 2;
    else
      total += target === undefined ? weight * softplus(logit) : softplus(logit) - target * logit;
  });
  return total;
}

const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** z with vector = mean + C z, C the Cholesky factor of the covariance. */
function whitened(mean, covariance, vector) {
  const n = mean.length;
  const factor = Array.from({ length: n }, () => Array(n).fill(0));
  const z = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(sum) : sum / factor[j][j];
    }
  }
  for (let i = 0; i < n; i++)
    z.push(
      (vector[i] - mean[i] - z.reduce((sum, value, k) => sum + factor[i][k] * value, 0)) /
        factor[i][i],
    );
  return z;
}

/** No small move in any direction makes the objective smaller. */
function assertMinimum(weights, vector, labels) {
  const best = objective(weights, vector, labels);
  for (let k = 0; k < vector.length; k++) {
    for (const move of [-0.05, 0.05]) {
      const moved = Float64Array.from(vector, (value, i) => value + (i === k ? move : 0));
      assert.ok(objective(weights, moved, labels) > best, `moving ${k} by ${move} makes it better`);
    }
  }
}

for (const { simd, skip } of VARIANTS) {
  describe(simd, { skip }, () => {
    test("GMF: the minimum of the whole weighted objective", async () => {
      const model = await load(GMF, { simd });
      assertMinimum(
        GMF,
        model.user({ history: HISTORY }).vector,
        new Map(HISTORY.map((row) => [row, 1])),
      );
    });

    test("GMF with ratings: the minimum over what was rated", async () => {
      const model = await load(RATINGS, { simd });
      const ratings = [5, 0.5, 3, 4, 4, 1];
      const history = HISTORY.map((item, i) => ({ item, rating: ratings[i] }));
      assertMinimum(
        RATINGS,
        model.user({ history }).vector,
        new Map(HISTORY.map((row, i) => [row, ratings[i]])),
      );
    });

    test("NeuMF: sixty steps come near what two thousand reach", async () => {
      const model = await load(NEUMF, { simd });
      const labels = new Map(HISTORY.map((row) => [row, 1]));
      const patient = await load(
        { ...NEUMF, info: { ...NEUMF.info, fold_in: { steps: 2000, learning_rate: 0.02 } } },
        { simd },
      );
      const [start, reached, best] = [
        model.user({ history: [] }),
        model.user({ history: HISTORY }),
        patient.user({ history: HISTORY }),
      ].map(({ vector }) => objective(NEUMF, vector, labels));
      assert.ok(
        start - reached > 0.9 * (start - best) && start - best > 0.3,
        `${start}, ${reached}, ${best}`,
      );
    });
  });
}

describe("the same in, the same out", () => {
  for (const [name, weights] of [
    ["GMF", GMF],
    ["NeuMF", NEUMF],
  ]) {
    test(`${name}: the same history and seed give the same bits`, async () => {
      const model = await load(weights);
      const other = await load(weights);
      const vector = model.user({ history: HISTORY, seed: 7 }).vector;
      assert.deepEqual(model.user({ history: HISTORY, seed: 7 }).vector, vector);
      assert.deepEqual(other.user({ history: HISTORY, seed: 7 }).vector, vector);
    });

    test(`${name}: an empty history is the mean user`, async () => {
      const model = await load(weights);
      const { tensors } = weights;
      const mean = [...tensors["gmf.user_mean"].data, ...(tensors["mlp.user_mean"]?.data ?? [])];
      assert.deepEqual([...model.user({ history: [] }).vector], mean);
      const emptied = model.user({ history: [1] }).update({ remove: [1] });
      assert.deepEqual([...emptied.vector], mean);
    });

    test(`${name}: a vector that was kept scores as it did`, async () => {
      const model = await load(weights);
      const user = model.user({ history: HISTORY });
      const again = model.user({ vector: JSON.parse(JSON.stringify([...user.vector])) });
      assert.deepEqual(model.score(again, HISTORY), model.score(user, HISTORY));
    });
  }

  test("another seed draws other negatives", async () => {
    const model = await load(NEUMF);
    assert.notDeepEqual(
      model.user({ history: HISTORY, seed: 1 }).vector,
      model.user({ history: HISTORY, seed: 2 }).vector,
    );
  });

  test("a file without aggregates starts from zero", async () => {
    const model = await load(randomWeights({ kind: "gmf", gmf: 5, items: ITEMS }));
    assert.deepEqual([...model.user({ history: [] }).vector], [0, 0, 0, 0, 0]);
    assert.ok(model.user({ history: HISTORY }).vector.some((value) => value !== 0));
  });

  test("memory that grows in between changes nothing", async () => {
    const model = await load(NEUMF);
    const user = model.user({ history: HISTORY });
    const before = model.recommend(user);
    const crowd = Uint32Array.from({ length: 3_000_000 }, (_, i) => i % ITEMS);
    assert.equal(model.score(user, crowd).length, 3_000_000);
    assert.deepEqual(model.recommend(user), before);
  });
});

describe("update", () => {
  test("GMF: adding one by one comes to what all at once give", async () => {
    const model = await load(GMF);
    const all = model.user({ history: HISTORY });
    const user = model.user({ history: [] });
    for (const item of HISTORY) user.update({ add: [item] });
    assertClose(user.vector, all.vector, "vector", 0.02);
    user.update({ add: [7] }).update({ remove: [7] });
    assertClose(user.vector, all.vector, "vector", 0.02);
  });

  test("NeuMF: a warm start comes near in fewer steps", async () => {
    const model = await load(NEUMF);
    const user = model.user({ history: HISTORY });
    const before = user.vector;
    const longer = [...HISTORY, 60, 61, 62];
    const labels = new Map(longer.map((row) => [row, 1]));
    const refitted = objective(NEUMF, model.user({ history: longer }).vector, labels);
    const stale = objective(NEUMF, before, labels);
    const followed = objective(NEUMF, user.update({ add: [60, 61, 62] }).vector, labels);
    assert.ok(
      followed < stale && followed - refitted < 0.1 * (stale - refitted) + 0.02,
      `${stale}, ${followed}, ${refitted}`,
    );
  });

  test("has its history, its items, and the items that the model does not know", async () => {
    const model = await load(GMF);
    const user = model.user({
      history: [3, { item: 17 }, { item: 44, rating: 4 }, 3000, { item: 5000, rating: 2 }],
    });
    assert.deepEqual(user.history, [{ item: 3 }, { item: 17 }, { item: 44, rating: 4 }]);
    assert.deepEqual(user.items, [3, 17, 44]);
    assert.deepEqual(user.unknown, [3000, 5000]);
    assert.deepEqual(user.update({ remove: [5000, 3] }).unknown, [3000]);
    assert.deepEqual(user.items, [17, 44]);
  });

  test("an item given twice counts once, as it was given last", async () => {
    const model = await load(RATINGS);
    const twice = model.user({
      history: [
        { item: 3, rating: 1 },
        { item: 4, rating: 2 },
        { item: 3, rating: 5 },
      ],
    });
    const once = model.user({
      history: [
        { item: 3, rating: 5 },
        { item: 4, rating: 2 },
      ],
    });
    assert.deepEqual(twice.vector, once.vector);
  });

  test("a kept vector with its history can be updated; without one it cannot", async () => {
    for (const weights of [GMF, NEUMF]) {
      const model = await load(weights);
      const user = model.user({ history: HISTORY });
      const kept = model.user({ vector: user.vector, history: user.history });
      assert.deepEqual(kept.vector, user.vector, "no new fit");
      assert.deepEqual(kept.update({ add: [60] }).vector, user.update({ add: [60] }).vector);
      const alone = model.user({ vector: user.vector });
      assert.throws(() => alone.update({ add: [61] }), {
        code: "bad-argument",
        hint: /vector, history/,
      });
      assert.deepEqual(alone.vector, user.vector);
    }
  });

  test("a rating that no float holds, and ratings that no vector can follow", async () => {
    for (const weights of [RATINGS, NEUMF]) {
      const model = await load({
        ...weights,
        info: { ...weights.info, output: "identity", rating: {}, fold_in: { learning_rate: 1000 } },
      });
      const user = model.user({ history: [{ item: 1, rating: 2 }] });
      const vector = user.vector;
      assert.throws(() => user.update({ add: [{ item: 2, rating: 1e300 }] }), {
        code: "bad-argument",
      });
      assert.deepEqual(user.vector, vector);
      for (const rating of [1e19, 3e38, -3e38]) {
        try {
          user.update({ add: [{ item: 2, rating }] });
        } catch (error) {
          assert.equal(error.code, "not-finite", error.stack);
        }
        assert.ok(user.vector.every(Number.isFinite));
      }
    }
  });

  test("a refused change leaves the user unchanged", async () => {
    const model = await load(RATINGS);
    const user = model.user({ history: [{ item: 3, rating: 5 }] });
    const vector = user.vector;
    assert.throws(
      () =>
        user.update({
          add: [
            { item: 4, rating: 2 },
            { item: 5, rating: NaN },
          ],
        }),
      { code: "bad-argument" },
    );
    assert.throws(() => user.update({ remove: [-1] }), { code: "bad-argument" });
    assert.deepEqual(user.vector, vector);
    assert.deepEqual(user.items, [3]);
  });

  test("the vector handed out is a copy", async () => {
    const model = await load(GMF);
    const user = model.user({ history: HISTORY });
    const score = model.score(user, [1])[0];
    user.vector.fill(0);
    assert.equal(model.score(user, [1])[0], score);
  });

  // Negatives are pseudo-random items that the user did not like: here all are the same item.
  test(
    "all items liked but one: the fit ends, and lowers that one",
    { timeout: 30_000 },
    async () => {
      const info = { fold_in: { steps: 3, negatives: 100 } };
      const model = await load(randomWeights({ items: 30_000, aggregates: true, info }));
      const history = Uint32Array.from({ length: 29_999 }, (_, row) => row);
      const raw = (user) => model.score(user, Uint32Array.of(29_999), { raw: true })[0];
      const fitted = model.user({ history });
      assert.ok(fitted.vector.every(Number.isFinite));
      assert.ok(raw(fitted) < raw(model.user({ history: [] })));
    },
  );

  test("everything liked leaves no negatives, and is fine", async () => {
    for (const weights of [GMF, NEUMF]) {
      const model = await load(weights);
      const vector = model.user({ history: Array.from({ length: ITEMS }, (_, row) => row) }).vector;
      assert.ok(vector.every(Number.isFinite));
    }
  });
});

describe("ratings", () => {
  const scaled = {
    ...GMF,
    info: { ...GMF.info, rating: { minimum: 0.5, maximum: 5, positive: 3 } },
  };

  test("a rating below `positive` is a dislike", async () => {
    const model = await load(scaled);
    const score = (rating) =>
      model.score(model.user({ history: [{ item: 3, rating }, 17] }), [3])[0];
    assert.ok(score(5) > score(1));
    assert.equal(score(5), score(3));
  });

  for (const [what, input, subject, code = "bad-argument"] of [
    ["an item that is none", { history: [{ item: null }] }, "item"],
    ["an interaction that is none", { history: [undefined] }, "item"],
    ["a history that is a number", { history: 5 }, "history"],
    ["no history, vector or id", {}, "user"],
    ["two of them", { history: [], id: 0 }, "user"],
    ["nothing", undefined, "user"],
    ["a vector too short", { vector: [1, 2] }, "vector"],
    ["a vector that is null", { vector: null }, "vector"],
    ["a vector of big integers", { vector: [1n, 2n, 3n, 4n, 5n] }, "vector"],
    ["a vector that claims to be long", { vector: { length: 1e12 } }, "vector"],
    ["a vector with NaN", { vector: [1, 2, 3, 4, NaN] }, "vector"],
    ["a seed of 0", { history: [], seed: 0 }, "seed"],
    ["half a seed", { history: [], seed: 1.5 }, "seed"],
    ["an id where the file has none", { id: 3 }, "id", "unknown-user"],
  ]) {
    test(`${what} is refused by name`, async () => {
      const model = await load(scaled);
      await assertRefused(() => model.user(input), code, subject);
      assert.equal(model.user({ history: [1] }).items.length, 1, "the model stays usable");
    });
  }

  for (const [what, rating] of [
    ["NaN", NaN],
    ["infinity", Infinity],
    ["a text", "5"],
    ["more than the maximum", 6],
    ["less than the minimum", 0],
  ])
    test(`a rating that is ${what} is refused in an update by name`, async () => {
      const model = await load(scaled);
      const user = model.user({ history: [1] });
      const update = () => user.update({ add: [7, { item: 3, rating }] });
      await assertRefused(update, "bad-argument", "rating of item 3");
      assert.deepEqual(user.items, [1], "the user is unchanged");
    });

  test("a model of ratings needs the rating", async () => {
    const model = await load(RATINGS);
    assert.throws(() => model.user({ history: [] }).update({ add: [3] }), {
      code: "bad-argument",
      subject: "rating of item 3",
    });
  });

  test("a user out of the tables' range", async () => {
    const model = await load(randomWeights({ users: 3 }));
    for (const id of [3, -1, 1.5, NaN, "1"])
      assert.throws(() => model.user({ id }), { code: "unknown-user" });
  });
});
