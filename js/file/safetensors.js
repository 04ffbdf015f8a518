import { PocketrecError, show } from "../common/errors.js";

/**
 * @typedef {object} Tensor
 * @property {string} name
 * @property {string} dtype as the file spells it: "F32", "F16", ...
 * @property {number[]} shape
 * @property {Uint8Array} bytes a view of the file
 */

/** Bytes of one value, for every dtype of the format. */
const BYTES = /** @type {Record<string, number>} */ ({
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
});

/** A header is parsed in one go, so its length bounds how long a page is blocked: 0.1 s. */
export const HEADER_MAX = 4 * 2 ** 20;

/**
 * Seven of a tensor: JSON takes longest to parse where it has many small objects. The description
 * is part of the header and counts too.
 */
const PARTS_MAX = 70_000;

/**
 * Reads a safetensors file. The file is not trusted: length, header, dtypes, shapes and offsets are
 * checked against each other before any of it is used.
 *
 * @param {Uint8Array} file
 * @returns {{ metadata: Record<string, string>, tensors: Map<string, Tensor> }}
 */
export function readSafetensors(file) {
  const { header, data } = split(file);
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  let metadata = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") metadata = checkMetadata(entry);
    else tensors.set(name, readTensor(name, entry, data));
  }
  checkCoverage([...tensors.values()], data);
  return { metadata, tensors };
}

/**
 * A Buffer is read as the Uint8Array that it is a view of: `slice` of a Buffer shares its memory,
 * and callers slice tensors to copy them.
 *
 * @param {Uint8Array} bytes
 */
function split({ buffer, byteOffset, byteLength }) {
  const file = new Uint8Array(buffer, byteOffset, byteLength);
  if (file.length < 8) throw notSafetensors(file, `${file.length} bytes`);
  const view = new DataView(buffer, byteOffset, byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (file.length > 8 && file[8] !== 0x7b) throw notSafetensors(file, "something else");
  if (length > HEADER_MAX) throw tooLarge(`at most ${HEADER_MAX} bytes`, `${length} bytes`);
  if (length > file.length - 8) {
    throw new PocketrecError(
      "truncated",
      "header",
      `${length} bytes`,
      `${file.length - 8} bytes of file`,
    );
  }
  return { header: parseHeader(file.subarray(8, 8 + length)), data: file.subarray(8 + length) };
}

/**
 * @param {Uint8Array} file
 * @param {string} found
 */
function notSafetensors(file, found) {
  const hint =
    file[0] === 0x3c
      ? "It begins like an HTML page, such as a server's error page or index.html."
      : undefined;
  return new PocketrecError("not-safetensors", "file", "a safetensors file", found, { hint });
}

/** @param {Uint8Array} bytes */
function parseHeader(bytes) {
  // Outside of try: where a scope has none, such as Jest's jsdom, the file is not to blame.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text;
  let header;
  try {
    text = decoder.decode(bytes);
    if (text.split(/[{[:]/, PARTS_MAX).length < PARTS_MAX) header = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-header", "header", "JSON in UTF-8", "something else", { cause });
  }
  if (!header) throw tooLarge(`fewer than ${PARTS_MAX} lists and properties`, "more");
  checkNames(text);
  return /** @type {Record<string, any>} */ (header);
}

/**
 * Checks the keys of the outermost object; JSON.parse would silently keep the last of two.
 * @param {string} text JSON
 */
function checkNames(text) {
  const names = new Set();
  let depth = 0;
  for (let at = 0, isValue = false; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === ":") isValue = true;
    else if (character === ",") isValue = false;
    if (character !== '"') continue;
    const begin = at;
    for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
    if (depth !== 1 || isValue) continue;
    const name = JSON.parse(text.slice(begin, at + 1));
    if (names.has(name))
      throw new PocketrecError("duplicate-tensor", name, "the name once", "it twice");
    names.add(name);
  }
}

/**
 * @param {string} expected
 * @param {string} found
 */
const tooLarge = (expected, found) => new PocketrecError("too-large", "header", expected, found);

/** @param {any} entry */
function checkMetadata(entry) {
  const fine =
    entry &&
    typeof entry === "object" &&
    Object.values(entry).every((value) => typeof value === "string");
  if (!fine)
    throw new PocketrecError("bad-header", "__metadata__", "an object of strings", show(entry));
  return entry;
}

/** @param {any} list */
const isSizes = (list) =>
  Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);

/**
 * @param {string} name
 * @param {any} entry
 * @param {Uint8Array} data
 * @returns {Tensor}
 */
function readTensor(name, entry, data) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    throw new PocketrecError(
      "bad-dtype",
      name,
      `one of ${Object.keys(BYTES).join(", ")}`,
      show(dtype),
    );
  }
  if (!isSizes(shape))
    throw new PocketrecError("bad-shape", name, "an array of sizes", show(shape));
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new PocketrecError("bad-offsets", name, "data_offsets [begin, end]", show(offsets));
  }
  const bytes = shape.reduce(
    (/** @type {number} */ product, /** @type {number} */ n) => product * n,
    BYTES[dtype],
  );
  if (!Number.isSafeInteger(bytes))
    throw new PocketrecError("too-large", name, "less than 2^53 bytes", show(shape));
  const [begin, end] = offsets;
  if (end > data.length) {
    throw new PocketrecError(
      "truncated",
      name,
      `data up to byte ${end}`,
      `${data.length} bytes of data`,
      {
        hint: "The download may have stopped early.",
      },
    );
  }
  if (end - begin !== bytes) {
    throw new PocketrecError(
      "bad-offsets",
      name,
      `${bytes} bytes for ${dtype} ${show(shape)}`,
      `[${begin}, ${end}]`,
    );
  }
  return { name, dtype, shape, bytes: data.subarray(begin, end) };
}

/**
 * Tensors must lie end to end, from the first byte to the last: no overlap, no hole to hide
 * something in.
 * @param {Tensor[]} tensors
 * @param {Uint8Array} data
 */
function checkCoverage(tensors, data) {
  let at = data.byteOffset;
  for (const { name, bytes } of tensors
    .filter((t) => t.bytes.length)
    .sort((a, b) => a.bytes.byteOffset - b.bytes.byteOffset)) {
    if (bytes.byteOffset !== at) {
      const found = bytes.byteOffset < at ? "an overlap" : "a gap";
      throw new PocketrecError(
        "bad-offsets",
        name,
        "to begin where the tensor before it ends",
        found,
      );
    }
    at += bytes.length;
  }
  const left = data.byteOffset + data.length - at;
  if (left)
    throw new PocketrecError(
      "bad-offsets",
      "file",
      "to end with its last tensor",
      `${left} bytes more`,
    );
}
