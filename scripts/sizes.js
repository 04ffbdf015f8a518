// Prints the bytes of the WebAssembly modules, and what each export of the package costs an app
// that imports it alone.
import { existsSync, readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const row = (title, cells) =>
  console.log(title.padEnd(44) + cells.map((cell) => String(cell).padStart(10)).join(""));

const MODULES = {
  "dist/pocketrec.wasm": "module, baseline SIMD",
  "dist/pocketrec.relaxed.wasm": "module, relaxed SIMD",
};

row("bytes", ["raw", "gzip", "brotli"]);
for (const [file, title] of Object.entries(MODULES)) {
  if (!existsSync(file)) continue;
  const bytes = readFileSync(file);
  const gzip = gzipSync(bytes, { level: 9 });
  row(title, [bytes.length, gzip.length, brotliCompressSync(bytes).length]);
}

if (existsSync("node_modules/esbuild")) {
  const { ENTRIES, bundleOf, exportsOf } = await import("./sizes/exports.js");
  console.log();
  row("brotli bytes in an app's bundle", ["at once", "by a call"]);
  for (const [entry, file] of Object.entries(ENTRIES)) {
    const names = await exportsOf(file);
    const choices = names.map((name) => [name, [name]]);
    if (names.length > 1) choices.unshift(["*", names]);
    for (const [title, chosen] of choices) {
      const { once, later } = await bundleOf(file, chosen);
      row(`${entry}  ${title}`, [once, later || ""]);
    }
  }
}
