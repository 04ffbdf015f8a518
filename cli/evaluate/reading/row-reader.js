import { Collector } from "./collector.js";
import { lineError } from "./line-error.js";
import { RatingColumn } from "./rating-column.js";
import { TimeColumn } from "./time-column.js";

/** The code of "#". */
const HASH = 35;

/**
 * Reads rows of fields.
 *
 * @typedef {object} Plan
 * @property {string} path
 * @property {import("./columns.js").Columns} columns
 * @property {Record<string, string>} names of the columns, by role
 * @property {string[]} [header]
 * @property {number} width
 * @property {import("./read-text.js").Options} options
 */
export class RowReader {
  #plan;
  #collector;
  #awaitsHeader = false;

  /** @param {Plan} plan */
  constructor(plan) {
    const { path, columns, names, options } = plan;
    const { dates, dialect } = options;
    this.#plan = plan;
    this.#collector = new Collector(path, {
      rating:
        columns.rating === undefined
          ? undefined
          : new RatingColumn(path, names.rating, dialect?.decimal),
      time: columns.time === undefined ? undefined : new TimeColumn(path, names.time, dates),
    });
  }

  /**
   * @param {import("./read-text.js").Batches} batches
   * @param {import("./dialect.js").Dialect} dialect
   */
  read(batches, { comment, hasHeader }) {
    const { columns, width } = this.#plan;
    const { user, item, rating = -1, time = -1, clock = -1 } = columns;
    this.#awaitsHeader = hasHeader;
    const mayBeComment = comment === undefined && !this.#plan.options.dialect?.comment;
    for (const { rows, lineOf } of batches) {
      for (let n = 0; n < rows.length; n++) {
        const row = rows[n];
        if (mayBeComment && row[0]?.charCodeAt(0) === HASH) this.#refuseComment(row, lineOf(n));
        const isOdd = row.length !== width || row[user] === "" || this.#awaitsHeader || comment;
        if (isOdd && !this.#isData(row, comment, lineOf(n))) continue;
        if (row[user] === this.#plan.header?.[user]) this.#assertNoHeader(row, lineOf(n));
        this.#collector.push(row[user], row[item], lineOf(n));
        if (rating >= 0) this.#collector.rating?.push(row[rating], lineOf(n));
        if (time >= 0)
          this.#collector.time?.push(
            clock < 0 ? row[time] : `${row[time]} ${row[clock]}`,
            lineOf(n),
          );
      }
    }
  }

  /**
   * A line behind the first ones that starts with #.
   *
   * @param {string[]} row
   * @param {number} line
   */
  #refuseComment(row, line) {
    if (this.#awaitsHeader) return;
    const hint = "Pass --dialect comment=# if it is a comment, comment=none if it is data.";
    throw lineError(this.#plan.path, line, "an interaction", row.join(" "), hint);
  }

  /**
   * Whether a row has data; not an empty line, a comment, the header.
   *
   * @param {string[]} row
   * @param {string | undefined} comment
   * @param {number} line
   */
  #isData(row, comment, line) {
    if ((comment && row[0]?.startsWith(comment)) || row.every((field) => field === ""))
      return false;
    if (this.#awaitsHeader) {
      this.#awaitsHeader = false;
      return false;
    }
    const { path, width, columns } = this.#plan;
    const isEnd = row.slice(width).every((field) => field === "");
    if (row.length >= width && isEnd) return true;
    const isShort = row.length <= Math.max(columns.user, columns.item);
    const expected = isShort ? "a user and an item" : `${width} fields, as in the first lines`;
    throw lineError(path, line, expected, row.join(" "));
  }

  /**
   * @param {string[]} row
   * @param {number} line
   */
  #assertNoHeader(row, line) {
    const { path, header, columns } = this.#plan;
    if (row[columns.item] === header?.[columns.item])
      throw lineError(path, line, "an interaction", "the header again");
  }

  /** @param {import("./read-text.js").Reading} reading */
  finish(reading) {
    return this.#collector.finish(reading);
  }
}
