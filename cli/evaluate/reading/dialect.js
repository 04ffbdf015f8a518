import { PocketrecError } from "../../../js/common/errors.js";
import { lineError } from "./line-error.js";
import { listIn } from "./list-lines.js";
import { roleOf } from "./name-hints.js";
import { parseRecords } from "./records.js";
import { isMissing, isNumber, isTimeLike } from "./values.js";

/**
 * How the lines of a file are to be read, found in the first of them.
 *
 * @typedef {import("./list-lines.js").List} List
 *
 * @typedef {object} Said what --dialect says
 * @property {string} [delimiter]
 * @property {boolean} [header]
 * @property {boolean} [quotes]
 * @property {string} [encoding]
 * @property {"comma" | "point"} [decimal]
 * @property {"rows" | "lists"} [lines]
 * @property {string} [comment] how comments start; "none": there are none
 * @property {number | "none"} [missing] the rating that stands for none
 *
 * @typedef {object} Dialect
 * @property {"rows" | "lists" | "json"} lines rows of fields, users with their items, or JSON
 * @property {string} delimiter " " stands for any blanks
 * @property {boolean} quotes
 * @property {string} [comment] how lines start that are no data
 * @property {boolean} hasHeader
 * @property {string[]} [header] also that of a comment
 * @property {number} headerLine from 1
 * @property {number} width fields of a line
 * @property {string[][]} sample records without the header
 */

/** Names of delimiters, in the order in which they are tried. */
export const DELIMITERS = {
  "::": "::",
  tab: "\t",
  comma: ",",
  semicolon: ";",
  bar: "|",
  blanks: " ",
};

/**
 * @param {import("./text.js").Text} text
 * @param {string} path
 * @param {Said} said
 * @returns {Dialect}
 * @throws {PocketrecError} "bad-argument"
 */
export function findDialect(text, path, said) {
  const lines = text.sample.split("\n");
  const start = lines.findIndex((line) => line.trim() && !isComment(line));
  const found = commentIn(lines.slice(0, start < 0 ? lines.length : start));
  const comment = said.comment === "none" ? undefined : (said.comment ?? found);
  const first = lines[start];
  if (first === undefined) {
    const what = text.sample.trim() ? "comments alone" : "an empty file";
    throw new PocketrecError("bad-argument", path, "interactions", what);
  }
  const whole = { quotes: said.quotes ?? true, comment, headerLine: start + 1 };
  if (/^\s*[{[]/.test(first) && !said.lines && !said.delimiter)
    return { ...whole, lines: "json", delimiter: "", hasHeader: false, width: 0, sample: [] };
  if (/^\d+:$/.test(first.trim()))
    throw lineError(
      path,
      start + 1,
      "lines of a user, an item, a rating, a time",
      first,
      BLOCKS_HINT,
    );
  const data = lines.filter((line) => line.trim() && !(comment && line.startsWith(comment)));
  const list = listDialect(data, path, said);
  if (list) return { ...whole, ...list };
  const delimiter = said.delimiter ?? delimiterOf(data, path, whole.quotes);
  const parsed = recordsOf(text.sample, path, { ...whole, delimiter });
  if (!parsed.length)
    throw new PocketrecError("bad-argument", path, "interactions", "lines of empty fields alone");
  const names = namesInComment(lines.slice(0, start), delimiter, parsed[0].length);
  const hasHeader = said.header ?? (!names && isHeader(parsed, path, start + 1));
  const header = hasHeader ? parsed[0] : names;
  const sample = hasHeader ? parsed.slice(1) : parsed;
  return { ...whole, lines: "rows", delimiter, hasHeader, ...widthOf(header, sample), sample };
}

/** Of the Netflix prize. */
const BLOCKS_HINT = "Write the item of each block into its lines: item,user,rating,date.";

/** Comments, and Excel's "sep=;". @param {string} line */
const isComment = (line) => /^\s*(?:[#%]|sep=.\s*$)/.test(line);

/**
 * How comments start.
 * @param {string[]} lines
 */
const commentIn = (lines) => /^\s*([#%]|sep=)/.exec(lines.find(isComment) ?? "")?.[1];

/**
 * Lists, or undefined for rows.
 *
 * @param {string[]} data lines
 * @param {string} path
 * @param {Said} said
 */
function listDialect(data, path, said) {
  if (said.lines === "rows") return undefined;
  const [first, ...rest] = data.map(listIn);
  const isTitle = said.header ?? isListTitle(first, rest);
  const lists = isTitle ? rest : [first, ...rest];
  const isForced = said.lines === "lists";
  if (!isListOfLists(lists)) {
    if (!isForced) return undefined;
    throw lineError(path, 1, "lines of a user and a list of items", data[0]);
  }
  if (!isForced && !isSurelyList(lists, data, path)) return undefined;
  if (!isForced) assertNoCounts(lists, path);
  const kind = /** @type {const} */ ("lists");
  return { lines: kind, delimiter: "", hasHeader: isTitle, width: 0, sample: [] };
}

/**
 * @param {(List | undefined)[]} lists
 * @returns {lists is List[]}
 */
const isListOfLists = (lists) => lists.length > 0 && lists.every((list) => list !== undefined);

/** @param {string} item */
const isInteger = (item) => /^\d+$/.test(item);

/**
 * "user_id,recommended" above lists.
 *
 * @param {List | undefined} first
 * @param {(List | undefined)[]} rest
 */
function isListTitle(first, rest) {
  if (!isListOfLists(rest)) return false;
  if (rest.every(({ isMarked }) => isMarked)) return !first?.isMarked;
  const isOfNames =
    first && first.items.length <= 1 && ![first.user, ...first.items].some(isInteger);
  const isLong = rest.some(({ items }) => items.length > 1);
  return Boolean(isOfNames && isLong && rest.every(({ items }) => items.every(isInteger)));
}

/**
 * Lists are of different lengths, or longer than an interaction, or written as lists; one line a
 * user.
 *
 * @param {List[]} lists
 * @param {string[]} data lines
 * @param {string} path
 */
function isSurelyList(lists, data, path) {
  if (lists.every(({ isMarked }) => isMarked)) return true;
  const lengths = new Set(lists.map(({ items }) => items.length));
  const longest = Math.max(...lengths);
  const isEach = new Set(lists.map(({ user }) => user)).size === lists.length;
  const items = lists.flatMap((list) => list.items);
  const isOfOneKind = items.every(isInteger) || !items.some(isNumber);
  const last = lists.map(({ items }) => items[2] ?? "");
  const hasTimes = lengths.size === 1 && last.every(isTimeLike);
  if (!isEach || !isOfOneKind || hasTimes || longest < 2 || isNamed(data[0])) return false;
  if (lengths.size > 1 || longest > 3) return true;
  const seconds = new Set(lists.map(({ items }) => items[1]));
  if (lists.length < 2 || seconds.size * 2 <= lists.length) return false;
  const expected = "to know whether these are ratings or lists of items";
  throw lineError(path, 1, expected, data[0], LINES_HINT);
}

/** Whether a line is a header of interactions. @param {string} line */
const isNamed = (line) => {
  const roles = new Set(
    line.split(/[,;|\t]|::|\s+/).map((name) => roleOf(name.replaceAll('"', ""))),
  );
  return roles.has("user") && roles.has("item");
};

const LINES_HINT =
  "Pass --dialect lines=rows (a user, an item, a rating) or lines=lists (a user, then items).";

/**
 * @param {List[]} lists
 * @param {string} path
 */
function assertNoCounts(lists, path) {
  const isCount = lists.every(
    ({ user, items, isMarked }) => !isMarked && Number(user) === items.length,
  );
  if (!isCount || lists.length < 3 || new Set(lists.map(({ user }) => user)).size < 2) return;
  const found = "lines that start with the number of their items";
  throw new PocketrecError("bad-argument", path, "lines of a user and its items", found, {
    hint: "Write each user's name in place of the number.",
  });
}

/**
 * @param {string} sample
 * @param {string} path
 * @param {Pick<Dialect, "delimiter" | "quotes" | "comment">} dialect
 */
function recordsOf(sample, path, dialect) {
  const [{ rows } = { rows: [] }] = parseRecords([sample], dialect, path);
  const { comment } = dialect;
  return rows
    .filter((row) => row.some(Boolean) && !(comment && row[0].startsWith(comment)))
    .map(trimmed);
}

/** Without empty fields at the end. @param {string[]} row */
function trimmed(row) {
  let length = row.length;
  while (length > 1 && row[length - 1] === "") length--;
  return length === row.length ? row : row.slice(0, length);
}

/** The rank of a delimiter that gives a header with a user and an item, as wide as the lines. */
const NAMED = 3;

/**
 * The one delimiter that all lines have equally often.
 *
 * @param {string[]} data lines
 * @param {string} path
 * @param {boolean} quotes
 */
function delimiterOf(data, path, quotes) {
  const fits = Object.values(DELIMITERS).flatMap((delimiter) => {
    const fit = fitOf(data, path, { delimiter, quotes });
    return fit?.rank ? [{ delimiter, ...fit }] : [];
  });
  const rank = Math.max(...fits.map((fit) => fit.rank));
  const best = fits.filter((fit) => fit.rank === rank);
  const share = Math.max(...best.map((fit) => fit.share));
  const even = best.filter((fit) => fit.share === share);
  // Blanks in a date or a title separate nothing where another mark does.
  const isSettled = even.some(
    (fit) => fit.delimiter !== " " && (fit.rank === NAMED || !fit.hasBlanks),
  );
  const [chosen, other] = even
    .filter((fit) => !isSettled || fit.delimiter !== " ")
    .sort((a, b) => b.width - a.width);
  if (chosen && !other) return chosen.delimiter;
  throw lineError(
    path,
    1,
    "a header with a user and an item, or lines of user, item, rating, time, with one delimiter",
    data[0],
    `--dialect delimiter=NAME says which: ${Object.keys(DELIMITERS).join(", ")} or a character.`,
  );
}

/**
 * How well a delimiter fits; undefined where lines would have one field.
 *
 * @param {string[]} data lines
 * @param {string} path
 * @param {Pick<Dialect, "delimiter" | "quotes">} dialect
 */
function fitOf(data, path, dialect) {
  const { delimiter } = dialect;
  const mark = delimiter === " " ? /[ \t]/ : delimiter;
  if (!data.some((line) => (typeof mark === "string" ? line.includes(mark) : mark.test(line))))
    return undefined;
  const rows = recordsOrNone(data, path, dialect);
  if (!rows.length) return undefined;
  const [first, ...rest] = rows;
  const counts = new Map();
  for (const row of rest.length ? rest : rows)
    counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const [width, count] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  const roles = new Set(first.map(roleOf));
  const isNamed = roles.has("user") && roles.has("item");
  const starts = rows.flatMap((row) => row.slice(0, 2));
  const isClean = width > 1 && starts.every((field) => isWithoutMarks(field, delimiter));
  return {
    width,
    share: count / rows.length,
    // A header with names decides, best one as wide as the lines.
    rank: isNamed ? (first.length >= width ? NAMED : NAMED - 1) : Number(isClean),
    hasBlanks: starts.some((field) => field.includes(" ")),
  };
}

/**
 * @param {string[]} data lines
 * @param {string} path
 * @param {Pick<Dialect, "delimiter" | "quotes">} dialect
 * @throws {PocketrecError} "bad-argument": quotes are wrong below a header that is right
 */
function recordsOrNone(data, path, dialect) {
  try {
    return recordsOf(data.join("\n"), path, dialect);
  } catch (error) {
    const names = data[0].split(dialect.delimiter).map((name) => roleOf(name.replaceAll('"', "")));
    if (names.includes("user") && names.includes("item") && dialect.delimiter !== " ") throw error;
    return [];
  }
}

/**
 * Whether a field has no other delimiter in it, and no quote, which a wrong delimiter cuts off.
 *
 * @param {string} field
 * @param {string} delimiter
 */
const isWithoutMarks = (field, delimiter) =>
  !field.includes('"') &&
  Object.values(DELIMITERS).every(
    (mark) => mark === delimiter || mark === " " || !field.includes(mark),
  );

/**
 * A header in the last line of comments: "# userId itemId".
 *
 * @param {string[]} lines
 * @param {string} delimiter
 * @param {number} width
 */
function namesInComment(lines, delimiter, width) {
  const last = lines
    .filter(isComment)
    .at(-1)
    ?.replace(/^\s*[#%]+/, "")
    .trim();
  if (last === undefined) return undefined;
  for (const mark of [delimiter, "\t", ",", " "]) {
    const names = (mark === " " ? last.split(/\s+/) : last.split(mark)).map((name) => name.trim());
    const roles = new Set(names.map(roleOf));
    if (names.length === width && roles.has("user") && roles.has("item")) return names;
  }
  return undefined;
}

/**
 * Whether the first record has names in it. It has no number where the others have one.
 *
 * @param {string[][]} records
 * @param {string} path
 * @param {number} line
 */
function isHeader([first, ...rest], path, line) {
  const isValue = (/** @type {string} */ field) => isNumber(field) || isTimeLike(field);
  const isCounting = first.length > 2 && first.every((field, column) => field === String(column));
  if (isCounting)
    throw lineError(path, line, "names of columns or an interaction", first.join(","), HEADER_HINT);
  if (!rest.length) return !first.some(isValue);
  const isValues = first.map((_, column) => {
    const fields = rest.map((row) => row[column] ?? "").filter((field) => !isMissing(field));
    return fields.length > 0 && fields.every(isValue);
  });
  if (first.some((field, column) => isValues[column] && isValue(field))) return false;
  if (first.some((field, column) => isValues[column] && field !== "")) return true;
  const roles = new Set(first.map(roleOf));
  if (roles.has("user") && roles.has("item")) return true;
  const recurs = first.some((field, column) => field && rest.some((row) => row[column] === field));
  if (recurs || first.length < 2) return false;
  throw lineError(path, line, "names of columns or an interaction", first.join(","), HEADER_HINT);
}

const HEADER_HINT = "--dialect header=yes or header=no says which.";

/**
 * The width, and the header without the name of row names that R leaves out.
 *
 * @param {string[] | undefined} header
 * @param {string[][]} sample
 */
function widthOf(header, sample) {
  const width = header?.length ?? Math.max(0, ...sample.map((row) => row.length));
  const isIndexed =
    header &&
    sample.length > 1 &&
    sample.every(
      (row, n) => row.length === width + 1 && Number(row[0]) === Number(sample[0][0]) + n,
    );
  return isIndexed ? { width: width + 1, header: ["", ...header] } : { width, header };
}
