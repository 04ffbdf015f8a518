import { inspect } from "node:util";

import { SingleBar } from "cli-progress";

import { PocketrecError } from "../../js/common/errors.js";
import { cut, plain } from "../../js/common/text.js";

/** A cell of a table is at most this wide: a long name must not push the others away. */
const CELL_MAX = 100;

/** So is a line, JSON apart. */
const LINE_MAX = 2000;

/**
 * Prints text, in which names of untrusted files may stand. Each line stays one, and what it hides
 * is shown.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {string | string[]} lines
 */
const print = (stream, lines) =>
  stream.write([lines].flat().reduce((text, line) => `${text}${plain(line)}\n`, ""));

/** @param {string | string[]} lines */
const short = (lines) => [lines].flat().map((line) => cut(line, LINE_MAX));

/**
 * Prints lines of a result to standard output.
 * @param {string | string[]} lines
 */
export const say = (lines) => print(process.stdout, short(lines));

/**
 * Prints lines of a message to standard error.
 * @param {string | string[]} lines
 */
export const note = (lines) => print(process.stderr, short(lines));

/**
 * Prints a value as JSON to standard output.
 *
 * @param {unknown} value
 * @param {number} [indent] 0: in one line
 */
export const sayJson = (value, indent = 2) =>
  print(process.stdout, JSON.stringify(value, null, indent).split("\n"));

/**
 * A table with aligned columns, numbers to the right.
 *
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 * @returns {string[]} its lines
 */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map((cell) => cut(plain(`${cell}`), CELL_MAX)));
  const widths = head.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, line[column].length), 0),
  );
  const isNumeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumberLike(row[column])),
  );
  const pad = (/** @type {string} */ text, /** @type {number} */ column) =>
    isNumeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd());
}

/** @param {string | number} cell */
const isNumberLike = (cell) =>
  typeof cell === "number" || /^[-+]?[\d.,]+( ?(%|B|kB|MB|GB))?$/.test(cell);

/**
 * A progress bar on standard error; none where that is not a terminal.
 *
 * @param {string} title
 * @param {number} total
 * @returns {{ to: (done: number) => void, end: () => void }}
 */
export function progress(title, total) {
  if (!process.stderr.isTTY) return { to: () => {}, end: () => {} };
  const bar = new SingleBar({
    format: `${plain(title)} {bar} {percentage}% {eta_formatted} remaining`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return { to: (done) => bar.update(done), end: () => bar.stop() };
}

/**
 * "934.4 kB"
 * @param {number} bytes
 */
export function bytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [unit, divisor] = bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}

/**
 * Prints an error in one line; POCKETREC_DEBUG adds its stack.
 *
 * @param {unknown} error
 * @returns {number} the exit code
 */
export function explain(error) {
  const { message, code } = /** @type {Error & { code?: string }} */ (
    error instanceof Error ? error : new Error(String(error))
  );
  const isOurs = error instanceof PocketrecError;
  note(`pocketrec: ${isOurs ? "" : "unexpected: "}${message.replace(/\s+/g, " ").slice(0, 2000)}`);
  if (process.env.POCKETREC_DEBUG) note(inspect(error).split("\n"));
  return code === "verify-failed" ? 1 : 2;
}
