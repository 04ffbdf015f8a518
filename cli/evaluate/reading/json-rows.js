import { PocketrecError, show } from "../../../js/common/errors.js";
import { lineError } from "./line-error.js";
import { roleOf } from "./name-hints.js";

/**
 * Objects of JSON, one a line or in one list, as records.
 *
 * @typedef {object} JsonTable
 * @property {string[]} header the keys, in order of appearance
 * @property {Generator<{ rows: string[][], lineOf: (row: number) => number }>} batches
 * @property {string[][]} sample
 */

/** Objects whose keys are looked at before reading. */
const SAMPLE = 1000;

/**
 * @param {Iterable<string>} chunks
 * @param {string} path
 * @returns {JsonTable}
 * @throws {PocketrecError} "bad-argument"
 */
export function readJsonRows(chunks, path) {
  const objects = objectsIn(chunks, path);
  const first = [];
  for (let next = objects.next(); !next.done; next = objects.next())
    if (first.push(next.value) >= SAMPLE) break;
  const header = [...new Set(first.flatMap(({ value }) => Object.keys(value)))];
  const keys = new Set(header);
  const rowOf = (/** @type {Line} */ { value, line }) => {
    for (const key in value)
      if (!keys.has(key) && roleOf(key))
        throw lineError(path, line, `the keys of the lines before, ${header.join(", ")}`, key);
    return header.map((key) => fieldOf(Object.hasOwn(value, key) ? value[key] : null, path, line));
  };
  return { header, sample: first.map(rowOf), batches: batchesOf(first, objects, rowOf) };
}

/**
 * @typedef {{ value: Record<string, unknown>, line: number }} Line
 *
 * @param {Line[]} first
 * @param {Generator<Line>} more
 * @param {(line: Line) => string[]} rowOf
 */
function* batchesOf(first, more, rowOf) {
  yield { rows: first.map(rowOf), lineOf: (/** @type {number} */ row) => first[row].line };
  for (const one of more) yield { rows: [rowOf(one)], lineOf: () => one.line };
}

/**
 * @param {Iterable<string>} chunks
 * @param {string} path
 * @returns {Generator<Line>}
 */
function* objectsIn(chunks, path) {
  let line = 0;
  let rest = "";
  for (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    if (line === 0 && /^\s*\[/.test(lines[0])) return yield* listIn(rest + chunk, chunks, path);
    rest = lines.pop() ?? "";
    for (const text of lines) yield* objectIn(text, path, ++line);
  }
  if (/^\s*\[/.test(rest) && line === 0) return yield* listIn(rest, [], path);
  yield* objectIn(rest, path, line + 1);
}

/**
 * @param {string} start
 * @param {Iterable<string>} more
 * @param {string} path
 */
function* listIn(start, more, path) {
  let text = start;
  for (const chunk of more) text += chunk;
  const list = parse(text, path, 1);
  if (!Array.isArray(list)) throw lineError(path, 1, "a list of objects", list);
  for (const [index, value] of list.entries())
    yield { value: assertObject(value, path, index + 1), line: index + 1 };
}

/**
 * @param {string} text
 * @param {string} path
 * @param {number} line
 */
function* objectIn(text, path, line) {
  if (text.trim()) yield { value: assertObject(parse(text, path, line), path, line), line };
}

/**
 * @param {string} text
 * @param {string} path
 * @param {number} line
 */
function parse(text, path, line) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = /^\s*\{\s*'/.test(text)
      ? "It is a Python literal: write it with json.dumps."
      : "JSON lines have one object a line.";
    const more = { cause, hint };
    throw new PocketrecError("bad-argument", `${path}, line ${line}`, "JSON", show(text), more);
  }
}

/**
 * @param {unknown} value
 * @param {string} path
 * @param {number} line
 */
function assertObject(value, path, line) {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return /** @type {Record<string, unknown>} */ (value);
  throw lineError(path, line, 'an object such as {"user": 1, "item": 2}', value);
}

/**
 * @param {unknown} value
 * @param {string} path
 * @param {number} line
 */
function fieldOf(value, path, line) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "object") return "{}";
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw lineError(path, line, "whole numbers below 2^53, or text", value);
  return String(value).trim();
}
