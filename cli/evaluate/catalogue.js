import { PocketrecError } from "../../js/common/errors.js";

/**
 * Maps the names of items and users in the data to the model's rows.
 *
 * @typedef {import("./counts.js").Counts} Counts
 * @typedef {import("./interactions.js").Interactions} Interactions
 * @typedef {object} Interaction with an item that the model knows
 * @property {number} row
 * @property {number} [rating]
 * @property {number} [time]
 * @property {0 | 1} [label] whether it is a click
 *
 * @typedef {Map<string, Interaction[]>} Histories by the user's name in the data
 */

/** A whole number as data write it, also as a float: "7", "7.0". */
const WHOLE_NUMBER = /^-?\d+(\.0*)?$/;

/**
 * The whole number that a name stands for, or NaN. Larger numbers than a double holds exactly are
 * names: two of them may be the same double.
 *
 * @param {string} name
 */
function numberOf(name) {
  const number = WHOLE_NUMBER.test(name) ? Number(name) : NaN;
  return Number.isSafeInteger(number) ? number : NaN;
}

export class Catalogue {
  /** @type {Numbers[]} */
  #numbered;

  /**
   * @param {import("../../js/file/item-ids.js").ItemIndex} items the model's
   * @param {{ itemBase?: number, userBase?: number }} options the number of row 0 in the data
   */
  constructor(items, { itemBase, userBase }) {
    this.items = items;
    this.itemBase = itemBase ?? 0;
    this.userBase = userBase ?? 0;
    this.isItemBaseGiven = itemBase !== undefined;
    /** Trained users that the data name by row; 0: they do not. */
    this.storedUsers = 0;
    /** The numbers that data name by row, where no option says which is row 0. */
    this.#numbered = [
      ...(items.ids || this.isItemBaseGiven ? [] : [new Numbers("item", () => items.count)]),
      ...(userBase === undefined ? [new Numbers("user", () => this.storedUsers)] : []),
    ];
  }

  /**
   * The row of an item, or -1 where the model does not know it.
   * @param {string} name
   */
  rowOf(name) {
    const number = numberOf(name);
    const { items } = this;
    if (items.ids) {
      const named = items.find(name);
      if (named !== undefined || Number.isNaN(number)) return named ?? -1;
      return items.find(number) ?? items.find(String(number)) ?? -1;
    }
    const row = number - this.itemBase;
    return row >= 0 && row < items.count ? row : -1;
  }

  /**
   * The row of a trained user.
   *
   * @param {string} name
   * @param {number} count trained users in the file
   * @throws {PocketrecError} "unknown-user"
   */
  userRow(name, count) {
    const { userBase } = this;
    const row = numberOf(name) - userBase;
    if (row >= 0 && row < count) return row;
    const base = userBase ? 0 : 1;
    throw new PocketrecError(
      "unknown-user",
      name,
      `a row of the ${count} trained users, from ${userBase}`,
      name,
      {
        hint:
          `Pass --user-base ${base} where users count from ${base}, ` +
          "or --users history to encode them.",
      },
    );
  }

  /**
   * Each user's history, oldest first where the data have times. Of repeated interactions with one
   * item the last one counts.
   *
   * @param {Interactions} data
   * @param {Counts} counts added to
   * @param {{ positive?: number, keepsRepeated?: boolean }} [options] positive: lower ratings are
   *   not interactions; keepsRepeated: every interaction counts
   * @returns {Histories}
   * @throws {PocketrecError} "unknown-item": the model knows fewer than half of the interactions,
   *   or the data count items from 1
   */
  histories(data, counts, { positive = -Infinity, keepsRepeated = false } = {}) {
    const { users, items, user, item, rating, time, path } = data;
    const rows = items.map((name) => this.rowOf(name));
    const known = item.reduce((sum, index) => sum + Number(rows[index] >= 0), 0);
    const areWords = items.every((name) => !Number.isInteger(Number(name)));
    this.assertMostlyKnown(path, user.length, known, { ...data, areWords });
    this.#assertRows(path, rows);
    if (time?.some((value) => !Number.isFinite(value)))
      throw new PocketrecError("bad-argument", path, "times that are numbers", "one that is not");
    for (const numbers of this.#numbered)
      numbers.add(numbers.what === "item" ? items : users, path);
    /** @type {Map<number, Interaction>[]} */
    const found = users.map(() => new Map());
    const isLastUnknown = new Uint8Array(users.length);
    const order = time ? sortedIndices(time) : undefined;
    for (let n = 0; n < user.length; n++) {
      const at = order ? order[n] : n;
      const row = rows[item[at]];
      const history = found[user[at]];
      counts.interactions++;
      isLastUnknown[user[at]] = Number(row < 0);
      if (row < 0) counts.unknown++;
      else if (rating && rating[at] < positive) counts.low++;
      else {
        const key = keepsRepeated ? n : row;
        counts.repeated += Number(history.delete(key));
        history.set(key, { row, rating: rating?.[at], time: time?.[at] });
      }
    }
    counts.lastUnknown += isLastUnknown.reduce((sum, is, at) => sum + (found[at].size && is), 0);
    return new Map(users.map((name, index) => [name, [...found[index].values()]]));
  }

  /**
   * Data of another catalogue, or data that count from another number, would give meaningless
   * figures.
   *
   * @param {string} path
   * @param {number} count of interactions
   * @param {number} known interactions with items that the model knows
   * @param {object} [data]
   * @param {import("./interactions.js").Reading} [data.reading] how the file was understood
   * @param {boolean} [data.areWords] no name of an item is a number, so none is a row
   */
  assertMostlyKnown(path, count, known, { reading, areWords = false } = {}) {
    if (count > 0 && known * 2 >= count) return;
    throw new PocketrecError(
      "unknown-item",
      path,
      "interactions with items that the model knows",
      count ? `${count - known} of ${count} with other items` : "none",
      {
        hint:
          (this.items.ids
            ? "The weights file names items by ids: are the data of the same catalogue?"
            : "The weights file names items by row: " +
              (areWords ? "" : "pass --item-base 1, or ") +
              "convert with --items.") + columnsHint(reading),
      },
    );
  }

  /**
   * Ids of another numbering may lie below the number of rows, too, the popular ones first.
   *
   * @param {string} path
   * @param {number[]} rows of the distinct items, -1 for an unknown one
   */
  #assertRows(path, rows) {
    const unknown = rows.filter((row) => row < 0).length;
    if (this.items.ids || this.isItemBaseGiven || unknown * 2 <= rows.length) return;
    throw new PocketrecError(
      "unknown-item",
      path,
      `items by row, from 0 to ${this.items.count - 1}`,
      `${unknown} of ${rows.length} items outside`,
      { hint: "Convert with --items if these are ids; --item-base 0 takes them for rows." },
    );
  }

  /** How data were taken that may count from 1: a sentence each. */
  cautions() {
    return this.#numbered.flatMap((numbers) => numbers.caution() ?? []);
  }
}

/** The share of the numbers up to the highest one that data of all rows have. */
const DENSE = 0.9;
/** Fewer numbers may be dense by chance. */
const DENSE_FROM = 20;

/**
 * Numbers by which data name rows. Rows count from 0: data that count from 1 would take each for
 * its neighbour, and only the last one would be unknown.
 */
class Numbers {
  /** @type {Set<number>} */
  #found = new Set();
  #rows;

  /**
   * @param {"item" | "user"} what
   * @param {() => number} rows how many there are; 0: not named by row
   */
  constructor(what, rows) {
    this.what = what;
    this.#rows = rows;
  }

  /**
   * @param {string[]} names
   * @param {string} path
   * @throws {PocketrecError} "unknown-item", "unknown-user": they seem to count from 1
   */
  add(names, path) {
    const rows = this.#rows();
    if (!rows) return;
    for (const number of names.map(numberOf)) if (number >= 0) this.#found.add(number);
    if (this.#found.has(0)) return;
    const numbers = [...this.#found].filter((number) => number > 0 && number <= rows);
    const last = numbers.reduce((a, b) => Math.max(a, b), 0);
    const isDense = last >= DENSE_FROM && numbers.length >= DENSE * last;
    if (last < rows && !isDense) return;
    const { what } = this;
    throw new PocketrecError(
      what === "item" ? "unknown-item" : "unknown-user",
      path,
      `${what}s by row, from 0 to ${rows - 1}`,
      `${what}s from ${numbers.reduce((a, b) => Math.min(a, b))} to ${last}, and no ${what} 0`,
      {
        hint:
          `Pass --${what}-base 1 if ${what} 1 of the data is row 0 of the file, ` +
          `--${what}-base 0 if it is row 1.`,
      },
    );
  }

  caution() {
    const { what } = this;
    if (!this.#found.size || this.#found.has(0)) return undefined;
    return (
      `the data have no ${what} 0: ${what} 1 is taken for row 1, which is the second ` +
      `(--${what}-base 1: for row 0)`
    );
  }
}

/**
 * Which columns were read, in case they are others.
 * @param {import("./interactions.js").Reading} [reading]
 */
function columnsHint(reading) {
  const { user, item } = reading?.columns ?? {};
  if (!user) return "";
  return ` Users were read from ${user}, items from ${item}: --columns says otherwise.`;
}

/**
 * Indices in ascending order of the values; the sort is stable.
 * @param {Float64Array} values
 */
function sortedIndices(values) {
  return Uint32Array.from(values, (_, index) => index).sort(
    (a, b) => values[a] - values[b] || a - b,
  );
}
