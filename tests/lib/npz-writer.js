// Writes files of numpy.savez: float32 tables, single numbers and texts.
import { npy } from "./torch-writer.js";
import { zipOf } from "./zip-writer.js";

/** @param {Record<string, { shape: number[], data: Float32Array } | number | string>} arrays */
export const npz = (arrays) =>
  zipOf(
    Object.fromEntries(
      Object.entries(arrays).map(([name, value]) => [`${name}.npy`, array(value)]),
    ),
  );

function array(value) {
  if (typeof value === "number") return written("<f8", [], Float64Array.of(value));
  if (typeof value === "string")
    return written(
      `<U${value.length}`,
      [],
      Uint32Array.from(value, (sign) => sign.codePointAt(0)),
    );
  return written("<f4", value.shape, value.data);
}

function written(code, shape, data) {
  const sizes = shape.map((size) => `${size},`).join(" ");
  const header = `{'descr': '${code}', 'fortran_order': False, 'shape': (${sizes}), }\n`;
  return npy(header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
