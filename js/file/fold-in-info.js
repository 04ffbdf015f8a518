import { assert, readNumbers } from "./metadata-checks.js";

/**
 * @typedef {object} FoldInInfo how a new user is fitted (docs/format.md, "A new user")
 * @property {number} steps of the optimizer
 * @property {number} learning_rate of the optimizer
 * @property {number} negatives items without interaction that are drawn for each interaction
 * @property {number} prior the strength of the pull towards the mean user
 * @property {"confidence" | "squared" | "bpr" | "log"} [loss] of a dot product, in training
 * @property {{ scale: number, offset: number }} [confidence] of "confidence": the weight of an
 *   interaction is offset + scale * its rating
 * @property {number} [target] of "confidence": the score that an interaction should have
 * @property {number} [unobserved] of "confidence": the weight of an item without interaction
 * @property {number} [exponent] of "confidence": of the weights' sum, which the penalty grows by
 * @property {number} [regularization] the penalty of a user's vector
 * @property {number} [bias_regularization] of "squared": the penalty of a user's bias
 * @property {"interaction" | "user"} [per] what each has these penalties, or the prior: of
 *   "squared", "bpr" and "log"
 */

const DEFAULTS = { steps: 100, learning_rate: 0.1, negatives: 4, prior: 1 };

/** A loss's numbers; those undefined must be stated. */
const CONFIDENCE = { regularization: undefined, target: 1, unobserved: 1, exponent: 0 };
const WEIGHT = { scale: 1, offset: 0 };

/**
 * @param {any} given
 * @param {import("./metadata.js").KindRules} rule
 * @returns {FoldInInfo}
 */
export function foldInOf(given, { losses }) {
  const fold_in = readNumbers(given, "fold_in", DEFAULTS, 0);
  const { steps } = fold_in;
  assert(Number.isInteger(steps) && steps >= 1, "fold_in.steps", "1 to 2000", steps);
  const { loss, per } = /** @type {FoldInInfo} */ (fold_in);
  if (!losses || loss === undefined) return fold_in;
  assert(losses.includes(loss), "fold_in.loss", losses.join(", "), loss);
  const isKnown = per === "interaction" || per === "user" || (!per && loss !== "squared");
  assert(isKnown, "fold_in.per", '"interaction" or "user"', per);
  return { ...fold_in, ...LOSSES[loss](fold_in) };
}

/** The keys of each loss. @type {Record<string, (fold_in: any) => Partial<FoldInInfo>>} */
const LOSSES = {
  confidence(fold_in) {
    const confidence = readNumbers(fold_in.confidence, "fold_in.confidence", WEIGHT, 0);
    return { ...readNumbers(fold_in, "fold_in", CONFIDENCE, 0), confidence };
  },
  bpr({ negatives }) {
    const isWhole = Number.isInteger(negatives) && negatives >= 1;
    assert(isWhole, "fold_in.negatives", "1 to 100, a whole number", negatives);
    return {};
  },
  log: () => ({}),
  squared(fold_in) {
    const { regularization, bias_regularization = regularization } = fold_in;
    return readNumbers(
      { ...fold_in, bias_regularization },
      "fold_in",
      { regularization: undefined, bias_regularization: undefined },
      1e-9,
    );
  },
};
