import { integersOf } from "../dtypes.js";
import { USER_TABLES } from "./user-tables.js";

/**
 * Removal of padding rows: rows at the start of the item and user axes that are no item or user.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../model-file.js").ModelFile} ModelFile
 */

/** Tensors with a row per item. */
const ITEM_ROWS = [
  ...["gmf.item", "mlp.item", "mlp.item_hidden"],
  ...["item.bias", "item.code", "item.embedding", "item.hidden", "item.vector"],
  ...["item.input", "item.output", "diagonal", "weight"],
];

/**
 * The tensors with a row per item, by name.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Record<string, any>} description
 */
function itemRowTensors(tensors, { tied, features = [] }) {
  const weights = [...tensors.keys()].filter((name) => /^decoder\.\d+\.weight$/.test(name));
  const last = `decoder.${weights.length + (tied ? 1 : 0) - 1}`;
  const tables = features
    .filter((/** @type {any} */ { ids }) => ids === "items")
    .map((/** @type {any} */ { name, table = name }) => `${table}.embedding`);
  return [...ITEM_ROWS, `${last}.weight`, `${last}.bias`, ...new Set(tables)];
}

/**
 * Drops the first rows of every item axis and every user axis.
 *
 * @param {ModelFile} file changed: in the description a feature's own padding row moves
 * @param {number} items rows to drop
 * @param {number} users rows to drop
 */
export function dropPadding({ tensors, kept, description }, items, users) {
  if (items && description.features)
    description.features = description.features.map((/** @type {any} */ feature) =>
      withMovedPadding(feature, items),
    );
  for (const [names, count, drop] of /** @type {const} */ ([
    [itemRowTensors(tensors, description), items, withoutRows],
    [["encoder.0.weight", "weight"], items, withoutColumns],
    [[...USER_TABLES, "user.bias"], users, withoutRows],
  ])) {
    for (const name of names) {
      const tensor = tensors.get(name);
      if (tensor && count) tensors.set(name, drop(tensor, count));
    }
  }
  if (items && kept.has("weight.offsets")) dropSparse(tensors, kept, items);
}

/**
 * Drops the first rows and columns of a sparse matrix.
 *
 * @param {ModelFile["tensors"]} tensors changed
 * @param {ModelFile["kept"]} kept changed
 * @param {number} items
 */
function dropSparse(tensors, kept, items) {
  const integers = new Map(integersOf(kept));
  const [offsets, columns] = ["offsets", "columns"].map(
    (part) => /** @type {ForeignTensor} */ (integers.get(`weight.${part}`)).values,
  );
  const { values } = /** @type {ForeignTensor} */ (tensors.get("weight.values"));
  const isKept = (/** @type {number} */ at) => at >= offsets[items] && columns[at] >= items;
  /** How many numbers stay in front of each. */
  const before = new Int32Array(columns.length + 1);
  for (let at = 0; at < columns.length; at++) before[at + 1] = before[at] + Number(isKept(at));
  const own = values.filter((_, at) => isKept(at));
  tensors.set("weight.values", { shape: [own.length], values: own });
  const put = (/** @type {string} */ part, /** @type {Int32Array} */ numbers) =>
    kept.set(`weight.${part}`, {
      name: `weight.${part}`,
      dtype: "I32",
      shape: [numbers.length],
      bytes: new Uint8Array(numbers.buffer),
    });
  const left = Int32Array.from(
    columns.filter((_, at) => isKept(at)),
    (column) => column - items,
  );
  put("columns", left);
  put(
    "offsets",
    Int32Array.from(offsets.slice(items), (offset) => before[offset]),
  );
}

/**
 * @param {Record<string, any>} feature
 * @param {number} dropped rows
 */
function withMovedPadding(feature, dropped) {
  const { padding, ...rest } = feature;
  if (feature.ids !== "items" || padding === undefined) return feature;
  return padding < dropped ? rest : { ...rest, padding: padding - dropped };
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} count
 * @returns {ForeignTensor}
 */
function withoutRows({ shape: [rows, ...rest], values }, count) {
  return { shape: [rows - count, ...rest], values: values.slice((count * values.length) / rows) };
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} count
 * @returns {ForeignTensor}
 */
function withoutColumns({ shape: [rows, width], values }, count) {
  const result = new Float32Array(rows * (width - count));
  for (let row = 0; row < rows; row++)
    result.set(values.subarray(row * width + count, (row + 1) * width), row * (width - count));
  return { shape: [rows, width - count], values: result };
}
