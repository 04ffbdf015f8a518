import { createRandom } from "../convert/random.js";
import { idsTensor } from "../convert/finish/item-ids.js";
import { writeSafetensors } from "../../js/file/write-safetensors.js";
import { integers, storedWeights, tensorsOf } from "./tensors.js";
import { scorerOf } from "./weights.js";

/** Of the check vectors. */
const [SEED, USERS, ITEMS] = [20190513, 4, 8];

/**
 * A weights file of an item-to-item model (docs/format.md), with check vectors that are computed in
 * double precision.
 *
 * @param {import("./weights.js").Weights} weights
 * @param {object} options
 * @param {(string | number)[]} options.ids of the items
 * @param {ArrayLike<number>} options.popularity of the items
 * @param {import("./tensors.js").Precision} options.precision
 * @param {Record<string, unknown>} options.description name, provenance and so on
 * @returns {Uint8Array}
 */
export function modelFile(weights, { ids, popularity, precision, description }) {
  const tensors = tensorsOf(weights, precision);
  const check = checkVectors(storedWeights(weights, tensors));
  const items = [
    integers("item_popularity", Int32Array.from(popularity)),
    idsTensor(ids, weights.items, 0),
  ];
  return writeSafetensors([...tensors, ...items], {
    format: 1,
    kind: "item-item",
    ...description,
    check,
  });
}

/**
 * Users of 1, 4, 16 and 64 items.
 * @param {import("./weights.js").Weights} weights
 */
function checkVectors(weights) {
  const { items: count } = weights;
  const random = createRandom(SEED);
  const score = scorerOf(weights);
  return Array.from({ length: USERS }, (_, number) => {
    const history = sample(random, count, Math.min(4 ** number, Math.ceil(count / 2)));
    const items = sample(random, count, Math.min(ITEMS, count));
    const all = score(Uint32Array.from(history));
    const scores = items.map((item) => all[item]);
    return { history, items, scores, raw: scores };
  });
}

/**
 * Distinct rows below a limit.
 *
 * @param {ReturnType<typeof createRandom>} random
 * @param {number} limit
 * @param {number} count
 */
function sample(random, limit, count) {
  const rows = new Set();
  while (rows.size < count) rows.add(random.below(limit));
  return [...rows];
}
