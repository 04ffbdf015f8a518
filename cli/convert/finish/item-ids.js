import Papa from "papaparse";

import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * The ids of items by row; "" for rows before the first that a map names, such as padding.
 * @typedef {(string | number)[]} Ids
 */

/** Headers of the column of ids, and of the column of rows, without signs and in lower case. */
const ID_NAMES = new Set(
  (
    "id item itemid itemids rawid rawitemid originalid originalitemid orgid token itemtoken " +
    "movie movieid productid asin isbn bookid songid trackid articleid artistid videoid gameid " +
    "animeid recipeid newsid businessid poiid iid sid"
  ).split(" "),
);
const ROW_NAMES = new Set(
  (
    "row index idx rows innerid itemidx itemindex itemrow remapid remapped encoded code newid " +
    "mappedid position movieidx movieindex productidx internalid itemcode"
  ).split(" "),
);

/**
 * Reads the app's item ids: a text file with one per line, a JSON list, or a map from id to row: a
 * JSON object, or CSV with a header such as id,row.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {Ids}
 * @throws {PocketrecError} "bad-argument"
 */
export function readIds(bytes, path) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "text in UTF-8", "something else", { cause });
  }
  if (path.endsWith(".json")) return jsonIds(text, path);
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const table = tableOf(text, path);
  if (table) return table;
  const isHeader = lines.length > 1 && ID_NAMES.has(plain(lines[0])) && plain(lines[0]) !== "id";
  const own = isHeader && lines.slice(1).every(isWhole) ? lines.slice(1) : lines;
  return numbersWhereAll(own);
}

/** @param {string} line */
const isWhole = (line) => /^(0|-?[1-9]\d{0,14})$/.test(line);

/** Numbers, if all ids are. @param {string[]} ids */
export const numbersWhereAll = (ids) => (ids.every(isWhole) ? ids.map(Number) : ids);

/** "Item ID" as itemid. @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * The ids of a CSV file with a column of ids and one of rows.
 *
 * @param {string} text
 * @param {string} path
 * @returns {Ids | undefined} undefined: no such table
 * @throws {PocketrecError} "bad-argument": a table whose header does not say what is what
 */
function tableOf(text, path) {
  const [first = ""] = text.split(/\r?\n/, 1);
  const delimiter = [",", "\t", ";", "|", " "].find((sign) => first.includes(sign));
  if (!delimiter) return undefined;
  const { data } = Papa.parse(text.replace(/^\uFEFF/, ""), { delimiter, skipEmptyLines: true });
  const [header, ...lines] = /** @type {string[][]} */ (data);
  const names = header.map(plain);
  const rowColumn = names.findIndex((name) => ROW_NAMES.has(name));
  const idColumn = names.findIndex((name, k) => ID_NAMES.has(name) && k !== rowColumn);
  if (rowColumn >= 0 && idColumn >= 0)
    return byRow(
      lines.map((line) => [(line[idColumn] ?? "").trim(), (line[rowColumn] ?? "").trim()]),
      path,
    );
  const isTable = data.length > 1 && lines.every((line) => line.length === header.length);
  if (!isTable || !(isMap(lines) || isMap([header, ...lines]))) return undefined;
  const expected = "a header that says which column holds ids and which rows, such as id,row";
  throw new PocketrecError("bad-argument", path, expected, show(first));
}

/**
 * Whether a column numbers the rows, and another one has a value for each.
 * @param {string[][]} lines
 */
function isMap(lines) {
  const columns = (lines[0] ?? []).map((_, k) => lines.map((line) => line[k]));
  const rows = columns.filter((column) => isPermutation(column.map(Number)));
  const isDistinct = (/** @type {string[]} */ column) => new Set(column).size === lines.length;
  return rows.length > 0 && columns.filter(isDistinct).length > 1;
}

/** Whether numbers are 0 to n - 1, in any order. @param {number[]} numbers */
const isPermutation = (numbers) =>
  new Set(numbers).size === numbers.length &&
  numbers.every((number) => Number.isInteger(number) && number >= 0 && number < numbers.length);

/**
 * @param {[id: string, row: string][]} entries
 * @param {string} path
 * @returns {Ids}
 */
function byRow(entries, path) {
  const ids = numbersWhereAll(entries.map(([id]) => id));
  /** @type {(string | number | undefined)[]} */
  const result = [];
  entries.forEach(([id, text], k) => {
    const row = text === "" ? NaN : Number(text);
    const wrong = (/** @type {string} */ expected, /** @type {string} */ found) =>
      new PocketrecError("bad-argument", `${path}, id ${show(id)}`, expected, found);
    if (!Number.isInteger(row) || row < 0 || row > 1e8)
      throw wrong("the number of a row, from 0 on", show(text));
    if (result[row] !== undefined) throw wrong("each row once", `row ${row} more than once`);
    result[row] = ids[k];
  });
  const first = result.findIndex((id) => id !== undefined);
  return Array.from(result, (id, row) => {
    if (id !== undefined || row < first) return id ?? "";
    const expected = "an id for each row";
    throw new PocketrecError("bad-argument", path, expected, `none for row ${row}`);
  });
}

/**
 * @param {string} text
 * @param {string} path
 * @returns {Ids}
 */
function jsonIds(text, path) {
  let ids;
  try {
    ids = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "a JSON list of ids", "broken JSON", { cause });
  }
  if (ids !== null && typeof ids === "object" && !Array.isArray(ids)) return mapIds(ids, path);
  if (!Array.isArray(ids)) {
    const expected = "a JSON list of ids, or an object from id to row";
    throw new PocketrecError("bad-argument", path, expected, show(ids));
  }
  const wrong = ids.findIndex(
    (/** @type {unknown} */ id) => typeof id !== "string" && !Number.isSafeInteger(id),
  );
  if (wrong < 0) return ids;
  const expected = "a string or a whole number";
  throw new PocketrecError("bad-argument", `${path}, id ${wrong}`, expected, show(ids[wrong]));
}

/**
 * The ids of an object from id to row, or, where no value can be a row, from row to id.
 *
 * @param {Record<string, unknown>} map
 * @param {string} path
 * @returns {Ids}
 */
function mapIds(map, path) {
  const entries = Object.entries(map);
  const isReversed =
    isPermutation(entries.map(([key]) => Number(key))) &&
    !isPermutation(entries.map(([, value]) => Number(value)));
  return byRow(
    entries.map(([key, value]) => (isReversed ? [String(value), key] : [key, String(value)])),
    path,
  );
}

/**
 * Item ids as docs/format.md stores them: I64 if all are numbers, else one JSON value per line.
 *
 * @param {Ids} ids one per item, or with those of the padding rows first
 * @param {number} items
 * @param {number} padding
 * @returns {import("../../../js/file/safetensors.js").Tensor}
 * @throws {PocketrecError} "bad-shape" or "bad-argument"
 */
export function idsTensor(ids, items, padding) {
  const own = ids.length === items + padding ? ids.slice(padding) : ids;
  if (own.length !== items) {
    const also = padding ? ` (or ${items + padding}, with the padding's first)` : "";
    const expected = `${items} ids${also}, one for each item of the model`;
    throw new PocketrecError("bad-shape", "items", expected, `${ids.length}`);
  }
  const missing = own.indexOf("");
  if (missing >= 0) {
    const row = missing + ids.length - own.length;
    const rows = own.findIndex((id) => id !== "");
    const hint = missing === 0 ? `Where it is padding, use --padding ${padding + rows}.` : "";
    const found = `none for row ${row}`;
    throw new PocketrecError("bad-shape", "items", "an id for each row", found, { hint });
  }
  const repeated = firstRepeated(own);
  if (repeated !== undefined) {
    const found = `${show(repeated)} more than once`;
    throw new PocketrecError("bad-argument", "items", "each id once", found);
  }
  const isNumbers = own.every((id) => typeof id === "number");
  const bytes = isNumbers
    ? new Uint8Array(BigInt64Array.from(/** @type {number[]} */ (own), BigInt).buffer)
    : new TextEncoder().encode(own.map((id) => JSON.stringify(id)).join("\n"));
  return {
    name: "item_ids",
    dtype: isNumbers ? "I64" : "U8",
    shape: [isNumbers ? items : bytes.length],
    bytes,
  };
}

/** @param {(string | number)[]} ids */
function firstRepeated(ids) {
  const seen = new Set();
  return ids.find((id) => (seen.has(id) ? true : (seen.add(id), false)));
}
