/**
 * The items of a candidate pack as what scores by dot products holds them.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {number} count
 * @param {number} dtype of their vectors, as the C model counts them
 * @param {() => Iterable<void>} place
 * @returns {import("../family.js").PackItems}
 */
export function dotPackItems({ wasm, scorer }, count, dtype, place) {
  return {
    size: () => wasm.pr_dot_items_size(scorer, count, dtype),
    init: (address) => wasm.pr_dot_items_init(scorer, address, count, dtype),
    place,
  };
}
