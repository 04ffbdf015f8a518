// GMF and NeuMF with the logits and the history that a fold-in meets on trained weights.
import { normal, uniform } from "../../tests/lib/random.js";
import { EMBEDDING_DEVIATION, pocketrecFile, randomModel } from "./neumf.js";
import { userStatistics } from "./user-statistics.js";

// Logits of this spread take Newton's method 7 steps, as on trained weights (4 to 8). With the
// narrow random embeddings it takes 2.
const ITEM_DEVIATION = 1;
const USER_DEVIATION = 1.5;
const BIAS = -4;

/**
 * A file and a history for `model.user({ history })`.
 *
 * @param {object} sizes of `randomModel`
 * @param {object} options
 * @param {number} options.steps of the fold-in
 * @param {number} options.length of the history
 * @returns {{ file: ArrayBuffer, history: number[] }}
 */
export function foldInCase(sizes, { steps, length }) {
  const tensors = withTrainedLogits(randomModel(sizes));
  const metadata = { fold_in: { steps } };
  const file = pocketrecFile(tensors, { extra: userStatistics(tensors), metadata });
  return { file, history: plausibleHistory(tensors, length) };
}

/** Scales the GMF half so that its logits are as large as after training. */
function withTrainedLogits(tensors) {
  const { "gmf.user": user, "gmf.item": item, "output.weight": output } = tensors;
  const scaled = ({ shape, data }, deviation) => {
    const factor = deviation / EMBEDDING_DEVIATION;
    return { shape, data: data.map((value) => factor * value) };
  };
  const gmfWidth = item.shape[1];
  const signs = output.data.map((value, k) => (k < gmfWidth ? Math.sign(value) : value));
  return {
    ...tensors,
    "gmf.user": scaled(user, USER_DEVIATION),
    "gmf.item": scaled(item, ITEM_DEVIATION),
    "output.weight": { ...output, data: signs },
    "output.bias": { ...tensors["output.bias"], data: Float32Array.of(BIAS) },
  };
}

/** Items that a random user of this model would choose: the Gumbel-max trick on the logits. */
function plausibleHistory(tensors, length) {
  const {
    data,
    shape: [items, width],
  } = tensors["gmf.item"];
  const nextNormal = normal(7);
  const nextUniform = uniform(8);
  const user = Array.from(
    { length: width },
    (_, k) => USER_DEVIATION * nextNormal() * tensors["output.weight"].data[k],
  );
  const utilities = Array.from({ length: items }, (_, item) => {
    const logit = user.reduce((sum, value, k) => sum + value * data[item * width + k], 0);
    const gumbel = -Math.log(-Math.log(nextUniform() || Number.MIN_VALUE));
    return { item, utility: logit + gumbel };
  });
  return utilities
    .sort((a, b) => b.utility - a.utility)
    .slice(0, length)
    .map(({ item }) => item);
}
