// Writes dist/modules.js: both WebAssembly modules as text, and their version; and
// dist/train-module.js: that of `npx pocketrec train`. Inlined, they need
// no URL that a bundler, a worker, a CDN or a server could break. The text is printable ASCII, so
// that no charset can break it either: a byte below 92 is one character, from "#" on; others are
// two, the first of which says what to add. So equal bytes are equal text, in both modules, and the
// two compress to 22.8 kB, where hexadecimal text takes 24.1 and base64 more.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const files = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };
const entries = Object.entries(files)
  .filter(([, file]) => existsSync(file))
  .map(([simd, file]) => `  ${simd}: ${JSON.stringify(textOf(readFileSync(file)))},\n`);

const module = await WebAssembly.instantiate(readFileSync(files.simd128));
const version = module.instance.exports.pr_version();

writeFileSync(
  "dist/modules.js",
  `// Made by build.sh.
export const version = ${version};
export const modules = {
${entries.join("")}};
`,
);
writeFileSync(
  "dist/modules.d.ts",
  `export const version: number;
export const modules: { simd128?: string, relaxed?: string };
`,
);

writeFileSync(
  "dist/train-module.js",
  `// Made by build.sh.
export const trainModule = ${JSON.stringify(textOf(readFileSync("build/train.wasm")))};
`,
);
writeFileSync("dist/train-module.d.ts", "export const trainModule: string;\n");

/** @param {Uint8Array} bytes */
function textOf(bytes) {
  const prefixes = ["", "!", " "];
  return Array.from(bytes, (byte) => {
    return prefixes[Math.floor(byte / 92)] + String.fromCharCode(35 + (byte % 92));
  }).join("");
}
