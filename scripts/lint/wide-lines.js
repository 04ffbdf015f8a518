import { readFileSync } from "node:fs";

const WIDTH = 100;

/** Files that people read. */
const READ = /\.(js|mjs|ts|c|h|py|css|html|md|sh)$/;

/** A table's row of Markdown, or a line that an address makes wide. */
const ALLOWED = /^\s*\||https?:\/\/\S{40}/;

/**
 * Lines of over 100 columns, but for addresses and the rows of tables.
 *
 * @param {string[]} files
 * @returns {string[]} "file:line: width"
 */
export function wideLines(files) {
  return files
    .filter((file) => READ.test(file))
    .flatMap((file) => {
      const lines = readFileSync(file, "utf8").split("\n");
      return lines.flatMap((line, at) =>
        line.length > WIDTH && !ALLOWED.test(line) ? [`${file}:${at + 1}: ${line.length}`] : [],
      );
    });
}
