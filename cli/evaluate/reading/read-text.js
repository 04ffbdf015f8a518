import { Collector } from "./collector.js";
import { findColumns } from "./columns.js";
import { findDialect } from "./dialect.js";
import { readJsonRows } from "./json-rows.js";
import { listsIn } from "./list-lines.js";
import { ROLES } from "./name-hints.js";
import { parseRecords } from "./records.js";
import { RowReader } from "./row-reader.js";
import { openText } from "./text.js";

/**
 * @typedef {import("./columns.js").Columns} Columns
 * @typedef {import("./dialect.js").Dialect} Dialect
 * @typedef {import("../interactions.js").Interactions} Interactions
 * @typedef {Iterable<{ rows: string[][], lineOf: (row: number) => number }>} Batches
 *
 * @typedef {object} Options as the command line has them
 * @property {import("./columns.js").Wanted} [columns]
 * @property {import("./time-column.js").DateOrder} [dates]
 * @property {import("./dialect.js").Said} [dialect]
 *
 * @typedef {object} Reading how a file was understood
 * @property {string} path
 * @property {string} form "comma, with a header, utf-8"
 * @property {Record<string, string>} columns by role: names, or numbers from 1
 * @property {string[]} ignored columns
 * @property {string[]} notes
 * @property {number} interactions
 * @property {{ user: string, item: string, rating?: number, time?: string }} [first]
 */

/**
 * Reads interactions in text.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @param {Options} options
 * @returns {Interactions}
 * @throws {PocketrecError} "bad-argument", with the line
 */
export function readText(bytes, path, options) {
  const said = options.dialect ?? {};
  const text = openText(bytes, path, said.encoding);
  const dialect = findDialect(text, path, said);
  const form = formOf(text, dialect);
  if (dialect.lines === "lists") return fromLists(text, dialect, path, form);
  const isJson = dialect.lines === "json";
  const { header, sample, batches } = isJson
    ? readJsonRows(text.chunks(), path)
    : { ...dialect, batches: parseRecords(text.chunks(), dialect, path) };
  const width = isJson ? (header?.length ?? 0) : dialect.width;
  const table = { path, line: dialect.headerLine, header, width, sample };
  const columns = findColumns(table, options.columns);
  const names = namesOf(columns, header);
  const taken = Object.values(columns);
  const ignored = Array.from(
    { length: width },
    (_, column) => header?.[column] ?? `column ${column + 1}`,
  ).filter((_, column) => !taken.includes(column));
  const reader = new RowReader({ path, columns, names, header, width, options });
  reader.read(batches, dialect);
  return reader.finish({
    path,
    form,
    columns: names,
    ignored: ignored.map((name) => name || "an index without a name"),
    notes: header || options.columns?.user || options.columns?.item ? [] : [USER_FIRST],
    interactions: 0,
  });
}

/** What lines without a header do not tell. */
const USER_FIRST = "the user is taken as the first of a line (item first: --columns user=2,item=1)";

/**
 * @param {import("./text.js").Text} text
 * @param {Dialect} dialect
 * @param {string} path
 * @param {string} form
 * @returns {Interactions}
 */
function fromLists(text, { comment, hasHeader, headerLine }, path, form) {
  const collector = new Collector(path);
  for (const { user, items, line } of listsIn(text.chunks(), path, comment)) {
    if (hasHeader && line === headerLine) continue;
    for (const item of items) collector.push(user, item, line);
  }
  const columns = { user: "the first of a line", item: "the others" };
  return collector.finish({ path, form, columns, ignored: [], notes: [], interactions: 0 });
}
/**
 * @param {import("./text.js").Text} text
 * @param {Dialect} dialect
 */
function formOf({ encoding, isPacked }, { lines, delimiter, hasHeader, header, comment }) {
  const kind = {
    json: "JSON",
    lists: "a user and a list of items a line",
    rows: `fields between ${{ "\t": "tabs", " ": "blanks" }[delimiter] ?? `"${delimiter}"`}`,
  }[lines];
  const head =
    lines === "rows" && (hasHeader ? "with a header" : header ? "names in a comment" : "no header");
  return [kind, head, comment && "comments", isPacked && "gzip", encoding]
    .filter(Boolean)
    .join(", ");
}

/**
 * @param {Columns} columns
 * @param {string[] | undefined} header
 */
function namesOf(columns, header) {
  /** @type {Record<string, string>} */
  const names = {};
  for (const role of ROLES) {
    const column = columns[role];
    if (column !== undefined) names[role] = header ? header[column] : `column ${column + 1}`;
  }
  const { clock } = columns;
  if (clock !== undefined) names.time += ` + ${header?.[clock] ?? clock + 1}`;
  return names;
}
