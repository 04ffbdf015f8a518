// Prints raw, gzip and brotli bytes of each WebAssembly module and of all that `import "pocketrec"`
// pulls in, and of the other entries.
import { existsSync, readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const FILES = {
  "dist/pocketrec.wasm": "module, baseline SIMD",
  "dist/pocketrec.relaxed.wasm": "module, relaxed SIMD",
  "dist/index.js": 'import "pocketrec", both modules included',
  "dist/history.js": "pocketrec/history",
  "dist/cache.js": "pocketrec/cache",
  "dist/privacy.js": "pocketrec/privacy",
  "dist/worker.js": "pocketrec/worker",
  "dist/worker-thread.js": "its thread, beside the first",
};

console.log(
  `${"bytes".padEnd(44)}${["raw", "gzip", "brotli"].map((name) => name.padStart(9)).join("")}`,
);
for (const [file, title] of Object.entries(FILES)) {
  if (!existsSync(file)) continue;
  const bytes = readFileSync(file);
  const sizes = [
    bytes.length,
    gzipSync(bytes, { level: 9 }).length,
    brotliCompressSync(bytes).length,
  ];
  console.log(title.padEnd(44) + sizes.map((size) => String(size).padStart(9)).join(""));
}
