/**
 * The numbers of a user's least squares (pr_dot_ridge of src/dot_ridge.h).
 *
 * @param {import("../family.js").Info} info
 * @param {number} count interactions of the history
 * @param {number} items of the catalogue
 * @returns {number[]}
 */
export function ridgeOf({ fold_in }, count, items) {
  const { loss, regularization, bias_regularization, per, exponent, unobserved, target } =
    /** @type {Required<import("../../file/metadata.js").FoldInInfo>} */ (fold_in);
  if (loss === "confidence") {
    const { scale, offset } = fold_in.confidence ?? { scale: 0, offset: 0 };
    const penalty = (/** @type {number} */ size) =>
      regularization * (size + unobserved * items) ** exponent;
    return [
      unobserved,
      ...[offset - unobserved, scale],
      ...[offset * target, scale * target],
      ...[penalty(count), 0],
      ...[penalty(count - 1), 0],
    ];
  }
  const penalties = (/** @type {number} */ size) => {
    const times = per === "interaction" ? size : 1;
    return [regularization * times, bias_regularization * times];
  };
  return [0, 1, 0, 0, 1, ...penalties(count), ...penalties(count - 1)];
}
