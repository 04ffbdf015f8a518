import { PocketrecError } from "../../../js/common/errors.js";
import { numpyType } from "./numpy.js";
import { Inert, NumpyArray } from "./pickle-values.js";
import { sparseRows } from "./sparse.js";
import { gather, packedStrides } from "./strided.js";

/**
 * Sparse matrices of scipy in a pickle. Nothing of scipy runs: their arrays are read.
 *
 * @typedef {import("./sparse.js").SparseMatrix} SparseMatrix
 */

const CLASS = /^scipy\.sparse\.(_?\w+\.)?(\w{3})_(matrix|array)$/;

/** @param {unknown} value @returns {value is Inert} */
export const isSparse = (value) => value instanceof Inert && CLASS.test(value.class);

/**
 * @param {Inert} object
 * @param {string} path for errors
 * @returns {SparseMatrix}
 * @throws {PocketrecError} "bad-shape"
 */
export function sparseOf(object, path) {
  const name = path || "file";
  const { attributes } = object;
  const format = CLASS.exec(object.class)?.[2] ?? "";
  const stated = attributes.get("_shape") ?? attributes.get("shape");
  const shape = (Array.isArray(stated) ? stated : []).map(numberOf);
  if (shape.length !== 2 || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new PocketrecError("bad-shape", name, "a matrix", `${shape.length} axes`);
  return {
    shape,
    read: () => sparseRows({ name, format, shape, ...partsOf(object, format, name) }),
  };
}

/**
 * @param {Inert} object
 * @param {string} format
 * @param {string} name for errors
 */
function partsOf({ attributes }, format, name) {
  const read = (/** @type {unknown} */ value, /** @type {string} */ part) =>
    numbersOf(value, `${name}.${part}`);
  if (format === "coo") {
    const coords = attributes.get("coords");
    const [row, column] = Array.isArray(coords)
      ? coords
      : [attributes.get("row"), attributes.get("col")];
    return {
      values: read(attributes.get("data"), "data"),
      indices: read(row, "row"),
      pointers: read(column, "col"),
    };
  }
  if (format !== "csr" && format !== "csc") return { values: [], indices: [], pointers: [] };
  return {
    values: read(attributes.get("data"), "data"),
    indices: read(attributes.get("indices"), "indices"),
    pointers: read(attributes.get("indptr"), "indptr"),
  };
}

/**
 * @param {unknown} array
 * @param {string} name for errors
 * @returns {Float64Array}
 */
function numbersOf(array, name) {
  const kind =
    array instanceof NumpyArray && array.type && numpyType(array.type.code, array.type.order);
  if (!(array instanceof NumpyArray) || !kind || array.shape.length !== 1)
    throw new PocketrecError("bad-shape", name, "a list of numbers", "something else");
  const { shape, bytes } = array;
  const strides = packedStrides(shape);
  return gather({ name, bytes, ...kind, shape, strides, offset: 0 }, Float64Array);
}

/**
 * A size, perhaps as a number of numpy.
 * @param {unknown} value
 */
function numberOf(value) {
  if (!(value instanceof NumpyArray) || value.shape.length || !value.type) return Number(value);
  const kind = numpyType(value.type.code, value.type.order);
  const { bytes } = value;
  if (!kind || bytes.length < kind.type.size) return NaN;
  return gather(
    { name: "shape", bytes, ...kind, shape: [1], strides: [1], offset: 0 },
    Float64Array,
  )[0];
}
