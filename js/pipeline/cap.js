import { argumentError, assertNumber, isItemId, isIterable } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { readLookup, readRanked } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Ranked } from "../model/model-types.js"
 * @typedef {string | number} Group a channel, a genre, an author
 * @typedef {Group | Iterable<Group> | null | undefined} Groups of an item: one, several or none
 *
 * @typedef {object} CapOptions what `cap` limits
 * @property {((item: ItemId) => Groups) | ReadonlyMap<ItemId, Groups>} groupOf the groups of an
 *   item
 * @property {number} maxPerGroup how many items of one group
 * @property {number} [topK] among how many items at the head of the list; default: the whole list
 * @property {boolean} [drop] removes items over the limit instead of moving them down
 */

/**
 * A step that limits how many items of one group (a channel, a genre) appear: at most `maxPerGroup`
 * among the first `topK`. An item over the limit moves down behind these, in the given order, or is
 * removed with `drop`. An item of several groups counts in each; an item without a group is never
 * limited. Where nothing else is available, items over the limit fill the first `topK`.
 *
 * @param {CapOptions} options
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const shelves = new Map([["Cold Ink", "crime"], ["One Glove", "crime"], ["Nine Knots", "sea"]]);
 * const step = cap({ groupOf: shelves, maxPerGroup: 1, topK: 2 });
 * const list = step(model.rank(user, shelves.keys()));
 * list.map(({ item }) => shelves.get(item)); // => ["crime", "sea", "crime"]
 */
export function cap(options) {
  const renamed = { most: "maxPerGroup", within: "topK" };
  const checked = checkOptions(options, "cap", "groupOf maxPerGroup topK drop", renamed);
  const { groupOf, maxPerGroup, topK = Infinity, drop = false } = checked;
  const groupsOf = readLookup(groupOf);
  if (!groupsOf) throw argumentError("cap groupOf", "a function or a Map", groupOf);
  assertNumber(maxPerGroup, "cap maxPerGroup", { integer: true });
  assertNumber(topK, "cap topK", { integer: true });
  return (list) => {
    const { kept, surplus, rest } = divide(readRanked(list, "cap"), groupsOf, maxPerGroup, topK);
    return [...kept, ...(drop ? [] : surplus), ...rest];
  };
}

/**
 * @param {Ranked[]} list
 * @param {(item: ItemId) => Groups} groupsOf
 * @param {number} maxPerGroup
 * @param {number} topK
 */
function divide(list, groupsOf, maxPerGroup, topK) {
  /** @type {Map<Group, number>} */
  const counts = new Map();
  /** @type {Ranked[]} */
  const kept = [];
  /** @type {Ranked[]} */
  const surplus = [];
  let at = 0;
  for (; at < list.length && kept.length < topK; at++) {
    const groups = readGroups(groupsOf(list[at].item), list[at].item);
    const fits = groups.every((group) => (counts.get(group) ?? 0) < maxPerGroup);
    (fits ? kept : surplus).push(list[at]);
    if (fits) for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return { kept, surplus, rest: list.slice(at) };
}

/**
 * @param {unknown} groups
 * @param {ItemId} item
 * @returns {Group[]} each once
 */
function readGroups(groups, item) {
  if (groups === undefined || groups === null) return [];
  if (isItemId(groups)) return [groups];
  const several = isIterable(groups) ? [...new Set(groups)] : [];
  if (isIterable(groups) && several.every(isItemId)) return several;
  throw argumentError(`cap groupOf, item ${item}`, "a group, a list of groups or none", groups);
}
