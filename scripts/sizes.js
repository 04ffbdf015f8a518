// Prints the raw, gzip and brotli bytes of the WebAssembly modules and of the package's entries.
import { existsSync, readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const FILES = {
  "dist/pocketrec.wasm": "module, baseline SIMD",
  "dist/pocketrec.relaxed.wasm": "module, relaxed SIMD",
  "dist/index.js": 'import "pocketrec", with its modules',
  "dist/history.js": "pocketrec/history",
  "dist/cache.js": "pocketrec/cache",
  "dist/privacy.js": "pocketrec/privacy",
  "dist/worker.js": "pocketrec/worker",
  "dist/worker-thread.js": "its thread, without pocketrec",
};

const row = (title, cells) =>
  console.log(title.padEnd(44) + cells.map((cell) => String(cell).padStart(9)).join(""));

row("bytes", ["raw", "gzip", "brotli"]);
for (const [file, title] of Object.entries(FILES)) {
  if (!existsSync(file)) continue;
  const bytes = readFileSync(file);
  const gzip = gzipSync(bytes, { level: 9 });
  row(title, [bytes.length, gzip.length, brotliCompressSync(bytes).length]);
}
