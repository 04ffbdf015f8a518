import { halfToNumber } from "../../file/dtypes.js";

/** The classes of HDF5's types that are numbers, or may be. */
const INTEGER = 0;
const FLOAT = 1;
const OPAQUE = 5;
const ENUMERATION = 8;

/**
 * How values of a type become float32, or undefined where they are no numbers.
 * @param {{ type: number, size: number, signed: boolean }} type
 * @param {Record<string, unknown>} attributes of the dataset
 * @returns {((bytes: Uint8Array<ArrayBuffer>) => Float32Array) | undefined}
 */
export function decoder({ type, size, signed }, attributes) {
  // Keras writes bfloat16 as two bytes that HDF5 knows nothing of, and says so beside them.
  if (type === OPAQUE && size === 2 && attributes.dtype === "bfloat16") return decodeBfloat16;
  if (type === FLOAT && size === 2) return decodeHalf;
  if (type === FLOAT && size === 4) return (bytes) => new Float32Array(bytes.buffer);
  if (type === FLOAT && size === 8)
    return (bytes) => Float32Array.from(new Float64Array(bytes.buffer));
  if (type !== INTEGER && type !== ENUMERATION) return undefined;
  if (size === 8) return (bytes) => decodeLong(bytes, signed);
  const Integers = {
    1: signed ? Int8Array : Uint8Array,
    2: signed ? Int16Array : Uint16Array,
    4: signed ? Int32Array : Uint32Array,
  }[size];
  return Integers && ((bytes) => Float32Array.from(new Integers(bytes.buffer)));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {boolean} signed
 */
function decodeLong(bytes, signed) {
  const values = signed ? new BigInt64Array(bytes.buffer) : new BigUint64Array(bytes.buffer);
  return Float32Array.from(values, Number);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function decodeBfloat16(bytes) {
  return new Float32Array(
    Uint32Array.from(new Uint16Array(bytes.buffer), (bits) => bits << 16).buffer,
  );
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
const decodeHalf = (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), halfToNumber);
