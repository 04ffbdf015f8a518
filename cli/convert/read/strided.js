import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * Arrays as views of bytes: of numpy and of PyTorch.
 *
 * @typedef {import("../number-types.js").NumberType} NumberType
 *
 * @typedef {object} Strided
 * @property {string} name for errors
 * @property {Uint8Array} bytes
 * @property {NumberType} type
 * @property {boolean} [little] whether numbers are little endian; default: true
 * @property {number[]} shape
 * @property {number[]} strides in elements
 * @property {number} offset in elements
 */

/** A view may repeat stored numbers (torch.expand), up to this factor or this number. */
const REPEATS_MAX = 64;
const REPEATS_FREE = 65_536;
const ELEMENTS_MAX = 2 ** 31;
const AXES_MAX = 32;

/**
 * @param {unknown} shape
 * @param {string} name for errors
 * @returns {number[]}
 * @throws {PocketrecError} "bad-shape", "too-large"
 */
export function assertShape(shape, name) {
  const isShape =
    Array.isArray(shape) &&
    shape.length <= AXES_MAX &&
    shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isShape) {
    const expected = `an array of at most ${AXES_MAX} sizes`;
    throw new PocketrecError("bad-shape", name, expected, show(shape));
  }
  if (countOf(shape) <= ELEMENTS_MAX) return shape;
  throw new PocketrecError("too-large", name, "at most 2^31 numbers", `the shape ${show(shape)}`);
}

/** The number of elements. @param {number[]} shape */
export const countOf = (shape) =>
  shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, 1);

/**
 * The strides of an array without gaps.
 *
 * @param {number[]} shape
 * @param {boolean} [isFortran] whether the first axis is contiguous, not the last
 */
export function packedStrides(shape, isFortran = false) {
  const strides = new Array(shape.length).fill(1);
  if (isFortran) for (let i = 1; i < shape.length; i++) strides[i] = strides[i - 1] * shape[i - 1];
  else for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/**
 * Copies a view in row-major order.
 *
 * @template {Float32Array | Float64Array} Numbers
 * @param {Strided} strided
 * @param {new (length: number) => Numbers} Numbers
 * @throws {PocketrecError} "bad-shape", "truncated", "too-large": the view exceeds its bytes
 */
export function gather(strided, Numbers) {
  const { bytes, type, shape, strides, offset, little = true } = strided;
  const count = assertInside(strided);
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

/**
 * @param {Strided} strided
 * @returns {number} the number of elements
 */
function assertInside({ name, bytes, type, shape, strides, offset }) {
  const stored = Math.floor(bytes.length / type.size);
  const count = countOf(assertShape(shape, name));
  const hasStrides =
    strides.length === shape.length &&
    [offset, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!hasStrides) {
    const expected = "an offset and a stride for each axis";
    throw new PocketrecError("bad-shape", name, expected, show([offset, strides]));
  }
  if (!count) return 0;
  const end = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (!(end < stored))
    throw new PocketrecError("truncated", name, `numbers up to ${end}`, `${stored} in the file`);
  if (count > stored * REPEATS_MAX + REPEATS_FREE) {
    const expected = `at most ${REPEATS_MAX} times the ${stored} numbers stored`;
    throw new PocketrecError("too-large", name, expected, `${count}`);
  }
  return count;
}
