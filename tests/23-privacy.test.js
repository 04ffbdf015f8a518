// Private queries: the normal distribution, the calibration, the sampled mechanisms, the ledger.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";

import { openHistory } from "../dist/history.node.js";
import { PocketrecError, gaussianSigma, privateQuery } from "../dist/privacy.js";
import { gridOf, addNoise } from "../js/privacy/gaussian.js";
import { density, mills, upperTail } from "../js/privacy/normal.js";
import { exponential, normals, uniform as uniformOf, integerBelow } from "../js/privacy/random.js";
import { respond } from "../js/privacy/randomised-response.js";
import { assertRefused } from "./lib/assert-refused.js";
import { chiSquare, distanceTo, excess, wordsOf } from "./lib/privacy-audit.js";
import { uniform } from "./lib/random.js";

const words = (seed) => wordsOf(uniform(seed));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const times = (count, draw) => Float64Array.from({ length: count }, draw);

/** A ledger that records the charges. */
function openLedger() {
  const spent = [];
  return { spent, spend: async (charge) => void spent.push(charge) };
}

const ledger = { spend: async () => {} };
const user = (...vector) => ({ vector: Float32Array.from(vector), liveHistory: ledger });
const CENTROIDS = [[1, 0], [0, 2], [-3, 0], Float32Array.of(0, -1)];

describe("the normal distribution", () => {
  // python3 -c "from mpmath import *; mp.dps = 60; print([nstr(erfc(mpf(x) / sqrt(2)) / 2, 17) for
  // x in ('-3', '0.1', ...)])"
  const TAILS = [
    [-8, 0.9999999999999993779],
    [-3, 0.99865010196836990547],
    [0, 0.5],
    [0.1, 0.46017216272297101853],
    [1, 0.15865525393145705141],
    [1.9999, 0.022755531584767187071],
    [2, 0.0227501319481792072],
    [2.5, 0.006209665325776135167],
    [3, 0.0013498980316300945267],
    [5, 2.8665157187919391167e-7],
    [8, 6.2209605742717841235e-16],
    [12, 1.7764821120776789977e-33],
    [20, 2.7536241186062336951e-89],
    [30, 4.9067139271481870595e-198],
    [37, 5.7255712225245768227e-300],
  ];

  for (const [x, tail] of TAILS) {
    test(`the tail above ${x}`, () =>
      assert.ok(Math.abs(upperTail(x) / tail - 1) < 1e-13, `${upperTail(x)}`));
  }

  test("Mills' ratio where the tail itself is below every double", () => {
    assert.ok(Math.abs(mills(50) / 0.019992009580853567311 - 1) < 1e-14);
    assert.ok(Math.abs(mills(1000) / 0.000999999000002999985 - 1) < 1e-14);
    assert.equal(upperTail(50), 0);
  });
});

describe("the smallest sigma", () => {
  // By bisection of Balle and Wang's Theorem 8 in mpmath with 60 digits, sensitivity 1; [epsilon,
  // delta, sigma].
  const SIGMAS = [
    [0.001, 0.5, 0.740869185195626],
    [0.001, 1e-15, 6486.49063832044],
    [0.1, 1e-6, 36.3046904261958],
    [0.5, 1e-15, 14.7331430329997],
    [1, 0.001, 2.57465701863721],
    [1, 1e-6, 4.22467888932684],
    [4, 1e-6, 1.19351858715799],
    [8, 1e-6, 0.652935384358216],
    [8, 0.5, 0.235915335276807],
    [64, 1e-15, 0.168718244858874],
    [300, 1e-6, 0.0494208291931509],
    [1000, 1e-15, 0.026666957127931],
  ];

  test("it is the exact one, plus at most two millionths", () => {
    for (const [epsilon, delta, exact] of SIGMAS) {
      const ratio = gaussianSigma({ epsilon, delta, sensitivity: 1 }) / exact;
      assert.ok(ratio > 1 && ratio < 1 + 2e-6, `${epsilon}, ${delta}: ${ratio}`);
      assert.ok(
        Math.abs(gaussianSigma({ epsilon, delta, sensitivity: 7 }) / exact / ratio - 7) < 1e-9,
      );
    }
  });

  /**
   * The integral of the density for one user minus e^epsilon times the density for a neighbour,
   * where that is positive, by Simpson's rule.
   */
  function integrated(sigma, epsilon) {
    const distance = 1 / sigma;
    const from = epsilon / distance - distance / 2;
    const steps = 20000;
    const step = 40 / steps;
    // The privacy loss is epsilon where the integral starts, and grows by `distance` per unit.
    const value = (x) => density(x) * -Math.expm1(-(x - from) * distance);
    let sum = 0;
    for (let i = 0; i <= steps; i++)
      sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * value(from + i * step);
    return (sum * step) / 3;
  }

  test("the integral of the privacy loss is at most delta, and above it with less noise", () => {
    for (const [epsilon, delta] of SIGMAS) {
      const sigma = gaussianSigma({ epsilon, delta, sensitivity: 1 });
      assert.ok(integrated(sigma, epsilon) <= delta, `${epsilon}, ${delta}`);
      assert.ok(integrated(0.999 * sigma, epsilon) > delta, `${epsilon}, ${delta}, less noise`);
    }
  });

  test("it decreases with epsilon and with delta", () => {
    const epsilons = [0.001, 0.01, 0.3, 2, 20, 200, 2000, 1e6].map((epsilon) =>
      gaussianSigma({ epsilon, delta: 1e-9, sensitivity: 1 }),
    );
    const deltas = [1e-100, 1e-15, 1e-3, 0.5, 0.999].map((delta) =>
      gaussianSigma({ epsilon: 1, delta, sensitivity: 1 }),
    );
    for (const list of [epsilons, deltas])
      for (let i = 1; i < list.length; i++) assert.ok(list[i] > 0 && list[i] < list[i - 1]);
  });

  test("wrong arguments are refused by name", async () => {
    const fine = { epsilon: 1, delta: 1e-6, sensitivity: 1 };
    const wrong = {
      epsilon: [0, -1, NaN, Infinity, "1"],
      delta: [0, 1, -1, NaN, undefined],
      sensitivity: [0, -1, NaN, Infinity, "2"],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values)
        await assertRefused(() => gaussianSigma({ ...fine, [name]: value }), "bad-argument", name);
    }
  });
});

describe("random numbers", () => {
  test("integers are uniform, also below a limit that does not divide 2^32", () => {
    const counts = new Array(7).fill(0);
    const next = words(1);
    for (let i = 0; i < 70000; i++) counts[integerBelow(next, 7)]++;
    const { statistic, critical } = chiSquare(
      counts,
      counts.map(() => 1 / 7),
    );
    assert.ok(statistic < critical, `${statistic}`);
    // Below 3 * 2^30, a plain remainder would give the first third twice as often.
    const first = times(3000, () => integerBelow(next, 3 * 2 ** 30)).filter(
      (value) => value < 2 ** 30,
    ).length;
    assert.ok(Math.abs(first / 3000 - 1 / 3) < 0.07, `${first}`);
    const given = [2 ** 32 - 1, 12];
    assert.equal(
      integerBelow(() => given.shift(), 10),
      2,
      "a word of the incomplete round is drawn again",
    );
  });

  test("uniform numbers have 53 random bits", () => {
    assert.equal(
      uniformOf(() => 2 ** 32 - 1),
      1 - 2 ** -53,
    );
    assert.equal(
      uniformOf(() => 0),
      0,
    );
  });

  test("exponential numbers have the right distribution, with an unbounded tail", () => {
    const next = words(2);
    const { distance, critical } = distanceTo(
      times(100000, () => exponential(next)),
      (x) => -Math.expm1(-x),
    );
    assert.ok(distance < critical, `${distance}`);
    const zeros = [...new Array(50).fill(0), 1];
    assert.ok(
      exponential(() => zeros.shift() ?? 2 ** 31) > 1600 * Math.LN2,
      "e^-1100 is below every double",
    );
    const near = [2 ** 31, ...new Array(20).fill(0), 2 ** 31];
    const least = exponential(() => near.shift() ?? 0);
    assert.ok(least > 0 && least < 2 ** -640, "all digits near 0");
  });

  test("normal numbers have the right distribution, also both numbers of a pair", () => {
    const draw = normals(words(3));
    const all = times(200000, draw);
    for (const sample of [
      all,
      all.filter((_, i) => i % 2),
      all.map((value, i) => (i % 2 ? (value + all[i - 1]) / Math.SQRT2 : value)),
    ]) {
      const { distance, critical } = distanceTo(sample, (x) => 1 - upperTail(x));
      assert.ok(distance < critical, `${distance}`);
    }
    assert.ok(Math.abs(mean(all)) < 6.5 / Math.sqrt(all.length));
    assert.ok(Math.abs(mean(all.map((value) => value ** 2)) - 1) < 6.5 * Math.sqrt(2 / all.length));
    const zeros = new Array(10).fill(0);
    assert.ok(
      Math.abs(normals(() => zeros.shift() ?? 2 ** 31)()) > 20,
      "the tails do not end where 53 bits do",
    );
  });
});

describe("gaussian", () => {
  const promise = { epsilon: 1, delta: 0.05 };

  /**
   * The largest violation found for two opposite vectors, the farthest neighbours: above 0 the
   * promise is broken. The events are answers above several bounds.
   */
  function audit(sigma, seed, { epsilon, delta } = promise, draws = 100000) {
    const proper = gaussianSigma({ epsilon, delta, sensitivity: 2 });
    const next = words(seed);
    const unit = Float64Array.of(0.6, 0.8);
    const along = (sign) => {
      const [x, y] = addNoise(
        unit.map((value) => sign * value),
        sigma,
        next,
      );
      return 0.6 * x + 0.8 * y;
    };
    const ones = times(draws, () => along(1));
    const others = times(draws, () => along(-1));
    const bounds = [-1, -0.5, 0, 0.5, 1, (epsilon * proper ** 2) / 2, (epsilon * sigma ** 2) / 2];
    const above = (answers, bound) => answers.filter((x) => x > bound).length;
    return Math.max(
      ...bounds.map((bound) =>
        excess(above(ones, bound), above(others, bound), draws, { epsilon, delta }),
      ),
    );
  }

  test("an audit finds no violation, and finds one with a third of the noise", () => {
    const sigma = gaussianSigma({ ...promise, sensitivity: 2 });
    assert.ok(audit(sigma, 4) <= 0);
    assert.ok(audit(sigma / 3, 5) > 0.1);
    const strict = { epsilon: 0.1, delta: 0.01 };
    const more = gaussianSigma({ ...strict, sensitivity: 2 });
    assert.ok(audit(more, 6, strict) <= 0);
    assert.ok(audit(more / 3, 7, strict) > 0);
  });

  test("the noise has mean 0, variance sigma^2 and a normal distribution", async () => {
    const { liveHistory } = user();
    const vector = Float32Array.from({ length: 20000 }, (_, i) => (i % 2 ? 30 : -40));
    const { sigma, norm, mechanism, ...answer } = await privateQuery(
      { vector, liveHistory },
      { epsilon: 2, delta: 1e-6, norm: 3 },
    );
    assert.deepEqual([mechanism, norm, answer.epsilon, answer.delta], ["gaussian", 3, 2, 1e-6]);
    assert.equal(sigma, gaussianSigma({ epsilon: 2, delta: 1e-6, sensitivity: 6 }));
    assert.ok(answer.vector instanceof Float32Array);
    const length = Math.hypot(...vector);
    const noise = Float64Array.from(
      answer.vector,
      (value, i) => (value - (3 * vector[i]) / length) / sigma,
    );
    assert.ok(Math.abs(mean(noise)) < 6.5 / Math.sqrt(noise.length));
    assert.ok(
      Math.abs(mean(noise.map((value) => value ** 2)) - 1) < 6.5 * Math.sqrt(2 / noise.length),
    );
    const { distance, critical } = distanceTo(noise, (x) => 1 - upperTail(x));
    assert.ok(distance < critical, `${distance}`);
  });

  test("with little noise the answer is the direction, at length 1", async () => {
    for (const vector of [
      [3, 4],
      [3e-40, 4e-40],
      [3e300, 4e300],
    ]) {
      const answer = await privateQuery({ vector, ledger }, { epsilon: 1e9, delta: 0.1, ledger });
      assert.ok(
        Math.abs(answer.vector[0] - 0.6) < 1e-3 && Math.abs(answer.vector[1] - 0.8) < 1e-3,
        `${answer.vector}`,
      );
      assert.equal(answer.norm, 1);
    }
  });

  test("every number is on the grid, and no zero is negative", async () => {
    for (const epsilon of [0.01, 1, 8, 500]) {
      const { vector, sigma } = await privateQuery(user(1, 2, 3, -4, 5), { epsilon, delta: 1e-6 });
      const grid = gridOf(sigma);
      assert.ok(Number.isInteger(Math.log2(grid)));
      assert.ok(grid <= sigma / 1024 && grid > sigma / 2049);
      assert.ok(vector.every((value) => Number.isInteger(value / grid)));
    }
    const near = addNoise(new Float64Array(50000), 1, words(8));
    const zeros = near.filter((value) => value === 0);
    assert.ok(zeros.length > 5 && zeros.every((value) => Object.is(value, 0)));
  });

  test("a vector of zeros is answered with noise alone", async () => {
    const { vector, sigma } = await privateQuery(
      { vector: new Float32Array(1000), liveHistory: ledger },
      { epsilon: 1, delta: 1e-6 },
    );
    assert.ok(Math.abs(mean(vector.map((value) => (value / sigma) ** 2)) - 1) < 0.4);
  });
});

describe("randomised response", () => {
  const draw = (own, count, epsilon, draws, next) => {
    const counts = new Array(count).fill(0);
    for (let i = 0; i < draws; i++) counts[respond(own, count, epsilon, next)]++;
    return counts;
  };

  test("the nearest centroid has its probability, the others are equally likely", () => {
    for (const [count, epsilon, own] of [
      [2, 1, 0],
      [5, 0.5, 4],
      [16, 4, 7],
      [64, 2, 63],
    ]) {
      const truth = Math.exp(epsilon) / (Math.exp(epsilon) + count - 1);
      const counts = draw(own, count, epsilon, 60000, words(count));
      const { statistic, critical } = chiSquare(
        counts,
        counts.map((_, at) => (at === own ? truth : (1 - truth) / (count - 1))),
      );
      assert.ok(statistic < critical, `${count}, ${epsilon}: ${statistic}`);
    }
  });

  test("an audit finds no violation, and finds one with a larger epsilon", () => {
    const promise = { epsilon: 1, delta: 0 };
    const draws = 100000;
    const next = words(9);
    const ones = draw(0, 4, 1, draws, next)[0];
    const others = draw(1, 4, 1, draws, next)[0];
    assert.ok(excess(ones, others, draws, promise) <= 0);
    assert.ok(
      excess(draw(0, 4, 3, draws, next)[0], draw(1, 4, 3, draws, next)[0], draws, promise) > 0,
    );
  });

  test("another centroid stays possible for any epsilon", () => {
    const zeros = [...new Array(100).fill(0), 1, 2 ** 31];
    assert.equal(
      respond(3, 10, 1000, () => zeros.shift() ?? 0),
      0,
    );
    assert.equal(respond(3, 10, 1000, words(10)), 3);
  });

  test("the answer has the centroid, their number and the probability of the truth", async () => {
    const ledger = openLedger();
    const almostTrue = { mechanism: "randomised-response", epsilon: 60, centroids: CENTROIDS };
    const answer = await privateQuery(user(-0.1, 5), { ...almostTrue, ledger });
    assert.deepEqual(
      { ...answer, truthProbability: 1 },
      {
        mechanism: "randomised-response",
        centroid: 1,
        epsilon: 60,
        delta: 0,
        truthProbability: 1,
        centroidCount: 4,
      },
    );
    const { truthProbability: truth } = await privateQuery(user(0, 1), {
      mechanism: "randomised-response",
      epsilon: 2,
      centroids: CENTROIDS,
    });
    assert.ok(Math.abs(truth - Math.exp(2) / (Math.exp(2) + 3)) < 1e-11);
    assert.deepEqual(ledger.spent, [{ mechanism: "randomised-response", epsilon: 60, delta: 0 }]);
    const alone = await privateQuery(user(0, 1), {
      mechanism: "randomised-response",
      epsilon: 2,
      centroids: [[1, 1]],
    });
    assert.deepEqual([alone.centroid, alone.truthProbability, alone.centroidCount], [0, 1, 1]);
    assert.equal((await privateQuery(user(0, 0), almostTrue)).centroid, 0);
  });

  test("privateQuery has the same distribution", async () => {
    const counts = new Array(4).fill(0);
    const asking = user(-1, 0.2);
    for (let i = 0; i < 20000; i++)
      counts[
        (
          await privateQuery(asking, {
            mechanism: "randomised-response",
            epsilon: 1,
            centroids: CENTROIDS,
          })
        ).centroid
      ]++;
    const { statistic, critical } = chiSquare(
      counts,
      [0, 0, 1, 0].map((own) => (own ? Math.E : 1) / (Math.E + 3)),
    );
    assert.ok(statistic < critical, `${counts}`);
  });
});

describe("buckets", () => {
  test("the nearest centroid with enough users", async () => {
    const ledger = openLedger();
    const ask = (userCounts, minUsers) =>
      privateQuery(user(3, 1), {
        mechanism: "buckets",
        centroids: CENTROIDS,
        userCounts,
        minUsers,
        ledger,
      });
    assert.deepEqual(await ask([5230, 1000, 7, 1001]), {
      mechanism: "buckets",
      bucket: 0,
      userCount: 5230,
    });
    assert.deepEqual(await ask(Uint32Array.of(999, 1000, 5000, 5000)), {
      mechanism: "buckets",
      bucket: 1,
      userCount: 1000,
    });
    assert.equal((await ask([10, 20, 30, 40], 25)).bucket, 3);
    assert.deepEqual(
      ledger.spent,
      new Array(3).fill({ mechanism: "buckets", epsilon: 0, delta: 0 }),
    );
    const error = await assertRefused(ask([999, 1, 0, 5]), "bad-argument", "userCounts");
    assert.match(error.message, /at least 1000 users, found at most 999/);
    assert.equal(ledger.spent.length, 3);
  });
});

describe("wrong arguments", () => {
  const gaussian = { epsilon: 1, delta: 1e-6 };
  const response = { mechanism: "randomised-response", epsilon: 1, centroids: CENTROIDS };
  const buckets = {
    mechanism: "buckets",
    centroids: CENTROIDS,
    userCounts: [2000, 2000, 2000, 2000],
  };
  const OTHERS = [[1], [1, 2, 3], [0, 0], "12", null, []];
  const withCentroid = (other) => [[1, 0], other];
  const withCount = (count) => [2000, 2000, count, 2000];
  const notFinite = [NaN, Infinity];
  const tooShort = [1, 2, 3];
  const tooFew = [1, 2, 3, 4];
  // The subject of the error, a query, the option, wrong values.
  for (const [subject, query, option, values] of [
    ["epsilon", gaussian, "epsilon", [0, -1, 1e-4, ...notFinite, "1", null, undefined]],
    ["epsilon", response, "epsilon", [0, -1, 1e-4, ...notFinite, "1", null, undefined]],
    ["epsilon", buckets, "epsilon", [1]],
    ["delta", gaussian, "delta", [0, 1, -1, ...notFinite, "0.1", undefined]],
    ["delta", response, "delta", [0.1]],
    ["norm", gaussian, "norm", [0, -1, ...notFinite, 1e9, "1"]],
    ["norm", response, "norm", [1]],
    ["mechanism", gaussian, "mechanism", ["laplace", "toString", 1, null]],
    ["centroids", response, "centroids", [undefined, [], "12", Float32Array.of(1, 2)]],
    ["centroids", buckets, "centroids", [undefined, [], "12", Float32Array.of(1, 2)]],
    ["centroids, entry 1", response, "centroids", OTHERS.map(withCentroid)],
    ["userCounts", buckets, "userCounts", [undefined, 5, tooShort, tooFew]],
    ["userCounts", response, "userCounts", [[1]]],
    ["userCounts, entry 2", buckets, "userCounts", [-1, 0.5, ...notFinite, "9"].map(withCount)],
    ["minUsers", buckets, "minUsers", [0, 1, 2.5, ...notFinite]],
  ]) {
    test(`${subject} of ${query.mechanism ?? "gaussian"}: nothing is spent`, async () => {
      for (const value of values) {
        const ledger = openLedger();
        const refused = privateQuery(user(1, 2), { ...query, [option]: value, ledger });
        await assertRefused(refused, "bad-argument", subject);
        assert.deepEqual(ledger.spent, []);
      }
    });
  }

  for (const [before, now, options] of [
    ["people", "userCounts", { ...buckets, people: [9] }],
    ["least", "minUsers", { ...buckets, least: 9 }],
    ["clip", "norm", { ...gaussian, clip: 1 }],
  ]) {
    test(`${before}, the name of ${now} in 0.1`, async () => {
      const query = privateQuery(user(1, 2), options);
      const { message } = await assertRefused(query, "bad-argument", before);
      assert.match(message, new RegExp(`${before} is called ${now} since 0\\.2`));
    });
  }

  test("vectors", async () => {
    for (const vector of [undefined, null, [], "12", 5, {}, new DataView(new ArrayBuffer(8))]) {
      await assertRefused(
        privateQuery({ vector, liveHistory: ledger }, gaussian),
        "bad-argument",
        "vector",
      );
    }
    await assertRefused(privateQuery(undefined, { ...gaussian, ledger }), "bad-argument", "vector");
    await assertRefused(
      privateQuery({ vector: [1, "2"], liveHistory: ledger }, gaussian),
      "bad-argument",
      "vector, number 1",
    );
    for (const value of [NaN, Infinity, -Infinity]) {
      await assertRefused(privateQuery(user(1, value), gaussian), "not-finite", "vector, number 1");
      await assertRefused(
        privateQuery(user(1, 2), { ...response, centroids: [[value, 1]] }),
        "not-finite",
        "centroids, entry 0, number 0",
      );
    }
  });

  test("no ledger: the error has a hint", async () => {
    for (const options of [gaussian, response, buckets, { ...gaussian, ledger: {} }]) {
      const { hint } = await assertRefused(
        privateQuery({ vector: [1, 2] }, options),
        "bad-argument",
        "ledger",
      );
      assert.match(hint, /openHistory.*model\.user\(\{ history \}\)/);
    }
    await assertRefused(privateQuery(user(1)), "bad-argument", "epsilon");
  });
});

describe("the ledger", () => {
  const options = { epsilon: 8, delta: 1e-6 };

  test("it is charged once, before any draw; without a charge no draw", async (t) => {
    const order = [];
    t.mock.method(
      globalThis.crypto,
      "getRandomValues",
      (array) => (order.push("draw"), array.fill(7)),
    );
    const spend = async (charge) => {
      order.push(charge);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push("written");
    };
    await privateQuery(user(1, 2), { ...options, ledger: { spend } });
    assert.deepEqual(order, [{ mechanism: "gaussian", ...options }, "written", "draw"]);
    order.length = 0;
    const broke = new PocketrecError("budget-spent", "epsilon", "at most 8 in total", "16");
    const response = { mechanism: "randomised-response", epsilon: 1, centroids: CENTROIDS };
    const buckets = {
      mechanism: "buckets",
      centroids: CENTROIDS,
      userCounts: [9, 9, 9, 9],
      minUsers: 5,
    };
    for (const asked of [options, response, buckets]) {
      const found = await privateQuery(user(1, 2), {
        ...asked,
        ledger: { spend: () => Promise.reject(broke) },
      }).catch((error) => error);
      assert.equal(found, broke);
    }
    assert.deepEqual(order, []);
  });

  test("the user's history is the ledger, unless another is passed", async () => {
    const own = openLedger();
    const other = openLedger();
    const asking = { vector: Promise.resolve([1, 2]), liveHistory: own };
    await privateQuery(asking, options);
    await privateQuery(asking, { ...options, ledger: other });
    assert.deepEqual([own.spent.length, other.spent.length], [1, 1]);
  });

  test("a history of pocketrec/history is charged until its budget is spent", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-private-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const history = await openHistory("films", { folder, budget: { epsilon: 10, delta: 1e-5 } });
    const asking = { vector: [1, 2], liveHistory: history };
    await privateQuery(asking, options);
    await assertRefused(privateQuery(asking, options), "budget-spent", "epsilon");
    assert.deepEqual(
      history.ledger.map(({ mechanism, epsilon, delta }) => ({ mechanism, epsilon, delta })),
      [{ mechanism: "gaussian", ...options }],
    );
    history.close();
  });

  test("two concurrent queries are charged twice and draw independently", async () => {
    const ledger = openLedger();
    const asking = { ...user(1, 2, 3), liveHistory: ledger };
    const [one, two] = await Promise.all([
      privateQuery(asking, options),
      privateQuery(asking, options),
    ]);
    assert.equal(ledger.spent.length, 2);
    assert.notDeepEqual(one.vector, two.vector);
  });

  test("the answer is about the vector at the time of the call", async () => {
    const asking = user(0, 1);
    const spend = async () => void asking.vector.set([1, 0]);
    const { centroid } = await privateQuery(asking, {
      mechanism: "randomised-response",
      epsilon: 60,
      centroids: CENTROIDS,
      ledger: { spend },
    });
    assert.equal(centroid, 1);
  });

  test("without cryptographic randomness nothing is spent", async (t) => {
    const ledger = openLedger();
    t.mock.getter(globalThis, "crypto", () => undefined);
    await assertRefused(
      privateQuery(user(1, 2), { ...options, ledger }),
      "unsupported",
      "privateQuery",
    );
    assert.deepEqual(ledger.spent, []);
  });
});

test("the example of docs/private-queries.md runs", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-private-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules/pocketrec"), "dir");
  const [, text] = readFileSync("docs/private-queries.md", "utf8").match(/```js\n([^]*?)```/);
  writeFileSync(join(folder, "page.mjs"), text);
  // The history is kept in the test's own folder.
  const env = { ...process.env, XDG_DATA_HOME: folder, LOCALAPPDATA: folder, HOME: folder };
  const options = /** @type {const} */ ({ cwd: folder, encoding: "utf8", env });
  const output = execFileSync(process.execPath, ["page.mjs"], options);
  assert.match(
    output,
    /centroid: [0-3],[^]*truthProbability: 0\.87[^]*vector: Float32Array\(8\)[^]*bucket: 0,/,
  );
});
