// The least of the safetensors format that tests and benchmarks need: written, and read back as
// float32.
import { fileOf, headerOf, readSafetensors as readTensors } from "./safetensors-file.js";

/**
 * tensors: { name: { shape, data: typed array, dtype = "F32" } } -> ArrayBuffer
 * `edit` may change the header before it is written, for inconsistent files.
 */
export function writeSafetensors(tensors, metadata = {}, edit = (header) => header) {
  const edited = edit(headerOf(tensors, metadata));
  const text = typeof edited === "string" ? edited : JSON.stringify(edited);
  return fileOf(
    text,
    Object.values(tensors).map(({ data }) => data),
  ).buffer;
}

/** A file of this header, and zeros for data. */
export const safetensorsOf = (text, dataLength) =>
  fileOf(text, [new Uint8Array(dataLength)]).buffer;

/** The tensors as float32. */
export function readSafetensors(file) {
  const { tensors } = readTensors(new Uint8Array(file));
  const floats = ({ shape, data }) => ({ shape, data: new Float32Array(data.slice().buffer) });
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, floats(tensor)]),
  );
}
