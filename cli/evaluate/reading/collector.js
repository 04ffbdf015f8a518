import { PocketrecError } from "../../../js/common/errors.js";
import { NameIndex } from "../name-index.js";
import { canonicalIds } from "./ids.js";
import { lineError } from "./line-error.js";
import { NumberList } from "./number-list.js";
import { epochUnit } from "./values.js";

/** Collects interactions in columns. */
export class Collector {
  #users = new NameIndex();
  #items = new NameIndex();
  #user = new NumberList();
  #item = new NumberList();

  /**
   * @param {string} path
   * @param {{ rating?: import("./rating-column.js").RatingColumn,
   *   time?: import("./time-column.js").TimeColumn }} [more]
   */
  constructor(path, { rating, time } = {}) {
    this.path = path;
    this.rating = rating;
    this.time = time;
  }

  /**
   * @param {string} user
   * @param {string} item
   * @param {number} line
   */
  push(user, item, line) {
    if (!user || !item) throw lineError(this.path, line, "a user and an item", [user, item]);
    this.#user.push(this.#users.indexOf(user));
    this.#item.push(this.#items.indexOf(item));
  }

  /**
   * @param {import("./read-text.js").Reading} reading what is known of the file so far
   * @returns {import("../interactions.js").Interactions}
   * @throws {PocketrecError} "bad-argument"
   */
  finish(reading) {
    const { path } = this;
    const count = this.#user.length;
    if (!count) throw new PocketrecError("bad-argument", path, "interactions", "a header alone");
    const users = canonicalIds(this.#users.names, path);
    const items = canonicalIds(this.#items.names, path);
    const rating = this.rating?.finish();
    const time = this.time?.finish();
    const user = indicesIn(this.#user.values, users.indices);
    const item = indicesIn(this.#item.values, items.indices);
    const first = {
      user: users.names[user[0]],
      item: items.names[item[0]],
      ...(rating ? { rating: rating[0] } : {}),
      ...(time ? { time: timeText(time[0], this.time?.unit) } : {}),
    };
    const notes = [...reading.notes];
    if (this.time) notes.push(`times are ${this.time.unit}`);
    if (this.time?.hasRoundedNumbers) notes.push("times are rounded, so that some are equal");
    return {
      path,
      users: users.names,
      items: items.names,
      user,
      item,
      ...(rating ? { rating } : {}),
      ...(time ? { time } : {}),
      reading: { ...reading, notes, interactions: count, first },
    };
  }
}

/**
 * @param {Float64Array} values
 * @param {Uint32Array} indices by value
 */
function indicesIn(values, indices) {
  const found = new Uint32Array(values.length);
  for (let n = 0; n < values.length; n++) found[n] = indices[values[n]];
  return found;
}

/**
 * @param {number} time
 * @param {string} [unit]
 */
function timeText(time, unit = "") {
  const scale = epochUnit(time)?.[0];
  if (unit.startsWith("dates") && time > 19e6 && time < 22e13 && !Number.isNaN(time))
    return time < 2.2e7 || time >= 1.9e13 ? String(time) : isoText(time);
  return unit.includes("since 1970") && scale ? isoText((time / scale) * 1000) : String(time);
}

/** @param {number} milliseconds since 1970 */
const isoText = (milliseconds) =>
  new Date(milliseconds).toISOString().replace("T00:00:00.000Z", "").replace(".000Z", "Z");
