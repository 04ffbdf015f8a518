import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";

import { PocketrecError } from "../../../js/common/errors.js";

/**
 * The text of a data file: unpacked, decoded, with "\n" between lines.
 *
 * @typedef {object} Text
 * @property {string} encoding "utf-8"
 * @property {boolean} isPacked by gzip
 * @property {string} sample whole lines of the start of the file
 * @property {boolean} isSampleAll
 * @property {() => Generator<string>} chunks the text in pieces, which end anywhere
 */

const CHUNK = 1 << 16;
const SAMPLE = 1 << 18;

/** Text of ratings shrinks 5 to 50 times; a file that grows more is a bomb. */
const GROWTH_MAX = 300;
const UNPACKED_MIN = 1 << 26;
const UNPACKED_MAX = 2 ** 31 - 1;

/** Starts of files that are no text, with what to do. @type {[number[], string][]} */
const OTHERS = [
  [[0x50, 0x4b, 3, 4], "a .zip archive or a spreadsheet"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x42, 0x5a, 0x68], "a .bz2 archive"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an .xz archive"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a .zst archive"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a .7z archive"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "a numpy array"],
  [[0x80, 2], "a pickle"],
  [[0x80, 3], "a pickle"],
  [[0x80, 4], "a pickle"],
  [[0x80, 5], "a pickle"],
];

/**
 * @param {Uint8Array} packed
 * @param {string} path for errors
 * @param {string} [encoding] default: the byte order mark's, else UTF-8, else Windows-1252
 * @returns {Text}
 * @throws {PocketrecError} "bad-argument"
 */
export function openText(packed, path, encoding) {
  const isPacked = packed[0] === 0x1f && packed[1] === 0x8b;
  const bytes = isPacked ? unpack(packed, path) : packed;
  const other = OTHERS.find(([magic]) => magic.every((byte, at) => bytes[at] === byte));
  if (other)
    throw new PocketrecError("bad-argument", path, "text", other[1], {
      hint: "Unpack it, or write it as CSV with a header.",
    });
  const known = encoding ?? encodingOf(bytes, path);
  if (encoding !== undefined || known.startsWith("utf-16")) assertDecodable(known, bytes, path);
  const sample = textOf(bytes.subarray(0, SAMPLE), known).join("");
  const isSampleAll = bytes.length <= SAMPLE;
  return {
    encoding: known,
    isPacked,
    sample: isSampleAll ? sample : sample.slice(0, sample.lastIndexOf("\n") + 1) || sample,
    isSampleAll,
    chunks: () => chunksOf(bytes, known),
  };
}

/**
 * @param {Uint8Array} packed
 * @param {string} path
 */
function unpack(packed, path) {
  const most = Math.min(UNPACKED_MAX, Math.max(UNPACKED_MIN, packed.length * GROWTH_MAX));
  try {
    return new Uint8Array(gunzipSync(packed, { maxOutputLength: most }));
  } catch (cause) {
    const isBomb = /** @type {any} */ (cause).code === "ERR_BUFFER_TOO_LARGE";
    const found = isBomb ? `more than ${most} bytes in it` : "one that is cut or broken";
    throw new PocketrecError("bad-argument", path, "a .gz file of text", found, { cause });
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 */
function encodingOf(bytes, path) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes.subarray(0, SAMPLE).includes(0)) {
    const little = bytes[1] === 0 ? "le" : "be";
    throw new PocketrecError("bad-argument", path, "text", "bytes that are 0", {
      hint: `For UTF-16 without a byte order mark pass --dialect encoding=utf-16${little}.`,
    });
  }
  // A byte that is no UTF-8 must not make two names the same, as U+FFFD would.
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

/**
 * @param {string} encoding
 * @param {Uint8Array} bytes
 * @param {string} path
 */
function assertDecodable(encoding, bytes, path) {
  let decoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    const subject = "--dialect encoding";
    const expected = "utf-8, utf-16le, windows-1252 or another of the Encoding standard";
    throw new PocketrecError("bad-argument", subject, expected, encoding, { cause });
  }
  try {
    for (let at = 0; at < bytes.length; at += CHUNK)
      decoder.decode(bytes.subarray(at, at + CHUNK), { stream: at + CHUNK < bytes.length });
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, `text in ${encoding}`, "other bytes", {
      cause,
      hint: "--dialect encoding=windows-1252 says otherwise.",
    });
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {string} encoding
 */
const textOf = (bytes, encoding) => [...chunksOf(bytes, encoding)];

/**
 * @param {Uint8Array} bytes
 * @param {string} encoding
 */
function* chunksOf(bytes, encoding) {
  const decoder = new TextDecoder(encoding);
  let last = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const isLast = at + CHUNK >= bytes.length;
    const decoded = last + decoder.decode(bytes.subarray(at, at + CHUNK), { stream: !isLast });
    // A "\r" at the end waits for its "\n".
    last = !isLast && decoded.endsWith("\r") ? "\r" : "";
    const text = last ? decoded.slice(0, -1) : decoded;
    yield text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }
}
