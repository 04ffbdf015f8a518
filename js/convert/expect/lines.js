import { PocketrecError, show } from "../../common/errors.js";

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
 *
 * @typedef {object} ExpectedScores
 * @property {string} path for display
 * @property {ExpectedLine[]} lines
 */

const COLUMNS = "user,item,score or history,item,score";

/** What columns are called. @type {Record<string, string>} */
const NAMES = {
  ...{ user: "user", userid: "user", uid: "user", u: "user" },
  ...{ item: "item", itemid: "item", iid: "item", i: "item" },
  ...{ score: "score", prediction: "score", pred: "score", output: "score" },
  history: "history",
};

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
  const delimiter = [",", "\t", ";"].find((one) => rows[0]?.line.includes(one)) ?? ",";
  const cells = rows.map(({ number, line }) => ({ number, fields: fieldsOf(line, delimiter) }));
  const names = cells[0]?.fields.map((field) => NAMES[field.toLowerCase().replace(/\W|_/g, "")]);
  const hasHeader = names?.includes("score") && names.includes("item");
  const header = hasHeader ? names : undefined;
  return cells.slice(header ? 1 : 0).map(({ number, fields }) => {
    const columns = header ?? defaultColumns(fields);
    if (!columns || fields.length !== columns.length)
      throw wrong(path, number, COLUMNS, fields.join(delimiter));
    const values = Object.fromEntries(columns.map((name, k) => [name, fields[k]]));
    return lineOf(values, path, number);
  });
}

/**
 * The columns of a file without a header.
 * @param {string[]} fields
 */
function defaultColumns({ length, [0]: first }) {
  if (length === 3) return [/[\s|:]/.test(first) ? "history" : "user", "item", "score"];
  return length === 4 ? ["user", "history", "item", "score"] : undefined;
}

/**
 * The fields of a line; those in double quotes may contain the delimiter.
 *
 * @param {string} line
 * @param {string} delimiter
 */
function fieldsOf(line, delimiter) {
  const fields = [""];
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) fields.push("");
    else fields[fields.length - 1] += character;
  }
  return fields.map((field) => field.trim());
}

/**
 * @param {string} text
 * @param {string} path
 */
function jsonLines(text, path) {
  let list;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "JSON", "broken JSON", { cause });
  }
  if (!Array.isArray(list))
    throw new PocketrecError("bad-argument", path, "a JSON list of objects", show(list));
  return list.map((entry, at) => {
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
  const value = typeof score === "string" && score !== "" ? Number(score) : score;
  if (!Number.isFinite(value)) throw wrong(path, number, "a score that is a number", score);
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
  };
}

/** @param {unknown} value */
const isId = (value) => (typeof value === "string" && value !== "") || Number.isFinite(value);

/**
 * "3 17:4.5 20", "3|17", or a JSON list of items, of [item, rating] or of { item, rating }.
 *
 * @param {unknown} history
 * @param {string} path
 * @param {number} number
 */
function historyOf(history, path, number) {
  const entries = Array.isArray(history)
    ? history
    : String(history)
        .split(/[\s|]+/)
        .filter((part) => part !== "")
        .map((part) => {
          const at = part.lastIndexOf(":");
          return at > 0 ? [part.slice(0, at), Number(part.slice(at + 1))] : part;
        });
  return entries.map((entry) => {
    const isObject = entry !== null && typeof entry === "object";
    const [item, rating] = Array.isArray(entry)
      ? entry
      : isObject
        ? [entry.item, entry.rating]
        : [entry, undefined];
    if (!isId(item) || (rating !== undefined && !Number.isFinite(rating)))
      throw wrong(path, number, "a history of items, or of item:rating", entry);
    return { item: String(item), ...(rating === undefined ? {} : { rating }) };
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
