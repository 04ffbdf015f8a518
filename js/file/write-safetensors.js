import { PocketrecError } from "../common/errors.js";
import { HEADER_MAX } from "./safetensors.js";

/**
 * A safetensors file. Equal models give equal bytes: tensors are sorted by the width of their
 * numbers, widest first, so that all stay aligned, then by name.
 *
 * @param {Iterable<import("./safetensors.js").Tensor>} tensors
 * @param {Record<string, unknown>} description the content of `__metadata__.pocketrec`
 * @throws {PocketrecError} "too-large": the header is longer than loadModel reads
 */
export function writeSafetensors(tensors, description) {
  const widthOf = (/** @type {string} */ dtype) => Number(dtype.match(/\d+$/)?.[0] ?? 8);
  const sorted = [...tensors].sort(
    (a, b) => widthOf(b.dtype) - widthOf(a.dtype) || (a.name < b.name ? -1 : 1),
  );
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: { pocketrec: JSON.stringify(description) } };
  let offset = 0;
  for (const { name, dtype, shape, bytes } of sorted) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  if (text.length > HEADER_MAX)
    throw new PocketrecError(
      "too-large",
      "header",
      `at most ${HEADER_MAX} bytes of names and description`,
      `${text.length} bytes`,
    );
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  offset = start;
  for (const { bytes } of sorted) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}
