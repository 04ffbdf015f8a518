import {
  argumentError,
  assertNoRenamedOption,
  assertNumber,
  isItemId,
  isIterable,
} from "../common/arguments.js";
import { readRanked } from "./ranked-list.js";

/**
 * @typedef {import("./ranked-list.js").ItemId} ItemId
 * @typedef {import("./ranked-list.js").Ranked} Ranked
 * @typedef {string | number} Group
 * @typedef {Group | Iterable<Group> | null | undefined} Groups
 */

/**
 * A step that lets no group take a list over: at most `maxPerGroup` of a group (a channel, a genre) among
 * the first `topK`. What is too many moves down behind these, and keeps its order; or goes, with
 * `drop`. An item of several groups needs room in all of them, one of none always has it. Where
 * nothing else is left to fill the first `topK`, the list goes on with what was too many.
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
  assertNoRenamedOption(options, { most: "maxPerGroup", within: "topK" });
  const { groupOf, maxPerGroup, topK = Infinity, drop = false } = options;
  if (typeof groupOf !== "function" && typeof groupOf?.get !== "function") {
    throw argumentError("cap groupOf", "a function or a Map", groupOf);
  }
  const lookUp =
    typeof groupOf === "function" ? groupOf : (/** @type {ItemId} */ item) => groupOf.get(item);
  assertNumber(maxPerGroup, "cap maxPerGroup", { integer: true });
  assertNumber(topK, "cap topK", { integer: true });
  return (list) => {
    /** @type {Map<Group, number>} */
    const counts = new Map();
    /** @type {Ranked[]} */
    const kept = [];
    /** @type {Ranked[]} */ const surplus = [];
    /** @type {Ranked[]} */ const rest = [];
    for (const entry of readRanked(list, "cap")) {
      if (kept.length >= topK) {
        rest.push(entry);
        continue;
      }
      const groups = groupsOf(lookUp(entry.item), entry.item);
      const fits = groups.every((group) => (counts.get(group) ?? 0) < maxPerGroup);
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
  if (isItemId(groups)) return [groups];
  const several = isIterable(groups) ? [...new Set(groups)] : [];
  if (isIterable(groups) && several.every(isItemId)) return several;
  throw argumentError(`cap groupOf, item ${item}`, "a group, a list of groups or none", groups);
}
