/** The scoring functions of an NCF model, which is also a ranker's tower. */
export const NCF_SCORER = /** @type {const} */ ({
  preparedSize: "pr_ncf_prepared_size",
  prepare: "pr_ncf_prepare",
  score: "pr_ncf_score",
  vectors: "pr_ncf_vectors",
  use: "pr_ncf_use",
});

/**
 * The items of a candidate pack as an NCF model holds them.
 *
 * @param {import("../family.js").Engine} engine
 * @param {number} count
 * @param {() => Iterable<void>} place
 * @returns {import("../family.js").PackItems}
 */
export function ncfPackItems({ wasm, scorer }, count, place) {
  return {
    size: () => wasm.pr_ncf_items_size(scorer, count),
    init: (address) => wasm.pr_ncf_items_init(scorer, address, count),
    place,
  };
}
