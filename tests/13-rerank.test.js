// Re-ranking: each step alone, then chains of them, on lists with unknown items, ties, or nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  PocketrecError,
  blend,
  block,
  cap,
  compose,
  createRecommender,
  diversify,
  loadModel,
  novelty,
  pin,
} from "pocketrec";
import { packMaker } from "pocketrec/packs";
import { createWorker } from "pocketrec/worker";

import { assertRefused } from "./lib/assert-refused.js";
import { normal, uniform } from "./lib/random.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const ranked = (text) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((item, at) => ({ item, score: 1 - at / 10 }));
const names = (list) => list.map(({ item }) => item).join(" ");
const NEW = { item: "new", score: null };

/** A list that throws when it is written to. */
const frozen = (list) => Object.freeze(list.map((entry) => Object.freeze(entry)));

/** MMR in float64, by the paper. */
function reference(scores, vectors, balance, count) {
  const min = Math.min(...scores);
  const range = Math.max(...scores) - min;
  const relevance = scores.map((score) => (score - min) / range);
  const chosen = [0];
  const cosine = (a, b) => dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
  const marginal = (i) => {
    const similarity = Math.max(...chosen.map((c) => cosine(vectors[i], vectors[c])));
    return balance * relevance[i] - (1 - balance) * similarity;
  };
  while (chosen.length < count) {
    const rest = [...scores.keys()].filter((i) => !chosen.includes(i));
    chosen.push(rest.reduce((best, i) => (marginal(i) > marginal(best) ? i : best)));
  }
  return chosen;
}
const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0);

describe("diversify", () => {
  const ofGenre = new Map([
    ["a", [1, 0]],
    ["b", [2, 0]],
    ["c", [3, 0]],
    ["x", [0, 1]],
    ["y", [0, 5]],
  ]);

  test("an item similar to one above it moves down", async () => {
    const list = frozen(ranked("a b c x y"));
    assert.equal(names(await diversify({ vectors: ofGenre, balance: 0.5 })(list)), "a x b c y");
    assert.equal(names(list), "a b c x y");
  });

  test("balance 1 keeps the order; 0 takes the best item, then the least similar", async () => {
    const list = ranked("a b c x y");
    assert.equal(names(await diversify({ vectors: ofGenre, balance: 1 })(list)), "a b c x y");
    const far = diversify({ vectors: ofGenre, balance: 0, topK: 2 });
    assert.equal(names(await far(list)), "a x b c y");
  });

  test("items keep their scores, and the scale of the scores does not matter", async () => {
    const list = ranked("a b c x y");
    const step = diversify({ vectors: (item) => ofGenre.get(item), balance: 0.5 });
    const expected = await step(list);
    for (const entry of expected) assert.ok(list.includes(entry));
    const far = await step(list.map(({ item, score }) => ({ item, score: 1e6 * score - 3e7 })));
    assert.equal(names(far), names(expected));
  });

  test("an item without a vector or a score keeps its place", async () => {
    const list = [...ranked("a stranger b x c"), NEW];
    const step = diversify({ vectors: ofGenre, balance: 0.5 });
    assert.equal(names(await step(list)), "a stranger x b c new");
    assert.equal(names(await step([NEW, ...ranked("a b x")])), "new a x b");
  });

  test("topK positions are filled from a pool of poolSize", async () => {
    const step = diversify({ vectors: ofGenre, balance: 0, topK: 1, poolSize: 3 });
    assert.equal(names(await step(ranked("a b x y"))), "a b x y");
    const small = diversify({ vectors: ofGenre, balance: 0, topK: 2, poolSize: 3 });
    assert.equal(names(await small(ranked("a b c x y"))), "a b c x y");
    const byContext = diversify({ vectors: ofGenre, balance: 0 });
    assert.equal(names(await byContext(ranked("a b c x y"), { topK: 2 })), "a x b c y");
  });

  test("the pool is ten times topK by default", async () => {
    const list = Array.from({ length: 25 }, (_, item) => ({ item, score: -item }));
    for (const [different, second] of [
      [19, 19],
      [20, 1],
    ]) {
      const vectors = (item) => (item === different ? [0, 1] : [1, 0]);
      const diverse = await diversify({ vectors, balance: 0, topK: 2 })(list);
      assert.deepEqual([diverse[0].item, diverse[1].item], [0, second]);
    }
  });

  for (const { simd, skip } of VARIANTS) {
    test(`${simd}: 300 vectors of 37 numbers, as in float64`, { skip }, async () => {
      const next = normal(3);
      const vectors = Array.from({ length: 300 }, () => Array.from({ length: 37 }, next));
      const list = vectors.map((_, item) => ({ item, score: -item - uniform(item + 1)() }));
      const found = await diversify({
        vectors: (item) => vectors[item],
        balance: 0.6,
        by: "score",
        topK: 40,
        poolSize: Infinity,
        simd,
      })(list);
      const expected = reference(
        list.map(({ score }) => score),
        vectors,
        0.6,
        40,
      );
      assert.deepEqual(
        found.slice(0, 40).map(({ item }) => item),
        expected,
      );
      assert.deepEqual(
        found.slice(40).map(({ item }) => item),
        [...vectors.keys()].filter((item) => !expected.includes(item)),
      );
    });
  }

  test("vectors count by direction at any length; zeros are similar to nothing", async () => {
    const vectors = new Map([
      ["a", [1e-45, 0]],
      ["b", [3e38, 0]],
      ["c", [1e300, 1e300]],
      ["z", [0, 0]],
    ]);
    assert.equal(names(await diversify({ vectors, balance: 0 })(ranked("a b c z"))), "a z c b");
  });

  test("a model's vectors; an item that it does not know keeps its position", async () => {
    const asked = [];
    const model = {
      vectors(items) {
        asked.push(items.length);
        if (!items.every((item) => ofGenre.has(item)))
          throw new PocketrecError("unknown-item", "item", "a known one", "another");
        return Float32Array.from(items.flatMap((item) => ofGenre.get(item)));
      },
    };
    assert.equal(
      names(await diversify({ model, balance: 0.5 })(ranked("a b other x c y"))),
      "a x other b c y",
    );
    assert.equal(names(await diversify({ model })([])), "");
    const broken = {
      vectors: () => {
        throw new PocketrecError("disposed", "model", "one in use", "one after dispose()");
      },
    };
    await assertRefused(() => diversify({ model: broken })(ranked("a")), "disposed", "model");
  });

  test("a loaded model's vectors, and those of its candidate pack", async () => {
    const { tensors, info } = randomWeights({ kind: "gmf", gmf: 4, items: 30 });
    const model = await loadModel(fileOf({ tensors, info }));
    const user = model.user({ vector: randomVector(4, 1) });
    const rows = Array.from(model.vectors([...Array(30).keys()]));
    const own = (item) => (item < 30 ? rows.slice(4 * item, 4 * item + 4) : undefined);
    const list = model.rank(user, [99, ...Array(30).keys()]);
    assert.deepEqual(
      await diversify({ model, topK: 9, balance: 0.4 })(list),
      await diversify({ vectors: own, topK: 9, balance: 0.4 })(list),
    );
    const item_ids = {
      dtype: "I64",
      shape: [30],
      data: BigInt64Array.from({ length: 30 }, (_, row) => BigInt(1000 + row)),
    };
    const pack = await model.openCandidates(
      fileOf({ tensors: { item_ids, "gmf.item": tensors["gmf.item"] }, info: {} }),
    );
    const moved = await diversify({ model, pack, topK: 9, balance: 0.4 })(model.rank(user, pack));
    assert.deepEqual(
      moved.map(({ item }) => item - 1000),
      (await diversify({ vectors: own, topK: 9, balance: 0.4 })(list.slice(0, 30))).map(
        ({ item }) => item,
      ),
    );
  });

  test("infinite and equal scores", async () => {
    const step = diversify({ vectors: ofGenre, balance: 0.5 });
    const all = await step([
      { item: "a", score: Infinity },
      { item: "b", score: 3 },
      { item: "x", score: -Infinity },
      { item: "y", score: 3 },
    ]);
    assert.deepEqual(names(all).split(" ").sort(), ["a", "b", "x", "y"]);
    assert.equal(
      names(await step("a b x".split(" ").map((item) => ({ item, score: 7 })))),
      "a x b",
    );
    assert.equal(names(await step([NEW])), "new");
  });
});

describe("novelty", () => {
  const seen = new Map([
    ["a", 999],
    ["b", 99],
    ["c", 9],
    ["d", 0],
    ["n", null],
  ]);
  const byMap = (strength, output) => novelty({ strength, output, popularity: seen });

  test("a list of 200,000 items takes a second, not the square of its length", async () => {
    const long = Array.from({ length: 200_000 }, (_, item) => ({ item, score: 0 }));
    const begin = performance.now();
    const list = await novelty({ strength: 1, popularity: (item) => -item + 200_000 })(long);
    assert.ok(performance.now() - begin < 8000);
    assert.deepEqual(list, long.toReversed());
  });

  test("popular items move down by strength times the log, entries as they were", async () => {
    // Logs of 1 + n: 6.9, 4.6, 2.3, 0. Scores: 1, 0.9, 0.8, 0.7.
    const list = frozen(ranked("a b c d"));
    for (const [strength, expected] of [
      [0, "a b c d"],
      [0.042, "a b c d"],
      [0.044, "d c b a"],
      [1000, "d c b a"],
    ]) {
      const found = await byMap(strength)(list);
      assert.equal(names(found), expected);
      for (const entry of found) assert.ok(list.includes(entry));
    }
    const uneven = [
      { item: "b", score: 3 },
      { item: "a", score: 2.9 },
      { item: "d", score: 0 },
    ];
    assert.equal(names(await byMap(0.5)(uneven)), "b d a");
  });

  test("scores are made raw first: logits, logarithms", async () => {
    const sigmoid = (x) => 1 / (1 + Math.exp(-x));
    const raw = [4, 2.5, 2, 1, -3];
    const popularity = (item) => [500, 3, 40, 0, 7][item];
    const order = async (scoreOf, output) => {
      const list = raw.map((score, item) => ({ item, score: scoreOf(score) }));
      return names(await novelty({ strength: 0.4, popularity, output })(list));
    };
    const values = raw.map((score, item) => score - 0.4 * Math.log1p(popularity(item)));
    const expected = [...raw.keys()].sort((x, y) => values[y] - values[x]).join(" ");
    assert.equal(await order((x) => x), expected);
    assert.equal(await order(sigmoid, "sigmoid"), expected);
    assert.equal(await order(Math.exp, "exp"), expected);
    assert.equal(await order((x) => Math.exp(x) / 99, "softmax"), expected);
  });

  test("an item without a popularity or a score keeps its place", async () => {
    const list = [...ranked("a n c stranger d"), { item: "b", score: null }];
    assert.equal(names(await byMap(1)(list)), "d n c stranger a b");
    assert.equal(names(await byMap(1)([])), "");
  });

  test("infinite and equal scores keep their order", async () => {
    const list = [
      { item: "a", score: Infinity },
      { item: "d", score: Infinity },
      { item: "b", score: -Infinity },
      { item: "c", score: -Infinity },
    ];
    assert.equal(names(await byMap(1)(list)), "a d b c");
    const same = (items) => items.map((item) => ({ item, score: 1 }));
    assert.equal(names(await byMap(0)(same(["c", "a", "b"]))), "c a b");
  });

  const ITEMS = 40;
  const counts = Int32Array.from({ length: ITEMS }, (_, row) => (row * 7919) % 300);
  const parts = randomWeights({ kind: "gmf", gmf: 4, items: ITEMS, info: { output: "sigmoid" } });
  const file = fileOf({
    info: parts.info,
    tensors: {
      ...parts.tensors,
      item_popularity: { dtype: "I32", shape: [ITEMS], data: counts },
    },
  });
  const vector = randomVector(4, 3);
  const popularity = (item) => counts[item];

  test("a model's popularity and output, here, in a worker and of a pack", async (t) => {
    const model = await loadModel(file);
    const user = model.user({ vector });
    const list = model.recommend(user, { topK: ITEMS });
    const raw = model.recommend(user, { topK: ITEMS, raw: true });
    const expected = names(await novelty({ strength: 0.3, popularity })(raw));
    assert.notEqual(expected, names(raw));
    assert.equal(names(await novelty({ strength: 0.3, model })(list)), expected);

    const pack = await model.openCandidates(packMaker(file).pack([3, 9, 30, 21]));
    const packed = model.rank(user, pack);
    const bare = { popularity: (items) => items === pack && model.popularity(pack) };
    assert.deepEqual(
      await novelty({ strength: 0.3, model: bare, pack, output: "sigmoid" })(packed),
      await novelty({ strength: 0.3, model })(packed),
    );

    const worker = createWorker();
    t.after(() => worker.terminate());
    const remote = await worker.loadModel(file);
    assert.equal(names(await novelty({ strength: 0.3, model: remote })(list)), expected);
  });

  test("in a recommender, with a pack and without", async () => {
    const model = await loadModel(file);
    const maker = packMaker(file);
    const items = [5, 6, 7, 8, 9, 10];
    for (const retrieve of [() => items, () => maker.pack(items)]) {
      const rerank = novelty({ strength: 0.5, model });
      const input = { retrieve, rank: model, history: [1, 2] };
      const plain = await createRecommender(input).recommend({ topK: 6 });
      const { recommendations } = await createRecommender({ ...input, rerank }).recommend({
        topK: 6,
      });
      assert.deepEqual(
        recommendations,
        await novelty({ strength: 0.5, popularity, output: "sigmoid" })(plain.recommendations),
      );
    }
  });

  test("a rating is taken as it is", async () => {
    const model = { popularity: () => undefined, info: { output: "sigmoid" } };
    const rating = { ...model, info: { output: "sigmoid", input: { values: "rating" } } };
    const list = ranked("a").map((entry) => ({ ...entry, score: 4.5 }));
    const of = (info) => novelty({ strength: 1, model: { popularity: () => [3], info } })(list);
    assert.equal(names(await of(rating.info)), "a");
    await assertRefused(of(model.info), "bad-argument", "novelty, score of item a");
  });

  test("what is refused", async () => {
    const model = await loadModel(fileOf(parts));
    const WRONG = [
      [{ model }, "novelty strength"],
      [{ model, strength: -0.1 }, "novelty strength"],
      [{ model, strength: NaN }, "novelty strength"],
      [{ model, strength: 1001 }, "novelty strength"],
      [{ strength: 1 }, "novelty"],
      [{ strength: 1, model, popularity: seen }, "novelty"],
      [{ strength: 1, model: {} }, "novelty model"],
      [{ strength: 1, popularity: [1] }, "novelty popularity"],
      [{ strength: 1, model, output: "tanh" }, "novelty output"],
      [{ strength: 1, model, amount: 2 }, "amount"],
    ];
    for (const [options, subject] of WRONG)
      await assertRefused(async () => novelty(options), "bad-argument", subject);
    const noTensor = novelty({ strength: 1, model })(ranked("a"));
    await assertRefused(noTensor, "bad-argument", "novelty model");
    for (const pack of [{}, [], new Map(), "a", Promise.resolve()]) {
      const step = novelty({ strength: 1, model, pack })(ranked("a"));
      await assertRefused(step, "bad-argument", "novelty pack");
    }
    for (const count of [-1, NaN, Infinity, "7"]) {
      const step = novelty({ strength: 1, popularity: () => count });
      await assertRefused(step(ranked("a")), "bad-argument", "novelty popularity, item a");
    }
    const logits = byMap(1, "sigmoid")([{ item: "a", score: 1.5 }]);
    await assertRefused(logits, "bad-argument", "novelty, score of item a");
  });
});

describe("cap", () => {
  const groupOf = (item) => item[0];

  test("items over the limit move down, in order", () => {
    const list = frozen(ranked("a1 a2 a3 b1 a4 b2 c1"));
    assert.equal(names(cap({ groupOf, maxPerGroup: 2 })(list)), "a1 a2 b1 b2 c1 a3 a4");
    assert.equal(names(cap({ groupOf, maxPerGroup: 1, topK: 2 })(list)), "a1 b1 a2 a3 a4 b2 c1");
    assert.equal(names(cap({ groupOf, maxPerGroup: 0, topK: 2 })(list)), names(list));
  });

  test("with drop they are removed", () => {
    assert.equal(
      names(cap({ groupOf, maxPerGroup: 1, drop: true })(ranked("a1 a2 b1 a3"))),
      "a1 b1",
    );
    assert.equal(
      names(cap({ groupOf, maxPerGroup: 1, topK: 2, drop: true })(ranked("a1 a2 b1 a3"))),
      "a1 b1 a3",
    );
  });

  test("several groups, no group, a Map", () => {
    const groups = new Map([
      ["p", ["war", "drama"]],
      ["q", "drama"],
      ["r", new Set(["war"])],
      ["s", ["war", "war"]],
      ["u", null],
    ]);
    assert.equal(
      names(cap({ groupOf: groups, maxPerGroup: 1 })(ranked("p q r s t u"))),
      "p t u q r s",
    );
    assert.equal(names(cap({ groupOf: groups, maxPerGroup: 1 })(ranked("s p"))), "s p");
  });

  test("items without a score count in their group", () => {
    assert.deepEqual(
      cap({ groupOf, maxPerGroup: 1 })([
        { item: "a1", score: null },
        { item: "a2", score: 1 },
        { item: "b", score: null },
      ]).map(({ item }) => item),
      ["a1", "b", "a2"],
    );
  });
});

describe("pin and block", () => {
  test("an item moves to its position", () => {
    const list = frozen(ranked("a b c d"));
    assert.equal(names(pin([{ item: "d", position: 0 }])(list)), "d a b c");
    assert.equal(
      names(
        pin([
          { item: "a", position: 2 },
          { item: "d", position: 0 },
        ])(list),
      ),
      "d b a c",
    );
    assert.equal(names(pin([{ item: "a", position: 99 }])(list)), "b c d a");
    assert.equal(names(pin([])(list)), "a b c d");
  });

  test("an item that is not in the list is added without a score", () => {
    assert.deepEqual(pin([{ item: 7, position: 1 }])(ranked("a b")), [
      { item: "a", score: 1 },
      { item: 7, score: null },
      { item: "b", score: 0.9 },
    ]);
    assert.deepEqual(pin([{ item: 7, position: 1 }])([]), [{ item: 7, score: null }]);
  });

  test("items are removed by list, Set or function", () => {
    const shown = new Set();
    const step = block(shown);
    const list = frozen([...ranked("a b c"), NEW]);
    assert.equal(names(step(list)), "a b c new");
    shown.add("b");
    assert.equal(names(step(list)), "a c new");
    assert.equal(names(block(["a", "new"])(list)), "b c");
    assert.equal(names(block((item) => item > "b")(list)), "a b");
  });
});

describe("blend", () => {
  const list = frozen([...ranked("a b c"), NEW]);

  test("by score: each source from 0 to 1, then the weighted mean", () => {
    const clicks = new Map([
      ["a", 0],
      ["b", 500],
      ["c", 1000],
    ]);
    const blended = blend([{ scores: "list" }, { scores: clicks, weight: 3 }])(list);
    assert.equal(names(blended), "c b a new");
    assert.deepEqual(
      blended.map(({ score }) => score && Math.round(1e6 * score) / 1e6),
      [0.75, 0.5, 0.25, null],
    );
  });

  test("by rank: reciprocal rank fusion, whatever the scales", () => {
    const blended = blend(
      [{ scores: "list" }, { scores: (item) => ({ a: 1, b: 1e9, c: 2 })[item] }],
      { by: "rank" },
    )(list);
    assert.equal(names(blended), "b a c new");
    assert.equal(blended[0].score, (1 / 62 + 1 / 61) / 2);
    assert.equal(blended[3].score, null);
  });

  test("equal scores share a rank and keep the given order", () => {
    const [a, b] = blend([{ scores: () => 5 }], { by: "rank" })(ranked("a b"));
    assert.deepEqual(
      [a, b],
      [
        { item: "a", score: 1 / 61 },
        { item: "b", score: 1 / 61 },
      ],
    );
    assert.equal(names(blend([{ scores: () => -Infinity }])(ranked("a b c"))), "a b c");
  });

  test("an item that a source does not know gets 0 from it, or the mean of the others", () => {
    const sources = [
      { scores: "list" },
      {
        scores: [
          { item: "a", score: 1 },
          { item: "c", score: 2 },
          { item: "new", score: 3 },
        ],
      },
    ];
    assert.equal(names(blend(sources)(list)), "a new b c");
    assert.equal(names(blend(sources, { missing: "skip" })(list)), "new a b c");
    assert.deepEqual(
      blend([{ scores: new Map() }])(list).map(({ score }) => score),
      [null, null, null, null],
    );
  });

  test("models with their users, and items that they do not know", async () => {
    const load = (seed) =>
      loadModel(fileOf(randomWeights({ kind: "gmf", gmf: 4, items: 9, seed })));
    const [first, second] = await Promise.all([load(1), load(2)]);
    const user = first.user({ vector: randomVector(4, 1) });
    const other = second.user({ vector: randomVector(4, 2) });
    const candidates = first.rank(user, [0, 1, 2, 3, 4, 5, 99]);
    const blended = blend([
      { model: first, user },
      { model: second, user: () => other, raw: true, weight: 2 },
    ])(candidates);
    assert.deepEqual(blended.at(-1), { item: 99, score: null });
    const unit = (scores) =>
      scores.map(
        (score) => (score - Math.min(...scores)) / (Math.max(...scores) - Math.min(...scores)),
      );
    const items = [0, 1, 2, 3, 4, 5];
    const a = unit([...first.score(user, items)]);
    const b = unit([...second.score(other, items, { raw: true })]);
    for (const { item, score } of blended.slice(0, 6))
      assert.ok(Math.abs(score - (a[item] + 2 * b[item]) / 3) < 1e-12);
    assert.equal(
      names(blend([{ model: first }])(candidates, { userOf: () => user })),
      names(candidates),
    );
    const noUser = () => blend([{ model: first }])(candidates);
    await assertRefused(noUser, "bad-argument", "blend, source 0");
  });
});

describe("compose", () => {
  const steps = [
    cap({ groupOf: (item) => item[0], maxPerGroup: 1 }),
    pin([{ item: "z", position: 1 }]),
    block(["b2"]),
  ];

  test("steps run in order, the app's own too", async () => {
    const list = frozen([...ranked("a1 a2 b1 b2"), NEW]);
    assert.equal(names(await compose(...steps)(list)), "a1 z b1 new a2");
    const later = async (given, { topK }) => given.slice(0, topK);
    assert.equal(names(await compose(compose(...steps), later)(list, { topK: 2 })), "a1 z");
    assert.equal(names(await compose()(list)), names(list));
  });

  test("a step that returns no ranked list is named", async () => {
    const nan = [{ item: "a", score: NaN }];
    for (const wrong of [undefined, [{ item: "a" }], nan, [{ score: 1 }], ["a"], "list"]) {
      const attempt = compose(steps[0], () => wrong)(ranked("a1"));
      await assertRefused(attempt, "bad-argument", /^compose, result of step 1/);
    }
  });

  test("an abort ends it before the next step", async () => {
    const controller = new AbortController();
    const seen = [];
    const stop = (list) => {
      controller.abort();
      return list;
    };
    const both = compose(stop, (list) => seen.push(list));
    await assertRefused(both(ranked("a"), { signal: controller.signal }), "aborted");
    assert.equal(seen.length, 0);
  });

  test("100 random chains of steps neither lose nor invent an item", async () => {
    const next = uniform(8);
    const below = (n) => Math.floor(n * next());
    const vectors = (item) => (item % 7 ? [next() - 0.5, next() - 0.5, item % 3] : null);
    const all = [
      diversify({ vectors, balance: 0.3, topK: 8 }),
      diversify({ vectors, topK: Infinity }),
      cap({ groupOf: (item) => [item % 3, "x"], maxPerGroup: 2 }),
      cap({ groupOf: (item) => item % 2, maxPerGroup: 1, topK: 4 }),
      blend([{ scores: "list" }, { scores: (item) => (item % 5 ? item : null) }]),
      blend([{ scores: (item) => item % 4 }], { by: "rank", missing: "skip" }),
      pin([{ item: 0, position: 3 }]),
    ];
    for (let round = 0; round < 100; round++) {
      const list = Array.from({ length: 1 + below(30) }, (_, item) => ({
        item,
        score: below(4) ? below(5) : null,
      }));
      const chain = Array.from({ length: 1 + below(5) }, () => all[below(all.length)]);
      const step = compose(...chain);
      const found = await step(frozen(list));
      assert.deepEqual(
        found.map(({ item }) => item).sort((a, b) => a - b),
        list.map(({ item }) => item),
      );
      assert.equal((await step(list)).length, found.length, "a step can run again");
    }
  });
});

describe("an option by its old name", () => {
  const model = { vectors: () => [] };
  for (const [before, now, call] of [
    ["most", "maxPerGroup", (old) => cap({ groupOf: () => 1, ...old })],
    ["within", "topK", (old) => cap({ groupOf: () => 1, maxPerGroup: 1, ...old })],
    ["among", "poolSize", (old) => diversify({ model, ...old })],
    ["constant", "rankConstant", (old) => blend([{ scores: "list" }], old)],
  ]) {
    test(`${before} is called ${now}`, async () => {
      const expected = new RegExp(`${before} is called ${now} since 0\\.2`);
      await assertRefused(() => call({ [before]: 2 }), "bad-argument", expected);
    });
  }
});

describe("refused arguments", () => {
  const list = ranked("a b");
  const none = new Map();
  const both = { model: { vectors() {} }, vectors: none };
  const oneGroup = cap({ groupOf: () => 1, maxPerGroup: 1 });
  const uneven = (item) => (item === "a" ? [1] : [1, 2]);
  const pinAt = (...positions) => pin(positions.map(([item, position]) => ({ item, position })));
  const bySource = (source, options) => blend([source], options)(list);
  const nan = { item: "a", score: NaN };

  const cases = [
    ["diversify without vectors", "diversify", () => diversify({})],
    ["diversify with a model and vectors", "diversify", () => diversify(both)],
    ["diversify: no model", "diversify model", () => diversify({ model: {} })],
    ["vectors in an array", "diversify vectors", () => diversify({ vectors: [[1]] })],
    ["a balance above 1", "diversify balance", () => diversify({ vectors: none, balance: 2 })],
    ["a balance of NaN", "diversify balance", () => diversify({ vectors: none, balance: NaN })],
    ["an unknown relevance", "diversify by", () => diversify({ vectors: none, by: "luck" })],
    ["half a topK", "diversify topK", () => diversify({ vectors: none, topK: 0.5 })],
    ["half a poolSize", "diversify poolSize", () => diversify({ vectors: none, poolSize: 0.5 })],
    ["vectors of two lengths", /item b: .* 1 numbers/, () => diversify({ vectors: uneven })(list)],
    ["NaN in a vector", /item a: .*NaN/, () => diversify({ vectors: () => [1, NaN] })(list)],
    ["a vector of strings", /item a: .*"1"/, () => diversify({ vectors: () => ["1", "2"] })(list)],
    ["a number as a vector", /item a: .*3/, () => diversify({ vectors: () => 3 })(list)],
    ["an unknown simd", "simd", () => diversify({ vectors: () => [1], simd: "avx" })(list)],
    ["cap without groups", "cap groupOf", () => cap({ maxPerGroup: 1 })],
    ["cap at half an item", "cap maxPerGroup", () => cap({ groupOf: () => 1, maxPerGroup: 0.5 })],
    ["cap without a limit", "cap maxPerGroup", () => cap({ groupOf: () => 1 })],
    ["an object as a group", /item a/, () => cap({ groupOf: () => ({}), maxPerGroup: 1 })(list)],
    ["a pin without a position", /position of item a/, () => pinAt(["a"])],
    ["a position below 0", /position of item a/, () => pinAt(["a", -1])],
    ["an item pinned twice", /each item once/, () => pinAt(["a", 1], ["a", 2])],
    ["two items at one position", /each position once/, () => pinAt(["a", 1], ["b", 1])],
    ["block of a string", "block", () => block("a")],
    ["block of rows", /block: .*rows/, () => block(Uint32Array.of(1))],
    ["block of objects", "block, entry 0", () => block([{ id: 1 }])],
    ["blend without sources", "blend", () => blend([])],
    ["a weight of 0", "blend, source 0 weight", () => blend([{ scores: "list", weight: 0 }])],
    ["an empty source", "blend, source 0", () => blend([{}])],
    ["a model without a user", /a user for the model/, () => bySource({ model: { rank() {} } })],
    ["a score of NaN", "blend, source 0, item a", () => bySource({ scores: () => NaN })],
    ["a string as a score", "blend, source 0, item a", () => bySource({ scores: () => "1" })],
    ["an unknown way to blend", "blend by", () => bySource({ scores: "list" }, { by: "magic" })],
    [
      "missing by its old value",
      /"zero"/,
      () => bySource({ scores: "list" }, { missing: "least" }),
    ],
    ["compose of a string", "compose, entry 1", () => compose(oneGroup, "diversify")],
    ["a list of items", "cap, entry 0", () => oneGroup(["a"])],
    ["a list with a score of NaN", "pin, entry 0", () => pin([])([nan])],
    ["an object as a list", "block", () => block([])({})],
  ];
  for (const [title, what, call] of cases)
    test(title, async () => void (await assertRefused(call, "bad-argument", what)));
});
