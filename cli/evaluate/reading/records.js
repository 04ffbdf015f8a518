import Papa from "papaparse";

import { PocketrecError } from "../../../js/common/errors.js";

/**
 * Records of delimited text, by Papa Parse (RFC 4180).
 *
 * @typedef {object} Batch
 * @property {string[][]} rows fields without blanks around them; an empty line has one empty field
 * @property {(row: number) => number} lineOf the line of a row, from 1
 */

/** Text that waits for a closing quote. */
const OPEN_MAX = 1 << 26;

/**
 * @param {Iterable<string>} chunks
 * @param {{ delimiter: string, quotes: boolean, comment?: string }} dialect
 * @param {string} path
 * @returns {Generator<Batch>}
 * @throws {PocketrecError} "bad-argument"
 */
export function* parseRecords(chunks, dialect, path) {
  let line = 1;
  for (const piece of wholeRecords(chunks, hasQuotes(dialect), path)) {
    const { rows, starts } = parsePiece(piece, dialect, path, line);
    const start = line;
    yield { rows, lineOf: (row) => start + (starts ? starts[row] : row) };
    line += countOf(piece, "\n");
  }
}

/** MovieLens' "::" knows no quotes. @param {{ delimiter: string, quotes: boolean }} dialect */
const hasQuotes = ({ delimiter, quotes }) => quotes && delimiter !== "::";

/**
 * Text cut where a line ends and no quoted field is open: after an even number of quotes.
 *
 * @param {Iterable<string>} chunks
 * @param {boolean} quotes
 * @param {string} path
 */
function* wholeRecords(chunks, quotes, path) {
  let rest = "";
  for (const chunk of chunks) {
    const text = rest + chunk;
    let end = text.lastIndexOf("\n") + 1;
    if (quotes && countOf(text.slice(0, end), '"') % 2 === 1)
      end = text.lastIndexOf("\n", text.lastIndexOf('"', end - 1)) + 1;
    if (text.length - end > OPEN_MAX)
      throw new PocketrecError("bad-argument", path, "quotes that close", "an open one", {
        hint: QUOTES_HINT,
      });
    if (end) yield text.slice(0, end);
    rest = text.slice(end);
  }
  if (rest) yield rest;
}

const QUOTES_HINT = "Pass --dialect quotes=no where quotes are characters like others.";

/**
 * @param {string} piece
 * @param {{ delimiter: string, quotes: boolean }} dialect
 * @param {string} path
 * @param {number} line of its start
 */
function parsePiece(piece, dialect, path, line) {
  const { delimiter } = dialect;
  const isBlanks = delimiter === " ";
  const isQuoted = hasQuotes(dialect) && piece.includes('"');
  let text = piece.endsWith("\n") ? piece.slice(0, -1) : piece;
  if (isBlanks && text.includes("\t")) text = text.replaceAll("\t", " ");
  if (isQuoted && !isBlanks && delimiter !== "\t")
    text = withoutBlanksBeforeQuotes(text, delimiter);
  const { data, errors } = Papa.parse(text, { delimiter, newline: "\n", fastMode: !isQuoted });
  const rows = /** @type {string[][]} */ (data);
  const [error] = errors.filter(({ type }) => type === "Quotes");
  if (error) {
    const where = `${path}, line ${line + countOf(text.slice(0, error.index ?? 0), "\n")}`;
    throw new PocketrecError("bad-argument", where, "quotes as in RFC 4180", error.message, {
      hint: QUOTES_HINT,
    });
  }
  const isOfLines = rows.length === countOf(text, "\n") + 1;
  const starts = isOfLines ? undefined : startsOf(rows);
  if (/[^\S\n]/.test(text)) trimFields(rows, isBlanks);
  return { rows, starts };
}

/**
 * Takes blanks off fields, and between blanks the empty ones.
 *
 * @param {string[][]} rows
 * @param {boolean} isBlanks
 */
function trimFields(rows, isBlanks) {
  for (let n = 0; n < rows.length; n++) {
    const fields = rows[n];
    for (let at = 0; at < fields.length; at++) fields[at] = fields[at].trim();
    if (isBlanks && fields.includes("")) rows[n] = fields.filter(Boolean);
  }
}

/**
 * RFC 4180 has no blanks before an opening quote; 'a, "b"' is common.
 *
 * @param {string} text
 * @param {string} delimiter
 */
function withoutBlanksBeforeQuotes(text, delimiter) {
  if (!/[^"][ \t]"/.test(text)) return text;
  let isOpen = false;
  return text.replace(/"|(^|[,;|\n])[ \t]+(?=")/g, (all, mark) => {
    if (all === '"') isOpen = !isOpen;
    const isStart = mark === "" || mark === "\n" || mark === delimiter;
    return !isOpen && all !== '"' && isStart ? mark : all;
  });
}

/**
 * The line of each row; a quoted field may hold lines.
 * @param {string[][]} rows
 */
function startsOf(rows) {
  let line = 0;
  return rows.map((fields) => {
    const start = line;
    line += 1 + fields.reduce((sum, field) => sum + countOf(field, "\n"), 0);
    return start;
  });
}

/**
 * @param {string} text
 * @param {string} mark
 */
function countOf(text, mark) {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count;
}
