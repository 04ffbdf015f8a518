import { argumentError, assertNumber, isItemId, isIterable } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { readLookup, readRanked } from "./ranked-list.js";

/**
 * @typedef {import("./ranked-list.js").ItemId} ItemId
 * @typedef {import("./ranked-list.js").Ranked} Ranked
 * @typedef {string | number} Group
 * @typedef {Group | Iterable<Group> | null | undefined} Groups
 */

/**
 * A step that limits how many items of one group (a channel, a genre) appear: at most `maxPerGroup`
 * among the first `topK`. An item over the limit moves down behind these, in the given order, or is
 * removed with `drop`. An item of several groups counts in each; an item without a group is never
 * limited. Where nothing else is available, items over the limit fill the first `topK`.
 *
 *     cap({ groupOf: (item) => channels.get(item), maxPerGroup: 2, topK: 10 });
 *
 * @param {object} options
 * @param {((item: ItemId) => Groups) | ReadonlyMap<ItemId, Groups>} options.groupOf
 * @param {number} options.maxPerGroup
 * @param {number} [options.topK] default: the whole list
 * @param {boolean} [options.drop]
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
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
