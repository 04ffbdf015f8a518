import { familyOf } from "../../js/families/index.js";
import { ncf } from "../../js/families/ncf/index.js";
import { createRandom } from "./random.js";

/**
 * Synthetic users, for comparing two files of one model.
 *
 * @typedef {import("../../js/model/model.js").Model} Model
 * @typedef {import("./model-file.js").ModelFile} ModelFile
 * @typedef {ReturnType<typeof createRandom>} Random
 * @typedef {{ vector: Float32Array } | { history: any[], features?: Record<string, any> }}
 *   ComparisonUser what `model.user` takes
 */

/** Lengths of histories. */
const HISTORY_MIN = 3;
const HISTORY_MAX = 60;

/**
 * Samples user vectors from the trained users' mean and covariance; where the file has none,
 * histories from the model's popular items.
 *
 * @param {Model} model
 * @param {ModelFile} file the model's
 * @param {number} count
 * @param {number} seed
 * @returns {ComparisonUser[]}
 */
export function sampleUsers(model, file, count, seed) {
  const random = createRandom(seed);
  const blocks = vectorBlocks(file);
  if (blocks)
    return Array.from({ length: count }, () => ({
      vector: Float32Array.from(blocks.flatMap((block) => sampleVector(block, random))),
    }));
  if (model.kind === "dot" && !model.info.fold_in.loss)
    return Array.from({ length: count }, () => ({ vector: dotVector(model, file, random) }));
  const features = (file.description.check ?? [])
    .map((/** @type {any} */ { user }) => user)
    .filter(Boolean);
  const featuresFor = (/** @type {number} */ index) =>
    features.length ? { features: features[index % features.length] } : {};
  const newUser = model.user({ history: startOf(model), ...featuresFor(0) });
  const ranked = model.recommend(newUser, { topK: model.itemCount, raw: true });
  const popular = ranked.map(({ item }) => item);
  return Array.from({ length: count }, (_, index) => ({
    history: sampleHistory(model, popular, random),
    ...featuresFor(index),
  }));
}

/**
 * A user vector of a dot product that no history is fitted to.
 *
 * @param {Model} model
 * @param {ModelFile} file
 * @param {Random} random
 */
function dotVector({ info }, { tensors }, random) {
  const width = (tensors.get("item.vector")?.shape[1] ?? 0) + Number(info.user_bias);
  return Float32Array.from({ length: width }, () => random.normal());
}

/**
 * A history whose ranking approximates popularity: none, or where none gives only zeros, all items.
 * @param {Model} model
 */
function startOf(model) {
  if (model.kind !== "item-item") return [];
  const rating = model.info.rating.maximum ?? 1;
  return model.ids().map((item) => ({ item, rating }));
}

/**
 * The ranking for a user without history approximates popularity. Items further down are sampled
 * less often.
 *
 * @param {Model} model
 * @param {(string | number)[]} popular all items, the most popular first
 * @param {Random} random
 */
function sampleHistory(model, popular, random) {
  const { input, rating } = model.info;
  const { minimum = 1, maximum = 5 } = rating;
  const length = Math.min(
    HISTORY_MIN + random.below(HISTORY_MAX - HISTORY_MIN),
    Math.ceil(popular.length / 3),
  );
  const items = new Set();
  // Sampling repeats items, so the number of attempts is bounded.
  for (let attempt = 0; items.size < length && attempt < 3 * HISTORY_MAX; attempt++) {
    const place = Math.floor(popular.length ** random.uniform() * (1 + random.uniform())) - 1;
    items.add(popular[Math.min(popular.length - 1, place)]);
  }
  if (input.values !== "rating") return [...items];
  const sampleRating = () => minimum + random.below(Math.floor(maximum - minimum) + 1);
  return [...items].map((item) => ({ item, rating: sampleRating() }));
}

/**
 * @typedef {object} Block the distribution of one part of the user vector, of width n
 * @property {Float32Array} mean (n)
 * @property {Float64Array} factor (n, n) Cholesky factor of the covariance
 *
 * @param {ModelFile} file
 * @returns {Block[] | undefined} undefined: the file has no mean or covariance
 */
function vectorBlocks({ tensors, description }) {
  if (familyOf(description.kind) !== ncf) return undefined;
  const names = [...tensors.keys()];
  const blocks = ["gmf", "mlp"]
    .filter((block) => names.some((name) => name.startsWith(`${block}.`)))
    .map((block) => {
      const mean = tensors.get(`${block}.user_mean`)?.values;
      const covariance = tensors.get(`${block}.user_covariance`)?.values;
      return mean && covariance && { mean, factor: cholesky(covariance, mean.length) };
    });
  return blocks.every((block) => block !== undefined) ? /** @type {Block[]} */ (blocks) : undefined;
}

/**
 * mean + L z, z standard normal.
 *
 * @param {Block} block
 * @param {Random} random
 */
function sampleVector({ mean, factor }, random) {
  const n = mean.length;
  const z = Array.from(mean, () => random.normal());
  return Array.from(mean, (value, i) =>
    z.slice(0, i + 1).reduce((sum, draw, j) => sum + factor[i * n + j] * draw, value),
  );
}

/**
 * The lower triangular L of A = L L', row-major. Semidefinite matrices are allowed: a direction
 * without variance gets a row of zeros.
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
