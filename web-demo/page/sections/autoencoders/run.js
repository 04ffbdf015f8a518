/** A network on a history: the package's list and scores, and every number in between. */
import { openInsides } from "../../models/insides.js";
import { openModel } from "../../models/open-model.js";
import { decode, encode } from "./network.js";

export const SHOWN = 10; // films of a list

/**
 * @typedef {{ item: number, rating: number }[]} History
 *
 * @typedef {object} Run
 * @property {string} name
 * @property {import("../../models/insides.js").Insides} insides
 * @property {import("./network.js").Encoding} encoding
 * @property {{ item: number, score: number }[]} list by the package
 * @property {Float32Array} raw of the list, by the package
 * @property {Map<number, number>[]} effects by the package: of each film of the list, what its raw
 *   score loses without a film of the history
 * @property {Float64Array} outputs raw scores of all films, by row
 * @property {number} time ms from history to list
 */

/**
 * @param {string} name of models/files.js
 * @param {History} history
 * @returns {Promise<Run>}
 */
export async function runNetwork(name, history) {
  const [model, insides] = await Promise.all([openModel(name), openInsides(name)]);
  const started = performance.now();
  const user = await model.user({ history });
  const list = await model.recommend(user, { topK: SHOWN, exclude: itemsOf(history) });
  const time = performance.now() - started;
  const items = itemsOf(list);
  const [raw, ...reasons] = await Promise.all([
    model.score(user, items, { raw: true }),
    ...items.map((item) => model.explain(user, item)),
  ]);
  const encoding = encode(insides, history);
  const effects = reasons.map(
    (reason) => new Map(reason.map(({ item, effect }) => [item, effect])),
  );
  const outputs = decode(insides, encoding.code);
  return { name, insides, encoding, list, raw, effects, outputs, time };
}

export const itemsOf = (list) => list.map(({ item }) => item);

/** How many films two lists share. */
export const shared = (one, other) => {
  const items = new Set(itemsOf(other));
  return one.filter(({ item }) => items.has(item)).length;
};
