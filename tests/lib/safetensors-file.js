/**
 * Reads and writes safetensors files: eight bytes with the header's length, a header in JSON, the
 * tensors' bytes. A candidate pack is such a file.
 *
 * @typedef {{ dtype: string, shape: number[], data: Uint8Array }} Tensor data: its bytes
 */

/** Bytes of the header's length. Spaces pad the header, so that the data begin at a multiple. */
const LENGTH = 8;

/**
 * @param {Record<string, { dtype?: string, shape: number[], data: ArrayBufferView }>} tensors
 *   dtype: default F32
 * @param {Record<string, string>} [metadata]
 * @returns {Uint8Array}
 */
export function writeSafetensors(tensors, metadata) {
  const header = headerOf(tensors, metadata);
  return fileOf(
    JSON.stringify(header),
    Object.values(tensors).map(({ data }) => data),
  );
}

/**
 * The header: type and shape of each tensor, and the offsets of its bytes behind the header.
 */
export function headerOf(tensors, metadata) {
  const header = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { dtype = "F32", shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] };
  }
  return header;
}

/**
 * A file with this header and these data.
 *
 * @param {string} header
 * @param {ArrayBufferView[]} data
 */
export function fileOf(header, data) {
  const json = new TextEncoder().encode(header);
  const start = Math.ceil((LENGTH + json.length) / LENGTH) * LENGTH;
  const file = new Uint8Array(data.reduce((end, { byteLength }) => end + byteLength, start)).fill(
    0x20,
    LENGTH,
    start,
  );
  new DataView(file.buffer).setBigUint64(0, BigInt(start - LENGTH), true);
  file.set(json, LENGTH);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of data) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file;
}

/**
 * Reads a file that a test made, without checks. Files from others are read by the package.
 *
 * @param {Uint8Array} bytes
 * @returns {{ tensors: Record<string, Tensor>, metadata: Record<string, string> | undefined }} the
 *   data are views into the file
 */
export function readSafetensors({ buffer, byteOffset, byteLength }) {
  // Not a Buffer, whose slice() does not copy.
  const file = new Uint8Array(buffer, byteOffset, byteLength);
  const start = LENGTH + Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...header } = JSON.parse(
    new TextDecoder().decode(file.subarray(LENGTH, start)),
  );
  const read = ([
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ]) => [name, { dtype, shape, data: file.subarray(start + from, start + to) }];
  return { tensors: Object.fromEntries(Object.entries(header).map(read)), metadata };
}
