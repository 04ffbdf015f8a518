// What the page computes in "What a server learns", against the package and the formulas.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { privateQuery } from "../dist/privacy.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import { OWN, best, recall } from "../web-demo/page/sections/privacy/films.js";
import { meanOfResponse } from "../web-demo/page/sections/privacy/mean-of-response.js";
import { guess, odds, posterior, unit, worldOf } from "../web-demo/page/sections/privacy/server.js";
import { tastesOf, userOf } from "../web-demo/page/sections/privacy/tastes.js";
import { tastes as tastesOfServer } from "../web-demo/server/lists.js";

const MODELS = new URL("../web-demo/models/", import.meta.url);
const RATED = [541, 1240, 1196, 260, 2571];
const DELTA = 1e-6;
const free = { spend: async () => {} };

describe("what a server learns", () => {
  let model;
  let films;
  let insides;
  let world;
  let given;
  let vector;
  let catalogue;

  before(async () => {
    const bytes = new Uint8Array(readFileSync(new URL("candidates.safetensors", MODELS)));
    model = await loadModel(bytes);
    insides = insidesOf(bytes);
    const table = insides.tensors.get("item.embedding");
    films = { width: table.shape[1], values: table.values };
    catalogue = JSON.parse(readFileSync(new URL("catalogue.json", MODELS), "utf8")).sort(
      (a, b) => b.popularity - a.popularity || a.id - b.id,
    );
    given = await tastesOf(model, catalogue);
    world = worldOf(given);
    vector = await (await userOf(model, RATED)).vector;
  });

  test("the genres' vectors are those of the demo's server", () => {
    const served = tastesOfServer(catalogue, model);
    assert.deepEqual(
      given.map(({ genre }) => genre),
      served.map(({ list }) => list),
    );
    for (const [at, { vector: own }] of given.entries())
      assert.deepEqual([...own], served[at].vector);
  });

  test("the films found for a vector are those that the package recommends", () => {
    const rows = best(films, unit(vector), OWN);
    const list = model.recommend(model.user({ history: RATED, features: { count: 5 } }), {
      topK: OWN,
    });
    const ids = new Set([...rows].map((row) => insides.items[row]));
    const missing = list.filter(({ item }) => !ids.has(item));
    assert.ok(missing.length <= 1, `${missing.length} missing`); // a tie at the end, in float32
  });

  test("after one drawn genre its odds grew by e^epsilon, after two by its square", async () => {
    for (const epsilon of [0.5, 3, 8]) {
      const answer = await privateQuery(
        { vector },
        {
          mechanism: "randomised-response",
          epsilon,
          centroids: world.tastes.map((taste) => taste.vector),
          ledger: free,
        },
      );
      const before = odds(1 / world.tastes.length);
      const once = posterior(world, [answer]);
      near(odds(once[answer.centroid]) / before, Math.exp(epsilon));
      near(once[answer.centroid], answer.truthProbability);
      const twice = posterior(world, [answer, answer]);
      near(odds(twice[answer.centroid]) / before, Math.exp(2 * epsilon));
    }
  });

  test("after a noisy vector, Bayes' rule by the density of the noise", async () => {
    const answer = await privateQuery({ vector }, { epsilon: 16, delta: DELTA, ledger: free });
    const density = world.tastes.map(({ vector: taste }) =>
      taste.reduce(
        (log, value, k) => log - (answer.vector[k] - value) ** 2 / (2 * answer.sigma ** 2),
        0,
      ),
    );
    const most = Math.max(...density);
    const weights = density.map((log) => Math.exp(log - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    posterior(world, [answer]).forEach((value, at) => near(value, weights[at] / total));
  });

  test("the guess: everybody's mean without an answer, nearly the vector without noise", () => {
    assert.equal(guess(world, []), world.mean);
    const direction = unit(vector);
    const guessed = guess(world, [{ vector: direction, sigma: 1e-6 }]);
    guessed.forEach((value, k) => assert.ok(Math.abs(value - direction[k]) < 1e-6));
    const blind = guess(world, [{ vector: direction, sigma: 1e6 }]);
    blind.forEach((value, k) => assert.ok(Math.abs(value - world.mean[k]) < 1e-6));
    // Of two answers the mean counts, with half the variance of the noise.
    const [one, two] = [world.tastes[0].vector, direction];
    const sigma = 0.3;
    const mean = one.map((value, k) => (value + two[k]) / 2);
    const both = guess(world, [
      { vector: one, sigma },
      { vector: two, sigma },
    ]);
    guess(world, [{ vector: mean, sigma: sigma / Math.SQRT2 }]).forEach((value, k) =>
      near(both[k], value),
    );
  });

  test("what a drawn genre finds on average is the mean of many draws", async () => {
    const centroids = world.tastes.map((taste) => taste.vector);
    const own = best(films, unit(vector), OWN, new Set(RATED.map(insides.rowOf)));
    const options = { mechanism: "randomised-response", epsilon: 4, centroids, ledger: free };
    const sums = { recall: 0, truth: 0 };
    const draws = 400;
    const nearest = mostLikely(await privateQuery({ vector }, { ...options, epsilon: 500 }));
    const found = centroids.map((_, centroid) =>
      recall(films, own, guess(world, [{ centroid, epsilon: 4 }])),
    );
    for (let n = 0; n < draws; n += 1) {
      const { centroid } = await privateQuery({ vector }, options);
      sums.recall += found[centroid] / draws;
      sums.truth += Number(centroid === nearest) / draws;
    }
    const exact = await meanOfResponse(films, world, 4, nearest, own);
    const spread = Math.max(...found) - Math.min(...found);
    assert.ok(Math.abs(sums.recall - exact) < spread * 0.15, `${sums.recall}, ${exact}`);
    assert.ok(Math.abs(sums.truth - 0.752) < 0.13, `${sums.truth}`);
  });
});

const mostLikely = ({ centroid }) => centroid;

function near(actual, expected, relative = 1e-6) {
  const limit = relative * Math.max(1e-9, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= limit, `${actual}, expected ${expected}`);
}
