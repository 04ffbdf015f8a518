import { lineError } from "./line-error.js";
import { NumberList } from "./number-list.js";
import { isMissing, numberIn } from "./values.js";

/** Texts whose values are kept. */
const KNOWN_MAX = 10_000;

/** Collects the ratings of a file, with decimal points or decimal commas. */
export class RatingColumn {
  #list = new NumberList();
  /** Values by text: most files have few. @type {Map<string, number>} */
  #known = new Map();
  #path;
  /** The first line with each mark. @type {{ comma?: number, point?: number, three?: number }} */
  #lines = {};

  /**
   * @param {string} path
   * @param {string} name of the column
   * @param {"comma" | "point"} [decimal] the decimal mark, if a comma may be one of thousands
   */
  constructor(path, name, decimal) {
    this.#path = path;
    this.name = name;
    this.decimal = decimal;
  }

  /**
   * @param {string} field
   * @param {number} line from 1
   */
  push(field, line) {
    let value = this.#known.get(field);
    if (value === undefined) {
      value = this.#valueOf(field, line);
      if (this.#known.size < KNOWN_MAX) this.#known.set(field, value);
    }
    this.#list.push(value);
  }

  /**
   * @param {string} field
   * @param {number} line
   */
  #valueOf(field, line) {
    if (/^(?:true|false)$/i.test(field)) return Number(/^t/i.test(field));
    const value = numberIn(field);
    if (field.includes(".")) this.#lines.point ??= line;
    if (!Number.isFinite(value)) {
      const hint = isMissing(field)
        ? "Remove the lines without a rating, or pass --columns rating=none to read no ratings."
        : `--columns rating=COLUMN takes another column than ${this.name}, rating=none takes none.`;
      throw lineError(this.#path, line, "a rating that is a number", field, hint);
    }
    if (!field.includes(",")) return value;
    const isThree = /^[+-]?[1-9]\d{0,2},\d{3}$/.test(field);
    this.#lines[isThree ? "three" : "comma"] ??= line;
    return isThree && this.decimal === "point" ? value * 1000 : value;
  }

  /**
   * @returns {Float64Array}
   * @throws {import("../../../js/common/errors.js").PocketrecError} "bad-argument"
   */
  finish() {
    const { comma, point, three } = this.#lines;
    if (comma !== undefined && (point !== undefined || this.decimal === "point")) {
      const expected = "one decimal mark in all ratings";
      throw lineError(this.#path, comma, expected, "a decimal comma");
    }
    if (three !== undefined && comma === undefined && !this.decimal) {
      const hint = "Pass --dialect decimal=comma, or decimal=point where it marks thousands.";
      throw lineError(this.#path, three, "a number", "a comma before three digits", hint);
    }
    return this.#list.values.slice();
  }
}
