import { SingleBar } from "cli-progress";

import { PocketrecError } from "../common/errors.js";

/**
 * Names come from files, and files from strangers: nothing of them may move the cursor or colour
 * the screen.
 * @param {string} text
 */
const plain = (text) => text.replace(/[^\P{Cc}\n]/gu, "");

/**
 * Results go to standard output, all that is said beside them to standard error.
 * @param {string} text
 */
export const say = (text) => process.stdout.write(`${plain(text)}\n`);

/** @param {string} text */
export const note = (text) => process.stderr.write(`${plain(text)}\n`);

/**
 * A table in columns, numbers to the right.
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function table(head, rows) {
  const lines = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isNumeric = head.map(
    (_, column) =>
      rows.length > 0 &&
      rows.every(
        (row) =>
          typeof row[column] === "number" ||
          /^[-+]?[\d.,]+( ?(%|B|kB|MB|GB))?$/.test(String(row[column])),
      ),
  );
  const pad = (/** @type {string} */ text, /** @type {number} */ column) =>
    isNumeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/**
 * How far a long piece of work is, where somebody watches.
 *
 * @param {string} what
 * @param {number} total
 * @returns {{ to: (done: number) => void, end: () => void }}
 */
export function progress(what, total) {
  if (!process.stderr.isTTY) return { to: () => {}, end: () => {} };
  const bar = new SingleBar({
    format: `${what} {bar} {percentage}% {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return { to: (done) => bar.update(done), end: () => bar.stop() };
}

/** @param {number} bytes */
export function bytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [unit, divisor] = bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}

/**
 * Says what went wrong in one line, and gives the exit code.
 * @param {unknown} error
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
