import { PocketrecError } from "../common/errors.js";
import { halfToNumber } from "../file/dtypes.js";

/**
 * Numbers between the dtypes of a file and float32.
 *
 * @typedef {import("../file/safetensors.js").Tensor} Tensor
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {"f32" | "f16" | "bf16" | "i8"} Precision
 */

const view = new DataView(new ArrayBuffer(4));

/**
 * The nearest half; of two as near, the even one.
 * @param {number} value
 */
function numberToHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // A half's smallest step at this size; a sum of steps and exponent carries over by itself.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const step = 2 ** (exponent - 10);
  const steps = roundHalfEven(size / step);
  return sign | (size < 2 ** -14 ? steps : ((exponent + 15) << 10) + steps - 1024);
}

/** @param {number} value not negative */
function roundHalfEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * The upper half of a float's bits, rounded to the nearest, of two as near to the even one.
 * @param {number} value
 */
function numberToBrain(value) {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  return Number.isNaN(value) ? 0x7fc0 : ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** @param {number} bits the upper half of a float's */
export function brainToNumber(bits) {
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

/** @type {Record<string, (buffer: ArrayBuffer) => ArrayLike<number>>} */
const READERS = {
  F32: (buffer) => new Float32Array(buffer),
  F64: (buffer) => new Float64Array(buffer),
  F16: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber),
  BF16: (buffer) => Float32Array.from(new Uint16Array(buffer), brainToNumber),
  I8: (buffer) => new Int8Array(buffer),
  U8: (buffer) => new Uint8Array(buffer),
  BOOL: (buffer) => new Uint8Array(buffer),
  I16: (buffer) => new Int16Array(buffer),
  U16: (buffer) => new Uint16Array(buffer),
  I32: (buffer) => new Int32Array(buffer),
  U32: (buffer) => new Uint32Array(buffer),
  I64: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
  U64: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
};

/**
 * A tensor's numbers, as float32.
 *
 * @param {Tensor} tensor
 * @param {Float32Array} [scale] of an I8 tensor of ours: one a row
 */
export function decode({ name, dtype, shape, bytes }, scale) {
  if (!Object.hasOwn(READERS, dtype))
    throw new PocketrecError("bad-dtype", name, Object.keys(READERS).join(", "), dtype);
  // A copy, so that it begins where its numbers may.
  const values = Float32Array.from(READERS[dtype](bytes.slice().buffer));
  const width = values.length / (shape[0] || 1);
  if (scale) for (let i = 0; i < values.length; i++) values[i] *= scale[Math.floor(i / width)];
  return values;
}

/**
 * Numbers as a file holds them: one tensor, or of bytes two, the second being the scales of the
 * rows.
 *
 * @param {string} name
 * @param {ForeignTensor} tensor
 * @param {Precision} precision
 * @returns {Tensor[]}
 */
export function encode(name, { shape, values }, precision) {
  const tensor = (/** @type {string} */ dtype, /** @type {ArrayBufferView} */ data) => ({
    name,
    dtype,
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
  if (precision === "f32") return [tensor("F32", values)];
  if (precision === "bf16") return [tensor("BF16", Uint16Array.from(values, numberToBrain))];
  if (precision === "i8") return encodeBytes(name, shape, values);
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (most >= 65520)
    throw new PocketrecError("bad-dtype", name, "values below 65520, as F16 can hold", `${most}`, {
      hint: "BF16 holds them.",
    });
  return [tensor("F16", Uint16Array.from(values, numberToHalf))];
}

/**
 * A row's largest number is 127 steps.
 *
 * @param {string} name
 * @param {number[]} shape
 * @param {Float32Array} values
 * @returns {Tensor[]}
 */
function encodeBytes(name, shape, values) {
  const rows = shape[0];
  const width = values.length / rows;
  const steps = new Int8Array(values.length);
  const scale = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const line = values.subarray(row * width, (row + 1) * width);
    scale[row] = line.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    for (let k = 0; k < width; k++)
      steps[row * width + k] = scale[row] ? Math.round(line[k] / scale[row]) : 0;
  }
  return [
    { name, dtype: "I8", shape, bytes: new Uint8Array(steps.buffer) },
    { name: `${name}.scale`, dtype: "F32", shape: [rows], bytes: new Uint8Array(scale.buffer) },
  ];
}
