/**
 * WebAssembly modules as text, which scripts/inline-modules.js writes: printable ASCII, so that no
 * charset can break it.
 */
import { joinFunctions } from "./module-streams.js";

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
  const { all, starts } = unpacked(text);
  const [, before, after] = starts;
  // Room for the sizes of functions.
  const bytes = new Uint8Array(2 * all.length);
  bytes.set(all.subarray(0, before));
  const end = joinFunctions(all, starts.slice(2), bytes, before);
  bytes.set(all.subarray(before, after), end);
  return bytes.slice(0, end + after - before);
}

/**
 * The bytes of all lines of a text, one after the other, and where each line begins.
 * @param {string} text
 */
function unpacked(text) {
  const characters = new TextEncoder().encode(text);
  const all = new Uint8Array(characters.length);
  const starts = [0];
  let end = 0;
  let add = 0;
  for (let at = 0; at < characters.length; at++) {
    const code = characters[at];
    // "!" and " " stand before byte 92 to 183 and 184 to 255 of the list.
    if (code > 34) {
      all[end++] = BYTES[code - 35 + add];
      add = 0;
    } else if (code === 10) starts.push(end);
    else add = 92 * (34 - code);
  }
  return { all: all.subarray(0, end), starts };
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
