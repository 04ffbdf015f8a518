// YouTube's two stages: candidates and rankers of every shape and stored precision against float64,
// users with features and a history, updates, reasons, and refused arguments.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { stored } from "./lib/autoencoder.js";
import {
  folded,
  quantileOf,
  randomTwoStage,
  referenceRaw,
  referenceVector,
  YEARS,
} from "./lib/two-stage.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf } from "./lib/weights.js";

const HISTORY = [3, 88, 41, 7, 12, 60];
const TOLD = {
  search: ["space", "dog", "unknown word", "wizard"],
  device: 3,
  year: 1985,
  age: 0.25,
};
const ROWS = Uint32Array.of(5, 0, 89, 17, 5, 41);

const load = (weights, options) => loadModel(fileOf(weights), options);
const pick = (scores, rows) => Array.from(rows, (row) => scores[row]);

/** The best of all scores, ties by row. */
const sorted = (scores, exclude = []) =>
  [...scores.keys()]
    .filter((row) => !exclude.includes(row))
    .sort((a, b) => scores[b] - scores[a] || a - b);

const SHAPES = {
  "one layer": { tower: [8] },
  "four layers": { tower: [17, 12, 5, 33] },
  tanh: { tower: [9, 4], info: { activation: "tanh" } },
};

for (const { simd, skip } of VARIANTS) {
  for (const kind of ["candidates", "ranker"]) {
    describe(`${kind}, ${simd}`, { skip }, () => {
      for (const [name, shape] of Object.entries(SHAPES)) {
        test(`${name}: scores are those of float64`, async () => {
          const weights = randomTwoStage({ kind, ...shape });
          const model = await load(weights, { simd });
          for (const [history, given] of [
            [HISTORY, TOLD],
            [[], {}],
            [[5], { search: [], device: null }],
            [HISTORY, { year: 1e9, age: -3 }],
          ]) {
            const raw = referenceRaw(weights, history, given);
            const user = model.user({ history, features: given });
            assertClose(model.score(user, ROWS, { raw: true }), pick(raw, ROWS), "raw");
            assertClose(
              model.score(user, ROWS),
              pick(raw, ROWS).map((x) => (kind === "ranker" ? Math.exp(x) : x)),
              "score",
            );
          }
        });
      }

      for (const dtype of ["F16", "BF16", "I8"]) {
        test(`tables in ${dtype} score as what is stored`, async () => {
          const { tensors, info } = randomTwoStage({ kind, tower: [11, 35] });
          const { file, exact } = stored(tensors, dtype, [
            "film.embedding",
            "search.embedding",
            "device.embedding",
            "genres.embedding",
            "item.embedding",
            "tower.0.weight",
          ]);
          const model = await load({ tensors: file, info }, { simd });
          const raw = referenceRaw({ tensors: exact, info }, HISTORY, TOLD);
          const user = model.user({ history: HISTORY, features: TOLD });
          assertClose(model.score(user, ROWS, { raw: true }), pick(raw, ROWS), "raw");
        });
      }

      test("the best are those of a full sort of its own scores", async () => {
        for (const dtype of ["F32", "F16", "I8"]) {
          for (const width of [1, 4, 17, 33, 64]) {
            const { tensors, info } = randomTwoStage({
              kind,
              items: 300,
              tower: [9, width],
              seed: width,
            });
            const table = tensors["item.embedding"] ?? tensors["film.embedding"];
            const [, w] = table.shape;
            // Some rows are there twice.
            for (const row of [7, 50, 299]) table.data.copyWithin(row * w, 3 * w, 4 * w);
            const names = kind === "candidates" ? ["item.embedding"] : ["film.embedding"];
            const model = await load(
              { tensors: dtype === "F32" ? tensors : stored(tensors, dtype, names).file, info },
              { simd },
            );
            const user = model.user({ history: HISTORY, features: TOLD });
            const all = model.score(
              user,
              Uint32Array.from({ length: 300 }, (_, row) => row),
              { raw: true },
            );
            for (const [topK, exclude] of [
              [10, []],
              [1, [3]],
              [300, [...HISTORY]],
              [0, []],
              [Infinity, []],
              [40, Array.from({ length: 290 }, (_, i) => i)],
            ]) {
              const expected = sorted(all, exclude).slice(0, topK);
              const found = model.recommend(user, { topK, exclude, raw: true });
              assert.deepEqual(
                found.map(({ item }) => item),
                expected,
                `${dtype} ${width} topK ${topK}`,
              );
              assert.deepEqual(
                found.map(({ score }) => score),
                expected.map((row) => all[row]),
              );
            }
          }
        }
      });
    });
  }

  describe(`candidates of length 1, ${simd}`, { skip }, () => {
    for (const dtype of ["F32", "I8"]) {
      test(`on both sides, in ${dtype}`, async () => {
        const { tensors, info } = randomTwoStage({
          kind: "candidates",
          tower: [12, 19],
          info: { normalize: "l2", activation: ["relu", "identity"] },
        });
        tensors["item.embedding"].data.fill(0, 17 * 19, 18 * 19);
        const { file, exact } =
          dtype === "F32"
            ? { file: tensors, exact: tensors }
            : stored(tensors, dtype, ["item.embedding"]);
        if (dtype === "I8")
          for (let k = 17 * 19; k < 18 * 19; k++) exact["item.embedding"].data[k] = 0;
        if (dtype === "I8") file["item.embedding.scale"].data[17] = 0;
        const weights = { tensors: exact, info };
        const model = await load({ tensors: file, info }, { simd });
        const user = model.user({ history: HISTORY, features: TOLD });
        assertClose(user.vector, referenceVector(weights, HISTORY, TOLD), "vector");
        const raw = referenceRaw(weights, HISTORY, TOLD);
        assertClose(model.score(user, ROWS, { raw: true }), pick(raw, ROWS));
        assert.deepEqual(
          model.recommend(user, { topK: 5 }).map(({ item }) => item),
          sorted(raw).slice(0, 5),
        );
        const vectors = model.vectors(Uint32Array.of(4, 17));
        assertClose(
          [Math.hypot(...vectors.slice(0, 19)), Math.hypot(...vectors.slice(19))],
          [1, 0],
        );
      });
    }
  });

  test(`outputs: softmax over the catalogue, a probability, ${simd}`, { skip }, async () => {
    const softmax = randomTwoStage({ kind: "candidates", info: { output: "softmax" } });
    const raw = referenceRaw(softmax, HISTORY, TOLD);
    const sum = raw.reduce((total, x) => total + Math.exp(x), 0);
    const model = await load(softmax, { simd });
    assertClose(
      model.score(model.user({ history: HISTORY, features: TOLD }), ROWS),
      pick(raw, ROWS).map((x) => Math.exp(x) / sum),
    );
    const click = randomTwoStage({ kind: "ranker", info: { output: "sigmoid" } });
    const ranker = await load(click, { simd });
    const logits = pick(referenceRaw(click, HISTORY, TOLD), ROWS);
    assertClose(
      ranker.score(ranker.user({ history: HISTORY, features: TOLD }), ROWS),
      logits.map((x) => 1 / (1 + Math.exp(-x))),
    );
  });

  test(`a ranker's folded items score as their features do, ${simd}`, { skip }, async () => {
    const weights = randomTwoStage({ kind: "ranker" });
    const model = await load(folded(weights, 90), { simd });
    const user = model.user({ history: HISTORY, features: TOLD });
    assertClose(
      model.score(user, ROWS, { raw: true }),
      pick(referenceRaw(weights, HISTORY, TOLD), ROWS),
    );
  });
}

test("quantiles: the share below, also where they repeat", () => {
  assert.deepEqual(
    [1900, 1920, 1950, 1980, 1999, 2010, 2011].map((year) => quantileOf(YEARS, year)),
    [0, 0, 0.1, 0.2, 0.6, 0.8, 1],
  );
});

test("a list that claims to be longer has the vectors of what it holds", async () => {
  class Longer extends Uint32Array {
    get length() {
      return 1000;
    }
  }
  for (const kind of ["candidates", "ranker"]) {
    const model = await load(randomTwoStage({ kind }));
    const user = model.user({ history: HISTORY, features: TOLD });
    model.score(
      user,
      Uint32Array.from({ length: 90 }, (_, row) => row),
    );
    assert.deepEqual(model.vectors(new Longer([1, 2])), model.vectors([1, 2]));
  }
});

describe("users", () => {
  for (const kind of ["candidates", "ranker"]) {
    test(`${kind}: the last of a history count, dislikes and strangers do not`, async () => {
      const weights = randomTwoStage({
        kind,
        info: { rating: { minimum: 1, maximum: 5, positive: 3 } },
      });
      const model = await load(weights);
      const user = model.user({
        history: [
          9,
          { item: 3, rating: 5 },
          { item: 88, rating: 2 },
          500,
          { item: 41, rating: 3 },
          7,
          12,
        ],
        features: TOLD,
      });
      assert.deepEqual(user.unknown, [500]);
      assert.deepEqual(user.items, [9, 3, 88, 41, 7, 12]);
      assertClose(
        model.score(user, ROWS, { raw: true }),
        pick(referenceRaw(weights, [3, 41, 7, 12], TOLD), ROWS),
      );
    });

    test(`${kind}: an update gives the same as a new user`, async () => {
      const weights = randomTwoStage({ kind });
      const model = await load(weights);
      const user = model.user({ history: [3, 88], features: TOLD });
      user.update({ add: [41, 7], remove: [3] });
      assert.deepEqual(user.vector, model.user({ history: [88, 41, 7], features: TOLD }).vector);
      user.update({ features: { search: ["noir"], year: 2005 } });
      assert.deepEqual(
        user.vector,
        model.user({ history: [88, 41, 7], features: { ...TOLD, search: ["noir"], year: 2005 } })
          .vector,
      );
      const before = user.vector;
      assert.throws(() => user.update({ add: [1], features: { year: "x" } }), {
        code: "bad-feature",
        subject: "year",
      });
      assert.deepEqual(user.vector, before);
      assert.deepEqual(user.items, [88, 41, 7]);
    });

    test(`${kind}: lists are read once, when they are given`, async () => {
      const model = await load(randomTwoStage({ kind }));
      const search = ["space", "dog"];
      const expected = model.user({ history: [3, 7], features: { search } }).vector;
      const once = model
        .user({ history: [3], features: { search: search.values() } })
        .update({ add: [7] });
      assert.deepEqual(once.vector, expected);
      const list = [...search];
      const user = model.user({ history: [3], features: { search: list } });
      list.fill("noir");
      assert.deepEqual(user.update({ add: [7] }).vector, expected);
      assert.deepEqual(
        user
          .update({ features: { search: ["noir"] } })
          .update({ features: { search: search.values() } })
          .update({ remove: [3] })
          .update({ add: [3] }).vector,
        model.user({ history: [7, 3], features: { search } }).vector,
      );
      // Reading runs the app's code, which may ask for the same user.
      const calling = {
        *[Symbol.iterator]() {
          user.update({ add: [9], remove: [3] });
          yield* search;
        },
      };
      assert.deepEqual(
        user.update({ add: [11], features: { search: calling } }).vector,
        model.user({ history: [7, 9, 11], features: { search } }).vector,
      );
      assert.deepEqual(user.items, [7, 9, 11]);
    });

    test(`${kind}: a kept vector scores the same`, async () => {
      const model = await load(randomTwoStage({ kind }));
      const user = model.user({ history: HISTORY, features: TOLD });
      const again = model.user({ vector: user.vector });
      assert.deepEqual(model.score(again, ROWS), model.score(user, ROWS));
      assert.throws(() => again.update({ add: [1] }), { code: "bad-argument" });
      assert.throws(() => model.user({ vector: [1, 2] }), {
        code: "bad-argument",
        subject: "vector",
      });
    });

    test(`${kind}: reasons are what is lost without each`, async () => {
      const model = await load(randomTwoStage({ kind }));
      const user = model.user({ history: HISTORY, features: TOLD });
      const reasons = model.explain(user, 17);
      const scoreOf = (history) =>
        model.score(model.user({ history, features: TOLD }), [17], { raw: true })[0];
      assert.equal(reasons.length, HISTORY.length);
      for (const { item, effect } of reasons) {
        assert.ok(
          Math.abs(effect - (scoreOf(HISTORY) - scoreOf(HISTORY.filter((past) => past !== item)))) <
            1e-6,
          `item ${item}`,
        );
      }
      // Older than what counts, but for the one that would come in.
      assert.equal(reasons.find(({ item }) => item === HISTORY[0]).effect, 0);
    });

    test(`${kind}: features are taken by name, with their defaults`, async () => {
      const { tensors, info } = randomTwoStage({ kind });
      const strict = info.features.map(({ default: value, ...feature }) =>
        value === undefined || feature.name === "year" ? feature : { ...feature, default: value },
      );
      const model = await load({ tensors, info: { ...info, features: strict } });
      assert.throws(() => model.user({ history: [] }), {
        code: "missing-feature",
        subject: "year",
      });
      assert.ok(model.user({ features: { year: 2000 } }).vector.length > 0);
      for (const [given, subject] of [
        [{ year: "2000" }, "year"],
        [{ year: NaN }, "year"],
        [{ year: 1e40 }, "year"],
        [{ year: 1, search: "space" }, "search"],
        [{ year: 1, search: [{}] }, "search"],
        [{ year: 1, device: -1 }, "device"],
        [{ year: 1, device: "phone" }, "device"],
        [{ year: 1, colour: 2 }, "colour"],
        [{ year: 1, watched: [3] }, "watched"],
        [[], "features"],
        [null, "features"],
      ]) {
        assert.throws(
          () => model.user({ history: [], features: given }),
          { code: "bad-feature", subject },
          JSON.stringify(given),
        );
      }
    });
  }

  test("a model without features refuses them", async () => {
    const model = await loadModel("web-demo/models/gmf.safetensors");
    assert.throws(() => model.user({ history: [1], features: {} }), {
      code: "bad-argument",
      subject: "user",
    });
    assert.throws(() => model.user({ history: [1] }).update({ features: {} }), {
      code: "bad-argument",
      subject: "features",
    });
  });
});
