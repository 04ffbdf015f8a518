import { NUMBER_TYPES, readFloats } from "../number-types.js";

/** The classes of HDF5's types that hold numbers. */
const INTEGER = 0;
const FLOAT = 1;
const OPAQUE = 5;
const ENUMERATION = 8;

/**
 * Finds how to decode the values of a type to float32.
 *
 * @param {{ type: number, size: number, signed: boolean }} type
 * @param {Record<string, unknown>} attributes of the dataset
 * @returns {((bytes: Uint8Array<ArrayBuffer>) => Float32Array) | undefined} undefined: the values
 *   are no numbers
 */
export function decoder(type, attributes) {
  const name = numberTypeOf(type, attributes);
  if (!name || !Object.hasOwn(NUMBER_TYPES, name)) return undefined;
  return (bytes) => readFloats(NUMBER_TYPES[name], bytes);
}

/**
 * @param {{ type: number, size: number, signed: boolean }} type
 * @param {Record<string, unknown>} attributes
 */
function numberTypeOf({ type, size, signed }, attributes) {
  if (type === FLOAT) return `float${8 * size}`;
  if (type === INTEGER || type === ENUMERATION) return `${signed ? "int" : "uint"}${8 * size}`;
  // HDF5 has no bfloat16: Keras writes it as opaque values and names it in an attribute.
  return type === OPAQUE && size === 2 && attributes.dtype === "bfloat16" ? "bfloat16" : undefined;
}
