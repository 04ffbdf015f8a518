// Item to item: every layout and dtype against float64, new users, updates, reasons, similar items,
// and what there is not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";
import { createWorker } from "pocketrec/worker";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { stored } from "./lib/autoencoder.js";
import {
  denseFile,
  lowRank,
  productOf,
  randomMatrix,
  referenceAddends,
  referenceRaw,
  referenceScores,
  sparseFile,
} from "./lib/item-item.js";
import { uniform } from "./lib/random.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf } from "./lib/weights.js";

const ITEMS = 61;
const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);
const HISTORY = [3, 17, 44, 8, 59, 0, 21, 10].map((item, i) => ({
  item,
  rating: 0.5 + ((i * 3) % 10) / 2,
}));
const INFO = { format: 1, kind: "item-item" };
const DTYPES = ["F32", "F16", "BF16", "I8"];

const load = (tensors, info = {}, options = {}) =>
  loadModel(fileOf({ tensors, info: { ...INFO, ...info } }), options);

/** Every layout in every dtype: [tensors, matrix] by name. */
const CASES = Object.fromEntries([
  ...DTYPES.flatMap((dtype) => {
    const { file, exact } = denseFile(randomMatrix(ITEMS, 1), dtype);
    return [
      [`dense ${dtype}`, [file, exact]],
      [`sparse ${dtype}`, [sparseFile(file), exact]],
    ];
  }),
  ...DTYPES.flatMap((dtype) =>
    [
      { hasOutput: false, hasDiagonal: true },
      { hasOutput: true, hasDiagonal: false },
    ].map((has) => {
      const tensors = lowRank(ITEMS, 13, 5, has);
      const { file, exact } =
        dtype === "F32"
          ? { file: tensors, exact: tensors }
          : stored(tensors, dtype, ["item.input", "item.output"]);
      const name = `low rank ${dtype}${has.hasOutput ? " with an output" : ""}`;
      return [name, [file, productOf(exact)]];
    }),
  ),
]);

const RATINGS = { minimum: 0.5, maximum: 5 };
const INFOS = {
  binary: {},
  "half an input": { input: { scale: 0.5 } },
  "dislikes count for nothing": { rating: { ...RATINGS, positive: 3 } },
  ratings: { input: { values: "rating" }, rating: RATINGS },
  "centred ratings, clipped": {
    input: { values: "rating", shift: 3, scale: 0.5 },
    ...{ rating: RATINGS, clip: true },
  },
  "a sigmoid": { output: "sigmoid" },
};

for (const { simd, skip } of VARIANTS) {
  describe(`${simd}: scores`, { skip }, () => {
    for (const [name, [tensors, matrix]] of Object.entries(CASES)) {
      test(`${name}: as in float64`, async () => {
        const model = await load(tensors, {}, { simd });
        for (const history of [HISTORY, HISTORY.slice(2, 3), []]) {
          const raw = referenceRaw(matrix, INFO, history);
          assertClose(model.score(model.user({ history }), ROWS, { raw: true }), raw, "raw");
        }
      });
    }

    for (const [what, info] of Object.entries(INFOS)) {
      test(`${what}: as in float64`, async () => {
        const [tensors, matrix] = CASES["sparse F32"];
        const model = await load(tensors, info, { simd });
        const user = model.user({ history: HISTORY });
        assertClose(
          model.score(user, ROWS, { raw: true }),
          referenceRaw(matrix, info, HISTORY),
          "raw",
        );
        assertClose(model.score(user, ROWS), referenceScores(matrix, info, HISTORY), "scores");
      });
    }
  });
}

describe("the bits", () => {
  for (const dtype of DTYPES) {
    test(`${dtype}: dense and sparse, in both instruction sets, give the same`, async () => {
      const found = [];
      for (const layout of ["dense", "sparse"]) {
        for (const { simd, skip } of VARIANTS) {
          if (skip) continue;
          const model = await load(CASES[`${layout} ${dtype}`][0], {}, { simd });
          found.push(model.score(model.user({ history: HISTORY }), ROWS, { raw: true }));
        }
      }
      for (const one of found) assert.deepEqual(one, found[0]);
    });
  }

  for (const [name, [tensors]] of Object.entries(CASES)) {
    test(`${name}: a score is the same alone, in a list and in a ranking`, async () => {
      const model = await load(tensors);
      const user = model.user({ history: HISTORY });
      const all = model.score(user, ROWS);
      for (const row of ROWS) assert.equal(model.score(user, [row])[0], all[row]);
      const sorted = [...ROWS].sort((a, b) => all[b] - all[a] || a - b);
      const list = model.recommend(user, { topK: ITEMS });
      assert.deepEqual(
        list.map(({ item }) => item),
        sorted,
      );
      assert.deepEqual(
        list.map(({ score }) => score),
        sorted.map((row) => all[row]),
      );
      const some = Uint32Array.of(50, 3, 20, 11, 30);
      assert.deepEqual(
        model.rank(user, some).map(({ item }) => item),
        sorted.filter((row) => some.includes(row)),
      );
      const rest = sorted.filter((row) => !user.items.includes(row));
      assert.deepEqual(
        model.recommend(user, { topK: 4, exclude: user.items }).map(({ item }) => item),
        rest.slice(0, 4),
      );
    });

    test(`${name}: the order of a history does not matter`, async () => {
      const model = await load(tensors, { input: { values: "rating" } });
      const scores = (history) => model.score(model.user({ history }), ROWS);
      assert.deepEqual(scores(HISTORY.toReversed?.() ?? [...HISTORY].reverse()), scores(HISTORY));
    });

    test(`${name}: a user after a thousand changes is the user made anew`, async () => {
      const model = await load(tensors, { input: { values: "rating" } });
      const user = model.user({ history: HISTORY });
      const present = new Map(HISTORY.map((one) => [one.item, one]));
      const next = uniform(5);
      for (let change = 0; change < 1000; change++) {
        const item = Math.floor(next() * ITEMS);
        const rating = 0.5 + Math.floor(next() * 10) / 2;
        if (present.has(item) && next() < 0.6) {
          present.delete(item);
          user.update({ remove: [item] });
        } else {
          present.set(item, { item, rating });
          user.update({ add: [{ item, rating }] });
        }
        if (change % 100) continue;
        const fresh = model.user({ history: present.values() });
        assert.deepEqual(model.score(user, ROWS), model.score(fresh, ROWS));
      }
      user.update({ remove: user.items });
      assert.deepEqual([...model.score(user, ROWS)], Array(ITEMS).fill(0));
    });
  }

  test("scores of one user leave nothing behind for the next", async () => {
    for (const name of ["sparse F32", "low rank F32"]) {
      const model = await load(CASES[name][0]);
      const [a, b] = [model.user({ history: [1, 2, 3] }), model.user({ history: [3, 4, 5] })];
      const alone = [model.score(a, ROWS), model.score(b, ROWS)];
      model.recommend(a, { topK: 3 });
      assert.throws(() => model.score(a, Uint32Array.of(1, ITEMS)), { code: "unknown-item" });
      assert.deepEqual([model.score(a, ROWS), model.score(b, ROWS)], alone);
    }
  });
});

describe("users", () => {
  test("an empty history scores 0, and unknown items count for nothing", async () => {
    for (const [tensors] of Object.values(CASES)) {
      const model = await load(tensors);
      assert.deepEqual([...model.score(model.user({ history: [] }), ROWS)], Array(ITEMS).fill(0));
      const user = model.user({ history: [3, 9999, 8] });
      assert.deepEqual(user.unknown, [9999]);
      assert.deepEqual(model.score(user, ROWS), model.score(model.user({ history: [3, 8] }), ROWS));
    }
  });

  test("there are no user vectors", async () => {
    const model = await load(CASES["sparse F32"][0]);
    await assertRefused(() => model.user({ history: [1] }).vector, "unsupported", "user.vector");
    await assertRefused(() => model.user({ vector: [1] }), "bad-argument", /expected history/);
    await assertRefused(() => model.user({}), "bad-argument", /expected history/);
    await assertRefused(() => model.user({ id: 0 }), "bad-argument", /expected history/);
    assert.equal(model.scoresAreInnerProducts, false);
  });

  test("a rating that is needed and missing is a warning", async () => {
    const model = await load(CASES["sparse F32"][0], INFOS.ratings);
    const user = model.user({ history: [3, ...HISTORY.slice(1)] });
    assert.match(user.warning.message, /rating of item 3/);
    await assertRefused(() => user.update({ add: [4] }), "bad-argument", /rating of item 4/);
  });
});

describe("reasons are the addends", () => {
  for (const [name, [tensors, matrix]] of Object.entries(CASES)) {
    for (const info of [{}, INFOS.ratings]) {
      test(`${name}, ${info.input ? "ratings" : "binary"}`, async () => {
        const model = await load(tensors, info);
        const user = model.user({ history: HISTORY });
        for (const item of [30, 3]) {
          const reasons = model.explain(user, item);
          const effects = new Map(reasons.map((reason) => [reason.item, reason.effect]));
          const expected = referenceAddends(matrix, info, HISTORY, item);
          assertClose(
            HISTORY.map((past) => effects.get(past.item)),
            expected,
            "effects",
          );
          assertClose(
            [reasons.reduce((sum, { effect }) => sum + effect, 0)],
            model.score(user, [item], { raw: true }),
            "sum",
          );
        }
      });
    }
  }
});

describe("similar items are those of the item's row", () => {
  for (const [name, [tensors, matrix]] of Object.entries(CASES)) {
    test(name, async () => {
      const model = await load(tensors, { input: { scale: 0.5 } });
      for (const item of [4, 10]) {
        const row = matrix.data.slice(item * ITEMS, (item + 1) * ITEMS);
        const sorted = [...ROWS]
          .filter((other) => other !== item && row[other] > 0)
          .sort((a, b) => row[b] - row[a]);
        const found = model.similar(item, { topK: 5 });
        assert.deepEqual(
          found.map((one) => one.item),
          sorted.slice(0, 5),
        );
        assertClose(
          found.map(({ score }) => score),
          sorted.slice(0, 5).map((other) => row[other]),
          "weights",
        );
      }
      assert.ok(model.similar(4, { topK: 500 }).length < ITEMS);
    });
  }
});

test("in a worker: the same scores, updates, reasons and errors", async () => {
  const [tensors] = CASES["sparse I8"];
  const worker = createWorker();
  try {
    const there = await worker.loadModel(fileOf({ tensors, info: INFO }));
    const here = await load(tensors);
    const [a, b] = [await there.user({ history: [3, 8] }), here.user({ history: [3, 8] })];
    await a.update({ add: [21], remove: [3] });
    b.update({ add: [21], remove: [3] });
    assert.deepEqual(await there.recommend(a, { topK: 9 }), here.recommend(b, { topK: 9 }));
    assert.deepEqual(await there.explain(a, 5), here.explain(b, 5));
    assert.deepEqual(await there.similar(5), here.similar(5));
    await assertRefused(a.vector, "unsupported", "user.vector");
  } finally {
    worker.terminate();
  }
});

describe("vectors and packs", () => {
  test("items have vectors where the matrix has a low rank", async () => {
    const [tensors] = CASES["low rank F32 with an output"];
    const model = await load(tensors);
    assert.deepEqual(
      model.vectors([7, 2]),
      Float32Array.from(
        [7, 2].flatMap((row) => [...tensors["item.output"].data.slice(13 * row, 13 * (row + 1))]),
      ),
    );
    for (const name of ["dense F32", "sparse F32"]) {
      const other = await load(CASES[name][0]);
      await assertRefused(() => other.vectors([1]), "unsupported", "vectors");
    }
  });

  test("packs are refused", async () => {
    const model = await load(CASES["sparse F32"][0]);
    const pack = fileOf({
      tensors: { item_ids: { dtype: "I64", shape: [1], data: BigInt64Array.of(1n) } },
      info: {},
    });
    await assertRefused(model.openCandidates(pack), "unsupported", "candidate pack");
  });
});
