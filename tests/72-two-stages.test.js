// What the page's "Two stages" computes beside the package: the towers from inside, the inverted
// file, the two regressions and the miniature of example age.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { fromModel, loadModel } from "../dist/index.node.js";
import { readIntegers } from "../cli/convert/dtypes.js";
import { readModelFile } from "../cli/convert/model-file.js";
import {
  DAYS,
  watchesAt,
  withAge,
  withoutAge,
} from "../web-demo/page/sections/two-stages/fresh.js";
import {
  buildCells,
  cellIndex,
  cellsFor,
} from "../web-demo/page/sections/two-stages/inverted-file.js";
import { learn, show } from "../web-demo/page/sections/two-stages/odds.js";
import {
  itemValues,
  neuronOf,
  quantileOf,
  runTower,
  strongest,
  vocabularyOf,
} from "../web-demo/page/sections/two-stages/tower.js";
import { assertClose } from "./lib/assert-close.js";
import { quantileOf as reference } from "./lib/two-stage.js";

const bytesOf = async (name) =>
  new Uint8Array(
    await readFile(new URL(`../web-demo/models/${name}.safetensors`, import.meta.url)),
  );
const open = async (name) => {
  const bytes = await bytesOf(name);
  const { description: info, tensors, kept } = readModelFile(bytes);
  return { model: await loadModel(bytes), file: { info, tensors, kept } };
};
const RATINGS = [541, 4, 1240, 4, 318, 2, 1196, 5, 260, 5, 2571, 5];
const HISTORY = Array.from({ length: RATINGS.length / 2 }, (_, k) => ({
  item: RATINGS[2 * k],
  rating: RATINGS[2 * k + 1],
}));

describe("candidate generation from inside", async () => {
  const { model, file } = await open("candidates");
  const rowOf = new Map(model.ids().map((id, row) => [id, row]));
  const watched = HISTORY.filter(({ rating }) => rating >= 3).map(({ item }) => rowOf.get(item));
  const words = vocabularyOf(file, "search");

  test("gives the package's user vector, with searches and without", () => {
    for (const searched of [[], ["robots", "time travel"]]) {
      const user = model.user({ history: HISTORY, features: { count: 6, searched } });
      const rows = searched.map((word) => words.indexOf(word));
      assert.ok(rows.every((row) => row >= 0));
      const { layers } = runTower(file, { watched, searched: rows, count: 6 });
      assertClose(layers.at(-1), user.vector, "", 1e-5);
    }
  });

  test("reads the last 50 films alone, in any order", () => {
    const many = model.ids().slice(100, 170);
    const user = model.user({ history: many, features: { count: 70 } });
    const rows = many.map((id) => rowOf.get(id));
    const { groups, layers } = runTower(file, { watched: rows, count: 70 });
    assert.equal(groups[0].vectors.length, 50);
    assertClose(layers.at(-1), user.vector, "", 1e-5);
    const others = runTower(file, { watched: rows.slice(-50).reverse(), count: 70 });
    assertClose(others.layers.at(-1), user.vector, "", 1e-5);
  });

  test("every neuron is the sum that is shown", () => {
    const tower = runTower(file, { watched, count: 6 });
    for (let layer = 1; layer < tower.layers.length; layer += 1)
      for (const [index, value] of tower.layers[layer].entries())
        assertClose([neuronOf(file, tower, layer, index).value], [value], "", 1e-9);
  });

  test("quantiles are those of the format", () => {
    for (const quantiles of [[1, 2, 2, 5], [...file.tensors.get("count.quantiles").values]])
      for (const value of [-1, 0, 1, 1.5, 2, 4, 5, 60, 3000])
        assert.equal(quantileOf(quantiles, value), reference(quantiles, value));
  });

  test("an inverted file that looks everywhere is exact, and fewer cells find less", async () => {
    const { values, shape } = file.tensors.get("item.embedding");
    const cells = buildCells(values, shape[1], { cells: 64 });
    assert.equal(new Set(cells.cells.flatMap((rows) => [...rows])).size, model.itemCount);
    const user = model.user({ history: HISTORY, features: { count: 6 } });
    const exact = model.recommend(user, { topK: 100, exclude: user.items });
    const idsOf = (list) => list.map(({ item }) => item);
    const search = async (probes) => {
      const index = cellIndex(cells, values, model.ids(), probes);
      return fromModel(model, { topK: 100, index }).search(user, { exclude: user.items });
    };
    const all = await search(64);
    assert.deepEqual(idsOf(all), idsOf(exact));
    assertClose(
      all.map(({ score }) => score),
      exact.map(({ score }) => score),
      "",
      1e-5,
    );
    const recalls = [];
    for (const probes of [1, 4, 16, 64]) {
      const found = new Set(idsOf(await search(probes)));
      recalls.push(idsOf(exact).filter((item) => found.has(item)).length / 100);
    }
    assert.deepEqual(
      recalls,
      recalls.toSorted((a, b) => a - b),
    );
    assert.ok(recalls[0] < 0.9 && recalls[2] > 0.8, String(recalls));
    assert.equal(cellsFor(cells, user.vector).length, 64);
  });
});

describe("the ranker from inside", async () => {
  const { model, file } = await open("ranker");
  const rowOf = new Map(model.ids().map((id, row) => [id, row]));

  test("gives the package's raw scores, and e^raw its scores", () => {
    const mean = HISTORY.reduce((sum, { rating }) => sum + rating, 0) / HISTORY.length;
    const features = { count: 6, mean_rating: mean };
    const user = model.user({ history: HISTORY, features });
    const watched = HISTORY.filter(({ rating }) => rating >= 3).map(({ item }) => rowOf.get(item));
    const rows = [0, 3, 17, 950, 3649];
    const raw = model.score(user, Uint32Array.from(rows), { raw: true });
    const own = rows.map((row) => {
      const { layers } = runTower(file, { ...features, watched, ...itemValues(file, row) });
      const weights = file.tensors.get("output.weight").values;
      const bias = file.tensors.get("output.bias").values[0];
      return layers.at(-1).reduce((sum, value, k) => sum + value * weights[k], bias);
    });
    assertClose(own, raw, "", 1e-4);
    assertClose(own.map(Math.exp), model.score(user, Uint32Array.from(rows)), "", 1e-4);
  });

  test("knows the genres of a film", () => {
    const row = rowOf.get(1); // Toy Story
    const genres = vocabularyOf(file, "genres");
    const named = itemValues(file, row).genres.map((genre) => genres[genre]);
    assert.deepEqual(named.toSorted(), ["Adventure", "Animation", "Children", "Comedy", "Fantasy"]);
    assert.equal(readIntegers(file.kept.get("genres.offsets")).length, model.itemCount + 1);
  });
});

describe("weighted logistic regression", () => {
  test("learns clicks per impression, and minutes per impression without a click", () => {
    const log = show({ click: 0.3, minutes: 0.5 }, 10_000, 3);
    const { probability, odds, perImpression } = learn(log);
    assertClose([probability], [log.clicks / log.shown], "", 1e-9);
    assertClose([odds], [log.minutes / (log.shown - log.clicks)], "", 1e-9);
    assertClose([perImpression], [log.minutes / log.shown], "", 1e-9);
    assertClose([log.clicks / 10_000], [0.3], "", 0.05);
    assertClose([log.minutes / log.clicks], [0.5], "", 0.05);
  });

  test("clickbait wins by clicks and loses by expected watch time", () => {
    const [bait, good] = [
      learn(show({ click: 0.3, minutes: 0.5 }, 10_000, 1)),
      learn(show({ click: 0.08, minutes: 12 }, 10_000, 2)),
    ];
    assert.ok(bait.probability > good.probability && bait.odds < good.odds);
  });

  test("odds are near the expected watch time while few impressions are clicked", () => {
    const [rare, often] = [0.01, 0.5].map((click) => learn(show({ click, minutes: 4 }, 50_000, 4)));
    assertClose([rare.odds], [rare.perImpression], "", 0.02);
    assert.ok(often.odds > 1.8 * often.perImpression);
  });

  test("no click gives odds of nothing, and clicks alone end", () => {
    assert.ok(learn({ shown: 100, clicks: 0, minutes: 0 }).odds < 1e-9);
    assert.ok(learn({ shown: 100, clicks: 100, minutes: 5 }).odds > 1e9);
  });
});

describe("example age", () => {
  test("a model without it is the mean of the window, one with it the present", () => {
    const days = Array.from({ length: 8 * DAYS }, (_, k) => watchesAt(10 - k / 8));
    assertClose([withoutAge(10)], [days.reduce((a, b) => a + b) / days.length], "", 1e-12);
    assert.equal(withAge(10, 0), watchesAt(10));
    assert.equal(withAge(3, 5), 0); // not uploaded yet at that age
  });

  test("fresh videos lose without it and win with it", () => {
    assert.ok(withoutAge(2) < withoutAge(20) && withAge(2, 0) > withAge(20, 0));
  });

  test("strongest() leaves zeros out", () => {
    assert.deepEqual(strongest([0, -3, 2, 0, 1], 4), [1, 2, 4]);
  });
});
