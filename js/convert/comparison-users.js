import { familyOf } from "../families/index.js";
import { ncf } from "../families/ncf/index.js";
import { createRandom } from "./random.js";

/**
 * People who are made up, to compare two files of one model with: what `model.user` takes.
 *
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("./model-file.js").ModelFile} ModelFile
 * @typedef {ReturnType<typeof createRandom>} Draws
 * @typedef {{ vector: Float32Array } | { history: any[], features?: Record<string, any> }} Somebody
 */

/** Interactions of the shortest and of the longest history. */
const SHORTEST = 3;
const LONGEST = 60;

/**
 * @param {Model} model
 * @param {ModelFile} file the model's
 * @param {number} count
 * @param {number} seed
 * @returns {Somebody[]}
 */
export function sampleUsers(model, file, count, seed) {
  const draws = createRandom(seed);
  const blocks = vectorBlocks(file);
  if (blocks)
    return Array.from({ length: count }, () => ({
      vector: Float32Array.from(blocks.flatMap((block) => drawn(block, draws))),
    }));
  const features = (file.description.check ?? [])
    .map((/** @type {any} */ { user }) => user)
    .filter(Boolean);
  const user = model.user({ history: [], ...(features.length ? { features: features[0] } : {}) });
  const popular = model
    .recommend(user, { topK: model.itemCount, raw: true })
    .map(({ item }) => item);
  return Array.from({ length: count }, (_, number) => ({
    history: historyOf(model, popular, draws),
    ...(features.length ? { features: features[number % features.length] } : {}),
  }));
}

/**
 * What is best for somebody of whom nothing is known is what is popular: histories are drawn from
 * there, the further down the more seldom.
 *
 * @param {Model} model
 * @param {(string | number)[]} popular
 * @param {Draws} draws
 */
function historyOf(model, popular, draws) {
  const {
    input,
    rating: { minimum = 1, maximum = 5 },
  } = model.info;
  const length = Math.min(
    SHORTEST + draws.below(LONGEST - SHORTEST),
    Math.ceil(popular.length / 3),
  );
  const items = new Set();
  // Up to 3 n tries: a tenth of the catalogue is always within reach.
  for (let tries = 0; items.size < length && tries < 3 * LONGEST; tries++) {
    items.add(
      popular[
        Math.min(
          popular.length - 1,
          Math.floor(popular.length ** draws.uniform() * (1 + draws.uniform())) - 1,
        )
      ],
    );
  }
  return [...items].map((item) =>
    input.values === "rating"
      ? { item, rating: minimum + draws.below(Math.floor(maximum - minimum) + 1) }
      : item,
  );
}

/**
 * @typedef {{ mean: Float32Array, factor: Float64Array }} Block factor: of Cholesky, of the
 *   covariance
 * @param {ModelFile} file
 * @returns {Block[] | undefined}
 */
function vectorBlocks({ tensors, description }) {
  if (familyOf(description.kind) !== ncf) return undefined;
  const blocks = ["gmf", "mlp"]
    .filter((block) => [...tensors.keys()].some((name) => name.startsWith(`${block}.`)))
    .map((block) => {
      const mean = tensors.get(`${block}.user_mean`);
      const covariance = tensors.get(`${block}.user_covariance`);
      return (
        mean &&
        covariance && { mean: mean.values, factor: cholesky(covariance.values, mean.values.length) }
      );
    });
  return blocks.every((block) => block !== undefined) ? /** @type {Block[]} */ (blocks) : undefined;
}

/**
 * @param {Block} block
 * @param {Draws} draws
 */
function drawn({ mean, factor }, draws) {
  const n = mean.length;
  const z = Array.from(mean, () => draws.normal());
  return Array.from(mean, (value, i) =>
    z.slice(0, i + 1).reduce((sum, draw, j) => sum + factor[i * n + j] * draw, value),
  );
}

/**
 * L of A = L L', lower, row-major; a direction without spread stays without.
 *
 * @param {Float32Array} matrix (n, n)
 * @param {number} n
 */
function cholesky(matrix, n) {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      if (i === j) factor[i * n + i] = Math.sqrt(Math.max(sum, 0));
      else factor[i * n + j] = factor[j * n + j] ? sum / factor[j * n + j] : 0;
    }
  }
  return factor;
}
