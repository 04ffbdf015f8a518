import { lineError } from "./line-error.js";

/**
 * Lines of a user and their items: "0 5 4 3", "0: 5 4 3", "User 0: [5, 4, 3]", '7,"[5, 4]"'.
 *
 * @typedef {object} List
 * @property {string} user
 * @property {string[]} items
 * @property {boolean} isMarked by brackets or a colon, so that it can be nothing else
 */

/** An optional word, a user, then a list in brackets. */
const USER = String.raw`^\s*"?(?:users?(?:[\s_]*id)?[\s:#]+)?"?([^\s,;:|"[\]]+)"?\s*`;
const BRACKETS = new RegExp(String.raw`${USER}[:,;|\s]\s*"?\[([^[\]]*)\]"?[\s,;]*$`, "i");
const COLON = /^\s*(?:users?\s+)?([^\s,;:|"[\]]+)\s*:\s+(\S.*)$/i;
const PLAIN = /^\s*([^\s,;:|"[\]()]+)(?:\s*[,;|]\s*|\s+|\s*$)(.*)$/;

/** Names in a list, with or without quotes. */
const SEPARATORS = [/\s*,\s*/, /\s*;\s*/, /\s*\|\s*/, /\s+/];

/**
 * @param {string} line
 * @returns {List | undefined}
 */
export function listIn(line) {
  const brackets = BRACKETS.exec(line);
  if (brackets) return listed(brackets[1], brackets[2].replaceAll('""', '"'), true);
  const colon = COLON.exec(line);
  if (colon) return listed(colon[1], colon[2], true);
  const plain = PLAIN.exec(line);
  return plain ? listed(plain[1], plain[2], false) : undefined;
}

/**
 * @param {string} user
 * @param {string} text
 * @param {boolean} isMarked
 * @returns {List | undefined}
 */
function listed(user, text, isMarked) {
  const inner = text.trim().replace(/[,;|]$/, "");
  if (inner === "") return { user, items: [], isMarked };
  const separator = SEPARATORS.find((mark) => mark.test(inner)) ?? SEPARATORS[0];
  const items = inner.split(separator).map(withoutQuotes);
  const isOfNames = items.every((item) => item !== "" && !/[\s,;|:"[\]{}()]/.test(item));
  return isOfNames || (isMarked && items.every(Boolean)) ? { user, items, isMarked } : undefined;
}

/** @param {string} item */
const withoutQuotes = (item) => /^(["'])(.*)\1$/.exec(item)?.[2] ?? item;

/**
 * The lists of a text.
 *
 * @param {Iterable<string>} chunks
 * @param {string} path
 * @param {string} [comment] how lines start that are no data
 * @returns {Generator<List & { line: number }>}
 */
export function* listsIn(chunks, path, comment) {
  let line = 0;
  let rest = "";
  for (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) yield* listOf(text, path, ++line, comment);
  }
  yield* listOf(rest, path, line + 1, comment);
}

/**
 * @param {string} text
 * @param {string} path
 * @param {number} line
 * @param {string} [comment]
 */
function* listOf(text, path, line, comment) {
  if (!text.trim() || (comment && text.trimStart().startsWith(comment))) return;
  const list = listIn(text);
  if (!list) throw lineError(path, line, "a user and a list of items", text);
  yield { ...list, line };
}
