// The least of the safetensors format that tests and benchmarks need: written, and read back as float32.

/**
 * tensors: { name: { shape, data: typed array, dtype = "F32" } } -> ArrayBuffer
 * `edit` may change the header before it is written, to tell lies.
 */
export function writeSafetensors(tensors, metadata = {}, edit = (header) => header) {
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data, dtype = "F32" }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const places = Object.entries(tensors).map(([name, { data }]) => [header[name].data_offsets[0], data]);
  const edited = edit(header);
  const file = safetensorsOf(typeof edited === "string" ? edited : JSON.stringify(edited), end);
  for (const [place, data] of places) {
    new Uint8Array(file, file.byteLength - end + place).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return file;
}

/** A file of this header, and zeros for data. */
export function safetensorsOf(text, dataLength) {
  const json = new TextEncoder().encode(text);
  const start = Math.ceil((8 + json.length) / 8) * 8;
  const file = new Uint8Array(start + dataLength).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  return file.buffer;
}

/** The tensors as views into the file. */
export function readSafetensors(file) {
  const start = 8 + Number(new DataView(file).getBigUint64(0, true));
  const { __metadata__, ...header } = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, start - 8)));
  const tensors = {};
  for (const [name, { shape, data_offsets: [from, to] }] of Object.entries(header)) {
    tensors[name] = { shape, data: new Float32Array(file, start + from, (to - from) / 4) };
  }
  return tensors;
}
