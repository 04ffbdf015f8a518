import { PocketrecError } from "../../js/common/errors.js";
import { NUMBER_TYPES, readFloats } from "./number-types.js";

/**
 * Converts numbers between the dtypes of a weights file and float32.
 *
 * @typedef {import("../../js/file/safetensors.js").Tensor} Tensor
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {"f32" | "f16" | "bf16" | "i8"} Precision
 */

const scratch = new DataView(new ArrayBuffer(4));

/**
 * The bits of the nearest half-precision number; ties go to the even one.
 *
 * @param {number} value
 */
function numberToHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // The spacing of halves at this size. Rounding up to the next power of two carries into the
  // exponent.
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
 * The bits of the nearest bfloat16: the upper half of a float's bits; ties go to the even one.
 *
 * @param {number} value
 */
function numberToBfloat16(value) {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  return Number.isNaN(value) ? 0x7fc0 : ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** safetensors' names of number types. BOOL is read as uint8, as it is stored. */
const TYPES = {
  ...{ F16: "float16", BF16: "bfloat16", F32: "float32", F64: "float64", BOOL: "uint8" },
  ...{ I8: "int8", I16: "int16", I32: "int32", I64: "int64" },
  ...{ U8: "uint8", U16: "uint16", U32: "uint32", U64: "uint64" },
};

/**
 * The numbers of a tensor as float32.
 *
 * @param {Tensor} tensor
 * @param {Float32Array} [scale] one per row, of an I8 tensor of a weights file
 */
export function decode({ name, dtype, shape, bytes }, scale) {
  if (!Object.hasOwn(TYPES, dtype))
    throw new PocketrecError("bad-dtype", name, Object.keys(TYPES).join(", "), dtype);
  const type = NUMBER_TYPES[TYPES[/** @type {keyof typeof TYPES} */ (dtype)]];
  const values = readFloats(type, bytes);
  const width = values.length / (shape[0] || 1);
  if (scale) for (let i = 0; i < values.length; i++) values[i] *= scale[Math.floor(i / width)];
  return values;
}

/**
 * The numbers of an I32 tensor.
 * @param {Tensor} tensor
 */
export const readIntegers = ({ bytes }) => new Int32Array(bytes.slice().buffer);

/**
 * The tensors of whole numbers of a weights file, exactly.
 *
 * @param {Map<string, Tensor>} kept
 * @returns {[string, ForeignTensor][]} by name; values: in fact an Int32Array
 */
export const integersOf = (kept) =>
  [...kept.values()]
    .filter(({ dtype }) => dtype === "I32")
    .map(({ name, shape, bytes }) => {
      const values = NUMBER_TYPES.int32.readAll(new Uint8Array(bytes).buffer);
      return [name, { shape, values: /** @type {any} */ (values) }];
    });

/**
 * Encodes a tensor for a weights file: as one tensor, or for i8 as two, the second being the rows'
 * scales.
 *
 * @param {string} name
 * @param {ForeignTensor} tensor
 * @param {Precision} precision
 * @param {ArrayLike<number>} [offsets] of a sparse matrix's values: where each of its rows begins
 * @returns {Tensor[]}
 */
export function encode(name, { shape, values }, precision, offsets) {
  const tensor = (/** @type {string} */ dtype, /** @type {ArrayBufferView} */ data) => ({
    name,
    dtype,
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
  if (precision === "f32") return [tensor("F32", values)];
  if (precision === "bf16") return [tensor("BF16", Uint16Array.from(values, numberToBfloat16))];
  if (precision === "i8") return encodeBytes(name, shape, values, offsets);
  const max = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (max >= 65520)
    throw new PocketrecError("bad-dtype", name, "values below 65520, as F16 can hold", `${max}`, {
      hint: "BF16 holds them.",
    });
  return [tensor("F16", Uint16Array.from(values, numberToHalf))];
}

/**
 * int8 with one scale per row: the row's largest magnitude is 127 steps.
 *
 * @param {string} name
 * @param {number[]} shape
 * @param {Float32Array} values
 * @param {ArrayLike<number>} [offsets] where each row begins
 * @returns {Tensor[]}
 */
function encodeBytes(name, shape, values, offsets) {
  const rows = offsets ? offsets.length - 1 : shape[0];
  const width = values.length / rows;
  const steps = new Int8Array(values.length);
  const scale = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = offsets?.[row] ?? row * width;
    const line = values.subarray(start, offsets?.[row + 1] ?? start + width);
    scale[row] = line.reduce((max, value) => Math.max(max, Math.abs(value)), 0) / 127;
    for (let k = 0; k < line.length; k++)
      steps[start + k] = scale[row] ? Math.round(line[k] / scale[row]) : 0;
  }
  return [
    { name, dtype: "I8", shape, bytes: new Uint8Array(steps.buffer) },
    { name: `${name}.scale`, dtype: "F32", shape: [rows], bytes: new Uint8Array(scale.buffer) },
  ];
}
