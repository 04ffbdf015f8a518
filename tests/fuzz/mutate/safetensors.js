// Changes of a safetensors file: of its header as JSON, of its metadata, of its numbers.
import { mutateBytes, joined } from "./bytes.js";
import { mutateJson } from "./json.js";

/** @typedef {import("./random.js").Draws} Draws */

/**
 * @param {Uint8Array} file a valid one
 * @param {Draws} draws
 * @param {Uint8Array} other to splice with
 * @returns {Uint8Array}
 */
export function mutateSafetensors(file, draws, other) {
  if (draws.once(4)) return mutateBytes(file, draws, other);
  const { header, data } = partsOf(file);
  if (draws.once(4)) return fileOf(JSON.stringify(header), mutateBytes(data, draws, data));
  return fileOf(draws.once(2) ? withOtherInfo(header, draws) : mutateJson(header, draws), data);
}

/** The header with a change in the description that it holds as text. */
function withOtherInfo(header, draws) {
  const { pocketrec, ...metadata } = header.__metadata__ ?? {};
  if (pocketrec === undefined) return mutateJson(header, draws);
  const changed = mutateJson(JSON.parse(pocketrec), draws);
  return JSON.stringify({ ...header, __metadata__: { ...metadata, pocketrec: changed } });
}

/** @param {Uint8Array} file */
function partsOf(file) {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return { header, data: file.subarray(8 + length) };
}

/** @param {string} header @param {Uint8Array} data */
function fileOf(header, data) {
  const bytes = new TextEncoder().encode(header);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(0, bytes.length, true);
  return joined(size, bytes, data);
}
