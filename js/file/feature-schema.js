import { FEATURES_MAX, INPUTS } from "../runtime/abi.js";
import { PocketrecError, show } from "../common/errors.js";

/**
 * The description of a feature of a user or an item (docs/format.md, "Candidates and ranker"), with
 * the defaults filled in.
 *
 * @typedef {object} Feature
 * @property {string} name
 * @property {"user" | "item"} side
 * @property {"categorical" | "continuous"} kind
 * @property {string} table
 * @property {boolean} several
 * @property {number} most
 * @property {boolean} isItems whether its values are items
 * @property {boolean} isHistory whether its values are the items of the history
 * @property {number} padding a row, or -1
 * @property {string[]} inputs
 * @property {unknown} [default]
 * @property {boolean} hasDefault
 */

/** The upper limit of `most`: the values of a list that count. */
const LIST_MAX = 10_000;

/**
 * Reads and checks the metadata's `features`.
 *
 * @param {unknown} given
 * @param {readonly string[]} [sides] those that the kind of model has
 * @returns {Feature[]}
 */
export function readSchema(given, sides = ["user", "item"]) {
  const fine = Array.isArray(given) && given.length >= 1 && given.length <= FEATURES_MAX;
  assert(fine, "features", `a list of 1 to ${FEATURES_MAX} features`, given);
  const features = /** @type {any[]} */ (given).map((entry, at) =>
    readFeature(entry, `features[${at}]`),
  );
  const names = new Set(features.map(({ name }) => name));
  assert(names.size === features.length, "features", "names that differ", [
    ...features.map(({ name }) => name),
  ]);
  const other = features.find(({ side }) => !sides.includes(side));
  assert(!other, "features", `the side "${sides.join()}" for all`, other?.side);
  return features;
}

/**
 * @param {any} entry
 * @param {string} at
 * @returns {Feature}
 */
function readFeature(entry, at) {
  assert(
    entry !== null && typeof entry === "object" && !Array.isArray(entry),
    at,
    "an object",
    entry,
  );
  const { name, side = "user", kind } = entry;
  assert(typeof name === "string" && name !== "", `${at}.name`, "a name", name);
  assert(side === "user" || side === "item", `${name}.side`, '"user" or "item"', side);
  assert(
    kind === "categorical" || kind === "continuous",
    `${name}.kind`,
    '"categorical" or "continuous"',
    kind,
  );
  const hasDefault = "default" in entry;
  const common = { name, side, kind, hasDefault, default: entry.default };
  return kind === "categorical" ? readCategorical(entry, common) : readContinuous(entry, common);
}

/**
 * @param {any} entry
 * @param {any} common
 * @returns {Feature}
 */
function readCategorical(entry, common) {
  const { name, side } = common;
  const { table = name, several = false, most = 50, ids, from, padding = -1 } = entry;
  assert(typeof table === "string" && table !== "", `${name}.table`, "a name", table);
  assert(typeof several === "boolean", `${name}.several`, "true or false", several);
  assert(
    Number.isInteger(most) && most >= 1 && most <= LIST_MAX,
    `${name}.most`,
    `1 to ${LIST_MAX}`,
    most,
  );
  assert(ids === undefined || ids === "items", `${name}.ids`, '"items"', ids);
  assert(
    from === undefined || (from === "history" && several && ids === "items" && side === "user"),
    `${name}.from`,
    '"history", of a user\'s feature with several items',
    from,
  );
  assert(
    Number.isInteger(padding) && padding >= -1 && padding < 2 ** 31,
    `${name}.padding`,
    "a row",
    padding,
  );
  return {
    ...common,
    table,
    several,
    most,
    isItems: ids === "items",
    isHistory: from === "history",
    padding,
    inputs: [],
  };
}

/**
 * @param {any} entry
 * @param {any} common
 * @returns {Feature}
 */
function readContinuous(entry, common) {
  const { inputs = ["value"] } = entry;
  const names = Object.keys(INPUTS);
  const isFine =
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    inputs.every((input) => names.includes(input)) &&
    new Set(inputs).size === inputs.length;
  assert(isFine, `${common.name}.inputs`, `some of ${names.join(", ")}`, inputs);
  assert(
    !common.hasDefault || isFloat(common.default),
    `${common.name}.default`,
    "a number",
    common.default,
  );
  return {
    ...common,
    table: "",
    several: false,
    most: 1,
    isItems: false,
    isHistory: false,
    padding: -1,
    inputs,
  };
}

/** @param {unknown} value */
export const isFloat = (value) => typeof value === "number" && Number.isFinite(Math.fround(value));

/**
 * @param {unknown} fine
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 */
function assert(fine, subject, expected, found) {
  if (!fine) throw new PocketrecError("bad-metadata", subject, expected, show(found));
}
