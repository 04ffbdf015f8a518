// Peers side by side as a table in markdown.
import { markdownTable } from "markdown-table";
import { digits, median } from "./statistics.js";

/**
 * @param {{ name: string, difference?: number, failure?: string, times?: number[] }[]} rows
 * @param {string} baseName the peer that the others are divided by, round by round
 */
export function peerTable(rows, baseName) {
  const base = rows.find(({ name }) => name === baseName)?.times;
  const header = ["", "median ms", "lowest ms", `times ${baseName}`, "max difference"];
  const body = rows.map(({ name, difference, failure, times }) => {
    if (failure) return [name, "failed", "", "", ""];
    if (!times) return [name, "not timed", "", "", difference.toExponential(1)];
    const ratio = base ? digits(median(times.map((time, round) => time / base[round]))) : "";
    const lowest = digits(Math.min(...times));
    return [name, digits(median(times)), lowest, ratio, difference?.toExponential(1) ?? ""];
  });
  return markdownTable([header, ...body], { align: ["l", "r", "r", "r", "r"] });
}

/** Prints why peers failed, and makes the process exit with 1 if any failed or was wrong. */
export function reportFailures(rows) {
  for (const { name, failure } of rows) if (failure) console.log(`${name}: ${failure}\n`);
  if (rows.some(({ isRight }) => !isRight)) process.exitCode = 1;
}

/** Prints a table with what belongs to it. */
export function printTable(title, rows, baseName) {
  console.log(`${title}\n\n${peerTable(rows, baseName)}\n`);
  const { memory } = rows.find((row) => row.memory) ?? {};
  if (memory) {
    const ratio = (memory.bytes / memory.file).toFixed(3);
    console.log(
      `Memory after loading: ${memory.bytes} bytes for a file of ${memory.file}, ${ratio} times\n`,
    );
  }
  reportFailures(rows);
}
