// The autoencoder family: every kind, depth, activation and stored precision against float64 over
// dense input, users who change, and reasons.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import {
  HISTORY,
  ITEMS,
  ROWS,
  load,
  testUpdates,
  testFloat64,
  testReasons,
} from "./lib/autoencoder-tests.js";
import {
  described,
  randomAutoencoder,
  referenceRaw,
  referenceScores,
  stored,
} from "./lib/autoencoder.js";
import { changedFile, filled, int32Table, int8 } from "./lib/changed-files.js";
import { withValue, zeros } from "./lib/changed-files.js";
import { uniform } from "./lib/random.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const RATING = { minimum: 0.5, maximum: 5 };

const CASES = {
  AE: randomAutoencoder({ encoder: [13] }),
  "AE without biases": randomAutoencoder({ encoder: [13], bias: false, seed: 2 }),
  "AE, tied": randomAutoencoder({ encoder: [10], info: { tied: true, activation: "tanh" } }),
  "deep AE, every activation": randomAutoencoder({
    encoder: [14, 9, 6],
    decoder: [9, 15, 7],
    seed: 3,
    info: { activation: ["identity", "relu", "sigmoid", "tanh", "elu", "selu"] },
  }),
  "deep AE, tied outside": randomAutoencoder({
    encoder: [12, 5],
    decoder: [12],
    info: { tied: true, activation: "selu", output: "selu" },
  }),
  "DAE whose trainer did not rescale": randomAutoencoder({
    encoder: [13],
    info: { input: { scale: 0.5 }, activation: "relu" },
  }),
  "AE that takes dislikes for nothing": randomAutoencoder({
    encoder: [13],
    info: { rating: { ...RATING, positive: 3 } },
  }),
  "U-AutoRec": randomAutoencoder({ kind: "autorec-user", encoder: [21], info: { rating: RATING } }),
  "U-AutoRec, centred": randomAutoencoder({
    kind: "autorec-user",
    encoder: [21],
    info: { rating: RATING, input: { shift: 3.5, scale: 0.5 } },
  }),
  "U-AutoRec with a sigmoid output": randomAutoencoder({
    kind: "autorec-user",
    encoder: [21],
    info: { rating: RATING, output: "sigmoid", input: { scale: 0.2 } },
  }),
  "U-AutoRec, binarised and not clipped": randomAutoencoder({
    kind: "autorec-user",
    encoder: [21],
    info: { rating: RATING, binarize_hidden: true, clip: false },
  }),
  "I-AutoRec": randomAutoencoder({ kind: "autorec-item", encoder: [12], info: { rating: RATING } }),
  "I-AutoRec, a history longer than the code": randomAutoencoder({
    kind: "autorec-item",
    encoder: [4],
    info: { rating: RATING, ridge: { weight: 0.3, bias: 5 } },
  }),
  CDAE: randomAutoencoder({ kind: "cdae", encoder: [16] }),
  "Mult-DAE": randomAutoencoder({ kind: "mult-dae", encoder: [11] }),
  "Mult-VAE's mean path": randomAutoencoder({
    kind: "mult-dae",
    encoder: [18, 7],
    decoder: [18],
    info: { activation: ["tanh", "identity", "tanh"] },
  }),
};
const TABLES = [
  "encoder.0.weight",
  "encoder.1.weight",
  "decoder.0.weight",
  "decoder.1.weight",
  "item.code",
  "encoder.0.bias",
  "decoder.0.bias",
];

testFloat64(
  CASES,
  ["AE, tied", "deep AE, every activation", "U-AutoRec", "I-AutoRec", "CDAE", "Mult-DAE"],
  TABLES,
);

describe("ranking", () => {
  for (const [name, weights] of Object.entries(CASES)) {
    test(`${name}: the best of all, of some, and of all but the history`, async () => {
      const model = await load(weights);
      const user = model.user({ history: HISTORY });
      const raw = model.score(user, ROWS, { raw: true });
      const sorted = (rows) => [...rows].sort((a, b) => raw[b] - raw[a]);
      const rest = sorted(ROWS).filter((row) => !HISTORY.some(({ item }) => item === row));
      assert.deepEqual(
        model.recommend(user, { topK: 9, exclude: user.items }).map(({ item }) => item),
        rest.slice(0, 9),
      );
      const some = Uint32Array.of(50, 3, 20, 11, 30);
      const scores = model.score(user, some);
      for (const { item, score } of model.rank(user, some))
        assert.equal(score, scores[some.indexOf(item)]);
      assert.deepEqual(
        model.rank(user, some).map(({ item }) => item),
        sorted(some),
      );
      assert.deepEqual(
        model.rank(user, some, { raw: true }).map(({ score }) => score),
        sorted(some).map((row) => raw[row]),
      );
      assert.deepEqual(
        model.recommend(user, { topK: 3, raw: true }).map(({ score }) => score),
        sorted(ROWS)
          .slice(0, 3)
          .map((row) => raw[row]),
      );
    });
  }

  test("a softmax is over the whole catalogue, also after an update", async () => {
    const model = await load(CASES["Mult-DAE"]);
    const user = model.user({ history: HISTORY });
    const total = (scores) => scores.reduce((sum, score) => sum + score, 0);
    const before = model.score(user, ROWS);
    assertClose([total(before)], [1], "sum");
    assert.deepEqual([...model.score(user, [5, 6])], [before[5], before[6]]);
    assertClose([total(model.score(user.update({ add: [1] }), ROWS))], [1], "sum after a change");
    assert.notEqual(model.score(user, [5])[0], before[5]);
  });
});

describe("users", () => {
  for (const [name, weights] of Object.entries(CASES)) {
    testUpdates(name, weights);

    test(`${name}: a vector that was kept scores as it did`, async () => {
      const model = await load(weights);
      const user = model.user({ history: HISTORY });
      const again = model.user({ vector: JSON.parse(JSON.stringify([...user.vector])) });
      assert.deepEqual(model.score(again, ROWS), model.score(user, ROWS));
      assert.throws(() => again.update({ add: [1] }), {
        code: "bad-argument",
        hint: /vector, history/,
      });
      const kept = model.user({ vector: user.vector, history: user.history });
      assertClose(
        model.score(kept.update({ add: [{ item: 1, rating: 2 }] }), ROWS, { raw: true }),
        model.score(user.update({ add: [{ item: 1, rating: 2 }] }), ROWS, { raw: true }),
        "after the same change",
      );
    });
  }

  test("Mult-DAE: nothing, and dislikes alone, are no division by nothing", async () => {
    const weights = randomAutoencoder({ kind: "mult-dae", info: { rating: { positive: 3 } } });
    const model = await load(weights);
    const nothing = model.score(model.user({ history: [] }), ROWS, { raw: true });
    assert.deepEqual(
      model.score(model.user({ history: [{ item: 3, rating: 1 }] }), ROWS, { raw: true }),
      nothing,
    );
    const user = model.user({ history: [1, 2, { item: 3, rating: 1 }] }).update({ remove: [1, 2] });
    assert.deepEqual(model.score(user, ROWS, { raw: true }), nothing);
    assert.deepEqual(user.items, [3], "a dislike is still history");
  });

  test("CDAE: a training user has a node, and takes a history", async () => {
    const weights = randomAutoencoder({ kind: "cdae", encoder: [9], users: 3 });
    const model = await load(weights);
    const node = weights.tensors.user.data.subarray(9, 18);
    assertClose(
      model.score(model.user({ id: 1, history: HISTORY }), ROWS, { raw: true }),
      referenceRaw(weights, HISTORY, node),
      "raw",
    );
    assertClose(
      model.score(model.user({ id: 1 }).update({ add: HISTORY }), ROWS, { raw: true }),
      referenceRaw(weights, HISTORY, node),
      "raw",
    );
    assertClose(
      model.score(model.user({ history: HISTORY }), ROWS, { raw: true }),
      referenceRaw(weights, HISTORY),
      "the mean node",
    );
    assert.throws(() => model.user({ id: 3 }), { code: "unknown-user" });
  });

  test("CDAE: a node that is fitted finds the history without having seen it", async () => {
    const weights = randomAutoencoder({
      kind: "cdae",
      encoder: [16],
      info: { fold_in: { steps: 200, negatives: 1, prior: 0.01 } },
    });
    const model = await load(weights);
    const items = HISTORY.map(({ item }) => item);
    const found = (options) =>
      items.reduce((sum, item) => {
        const user = model.user({ history: items, ...options });
        return (
          sum +
          model.score(user, [item], { raw: true })[0] -
          model.explain(user, item).find((reason) => reason.item === item).effect
        );
      }, 0);
    assert.ok(found({ fit: true }) > found({}) + 1, `${found({ fit: true })} and ${found({})}`);
    const user = model.user({ history: items, fit: true, seed: 3 });
    const refitted = model.user({ history: [...items.slice(1), 50], fit: true, seed: 3 });
    assertClose(
      user.update({ add: [50], remove: [items[0]] }).vector,
      refitted.vector,
      "an update fits again",
      1e-4,
    );
    assert.deepEqual(
      model.user({ history: [], fit: true }).vector,
      model.user({ history: [] }).vector,
    );
    for (const wrong of [
      { vector: user.vector, fit: true },
      { id: 0, fit: true },
    ])
      assert.throws(() => model.user(wrong), { code: "bad-argument", subject: "fit" });
    for (const other of [CASES.AE, randomAutoencoder({ kind: "cdae", encoder: [5, 4] })]) {
      const without = await load(other);
      assert.throws(() => without.user({ history: [], fit: true }), {
        code: "bad-argument",
        subject: "fit",
      });
    }
  });

  test("no users without nodes, no history beside an id in other kinds", async () => {
    for (const kind of ["cdae", "autoencoder", "autorec-item"]) {
      const model = await load(randomAutoencoder({ kind }));
      assert.throws(() => model.user({ id: 0 }), { code: "unknown-user" });
    }
    const model = await load(CASES.AE);
    assert.throws(() => model.user({ id: 0, history: [] }), {
      code: "bad-argument",
      subject: "user",
    });
    assert.throws(() => model.user({ vector: [1, 2] }), {
      code: "bad-argument",
      subject: "vector",
    });
  });

  test("a model of ratings needs them; a refused change leaves the user unchanged", async () => {
    for (const name of ["U-AutoRec", "I-AutoRec"]) {
      const model = await load(CASES[name]);
      const user = model.user({ history: HISTORY });
      const vector = user.vector;
      assert.throws(() => user.update({ add: [3] }), {
        code: "bad-argument",
        subject: "rating of item 3",
      });
      assert.throws(
        () =>
          user.update({
            add: [
              { item: 1, rating: 2 },
              { item: 2, rating: 9 },
            ],
          }),
        { code: "bad-argument" },
      );
      assert.deepEqual(user.vector, vector);
      assert.equal(user.history.length, HISTORY.length);
      user.update({ add: [{ item: 2, rating: 4 }] });
      assert.equal(
        user.history.length,
        HISTORY.length + 1,
        "what failed has left no trace in the next reading",
      );
    }
  });

  test("sums that overflow are refused, and the user stays unchanged", async () => {
    const { tensors, info } = CASES["deep AE, every activation"];
    const huge = tensors["encoder.0.weight"].data.map(() => 3e38);
    const model = await load({
      tensors: { ...tensors, "encoder.0.weight": { ...tensors["encoder.0.weight"], data: huge } },
      info,
    });
    const user = model.user({ history: [] });
    const vector = user.vector;
    assert.throws(() => user.update({ add: HISTORY }), { code: "not-finite", subject: "user" });
    assert.deepEqual(user.vector, vector);
    assert.deepEqual(user.items, []);
  });

  test("a history that makes other users while it is read affects neither", async () => {
    for (const name of ["U-AutoRec", "I-AutoRec"]) {
      const model = await load(CASES[name]);
      const inside = [
        { item: 7, rating: 1 },
        { item: 2, rating: 5 },
      ];
      const outside = [
        { item: 2, rating: 4 },
        { item: 9, rating: 3 },
      ];
      let inner;
      const outer = model.user({
        history: (function* () {
          yield outside[0];
          inner = model.user({ history: inside });
          yield outside[1];
        })(),
      });
      assert.deepEqual(inner.history, inside);
      assert.deepEqual(outer.history, outside);
      assert.deepEqual(inner.vector, model.user({ history: inside }).vector);
      assert.deepEqual(outer.vector, model.user({ history: outside }).vector);
    }
  });

  test("removing what was nearly the whole history encodes the rest again", async () => {
    const few = [1, 2, 3, 4].map((item) => ({ item, rating: 3 }));
    for (const [kind, input] of [
      ["autorec-user", {}],
      ["mult-dae", { values: "rating" }],
    ]) {
      const model = await load(randomAutoencoder({ kind, info: { input } }));
      const fresh = model.user({ history: few });
      for (const rating of [1e2, 1e4, 1e6, 1e9]) {
        const user = model.user({ history: [...few, { item: 9, rating }] });
        const raw = (who) => model.score(who, [30], { raw: true })[0];
        const { effect } = model.explain(user, 30).find(({ item }) => item === 9);
        assertClose([effect], [raw(user) - raw(fresh)], `without ${rating}`);
        assertClose(user.update({ remove: [9] }).vector, fresh.vector, `${kind} after ${rating}`);
      }
    }
  });

  test("I-AutoRec: where rounding breaks an update, the equations are solved again", async () => {
    const { tensors, info } = CASES["I-AutoRec"];
    const large = {
      ...tensors["item.code"],
      data: tensors["item.code"].data.map((value) => 1e4 * value),
    };
    const model = await load({
      tensors: { ...tensors, "item.code": large },
      info: { ...info, ridge: { weight: 1e-6, bias: 1e-6 } },
    });
    const all = Array.from(ROWS, (item) => ({ item, rating: 1 + (item % 5) }));
    const user = model.user({ history: all.slice(0, 3) });
    for (const one of all) user.update({ add: [one] });
    for (const { item } of all.slice(3)) user.update({ remove: [item] });
    assertClose(
      model.score(user, ROWS, { raw: true }),
      model.score(model.user({ history: user.history }), ROWS, { raw: true }),
      "raw",
      1e-3,
    );
  });

  test("a history that is no list is refused by name", async () => {
    const model = await load(CASES.CDAE);
    for (const history of [null, "", 0, false]) {
      for (const who of [{ history }, { history, vector: model.user({ history: [] }).vector }]) {
        await assertRefused(() => model.user(who), "bad-argument", "history");
      }
    }
    const odd = model.user({ history: [-0] });
    assert.ok(Object.is(odd.items[0], 0), "-0 is row 0");
  });

  test("ids, unknown items, and the same item twice", async () => {
    const ids = {
      dtype: "I64",
      shape: [ITEMS],
      data: BigInt64Array.from(ROWS, (row) => 1000n + BigInt(row)),
    };
    const { tensors, info } = CASES["U-AutoRec"];
    const model = await load({ tensors: { ...tensors, item_ids: ids }, info });
    const user = model.user({
      history: [
        { item: 1003, rating: 1 },
        { item: 7, rating: 3 },
        { item: 1003, rating: 5 },
      ],
    });
    assert.deepEqual(user.history, [{ item: 1003, rating: 5 }]);
    assert.deepEqual(user.unknown, [7]);
    assertClose(
      model.score(user, ROWS, { raw: true }),
      referenceRaw(CASES["U-AutoRec"], [{ item: 3, rating: 5 }]),
      "raw",
    );
  });
});

describe("reasons", () => {
  for (const [name, weights] of Object.entries(CASES)) testReasons(name, weights);

  for (const [kind, weights, share] of [
    ["GMF", randomWeights({ kind: "gmf", gmf: 5, items: 300, aggregates: true }), 0.1],
    [
      "GMF with ratings",
      randomWeights({
        kind: "gmf",
        gmf: 5,
        items: 300,
        aggregates: true,
        info: { output: "identity", rating: RATING },
      }),
      1e-3,
    ],
    [
      "NeuMF",
      randomWeights({
        items: 300,
        aggregates: true,
        info: { fold_in: { steps: 2000, learning_rate: 0.02 } },
      }),
      0.3,
    ],
  ]) {
    test(`${kind}: near the effect of a new fit without each`, async () => {
      const model = await load(weights);
      const history = HISTORY.map(({ item, rating }) => ({ item: 4 * item, rating }));
      const item = 123;
      const raw = (left) =>
        model.score(model.user({ history: history.filter((one) => one.item !== left) }), [item], {
          raw: true,
        })[0];
      const reasons = model.explain(model.user({ history }), item);
      const with_ = raw(-1);
      const refits = reasons.map((reason) => with_ - raw(reason.item));
      const largest = Math.max(...refits.map(Math.abs));
      reasons.forEach(({ effect }, i) =>
        assert.ok(
          Math.abs(effect - refits[i]) <= share * largest,
          `${effect} instead of ${refits[i]}, at most ${largest}`,
        ),
      );
    });
  }

  test("Mult-DAE: the effect of the last interaction is the whole score", async () => {
    const weights = randomAutoencoder({ kind: "mult-dae", info: { input: { values: "rating" } } });
    const model = await load(weights);
    const user = model.user({
      history: HISTORY.map(({ item }, i) => ({ item, rating: 0.1 * (i + 1) })),
    });
    user.update({ remove: user.items.slice(1) });
    const [{ effect }] = model.explain(user, 30);
    const raw = (who) => model.score(who, [30], { raw: true })[0];
    assertClose([effect], [raw(user) - raw(model.user({ history: [] }))], "effect");
  });

  test("an empty history has no reasons; an unknown one is refused", async () => {
    for (const weights of [CASES.AE, CASES["I-AutoRec"], randomWeights({ items: ITEMS })]) {
      const model = await load(weights);
      const user = model.user({ history: [] });
      assert.deepEqual(model.explain(user, 3), []);
      assert.throws(() => model.explain(model.user({ vector: user.vector }), 3), {
        code: "bad-argument",
      });
      assert.throws(() => model.explain(user, ITEMS), { code: "unknown-item" });
      assert.throws(() => model.explain({}, 3), { code: "bad-argument" });
      assert.throws(() => model.explain(user, 3, { topK: -1 }), { code: "bad-argument" });
      model.dispose();
      assert.throws(() => model.explain(user, 3), { code: "disposed" });
    }
  });
});

describe("memory", () => {
  for (const dtype of ["F32", "F16", "I8"]) {
    test(`after loading at most 1.1 times what is stored, in ${dtype}`, async () => {
      const weights = randomAutoencoder({ kind: "autorec-user", items: 6000, encoder: [200] });
      const tensors =
        dtype === "F32" ? weights.tensors : stored(weights.tensors, dtype, TABLES.slice(0, 4)).file;
      const file = fileOf({ ...weights, tensors });
      const model = await loadModel(file);
      assert.ok(
        model.bytes <= 1.1 * file.byteLength,
        `${model.bytes} bytes for ${file.byteLength}`,
      );
    });
  }
});

describe("files that are refused", () => {
  const { tensors } = CASES.AE;
  const codes = CASES["I-AutoRec"];
  const withNumber = (name, value) => ({ [name]: withValue(tensors[name], 7, value) });
  const I8 = { "decoder.0.weight": int8(60, 13) };
  const scaled = (value) => ({ ...I8, "decoder.0.weight.scale": filled(value, 60) });

  // The changed tensors (null: removed), and the subject if it is not the first of them.
  const TENSORS = [
    ["no encoder", { "encoder.0.weight": null }, "missing-tensor"],
    ["no decoder", { "decoder.0.weight": null }, "missing-tensor"],
    ["a decoder of other items", { "decoder.0.weight": zeros(59, 13) }, "bad-shape"],
    ["a decoder of another width", { "decoder.0.weight": zeros(60, 12) }, "bad-shape"],
    ["a bias of another width", { "encoder.0.bias": zeros(12) }, "bad-shape"],
    ["an encoder without rows", { "encoder.0.weight": zeros(0, 60) }, "bad-shape"],
    ["a vector for an encoder", { "encoder.0.weight": zeros(780) }, "bad-shape"],
    ["NaN in the encoder", withNumber("encoder.0.weight", NaN), "not-finite"],
    ["infinity in the decoder", withNumber("decoder.0.weight", Infinity), "not-finite"],
    ["NaN in a bias", withNumber("decoder.0.bias", NaN), "not-finite"],
    ["integers for weights", { "encoder.0.weight": int32Table(13, 60) }, "bad-dtype"],
    ["I8 without its scale", I8, "missing-tensor", "decoder.0.weight.scale"],
    ["a scale that is NaN", scaled(NaN), "not-finite"],
    ["a scale that overflows", scaled(3e38), "not-finite"],
  ];
  for (const [what, changes, code, subject = Object.keys(changes)[0]] of TENSORS)
    test(what, () => assertRefused(loadModel(changedFile(CASES.AE, changes)), code, subject));

  const check = (entry) => ({ check: [{ items: [1], scores: [1], ...entry }] });
  const INFO = [
    ["a minimum rating above the maximum", { rating: { minimum: 5, maximum: 1 } }, "rating"],
    ["an activation too many", { activation: ["relu", "relu"] }, "activation"],
    ["an unknown activation among them", { activation: ["__proto__"] }, "activation"],
    ["an unknown output", { output: "softplus" }, "output"],
    ["an input that is a text", { input: "binary" }, "input"],
    ["an input scale of 0", { input: { scale: 0 } }, "input.scale"],
    ["an input shift that is a text", { input: { shift: "NaN" } }, "input.shift"],
    ["an unknown normalisation", { input: { normalize: "l1" } }, "input.normalize"],
    ["unknown values", { input: { values: "clicks" } }, "input.values"],
    ["tied by a text", { tied: "yes" }, "tied"],
    ["a check without a user", check({}), "check"],
    ["a check with too few ratings", check({ history: [1, 2], ratings: [3] }), "check"],
  ];
  for (const [what, info, subject] of INFO) {
    const file = changedFile(CASES.AE, {}, info);
    test(what, () => assertRefused(loadModel(file), "bad-metadata", subject));
  }

  const deep = randomAutoencoder({ encoder: Array(16).fill(3) });
  const tied = randomAutoencoder({ encoder: [5, 4], info: { tied: true } });
  const wide = { ...codes, tensors: { "item.code": zeros(2, 1025) } };
  const noRidge = changedFile(codes, {}, { ridge: { weight: 0 } });
  const FILES = [
    ["seventeen layers", fileOf(deep), "unsupported", "decoder.0"],
    ["tied weights that do not fit", fileOf(tied), "bad-shape", "encoder.1"],
    ["codes that are tied", changedFile(codes, {}, { tied: true }), "bad-metadata", "tied"],
    ["no codes", fileOf({ ...codes, tensors: {} }), "missing-tensor", "item.code"],
    ["codes too wide to be solved", fileOf(wide), "too-large", "item.code"],
    [
      "a mean of another width",
      changedFile(codes, { user_mean: zeros(5) }),
      "bad-shape",
      "user_mean",
    ],
    ["a ridge of 0", noRidge, "bad-metadata", "ridge.weight"],
  ];
  for (const [what, file, code, subject] of FILES)
    test(what, () => assertRefused(loadModel(file), code, subject));

  test("five hundred files with random damage either work or are refused", async () => {
    for (const weights of [CASES["deep AE, every activation"], CASES["I-AutoRec"]]) {
      const good = fileOf(weights);
      const next = uniform(3);
      for (let round = 0; round < 250; round++) {
        const file = new Uint8Array(good.slice(0));
        for (let hit = 0; hit <= round % 3; hit++)
          file[Math.floor(next() * (round % 2 ? 1800 : file.length))] ^=
            1 << Math.floor(next() * 8);
        const model = await loadModel(file).catch((error) =>
          assert.ok(error instanceof PocketrecError, error.stack),
        );
        if (!model) continue;
        const user = model.user({ history: [] });
        assert.equal(model.recommend(user, { topK: 5 }).length, 5);
        model.dispose();
      }
    }
  });
});

describe("the file's own check vectors", () => {
  for (const name of ["U-AutoRec, centred", "Mult-DAE", "I-AutoRec"]) {
    test(`${name}: by history`, async () => {
      const weights = CASES[name];
      const raw = referenceRaw(weights, HISTORY);
      const items = [4, 5, 6];
      const check = {
        history: HISTORY.map(({ item }) => item),
        ratings: HISTORY.map(({ rating }) => rating),
        items,
        scores: items.map((item) => referenceScores(weights.info, raw)[item]),
        raw: items.map((item) => raw[item]),
      };
      const withChecks = (one) => fileOf({ ...weights, info: { ...weights.info, check: [one] } });
      await loadModel(withChecks(check), { verify: true });
      await assert.rejects(loadModel(withChecks({ ...check, raw: [9, 9, 9] }), { verify: true }), {
        code: "verify-failed",
      });
      await assert.rejects(
        loadModel(withChecks({ ...check, history: [60], ratings: [1] }), { verify: true }),
        { code: "unknown-item" },
      );
    });
  }
});

test("info has the defaults of a kind", async () => {
  for (const weights of Object.values(CASES)) {
    const { info } = await load(weights);
    const expected = described(weights.info);
    for (const key of ["output", "input", "clip", "ridge"])
      assert.deepEqual(info[key], expected[key], `${info.kind}: ${key}`);
  }
});
