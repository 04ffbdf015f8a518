import { halfToNumber } from "../../js/file/dtypes.js";

/**
 * The number types of model files, of all formats.
 *
 * @typedef {object} NumberType
 * @property {number} size bytes of a number
 * @property {boolean} isExact whether Float64Array holds its values exactly (integers up to 2^53)
 *   and Float32Array may not
 * @property {(view: DataView, at: number, little: boolean) => number} get reads one number
 * @property {(buffer: ArrayBuffer) => ArrayLike<number>} readAll reads little endian numbers
 */

const scratch = new DataView(new ArrayBuffer(4));

/** @param {number} bits the upper half of a float32's bits */
function bfloat16ToNumber(bits) {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** @type {Record<string, NumberType>} */
export const NUMBER_TYPES = {
  float16: {
    size: 2,
    isExact: false,
    get: (view, at, little) => halfToNumber(view.getUint16(at, little)),
    readAll: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber),
  },
  bfloat16: {
    size: 2,
    isExact: false,
    get: (view, at, little) => bfloat16ToNumber(view.getUint16(at, little)),
    readAll: (buffer) => Float32Array.from(new Uint16Array(buffer), bfloat16ToNumber),
  },
  float32: {
    size: 4,
    isExact: false,
    get: (view, at, little) => view.getFloat32(at, little),
    readAll: (buffer) => new Float32Array(buffer),
  },
  float64: {
    size: 8,
    isExact: true,
    get: (view, at, little) => view.getFloat64(at, little),
    readAll: (buffer) => new Float64Array(buffer),
  },
  bool: {
    size: 1,
    isExact: true,
    get: (view, at) => (view.getUint8(at) ? 1 : 0),
    readAll: (buffer) => new Uint8Array(buffer).map((byte) => (byte ? 1 : 0)),
  },
  int8: {
    size: 1,
    isExact: true,
    get: (view, at) => view.getInt8(at),
    readAll: (buffer) => new Int8Array(buffer),
  },
  uint8: {
    size: 1,
    isExact: true,
    get: (view, at) => view.getUint8(at),
    readAll: (buffer) => new Uint8Array(buffer),
  },
  int16: {
    size: 2,
    isExact: true,
    get: (view, at, little) => view.getInt16(at, little),
    readAll: (buffer) => new Int16Array(buffer),
  },
  uint16: {
    size: 2,
    isExact: true,
    get: (view, at, little) => view.getUint16(at, little),
    readAll: (buffer) => new Uint16Array(buffer),
  },
  int32: {
    size: 4,
    isExact: true,
    get: (view, at, little) => view.getInt32(at, little),
    readAll: (buffer) => new Int32Array(buffer),
  },
  uint32: {
    size: 4,
    isExact: true,
    get: (view, at, little) => view.getUint32(at, little),
    readAll: (buffer) => new Uint32Array(buffer),
  },
  int64: {
    size: 8,
    isExact: true,
    get: (view, at, little) => Number(view.getBigInt64(at, little)),
    readAll: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
  },
  uint64: {
    size: 8,
    isExact: true,
    get: (view, at, little) => Number(view.getBigUint64(at, little)),
    readAll: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
  },
};

/**
 * Little endian numbers as float32.
 *
 * @param {NumberType} type
 * @param {Uint8Array} bytes a whole number of them
 * @returns {Float32Array}
 */
export function readFloats({ readAll }, bytes) {
  // A copy, since typed arrays have to start at a multiple of their size;
  // Buffer.slice would not copy.
  const values = readAll(new Uint8Array(bytes).buffer);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
