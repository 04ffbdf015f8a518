/**
 * WebAssembly modules as text, which scripts/inline-modules.js writes: printable ASCII, so that no
 * charset can break it.
 */
import { moveFunction } from "./module-streams.js";

const isCommon = (/** @type {number} */ byte) =>
  byte < 44 || (byte > 63 && byte < 80) || (byte > 94 && byte < 128 && byte !== 123);

/**
 * A byte of the first 92 is one character, from "#" on; others are two: the first says what
 * to add. The first are what modules have most of, with small letters where ASCII has them: names
 * in the module are the text that they are in JavaScript, which a compressor finds.
 */
export const BYTES = Array.from({ length: 256 }, (_, byte) => byte).sort(
  (a, b) => Number(isCommon(b)) - Number(isCommon(a)),
);

/**
 * The bytes of a module. Its text has what stands before the functions, what stands after them, and
 * the streams of the functions, with a line break between.
 *
 * @param {string} text
 */
export function bytesOf(text) {
  const [bytes, after, ...streams] = text.split("\n").map(bytesOfStream);
  const ends = streams.map(() => 0);
  while (ends[0] < streams[0].length) {
    const start = bytes.length;
    moveFunction((stream) => (bytes[bytes.length] = streams[stream][ends[stream]++]));
    bytes.splice(start, 0, ...unsigned(bytes.length - start));
  }
  bytes.push(...after);
  return new Uint8Array(bytes);
}

/** A number as WebAssembly has it: 7 bits a byte. @type {(number: number) => number[]} */
const unsigned = (number) =>
  number < 128 ? [number] : [(number & 127) | 128, ...unsigned(number >> 7)];

/** @param {string} text */
function bytesOfStream(text) {
  const bytes = [];
  let add = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // "!" and " " stand before byte 92 to 183 and 184 to 255 of the list.
    if (code < 35) add = 92 * (34 - code);
    else {
      bytes.push(BYTES[code - 35 + add]);
      add = 0;
    }
  }
  return bytes;
}

/**
 * A checksum of a module's text: a changed character is found, also where WebAssembly would take
 * the module, whose scores would be wrong.
 *
 * @param {string} text
 */
export function sumOf(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return sum;
}

/**
 * The text that a patch makes of another.
 *
 * @param {string} base
 * @param {(string | number)[]} patch of scripts/text-patch.js: by turns new characters, how far the
 *   next copy is from the end of the last one, and its length
 */
export function patched(base, patch) {
  let text = "";
  for (let at = 0, end = 0; at < patch.length; at += 3) {
    const [added, skipped = 0, length = 0] = /** @type {[string, number?, number?]} */ (
      patch.slice(at, at + 3)
    );
    text += added + base.slice((end += skipped), (end += length));
  }
  return text;
}
