// The numbers that the page draws of EASE, iALS and SASRec are those of the package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { listOf, moved } from "../web-demo/page/sections/beyond/lists.js";
import {
  attentionOf,
  easeMatrix,
  easeWeights,
  ialsNumbers,
  likedOf,
  sasrecScore,
} from "../web-demo/page/sections/beyond/numbers.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import { PRESETS } from "../web-demo/page/state/presets.js";

const bytesOf = (name) =>
  new Uint8Array(readFileSync(new URL(`../web-demo/models/${name}.safetensors`, import.meta.url)));
/** With a film that is not liked, which none of the three reads. */
const HISTORIES = [
  ...PRESETS.map(({ ratings }) => ratings),
  [...PRESETS[0].ratings, [364, 1], ...PRESETS[1].ratings],
];
const FILMS = [1, 318, 1198, 1210, 8961];
const NAMES = ["ease", "ials", "sasrec"];
const sum = (values) => values.reduce((total, value) => total + value, 0);

describe("beyond the lecture", () => {
  const models = {};
  const insides = {};
  before(async () => {
    for (const name of NAMES) {
      models[name] = await loadModel(bytesOf(name));
      insides[name] = insidesOf(bytesOf(name));
    }
  });

  /** A user of a model, and the films that it reads. */
  function userOf(name, ratings) {
    const history = ratings.map(([item, rating]) => ({ item, rating }));
    return { user: models[name].user({ history }), liked: likedOf(insides[name], ratings) };
  }

  test("EASE: the weights add up to the score", () => {
    const matrix = easeMatrix(insides.ease);
    for (const ratings of HISTORIES) {
      const { user, liked } = userOf("ease", ratings);
      for (const film of FILMS) {
        const weights = easeWeights(matrix, liked, film);
        near(sum(weights), models.ease.score(user, [film])[0], film);
        // Each is what the package says that the score would lose without the film.
        const effects = new Map(
          models.ease.explain(user, film).map(({ item, effect }) => [item, effect]),
        );
        liked.forEach((id, i) => near(weights[i], effects.get(id) ?? 0, id));
      }
    }
  });

  test("iALS: the products add up to the score, and p solves the ridge", () => {
    const table = insides.ials.tensors.get("item.vector");
    const [films, width] = table.shape;
    const rowOf = (row) => table.values.subarray(row * width, (row + 1) * width);
    const gram = new Float64Array(width * width);
    for (let row = 0; row < films; row += 1) addOuter(gram, rowOf(row));
    for (const ratings of HISTORIES) {
      const { user, liked } = userOf("ials", ratings);
      const p = user.vector;
      let penalty;
      let right;
      for (const film of FILMS) {
        const numbers = ialsNumbers(insides.ials, liked, p, film);
        near(sum(numbers.products), models.ials.score(user, [film])[0], film);
        ({ penalty, sum: right } = numbers);
      }
      // As the page shows it: (sum of all q q' + sum of own q q' + penalty) p = sum of q.
      const system = gram.slice();
      for (const id of liked) addOuter(system, rowOf(insides.ials.rowOf(id)));
      const size = Math.hypot(...right);
      for (let i = 0; i < width; i += 1) {
        const left = sum(Array.from(p, (value, k) => system[i * width + k] * value));
        assert.ok(
          Math.abs(left + penalty * p[i] - right[i]) <= 1e-4 * size,
          `${left}, ${right[i]}`,
        );
      }
    }
  });

  test("SASRec: attention's forward pass gives the package's vector and score", () => {
    for (const ratings of HISTORIES) {
      const { user, liked } = userOf("sasrec", ratings);
      const { vector, shares, window } = attentionOf(insides.sasrec, liked);
      assert.deepEqual(window, liked);
      const expected = user.vector;
      const size = Math.hypot(...expected);
      vector.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) <= 1e-4 * size));
      for (const film of FILMS)
        near(sasrecScore(insides.sasrec, vector, film), models.sasrec.score(user, [film])[0], film);
      assert.equal(shares.length, 2);
      for (const map of shares.flat()) assertCausal(map, window.length);
    }
  });

  test("a film moved to the end changes SASRec's list alone", async () => {
    for (const { ratings } of PRESETS.filter((preset) => preset.ratings.length > 1)) {
      const [first] = ratings.find(([, stars]) => stars >= 3); // what is not liked is not read
      assert.equal(moved(ratings, first).at(-1)[0], first);
      assert.deepEqual(moved(ratings, 0), ratings);
      const changed = [];
      for (const name of NAMES) {
        const before = (await listOf(models[name], ratings)).list;
        const after = (await listOf(models[name], moved(ratings, first))).list;
        if (JSON.stringify(before) !== JSON.stringify(after)) changed.push(name);
      }
      assert.deepEqual(
        changed.filter((name) => name !== "ials"),
        ["sasrec"],
      );
      const items = async (order) =>
        (await listOf(models.ials, order)).list.map(({ item }) => item);
      assert.deepEqual(await items(ratings), await items(moved(ratings, first)));
    }
  });
});

/** Each film takes a whole from itself and those before, and nothing from later ones. */
function assertCausal(map, count) {
  for (let t = 0; t < count; t += 1) {
    const row = map.subarray(t * count, (t + 1) * count);
    assert.ok(Math.abs(sum(row) - 1) < 1e-9);
    assert.ok(row.every((share, s) => (s > t ? share === 0 : share > 0)));
  }
}

function addOuter(matrix, vector) {
  const { length } = vector;
  for (let i = 0; i < length; i += 1)
    for (let k = 0; k < length; k += 1) matrix[i * length + k] += vector[i] * vector[k];
}

function near(found, expected, what) {
  const off = Math.abs(found - expected);
  assert.ok(off <= 1e-4 * Math.max(0.01, Math.abs(expected)), `${what}: ${found}, ${expected}`);
}
