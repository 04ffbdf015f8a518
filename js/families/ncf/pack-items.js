/**
 * The items of a candidate pack as an NCF model holds them.
 *
 * @param {import("../../model/engine.js").Engine} engine
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
