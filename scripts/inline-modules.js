// Writes dist/modules.js: both WebAssembly modules as text; dist/version.js: their version; and
// dist/train-module.js: that of `npx pocketrec-cli train`. As scripts they need no URL that a
// bundler, a worker, a CDN or a server could break. Equal bytes are equal text, in both modules, so
// that the two compress well together, which base64 does not.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { BYTES } from "../js/runtime/module-text.js";

const files = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };
const entries = Object.entries(files)
  .filter(([, file]) => existsSync(file))
  .map(([simd, file]) => `  ${simd}: ${JSON.stringify(textOf(readFileSync(file)))},\n`);

const module = await WebAssembly.instantiate(readFileSync(files.simd128));
const version = module.instance.exports.pr_version();

writeFileSync(
  "dist/modules.js",
  `// Made by build.sh.
export const modules = {
${entries.join("")}};
`,
);
writeFileSync(
  "dist/modules.d.ts",
  "export const modules: { simd128?: string, relaxed?: string };\n",
);
writeFileSync("dist/version.js", `// Made by build.sh.\nexport const version = ${version};\n`);
writeFileSync("dist/version.d.ts", "export const version: number;\n");

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
    const place = BYTES.indexOf(byte);
    return prefixes[Math.floor(place / 92)] + String.fromCharCode(35 + (place % 92));
  }).join("");
}
