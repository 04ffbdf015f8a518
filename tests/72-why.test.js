// "Why deep learning?": what the page computes itself, and figures that it states, beside the
// package and training/README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { readModelFile, writeModelFile } from "../cli/convert/model-file.js";
import { loadModel } from "../dist/index.node.js";
import { describe as inputOf } from "../web-demo/page/ranking/user-input.js";
import { columnsOf, without } from "../web-demo/page/sections/why/features.js";
import { fresh, moved } from "../web-demo/page/sections/why/lists.js";
import { LEAVE_ONE_OUT, NEW_USERS } from "../web-demo/page/sections/why/measured.js";
import {
  EITHER,
  KINDS,
  STEPS,
  dotScore,
  learnDot,
  learnNet,
  netScore,
  rightOf,
  square,
} from "../web-demo/page/sections/why/taste.js";
import { PRESETS } from "../web-demo/page/state/presets.js";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));

describe("a taste for four kinds of films", () => {
  const tastes = Array.from({ length: 16 }, (_, bits) =>
    KINDS.map((_kind, place) => Boolean((bits >> place) & 1)),
  );
  const isCrossed = ([none, action, romance, both]) => none === both && action === romance;

  test("the network learns all 16, the dot product all but the two that need a bend", () => {
    for (const likes of tastes) {
      const dot = learnDot(likes, STEPS);
      const net = learnNet(likes, STEPS);
      assert.equal(
        rightOf((film) => netScore(net, film), likes),
        4,
        String(likes),
      );
      const isBent = isCrossed(likes) && likes[0] !== likes[1];
      assert.equal(rightOf((film) => dotScore(dot, film), likes) === 4, !isBent, String(likes));
    }
  });

  test("no dot product at all has either but not both", () => {
    for (let w1 = -5; w1 <= 5; w1 += 0.25)
      for (let w2 = -5; w2 <= 5; w2 += 0.25)
        for (let bias = -5; bias <= 5; bias += 0.25) {
          const score = (film) => dotScore({ weights: [w1, w2], bias }, film);
          assert.ok(rightOf(score, EITHER) < 4);
        }
  });

  test("a step of the network goes down the slope of its loss, as differences say", () => {
    const lossOf = (net) =>
      KINDS.reduce((sum, film, kind) => {
        const score = netScore(net, film);
        return sum - Math.log(EITHER[kind] ? score : 1 - score) / KINDS.length;
      }, 0);
    const before = learnNet(EITHER, 20);
    const after = learnNet(EITHER, 21);
    const tiny = 1e-5;
    for (const at of [
      (net) => [net.outer, 1],
      (net) => [net.innerBias, 2],
      (net) => [net.inner[0], 0],
      (net) => [net.inner[3], 1],
    ]) {
      const shifted = [tiny, -tiny].map((step) => {
        const net = structuredClone(before);
        const [list, place] = at(net);
        list[place] += step;
        return lossOf(net);
      });
      const slope = (shifted[0] - shifted[1]) / (2 * tiny);
      const [old, place] = at(before);
      const moveBy = at(after)[0][place] - old[place];
      assert.ok(Math.abs(moveBy + slope) < 1e-7, `${moveBy}, ${-slope}`); // a rate of 1
    }
  });

  test("the square has romance upwards and action to the right", () => {
    const cells = square(([action, romance]) => action + 10 * romance, 2);
    assert.deepEqual(
      cells.map((value) => value + 0.5),
      [7.75, 8.25, 2.75, 3.25],
    );
  });
});

describe("the ranker without some of its inputs", () => {
  const bytes = new Uint8Array(read("web-demo/models/ranker.safetensors"));
  const file = readModelFile(bytes);
  const [{ ratings }] = PRESETS;
  const scoresOf = async (weights) => {
    const model = await loadModel(weights);
    return model.score(model.user(inputOf(ratings)), FILMS, { raw: true });
  };
  const FILMS = [1, 318, 356, 1198, 1210];

  test("columns are all those of the tower, in the order of the file", () => {
    const columns = columnsOf(bytes);
    assert.deepEqual(
      columns.map(({ name }) => name),
      file.description.features.map(({ name }) => name),
    );
    const [, width] = file.tensors.get("tower.0.weight").shape;
    assert.equal(
      columns.reduce((sum, { count }) => sum + count, 0),
      width,
    );
  });

  test("without genres it scores as with genres whose embeddings are zero", async () => {
    file.tensors.get("genres.embedding").values.fill(0);
    const expected = await scoresOf(writeModelFile(file, "f32"));
    const found = await scoresOf(without(bytes, ["genres"]));
    for (const [place, score] of expected.entries())
      assert.ok(Math.abs(found[place] - score) <= 1e-4 * Math.max(1, Math.abs(score)));
    assert.notDeepEqual(found, await scoresOf(bytes));
  });

  test("without anything left out it is the same file", () => {
    assert.deepEqual(without(bytes, []), bytes);
  });
});

test("moved and fresh films of a list", () => {
  const [before, after] = [
    [1, 2, 3],
    [1, 3, 4],
  ].map((items) => items.map((item) => ({ item })));
  assert.deepEqual([...moved(before, after)], [3, 4]);
  assert.deepEqual([...fresh(before, after)], [4]);
});

describe("the measured table is that of training/README.md", () => {
  const lines = read("training/README.md").toString().split("\n");
  const cellsOf = (line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("**", "").trim());
  const rows = lines.filter((line) => line.startsWith("|")).map(cellsOf);
  const three = (value) => value.toFixed(3);

  for (const { name, row, split, mean } of NEW_USERS)
    test(name, () => {
      const found = rows.find(([first, , , rmse]) => first === row && rmse !== undefined);
      assert.deepEqual(found?.slice(1, 3), split.map(three));
      if (mean) assert.equal(meanOf(name), mean.map(three).join(" / "));
    });

  /** Of the tables of splits, whose first row has the names of models. */
  function meanOf(name) {
    const heads = { Popularity: "popularity", "U-AutoRec": "U-AutoRec to rank" };
    const head = heads[name] ?? name;
    const start = rows.findIndex((cells) => cells[0] === "split" && cells.includes(head));
    const means = rows.slice(start).find(([first]) => first === "mean");
    return means[rows[start].indexOf(head)];
  }

  for (const { name, row, found, published } of LEAVE_ONE_OUT)
    test(`${name} on ML-1M`, () => {
      const cells = rows.find(([first]) => first === row);
      assert.deepEqual(
        cells?.slice(1, 3),
        [found, published].map((pair) => pair.map(three).join(" / ")),
      );
    });
});
