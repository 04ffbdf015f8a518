import { isItemId, isIterable } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { readSource } from "../file/source.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { RatedItem } from "../families/interactions.js"
 * @import { Pack } from "./ranked-list.js"
 * @typedef {ItemId | RatedItem} Entry an id, or an object that has one
 *
 * @typedef {object} Envelope an answer of JSON
 * @property {Iterable<Entry>} items the candidates
 *
 * @typedef {Iterable<Entry> | Envelope | Response | ArrayBuffer | Uint8Array
 *   | Pack} Answer what a `retrieve` may return: item ids or a ranked list; the same parsed from
 *   JSON; a response with that JSON or with a candidate pack; the bytes of either; an open pack
 * @typedef {{ items: ItemId[], pack?: Pack }} Candidates
 */

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Checks what a `retrieve` returned and reads the candidates in it: each once, at least one, at
 * most `maxCandidates`. A longer list is cut; a longer pack is refused.
 *
 * @param {unknown} answer
 * @param {number} maxCandidates
 * @param {((bytes: Uint8Array) => Promise<Pack>) | undefined} openPack
 * @param {AbortSignal} signal
 * @returns {Promise<Candidates>}
 * @throws {PocketrecError} "bad-answer", "http", "network", "too-large", and the errors of opening
 *   a pack
 */
export async function readAnswer(answer, maxCandidates, openPack, signal) {
  if (answer instanceof Response || answer instanceof ArrayBuffer || answer instanceof Uint8Array) {
    const bytes = await readSource(answer, { signal, onProgress: assertSize });
    answer = isSafetensors(bytes) ? await open(bytes, openPack) : parse(bytes);
  }
  if (isOpenPack(answer)) {
    const items = readItems(answer.items, Infinity);
    if (items.length > maxCandidates) throw tooLarge(`${maxCandidates} candidates`, items.length);
    return { items, pack: answer };
  }
  const list = isIterable(answer) ? answer : /** @type {any} */ (answer)?.items;
  // Rows mean something to one model only.
  if (!isIterable(list) || list instanceof Uint32Array)
    throw badAnswer("a list of items, or { items }", show(answer));
  return { items: readItems(list, maxCandidates) };
}

/**
 * @param {Iterable<unknown>} list
 * @param {number} max
 * @returns {ItemId[]}
 */
function readItems(list, max) {
  /** @type {Set<ItemId>} */
  const items = new Set();
  for (const entry of list) {
    if (items.size >= max) break;
    const item = /** @type {any} */ (entry)?.item ?? entry;
    if (!isItemId(item)) throw badAnswer("item ids, strings or numbers", show(entry));
    items.add(item);
  }
  if (!items.size) throw badAnswer("at least one item", "[]");
  return [...items];
}

/**
 * Whether the answer is a pack: an object of a class, where parsed JSON is a plain object.
 *
 * @param {any} value
 * @returns {value is Pack}
 */
const isOpenPack = (value) =>
  !Array.isArray(value) &&
  isIterable(value?.items) &&
  Number.isInteger(value.itemCount) &&
  ![Object.prototype, null].includes(Object.getPrototypeOf(value));

/** @param {{ loaded: number }} progress */
function assertSize({ loaded }) {
  if (loaded > MAX_BYTES) throw tooLarge(`${MAX_BYTES} bytes`, "more");
}

/**
 * The file begins with the header's length, 8 bytes of which the last are 0, and the header.
 *
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
  throw badAnswer("item ids, since `rank` opens no packs", "a candidate pack");
}

/** @param {Uint8Array} bytes */
function parse(bytes) {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = /^\s*</.test(text) ? "Is it an error page?" : undefined;
    throw badAnswer("JSON or a candidate pack", show(text), { hint, cause });
  }
}

/**
 * @param {string} expected
 * @param {string} found
 * @param {{ hint?: string, cause?: unknown }} [more]
 */
export const badAnswer = (expected, found, more) =>
  new PocketrecError("bad-answer", "retrieve", expected, found, more);

/**
 * @param {string} limit
 * @param {unknown} found
 */
const tooLarge = (limit, found) =>
  new PocketrecError("too-large", "retrieve", `at most ${limit}`, `${found}`);
