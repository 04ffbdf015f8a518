// Logarithms of softmax outputs and of novelty: near those of Math, and the same bits everywhere.
import assert from "node:assert/strict";
import { test } from "node:test";

import { log, log1p } from "../js/common/logarithm.js";
import { uniform } from "./lib/random.js";

const unitsBetween = (found, expected) =>
  found === expected ? 0 : Math.abs(found - expected) / (Math.abs(expected) * 2 ** -52);

test("logarithms are within three units of the last place", () => {
  const random = uniform(1);
  for (let turn = 0; turn < 20_000; turn++) {
    for (const x of [2 * random(), 1 + 1e-9 * random(), 1e300 * random(), 5e-324 * turn]) {
      assert.ok(x <= 0 || x === 1 || unitsBetween(log(x), Math.log(x)) <= 3, `log(${x})`);
      assert.ok(x === 0 || unitsBetween(log1p(x), Math.log1p(x)) <= 3, `log1p(${x})`);
    }
  }
});

test("a logarithm of one more is right up to the largest number", () => {
  for (const x of [1e300, 3e305, 1e306, Number.MAX_VALUE, -1 + 2 ** -53, 2 ** -52, 2 ** -53])
    assert.ok(unitsBetween(log1p(x), Math.log1p(x)) <= 3, `log1p(${x})`);
});

test("exceptional values are those of Math", () => {
  for (const x of [0, -0, 1, -1, -2, Infinity, -Infinity, NaN]) {
    assert.equal(log(x), Math.log(x), `log(${x})`);
    assert.equal(log1p(x), Math.log1p(x), `log1p(${x})`);
  }
});

// Math.log would not: Node 26, Deno 2.9 and Bun 1.4 have three different sums of it.
test("the bits are the same ones in every engine", () => {
  const random = uniform(7);
  const value = new Float64Array(1);
  const bits = new Int32Array(value.buffer);
  let sum = 0;
  for (let turn = 0; turn < 10_000; turn++) {
    for (const found of [log(4000 * random()), log1p(4000 * random())]) {
      value[0] = found;
      sum = (Math.imul(sum, 31) + bits[0] + bits[1]) | 0;
    }
  }
  assert.equal(sum, -253881096);
});
