// Tests for every autoencoder: agreement with float64, users who change,
// reasons.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { assertClose } from "./assert-close.js";
import { assertReference, referenceRaw, stored } from "./autoencoder.js";
import { uniform } from "./random.js";
import { VARIANTS } from "./variants.js";
import { fileOf } from "./weights.js";

export const ITEMS = 60;
export const ROWS = Uint32Array.from({ length: ITEMS }, (_, row) => row);
export const HISTORY = [3, 17, 44, 8, 59, 0, 21].map((item, i) => ({
  item,
  rating: 0.5 + ((i * 3) % 10) / 2,
}));

export const load = (weights, options) => loadModel(fileOf(weights), options);

/** In both instruction sets; those that are named in every stored precision of the tables, too. */
export function testFloat64(cases, names, tables) {
  for (const { simd, skip } of VARIANTS) {
    describe(simd, { skip }, () => {
      for (const [name, weights] of Object.entries(cases)) {
        test(`${name}: as in float64`, async () => {
          assertReference(await load(weights, { simd }), weights, [
            HISTORY,
            HISTORY.slice(0, 1),
            [],
          ]);
        });
      }

      for (const dtype of ["F16", "BF16", "I8"]) {
        for (const name of names) {
          test(`${name} in ${dtype}: as in float64 with the same numbers`, async () => {
            const { tensors, info } = cases[name];
            const { file, exact } = stored(tensors, dtype, tables);
            const model = await load({ tensors: file, info }, { simd });
            const raw = referenceRaw({ tensors: exact, info }, HISTORY);
            assertClose(
              model.score(model.user({ history: HISTORY }), ROWS, { raw: true }),
              raw,
              "raw",
            );
          });
        }
      }
    });
  }
}

export function testUpdates(name, weights) {
  test(`${name}: after ten thousand updates, as from the whole history`, async () => {
    const model = await load(weights);
    const user = model.user({ history: HISTORY });
    const next = uniform(5);
    const present = new Map(HISTORY.map((one) => [one.item, one]));
    for (let change = 0; change < 10_000; change++) {
      const item = Math.floor(next() * ITEMS);
      const rating = 0.5 + Math.floor(next() * 10) / 2;
      if (present.has(item) && next() < 0.5) {
        present.delete(item);
        user.update({ remove: [item] });
      } else {
        present.set(item, { item, rating });
        user.update({ add: [{ item, rating }] });
      }
    }
    const fresh = model.user({ history: present.values() });
    const raw = model.score(user, ROWS, { raw: true });
    assert.deepEqual(
      new Map(user.history.map((one) => [one.item, one])),
      new Map(fresh.history.map((one) => [one.item, one])),
    );
    assertClose(raw, model.score(fresh, ROWS, { raw: true }), "raw");
    assertClose(raw, referenceRaw(weights, [...present.values()]), "raw, in float64");
    user.update({ remove: user.items });
    assertClose(
      model.score(user, ROWS, { raw: true }),
      model.score(model.user({ history: [] }), ROWS, { raw: true }),
      "raw, all withdrawn",
    );
  });
}

export function testReasons(name, weights) {
  test(`${name}: by how much the score falls without each interaction`, async () => {
    const model = await load(weights);
    const user = model.user({ history: HISTORY });
    const item = 30;
    const with_ = referenceRaw(weights, HISTORY)[item];
    const reasons = model.explain(user, item);
    assert.equal(reasons.length, HISTORY.length);
    for (const reason of reasons) {
      const without = referenceRaw(
        weights,
        HISTORY.filter((one) => one.item !== reason.item),
      )[item];
      assertClose([reason.effect], [with_ - without], `without ${reason.item}`, 2e-5);
      assert.equal(reason.rating, HISTORY.find((one) => one.item === reason.item).rating);
    }
    assert.ok(
      reasons.every(({ effect }, i) => i === 0 || reasons[i - 1].effect >= effect),
      "the strongest first",
    );
    assert.deepEqual(model.explain(user, item, { topK: 2 }), reasons.slice(0, 2));
  });
}
