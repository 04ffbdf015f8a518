import { PocketrecError, show } from "../../../js/common/errors.js";
import { sideOf } from "../name-hints.js";

/**
 * How the lines of --expect are divided, and what their columns are.
 */

const DELIMITERS = [";", "\t", ","];

/**
 * The delimiter that gives each line as many columns; a comma may be a decimal one where there is
 * another.
 *
 * @param {string[]} lines
 */
export function delimiterOf(lines) {
  const outside = lines.map((line) => line.replace(/"[^"]*"/g, ""));
  const isDelimiter = (/** @type {string} */ sign) => {
    const counts = new Set(outside.map((line) => line.split(sign).length));
    return counts.size === 1 && !counts.has(1);
  };
  const isIn = (/** @type {string} */ sign) => outside[0]?.includes(sign);
  return DELIMITERS.find(isDelimiter) ?? DELIMITERS.find(isIn) ?? ",";
}

const SCORES = new Set(
  "score scores prediction predictions pred preds predicted output logit logits rating".split(" "),
);
const HISTORIES = new Set("history histories hist itemlist".split(" "));

/** @typedef {"user" | "history" | "item" | "score"} Column */

/**
 * The columns of the first line, if it is a header; else by their number.
 *
 * @param {string[]} first fields
 * @param {string} path
 * @returns {{ names: Column[], hasHeader: boolean }}
 * @throws {PocketrecError} "bad-argument"
 */
export function columnsOf(first, path) {
  const isData = /\d/.test(first.at(-1) ?? "") && !/[a-z]{2}/i.test(first.at(-1) ?? "");
  if (isData) return { names: defaultColumns(first, path), hasHeader: false };
  const names = first.map(columnOf);
  const isComplete = names.includes("score") && names.includes("item");
  const isDistinct = new Set(names).size === names.length;
  if (isComplete && isDistinct && names.every((name) => name !== undefined))
    return { names: /** @type {Column[]} */ (names), hasHeader: true };
  const expected = "user,item,score or history,item,score";
  throw new PocketrecError("bad-argument", `${path}, line 1`, expected, show(first.join(",")), {
    hint: "A header names the columns so; without a header they come in this order.",
  });
}

/**
 * @param {string} field of a header
 * @returns {Column | undefined}
 */
function columnOf(field) {
  const plain = field.toLowerCase().replace(/[^a-z]/g, "");
  if (SCORES.has(plain)) return "score";
  if (HISTORIES.has(plain)) return "history";
  return sideOf(field);
}

/**
 * The columns of a file without a header.
 *
 * @param {string[]} fields
 * @param {string} path
 * @returns {Column[]}
 */
function defaultColumns(fields, path) {
  const [first] = fields;
  if (fields.length === 3) return [/[\s|:[]/.test(first) ? "history" : "user", "item", "score"];
  if (fields.length === 4) return ["user", "history", "item", "score"];
  const expected = "user,item,score or history,item,score";
  throw new PocketrecError("bad-argument", `${path}, line 1`, expected, show(fields.join(",")));
}
