import { PocketrecError, show } from "../../common/errors.js";

/**
 * The app's ids of the items: a file with one a line, or a .json with a list.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {(string | number)[]}
 */
export function readIds(bytes, path) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "text in UTF-8", "something else", { cause });
  }
  if (path.endsWith(".json")) return jsonIds(text, path);
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.every((line) => /^(0|-?[1-9]\d{0,14})$/.test(line)) ? lines.map(Number) : lines;
}

/**
 * @param {string} text
 * @param {string} path
 */
function jsonIds(text, path) {
  let ids;
  try {
    ids = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "a JSON list of ids", "broken JSON", { cause });
  }
  if (!Array.isArray(ids))
    throw new PocketrecError("bad-argument", path, "a JSON list of ids", "JSON that is no list");
  const bad = ids.findIndex(
    (/** @type {unknown} */ id) => typeof id !== "string" && !Number.isSafeInteger(id),
  );
  if (bad >= 0)
    throw new PocketrecError(
      "bad-argument",
      `${path}, id ${bad}`,
      "a string or a whole number",
      show(ids[bad]),
    );
  return ids;
}

/**
 * As docs/format.md has them: I64 where all are numbers, else a line of JSON each.
 *
 * @param {(string | number)[]} ids one an item, or with the padding's before them
 * @param {number} items
 * @param {number} padding
 * @returns {import("../../file/safetensors.js").Tensor}
 */
export function idsTensor(ids, items, padding) {
  const own = ids.length === items + padding ? ids.slice(padding) : ids;
  if (own.length !== items) {
    const also = padding ? ` (or ${items + padding}, with the padding's first)` : "";
    throw new PocketrecError(
      "bad-shape",
      "items",
      `${items} ids${also}, one for each item of the model`,
      `${ids.length}`,
    );
  }
  const twice = firstTwice(own);
  if (twice !== undefined)
    throw new PocketrecError(
      "bad-argument",
      "items",
      "each id once",
      `${show(twice)} more than once`,
    );
  const isNumbers = own.every((id) => typeof id === "number");
  const bytes = isNumbers
    ? new Uint8Array(BigInt64Array.from(/** @type {number[]} */ (own), BigInt).buffer)
    : new TextEncoder().encode(own.map((id) => JSON.stringify(id)).join("\n"));
  return {
    name: "item_ids",
    dtype: isNumbers ? "I64" : "U8",
    shape: [isNumbers ? items : bytes.length],
    bytes,
  };
}

/** @param {(string | number)[]} ids */
function firstTwice(ids) {
  const seen = new Set();
  return ids.find((id) => (seen.has(id) ? true : (seen.add(id), false)));
}
