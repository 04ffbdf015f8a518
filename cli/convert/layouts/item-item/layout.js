import { integersOf } from "../../dtypes.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { assumed } from "../shared/assume.js";
import { assertRows, openInput, openMatrixBlueprint } from "./matrix.js";

/**
 * Item to item models by the shapes of their tensors: a square matrix, dense or sparse, and ELSA's
 * table.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** @type {import("../../blueprint.js").Layout} */
export function itemItemLayout(checkpoint, options) {
  if (options.kind !== undefined && options.kind !== "item-item") return undefined;
  const name = matrixName(checkpoint, options);
  const blueprint =
    name === undefined ? elsa(checkpoint, options) : squareMatrix(checkpoint, name, options);
  if (!blueprint) return undefined;
  const unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return { ...blueprint, unused };
}

/** @param {number[]} shape */
const isSquare = ([rows, columns, ...more]) => rows === columns && rows > 1 && !more.length;

/**
 * The only square matrix; where the kind is not stated, beside nothing else.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function matrixName({ tensors, sparse = new Map() }, { kind }) {
  const all = [...tensors, ...sparse];
  const square = all.filter(([, { shape }]) => isSquare(shape));
  return square.length === 1 && (kind || all.length === 1) ? square[0][0] : undefined;
}

/**
 * @param {Checkpoint} checkpoint
 * @param {string} name
 * @param {LayoutOptions} options
 */
function squareMatrix({ format, tensors, sparse, settings }, name, options) {
  const isImplicit = format === "numpy" && settings.K !== undefined;
  if (isImplicit) assertRows(options);
  const matrix = sparse?.get(name)?.read() ?? /** @type {ForeignTensor} */ (tensors.get(name));
  // A dense layer of PyTorch has a row an output.
  const usual = /(^|[._])weight$/.test(name) ? "columns" : "rows";
  const title = isImplicit ? "neighbours of implicit" : `${format} matrix`;
  const stated = isImplicit ? { ...options, historyAxis: /** @type {const} */ ("rows") } : options;
  const blueprint = openMatrixBlueprint(title, matrix, usual, stated);
  blueprint.used.add(name);
  if (options.padding === undefined && isEmptyFirst(blueprint))
    blueprint.notes.push("row and column 0 are zero: if they are padding, use --padding 1");
  return blueprint;
}

/**
 * Whether item 0 neither says anything nor is said anything of.
 * @param {Blueprint} blueprint
 */
function isEmptyFirst({ tensors, kept }) {
  const weight = tensors.get("weight");
  if (weight) {
    const [items] = weight.shape;
    const own = [...weight.values.subarray(0, items)];
    return own.every((value, k) => value === 0 && weight.values[k * items] === 0);
  }
  const [offsets, columns] = integersOf(kept ?? new Map()).map(([, { values }]) => values);
  return offsets[1] === 0 && !columns.includes(0);
}

/** The table of the authors' ELSA: a private attribute of its class. */
const AUTHORS = /(^|\.)_ELSA__W_list\.0$/;

/**
 * ELSA (Vancura et al., RecSys 2022): W = A A' - I with the rows of A scaled to length 1, as
 * forward() does.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function elsa({ format, tensors, sparse }, options) {
  const [[name, table] = ["", undefined], ...others] = tensors;
  const isAuthors = AUTHORS.test(name);
  const isAlone = !others.length && !sparse?.size && table?.shape.length === 2;
  if (!table || !isAlone || !(isAuthors || options.kind)) return undefined;
  const blueprint = emptyBlueprint(isAuthors ? "ELSA" : `${format} ELSA`, "item-item");
  const length = lengthOf(blueprint, table, isAuthors, options);
  const { diagonal = 1 } = options;
  if (!isAuthors && options.diagonal === undefined)
    blueprint.assumptions.push(assumed("diagonal", 1, [1, 0], "--diagonal"));
  const items = table.shape[0];
  blueprint.tensors.set("item.input", length === "l2" ? ofLengthOne(table) : table);
  if (diagonal)
    blueprint.tensors.set("diagonal", {
      shape: [items],
      values: new Float32Array(items).fill(diagonal),
    });
  openInput(blueprint, options.inputValues ?? (isAuthors ? "binary" : undefined));
  blueprint.used.add(name);
  return blueprint;
}

/** Rows whose length is so near to 1 are scaled already. */
const ONE = 1e-5;

/**
 * @param {Blueprint} blueprint changed
 * @param {ForeignTensor} table
 * @param {boolean} isAuthors
 * @param {LayoutOptions} options
 */
function lengthOf({ assumptions }, { shape: [rows, width], values }, isAuthors, { normalize }) {
  if (normalize || isAuthors) return normalize ?? "l2";
  const isOne = Array.from({ length: rows }, (_, row) =>
    Math.hypot(...values.subarray(row * width, (row + 1) * width)),
  ).every((length) => length === 0 || Math.abs(length - 1) < ONE);
  if (!isOne) assumptions.push(assumed("vectors", "l2", ["l2", "none"], "--normalize"));
  return "l2";
}

/**
 * @param {ForeignTensor} table
 * @returns {ForeignTensor}
 */
function ofLengthOne({ shape, values }) {
  const [rows, width] = shape;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...own) || 1;
    own.forEach((value, k) => (result[row * width + k] = value / length));
  }
  return { shape, values: result };
}
