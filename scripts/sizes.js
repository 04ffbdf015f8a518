// Prints raw, gzip and brotli bytes of each WebAssembly module and of all that `import "pocketrec"` pulls in.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/**
 * The modules that an entry imports, itself included.
 * @param {string} entry
 * @param {Set<string>} seen
 */
export function importGraph(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const [, path] of readFileSync(entry, "utf8").matchAll(/^(?:import|export)\s[^"]*?from "(\.[^"]+)";/gm)) {
    importGraph(join(dirname(entry), path), seen);
  }
  return seen;
}

/** @param {Buffer} bytes */
export function sizesOf(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

const rows = ["dist/pocketrec.wasm", "dist/pocketrec.relaxed.wasm"].filter(existsSync)
  .map((file) => ({ name: file, ...sizesOf(readFileSync(file)) }));
const files = [...importGraph("js/index.js")];
const each = files.map((file) => sizesOf(readFileSync(file)));
rows.push({
  name: `import "pocketrec": ${files.length} files`,
  raw: each.reduce((sum, { raw }) => sum + raw, 0),
  gzip: each.reduce((sum, { gzip }) => sum + gzip, 0),
  brotli: each.reduce((sum, { brotli }) => sum + brotli, 0),
});
const columns = /** @type {const} */ (["raw", "gzip", "brotli"]);
console.log(`${"bytes".padEnd(34)}${columns.map((name) => name.padStart(9)).join("")}`);
for (const row of rows) console.log(row.name.padEnd(34) + columns.map((name) => String(row[name]).padStart(9)).join(""));
if (process.argv.includes("--files")) {
  files.forEach((file, i) => console.log(relative(".", file).padEnd(34) + columns.map((name) => String(each[i][name]).padStart(9)).join("")));
}
