// Corruption: what denoising autoencoders are trained against, the same for the same seed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { corrupt } from "pocketrec";

const RATED = Array.from({ length: 4000 }, (_, item) => ({ item, rating: 1 + (item % 5) }));
const BARE = RATED.map(({ item }) => item);
const near = (found, expected, slack) =>
  assert.ok(Math.abs(found - expected) <= slack, `${found}, not about ${expected}`);

describe("mask", () => {
  test("leaves out about the share asked for, and nothing else changes", () => {
    for (const history of [RATED, BARE]) {
      const left = corrupt(history, { kind: "mask", q: 0.3 });
      near(left.length / 4000, 0.7, 0.03);
      assert.ok(left.every((one) => history.includes(one)));
    }
    assert.deepEqual(corrupt(BARE, { kind: "mask", q: 0 }), BARE);
    assert.deepEqual(corrupt(BARE, { kind: "mask", q: 1 }), []);
  });
});

describe("gaussian", () => {
  const noises = (options) =>
    corrupt(RATED, { kind: "gaussian", ...options }).map(
      ({ rating }, i) => rating - RATED[i].rating,
    );
  test("adds noise of no mean and the deviation asked for", () => {
    const noise = noises({ q: 0.5 });
    const mean = noise.reduce((a, b) => a + b) / 4000;
    near(mean, 0, 0.03);
    near(Math.sqrt(noise.reduce((sum, one) => sum + one ** 2, 0) / 4000), 0.5, 0.02);
  });
  test("stays on the scale", () => {
    const rating = { minimum: 1, maximum: 5 };
    assert.ok(
      corrupt(RATED, { kind: "gaussian", q: 3, rating }).every(
        (one) => one.rating >= 1 && one.rating <= 5,
      ),
    );
  });
  test("needs ratings", () =>
    assert.throws(() => corrupt([3], { kind: "gaussian", q: 1 }), {
      code: "bad-argument",
      subject: "rating of interaction 0",
    }));
});

describe("salt and pepper", () => {
  test("goes to the ends of the scale, as often to either", () => {
    for (const [rating, low, high] of [
      [undefined, 1, 5],
      [{ minimum: 0.5, maximum: 6 }, 0.5, 6],
    ]) {
      const hit = corrupt(RATED, { kind: "salt-and-pepper", q: 0.4, rating }).filter(
        (one) => !RATED.includes(one),
      );
      near(hit.length / 4000, 0.4, 0.03);
      near(hit.filter((one) => one.rating === high).length / hit.length, 0.5, 0.04);
      assert.ok(hit.every((one) => one.rating === low || one.rating === high));
    }
  });
  test("without ratings half of what is hit is gone", () =>
    near(corrupt(BARE, { kind: "salt-and-pepper", q: 0.5 }).length / 4000, 0.75, 0.03));
});

test("the same seed gives the same, another another; what was given stays as it was", () => {
  for (const kind of ["mask", "gaussian", "salt-and-pepper"]) {
    const before = structuredClone(RATED);
    const once = corrupt(RATED, { kind, q: 0.5, seed: 7 });
    assert.deepEqual(corrupt(RATED, { kind, q: 0.5, seed: 7 }), once);
    assert.notDeepEqual(corrupt(RATED, { kind, q: 0.5, seed: 8 }), once);
    assert.deepEqual(RATED, before);
  }
});

test("wrong arguments are refused by name", () => {
  for (const [history, options, subject] of [
    [RATED, { kind: "dropout", q: 0.5 }, "kind"],
    [RATED, { kind: "mask", q: 1.5 }, "q"],
    [RATED, { kind: "mask", q: "half" }, "q"],
    [RATED, { kind: "gaussian", q: -1 }, "q"],
    [RATED, { kind: "mask", q: 0.5, seed: 0 }, "seed"],
    [5, { kind: "mask", q: 0.5 }, "history"],
    [RATED, undefined, "kind"],
    [[3, { item: 4, rating: "5" }], { kind: "gaussian", q: 0.1 }, "rating of interaction 1"],
    [[{ item: 4, rating: NaN }], { kind: "salt-and-pepper", q: 0.1 }, "rating of interaction 0"],
    [[{ item: 4, rating: null }], { kind: "mask", q: 0.1 }, "rating of interaction 0"],
  ])
    assert.throws(() => corrupt(history, options), { code: "bad-argument", subject });
});
