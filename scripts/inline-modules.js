// Writes dist/modules.js: both WebAssembly modules as hexadecimal text, and their version. Inlined,
// they need no URL that a bundler, a worker, a CDN or a server could break. Hexadecimal in one file
// compresses better than base64: to 14 kB instead of 20.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const files = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };
const entries = Object.entries(files)
  .filter(([, file]) => existsSync(file))
  .map(([simd, file]) => `  ${simd}: "${readFileSync(file).toString("hex")}",\n`);

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
