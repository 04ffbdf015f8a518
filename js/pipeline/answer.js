import { isItemId, isIterable } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { readSource } from "../file/source.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("./ranked-list.js").Pack} Pack
 * @typedef {ItemId | { item: ItemId }} Entry
 * @typedef {Iterable<Entry> | { items: Iterable<Entry> } | Response | ArrayBuffer | Uint8Array
 *   | Pack} Answer what a `retrieve` may give: ids, or a ranked list; what JSON of them was; a
 *   response with such JSON or with a candidate pack; the bytes of a pack; or an open one
 * @typedef {{ items: ItemId[], pack?: Pack }} Candidates
 */

/** Bytes of an answer: more than a list of candidates ever is. */
const BYTES_MAX = 64 * 1024 * 1024;

/**
 * What a `retrieve` gave, checked: ids, none twice, at least one, at most `most`.
 *
 * @param {unknown} answer
 * @param {number} most
 * @param {((bytes: Uint8Array) => Promise<Pack>) | undefined} openPack
 * @param {AbortSignal} signal
 * @returns {Promise<Candidates>}
 * @throws {PocketrecError} "bad-answer", "http", "network", "too-large", and what is wrong with a
 *   pack
 */
export async function readAnswer(answer, most, openPack, signal) {
  if (answer instanceof Response || answer instanceof ArrayBuffer || answer instanceof Uint8Array) {
    const bytes = await readSource(answer, { signal, onProgress: limit });
    answer = isSafetensors(bytes) ? await open(bytes, openPack) : parse(bytes);
  }
  const isPack = isOpenPack(answer);
  const list = isIterable(answer) && !isPack ? answer : /** @type {any} */ (answer)?.items;
  // Rows mean something to one model only.
  if (!isIterable(list) || list instanceof Uint32Array)
    throw bad("a list of items, or { items }", answer);
  /** @type {Set<ItemId>} */
  const items = new Set();
  for (const entry of list) {
    if (items.size >= most && !isPack) break;
    const item = /** @type {any} */ (entry)?.item ?? entry;
    if (!isItemId(item)) throw bad("items' ids, strings or numbers", entry);
    items.add(item);
  }
  if (!items.size) throw bad("at least one item", []);
  // A pack cannot be cut.
  if (items.size > most)
    throw new PocketrecError(
      "too-large",
      "retrieve",
      `at most ${most} candidates`,
      `${items.size}`,
    );
  return { items: [...items], pack: isPack ? /** @type {Pack} */ (answer) : undefined };
}

/**
 * An object of a class, where what a server sent is plain.
 * @param {any} value
 * @returns {value is Pack}
 */
const isOpenPack = (value) =>
  !Array.isArray(value) &&
  isIterable(value?.items) &&
  Number.isInteger(value.itemCount) &&
  ![Object.prototype, null].includes(Object.getPrototypeOf(value));

/** @param {{ loaded: number }} progress */
function limit({ loaded }) {
  if (loaded > BYTES_MAX)
    throw new PocketrecError("too-large", "retrieve", `at most ${BYTES_MAX} bytes`, "more");
}

/**
 * A header's length, 8 bytes of which the last are 0, and then the header.
 * @param {Uint8Array} bytes
 */
const isSafetensors = (bytes) =>
  bytes.length > 8 && bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);

/**
 * @param {Uint8Array} bytes
 * @param {((bytes: Uint8Array) => Promise<Pack>) | undefined} openPack
 */
function open(bytes, openPack) {
  if (openPack) return openPack(bytes);
  throw new PocketrecError(
    "bad-answer",
    "retrieve",
    "ids, since `rank` is no model that opens packs",
    "a candidate pack",
  );
}

/** @param {Uint8Array} bytes */
function parse(bytes) {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-answer", "retrieve", "JSON or a candidate pack", show(text), {
      hint: /^\s*</.test(text)
        ? "It begins like an HTML page: the server may have answered with its error page."
        : undefined,
      cause,
    });
  }
}

/**
 * @param {string} expected
 * @param {unknown} found
 */
const bad = (expected, found) =>
  new PocketrecError("bad-answer", "retrieve", expected, show(found));
