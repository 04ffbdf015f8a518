// EASE and ItemKNN from interactions: against float64 solved in this file, the choice of lambda,
// what counts, and the file.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { readInteractions } from "../cli/evaluate/interactions.js";
import {
  chooseLambda,
  denseEase,
  easeScorer,
  fitEase,
  LAMBDAS,
  ofPopular,
  sparseEase,
} from "../cli/train/ease.js";
import { assertAddressed, assertMemory, estimateEase } from "../cli/train/estimate.js";
import { splitUsers } from "../cli/train/held-out.js";
import { fitItemKnn } from "../cli/train/item-knn.js";
import { countsOf, rowsOf, trainingData } from "../cli/train/matrix.js";
import { modelFile } from "../cli/train/model-file.js";
import { createPace } from "../cli/train/pace.js";
import { Solver } from "../cli/train/solver.js";
import { trainEase, trainItemKnn } from "../cli/train/train.js";
import { scorerOf } from "../cli/train/weights.js";
import { uniform } from "./lib/random.js";

const noPace = () => {};

/** Users of two tastes with a few items of the other: sets of item rows. */
function madeUpHistories(seed, users, items) {
  const next = uniform(seed);
  return Array.from({ length: users }, (_, user) => {
    const history = new Set();
    const size = 2 + Math.floor(next() ** 2 * items * 0.3);
    while (history.size < size) {
      const own = next() < 0.85 ? user % 2 : (user + 1) % 2;
      history.add(2 * Math.floor((next() ** 2 * items) / 2) + own);
    }
    return [...history].filter((row) => row < items).sort((a, b) => a - b);
  });
}

/** A Matrix of histories. */
function matrixOf(histories, items) {
  const offsets = [0];
  for (const history of histories) offsets.push(offsets.at(-1) + history.length);
  return {
    users: histories.length,
    items,
    offsets: Uint32Array.from(offsets),
    rows: Uint32Array.from(histories.flat()),
  };
}

/** EASE by Gauss and Jordan on nested lists. */
function referenceEase(histories, items, lambda) {
  const rows = Array.from({ length: items }, (_, i) =>
    Float64Array.from({ length: 2 * items }, (_, j) =>
      j === i ? lambda : Number(j === items + i),
    ),
  );
  for (const history of histories) for (const i of history) for (const j of history) rows[i][j]++;
  for (let p = 0; p < items; p++) {
    const pivot = rows[p][p];
    rows[p] = rows[p].map((value) => value / pivot);
    for (let r = 0; r < items; r++) {
      const weight = rows[r][p];
      if (r !== p) rows[r] = rows[r].map((value, c) => value - weight * rows[p][c]);
    }
  }
  const inverse = (i, j) => rows[i][items + j];
  return (i, j) => (i === j ? 0 : -inverse(i, j) / inverse(j, j));
}

function referenceKnn(histories, items, { neighbours, shrink }) {
  const sets = histories.map((history) => new Set(history));
  const both = (i, j) => sets.filter((set) => set.has(i) && set.has(j)).length;
  const cosine = (i, j) => both(i, j) / (Math.sqrt(both(i, i) * both(j, j)) + shrink || 1);
  const columns = Array.from({ length: items }, (_, j) => {
    const others = Array.from({ length: items }, (_, i) => [i, i === j ? 0 : cosine(i, j)]);
    const nearest = others
      .filter(([, value]) => value > 0)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return new Map(nearest.slice(0, neighbours));
  });
  return (i, j) => columns[j].get(i) ?? 0;
}

/** A cell of sparse weights. */
function cellOf({ offsets, columns, values }, i, j) {
  const at = columns.subarray(offsets[i], offsets[i + 1]).indexOf(j);
  return at < 0 ? 0 : values[offsets[i] + at];
}

function assertWeights(items, cell, expected, tolerance) {
  let worst = 0;
  for (let i = 0; i < items; i++)
    for (let j = 0; j < items; j++) worst = Math.max(worst, Math.abs(cell(i, j) - expected(i, j)));
  assert.ok(worst < tolerance, `off by ${worst}`);
}

async function fitted(histories, items, lambda) {
  const solver = await Solver.open(items);
  await fitEase(solver, matrixOf(histories, items), lambda, noPace);
  return solver;
}

describe("EASE", () => {
  for (const [items, users, lambda] of [
    [2, 3, 1],
    [50, 80, 0.5],
    [96, 60, 100],
    [131, 200, 20],
  ])
    test(`${items} items equal float64 by Gauss and Jordan`, async () => {
      const histories = madeUpHistories(items, users, items);
      const expected = referenceEase(histories, items, lambda);
      const solver = await fitted(histories, items, lambda);
      const { values } = await denseEase(solver, noPace);
      assertWeights(items, (i, j) => values[i * items + j], expected, 1e-7);
      const history = histories[1];
      const scores = easeScorer(solver)(Uint32Array.from(history));
      for (let j = 0; j < items; j++) {
        const sum = history.reduce((total, i) => total + expected(i, j), 0);
        if (!history.includes(j)) assert.ok(Math.abs(scores[j] - sum) < 1e-11);
      }
    });

  test("the strongest weights of each row stay", async () => {
    const [items, limit] = [60, 7];
    const histories = madeUpHistories(3, 90, items);
    const expected = referenceEase(histories, items, 10);
    const sparse = await sparseEase(await fitted(histories, items, 10), limit, noPace);
    const rowOf = (i) => Array.from({ length: items }, (_, j) => Math.abs(expected(i, j)));
    const least = Array.from(
      { length: items },
      (_, i) => rowOf(i).sort((a, b) => b - a)[limit - 1],
    );
    const pruned = (i, j) => (Math.abs(expected(i, j)) >= least[i] - 1e-12 ? expected(i, j) : 0);
    assertWeights(items, (i, j) => cellOf(sparse, i, j), pruned, 1e-7);
    for (let i = 0; i < items; i++) {
      const row = sparse.columns.subarray(sparse.offsets[i], sparse.offsets[i + 1]);
      assert.deepEqual(row, row.slice().sort());
      assert.equal(row.length, limit);
    }
  });

  test("a limit beyond the items keeps all weights but the diagonal", async () => {
    const histories = madeUpHistories(5, 30, 20);
    const sparse = await sparseEase(await fitted(histories, 20, 10), 500, noPace);
    assertWeights(20, (i, j) => cellOf(sparse, i, j), referenceEase(histories, 20, 10), 1e-7);
  });

  test("a lambda that rounding eats is refused", async () => {
    // Two items that everybody has: without lambda the matrix has no inverse.
    const histories = Array.from({ length: 1e5 }, () => [0, 1]);
    await assert.rejects(fitted(histories, 2, 1e-12), { code: "unsupported", subject: "--lambda" });
  });
});

describe("ItemKNN", () => {
  for (const options of [
    { neighbours: 5, shrink: 0 },
    { neighbours: 3, shrink: 10 },
    { neighbours: 100, shrink: 0.5 },
  ])
    test(`equals cosines by definition, ${JSON.stringify(options)}`, async () => {
      const histories = madeUpHistories(7, 70, 40);
      const weights = await fitItemKnn(matrixOf(histories, 40), options, noPace);
      const expected = referenceKnn(histories, 40, options);
      assertWeights(40, (i, j) => cellOf(weights, i, j), expected, 1e-7);
    });
});

describe("the choice of lambda", () => {
  const histories = madeUpHistories(11, 240, 60);
  const matrix = matrixOf(histories, 60);
  const split = splitUsers(matrix, { share: 0.25, seed: 2 });

  test("held-out users are not trained on, and their histories are split", () => {
    assert.equal(split.cases.length, 60);
    assert.equal(split.train.users, 180);
    const texts = histories.map(String);
    for (let user = 0; user < 180; user++) {
      const at = texts.indexOf(String([...rowsOf(split.train, user)]));
      assert.ok(at >= 0);
      texts.splice(at, 1);
    }
    const rest = split.cases.map(({ history, targets }) => {
      assert.ok(history.length && targets.length);
      return String([...history, ...targets].sort((a, b) => a - b));
    });
    assert.deepEqual(rest.sort(), texts.sort());
  });

  test("takes the best of NDCG@100 by the reference", async () => {
    const train = Array.from({ length: split.train.users }, (_, user) => [
      ...rowsOf(split.train, user),
    ]);
    const figures = LAMBDAS.map((lambda) => {
      const weight = referenceEase(train, 60, lambda);
      return ndcg(split.cases, 60, weight);
    });
    const { lambda, trials } = await chooseLambda(split, noPace);
    trials.forEach(({ figures: { "NDCG@100": value } }, at) =>
      assert.ok(Math.abs(value - figures[at]) < 1e-9, `${value} ${figures[at]}`),
    );
    assert.equal(lambda, LAMBDAS[figures.indexOf(Math.max(...figures))]);
    assert.ok(new Set(figures).size > 3, "the values of lambda differ");
  });

  test("a large catalogue is cut to its most popular items", () => {
    const { train, cases } = ofPopular(split, 20);
    assert.equal(train.items, 20);
    const counts = (m) => m.rows.reduce((all, row) => ((all[row] = (all[row] ?? 0) + 1), all), []);
    const popular = counts(split.train).sort((a, b) => b - a);
    assert.deepEqual(
      counts(train).sort((a, b) => b - a),
      popular.slice(0, 20),
    );
    for (const { history, targets } of cases)
      for (const row of [...history, ...targets]) assert.ok(row < 20);
  });

  test("too few users: none are held out", () => {
    const few = splitUsers(matrixOf(histories.slice(0, 39), 60), { share: 0.1, seed: 1 });
    assert.equal(few.cases.length, 0);
    assert.equal(few.train.users, 39);
  });
});

/** NDCG@100 by its definition. */
function ndcg(cases, items, weight) {
  const gain = (place) => 1 / Math.log2(place + 2);
  const values = cases.map(({ history, targets }) => {
    const scores = Array.from({ length: items }, (_, j) =>
      history.reduce((sum, i) => sum + weight(i, j), 0),
    );
    const order = [...scores.keys()]
      .filter((row) => !history.includes(row))
      .sort((a, b) => scores[b] - scores[a]);
    const found = order.flatMap((row, place) => (targets.includes(row) ? [gain(place)] : []));
    const ideal = [...targets.keys()].map(gain);
    const sum = (list) => list.reduce((total, value) => total + value, 0);
    return sum(found) / sum(ideal);
  });
  return values.reduce((total, value) => total + value, 0) / values.length;
}

const read = (text, options) => readInteractions(new TextEncoder().encode(text), "r.csv", options);

describe("what counts", () => {
  const LINES = [
    "a,10,5",
    "a,9,2",
    "a,8,5",
    "b,9,4",
    "b,10,3",
    "b,9,5",
    "c,10,4",
    "c,7,5",
    "d,7,1",
  ];
  const csv = (lines) => ["user,item,rating", ...lines].join("\n");

  test("low ratings, repetitions, rare items and empty users do not", async () => {
    const data = await read(csv([...LINES, "c,9,3"]));
    const { matrix, ids, leftOut } = trainingData(data, { positive: 3, minRatings: 2 });
    assert.deepEqual(leftOut, { low: 2, repeated: 1, rareItems: 2, rare: 2, emptyUsers: 1 });
    assert.deepEqual(ids, [9, 10]);
    assert.deepEqual([matrix.users, matrix.items], [3, 2]);
    assert.deepEqual([...matrix.offsets], [0, 1, 3, 5]);
    assert.deepEqual([...matrix.rows], [1, 0, 1, 0, 1]);
  });

  test("numbers are in their order, and one text makes all texts", async () => {
    const idsOf = async (lines) =>
      trainingData(await read(csv(lines)), { positive: undefined, minRatings: 1 }).ids;
    assert.deepEqual(await idsOf(LINES), [7, 8, 9, 10]);
    assert.deepEqual(await idsOf([...LINES, "d,x,1"]), ["10", "7", "8", "9", "x"]);
  });

  for (const [what, lines, options] of [
    ["one user", ["a,1,5", "a,2,5"], { minRatings: 1 }],
    ["one item", ["a,1,5", "b,1,5"], { minRatings: 1 }],
    ["no positive rating", LINES, { minRatings: 1, positive: 9 }],
    ["rare items alone", LINES, { minRatings: 9 }],
  ])
    test(`${what} is refused`, async () => {
      const data = await read(csv(lines));
      assert.throws(() => trainingData(data, options), { code: "bad-argument", subject: "r.csv" });
    });
});

describe("the file", () => {
  const histories = madeUpHistories(17, 150, 45);
  const matrix = matrixOf(histories, 45);
  const split = splitUsers(matrix, { share: 0.2, seed: 1 });
  const options = { lambda: 30, prune: 12, neighbours: 8, shrink: 2 };
  const ids = Array.from({ length: 45 }, (_, row) => 100 + row);
  const popularity = countsOf(matrix);

  for (const [name, train, more] of [
    ["EASE", trainEase, {}],
    ["EASE, all weights", trainEase, { prune: Infinity }],
    ["ItemKNN", trainItemKnn, {}],
  ])
    for (const precision of ["f32", "f16", "i8"])
      test(`${name} in ${precision} gives its scores`, async () => {
        const { weights, measured } = await train(matrix, split, { ...options, ...more });
        assert.equal(measured.users, split.cases.length);
        const ndcgOf = (/** @type {any} */ figures) => figures["NDCG@100"];
        assert.ok(ndcgOf(measured.model) > 0.9 * ndcgOf(measured.popularity));
        const bytes = modelFile(weights, { ids, popularity, precision, description: { name } });
        const model = await loadModel(bytes, { verify: true });
        const history = histories[5];
        const user = model.user({ history: history.map((row) => ids[row]) });
        const expected = scorerOf(weights)(Uint32Array.from(history));
        const tolerance = { f32: 1e-5, f16: 1e-3, i8: 2e-2 }[precision];
        const others = ids.filter((_, row) => !history.includes(row));
        model.score(user, others).forEach((score, at) => {
          const exact = expected[others[at] - 100];
          assert.ok(Math.abs(score - exact) < tolerance, `${score} ${exact}`);
        });
        model.dispose();
      });

  test("equal data in another order give the same bytes", async () => {
    const lines = histories.flatMap((history, user) => history.map((item) => `u${user},${item}`));
    const fileOf = async (list) => {
      const data = await read(["user,item", ...list].join("\n"));
      const training = trainingData(data, { minRatings: 1 });
      const none = { train: training.matrix, cases: [] };
      const { weights } = await trainEase(training.matrix, none, options);
      return modelFile(weights, {
        ids: training.ids,
        popularity,
        precision: "f32",
        description: {},
      });
    };
    // Users in their order: the sums of whole numbers are exact, in any order of the items.
    assert.deepEqual(await fileOf(lines), await fileOf(lines.toReversed()));
  });
});

describe("limits", () => {
  const wide = (items) => ({
    users: 2,
    items,
    offsets: Uint32Array.of(0, items, items),
    rows: Uint32Array.from({ length: items }, (_, row) => row),
  });

  test("a matrix beyond 32-bit addresses is refused, and 30,000 items are not", async () => {
    await assertAddressed(wide(30_000), "r.csv");
    await assert.rejects(assertAddressed(wide(40_000), "r.csv"), { code: "too-large" });
  });

  test("more memory than there is is refused", () =>
    assert.throws(() => assertMemory(1e18, "r.csv"), { code: "out-of-memory" }));

  test("the estimate grows by the cube of the items and says the memory", async () => {
    const plan = { isChosen: false, prune: 200 };
    const small = await estimateEase(wide(1000), [], plan);
    const large = await estimateEase(wide(4000), [], plan);
    assert.ok(large.operations > 40 * small.operations);
    assert.ok(large.bytes > 64e6 && large.bytes < 128e6 + 4000 * 200 * 24);
    assert.ok(small.seconds > 0 && small.seconds < 60);
  });

  test("an aborted signal stops the work", async () => {
    const matrix = matrixOf(madeUpHistories(1, 50, 400), 400);
    const controller = new AbortController();
    const pace = createPace({ signal: controller.signal });
    controller.abort();
    const solver = await Solver.open(400);
    const slow = async (work) => {
      const end = performance.now() + 20;
      while (performance.now() < end);
      await pace(work);
    };
    await assert.rejects(fitEase(solver, matrix, 10, slow), { code: "aborted" });
  });
});
