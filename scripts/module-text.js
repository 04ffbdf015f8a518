import { bytesOf, sumOf } from "../js/runtime/module-text.js";
import { STREAMS, splitFunction } from "./module-streams.js";

const CODE_SECTION = 10;

/** A byte's place in the list of wasm/unpack.c, which says why: the first 92 are common. */
const isCommon = (byte) =>
  byte < 44 || (byte > 63 && byte < 80) || (byte > 94 && byte < 128 && byte !== 123);
const BYTES = Array.from({ length: 256 }, (_, byte) => byte).sort(
  (a, b) => Number(isCommon(b)) - Number(isCommon(a)),
);

/**
 * A module as text, as wasm/unpack.c reads it.
 *
 * @param {Uint8Array} bytes
 * @param {string} unpacker wasm/unpack.c
 */
export function textOf(bytes, unpacker) {
  const { first, end } = functionsOf(bytes);
  const streams = streamsOf(bytes.subarray(first, end));
  const parts = [bytes.subarray(0, first), bytes.subarray(end), ...streams];
  const text = parts.map(textOfStream).join("\n");
  if (Buffer.compare(bytesOf(unpacker, text, sumOf(text)), bytes))
    throw new Error("the text does not give the module");
  return text;
}

/** Where the functions of a module begin and end. @param {Uint8Array} bytes */
function functionsOf(bytes) {
  for (let at = 8; at < bytes.length;) {
    const size = numberAt(bytes, at + 1);
    if (bytes[at] === CODE_SECTION)
      return { first: numberAt(bytes, size.end).end, end: size.end + size.value };
    at = size.end + size.value;
  }
  throw new Error("the module has no functions");
}

/** @param {Uint8Array} functions each after its size */
function streamsOf(functions) {
  const streams = Array.from({ length: STREAMS }, () => []);
  for (let at = 0; at < functions.length;) {
    const { value, end } = numberAt(functions, at);
    at = end;
    splitFunction(() => functions[at++], streams);
    if (at !== end + value) throw new Error("a function has an instruction that is not known");
  }
  return streams;
}

/** A number of 7 bits a byte. @param {Uint8Array} bytes @param {number} at */
function numberAt(bytes, at) {
  let value = 0;
  for (let end = at; ; end++) {
    value += (bytes[end] & 127) * 2 ** (7 * (end - at));
    if (bytes[end] < 128) return { value, end: end + 1 };
  }
}

/** @param {ArrayLike<number>} bytes */
function textOfStream(bytes) {
  const prefixes = ["", "!", " "];
  return Array.from(bytes, (byte) => {
    const place = BYTES.indexOf(byte);
    return prefixes[Math.floor(place / 92)] + String.fromCharCode(35 + (place % 92));
  }).join("");
}
