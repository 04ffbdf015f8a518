import { PocketrecError } from "../common/errors.js";

/**
 * Maps the names of items and users in the data to the model's rows.
 *
 * @typedef {import("./interactions.js").Interactions} Interactions
 * @typedef {{ row: number, rating?: number }} Interaction with an item that the model knows
 * @typedef {Map<string, Interaction[]>} Histories by the user's name in the data
 *
 * @typedef {object} Counts interactions read, and interactions skipped
 * @property {number} interactions
 * @property {number} unknown with items that the model does not know
 * @property {number} low rated below the `positive` threshold
 */

export class Catalogue {
  /**
   * @param {import("../file/item-ids.js").ItemIndex} items the model's
   * @param {{ itemBase: number, userBase: number, positive?: number }} options itemBase, userBase:
   *   the number of row 0 in the data; positive: lower ratings are not interactions
   */
  constructor(items, { itemBase, userBase, positive = -Infinity }) {
    this.items = items;
    this.itemBase = itemBase;
    this.userBase = userBase;
    this.positive = positive;
  }

  /**
   * The row of an item, or -1 where the model does not know it.
   * @param {string} name
   */
  rowOf(name) {
    const { ids } = this.items;
    const number = /^-?\d+(\.0+)?$/.test(name) ? Number(name) : NaN;
    if (ids)
      return this.items.find(name) ?? (Number.isNaN(number) ? -1 : (this.items.find(number) ?? -1));
    const row = number - this.itemBase;
    return row >= 0 && row < this.items.count ? row : -1;
  }

  /**
   * The row of a trained user.
   *
   * @param {string} name
   * @param {number} count trained users in the file
   * @throws {PocketrecError} "unknown-user"
   */
  userRow(name, count) {
    const row = Number(name) - this.userBase;
    if (Number.isInteger(row) && row >= 0 && row < count) return row;
    throw new PocketrecError(
      "unknown-user",
      name,
      `a row of the ${count} trained users, from ${this.userBase}`,
      name,
      {
        hint: "Pass --user-base 1 where users count from 1, or --users history to encode them.",
      },
    );
  }

  /**
   * Each user's history, oldest first where the data have times. Of repeated interactions with one
   * item the last one counts.
   *
   * @param {Interactions} data
   * @param {Counts} counts added to
   * @param {{ isRating?: boolean }} [options] isRating: low ratings count, too
   * @returns {Histories}
   * @throws {PocketrecError} "unknown-item": the model knows fewer than half of the interactions
   */
  histories({ users, items, user, item, rating, time, path }, counts, { isRating = false } = {}) {
    const rows = items.map((name) => this.rowOf(name));
    const known = item.reduce((sum, index) => sum + Number(rows[index] >= 0), 0);
    this.#assertMostlyKnown(path, user.length, known);
    /** @type {Map<number, Interaction>[]} */
    const found = users.map(() => new Map());
    const order = time ? sortedIndices(time) : undefined;
    for (let n = 0; n < user.length; n++) {
      const at = order ? order[n] : n;
      const row = rows[item[at]];
      counts.interactions++;
      if (row < 0) counts.unknown++;
      else if (!isRating && rating && rating[at] < this.positive) counts.low++;
      else {
        found[user[at]].delete(row);
        found[user[at]].set(row, rating ? { row, rating: rating[at] } : { row });
      }
    }
    return new Map(users.map((name, index) => [name, [...found[index].values()]]));
  }

  /**
   * Data of another catalogue, or data that count from another number, would give meaningless
   * figures.
   *
   * @param {string} path
   * @param {number} count of interactions
   * @param {number} known interactions with items that the model knows
   */
  #assertMostlyKnown(path, count, known) {
    if (count > 0 && known * 2 >= count) return;
    throw new PocketrecError(
      "unknown-item",
      path,
      "interactions with items that the model knows",
      count ? `${count - known} of ${count} with other items` : "none",
      {
        hint: this.items.ids
          ? "The weights file names items by ids: are the data of the same catalogue?"
          : "The weights file names items by row: pass --item-base 1, or convert with --items.",
      },
    );
  }
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
