// The numbers that the page draws of GMF, MLP and the two joined are those of the package, and the
// paper's example of four users is as the paper has it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import { PRESETS } from "../web-demo/page/state/presets.js";
import {
  PAIRS,
  bestAngle,
  checks,
  fitted,
  jaccard,
  onCircle,
  productOf,
} from "../web-demo/page/sections/ncf/four-users.js";
import { filmsOf, gmfOf, mlpOf, sigmoid, sumOf } from "../web-demo/page/sections/ncf/network.js";
import { places, shared } from "../web-demo/page/sections/ncf/rankings.js";

const bytesOf = (name) =>
  new Uint8Array(readFileSync(new URL(`../web-demo/models/${name}.safetensors`, import.meta.url)));
const FILMS = [1, 260, 318, 356, 1210, 2571, 8961];

function assertNear(found, expected, what) {
  const off = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  assert.ok(off <= 1e-4, `${what}: ${found}, expected ${expected}`);
}

describe("the networks of one film", () => {
  const bytes = { gmf: bytesOf("gmf"), mlp: bytesOf("mlp") };
  const insides = { gmf: insidesOf(bytes.gmf), mlp: insidesOf(bytes.mlp) };
  const models = {};
  before(async () => {
    for (const name of ["gmf", "mlp"]) models[name] = await loadModel(bytes[name]);
  });

  for (const { name, ratings } of PRESETS) {
    const history = ratings.map(([item, rating]) => ({ item, rating }));
    test(`${name}: GMF and MLP`, () => {
      for (const [kind, numbersOf] of Object.entries({ gmf: gmfOf, mlp: mlpOf })) {
        const user = models[kind].user({ history });
        for (const film of FILMS) {
          const { logit, terms, bias } = numbersOf(insides[kind], user.vector, film);
          assertNear(logit, models[kind].score(user, [film], { raw: true })[0], `${kind} ${film}`);
          assertNear(sigmoid(logit), models[kind].score(user, [film])[0], `${kind} ${film}`);
          assertNear(sumOf(terms) + bias, logit, "terms");
        }
      }
    });

    test(`${name}: the two joined by the package`, async () => {
      const users = [models.gmf, models.mlp].map((model) => model.user({ history }));
      const vector = users.flatMap((user) => [...user.vector]);
      for (const alpha of [0, 0.35, 1]) {
        const joined = await loadModel({ ...bytes, alpha });
        const scores = joined.score(joined.user({ vector }), FILMS);
        for (const [place, film] of FILMS.entries()) {
          const gmf = gmfOf(insides.gmf, users[0].vector, film).logit;
          const mlp = mlpOf(insides.mlp, users[1].vector, film).logit;
          assertNear(sigmoid(alpha * gmf + (1 - alpha) * mlp), scores[place], `${alpha} ${film}`);
        }
        joined.dispose();
      }
    });
  }

  test("a neuron's inputs, weights and film half give its output", () => {
    const user = models.mlp.user({ history: [{ item: 260, rating: 5 }] });
    for (const layer of mlpOf(insides.mlp, user.vector, 1196).layers)
      for (const [j, output] of layer.outputs.entries()) {
        const products = layer.inputs.map((value, k) => value * layer.weights[j][k]);
        const sum = sumOf(products) + layer.film[j] + layer.bias[j];
        assertNear(Math.max(sum, 0), output, `neuron ${j}`);
      }
  });

  test("the films of a dimension are those whose vectors say so", () => {
    const k = 5;
    const { most, least } = filmsOf(insides.gmf, k, 3);
    const { values: h } = insides.gmf.tensors.get("output.weight");
    const at = (film) => Math.sign(h[k]) * gmfOf(insides.gmf, new Float32Array(64), film).film[k];
    for (const film of FILMS) {
      assert.ok(at(most[2]) >= at(film) || most.includes(film));
      assert.ok(at(least[2]) <= at(film) || least.includes(film));
    }
  });
});

describe("the four users of the paper", () => {
  test("have the similarities that the paper states", () => {
    // He et al. 2017, section 2.2: s23, s12, s13, then s41, s43, s42
    const stated = [0.66, 0.5, 0.4, 0.6, 0.4, 0.2];
    for (const [place, pair] of PAIRS.entries())
      assert.ok(Math.abs(jaccard(...pair) - stated[place]) < 0.01, String(pair));
  });

  test("no direction of u4 keeps all four relations", () => {
    for (let angle = 0; angle < 360; angle += 0.25)
      assert.ok(Object.values(checks(productOf(onCircle(angle)))).includes(false), String(angle));
    const { angle, held } = bestAngle();
    assert.equal(held, 3);
    const found = checks(productOf(onCircle(angle)));
    assert.equal(Object.values(found).filter(Boolean).length, 3);
  });

  test("with both orders of u4 right, products are below zero", () => {
    const right = Array.from({ length: 360 }, (_, angle) => checks(productOf(onCircle(angle))));
    const both = right.filter(({ first, second }) => first && second);
    assert.ok(both.length > 0);
    assert.ok(both.every(({ positive }) => !positive));
  });

  test("three numbers keep the orders, four give the similarities themselves", () => {
    assert.ok(!Object.values(checks(productOf(fitted(3)))).includes(false));
    const product = productOf(fitted(4));
    for (const pair of PAIRS) assertNear(product(...pair), jaccard(...pair), String(pair));
  });
});

describe("agreement of rankings", () => {
  const one = [5, 6, 7, 8].map((item) => ({ item, score: 0 }));
  const other = [8, 5, 6, 7].map((item) => ({ item, score: 0 }));

  test("counts shared films, and knows both ranks", () => {
    assert.equal(shared(one, other, 2), 1);
    assert.equal(shared(one, other, 4), 4);
    assert.deepEqual(places(one, other, 1), [
      { item: 5, x: 1, y: 2 },
      { item: 8, x: 4, y: 1 },
    ]);
  });
});
