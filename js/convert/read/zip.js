import * as zlib from "node:zlib";
import yauzl from "yauzl";
import { PocketrecError, show } from "../../common/errors.js";

/**
 * What an archive may hold, and by how much an entry may grow: deflate itself gets to 1,032 times,
 * of zeros alone.
 */
const ENTRIES_MAX = 100_000;
const GROWTH_MAX = 100;
/** Columns of sorted ids shrink a thousand times; so much is inflated in a tenth of a second. */
const GROWTH_FREE = 64_000_000;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

/**
 * @typedef {object} Archive entries are inflated one by one, when they are asked for
 * @property {string[]} names
 * @property {(name: string) => boolean} has
 * @property {(name: string) => number} size what an entry holds, inflated
 * @property {(name: string, limits?: { most?: number }) => Promise<Uint8Array>} read
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {boolean} stored
 * @property {number} size
 * @property {number} sum CRC-32 of what it holds; 0 where the writer left it out
 * @property {Uint8Array} data as it lies in the file
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
    read: async (name, { most = Infinity } = {}) => inflate(find(name), most),
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
    // The file may also tell a number that it has no room for; this is checked before the list is
    // walked.
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
  demandApart(listed, bytes);
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const entry of listed) {
    if (entries.has(entry.fileName))
      throw new PocketrecError("duplicate-tensor", entry.fileName, "the entry once", "it twice");
    entries.set(entry.fileName, checkEntry(entry, bytes));
  }
  // What each entry may grow by freely, all of them together may not.
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
      hint: "This is how an archive is built that fills up a machine.",
    },
  );
}

/** @param {number} count */
const tooMany = (count) =>
  new PocketrecError("too-large", "archive", `at most ${ENTRIES_MAX} entries`, `${count}`);

/**
 * Entries that share bytes are how a small file becomes many large ones.
 * @param {yauzl.Entry[]} entries
 * @param {Uint8Array} bytes
 */
function demandApart(entries, bytes) {
  let end = 0;
  for (const entry of [...entries].sort(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    if (entry.relativeOffsetOfLocalHeader < end) {
      throw new PocketrecError(
        "unsafe",
        entry.fileName,
        "an entry with bytes of its own",
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
      "an entry where the directory says",
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
    crc32: sum,
  } = entry;
  if (entry.isEncrypted())
    throw new PocketrecError("unsupported", name, "an entry anyone can read", "an encrypted one");
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
    stored: method === 0,
    size,
    sum,
    data: bytes.subarray(begin, begin + compressedSize),
  };
}

/**
 * @param {Entry} entry
 * @param {number} most
 */
function inflate(entry, most) {
  const { name, stored, size, sum, data } = entry;
  if (size > most)
    throw new PocketrecError("too-large", name, `at most ${most} bytes`, `${size} bytes`);
  const content = stored ? data : inflated(entry);
  // Node before 20.15 has no CRC-32.
  if (sum && zlib.crc32 && zlib.crc32(content) !== sum) {
    throw new PocketrecError("bad-header", name, "bytes as the archive's sum says", "others", {
      hint: "The file was damaged on its way.",
    });
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
