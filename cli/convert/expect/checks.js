/**
 * The lines of --expect as check vectors of the file.
 *
 * @typedef {import("../../../js/file/metadata.js").Check} Check
 */

/** A file holds this many users of the lines, and items of each. */
const USERS_MAX = 16;
const ITEMS_MAX = 16;

/** A score of the framework is kept where rounding alone sets it apart from ours. */
const ROUNDING = 1e-5;

/**
 * @param {import("./attempts.js").Attempt} attempt
 * @param {import("./precision.js").Precision} precision
 * @returns {Check[]} items by row of the weights file
 */
export function checksOf({ blueprint, questions, answers, view }, { spread }) {
  const { padding = 0, kind, tensors } = blueprint;
  // The file has the mean node alone: a node of the checkpoint is none of its users.
  const isNode = kind === "cdae" && tensors.has("user");
  const nearest = (/** @type {number} */ theirs, /** @type {number} */ ours) => {
    const limit = ROUNDING * Math.min(spread, Math.max(1, Math.abs(theirs)));
    return Math.abs(theirs - ours) <= limit ? theirs : ours;
  };
  return questions
    .flatMap(({ items, lines, user }, q) => {
      if (isNode && user.user !== undefined) return [];
      const { input, raw, scores } = answers[q];
      const stated = (/** @type {number[]} */ ours) =>
        ours.map((score, i) => nearest(lines[i].score, score));
      const { history, ...rest } = input;
      const check = {
        ...rest,
        ...(history ? { history: history.map((row) => row - padding) } : {}),
        items: items.map((row) => row - padding),
        scores: view === "scores" ? stated(scores) : scores,
        raw: view === "raw" ? stated(raw) : raw,
      };
      return [cut(check)];
    })
    .slice(0, USERS_MAX);
}

/**
 * @param {any} check
 * @returns {Check}
 */
const cut = (check) => ({
  ...check,
  ...Object.fromEntries(
    ["items", "scores", "raw"].map((name) => [name, check[name].slice(0, ITEMS_MAX)]),
  ),
});
