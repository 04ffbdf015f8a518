/**
 * WebAssembly modules as text, which scripts/inline-modules.js writes: printable ASCII, so that no
 * charset can break it.
 */

const PAGE = 65536;

/** Bytes of small modules: two digits each. @param {string} text */
export const fromDigits = (text) =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number(`0x${byte}`));

/**
 * The bytes of a module. Another module of 1 kB unpacks them (wasm/unpack.c): a loop of JavaScript
 * that runs once is not compiled in time, and took three times as long.
 *
 * @param {string} unpacker that module, in digits: equal bytes are equal text
 * @param {string} text of scripts/module-text.js
 * @param {number | undefined} sum the checksum of the text
 * @returns {Uint8Array<ArrayBuffer>} empty where the text has another checksum
 * @throws {unknown} what the engine throws where it compiles nothing, or has no memory
 */
export function bytesOf(unpacker, text, sum) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fromDigits(unpacker)));
  const { memory, pr_unpack } = /** @type {any} */ (exports);
  // The text, and the module behind it, which is not longer than twice the text.
  const at = memory.buffer.byteLength;
  memory.grow(Math.ceil((3 * text.length) / PAGE));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, at));
  const end = at + text.length;
  return new Uint8Array(memory.buffer, end, pr_unpack(at, text.length, sum, end)).slice();
}

/**
 * A checksum of a text: a changed character is found, also where WebAssembly would take the
 * module, whose scores would be wrong. The unpacker computes the same of long texts.
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
