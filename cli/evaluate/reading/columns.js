import { PocketrecError, show } from "../../../js/common/errors.js";
import { lineError } from "./line-error.js";
import { preferredOf, roleOf, ROLES } from "./name-hints.js";
import { isMissing, isNumber, isTimeLike, numberIn } from "./values.js";

/**
 * Which column is the user, the item, the rating and the time.
 *
 * @typedef {import("./name-hints.js").Role} Role
 * @typedef {Partial<Record<Role, string>>} Wanted what --columns says: names, numbers from 1 or
 *   "none"
 *
 * @typedef {object} Columns
 * @property {number} user index of the column
 * @property {number} item
 * @property {number} [rating]
 * @property {number} [time]
 * @property {number} [clock] the time of the day, where `time` is the day
 *
 * @typedef {object} Table what is known of a file
 * @property {string} path
 * @property {number} line of the header, or of the first record
 * @property {string[]} [header]
 * @property {number} width
 * @property {string[][]} sample records
 */

/**
 * @param {Table} table
 * @param {Wanted} [wanted]
 * @returns {Columns}
 * @throws {PocketrecError} "bad-argument"
 */
export function findColumns(table, wanted = {}) {
  const said = columnsSaid(table, wanted);
  const columns = table.header
    ? byName(table, table.header, wanted, said)
    : byPosition(table, wanted, said);
  assertDistinct(columns);
  assertNothingMissed(table, columns, wanted);
  return /** @type {Columns} */ (columns);
}

/** @param {Table} table */
const namesOf = ({ header, width }) =>
  header ?? Array.from({ length: width }, (_, column) => String(column + 1));

/**
 * @param {Table} table
 * @param {Wanted} wanted
 * @returns {Partial<Columns>}
 */
function columnsSaid(table, wanted) {
  /** @type {Partial<Columns>} */
  const said = {};
  for (const role of ROLES) {
    const name = wanted[role];
    if (name === undefined || name === "none") continue;
    const isJoined = role === "time" && name.includes("+") && !namesOf(table).includes(name);
    const [one, clock] = isJoined ? name.split("+") : [name];
    said[role] = columnNamed(table, role, one);
    if (clock !== undefined) said.clock = columnNamed(table, role, clock);
  }
  return said;
}

/**
 * @param {Table} table
 * @param {Role} role
 * @param {string} name or a number from 1
 * @throws {PocketrecError} "bad-argument"
 */
function columnNamed(table, role, name) {
  const matches = namesOf(table).flatMap((found, column) =>
    found === name || found.replace(/:.*/, "") === name ? [column] : [],
  );
  const position = /^\d+$/.test(name) ? Number(name) - 1 : NaN;
  if (matches.length === 1) return matches[0];
  if (!matches.length && position >= 0 && position < table.width) return position;
  throw new PocketrecError(
    "bad-argument",
    `--columns ${role}=${name}`,
    `one of the columns of ${table.path}, ${describe(table)}`,
    matches.length ? `${matches.length} of that name` : "none of that name",
  );
}

/** @param {Table} table */
const describe = ({ header, width }) => (header ? header.join(", ") : `1 to ${width}`);

/**
 * @param {Table} table
 * @param {string[]} header
 * @param {Wanted} wanted
 * @param {Partial<Columns>} said
 */
function byName(table, header, wanted, said) {
  const columns = { ...said };
  const taken = new Set(Object.values(said));
  for (const role of ROLES) {
    if (wanted[role] !== undefined) continue;
    const matches = header.flatMap((name, column) =>
      roleOf(name) === role && !taken.has(column) ? [column] : [],
    );
    if (matches.length <= 1) columns[role] = matches[0];
    else columns[role] = onlyOne(table, role, header, matches);
  }
  if (columns.user !== undefined && columns.item !== undefined) return columns;
  const missing = ["user", "item"].filter(
    (role) => columns[/** @type {Role} */ (role)] === undefined,
  );
  throw lineError(
    table.path,
    table.line,
    `a column of ${missing.map((role) => `${role}s`).join(" and one of ")}`,
    header.join(","),
    `Name them: ${exampleOf(header, columns)}.`,
  );
}

/**
 * @param {Table} table
 * @param {Role} role
 * @param {string[]} header
 * @param {number[]} matches columns
 */
function onlyOne(table, role, header, matches) {
  const names = matches.map((column) => header[column]);
  const preferred = preferredOf(role, names);
  if (preferred !== undefined) return header.indexOf(preferred);
  const same = new Set(table.sample.map((row) => matches.map((c) => row[c]).join("\n")));
  if (table.sample.length && [...same].every((text) => new Set(text.split("\n")).size === 1))
    return matches[0];
  const positions = new Set(names).size < names.length ? matches.map((c) => c + 1) : names;
  throw lineError(
    table.path,
    table.line,
    `one column of ${role}s`,
    names.join(", "),
    `Choose one: --columns ${role}=${positions[0]} or ${role}=${positions[1]}.`,
  );
}

/**
 * A column is named where it is the only one that is left: a guess that is copied would be read.
 *
 * @param {string[]} header
 * @param {Partial<Columns>} columns
 */
function exampleOf(header, columns) {
  const free = header.filter(
    (name, column) => name && !/[,=]/.test(name) && !Object.values(columns).includes(column),
  );
  const name = (/** @type {Role} */ role) => {
    const column = columns[role];
    if (column !== undefined) return header[column];
    return free.length === 1 ? free[0] : "NAME";
  };
  return `--columns user=${name("user")},item=${name("item")}`;
}

/**
 * @param {Table} table without a header
 * @param {Wanted} wanted
 * @param {Partial<Columns>} said
 * @returns {Partial<Columns>}
 */
function byPosition(table, wanted, said) {
  const { width, sample } = table;
  const shape = (/** @type {number} */ column) => shapeOf(sample, column);
  const isSettled = said.user !== undefined && said.item !== undefined;
  /** @type {Partial<Columns>} */
  const usual = { user: 0, item: 1 };
  if (width === 3) usual[shape(2).isTime ? "time" : "rating"] = 2;
  if (width === 4) Object.assign(usual, { rating: 2, time: 3 });
  const taken = Object.values(said);
  for (const role of ROLES) {
    const column = usual[role];
    if (column === undefined) continue;
    if (wanted[role] !== undefined || taken.includes(column)) delete usual[role];
  }
  const columns = { ...usual, ...said };
  const has = (/** @type {Role} */ role) => columns[role] !== undefined;
  if (!has("user") || !has("item") || (!isSettled && isUnusual(table, columns)))
    throw unusualError(table);
  return columns;
}

/**
 * Whether lines without a header are hardly what they are usually.
 *
 * @param {Table} table
 * @param {Partial<Columns>} columns
 */
function isUnusual({ width, sample }, { user = 0, item = 1, rating, time }) {
  const shape = (/** @type {number} */ column) => shapeOf(sample, column);
  const [users, items] = [shape(user), shape(item)];
  return (
    width > 4 ||
    users.isFraction ||
    items.isFraction ||
    ((time === undefined || !shape(time).isTime) && (users.isTime || items.isTime)) ||
    (rating !== undefined && (!shape(rating).isNumber || shape(rating).isTime)) ||
    (time !== undefined && !shape(time).isTime && (!shape(time).isNumber || shape(time).isFraction))
  );
}

/** @param {Table} table */
function unusualError({ path, line, width, sample }) {
  const example = ["user=1", "item=2", "rating=3", "time=4"].slice(0, Math.max(2, width));
  return lineError(
    path,
    line,
    "a header, or lines of a user, an item, a rating and a time",
    (sample[0] ?? []).join(" "),
    width < 2
      ? "--dialect delimiter=CHARACTER says what separates the fields."
      : `Say which columns they are by number, such as --columns ${example.join(",")}.`,
  );
}

/** @param {Partial<Columns>} columns */
function assertDistinct(columns) {
  const taken = ROLES.filter((role) => columns[role] !== undefined);
  for (const role of taken) {
    const other = taken.find((other) => other !== role && columns[other] === columns[role]);
    if (other)
      throw new PocketrecError(
        "bad-argument",
        "--columns",
        "a column for each",
        `${role} and ${other} in one`,
      );
  }
}

/**
 * A time or a rating that is not read would change figures without a word.
 *
 * @param {Table} table
 * @param {Partial<Columns>} columns
 * @param {Wanted} wanted
 */
function assertNothingMissed(table, columns, wanted) {
  const names = namesOf(table);
  const taken = new Set(Object.values(columns));
  const clock = names.findIndex(
    (_, column) => !taken.has(column) && shapeOf(table.sample, column).isClock,
  );
  if (columns.time !== undefined && clock >= 0 && wanted.time === undefined) {
    const day = table.header ? names[columns.time] : columns.time + 1;
    throw lineError(
      table.path,
      table.line,
      `to know whether the column ${names[clock]} is part of the time`,
      table.sample[0][clock],
      `It looks like it: pass --columns time=${day}+${names[clock]}, or time=${day} without it.`,
    );
  }
  for (const role of /** @type {const} */ (["time", "rating"])) {
    if (columns[role] !== undefined || wanted[role] !== undefined) continue;
    const column = names.findIndex((name, column) => {
      const { isTime, isRating } = shapeOf(table.sample, column);
      return !taken.has(column) && !isIndexName(name) && (role === "time" ? isTime : isRating);
    });
    if (column < 0) continue;
    throw lineError(
      table.path,
      table.line,
      `to know whether the column ${names[column]} is the ${role}`,
      table.sample[0][column],
      `It looks like one: pass --columns ${role}=${names[column] || column + 1}, or ${role}=none.`,
    );
  }
}

/** Pandas' name of an index. @param {string} name */
const isIndexName = (name) => /^(?:|index|unnamed: \d+)$/i.test(name);

/** Ratings are few different numbers, from -1 to 10. */
const RATINGS_MAX = 21;

/**
 * What the values of a column look like.
 *
 * @param {string[][]} sample
 * @param {number} column
 */
export function shapeOf(sample, column) {
  const fields = sample.map((row) => row[column] ?? "").filter((field) => !isMissing(field));
  const isAll = (/** @type {(field: string) => boolean} */ test) =>
    fields.length > 0 && fields.every(test);
  const isNumeric = isAll(isNumber);
  const values = isNumeric ? new Set(fields.map(numberIn)) : new Set();
  return {
    isNumber: isNumeric,
    isTime: isAll(isTimeLike),
    isClock: isAll((field) => /^\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$/.test(field)),
    isFraction: isNumeric && [...values].some((value) => !Number.isInteger(value)),
    isRating:
      values.size > 1 &&
      values.size <= RATINGS_MAX &&
      values.size * 2 <= fields.length &&
      [...values].every((value) => value >= -1 && value <= 10 && Number.isInteger(value * 2)),
  };
}

/**
 * Reads "user=NAME,item=2,rating=none".
 *
 * @param {string} text
 * @returns {Wanted}
 * @throws {PocketrecError} "bad-argument"
 */
export function parseColumns(text) {
  /** @type {Wanted} */
  const wanted = {};
  for (const part of text.split(",")) {
    const [, role, name] = /^\s*(user|item|rating|time)\s*=\s*(.*\S)\s*$/.exec(part) ?? [];
    const isNone = name === "none" && (role === "user" || role === "item");
    if (!role || isNone || wanted[/** @type {Role} */ (role)] !== undefined) {
      const expected =
        "user=COLUMN,item=COLUMN,rating=COLUMN,time=COLUMN, by names or numbers from 1";
      throw new PocketrecError("bad-argument", "--columns", expected, show(part));
    }
    wanted[/** @type {Role} */ (role)] = name;
  }
  return wanted;
}
