import { inflateRawSync } from "node:zlib";

import { fromBufferPromise } from "yauzl";

import { PocketrecError } from "../errors.js";

/**
 * A zip archive whose entries are read one by one, when somebody asks: nothing is inflated beyond what its size justifies.
 *
 * @typedef {object} Archive
 * @property {string[]} names
 * @property {(name: string) => boolean} has
 * @property {(name: string, limits?: { most?: number }) => Promise<Uint8Array>} read most: bytes that are expected at most
 */

/** More than any model has tensors. */
const ENTRIES_MAX = 100_000;

/** What all that is read of an archive may come to: weights hardly shrink, sorted columns of ids shrink much. More is a bomb. */
const RATIO_MAX = 100, SPARE = 64e6;

const STORED = 0, DEFLATED = 8;

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Archive>}
 */
export async function openZip(bytes) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zip = await guarded("file", () => fromBufferPromise(buffer, { lazyEntries: true, autoClose: false, validateEntrySizes: true }));
  if (zip.entryCount > ENTRIES_MAX) throw new PocketrecError("too-large", "file", `at most ${ENTRIES_MAX} entries`, `${zip.entryCount}`);
  /** @type {Map<string, import("yauzl").Entry>} */
  const entries = new Map();
  await guarded("file", async () => {
    for await (const entry of zip.eachEntry()) {
      const name = String(entry.fileName);
      if (entries.has(name)) throw new PocketrecError("bad-header", name, "the name once in the archive", "it twice");
      entries.set(name, entry);
    }
  });
  let left = RATIO_MAX * bytes.length + SPARE;
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    read: async (name, { most = Infinity } = {}) => {
      const entry = entries.get(name);
      if (!entry) throw new PocketrecError("missing-tensor", name, "an entry of the archive", "none");
      checkSizes(name, entry, bytes.length, Math.min(most, left));
      left -= entry.uncompressedSize;
      const { fileDataStart } = await guarded(name, () => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
      return contentOf(name, entry, buffer.subarray(fileDataStart, fileDataStart + entry.compressedSize));
    },
  };
}

/**
 * @param {string} name
 * @param {import("yauzl").Entry} entry
 * @param {number} length of the archive
 * @param {number} most
 */
function checkSizes(name, { compressedSize, uncompressedSize, compressionMethod, generalPurposeBitFlag }, length, most) {
  if (generalPurposeBitFlag & 1) throw new PocketrecError("unsupported", name, "an entry that is not encrypted", "an encrypted one");
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) throw new PocketrecError("unsupported", name, "an entry that is stored or deflated", `method ${compressionMethod}`);
  if (compressedSize > length) throw new PocketrecError("truncated", name, `${compressedSize} bytes`, `${length} bytes of archive`);
  if (uncompressedSize > most) throw new PocketrecError("too-large", name, `at most ${most} bytes`, `${uncompressedSize}`);
}

/**
 * @param {string} name
 * @param {import("yauzl").Entry} entry
 * @param {Buffer} data
 * @returns {Uint8Array}
 */
function contentOf(name, { compressedSize, uncompressedSize, compressionMethod }, data) {
  if (data.length !== compressedSize) throw new PocketrecError("truncated", name, `${compressedSize} bytes`, `${data.length}`);
  let content = data;
  if (compressionMethod === DEFLATED) {
    try {
      // One byte more than it says, so that one that says too little is found out.
      content = inflateRawSync(data, { maxOutputLength: uncompressedSize + 1 });
    } catch (cause) {
      throw new PocketrecError("truncated", name, `${uncompressedSize} bytes of deflated data`, "something else", { cause });
    }
  }
  if (content.length !== uncompressedSize) throw new PocketrecError("bad-header", name, `${uncompressedSize} bytes`, `${content.length}`);
  // Apart from Buffer, whose slices share memory.
  return new Uint8Array(content.buffer, content.byteOffset, content.length);
}

/**
 * yauzl's errors in our words.
 *
 * @template T
 * @param {string} subject
 * @param {() => Promise<T>} work
 */
async function guarded(subject, work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PocketrecError) throw cause;
    throw new PocketrecError("bad-header", subject, "a zip archive that is whole", /** @type {Error} */ (cause).message.replace(/\.$/, ""), { cause });
  }
}
