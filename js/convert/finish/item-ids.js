import { PocketrecError, show } from "../../common/errors.js";

/**
 * Reads the app's item ids: a text file with one per line, or a .json file with a list.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {(string | number)[]}
 * @throws {PocketrecError} "bad-argument"
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
  const wrong = ids.findIndex(
    (/** @type {unknown} */ id) => typeof id !== "string" && !Number.isSafeInteger(id),
  );
  if (wrong < 0) return ids;
  const expected = "a string or a whole number";
  throw new PocketrecError("bad-argument", `${path}, id ${wrong}`, expected, show(ids[wrong]));
}

/**
 * Item ids as docs/format.md stores them: I64 if all are numbers, else one JSON value per line.
 *
 * @param {(string | number)[]} ids one per item, or with those of the padding rows first
 * @param {number} items
 * @param {number} padding
 * @returns {import("../../file/safetensors.js").Tensor}
 * @throws {PocketrecError} "bad-shape" or "bad-argument"
 */
export function idsTensor(ids, items, padding) {
  const own = ids.length === items + padding ? ids.slice(padding) : ids;
  if (own.length !== items) {
    const also = padding ? ` (or ${items + padding}, with the padding's first)` : "";
    const expected = `${items} ids${also}, one for each item of the model`;
    throw new PocketrecError("bad-shape", "items", expected, `${ids.length}`);
  }
  const repeated = firstRepeated(own);
  if (repeated !== undefined) {
    const found = `${show(repeated)} more than once`;
    throw new PocketrecError("bad-argument", "items", "each id once", found);
  }
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
function firstRepeated(ids) {
  const seen = new Set();
  return ids.find((id) => (seen.has(id) ? true : (seen.add(id), false)));
}
