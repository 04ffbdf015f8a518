import { halfToNumber } from "../../file/dtypes.js";
import { brainToNumber } from "../dtypes.js";
import { PocketrecError, show } from "../../common/errors.js";

/**
 * How the numbers of other frameworks lie in bytes.
 *
 * @typedef {object} ElementType
 * @property {number} size
 * @property {boolean} exact whether float32 may not hold its values: Float64Array is what does, up
 *   to 2^53
 * @property {(view: DataView, at: number, little: boolean) => number} get
 *
 * @typedef {object} Strided a view of numbers
 * @property {string} name for errors
 * @property {Uint8Array} bytes
 * @property {ElementType} type
 * @property {boolean} [little]
 * @property {number[]} shape
 * @property {number[]} strides in elements
 * @property {number} offset in elements
 */

/** A view may show the same numbers again (expand), but not without end. */
const REPEATS_MAX = 64;
const REPEATS_FREE = 65_536;
const ELEMENTS_MAX = 2 ** 31;
const AXES_MAX = 32;

/** @type {Record<string, ElementType>} */
export const ELEMENTS = {
  float16: {
    size: 2,
    exact: false,
    get: (view, at, little) => halfToNumber(view.getUint16(at, little)),
  },
  bfloat16: {
    size: 2,
    exact: false,
    get: (view, at, little) => brainToNumber(view.getUint16(at, little)),
  },
  float32: { size: 4, exact: false, get: (view, at, little) => view.getFloat32(at, little) },
  float64: { size: 8, exact: true, get: (view, at, little) => view.getFloat64(at, little) },
  bool: { size: 1, exact: true, get: (view, at) => (view.getUint8(at) ? 1 : 0) },
  int8: { size: 1, exact: true, get: (view, at) => view.getInt8(at) },
  uint8: { size: 1, exact: true, get: (view, at) => view.getUint8(at) },
  int16: { size: 2, exact: true, get: (view, at, little) => view.getInt16(at, little) },
  uint16: { size: 2, exact: true, get: (view, at, little) => view.getUint16(at, little) },
  int32: { size: 4, exact: true, get: (view, at, little) => view.getInt32(at, little) },
  uint32: { size: 4, exact: true, get: (view, at, little) => view.getUint32(at, little) },
  int64: { size: 8, exact: true, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  uint64: {
    size: 8,
    exact: true,
    get: (view, at, little) => Number(view.getBigUint64(at, little)),
  },
};

/**
 * @param {unknown} shape
 * @param {string} name
 * @returns {number[]}
 */
export function demandShape(shape, name) {
  const fine =
    Array.isArray(shape) &&
    shape.length <= AXES_MAX &&
    shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!fine)
    throw new PocketrecError(
      "bad-shape",
      name,
      `an array of at most ${AXES_MAX} sizes`,
      show(shape),
    );
  if (countOf(shape) > ELEMENTS_MAX) {
    throw new PocketrecError("too-large", name, "at most 2^31 numbers", `the shape ${show(shape)}`);
  }
  return shape;
}

/** @param {number[]} shape */
export const countOf = (shape) =>
  shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, 1);

/**
 * The strides of an array without gaps.
 * @param {number[]} shape
 * @param {boolean} [fortran] the first axis lies closest, not the last
 */
export function packedStrides(shape, fortran = false) {
  const strides = new Array(shape.length).fill(1);
  if (fortran) for (let i = 1; i < shape.length; i++) strides[i] = strides[i - 1] * shape[i - 1];
  else for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/**
 * Reads a view row by row, after every element was found to lie inside the bytes.
 * @template {Float32Array | Float64Array} Numbers
 * @param {Strided} strided
 * @param {new (length: number) => Numbers} Numbers
 */
export function gather(strided, Numbers) {
  const { bytes, type, shape, strides, offset, little = true } = strided;
  const count = demandInside(strided);
  const values = new Numbers(count);
  if (!count) return values;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = shape.length - 1;
  const width = shape.length ? shape[last] : 1;
  const step = (shape.length ? strides[last] : 0) * type.size;
  const index = new Array(shape.length).fill(0);
  for (let done = 0; done < count; done += width) {
    let at = index.reduce((sum, i, axis) => sum + i * strides[axis], offset) * type.size;
    for (let i = 0; i < width; i++, at += step) values[done + i] = type.get(view, at, little);
    for (let axis = last - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return values;
}

/** @param {Strided} strided */
function demandInside({ name, bytes, type, shape, strides, offset }) {
  const held = Math.floor(bytes.length / type.size);
  const count = countOf(demandShape(shape, name));
  const fine =
    strides.length === shape.length &&
    [offset, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!fine)
    throw new PocketrecError(
      "bad-shape",
      name,
      "an offset and a stride for each axis",
      show([offset, strides]),
    );
  if (!count) return 0;
  const end = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (!(end < held))
    throw new PocketrecError(
      "truncated",
      name,
      `numbers up to ${end}`,
      `${held} of them in the file`,
    );
  if (count > held * REPEATS_MAX + REPEATS_FREE) {
    throw new PocketrecError(
      "too-large",
      name,
      `at most ${REPEATS_MAX} times the ${held} numbers stored`,
      `${count}`,
    );
  }
  return count;
}
