// What the page computes in "New here?", against the package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import { KNOWN, mapOf, pathOf } from "../web-demo/page/sections/new-here/map.js";
import { stepsOf, withoutOne } from "../web-demo/page/sections/new-here/steps.js";
import {
  WAYS,
  filmVectors,
  formulaNumbers,
  sourceOf,
} from "../web-demo/page/sections/new-here/ways.js";

const MODELS = new URL("../web-demo/models/", import.meta.url);
const bytesOf = (name) => new Uint8Array(readFileSync(new URL(`${name}.safetensors`, MODELS)));
const RATED = [
  [541, 4],
  [364, 1],
  [1196, 5],
  [260, 5],
  [2571, 5],
];
const FILMS = [1, 318, 1198, 1210, 8961, 597];
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

for (const way of WAYS)
  describe(`a new user of ${way}`, () => {
    let model;
    let insides;
    let steps;
    let map;
    before(async () => {
      model = await loadModel(bytesOf(way));
      insides = insidesOf(bytesOf(way));
      steps = await stepsOf(model, way, RATED);
      const catalogue = JSON.parse(readFileSync(new URL("catalogue.json", MODELS), "utf8"));
      const known = catalogue.sort((a, b) => b.popularity - a.popularity).slice(0, KNOWN);
      map = await mapOf(
        insides,
        known.map(({ id }) => id),
      );
    });

    test("each step is the package's user and list", () => {
      assert.equal(steps.length, RATED.length + 1);
      for (const [count, { vector, list }] of steps.entries()) {
        const given = RATED.slice(0, count);
        const user = model.user(sourceOf(way, given));
        const exclude = given.map(([id]) => id);
        assert.deepEqual(vector, user.vector);
        assert.deepEqual(list, model.recommend(user, { topK: 10, exclude }));
      }
    });

    // Of NeuMF the half of GMF alone is on the map: its scores have a tower besides.
    test("films gain score in the direction of the path", { skip: way === "neumf" }, () => {
      const { width, values } = filmVectors(insides);
      const raws = steps.map((_, count) => {
        const user = model.user(sourceOf(way, RATED.slice(0, count)));
        return [...model.score(user, FILMS, { raw: true })];
      });
      const [first] = FILMS.map(insides.rowOf);
      for (const [count, { vector }] of steps.entries()) {
        const moved = vector.map((value, k) => value - steps[0].vector[k]);
        for (const [at, id] of FILMS.entries()) {
          const row = insides.rowOf(id);
          const apart = Array.from(
            { length: width },
            (_, k) => values[row * width + k] - values[first * width + k],
          );
          const gained = raws[count][at] - raws[0][at] - (raws[count][0] - raws[0][0]);
          const found = dot(apart, moved.slice(0, width));
          assert.ok(Math.abs(found - gained) <= 1e-4 * Math.max(1, Math.abs(gained)));
        }
      }
    });

    test("the plane is that of the two largest principal components", () => {
      const { plane, films } = map;
      const [one, two] = plane.axes;
      assert.ok(Math.abs(dot(one, one) - 1) < 1e-9 && Math.abs(dot(two, two) - 1) < 1e-9);
      assert.ok(Math.abs(dot(one, two)) < 1e-9);
      const variances = [0, 1].map((n) => mean(films.map(({ at }) => at[n] ** 2)));
      const mixed = mean(films.map(({ at }) => at[0] * at[1]));
      assert.ok(variances[0] >= variances[1]);
      assert.ok(Math.abs(mixed) < 1e-3 * variances[0], "the places do not correlate");
      // No direction has a larger variance, at random.
      const { width, values } = map.vectors;
      const total = mean(
        films.map(({ id }) =>
          plane.mean.reduce(
            (sum, value, k) => sum + (values[insides.rowOf(id) * width + k] - value) ** 2,
            0,
          ),
        ),
      );
      assert.ok(Math.abs((variances[0] + variances[1]) / total - plane.share) < 1e-4);
      assert.ok(variances[0] > total / width, "above the mean of all directions");
      assert.deepEqual(pathOf(map, steps).path[0], [0, 0]);
    });

    test("one rating less", async () => {
      const left = RATED[2][0];
      const { list, difference } = await withoutOne(model, way, RATED, left);
      const rest = RATED.filter(([id]) => id !== left);
      assert.ok(list.every(({ item }) => !rest.some(([id]) => id === item)));
      if (way === "neumf")
        assert.ok(difference > 0); // other films are drawn
      else assert.ok(difference < 1e-3, `${difference}`);
    });

    test("the numbers of the formula", () => {
      const numbers = formulaNumbers(way, model.info, model.itemCount, RATED);
      const expected = {
        gmf: { weight: (10 * 5) / (3650 - 5), prior: 1 },
        neumf: { weight: (10 * 5) / (3650 - 5), prior: 4, steps: 100 },
        ials: { liked: 4, penalty: 0.003 * (4 + 3650) },
        dae: { share: 1 / 2 },
        candidates: { liked: 4, count: 5 },
      };
      for (const [name, value] of Object.entries(expected[way]))
        assert.ok(Math.abs(numbers[name] - value) < 1e-9, name);
    });
  });

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
