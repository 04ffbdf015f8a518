import { PocketrecError } from "../common/errors.js";

/**
 * Between what data call people and items and what the model does.
 *
 * @typedef {import("./interactions.js").Interactions} Interactions
 * @typedef {{ row: number, rating?: number }} Event an interaction with an item that the model
 *   knows
 *
 * @typedef {object} Counts what was read, and what was not used
 * @property {number} interactions
 * @property {number} unknown with items that the model does not know
 * @property {number} low rated below what counts as an interaction
 */

export class Catalogue {
  /**
   * @param {import("../file/item-ids.js").ItemIndex} items the model's
   * @param {{ itemBase: number, userBase: number, positive?: number }} options base: what data call
   *   row 0
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
   * @param {number} users how many the file has
   */
  userRow(name, users) {
    const row = Number(name) - this.userBase;
    if (Number.isInteger(row) && row >= 0 && row < users) return row;
    throw new PocketrecError(
      "unknown-user",
      name,
      `a row of the ${users} trained users, from ${this.userBase}`,
      name,
      {
        hint: "--user-base 1 where data count people from 1; --users history makes everybody new.",
      },
    );
  }

  /**
   * Everybody's interactions, oldest first where times are told, an item that comes twice as it
   * came last.
   *
   * @param {Interactions} data
   * @param {Counts} counts added to
   * @param {{ isRating?: boolean }} [how] isRating: low ratings count, too
   * @returns {Map<string, Event[]>}
   */
  people({ users, items, user, item, rating, time, path }, counts, { isRating = false } = {}) {
    const rows = items.map((name) => this.rowOf(name));
    this.#demandKnown(
      path,
      user.length,
      item.reduce((known, place) => known + Number(rows[place] >= 0), 0),
    );
    /** @type {Map<number, Event>[]} */
    const found = users.map(() => new Map());
    const order = time ? sortedBy(time) : undefined;
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
    return new Map(users.map((name, place) => [name, [...found[place].values()]]));
  }

  /**
   * Data of another catalogue, or counted from another number, would give figures that mean
   * nothing.
   *
   * @param {string} path
   * @param {number} all interactions
   * @param {number} known of them with items that the model knows
   */
  #demandKnown(path, all, known) {
    if (all > 0 && known * 2 >= all) return;
    throw new PocketrecError(
      "unknown-item",
      path,
      "interactions with items that the model knows",
      all ? `${all - known} of ${all} with others` : "none",
      {
        hint: this.items.ids
          ? "The weights file names items by ids: are the data of the same catalogue?"
          : "The weights file names items by row: --item-base 1 where data count from 1, or convert with --items.",
      },
    );
  }
}

/**
 * Places in the order of some numbers, equal ones as they came.
 * @param {Float64Array} values
 */
function sortedBy(values) {
  return Uint32Array.from(values, (_, place) => place).sort(
    (a, b) => values[a] - values[b] || a - b,
  );
}
