import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, open, rename, stat } from "node:fs/promises";

import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { fileError } from "../common/file-error.js";

/**
 * A saved index is what usearch writes, and a seal behind it: a mark, the model's fingerprint and
 * the digest of the rest. usearch does not check what it reads: a truncated file would end the
 * process.
 */
const MARK = Buffer.from("PRHNSW01");
const HASH = 32;
const SEAL = MARK.length + 2 * HASH;

/** How many item vectors, evenly spaced, the fingerprint covers. */
const SAMPLE = 1000;

/**
 * @param {import("./hnsw-index.js").IndexedModel} model
 * @param {string} graph
 * @returns {Buffer} SHA-256
 */
export function fingerprint(model, graph) {
  const count = Math.min(SAMPLE, model.itemCount);
  const rows = Uint32Array.from({ length: count }, (_, i) =>
    Math.floor((i * model.itemCount) / count),
  );
  return createHash("sha256")
    .update(`${graph} ${model.itemCount} `)
    .update(model.vectors(rows))
    .digest();
}

/**
 * Writes a new file and renames it, so that there is never half an index.
 *
 * @param {any} index
 * @param {string} file
 * @param {Buffer} model its fingerprint
 * @throws {PocketrecError} "failed"
 */
export async function saveIndex(index, file, model) {
  const part = `${file}.part`;
  try {
    index.save(part);
    await appendFile(part, Buffer.concat([MARK, model, await digestOf(part)]));
    await rename(part, file);
  } catch (cause) {
    throw new PocketrecError("failed", file, "a writable file", String(cause), { cause });
  }
}

/**
 * @param {any} index
 * @param {string} file
 * @param {Buffer} model its fingerprint
 * @param {AbortSignal} [signal]
 * @throws {PocketrecError} "not-found", "unreadable"; "failed" where the file is damaged,
 *   "bad-shape" where it is of another model, "aborted"
 */
export async function loadIndex(index, file, model, signal) {
  throwIfAborted(signal, "hnswIndex");
  const { seal, digest } = await readSeal(file).catch((cause) => {
    throw fileError(file, cause);
  });
  throwIfAborted(signal, "hnswIndex");
  if (!seal.subarray(0, MARK.length).equals(MARK) || !seal.subarray(SEAL - HASH).equals(digest))
    throw new PocketrecError("failed", file, "a complete index that save() wrote", "other bytes");
  if (!seal.subarray(MARK.length, SEAL - HASH).equals(model))
    throw new PocketrecError("bad-shape", file, "an index of this model", "one of another", {
      hint: "Build the index again.",
    });
  index.load(file);
}

/** @param {string} file */
async function readSeal(file) {
  const { size } = await stat(file);
  const handle = await open(file);
  const seal = Buffer.alloc(SEAL);
  const end = size - SEAL;
  try {
    await handle.read(seal, 0, SEAL, Math.max(0, end));
  } finally {
    await handle.close();
  }
  return { seal, digest: end > 0 ? await digestOf(file, end) : Buffer.alloc(0) };
}

/**
 * @param {string} file
 * @param {number} [length] default: the whole file
 */
async function digestOf(file, length = Infinity) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { end: length - 1 })) hash.update(chunk);
  return hash.digest();
}
