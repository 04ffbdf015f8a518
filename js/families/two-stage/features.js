import { isIterable } from "../../common/arguments.js";
import { INPUTS, SIDES, TABLES_MAX } from "../../runtime/abi.js";
import { dtypeOf } from "../../runtime/place-tensors.js";
import { PocketrecError, show } from "../../common/errors.js";
import { readItemIndex } from "../../file/item-ids.js";
import { isFloat } from "../../file/feature-schema.js";

/**
 * @typedef {import("../../file/feature-schema.js").Feature} Feature
 * @typedef {import("../../common/ids.js").ItemId} ItemId
 * @typedef {{ name: string, rows: number, width: number, ids:
 *   import("../../file/item-ids.js").ItemIndex }} Table ids: the app's names of its rows
 *
 * Values of features, laid out as src/features.h takes them.
 * @typedef {{ offsets: number[], ids: number[], numbers: number[] }} Values
 */

/**
 * The codes of parts that belong to features: an embedding table is its number, a feature's
 * quantiles QUANTILES + its.
 */
export const QUANTILES = 128;

/** A row that no table has. */
export const UNKNOWN = 0xffffffff;

/**
 * The features of a file, checked against its tensors: the layout of a tower's input, and how to
 * make one.
 */
export class Features {
  /** @type {Table[]} */
  tables = [];
  #widths;

  /**
   * Takes the embeddings, vocabularies and quantiles.
   *
   * @param {import("../../file/expected-tensors.js").ExpectedTensors} expected
   * @param {Feature[]} schema
   * @param {number} items how many items the file knows; 0: unknown
   */
  constructor(expected, schema, items) {
    this.schema = schema;
    this.#widths = {
      user: widthIn(expected.tensors, this.of("user")),
      item: widthIn(expected.tensors, this.of("item")),
    };
    /** @type {number[]} of each feature, 0 for none */
    this.quantiles = [];
    for (const [at, feature] of schema.entries()) {
      if (feature.kind === "categorical") this.#takeTable(expected, feature, items);
      this.quantiles.push(feature.kind === "continuous" ? takeQuantiles(expected, feature, at) : 0);
    }
    this.#checkRows(items || this.itemRows);
    this.#checkDefaults();
    this.dtypes = expected.list
      .filter(({ isTable }) => isTable)
      .map(({ tensor }) => dtypeOf(tensor).code);
  }

  /**
   * @param {import("../../file/expected-tensors.js").ExpectedTensors} expected
   * @param {Feature} feature
   * @param {number} items
   */
  #takeTable(expected, { name, table, isItems }, items) {
    if (this.tables.some((known) => known.name === table)) return;
    if (this.tables.length === TABLES_MAX)
      throw new PocketrecError("unsupported", name, `at most ${TABLES_MAX} tables`, "more");
    const shape = [isItems && items ? items : null, null];
    const [rows, width] = expected.need(`${table}.embedding`, shape, this.tables.length, {
      isTable: true,
    });
    this.tables.push({
      name: table,
      rows,
      width,
      ids: readItemIndex(expected.tensors.get(`${table}.vocabulary`), rows),
    });
  }

  /** @param {number} items */
  #checkRows(items) {
    for (const { name, padding, kind, isItems, table } of this.schema) {
      if (kind !== "categorical") continue;
      const { rows } = this.tableOf({ table });
      if (padding >= rows)
        throw new PocketrecError(
          "bad-metadata",
          `${name}.padding`,
          `a row below ${rows}`,
          `${padding}`,
        );
      if (isItems && items && rows !== items) {
        throw new PocketrecError(
          "bad-shape",
          `${table}.embedding`,
          `a row for each of ${items} items`,
          `${rows}`,
        );
      }
    }
  }

  /** Checks defaults of ids. The schema checks numbers; ids of items are known later. */
  #checkDefaults() {
    for (const feature of this.of("user")) {
      if (feature.kind !== "categorical" || !feature.hasDefault || feature.isItems) continue;
      try {
        this.#rowsOf(feature, feature.default, this.tableOf(feature).ids);
      } catch (cause) {
        const { expected, found } = /** @type {PocketrecError} */ (cause);
        throw new PocketrecError("bad-metadata", `${feature.name}.default`, expected, found, {
          cause,
        });
      }
    }
  }

  /** @param {{ table: string }} feature */
  tableOf({ table }) {
    return /** @type {Table} */ (this.tables.find(({ name }) => name === table));
  }

  /** How many rows the tables of items have; 0 without such a table. */
  get itemRows() {
    const feature = this.schema.find(({ isItems }) => isItems);
    return feature ? this.tableOf(feature).rows : 0;
  }

  /**
   * How many numbers a tower sees of a side.
   * @param {"user" | "item"} side
   */
  widthOf(side) {
    return this.#widths[side];
  }

  /** @param {"user" | "item"} side */
  of(side) {
    return this.schema.filter((feature) => feature.side === side);
  }

  /** How many of a history's last interactions are read. */
  get historyLength() {
    return Math.max(0, ...this.schema.map(({ isHistory, most }) => (isHistory ? most : 0)));
  }

  /** Values of FEATURES_CONFIG. */
  get config() {
    return {
      tables: this.tables.length,
      features: this.schema.length,
      table: this.tables.map(({ rows, width }, t) => ({ rows, width, dtype: this.dtypes[t] })),
      feature: this.schema.map((feature, f) => ({
        side: SIDES[feature.side],
        table: feature.kind === "categorical" ? this.tables.indexOf(this.tableOf(feature)) : -1,
        padding: feature.padding,
        inputs: feature.inputs.reduce((bits, name, i) => bits | (INPUTS[name] << (2 * i)), 0),
        quantiles: this.quantiles[f],
      })),
    };
  }

  /**
   * The values of a user, from the features that the app gives.
   *
   * @param {Record<string, unknown>} given by name
   * @param {ArrayLike<number>} history rows of items, oldest first
   * @param {import("../../file/item-ids.js").ItemIndex} items
   * @returns {Values}
   */
  userValues(given, history, items) {
    /** @type {Values} */
    const values = { offsets: [0], ids: [], numbers: [] };
    for (const feature of this.of("user")) {
      if (feature.isHistory) pushHistory(values.ids, history, feature.most);
      else if (feature.kind === "categorical")
        for (const row of this.#rowsOf(feature, valueOf(feature, given), items))
          values.ids.push(row);
      values.numbers.push(
        feature.kind === "continuous" ? numberOf(feature, valueOf(feature, given)) : 0,
      );
      values.offsets.push(values.ids.length);
    }
    return values;
  }

  /**
   * A copy of the features that the app gives: a list may be readable only once, or change later.
   *
   * @param {unknown} given by name
   * @returns {Record<string, unknown>}
   */
  copyOf(given) {
    this.#checkNames(given);
    const lists = new Set(
      this.of("user")
        .filter(({ several }) => several)
        .map(({ name }) => name),
    );
    const entries = Object.entries(/** @type {object} */ (given));
    return Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        lists.has(name) && isIterable(value) ? readList(name, value) : value,
      ]),
    );
  }

  /**
   * Refuses names that are no features of a user.
   * @param {unknown} given
   */
  #checkNames(given) {
    if (given === null || typeof given !== "object" || Array.isArray(given)) {
      throw new PocketrecError("bad-feature", "features", "values by name", show(given));
    }
    const names = this.of("user")
      .filter(({ isHistory }) => !isHistory)
      .map(({ name }) => name);
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const asHistory = this.of("user").some(({ name, isHistory }) => isHistory && name === unknown);
    throw new PocketrecError(
      "bad-feature",
      unknown,
      names.length ? `one of ${names.join(", ")}` : "none",
      "this name",
      {
        hint: asHistory ? "It comes from the history." : undefined,
      },
    );
  }

  /**
   * @param {Feature} feature
   * @param {unknown} value
   * @param {import("../../file/item-ids.js").ItemIndex} items
   */
  #rowsOf(feature, value, items) {
    const { name, several, most } = feature;
    const ids = feature.isItems ? items : this.tableOf(feature).ids;
    if (!several) return value === null ? [UNKNOWN] : [rowOf(ids, name, value)];
    if (!isIterable(value))
      throw new PocketrecError("bad-feature", name, "a list of values", show(value));
    return [...value].slice(-most).map((one) => rowOf(ids, name, one));
  }
}

/** More values are a mistake, as of a generator without an end. */
const LIST_MAX = 1_000_000;

/**
 * @param {string} name
 * @param {Iterable<unknown>} list
 */
function readList(name, list) {
  const values = [];
  try {
    for (const value of list) {
      if (values.length === LIST_MAX)
        throw new PocketrecError("bad-feature", name, `at most ${LIST_MAX} values`, "more");
      values.push(value);
    }
  } catch (cause) {
    if (cause instanceof PocketrecError) throw cause;
    throw new PocketrecError("bad-feature", name, "a list that can be read", String(cause), {
      cause,
    });
  }
  return values;
}

/**
 * @param {import("../../file/expected-tensors.js").ExpectedTensors} expected
 * @param {Feature} feature
 * @param {number} at
 */
function takeQuantiles(expected, { name }, at) {
  const shape = expected.take(`${name}.quantiles`, [null], QUANTILES + at);
  if (!shape) return 0;
  if (shape[0] < 2)
    throw new PocketrecError(
      "bad-shape",
      `${name}.quantiles`,
      "at least 2 quantiles",
      `${shape[0]}`,
    );
  return shape[0];
}

/**
 * The value that the app gives for a feature, or its default.
 *
 * @param {Feature} feature
 * @param {Record<string, unknown>} given
 */
function valueOf(feature, given) {
  const { name, hasDefault } = feature;
  if (Object.hasOwn(given, name) && given[name] !== undefined) return given[name];
  if (hasDefault) return feature.default;
  throw new PocketrecError("missing-feature", name, `a ${feature.kind} value`, "none", {
    hint: `Give it: model.user({ history, features: { ${JSON.stringify(name)}: ... } }).`,
  });
}

/**
 * @param {Feature} feature
 * @param {unknown} value
 */
function numberOf({ name }, value) {
  if (isFloat(value)) return /** @type {number} */ (value);
  throw new PocketrecError("bad-feature", name, "a finite number", show(value));
}

/**
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 * @param {string} name
 * @param {unknown} value
 */
function rowOf(ids, name, value) {
  if (typeof value === "string" || typeof value === "number") {
    if (ids.rows || (Number.isInteger(value) && Number(value) >= 0))
      return ids.find(value) ?? UNKNOWN;
  }
  throw new PocketrecError(
    "bad-feature",
    name,
    ids.rows ? "a string or a number" : "a row of its table, 0 or more",
    show(value),
  );
}

/**
 * @param {number[]} ids
 * @param {ArrayLike<number>} history
 * @param {number} most
 */
function pushHistory(ids, history, most) {
  for (let i = Math.max(0, history.length - most); i < history.length; i++) ids.push(history[i]);
}

/**
 * How many numbers a tower sees of some features, by the shapes that a file claims.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Feature[]} schema
 */
export const widthIn = (tensors, schema) =>
  schema.reduce(
    (sum, { kind, table, inputs }) =>
      sum +
      (kind === "categorical" ? (tensors.get(`${table}.embedding`)?.shape[1] ?? 0) : inputs.length),
    0,
  );

/**
 * Copies quantiles into the C model. They must be sorted.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {number} features address
 * @param {import("../../file/expected-tensors.js").Part} part
 * @param {number} values address
 */
export function setQuantiles({ wasm, memory }, features, { code, width, tensor }, values) {
  const quantiles = memory.f32(values, width);
  const fall = quantiles.findIndex((value, i) => i > 0 && value < quantiles[i - 1]);
  if (fall > 0)
    throw new PocketrecError(
      "bad-shape",
      tensor.name,
      "quantiles in ascending order",
      `${quantiles[fall]} at ${fall}`,
    );
  memory.f32(wasm.pr_features_quantiles(features, code - QUANTILES) >>> 0, width).set(quantiles);
}
