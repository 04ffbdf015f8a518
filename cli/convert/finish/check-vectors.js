import { familyOf } from "../../../js/families/index.js";
import { ncf } from "../../../js/families/ncf/index.js";
import { outputs, rawScores } from "../forward/forward.js";
import { createRandom } from "../random.js";

/**
 * A file's check vectors: synthetic users with their scores in double precision. There are none for
 * an item-based AutoRec, which solves for a user, and for features with quantiles or powers.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("../forward/forward.js").UserInput} UserInput
 * @typedef {ReturnType<typeof createRandom>} Random
 */

const SEED = 20170401;
const USERS = 4;
const ITEMS = 8;

/**
 * @param {Map<string, ForeignTensor>} tensors unfolded, with the means and covariances
 * @param {Readonly<Info>} info
 * @param {number} itemCount
 * @returns {import("../../../js/file/metadata.js").Check[]}
 */
export function checkVectors(tensors, info, itemCount) {
  const isUnsupported =
    info.kind === "autorec-item" ||
    info.features.some(({ name, inputs }) => inputs || tensors.has(`${name}.quantiles`));
  if (isUnsupported || itemCount < 1) return [];
  const random = createRandom(SEED);
  const catalogue = Array.from({ length: itemCount }, (_, row) => row);
  return Array.from({ length: USERS }, (_, number) => {
    const user = syntheticUser(tensors, info, itemCount, random, number);
    const items = sample(random, itemCount, Math.min(ITEMS, itemCount));
    const raw = rawScores(tensors, info, user, items);
    const all = info.output === "softmax" ? rawScores(tensors, info, user, catalogue) : raw;
    return { ...user, items, scores: outputs(info, raw, all), raw };
  });
}

/**
 * Distinct rows below a limit.
 *
 * @param {Random} random
 * @param {number} limit
 * @param {number} count
 */
function sample(random, limit, count) {
  const rows = new Set();
  while (rows.size < count) rows.add(random.below(limit));
  return [...rows];
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Readonly<Info>} info
 * @param {number} itemCount
 * @param {Random} random
 * @param {number} number of the user: each has a longer history
 * @returns {UserInput}
 */
function syntheticUser(tensors, info, itemCount, random, number) {
  if (familyOf(info.kind) === ncf) return { vector: userVector(tensors, random) };
  if (info.kind === "dot") return { vector: dotVector(tensors, info, random) };
  if (info.kind === "sasrec" || info.kind === "gru4rec")
    return { history: events(tensors, info, itemCount, random, number) };
  const history = sample(random, itemCount, Math.min(4 ** number, Math.ceil(itemCount / 2)));
  if (info.features.length) {
    const takesHistory = info.features.some(({ from }) => from === "history");
    return { history: takesHistory ? history : [], user: userFeatures(tensors, info, random) };
  }
  if (info.input.values === "binary") return { history };
  const { minimum = 1, maximum = 5 } = info.rating;
  const ratings = history.map(() => minimum + random.below(Math.floor(maximum - minimum) + 1));
  return { history, ratings };
}

/** The longest sequence of a check vector. */
const EVENTS_MAX = 256;

/**
 * Events with repeats, of the last user more than the window holds.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Readonly<Info>} info
 * @param {number} itemCount
 * @param {Random} random
 * @param {number} number of the user
 */
function events(tensors, { window = 16 }, itemCount, random, number) {
  const most = tensors.get("position.embedding")?.shape[0] ?? window;
  const length = number < USERS - 1 ? Math.min(4 ** number, most) : most + 2;
  return Array.from({ length: Math.min(length, EVENTS_MAX) }, () => random.below(itemCount));
}

/**
 * Random values of the user features, by name.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Readonly<Info>} info
 * @param {Random} random
 */
function userFeatures(tensors, { features }, random) {
  const values = features
    .filter(({ from, side }) => from !== "history" && side !== "item")
    .map((feature) => {
      const { name, table = name, several, kind } = /** @type {any} */ (feature);
      const row = random.below(tensors.get(`${table}.embedding`)?.shape[0] ?? 1);
      return [name, kind === "continuous" ? Math.fround(random.normal()) : several ? [row] : row];
    });
  return Object.fromEntries(values);
}

/**
 * A user vector [gmf | mlp] with the mean and the variances of the trained ones.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Random} random
 */
function userVector(tensors, random) {
  return ["gmf", "mlp"].flatMap((block) => {
    const size = userWidth(tensors, block);
    const mean = tensors.get(`${block}.user_mean`);
    const covariance = tensors.get(`${block}.user_covariance`);
    return Array.from({ length: size }, (_, k) => {
      const deviation = Math.sqrt(covariance?.values[k * size + k] ?? 0.01);
      return Math.fround((mean?.values[k] ?? 0) + deviation * random.normal());
    });
  });
}

/**
 * A user vector of a dot product, around the mean of the trained ones.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Readonly<Info>} info
 * @param {Random} random
 */
function dotVector(tensors, info, random) {
  const width = tensors.get("item.vector")?.shape[1] ?? 0;
  const mean = tensors.get("user_mean")?.values ?? [];
  return Array.from({ length: width + Number(info.user_bias) }, (_, k) =>
    Math.fround((mean[k] ?? 0) + 0.3 * random.normal()),
  );
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string} block
 */
function userWidth(tensors, block) {
  const item = tensors.get(`${block}.item`);
  if (block === "gmf") return item?.shape[1] ?? 0;
  const inputs = tensors.get("mlp.layers.0.weight")?.shape[1] ?? 0;
  return inputs - (item?.shape[1] ?? 0);
}
