import { readFilter } from "../common/filter.js";
import { hasId } from "../common/ids.js";
import { rowsOrList } from "../common/interaction-rows.js";
import { NONE } from "../families/interactions.js";
import { idsOf, listOf } from "../file/item-ids.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { ItemIndex } from "../file/item-ids.js"
 * @import { ItemList } from "../file/item-ids.js"
 * @import { UserState } from "../families/family.js"
 * @import { CandidatePack } from "./candidate-pack.js"
 * @import { Engine } from "./engine.js"
 * @import { Choice } from "./model-types.js"
 * @import { Ranked } from "./model-types.js"
 *
 * @typedef {(item: ItemId) => boolean} IsAllowed
 *
 * @typedef {object} Candidates
 * @property {ItemIndex} index that finds them by id
 * @property {Uint32Array} [rows] those that a ranked list may hold; none: all of a pack
 * @property {Uint32Array} [banned] rows that it may not hold
 * @property {(position: number) => ItemId} name
 * @property {ItemId[]} others a list with those that the model does not know, if there are any
 *
 * @typedef {{ ids: ItemId[], rows: Uint32Array }} Excluded
 *
 * @typedef {object} RankOptions
 * @property {CandidatePack} [pack] the candidates, where they are a pack
 * @property {Choice["exclude"][]} excludes for each user; a list may be that of several
 * @property {Choice["filter"]} [filter]
 * @property {number} topK
 * @property {boolean} [raw]
 * @property {boolean} isFast
 */

/**
 * Ranks candidates for each user. They are read once for all users, and so is each list to exclude.
 * Yields after each piece of work.
 *
 * @param {Engine} engine
 * @param {UserState[]} states
 * @param {unknown} given candidates
 * @param {RankOptions} options
 * @returns {Generator<void, Ranked[][]>}
 */
export function* rankEach(engine, states, given, { pack, excludes, filter, ...wanted }) {
  const { items } = engine;
  const isAllowed = filterOf(items, filter);
  const { index, rows, banned, name, others } = pack
    ? inPack(pack.located, isAllowed)
    : inList(items, /** @type {ItemList} */ (given), isAllowed);
  /** @type {Map<unknown, Excluded>} */
  const read = new Map();
  for (const list of excludes)
    if (!read.has(list)) read.set(list, readExcluded(items, index, list, banned));
  const size = engine.together(wanted.isFast);
  /** @type {Ranked[][]} */
  const ranked = [];
  for (let at = 0; at < states.length; at += size) {
    const excluded = excludes
      .slice(at, at + size)
      .map((list) => /** @type {Excluded} */ (read.get(list)));
    const best = engine.best(states.slice(at, at + size), {
      ...wanted,
      rows,
      pack,
      excluded: excluded.map((one) => one.rows),
    });
    for (const [i, one] of best.entries()) {
      const list = listed(one, name);
      if (others.length) addUnknown(items, list, others, excluded[i].ids, wanted.topK);
      ranked.push(list);
    }
    yield;
  }
  return ranked;
}

/**
 * What a method gives that works in pieces.
 *
 * @template T
 * @param {Iterator<void, T>} pieces
 * @returns {T}
 */
export function finish(pieces) {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/**
 * @param {ItemIndex} items
 * @param {Choice["filter"]} filter
 * @returns {IsAllowed | undefined}
 */
const filterOf = (items, filter) => readFilter(filter, (list) => idsOf(items, list, "filter"));

/**
 * @param {ItemIndex} index
 * @param {IsAllowed} [isAllowed]
 * @returns {Candidates}
 */
const inPack = (index, isAllowed) => ({
  index,
  banned: isAllowed && bannedRows(index, isAllowed),
  name: (row) => index.idOf(row),
  others: [],
});

/**
 * @param {ItemIndex} items
 * @param {ItemList} candidates
 * @param {IsAllowed} [isAllowed]
 * @returns {Candidates}
 */
function inList(items, candidates, isAllowed) {
  const given = listOf(candidates, "candidates");
  const isRows = given instanceof Uint32Array;
  const nameOf = (/** @type {any} */ item) => (isRows ? items.idOf(item) : item);
  const list = isAllowed
    ? given.filter((/** @type {any} */ item) => isAllowed(nameOf(item)))
    : given;
  const { rows, positions } = items.locate(list, true);
  return {
    index: items,
    rows,
    name: (at) => nameOf(list[positions ? positions[at] : at]),
    others: positions && !isRows ? /** @type {ItemId[]} */ (list) : [],
  };
}

/**
 * Adds candidates that the model does not know, the last ones of a ranked list, each once.
 *
 * @param {ItemIndex} items
 * @param {Ranked[]} list
 * @param {ItemId[]} candidates
 * @param {ItemId[]} excluded
 * @param {number} topK
 */
function addUnknown(items, list, candidates, excluded, topK) {
  const skipped = new Set(excluded);
  for (const item of candidates) {
    if (list.length >= topK) break;
    if (items.find(item) !== undefined || hasId(skipped, item)) continue;
    skipped.add(item);
    list.push({ item, score: null });
  }
}

/**
 * @param {ItemIndex} items of the model: rows are its rows; a pack knows these items by id
 * @param {ItemIndex} index of the model or of a pack
 * @param {Choice["exclude"]} exclude
 * @param {Uint32Array} [banned] rows that are left out too
 * @returns {Excluded}
 */
function readExcluded(items, index, exclude, banned) {
  if (exclude === undefined) return { ids: [], rows: banned ?? NONE.rows };
  const ids = idsOf(items, rowsOrList(exclude, "exclude"), "exclude");
  const { rows } = index.locate(ids);
  return { ids, rows: banned ? Uint32Array.from([...rows, ...banned]) : rows };
}

/**
 * @param {ItemIndex} items
 * @param {IsAllowed} isAllowed
 */
const bannedRows = (items, isAllowed) =>
  rowsBelow(items.count).filter((row) => !isAllowed(items.idOf(row)));

/**
 * The rows that a choice leaves out of the catalogue.
 *
 * @param {ItemIndex} items
 * @param {Choice} choice
 */
export function excludedRows(items, { exclude, filter }) {
  const isAllowed = filterOf(items, filter);
  return readExcluded(items, items, exclude, isAllowed && bannedRows(items, isAllowed)).rows;
}

/**
 * The best as a list for the app. A plain loop: for a small catalogue it is most of the work.
 *
 * @param {{ positions: ArrayLike<number>, scores: ArrayLike<number> }} best
 * @param {(position: number) => ItemId} name
 */
export function listed({ positions, scores }, name) {
  const list = new Array(positions.length);
  for (let i = 0; i < positions.length; i++)
    list[i] = { item: name(positions[i]), score: scores[i] };
  return list;
}

/** @param {number} count */
export const rowsBelow = (count) => Uint32Array.from({ length: count }, (_, row) => row);
