import { USER_WORDS, wordsOf } from "../name-hints.js";

/**
 * The ids of items that a model's file carries beside the weights: a list in the order of the rows,
 * or a map from id to row or from row to id, under a name such as item_ids, item2id or iid_map.
 *
 * @typedef {object} CarriedIds
 * @property {(string | number)[]} ids by row; "" for rows before the first that a map names
 * @property {string} from the name in the file
 */

const ITEM_WORDS = new Set(
  (
    "item items iid iids movie movies film films product products book books song songs " +
    "track tracks artist artists article articles anime game games video videos recipe recipes"
  ).split(" "),
);
const MAP_WORDS = new Set(
  (
    "id ids idx index indices map mapping maps vocab vocabulary token tokens list names name " +
    "dict encoder classes lookup raw inner row rows to"
  ).split(" "),
);

/** Names that begin with rows: idx2item, inner_to_raw_item. */
const FROM_ROW = /^(.*[._/])?(id|idx|index|row|inner)(_?ids?)?_?(2|to)_?/i;

/**
 * Whether a name is one of ids of items: words of items and of a map, or items alone.
 * @param {string} path
 */
export function isItemIdsName(path) {
  const words = wordsOf(path.split(/[./]/).slice(-2).join("."));
  const own = wordsOf(path.split(/[./]/).at(-1) ?? "");
  const isOfItems = words.some((word) => ITEM_WORDS.has(word));
  const isOfUsers = words.some((word) => USER_WORDS.has(word) && word !== "u" && word !== "p");
  const isMap = own.some((word) => MAP_WORDS.has(word)) || own.join("") === "items";
  const isKnown = own.every(
    (word) => ITEM_WORDS.has(word) || MAP_WORDS.has(word) || word === "original",
  );
  return isOfItems && !isOfUsers && isMap && isKnown;
}

/** Names of a user's factors and bias. */
const FACTORS = new Set(["pu", "bu"]);

/**
 * Whether a name is one of ids of users: of no use here, and no weight.
 * @param {string} path
 */
export function isUserIdsName(path) {
  const own = wordsOf(path.split(/[./]/).at(-1) ?? "");
  const isOfUsers = own.some(
    (word) => USER_WORDS.has(word) && word.length > 1 && !FACTORS.has(word),
  );
  return isOfUsers && own.every((word) => USER_WORDS.has(word) || MAP_WORDS.has(word));
}

/**
 * @param {[name: string, value: unknown][]} candidates values by name
 * @returns {CarriedIds | undefined} undefined: none is a list or a map of ids
 */
export function carriedIds(candidates) {
  for (const [from, value] of candidates) {
    const ids = isItemIdsName(from) ? idsOf(value, FROM_ROW.test(from)) : undefined;
    if (ids) return { ids, from };
  }
  return undefined;
}

/**
 * @param {unknown} value a list, or a Map
 * @param {boolean} isFromRow
 */
function idsOf(value, isFromRow) {
  if (value instanceof Map) return idsOfMap([...value], isFromRow);
  const list = value instanceof Set ? undefined : value;
  if (!Array.isArray(list) || !list.length) return undefined;
  const isPlain = list.every(isText) || list.every(Number.isSafeInteger);
  return isPlain && new Set(list).size === list.length ? list : undefined;
}

/** @param {unknown} value */
const isText = (value) => typeof value === "string" && value !== "";

/**
 * @param {[unknown, unknown][]} entries
 * @param {boolean} isFromRow
 */
function idsOfMap(entries, isFromRow) {
  const forward = entries.map(([id, row]) => ({ id, row: Number(row) }));
  const backward = entries.map(([row, id]) => ({ id, row: Number(row) }));
  const both = isFromRow ? [backward, forward] : [forward, backward];
  return both.map(idsByRow).find((ids) => ids !== undefined);
}

/** Rows before the first id: of padding, of unknown items. */
const FIRST_MAX = 4;

/**
 * @param {{ id: unknown, row: number }[]} entries
 * @returns {(string | number)[] | undefined} undefined: the rows are not all there
 */
function idsByRow(entries) {
  const isPlain = entries.every(({ id }) => isText(id) || Number.isSafeInteger(id));
  const first = entries.reduce((least, { row }) => Math.min(least, row), Infinity);
  if (!isPlain || !(first >= 0) || first > FIRST_MAX) return undefined;
  /** @type {(string | number)[]} */
  const ids = Array(first).fill("");
  for (const { id, row } of entries) {
    if (!Number.isInteger(row) || row >= first + entries.length || ids[row]) return undefined;
    ids[row] = /** @type {string | number} */ (id);
  }
  const own = ids.slice(first);
  const isEvery = entries.every(({ row }) => ids[row] !== undefined);
  return isEvery && new Set(own).size === own.length ? ids : undefined;
}
