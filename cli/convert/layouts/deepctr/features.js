import { PocketrecError, show } from "../../../../js/common/errors.js";
import { isUserIdName } from "../../name-hints.js";

/**
 * The features of --features: as docs/format.md has them, an item's with its "values". "users"
 * states whether the rows of a feature's table are users.
 *
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {Record<string, any>} Feature
 */

/** Old name to new name, of keys that 0.2 renamed. */
const RENAMED = { people: "users" };

/**
 * @param {Feature[] | undefined} features
 * @param {string[]} tables the names of the file's tables
 * @returns {Feature[]}
 * @throws {PocketrecError} "unknown-layout" or "bad-argument"
 */
export function assertFeatures(features, tables) {
  const names = tables.join(", ");
  if (!Array.isArray(features)) {
    const expected = "--features FILE.json, which states their sides";
    const hint =
      "A DeepCTR file does not tell user features from item features, nor the items' values. " +
      `Its tables are ${names}; docs/from-pytorch.md shows such a file.`;
    throw new PocketrecError("unknown-layout", "features", expected, "none", { hint });
  }
  features.forEach((feature, at) => {
    for (const [before, now] of Object.entries(RENAMED))
      if (feature?.[before] !== undefined)
        throw new PocketrecError("bad-argument", before, `the key ${now}`, "its old name", {
          hint: `${before} is called ${now} since 0.2.`,
        });
    if (feature?.kind === "continuous" || tables.includes(feature?.table ?? feature?.name)) return;
    const expected = `a feature whose table is one of ${names}, or a continuous one`;
    throw new PocketrecError("bad-argument", `--features, ${at}`, expected, show(feature));
  });
  return features;
}

/**
 * Features in the order of the tower's columns: one value, several values, numbers.
 * @param {Feature[]} features
 */
export function inColumnOrder(features) {
  const rank = (/** @type {Feature} */ { kind, several }) =>
    kind === "continuous" ? 2 : several ? 1 : 0;
  return [...features].sort((a, b) => rank(a) - rank(b));
}

/**
 * User features before item features, the order of columns in docs/format.md.
 * @param {Feature[]} features
 */
export const userFirst = (features) => [
  ...features.filter(({ side }) => side !== "item"),
  ...features.filter(({ side }) => side === "item"),
];

/**
 * Whether the rows of a feature's table are users: as stated, else by its name.
 * @param {Feature} feature
 */
export const isUserId = ({ name, kind, users }) =>
  users ?? (kind !== "continuous" && isUserIdName(name));

/**
 * Adds the items' values of a feature.
 *
 * @param {Blueprint} blueprint changed
 * @param {Feature} feature of the item
 * @throws {PocketrecError} "bad-argument"
 */
export function putItemValues({ tensors, kept }, feature) {
  const { name, kind, several, values, ids } = feature;
  if (values === undefined) {
    if (ids === "items" && !several) return;
    const expected = '"values", one per item, or "ids": "items"';
    throw new PocketrecError("bad-argument", `--features, ${name}`, expected, "neither");
  }
  assertValues(feature);
  if (kind === "continuous") {
    tensors.set(`${name}.values`, { shape: [values.length], values: Float32Array.from(values) });
    return;
  }
  const put = (/** @type {string} */ part, /** @type {number[]} */ list) =>
    kept?.set(`${name}.${part}`, {
      name: `${name}.${part}`,
      dtype: "I32",
      shape: [list.length],
      bytes: new Uint8Array(Int32Array.from(list).buffer),
    });
  put("values", several ? values.flat() : values);
  if (several) put("offsets", offsetsOf(values));
}

/** @param {number[][]} lists */
function offsetsOf(lists) {
  const offsets = [0];
  for (const { length } of lists) offsets.push(offsets[offsets.length - 1] + length);
  return offsets;
}

/** @param {Feature} feature */
function assertValues({ name, kind, several, values }) {
  const [expected, isValid] = several
    ? ["a list of rows per item", isRowList]
    : kind === "continuous"
      ? ["a number per item", Number.isFinite]
      : ["a row per item", Number.isInteger];
  if (Array.isArray(values) && values.length > 0 && values.every((value) => isValid(value))) return;
  throw new PocketrecError("bad-argument", `--features, ${name}.values`, expected, show(values));
}

/** @param {unknown} value */
const isRowList = (value) => Array.isArray(value) && value.every(Number.isInteger);
