import { PocketrecError, show } from "../errors.js";
import { halfToNumber } from "../fuse.js";
import { openZip } from "./zip.js";

/**
 * numpy's arrays: .npy, and .npz, which is a zip of them.
 *
 * @typedef {{ shape: number[], values: Float32Array | Float64Array }} NumpyArray values: row-major; Float64Array of integers and
 *   doubles
 */

const MAGIC = "\x93NUMPY";

/** Bytes of a header: its keys are three, and one is a list of sizes. */
const HEADER_MAX = 1 << 16;

/** @type {Record<string, { bytes: number, get: (view: DataView, at: number, little: boolean) => number }>} */
export const NUMBERS = {
  f2: { bytes: 2, get: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, get: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, get: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, get: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, get: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, get: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, get: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { bytes: 1, get: (view, at) => Number(view.getUint8(at) !== 0) },
};

/**
 * @param {Uint8Array} bytes
 * @param {string} [name] for errors
 * @returns {NumpyArray}
 */
export function readNpy(bytes, name = "array") {
  const { header, data } = split(bytes, name);
  const descr = header.match(/'descr':\s*'([<>|=])([a-zA-Z]\d+)'/), order = header.match(/'fortran_order':\s*(True|False)/), shape = header.match(/'shape':\s*\(([\d,\sL]*)\)/);
  if (/'descr':\s*'\|?O/.test(header)) {
    throw new PocketrecError("unsafe", name, "an array of numbers", "one of Python objects, which are a pickle", { hint: "Save it as numbers: array.astype(\"float32\")." });
  }
  if (!descr || !order || !shape || !Object.hasOwn(NUMBERS, descr[2])) {
    throw new PocketrecError("bad-dtype", name, `an array of ${Object.keys(NUMBERS).join(", ")}`, show(header.trim()));
  }
  const sizes = shape[1].split(",").map((size) => size.trim().replace(/L$/, "")).filter(Boolean).map(Number);
  return numbersOf(name, descr[2], descr[1] !== ">", sizes, order[1] === "True", data);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function split(bytes, name) {
  const magic = String.fromCharCode(...bytes.subarray(0, 6)), major = bytes[6], view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (magic !== MAGIC || bytes.length < 12 || major < 1 || major > 3) throw new PocketrecError("bad-header", name, "an array of numpy", "something else");
  const start = major === 1 ? 10 : 12, length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > HEADER_MAX) throw new PocketrecError("too-large", name, `a header of at most ${HEADER_MAX} bytes`, `${length}`);
  if (start + length > bytes.length) throw new PocketrecError("truncated", name, `a header of ${length} bytes`, `${bytes.length - start}`);
  return { header: String.fromCharCode(...bytes.subarray(start, start + length)), data: bytes.subarray(start + length) };
}

/**
 * Numbers of a dtype out of bytes, in row-major order.
 *
 * @param {string} name
 * @param {string} dtype one of NUMBERS
 * @param {boolean} little
 * @param {number[]} shape
 * @param {boolean} isFortran whether the first index runs fastest
 * @param {Uint8Array} data
 * @returns {NumpyArray}
 */
export function numbersOf(name, dtype, little, shape, isFortran, data) {
  const { bytes, get } = NUMBERS[dtype], count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count * bytes) || data.length !== count * bytes) {
    throw new PocketrecError(data.length < count * bytes ? "truncated" : "bad-shape", name, `${count * bytes} bytes for ${show(shape)}`, `${data.length}`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = dtype === "f4" || dtype === "f2" ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = get(view, i * bytes, little);
  return { shape, values: isFortran && shape.length > 1 ? rowMajor(values, shape) : values };
}

/**
 * @template {Float32Array | Float64Array} T
 * @param {T} values the first index running fastest
 * @param {number[]} shape
 */
function rowMajor(values, shape) {
  const other = values.slice(), strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = new Array(shape.length).fill(0);
  let from = 0;
  for (let at = 0; at < values.length; at++) {
    other[at] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return /** @type {T} */ (other);
}

/**
 * The arrays of a .npz by name.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Map<string, NumpyArray>>}
 */
export async function readArrays(bytes) {
  const { names, read } = await openZip(bytes), arrays = new Map();
  for (const name of names.filter((name) => name.endsWith(".npy"))) arrays.set(name.slice(0, -4), readNpy(await read(name), name.slice(0, -4)));
  return arrays;
}

/**
 * A model whose arrays were saved by name: numpy.savez("model.npz", **arrays).
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<import("./checkpoint.js").Checkpoint>}
 */
export async function readNpz(bytes) {
  const tensors = new Map([...(await readArrays(bytes))].map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));
  return { format: "numpy", tensors, classes: new Map(), settings: {} };
}
