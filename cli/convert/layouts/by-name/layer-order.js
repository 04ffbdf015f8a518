import { PocketrecError } from "../../../../js/common/errors.js";
import { assumed } from "../shared/assume.js";
import { isNorm } from "../shared/layers.js";

/**
 * The order of layers that no number tells: of fc_a and fc_b of equal sizes the file's order, which
 * is that of the alphabet in safetensors, may not be that of the code.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** How many other orders are tried. */
const OTHERS_MAX = 6;

/**
 * Dense layers, each with the norms behind it, in the order that --layer-order states.
 *
 * @param {Layer[]} chain
 * @param {LayoutOptions} options
 * @returns {Layer[]}
 * @throws {PocketrecError} "bad-argument": not these layers
 */
export function inStatedOrder(chain, { layerOrder }) {
  if (layerOrder === undefined) return chain;
  const paths = layerOrder.split(",").map((path) => path.trim());
  const dense = chain.filter((layer) => !isNorm(layer));
  const sorted = paths.map((path) => dense.find((layer) => layer.path === path));
  if (sorted.includes(undefined) || new Set(paths).size !== dense.length) {
    const expected = `each of ${dense.map(({ path }) => path).join(",")} once`;
    throw new PocketrecError("bad-argument", "--layer-order", expected, layerOrder);
  }
  const firstDense = chain.indexOf(dense[0]);
  return [
    ...chain.slice(0, firstDense),
    ...sorted.flatMap((layer) => unitOf(/** @type {Layer} */ (layer), chain)),
  ];
}

/**
 * A dense layer and the norms behind it.
 *
 * @param {Layer} layer
 * @param {Layer[]} chain
 */
function unitOf(layer, chain) {
  const behind = chain.slice(chain.indexOf(layer) + 1);
  const end = behind.findIndex((other) => !isNorm(other));
  return [layer, ...behind.slice(0, end < 0 ? undefined : end)];
}

/**
 * The order as an assumption, where layers of equal sizes have no numbers.
 *
 * @param {Layer[]} chain in the order that is taken
 * @param {LayoutOptions} options
 * @returns {import("../../assumptions.js").Assumption[]}
 */
export function assumeOrder(chain, { layerOrder }) {
  const dense = chain.filter((layer) => !isNorm(layer));
  if (layerOrder !== undefined) return [];
  const others = dense.flatMap((a, i) =>
    dense.slice(i + 1).flatMap((b, k) => {
      if (String(a.weight?.shape) !== String(b.weight?.shape) || stem(a) === stem(b)) return [];
      const order = [...dense];
      [order[i], order[i + 1 + k]] = [b, a];
      return [names(order)];
    }),
  );
  if (!others.length) return [];
  const value = names(dense);
  const alternatives = [value, ...others.slice(0, OTHERS_MAX)];
  return [assumed("order", value, alternatives, "--layer-order")];
}

/** @param {Layer[]} layers */
const names = (layers) => layers.map(({ path }) => path).join(",");

/** A path without its numbers. @param {Layer} layer */
const stem = ({ path }) => path.replace(/\d+/g, "#");
