// The page's "Speed lab" beside the package: plain JavaScript gives the same scores, and the timing
// does what it says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import { inputOf } from "../web-demo/page/sections/speed/input.js";
import {
  candidateRows,
  interleave,
  largestDifference,
  median,
} from "../web-demo/page/sections/speed/measure.js";
import { multiplications, plainScorer } from "../web-demo/page/sections/speed/plain.js";
import { assertClose } from "./lib/assert-close.js";

const HISTORY = [541, 1240, 1196, 260, 2571].map((item) => ({ item, rating: 5 }));

async function open(name) {
  const path = new URL(`../web-demo/models/${name}.safetensors`, import.meta.url);
  const bytes = new Uint8Array(await readFile(path));
  const model = await loadModel(bytes);
  return { model, user: model.user(inputOf(model.info, HISTORY)), ...insidesOf(bytes) };
}

describe("plain JavaScript", async () => {
  for (const name of ["neumf", "candidates"])
    test(`gives the scores of ${name}`, async () => {
      const { model, user, info, tensors } = await open(name);
      const plain = plainScorer(info, tensors, user.vector);
      for (const count of [1, 2, 7, 3650, 4001]) {
        const rows = candidateRows(count, model.itemCount);
        assertClose(plain(rows), model.score(user, rows), `${count} candidates`);
      }
    });

  test("counts what a candidate costs", async () => {
    const { info, tensors } = await open("neumf");
    assert.equal(multiplications(info, tensors), 128 + 16 + 16 * 32);
    const dot = await open("candidates");
    assert.equal(multiplications(dot.info, dot.tensors), 65);
  });
});

describe("the timing", () => {
  test("takes turns, and divides by the calls of a batch", () => {
    let clock = 0;
    const order = [];
    const task = (name, ms) => () => {
      clock += ms;
      if (order.at(-1) !== name) order.push(name);
    };
    const tasks = [task("a", 0.5), task("b", 4)];
    const options = { rounds: 3, batch: 10, now: () => clock };
    const times = interleave(tasks, options);
    assertClose(times[0], [0.5, 0.5, 0.5]);
    assertClose(times[1], [4, 4, 4]);
    // Calibration of both first; then a b, b a, a b, where neighbours of one name are one entry.
    assert.deepEqual(order, ["a", "b", "a", "b", "a", "b"]);
  });

  test("medians and differences", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(largestDifference([1, 2, 3], [1, 2.5, 2]), 1);
    assert.deepEqual([...candidateRows(5, 3)], [0, 1, 2, 0, 1]);
  });
});
