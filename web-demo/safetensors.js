/**
 * The safetensors format, read and written: eight bytes with the header's length, a header in JSON,
 * the tensors' bytes. Candidate packs are such files, which a server writes from rows that it has
 * anyway.
 *
 * @typedef {{ dtype: string, shape: number[], data: Uint8Array }} Tensor data: the bytes as they
 *   stand in the file
 */

/**
 * The header begins behind its own length, and is filled up with spaces so that the data stand at a
 * multiple of this.
 */
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
 * What such a file says of its tensors: type, shape, and where their bytes are behind the header.
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
 * A file of this header and these data, one behind the other.
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
 * A file of our own, which is not checked: what strangers send, the package reads.
 *
 * @param {Uint8Array} bytes
 * @returns {{ tensors: Record<string, Tensor>, metadata: Record<string, string> | undefined }} the
 *   data are views into the file
 */
export function readSafetensors({ buffer, byteOffset, byteLength }) {
  const file = new Uint8Array(buffer, byteOffset, byteLength); // a Buffer's slice() would be no copy
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
