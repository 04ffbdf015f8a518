import { isIterable } from "./items.js";
import { bad, demandNumber, isItem, readRanked } from "./lists.js";

/**
 * @typedef {import("./lists.js").ItemId} ItemId
 * @typedef {import("./lists.js").Ranked} Ranked
 * @typedef {string | number} Group
 * @typedef {Group | Iterable<Group> | null | undefined} Groups
 */

/**
 * A step that lets no group take a list over: at most `most` of a group (a channel, a genre) among the first `within`. What
 * is too many moves down behind these, and keeps its order; or goes, with `drop`. An item of several groups needs room in
 * all of them, one of none always has it. Where nothing else is left to fill the first `within`, the list goes on with
 * what was too many.
 *
 * @param {object} options
 * @param {((item: ItemId) => Groups) | ReadonlyMap<ItemId, Groups>} options.groupOf
 * @param {number} options.most
 * @param {number} [options.within] default: the whole list
 * @param {boolean} [options.drop]
 * @returns {import("./lists.js").SyncStep}
 * @throws {import("./errors.js").PocketrecError} "bad-argument"
 */
export function cap({ groupOf, most, within = Infinity, drop = false }) {
  if (typeof groupOf !== "function" && typeof groupOf?.get !== "function") {
    throw bad("cap groupOf", "a function or a Map", groupOf);
  }
  const lookUp = typeof groupOf === "function" ? groupOf : (/** @type {ItemId} */ item) => groupOf.get(item);
  demandNumber(most, "cap most", { whole: true });
  demandNumber(within, "cap within", { whole: true });
  return (list) => {
    /** @type {Map<Group, number>} */
    const counts = new Map();
    /** @type {Ranked[]} */
    const kept = [], /** @type {Ranked[]} */ surplus = [], /** @type {Ranked[]} */ rest = [];
    for (const entry of readRanked(list, "cap")) {
      if (kept.length >= within) {
        rest.push(entry);
        continue;
      }
      const groups = groupsOf(lookUp(entry.item), entry.item);
      const fits = groups.every((group) => (counts.get(group) ?? 0) < most);
      (fits ? kept : surplus).push(entry);
      if (fits) for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return [...kept, ...(drop ? [] : surplus), ...rest];
  };
}

/**
 * @param {unknown} groups
 * @param {ItemId} item
 * @returns {Group[]}
 */
function groupsOf(groups, item) {
  if (groups === undefined || groups === null) return [];
  if (isItem(groups)) return [groups];
  const several = isIterable(groups) ? [...new Set(groups)] : [];
  if (isIterable(groups) && several.every(isItem)) return several;
  throw bad(`cap groupOf, item ${item}`, "a group, a list of groups or none", groups);
}
