import { familyOf } from "../../families/index.js";
import { ncf } from "../../families/ncf/index.js";
import { createRandom } from "../random.js";
import { outputs, rawScores } from "../forward/forward.js";

/**
 * A file's check vectors: people who are made up, and what the equations give for them in double
 * precision. None for an item-based AutoRec, whose people are solved for, and for features with
 * quantiles or powers.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../file/metadata.js").Info} Info
 */

const PEOPLE = 4;
const ITEMS = 8;

/**
 * @param {Map<string, ForeignTensor>} tensors unfolded, with the means and covariances
 * @param {Readonly<Info>} info
 * @param {number} items how many there are
 * @returns {import("../../file/metadata.js").Check[]}
 */
export function checksOf(tensors, info, items) {
  const isBeyond =
    info.kind === "autorec-item" ||
    info.features.some(({ name, inputs }) => inputs || tensors.has(`${name}.quantiles`));
  if (isBeyond || items < 1) return [];
  const draws = createRandom(20170401);
  const all = Array.from({ length: items }, (_, row) => row);
  return Array.from({ length: PEOPLE }, (_, number) => {
    const person = personOf(tensors, info, items, draws, number);
    const rows = sample(draws, items, Math.min(ITEMS, items));
    const raw = rawScores(tensors, info, person, rows);
    const everything = info.output === "softmax" ? rawScores(tensors, info, person, all) : raw;
    return { ...person, items: rows, scores: outputs(info, raw, everything), raw };
  });
}

/**
 * @param {ReturnType<typeof createRandom>} draws
 * @param {number} limit
 * @param {number} count
 */
function sample(draws, limit, count) {
  const rows = new Set();
  while (rows.size < count) rows.add(draws.below(limit));
  return [...rows];
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Readonly<Info>} info
 * @param {number} items
 * @param {ReturnType<typeof createRandom>} draws
 * @param {number} number of the person: each has a longer history
 * @returns {import("../forward/forward.js").Person}
 */
function personOf(tensors, info, items, draws, number) {
  if (familyOf(info.kind) === ncf) return { vector: vectorOf(tensors, draws) };
  const history = sample(draws, items, Math.min(4 ** number, Math.ceil(items / 2)));
  if (info.features.length) {
    const told = info.features
      .filter(({ from, side }) => from !== "history" && side !== "item")
      .map((feature) => {
        const { name, table = name, several, kind } = /** @type {any} */ (feature);
        const row = draws.below(tensors.get(`${table}.embedding`)?.shape[0] ?? 1);
        return [name, kind === "continuous" ? Math.fround(draws.normal()) : several ? [row] : row];
      });
    return {
      history: info.features.some(({ from }) => from === "history") ? history : [],
      user: Object.fromEntries(told),
    };
  }
  if (info.input.values === "binary") return { history };
  const { minimum = 1, maximum = 5 } = info.rating;
  return {
    history,
    ratings: history.map(() => minimum + draws.below(Math.floor(maximum - minimum) + 1)),
  };
}

/**
 * A vector such as the trained users have, of each number by itself.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {ReturnType<typeof createRandom>} draws
 */
function vectorOf(tensors, draws) {
  return ["gmf", "mlp"].flatMap((block) => {
    const item = tensors.get(`${block}.item`);
    const first = tensors.get("mlp.layers.0.weight");
    const width = first && item ? first.shape[1] - item.shape[1] : first?.shape[1];
    const size = block === "gmf" ? (item?.shape[1] ?? 0) : (width ?? 0);
    const mean = tensors.get(`${block}.user_mean`);
    const covariance = tensors.get(`${block}.user_covariance`);
    return Array.from({ length: size }, (_, k) =>
      Math.fround(
        (mean?.values[k] ?? 0) +
          Math.sqrt(covariance?.values[k * size + k] ?? 0.01) * draws.normal(),
      ),
    );
  });
}
