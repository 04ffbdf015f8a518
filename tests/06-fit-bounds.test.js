// The work of a fit is bounded: long histories, hostile files, and towers that are too large. How
// much it is, tests/native/fit_batch_test.c counts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { createWorker } from "../dist/worker.node.js";
import { assertRefused } from "./lib/assert-refused.js";
import { randomAutoencoder } from "./lib/autoencoder.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const rowsBelow = (count) => Uint32Array.from({ length: count }, (_, row) => row);

/** A model whose fit takes a while: 10,000 interactions of 30,000 items. */
const SLOW = fileOf(
  randomWeights({ kind: "mlp", items: 30_000, user: 16, item: 16, widths: [32, 16] }),
);
const LONG = rowsBelow(10_000);

test("reasons that would take seconds are refused", async () => {
  const model = await loadModel(fileOf(randomWeights({ kind: "gmf", gmf: 1024, items: 6000 })));
  const user = model.user({ history: LONG.subarray(0, 5000) });
  await assertRefused(() => model.explain(user, 5500), "too-large", /5000 interactions, 1024/);
});

describe("limits of a file", () => {
  for (const [name, fold_in] of Object.entries({
    "fold_in.steps": { steps: 2001 },
    "fold_in.negatives": { negatives: 101 },
  }))
    test(name, async () => {
      const file = fileOf(randomWeights({ info: { fold_in } }));
      await assertRefused(loadModel(file), "bad-metadata", name);
    });

  test("a tower that no fit can pass within the limit is refused where it is fitted", async () => {
    const file = fileOf(randomWeights({ kind: "mlp", items: 9, widths: [1500, 1500] }));
    const model = await loadModel(file);
    const user = model.user({ vector: new Float32Array(7) });
    assert.equal(model.recommend(user).length, 9);
    await assertRefused(() => model.user({ history: [1] }), "too-large", "tower");
  });
});

describe("long histories", () => {
  test("a tower learns from 10,000 interactions", async () => {
    const model = await loadModel(SLOW);
    const [fitted, mean] = [model.user({ history: LONG }), model.user({ history: [] })];
    const meanOf = (user, from) => {
      const scores = model.score(
        user,
        LONG.map((row) => row + from),
      );
      return scores.reduce((sum, score) => sum + score) / scores.length;
    };
    const lift = (user) => meanOf(user, 0) - meanOf(user, 20_000);
    assert.ok(lift(fitted) > lift(mean), "the history's items above the others");
    assert.deepEqual(model.user({ history: LONG }).vector, fitted.vector, "the same bits");
  });

  test("a wide GMF is fitted by Adam, to what Newton's method finds", async () => {
    // Of a wider catalogue: the numbers past the first ones are 0, so that the fit is the same.
    const narrow = randomWeights({ kind: "gmf", gmf: 16, items: 400 });
    const widen = ({ data }, rows) => ({
      shape: [rows, 512],
      data: Float32Array.from({ length: rows * 512 }, (_, at) =>
        at % 512 < 16 ? data[Math.floor(at / 512) * 16 + (at % 512)] : 0,
      ),
    });
    const tensors = { ...narrow.tensors };
    tensors["gmf.item"] = widen(tensors["gmf.item"], 400);
    tensors["output.weight"] = widen(tensors["output.weight"], 1);
    const [small, wide] = await Promise.all(
      [narrow, { ...narrow, tensors }].map((weights) => loadModel(fileOf(weights))),
    );
    const history = rowsBelow(30);
    const [exact, adam] = [small.user({ history }), wide.user({ history })];
    const items = rowsBelow(400);
    const raw = { raw: true };
    const [expected, found] = [small.score(exact, items, raw), wide.score(adam, items, raw)];
    const worst = Math.max(...expected.map((score, at) => Math.abs(score - found[at])));
    const spread = Math.max(...expected) - Math.min(...expected);
    assert.ok(worst < 0.15 * spread, `${worst} of ${spread}`);
  });

  test("I-AutoRec takes the last interactions; an update is the same as a new user", async () => {
    // Code of 1,000: at most 1,662 interactions.
    const weights = randomAutoencoder({ kind: "autorec-item", items: 1800, encoder: [1000] });
    const model = await loadModel(fileOf(weights));
    const past = Array.from({ length: 1700 }, (_, item) => ({ item, rating: 1 + (item % 5) }));
    const most = 1662;
    const all = model.user({ history: past });
    const last = model.user({ history: past.slice(-most) });
    assert.deepEqual(all.vector, last.vector);
    const first = model.user({ history: past.slice(0, -1) });
    first.update({ add: past.slice(-1) });
    assert.deepEqual(first.vector, all.vector);
    const effects = new Map(model.explain(all, 1750).map(({ item, effect }) => [item, effect]));
    assert.equal(effects.get(0), 0);
    assert.notEqual(effects.get(1699), 0);
  });
});

describe("in a worker", () => {
  async function open(t) {
    const worker = createWorker();
    t.after(() => worker.terminate());
    return { worker, model: await worker.loadModel(SLOW), own: await loadModel(SLOW) };
  }
  const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  test("a long fit lets other calls come between, and gives the same bits", async (t) => {
    const { model, own } = await open(t);
    const ready = await model.user({ history: [1] });
    const order = [];
    const fitting = model.user({ history: LONG }).then((user) => (order.push("fit"), user));
    await soon(20);
    await model.recommend(ready);
    order.push("recommend");
    const user = await fitting;
    assert.deepEqual(order, ["recommend", "fit"]);
    assert.deepEqual(await user.vector, own.user({ history: LONG }).vector);
  });

  test("calls of a user keep their order while it is fitted", async (t) => {
    const { model, own } = await open(t);
    const user = await model.user({ history: LONG });
    const add = [10_001];
    const [, vector, , again] = await Promise.all([
      user.update({ add }),
      user.vector,
      user.update({ remove: add }),
      user.vector,
    ]);
    const ownUser = own.user({ history: LONG });
    assert.deepEqual(vector, ownUser.update({ add }).vector);
    assert.deepEqual(again, ownUser.update({ remove: add }).vector);
  });

  test("an abort ends the fit in the worker, and leaves the user as it was", async (t) => {
    const { model } = await open(t);
    const user = await model.user({ history: LONG });
    const before = await user.vector;
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [
      user.update({ add: [10_001] }, { signal }),
      model.user({ history: LONG }, { signal }),
    ];
    await soon(30);
    controller.abort();
    for (const call of calls) await assertRefused(call, "aborted");
    assert.deepEqual(await user.vector, before);
    assert.equal((await user.items).length, LONG.length);
  });

  test("dispose ends the fits of its model", async (t) => {
    const { model } = await open(t);
    const fitting = model.user({ history: LONG });
    await soon(20);
    await model.dispose();
    await assertRefused(fitting, "disposed");
  });
});
