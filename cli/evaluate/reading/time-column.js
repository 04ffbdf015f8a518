import { PocketrecError } from "../../../js/common/errors.js";
import { lineError } from "./line-error.js";
import { NumberList } from "./number-list.js";
import {
  dateIn,
  epochUnit,
  FROM,
  isCompactDate,
  isDay,
  isMissing,
  numberIn,
  TO,
} from "./values.js";

/**
 * @typedef {"dmy" | "mdy"} DateOrder of dates such as 03/04/2001
 * @typedef {"number" | import("./values.js").DateParts["form"]} Form
 */

const TIMES = "times that are numbers, or dates as 2001-09-17, 20010917 or 17/09/2001";
/** 17092001 */
const YEAR_LAST = /^(?:0?[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d$/;
const DAY = 86_400_000;

/** Collects the times of a file, which are all numbers or all dates of one form. */
export class TimeColumn {
  #list = new NumberList();
  /** Years and the two other numbers of dates whose order is known at the end. */
  #years = new NumberList();
  #path;
  /** @type {Form | undefined} */
  form;
  unit = "numbers";
  /**
   * The first line whose first, or second, number is no month.
   * @type {Partial<Record<DateOrder, number>>}
   */
  #lines = {};
  /** The first line in each unit. @type {Map<string, number>} */
  #units = new Map();
  #isCompact = true;
  #isYearLast = true;
  /** The range of numbers in the unit of the last one. */
  #from = Infinity;
  #to = Infinity;
  hasRoundedNumbers = false;

  /**
   * @param {string} path
   * @param {string} name of the column
   * @param {DateOrder} [order]
   */
  constructor(path, name, order) {
    this.#path = path;
    this.name = name;
    this.order = order;
  }

  /**
   * @param {string} field
   * @param {number} line from 1
   */
  push(field, line) {
    const value = numberIn(field);
    if (Number.isFinite(value)) this.#pushNumber(field, value, line);
    else this.#pushDate(field, line);
  }

  /**
   * @param {string} field
   * @param {number} value
   * @param {number} line
   */
  #pushNumber(field, value, line) {
    if (this.form !== "number") this.#assertForm("number", field, line);
    if (this.#isCompact && !isCompactDate(field)) {
      this.#isCompact = false;
      if (this.#list.length) this.#units.set("dates as 20010917", 1);
    }
    this.#isYearLast &&= YEAR_LAST.test(field);
    if (!this.#isCompact && !(value >= this.#from && value < this.#to))
      this.#startUnit(value, line);
    if (field.includes(".") && /^.{1,12}e/i.test(field)) this.hasRoundedNumbers = true;
    this.#list.push(value);
  }

  /**
   * @param {number} value of another unit than those before
   * @param {number} line
   */
  #startUnit(value, line) {
    const [scale, unit] = epochUnit(value) ?? [];
    if (!this.#units.has(unit ?? "numbers")) this.#units.set(unit ?? "numbers", line);
    [this.#from, this.#to] = scale ? [FROM * scale, TO * scale] : [Infinity, Infinity];
  }

  /**
   * @param {string} field
   * @param {number} line
   */
  #pushDate(field, line) {
    const date = dateIn(field);
    if (!date) {
      const hint = isMissing(field)
        ? "Remove the lines without a time, or pass --columns time=none to read no times."
        : `--columns time=COLUMN takes another column than ${this.name}, time=none takes none.`;
      throw lineError(
        this.#path,
        line,
        "a time that is a number or a date as 2001-09-17",
        field,
        hint,
      );
    }
    const { form, parts, time } = date;
    this.#assertForm(form, field, line);
    const [year, a, b] = parts;
    if (form !== "dmy or mdy") return this.#list.push(Date.UTC(year, a - 1, b) + time);
    if (!isDay(year, a, b)) this.#lines.dmy ??= line;
    if (!isDay(year, b, a)) this.#lines.mdy ??= line;
    this.#years.push((year * 100 + a) * 100 + b);
    return this.#list.push(time);
  }

  /**
   * @param {Form} form
   * @param {string} field
   * @param {number} line
   */
  #assertForm(form, field, line) {
    this.form ??= form;
    if (this.form === form) return;
    const before = this.form === "number" ? "a number" : `a date as ${this.form}`;
    throw lineError(this.#path, line, `${before}, as in the lines before`, field);
  }

  /**
   * @returns {Float64Array} numbers as they are, dates in milliseconds since 1970, in UTC where
   *   they name no zone
   * @throws {import("../../../js/common/errors.js").PocketrecError} "bad-argument"
   */
  finish() {
    if (this.form === "number") this.#finishNumbers();
    else this.unit = "dates";
    if (this.form !== "dmy or mdy") return this.#list.values.slice();
    const order = this.#orderOfDates();
    this.unit = order === "dmy" ? "dates, day first" : "dates, month first";
    const years = this.#years.values;
    return this.#list.values.map((time, n) => {
      const [year, a, b] = [
        Math.floor(years[n] / 10_000),
        Math.floor(years[n] / 100) % 100,
        years[n] % 100,
      ];
      const [month, day] = order === "dmy" ? [b, a] : [a, b];
      return Math.floor(Date.UTC(year, month - 1, day) / DAY) * DAY + time;
    });
  }

  #finishNumbers() {
    if (this.#isCompact) {
      this.unit = "dates";
      return;
    }
    if (this.#isYearLast && this.#list.length)
      throw new PocketrecError(
        "bad-argument",
        this.#path,
        TIMES,
        "such as 17092001, the year last",
        {
          hint: `Write ${this.name} as 2001-09-17, or pass --columns time=none to read no times.`,
        },
      );
    const [[first, start], [second, line] = []] = [...this.#units];
    this.unit = first;
    if (second !== undefined && line !== undefined) {
      this.unit = "numbers";
      if (first !== "numbers" && second !== "numbers")
        throw lineError(
          this.#path,
          Math.max(start, line),
          `times in ${first}, as in the lines before`,
          second,
        );
    }
  }

  #orderOfDates() {
    const { dmy, mdy } = this.#lines;
    if (dmy !== undefined && mdy !== undefined)
      throw lineError(this.#path, dmy, "dates of one order, day or month first", "both");
    const found = dmy !== undefined ? "dmy" : mdy !== undefined ? "mdy" : undefined;
    if (this.order && found && this.order !== found) {
      const line = /** @type {number} */ (dmy ?? mdy);
      throw lineError(this.#path, line, `a date as --dates ${this.order} says`, found);
    }
    const order = this.order ?? found;
    if (order) return order;
    const hint = "Pass --dates dmy (day first) or --dates mdy (month first).";
    const expected = "dates that show whether the day is first";
    throw new PocketrecError("bad-argument", this.#path, expected, "no number above 12", { hint });
  }
}
