// The least of the safetensors format that the benchmark needs: float32 tensors, written and read back.

/** tensors: { name: { shape, data: Float32Array } } -> ArrayBuffer */
export function writeSafetensors(tensors, metadata = {}) {
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((8 + json.length) / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  for (const [name, { data }] of Object.entries(tensors)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + header[name].data_offsets[0]);
  }
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
