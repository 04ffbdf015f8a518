import { SingleBar } from "cli-progress";

import { PocketrecError } from "../common/errors.js";

/**
 * Without control characters: names from untrusted files must not move the cursor or colour the
 * screen.
 *
 * @param {string} text
 */
const plain = (text) => text.replace(/[^\P{Cc}\n]/gu, "");

/**
 * Prints a result to standard output.
 * @param {string} text
 */
export const say = (text) => process.stdout.write(`${plain(text)}\n`);

/**
 * Prints a message to standard error.
 * @param {string} text
 */
export const note = (text) => process.stderr.write(`${plain(text)}\n`);

/**
 * A table with aligned columns, numbers to the right.
 *
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function table(head, rows) {
  const lines = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isNumeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumberLike(row[column])),
  );
  const pad = (/** @type {string} */ text, /** @type {number} */ column) =>
    isNumeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
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
    format: `${title} {bar} {percentage}% {eta_formatted} remaining`,
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
  if (process.env.POCKETREC_DEBUG) console.error(error);
  return code === "verify-failed" ? 1 : 2;
}
