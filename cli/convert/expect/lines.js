import Papa from "papaparse";

import { PocketrecError, show } from "../../../js/common/errors.js";
import { columnsOf, delimiterOf } from "./columns.js";

/**
 * The file of --expect: scores that the training framework computed, in lines
 * `user,item,score` or `history,item,score` (CSV, with or without a header), or as a JSON list of
 * objects with these names. A CDAE takes both: `user,history,item,score`.
 *
 * @typedef {object} ExpectedLine
 * @property {number} number of the line, or of the entry, from 1
 * @property {string} [user] row of the checkpoint
 * @property {Record<string, any>} [features] of a user, in JSON alone
 * @property {{ item: string, rating?: number }[]} [history]
 * @property {string} item row of the checkpoint, or the app's id
 * @property {number} score
 * @property {string} text the score as it is written
 *
 * @typedef {object} ExpectedScores
 * @property {string} path for display
 * @property {ExpectedLine[]} lines
 */

const COLUMNS = "user,item,score or history,item,score";

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {ExpectedScores}
 * @throws {PocketrecError} "bad-argument"
 */
export function readExpected(bytes, path) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "text in UTF-8", "something else", { cause });
  }
  const lines = /^\s*[[{]/.test(text) ? jsonLines(text, path) : csvLines(text, path);
  if (!lines.length) throw new PocketrecError("bad-argument", path, `lines ${COLUMNS}`, "none");
  return { path: path.replace(/^.*[\\/]/, ""), lines };
}

/**
 * @param {string} text
 * @param {string} path
 */
function csvLines(text, path) {
  const rows = text
    .split(/\r\n|\n|\r/)
    .map((line, at) => ({ number: at + 1, line }))
    .filter(({ line }) => line.trim() !== "");
  if (!rows.length) return [];
  const delimiter = delimiterOf(rows.map(({ line }) => line));
  const cells = rows.map(({ number, line }) => {
    const [fields = []] = /** @type {string[][]} */ (Papa.parse(line, { delimiter }).data);
    return { number, fields: fields.map((field) => field.trim()) };
  });
  const { names, hasHeader } = columnsOf(cells[0].fields, path);
  return cells.slice(hasHeader ? 1 : 0).map(({ number, fields }) => {
    if (fields.length !== names.length) throw wrong(path, number, COLUMNS, fields.join(delimiter));
    const values = Object.fromEntries(names.map((name, k) => [name, fields[k]]));
    return lineOf(values, path, number);
  });
}

/**
 * A JSON list, or an object a line.
 *
 * @param {string} text
 * @param {string} path
 */
function jsonLines(text, path) {
  let list;
  try {
    list = text.trim().startsWith("{")
      ? text
          .split("\n")
          .filter((line) => line.trim())
          .map((line) => JSON.parse(line))
      : JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "JSON", "broken JSON", { cause });
  }
  return list.map((/** @type {any} */ entry, /** @type {number} */ at) => {
    const values = Array.isArray(entry)
      ? Object.fromEntries(["user", "item", "score"].map((name, k) => [name, entry[k]]))
      : (entry ?? {});
    return lineOf(values, path, at + 1);
  });
}

/**
 * @param {Record<string, any>} values
 * @param {string} path
 * @param {number} number
 * @returns {ExpectedLine}
 */
function lineOf({ user, history, item, score }, path, number) {
  const value = numberOf(score);
  if (value === undefined) throw wrong(path, number, "a score that is a number", score);
  if (!isId(item)) throw wrong(path, number, "an item", item);
  if (user === undefined && history === undefined)
    throw wrong(path, number, "a user or a history", "neither");
  const isFeatures = user !== null && typeof user === "object";
  if (user !== undefined && !isFeatures && !isId(user)) throw wrong(path, number, "a user", user);
  return {
    number,
    ...(user === undefined ? {} : isFeatures ? { features: user } : { user: String(user) }),
    ...(history === undefined ? {} : { history: historyOf(history, path, number) }),
    item: String(item),
    score: value,
    text: String(score),
  };
}

/**
 * A number, or text of one, with a decimal point or comma.
 *
 * @param {unknown} value
 * @returns {number | undefined}
 */
function numberOf(value) {
  const isText = typeof value === "string" && value.trim() !== "";
  const number = isText ? Number(value.replace(/^([^.,]*),([^.,]*)$/, "$1.$2")) : value;
  return Number.isFinite(number) ? Number(number) : undefined;
}

/** @param {unknown} value */
const isId = (value) => (typeof value === "string" && value !== "") || Number.isFinite(value);

/**
 * "3 17:4.5 20", "3|17", "[3, 17]", or a JSON list of items, of [item, rating] or of
 * { item, rating }.
 *
 * @param {unknown} history
 * @param {string} path
 * @param {number} number
 */
function historyOf(history, path, number) {
  const entries = Array.isArray(history) ? history : historyEntries(String(history));
  const read = entries.map((entry) => {
    const isObject = entry !== null && typeof entry === "object";
    const [item, rating] = Array.isArray(entry)
      ? entry
      : isObject
        ? [entry.item, entry.rating]
        : [entry, undefined];
    const value = rating === undefined ? undefined : numberOf(rating);
    if (!isId(item) || (rating !== undefined && value === undefined))
      throw wrong(path, number, "a history of items, or of item:rating", entry);
    return { item: String(item), ...(value === undefined ? {} : { rating: value }) };
  });
  const rated = read.filter(({ rating }) => rating !== undefined).length;
  if (rated === 0 || rated === read.length) return read;
  const [{ item }] = read.filter(({ rating }) => rating === undefined);
  throw wrong(path, number, "a rating for each item of the history, or for none", item);
}

/** @param {string} text */
function historyEntries(text) {
  const list = /^\[(.*)\]$/.exec(text.trim());
  return (list ? list[1].split(",") : text.split(/[\s|]+/))
    .map((part) => part.trim().replace(/^(['"])(.*)\1$/, "$2"))
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.lastIndexOf(":");
      return at > 0 ? [part.slice(0, at), part.slice(at + 1)] : part;
    });
}

/**
 * @param {string} path
 * @param {number} number
 * @param {string} expected
 * @param {unknown} found
 */
const wrong = (path, number, expected, found) =>
  new PocketrecError("bad-argument", `${path}, line ${number}`, expected, show(found));
