// Precision "fast": its lists are those of "exact", in the demo's models, the bench's, random ones,
// and in models made to mislead estimates.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createRecommender, fromModel, loadModel } from "../js/index.node.js";
import { Engine } from "../js/model/engine.js";
import { Estimates } from "../js/model/estimates.js";
import { createWorker } from "../dist/worker.node.js";
import { MODELS } from "../bench/models/sizes.js";
import { pocketrecFile, randomModel } from "../bench/models/neumf.js";
import { packFile, randomRanker, rankerFile, userOf } from "../bench/models/ranker.js";
import { assertRefused } from "./lib/assert-refused.js";
import { isLong } from "./lib/long.js";
import { normal, uniform } from "./lib/random.js";
import { randomTwoStage } from "./lib/two-stage.js";
import { VARIANTS } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const DEMO = "web-demo/models";
const TOPS = [10, 20, 100];
/** Scores that are closer may change places. */
const CLOSE = 1e-5;
const ACTIVATIONS = ["relu", "sigmoid", "tanh", "elu", "selu"];
/** Of rankers, whose users are never fitted. */
const ANY_ACTIVATION = [...ACTIVATIONS, "swish"];

const variants = VARIANTS.filter(({ skip }) => !skip);

// The calls of two passes are counted. With `isForced` two passes also find lists that take less
// time without them.
let finds = 0;
let isForced = false;
const { find } = Estimates.prototype;
Estimates.prototype.find = function (...args) {
  finds++;
  return find.apply(this, args);
};
const functionOf = Engine.prototype.function;
Engine.prototype.function = function (verb, prefix) {
  return verb === "estimates_pay" && isForced ? () => 1 : functionOf.call(this, verb, prefix);
};

/** Runs `work` with two passes for every list. */
async function forced(work) {
  isForced = true;
  try {
    return await work();
  } finally {
    isForced = false;
  }
}

/** A list, or the code of the error; whether two passes found it. */
function listOf(model, user, { candidates, ...options }) {
  const before = finds;
  const found = (list) => ({ list, isFast: finds > before });
  try {
    return found(
      candidates
        ? model.rank(user, candidates, { raw: true, ...options })
        : model.recommend(user, { raw: true, ...options }),
    );
  } catch (error) {
    return found(error.code);
  }
}

/** The largest difference of scores at one place; Infinity where only one list is an error. */
function distance(fast, exact) {
  if (typeof fast === "string" || typeof exact === "string") return fast === exact ? 0 : Infinity;
  if (fast.length !== exact.length) return Infinity;
  return exact.reduce((most, { score }, i) => {
    const size = Math.max(1, Math.abs(score));
    return Math.max(most, Math.abs(score - fast[i].score) / size || 0);
  }, 0);
}

const isSame = (fast, exact) =>
  typeof exact === "string"
    ? fast === exact
    : exact.every(({ item, score }, i) => fast[i].item === item && fast[i].score === score);

/** Counts lists of two passes beside those of all float32 scores. */
class Tally {
  lists = 0;
  different = 0;

  /** The best 10, 20 and 100 for a user; options: more of the calls. */
  add(model, user, options, name) {
    const exact = listOf(model, user, { ...options, topK: TOPS.at(-1), precision: "exact" });
    assert.equal(exact.isFast, false);
    for (const topK of TOPS) {
      const fast = listOf(model, user, { ...options, topK, precision: "fast" });
      const wanted = typeof exact.list === "string" ? exact.list : exact.list.slice(0, topK);
      assert.equal(fast.isFast, true, `${name}: two passes ran`);
      this.lists++;
      if (!isSame(fast.list, wanted)) this.different++;
      const far = distance(fast.list, wanted);
      assert.ok(far <= CLOSE, `${name}, the best ${topK}: scores differ by ${far}`);
    }
  }

  check(t, share = 0.001) {
    t.diagnostic(`${this.lists} lists, ${this.different} different`);
    assert.ok(this.lists > 0 && this.different <= share * this.lists, `${this.different} differ`);
  }
}

/** One of the instruction sets, or both where tests run in full. */
const someVariants = (i) => (isLong ? variants : [variants[i % variants.length]]);

describe("lists equal those of float32 scores", () => {
  for (const { simd, skip } of VARIANTS) {
    test(`the demo's models, ${simd}`, { skip }, async (t) => {
      const tally = new Tally();
      for (const name of ["mlp", "neumf", "ranker"]) {
        const model = await loadModel(`${DEMO}/${name}.safetensors`, { simd });
        const ids = model.recommend(model.user({ history: [] }), { topK: Infinity });
        await forced(() => {
          for (let u = 0; u < (isLong ? 100 : 12); u++) {
            const history = Array.from(
              { length: u },
              (_, i) => ids[(37 * u + 101 * i) % 3000].item,
            );
            const user = model.user({ history });
            tally.add(model, user, u % 3 ? { exclude: history } : {}, name);
            const candidates = ids.filter((_, i) => i % 3 === u % 3).map(({ item }) => item);
            tally.add(model, user, { candidates }, name);
          }
        });
      }
      tally.check(t);
    });

    test(`NeuMF-8 and NeuMF-64, ${simd}`, { skip }, async (t) => {
      const tally = new Tally();
      for (const size of ["neumf8", "neumf64"]) {
        const { gmf, tower } = MODELS[size];
        const file = pocketrecFile(randomModel({ ...MODELS[size], users: 1 }));
        const model = await loadModel(file, { simd });
        await forced(() => {
          for (let u = 0; u < (isLong ? 100 : 4); u++) {
            const vector = randomVector(gmf + tower[0] / 2, u).map((x) => 0.3 * x);
            tally.add(model, model.user({ vector }), {}, size);
          }
        });
      }
      tally.check(t);
    });

    test(`the ranker's tower, ${simd}`, { skip }, async (t) => {
      const tally = new Tally();
      for (const shared of [384, 0]) {
        const tensors = randomRanker(shared);
        const model = await loadModel(rankerFile(tensors), { simd });
        const user = model.user(userOf(tensors));
        await forced(() => {
          for (let u = 0; u < (isLong ? 20 : 2); u++) {
            const candidates = Uint32Array.from(
              { length: 600 },
              (_, i) => (i * 7 + 131 * u) % 2000,
            );
            tally.add(model, user, { candidates }, `ranker, ${shared} shared`);
          }
        });
      }
      tally.check(t);
    });
  }

  test("200 random models", async (t) => {
    const tally = new Tally();
    for (let seed = 0; seed < 200; seed++) {
      const { file, users, name } = randomOne(seed);
      for (const { simd } of someVariants(seed)) {
        const model = await loadModel(file, { simd });
        await forced(() => {
          for (let u = 0; u < (isLong ? 20 : 2); u++)
            tally.add(model, users(model, u), {}, `${name}, ${simd}`);
        });
        model.dispose();
      }
    }
    tally.check(t);
  });
});

/** A random model of any kind, shape and activation; some have weights with heavy tails. */
function randomOne(seed) {
  const draw = uniform(1000 + seed);
  const pick = (list) => list[Math.floor(draw() * list.length)];
  const kind = pick(["mlp", "neumf", "neumf", "ranker"]);
  const widths = Array.from({ length: 2 + Math.floor(3 * draw()) }, () =>
    Math.floor(8 * (seed % 8 ? 16 : 64) ** draw()),
  );
  const items = 300 + Math.floor(500 * draw());
  const activation = pick(kind === "ranker" ? ANY_ACTIVATION : ACTIVATIONS);
  const name = `model ${seed}: ${kind} ${widths} ${activation}`;
  const weights =
    kind === "ranker"
      ? randomTwoStage({ kind, items, tower: widths, seed, info: { activation } })
      : randomWeights({
          kind,
          items,
          gmf: pick([3, 8, 64]),
          user: 16,
          item: 24,
          widths,
          itemBias: draw() < 0.4,
          seed,
          info: { activation },
        });
  const tail = pick([0, 0, 1, 2]);
  scaleEach(weights.tensors, /(layers|tower)\.\d+\.weight/, logNormal(seed, tail));
  const gmf = weights.tensors["gmf.item"]?.shape[1] ?? 0;
  const users = (model, u) =>
    kind === "ranker"
      ? model.user({ history: [u, 3 * u + 1], features: { search: ["dog"], year: 1980 + u } })
      : model.user({ vector: randomVector(gmf + 16, 31 * seed + u) });
  return { file: fileOf(weights), users, name };
}

function logNormal(seed, deviation) {
  const next = normal(seed);
  return () => Math.exp(deviation * next());
}

function scaleEach(tensors, names, factor) {
  for (const [name, tensor] of Object.entries(tensors))
    if (names.test(name)) tensor.data = tensor.data.map((value) => value * factor());
}

// ---- models that mislead estimates

const ITEMS = 1200;
const WIDTHS = [64, 48, 32];
const USER = 16;

/** Changes each row of a tensor of rows. */
function eachRow({ shape: [rows, width], data }, change) {
  for (let row = 0; row < rows; row++) change(data.subarray(row * width, (row + 1) * width), row);
}

const times = (row, factor) => row.forEach((value, k) => (row[k] = value * factor));

/** By name: what is done to a random model's tensors. */
const MISLEADING = {
  "weights of 1e-6 beside 1e6 in a row": ({ tensors, next }) =>
    scaleEach(tensors, /layers\.[12]\.weight/, () => 10 ** (6 * Math.tanh(next()))),
  "weights of 1e-6 beside 1e6 in an output": ({ tensors, next }) =>
    scaleEach(tensors, /output\.weight/, () => 10 ** (6 * Math.tanh(next()))),
  "outputs of a layer from 1e-6 to 1e6": ({ tensors, next }) => {
    for (const k of [1, 2])
      eachRow(tensors[`mlp.layers.${k}.weight`], (row) =>
        times(row, 10 ** (6 * Math.tanh(next()))),
      );
  },
  "items 1e3 to 1e6 times larger": ({ tensors, next }) =>
    eachRow(tensors["mlp.item"], (row, i) => {
      if (i % 97 === 5) times(row, 10 ** (3 + 3 * Math.abs(Math.tanh(next()))));
    }),
  "items 1e4 times smaller but for some": ({ tensors }) =>
    eachRow(tensors["mlp.item"], (row, i) => i % 50 && times(row, 1e-4)),
  "all candidates alike": ({ tensors: { "mlp.item": item, "gmf.item": gmf } }) => {
    for (const { data, shape } of [item, gmf])
      for (let i = 1; i < ITEMS; i++) data.copyWithin(i * shape[1], 0, shape[1]);
  },
  "candidates that differ in the last bits": ({ tensors, next }) => {
    for (const { data, shape } of [tensors["mlp.item"], tensors["gmf.item"]])
      for (let i = shape[1]; i < data.length; i++)
        data[i] = data[i % shape[1]] * (1 + 1e-7 * next());
  },
  "scores of 1e4 + 1e-3 x": ({ tensors }) => {
    tensors["output.bias"].data[0] = 1e4;
    scaleEach(tensors, /output\.weight/, () => 1e-3);
  },
  "scores of 1e7 + x": ({ tensors }) => (tensors["output.bias"].data[0] = 1e7),
  "GMF products that cancel": ({ tensors, next }) =>
    eachRow(tensors["gmf.item"], (row) => {
      row[0] = 1e4 * next();
      row[1] = -row[0];
    }),
  "dead ReLUs": ({ tensors }) => {
    for (const k of [1, 2]) tensors[`mlp.layers.${k}.bias`].data.fill(-4);
  },
  "all ReLUs dead": ({ tensors }) => tensors["mlp.layers.2.bias"].data.fill(-1e4),
  "weights of 1e12": ({ tensors }) => scaleEach(tensors, /layers\.\d\.weight/, () => 1e12),
  "weights of 1e-12": ({ tensors }) => scaleEach(tensors, /layers\.\d\.weight/, () => 1e-12),
  "weights of 1e-39 in a row": ({ tensors }) =>
    eachRow(tensors["mlp.layers.1.weight"], (row, o) => o % 5 === 0 && times(row, 1e-39)),
  "an item that overflows": ({ tensors }) =>
    eachRow(tensors["mlp.item"], (row, i) => i % 501 === 50 && row.fill(3e38)),
  "hidden sums that overflow and cancel": ({ tensors }) => {
    eachRow(tensors["mlp.item"], (row, i) => i % 601 === 50 && row.fill(1e37));
    eachRow(tensors["mlp.layers.1.weight"], (row) =>
      row.forEach((_, k) => (row[k] = k % 2 ? 9 : -9)),
    );
  },
  ...Object.fromEntries(
    [10, 1e3, 1e5].map((size) => [
      `items that light up neurons of ${size} which cancel, dead in all others`,
      ({ tensors, next }) => lightUp(tensors, next, size),
    ]),
  ),
};

/**
 * Items 17, 57, 97, ... alone reach half of the first layer, which feeds two neurons of large
 * weights, dead for the others, whose difference is the score. No measured item is one of them.
 */
function lightUp(tensors, next, size) {
  const [first, second, third] = [0, 1, 2].map((k) => tensors[`mlp.layers.${k}.weight`]);
  const half = WIDTHS[0] / 2;
  eachRow(tensors["mlp.item"], (row, i) => (row[row.length - 1] = i % 40 === 17 ? 1 : 0));
  eachRow(first, (row, o) => (row[row.length - 1] = o < half ? 0 : 3 + next()));
  tensors["mlp.layers.0.bias"].data.fill(-2, half);
  const one = WIDTHS[1] - 2;
  eachRow(second, (row, o) => {
    if (o < one) return;
    row.fill(0, 0, half);
    for (let k = half; k < row.length; k++)
      row[k] =
        o === one
          ? size * (1 + 0.3 * next())
          : second.data[one * row.length + k] + 0.3 * Math.min(size, 10) * next();
  });
  tensors["mlp.layers.1.bias"].data.fill(-20 * size, one);
  eachRow(third, (row) => {
    row[one] = 0.5;
    row[one + 1] = -0.5;
  });
}

function misleading(name, seed) {
  const weights = randomWeights({
    items: ITEMS,
    gmf: 8,
    user: USER,
    item: 16,
    widths: WIDTHS,
    seed,
    info: { activation: "relu" },
  });
  MISLEADING[name]({ tensors: weights.tensors, next: normal(seed + 500) });
  return fileOf(weights);
}

describe("lists of models that mislead estimates", () => {
  for (const name of Object.keys(MISLEADING)) {
    test(name, async (t) => {
      let different = 0;
      let lists = 0;
      for (let seed = 0; seed < (isLong ? 30 : 3); seed++) {
        const file = misleading(name, seed);
        for (const { simd } of variants) {
          const model = await loadModel(file, { simd, precision: "fast" });
          await forced(() => {
            for (let u = 0; u < 4; u++) {
              // The last one is an outlier.
              const vector = randomVector(8 + USER, 10 * seed + u).map((x) =>
                u === 3 ? 1e3 * x : x,
              );
              if (name.startsWith("GMF")) vector.fill(1, 0, 2);
              const user = model.user({ vector });
              for (const topK of TOPS) {
                const fast = listOf(model, user, { topK }).list;
                const exact = listOf(model, user, { topK, precision: "exact" }).list;
                const far = distance(fast, exact);
                const where = `seed ${seed}, ${simd}, user ${u}, the best ${topK}`;
                assert.ok(far <= CLOSE, `${where}: ${far} (${fast.at?.(-1)}, ${exact.at?.(-1)})`);
                lists++;
                if (!isSame(fast, exact)) different++;
              }
            }
          });
        }
      }
      t.diagnostic(`${lists} lists, ${different} different`);
      assert.ok(different <= 0.01 * lists, `${different} of ${lists} lists differ`);
    });
  }
});

test("last biases of 1e8 that cancel: sums in float32 are rounded by 8", async () => {
  const shape = { items: 1500, gmf: 8, user: USER, item: 16, widths: WIDTHS, itemBias: true };
  const weights = randomWeights({ ...shape, seed: 22, info: { activation: "relu" } });
  const { "output.weight": output, "mlp.layers.2.bias": bias } = weights.tensors;
  bias.data.fill(1e8, 0, 2);
  output.data.set([1, -1], output.data.length - WIDTHS[2]);
  const vector = randomVector(8 + USER, 222).map((x) => 30 * x);
  for (const { simd } of variants) {
    const model = await loadModel(fileOf(weights), { simd });
    const user = model.user({ vector });
    await forced(() => {
      for (const topK of [1, ...TOPS]) {
        const [fast, exact] = ["fast", "exact"].map((precision) =>
          listOf(model, user, { topK, precision }),
        );
        assert.ok(fast.isFast && distance(fast.list, exact.list) <= CLOSE);
      }
    });
  }
});

describe("precision", () => {
  const file = fileOf(
    randomWeights({ kind: "mlp", items: 4200, user: USER, item: 16, widths: [64, 64, 64] }),
  );
  const vector = randomVector(USER, 3);
  const isFast = (model, options) => listOf(model, model.user({ vector }), options).isFast;

  for (const value of ["Fast", "", null, true, 1, {}]) {
    test(`${JSON.stringify(value)} is refused by name`, async () => {
      const model = await loadModel(file);
      const user = model.user({ vector });
      const refused = (call) => assertRefused(call, "bad-argument", /precision/);
      await refused(loadModel(file, { precision: value }));
      await refused(() => model.rank(user, [1], { precision: value }));
      await refused(() => model.recommend(user, { precision: value }));
    });
  }

  test("a call overrides loadModel; the default is exact", async () => {
    const [plain, exact, fast] = await Promise.all(
      [undefined, "exact", "fast"].map((precision) => loadModel(file, { precision })),
    );
    const candidates = Uint32Array.from({ length: 1000 }, (_, i) => 3 * i);
    for (const given of [{}, { candidates }]) {
      for (const model of [plain, exact]) {
        assert.equal(isFast(model, { topK: 10, ...given }), false);
        assert.equal(isFast(model, { topK: 10, ...given, precision: "fast" }), true);
      }
      assert.equal(isFast(fast, { topK: 10, ...given }), true);
      assert.equal(isFast(fast, { topK: 10, ...given, precision: "exact" }), false);
    }
  });

  test("short lists and large topK take one pass, and are the same", async () => {
    const model = await loadModel(file, { precision: "fast", simd: "simd128" });
    const rows = (length) => Uint32Array.from({ length }, (_, i) => i);
    for (const [length, topK, isWorthwhile] of [
      [0, 10, false],
      [1, 1, false],
      [40, 20, false],
      [1000, 300, false],
      [1000, Infinity, false],
      [1000, 0, true],
      [1000, 10, true],
      [4200, 100, true],
    ]) {
      const name = `the best ${topK} of ${length}`;
      const user = model.user({ vector });
      const candidates = rows(length);
      const fast = listOf(model, user, { candidates, topK });
      assert.equal(fast.isFast, isWorthwhile, name);
      const exact = listOf(model, user, { candidates, topK, precision: "exact" });
      assert.deepEqual(fast.list, exact.list, name);
    }
  });

  test("a list of more rows than one chunk, with ties, unknown and excluded items", async () => {
    const model = await loadModel(file, { precision: "fast" });
    const user = model.user({ vector });
    const candidates = Array.from({ length: 9000 }, (_, i) => (i % 7 ? (i * 11) % 4200 : 4200 + i));
    for (const options of [
      {},
      { exclude: candidates.slice(0, 3000) },
      { filter: (item) => item % 2 === 0 },
      { raw: false },
    ]) {
      const ranked = (precision) =>
        model.rank(user, candidates, { topK: 25, ...options, precision });
      const before = finds;
      assert.deepEqual(ranked("fast"), ranked("exact"));
      assert.ok(finds >= before + 1);
    }
  });

  test("models without towers or wide decoders take it, and give the same lists", async () => {
    for (const name of ["gmf", "ease", "ials", "dae", "candidates", "sasrec"]) {
      const model = await loadModel(`${DEMO}/${name}.safetensors`, { precision: "fast" });
      const user = model.user({ history: [{ item: 260, rating: 5 }] });
      const before = finds;
      const fast = model.recommend(user, { topK: 20 });
      assert.equal(finds, before, name);
      assert.deepEqual(fast, model.recommend(user, { topK: 20, precision: "exact" }));
      const candidates = fast.map(({ item }) => item);
      assert.deepEqual(model.rank(user, candidates), fast);
    }
  });

  test("score is always float32's", async () => {
    const model = await loadModel(file, { precision: "fast" });
    const exact = await loadModel(file);
    const rows = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const before = finds;
    assert.deepEqual(
      model.score(model.user({ vector }), rows),
      exact.score(exact.user({ vector }), rows),
    );
    assert.equal(finds, before);
  });

  test("memory is taken once, and not for an exact model", async () => {
    const bytes = [];
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      bytes.push(pages);
      return grow.call(this, pages);
    };
    try {
      const model = await loadModel(file);
      const user = model.user({ vector });
      model.recommend(user, { topK: 10 });
      model.recommend(user, { topK: 10, precision: "fast" });
      model.recommend(user, { topK: 10 });
      const before = bytes.length;
      for (let i = 0; i < 50; i++)
        model.recommend(user, { topK: 10, precision: i % 2 ? "fast" : "exact" });
      assert.equal(bytes.length, before);
    } finally {
      WebAssembly.Memory.prototype.grow = grow;
    }
  });

  test("after dispose it throws", async () => {
    for (const precision of ["fast", undefined]) {
      const model = await loadModel(file, { precision });
      const user = model.user({ vector });
      model.dispose();
      await assertRefused(() => model.recommend(user, { precision: "fast" }), "disposed", /model/);
    }
  });

  test("packs in turn with the model's own items", async () => {
    const tensors = randomRanker(384);
    const model = await loadModel(rankerFile(tensors), { precision: "fast" });
    const user = model.user(userOf(tensors));
    const packOf = (first) =>
      packFile(Array.from({ length: 600 }, (_, i) => (first + 3 * i) % 2000));
    const packs = await Promise.all([0, 500].map((first) => model.openCandidates(packOf(first))));
    const rows = Uint32Array.from({ length: 700 }, (_, i) => 2 * i);
    for (let round = 0; round < 2; round++)
      for (const candidates of [packs[0], rows, packs[1]]) {
        const fast = listOf(model, user, { candidates, topK: 20 });
        assert.equal(fast.isFast, true);
        const exact = listOf(model, user, { candidates, topK: 20, precision: "exact" });
        assert.deepEqual(fast.list, exact.list);
      }
  });

  test("a recommender of a fast model gives the same", async () => {
    const results = [];
    for (const precision of ["exact", "fast"]) {
      const model = await loadModel(`${DEMO}/neumf.safetensors`, { precision });
      const ids = model.recommend(model.user({ history: [] }), { topK: 2000 });
      for (const retrieve of [undefined, () => ids.map(({ item }) => item), fromModel(model)]) {
        const recommender = createRecommender({ rank: model, retrieve, history: [260, 1196] });
        const before = finds;
        const { recommendations } = await forced(() => recommender.recommend({ topK: 10 }));
        results.push(recommendations);
        assert.equal(finds > before, precision === "fast");
      }
    }
    assert.deepEqual(results.slice(3), results.slice(0, 3));
  });

  test("a worker passes it on", async (t) => {
    const worker = createWorker();
    t.after(() => worker.terminate());
    const path = `${DEMO}/neumf.safetensors`;
    const remote = await worker.loadModel(path, { precision: "fast" });
    const model = await loadModel(path);
    const history = [260, 1196, 1210];
    const [there, here] = [await remote.user({ history }), model.user({ history })];
    for (const precision of [undefined, "fast", "exact"]) {
      assert.deepEqual(
        await remote.recommend(there, { topK: 20, precision }),
        model.recommend(here, { topK: 20 }),
      );
      assert.deepEqual(
        await remote.rank(there, history, { precision }),
        model.rank(here, history, {}),
      );
    }
    const refused = (call) => assertRefused(call, "bad-argument", /precision/);
    await refused(worker.loadModel(path, { precision: "no" }));
    await refused(remote.recommend(there, { precision: "no" }));
    await refused(remote.rank(there, history, { precision: "no" }));
  });
});
