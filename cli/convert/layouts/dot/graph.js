import { PocketrecError } from "../../../../js/common/errors.js";
import { stacked } from "./blueprint.js";

/**
 * The graph of the interactions that a graph network was trained on, and what its layers compute
 * over it, in double precision.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 *
 * @typedef {object} Graph n edges between users and items
 * @property {number} repeated how many interactions of the data are repeated ones
 * @property {number} users
 * @property {number} items
 * @property {Uint32Array} user (n) rows
 * @property {Uint32Array} item (n) rows
 * @property {Float64Array} weight (n) 1 / sqrt(degree of the user * degree of the item)
 *
 * @typedef {object} GraphOptions
 * @property {number} users rows of the users' table, padding included
 * @property {number} items
 * @property {number} [padding] rows of each at the start that no name of the data stands for
 * @property {number} [epsilon] added to each degree
 * @property {boolean} [mergesRepeats] whether the framework takes a repeated interaction once; as
 *   two edges otherwise
 */

/**
 * @param {NonNullable<LayoutOptions["ratings"]>} data
 * @param {GraphOptions} options
 * @returns {Graph}
 * @throws {PocketrecError} "bad-argument"
 */
export function graphOf(data, { users, items, padding = 0, epsilon = 0, mergesRepeats = false }) {
  const user = rowsOf(data.user, data.named?.users, users, padding, "user");
  const item = rowsOf(data.item, data.named?.items, items, padding, "item");
  const first = distinct(user, item, items);
  const edges = mergesRepeats ? first : [...user.keys()];
  const graph = {
    ...{ users, items, repeated: user.length - first.length },
    ...{ user: new Uint32Array(edges.length), item: new Uint32Array(edges.length) },
    weight: new Float64Array(edges.length),
  };
  const [ofUser, ofItem] = [new Float64Array(users), new Float64Array(items)];
  for (const [n, at] of edges.entries()) {
    [graph.user[n], graph.item[n]] = [user[at], item[at]];
    ofUser[user[at]]++;
    ofItem[item[at]]++;
  }
  for (let n = 0; n < edges.length; n++) {
    const [a, b] = [ofUser[graph.user[n]], ofItem[graph.item[n]]];
    graph.weight[n] = 1 / Math.sqrt((a + epsilon) * (b + epsilon));
  }
  return graph;
}

/**
 * Rows of a table. Names that do not count the padding stand for the rows behind it.
 *
 * @param {Uint32Array} rows
 * @param {number | undefined} named how many rows have names
 * @param {number} count of the table
 * @param {number} padding
 * @param {string} side
 */
function rowsOf(rows, named, count, padding, side) {
  const shift = named === count - padding ? padding : 0;
  const isNamed = named === undefined || named === count - shift;
  const largest = rows.reduce((most, row) => Math.max(most, row), 0);
  if (!isNamed || largest + shift >= count) {
    const size = padding ? `${count} rows, ${padding} of padding` : `${count} rows`;
    const found = isNamed ? `row ${largest} in --data` : `${named} ids`;
    const hint =
      `The rows of --data must be those of the checkpoint: --${side}s FILE names the ${side}s in ` +
      `their order, or --data counts rows (--${side}-base).`;
    throw new PocketrecError("bad-argument", `${side}s`, size, found, { hint });
  }
  return shift ? rows.map((row) => row + shift) : rows;
}

/**
 * The first place of each pair.
 *
 * @param {Uint32Array} user
 * @param {Uint32Array} item
 * @param {number} items
 */
function distinct(user, item, items) {
  const seen = new Set();
  const places = [];
  for (let n = 0; n < user.length; n++) {
    const key = user[n] * items + item[n];
    if (seen.has(key)) continue;
    seen.add(key);
    places.push(n);
  }
  return places;
}

/**
 * The neighbours' weighted sums for each node, users first.
 *
 * @param {Graph} graph
 * @param {Float64Array} x [users + items, width]
 * @param {number} width
 */
export function neighbourSums({ users, user, item, weight }, x, width) {
  const sums = new Float64Array(x.length);
  for (let n = 0; n < weight.length; n++) {
    const a = user[n] * width;
    const b = (users + item[n]) * width;
    const w = weight[n];
    for (let k = 0; k < width; k++) {
      sums[a + k] += w * x[b + k];
      sums[b + k] += w * x[a + k];
    }
  }
  return sums;
}

/**
 * LightGCN (He et al., SIGIR 2020): a weighted sum of the layers, of which each is the neighbours'
 * sum of the one before.
 *
 * @param {Graph} graph
 * @param {ForeignTensor[]} tables of layer 0, that of the users first; or of both in one
 * @param {ArrayLike<number>} weights one a layer, layer 0 first
 * @returns {{ user: ForeignTensor, item: ForeignTensor }}
 */
export function lightgcn(graph, tables, weights) {
  const width = tables[0].shape[1];
  let x = stacked(tables);
  const sums = x.map((value) => value * weights[0]);
  for (let layer = 1; layer < weights.length; layer++) {
    x = neighbourSums(graph, x, width);
    for (let at = 0; at < x.length; at++) sums[at] += weights[layer] * x[at];
  }
  return split(graph, sums, width);
}

/**
 * The users' and the items' rows of nodes.
 *
 * @param {Graph} graph
 * @param {Float64Array} nodes [users + items, width]
 * @param {number} width
 */
export function split({ users, items }, nodes, width) {
  const table = (/** @type {number} */ from, /** @type {number} */ rows) => ({
    shape: [rows, width],
    values: Float32Array.from(nodes.subarray(from * width, (from + rows) * width)),
  });
  return { user: table(0, users), item: table(users, items) };
}
