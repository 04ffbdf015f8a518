import * as zlib from "node:zlib";
import yauzl from "yauzl";
import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * Limits against decompression bombs. Deflate reaches a ratio of 1,032, for zeros.
 */
const ENTRIES_MAX = 100_000;
const GROWTH_MAX = 100;
/** Allowed above the ratio: sorted ids shrink a thousand times. Inflating it takes 0.1 s. */
const GROWTH_FREE = 64_000_000;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

/**
 * @typedef {object} Archive entries are inflated on demand
 * @property {string[]} names
 * @property {(name: string) => boolean} has
 * @property {(name: string) => number} size of an entry, inflated
 * @property {(name: string, limits?: { bytesMax?: number }) => Promise<Uint8Array>} read
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {boolean} isStored whether it is not deflated
 * @property {number} size
 * @property {number} checksum CRC-32 of the inflated content; 0 if the writer omitted it
 * @property {Uint8Array} data as stored
 */

/** @param {Uint8Array} bytes */
export const isZip = (bytes) =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Archive>}
 */
export async function openZip(bytes) {
  const entries = await readDirectory(bytes);
  /** @param {string} name */
  const find = (name) => {
    const entry = entries.get(name);
    if (!entry)
      throw new PocketrecError(
        "missing-tensor",
        "archive",
        `an entry ${show(name)}`,
        "none of this name",
      );
    return entry;
  };
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    size: (name) => find(name).size,
    read: async (name, { bytesMax = Infinity } = {}) => inflate(find(name), bytesMax),
  };
}

/** @param {Uint8Array} bytes */
async function readDirectory(bytes) {
  /** @type {yauzl.Entry[]} */
  const listed = [];
  try {
    const zip = await yauzl.fromBufferPromise(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    // Checked before the list is read: the count in the file may be wrong.
    if (zip.entryCount > ENTRIES_MAX) throw tooMany(zip.entryCount);
    for await (const entry of zip.eachEntry()) listed.push(entry);
  } catch (cause) {
    if (cause instanceof PocketrecError) throw cause;
    const found = cause instanceof Error ? cause.message.replace(/\.$/, "") : "something else";
    throw new PocketrecError("truncated", "file", "a zip archive", found, {
      hint: "The download may have stopped early.",
      cause,
    });
  }
  assertDisjoint(listed, bytes);
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const entry of listed) {
    if (entries.has(entry.fileName))
      throw new PocketrecError("duplicate-tensor", entry.fileName, "a unique name", "a duplicate");
    entries.set(entry.fileName, checkEntry(entry, bytes));
  }
  // GROWTH_FREE holds for all entries together.
  const total = listed.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (total > bytes.length * GROWTH_MAX + GROWTH_FREE)
    throw tooLarge("archive", bytes.length, total);
  return entries;
}

/**
 * @param {string} subject
 * @param {number} compressed
 * @param {number} size
 */
function tooLarge(subject, compressed, size) {
  return new PocketrecError(
    "unsafe",
    subject,
    `at most ${GROWTH_MAX} times its ${compressed} bytes`,
    `${size} bytes`,
    {
      hint: "The archive may be a decompression bomb.",
    },
  );
}

/** @param {number} count */
const tooMany = (count) =>
  new PocketrecError("too-large", "archive", `at most ${ENTRIES_MAX} entries`, `${count}`);

/**
 * Refuses entries that overlap: they let a small file inflate to many large ones.
 *
 * @param {yauzl.Entry[]} entries
 * @param {Uint8Array} bytes
 */
function assertDisjoint(entries, bytes) {
  let end = 0;
  for (const entry of [...entries].sort(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    if (entry.relativeOffsetOfLocalHeader < end) {
      throw new PocketrecError(
        "unsafe",
        entry.fileName,
        "an entry with its own bytes",
        "one that overlaps another",
      );
    }
    end = dataStart(entry, bytes) + entry.compressedSize;
    if (end > bytes.length) {
      throw new PocketrecError(
        "truncated",
        entry.fileName,
        `bytes up to ${end}`,
        `${bytes.length} bytes of file`,
      );
    }
  }
}

/**
 * @param {yauzl.Entry} entry
 * @param {Uint8Array} bytes
 */
function dataStart(entry, bytes) {
  const at = entry.relativeOffsetOfLocalHeader;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + LOCAL_HEADER_BYTES > bytes.length || view.getUint32(at, true) !== LOCAL_HEADER) {
    throw new PocketrecError(
      "bad-header",
      entry.fileName,
      "a local header where the directory points to",
      "something else",
    );
  }
  return at + LOCAL_HEADER_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
}

/**
 * @param {yauzl.Entry} entry
 * @param {Uint8Array} bytes
 * @returns {Entry}
 */
function checkEntry(entry, bytes) {
  const {
    fileName: name,
    compressionMethod: method,
    compressedSize,
    uncompressedSize: size,
    crc32: checksum,
  } = entry;
  if (entry.isEncrypted())
    throw new PocketrecError("unsupported", name, "an unencrypted entry", "an encrypted one");
  if (method !== 0 && method !== 8) {
    throw new PocketrecError(
      "unsupported",
      name,
      "an entry that is stored or deflated",
      `compression method ${method}`,
    );
  }
  if (size > compressedSize * GROWTH_MAX + GROWTH_FREE) throw tooLarge(name, compressedSize, size);
  const begin = dataStart(entry, bytes);
  return {
    name,
    isStored: method === 0,
    size,
    checksum,
    data: bytes.subarray(begin, begin + compressedSize),
  };
}

/**
 * @param {Entry} entry
 * @param {number} bytesMax
 */
function inflate(entry, bytesMax) {
  const { name, isStored, size, checksum, data } = entry;
  if (size > bytesMax)
    throw new PocketrecError("too-large", name, `at most ${bytesMax} bytes`, `${size} bytes`);
  const content = isStored ? data : inflated(entry);
  // Node before 20.15 has no CRC-32.
  if (checksum && zlib.crc32 && zlib.crc32(content) !== checksum) {
    throw new PocketrecError(
      "bad-header",
      name,
      "bytes that match the archive's checksum",
      "other bytes",
      {
        hint: "The file is damaged.",
      },
    );
  }
  return content;
}

/** @param {Entry} entry */
function inflated({ name, size, data }) {
  let content;
  try {
    content = zlib.inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw new PocketrecError("bad-header", name, `${size} deflated bytes`, "something else", {
      cause,
    });
  }
  if (content.length !== size) {
    throw new PocketrecError("truncated", name, `${size} bytes`, `${content.length} bytes`);
  }
  return new Uint8Array(content.buffer, content.byteOffset, content.length);
}
