import { numbersWhereAll } from "../convert/finish/item-ids.js";
import { PocketrecError } from "../../js/common/errors.js";

/**
 * Who interacted with what: 1 where a user interacted with an item, 0 elsewhere.
 *
 * @typedef {object} Matrix
 * @property {number} users
 * @property {number} items
 * @property {Uint32Array} offsets (users + 1) where each user's rows start
 * @property {Uint32Array} rows of items, ascending for each user
 *
 * @typedef {object} LeftOut what does not count, each by its number
 * @property {number} low interactions rated below `positive`
 * @property {number} repeated interactions of one user with one item: they count once
 * @property {number} rareItems items of fewer users than `minRatings`
 * @property {number} rare interactions with them
 * @property {number} emptyUsers users of whom nothing is left
 *
 * @typedef {object} TrainingData
 * @property {Matrix} matrix
 * @property {(string | number)[]} ids of the items by row: numbers ascend, texts are sorted
 * @property {LeftOut} leftOut
 */

/**
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {{ positive?: number, minRatings: number }} options positive: lower ratings are no
 *   interactions; minRatings: items of fewer users are left out
 * @returns {TrainingData}
 * @throws {PocketrecError} "bad-argument": fewer than two users or two items are left
 */
export function trainingData(data, { positive = -Infinity, minRatings }) {
  const { rating, users, items, path } = data;
  const isTaken = rating && Uint8Array.from(rating, (value) => Number(value >= positive));
  const low = isTaken ? isTaken.reduce((sum, is) => sum + 1 - is, 0) : 0;
  const all = grouped(data, isTaken);
  const repeated = data.user.length - low - all.rows.length;
  const counts = countsOf(all);
  const isKept = Uint8Array.from(counts, (count) => Number(count >= Math.max(1, minRatings)));
  const order = sortedRows(numbersWhereAll(items), isKept);
  const rowOf = new Int32Array(items.length).fill(-1);
  order.forEach((item, row) => (rowOf[item] = row));
  const matrix = withItems(all, rowOf, order.length);
  const leftOut = {
    low,
    repeated,
    rareItems: counts.reduce((sum, count, item) => sum + Number(count > 0 && !isKept[item]), 0),
    rare: all.rows.length - matrix.rows.length,
    emptyUsers: users.length - matrix.users,
  };
  const ids = numbersWhereAll(order.map((item) => items[item]));
  assertEnough({ matrix, ids, leftOut }, path, { positive, minRatings });
  return { matrix, ids, leftOut };
}

/**
 * @param {TrainingData} data
 * @param {string} path
 * @param {{ positive: number, minRatings: number }} options
 */
function assertEnough({ matrix, leftOut }, path, { positive, minRatings }) {
  const { users, items } = matrix;
  if (users >= 2 && items >= 2) return;
  const what = positive > -Infinity ? ` rated ${positive} or more` : "";
  const hints = [
    leftOut.low ? `--positive ${positive} leaves out ${leftOut.low} interactions.` : "",
    leftOut.rareItems
      ? `--min-ratings ${minRatings} leaves out ${leftOut.rareItems} items; 1 takes all.`
      : "",
  ];
  throw new PocketrecError(
    "bad-argument",
    path,
    `interactions${what} of at least two users with at least two items`,
    `${users} ${users === 1 ? "user" : "users"}, ${items} ${items === 1 ? "item" : "items"}`,
    { hint: hints.filter(Boolean).join(" ") },
  );
}

/**
 * The interactions by user, each item once.
 *
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {Uint8Array | undefined} isTaken of each interaction; default: all
 * @returns {Matrix}
 */
function grouped({ user, item, users, items }, isTaken) {
  const starts = new Uint32Array(users.length + 1);
  for (let n = 0; n < user.length; n++) if (isTaken?.[n] !== 0) starts[user[n] + 1]++;
  for (let u = 0; u < users.length; u++) starts[u + 1] += starts[u];
  const rows = new Uint32Array(starts[users.length]);
  const next = starts.slice();
  for (let n = 0; n < user.length; n++) if (isTaken?.[n] !== 0) rows[next[user[n]]++] = item[n];
  const offsets = new Uint32Array(users.length + 1);
  let count = 0;
  for (let u = 0; u < users.length; u++) {
    const own = rows.subarray(starts[u], starts[u + 1]).sort();
    for (let at = 0; at < own.length; at++)
      if (!at || own[at] !== own[at - 1]) rows[count++] = own[at];
    offsets[u + 1] = count;
  }
  return { users: users.length, items: items.length, offsets, rows: rows.slice(0, count) };
}

/**
 * A user's rows of items.
 *
 * @param {Matrix} matrix
 * @param {number} user
 */
export const rowsOf = ({ offsets, rows }, user) => rows.subarray(offsets[user], offsets[user + 1]);

/**
 * How many users each item has.
 * @param {Matrix} matrix
 */
export function countsOf({ items, rows }) {
  const counts = new Uint32Array(items);
  for (let at = 0; at < rows.length; at++) counts[rows[at]]++;
  return counts;
}

/**
 * Rows of the kept items in the order of their ids.
 *
 * @param {(string | number)[]} ids
 * @param {Uint8Array} isKept
 */
function sortedRows(ids, isKept) {
  const kept = ids.map((_, row) => row).filter((row) => isKept[row]);
  return kept.sort((a, b) => (ids[a] < ids[b] ? -1 : 1));
}

/**
 * The matrix of some items, under new rows, without users of whom nothing is left.
 *
 * @param {Matrix} matrix
 * @param {Int32Array} rowOf each item's new row, or -1
 * @param {number} items how many there are then
 * @returns {Matrix}
 */
export function withItems(matrix, rowOf, items) {
  const rows = new Uint32Array(matrix.rows.length);
  const offsets = [0];
  let count = 0;
  for (let user = 0; user < matrix.users; user++) {
    const start = count;
    for (const item of rowsOf(matrix, user)) if (rowOf[item] >= 0) rows[count++] = rowOf[item];
    rows.subarray(start, count).sort();
    if (count > start) offsets.push(count);
  }
  const starts = Uint32Array.from(offsets);
  return { users: starts.length - 1, items, offsets: starts, rows: rows.slice(0, count) };
}

/**
 * The matrix of some users.
 *
 * @param {Matrix} matrix
 * @param {Uint8Array} isLeftOut
 * @returns {Matrix}
 */
export function withoutUsers(matrix, isLeftOut) {
  const kept = [...isLeftOut.keys()].filter((user) => !isLeftOut[user]);
  const offsets = new Uint32Array(kept.length + 1);
  kept.forEach((user, at) => (offsets[at + 1] = offsets[at] + rowsOf(matrix, user).length));
  const rows = new Uint32Array(offsets[kept.length]);
  kept.forEach((user, at) => rows.set(rowsOf(matrix, user), offsets[at]));
  return { users: kept.length, items: matrix.items, offsets, rows };
}

/**
 * The users of each item: the matrix with users and items exchanged.
 *
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
export function transposed(matrix) {
  const { users, items } = matrix;
  const offsets = new Uint32Array(items + 1);
  countsOf(matrix).forEach((count, item) => (offsets[item + 1] = offsets[item] + count));
  const next = offsets.slice();
  const rows = new Uint32Array(matrix.rows.length);
  for (let user = 0; user < users; user++)
    for (const item of rowsOf(matrix, user)) rows[next[item]++] = user;
  return { users: items, items: users, offsets, rows };
}
