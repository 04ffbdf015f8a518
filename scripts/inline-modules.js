// Writes dist/modules.js: both WebAssembly modules as text, and what unpacks them; dist/version.js:
// their version; and dist/train-module.js: that of `npx pocketrec-cli train`. As scripts they need
// no URL that a bundler, a worker, a CDN or a server could break. Equal bytes are equal text,
// unlike base64: so the text compresses well, and of the second module there is only what differs
// from the first.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { patched, sumOf } from "../js/runtime/module-text.js";
import { textOf } from "./module-text.js";
import { patchOf } from "./text-patch.js";

const unpacker = readFileSync("build/unpack.wasm").toString("hex");
const files = { simd128: "dist/pocketrec.wasm", relaxed: "dist/pocketrec.relaxed.wasm" };
const simd128 = textOf(readFileSync(files.simd128), unpacker);
const relaxed = existsSync(files.relaxed)
  ? textOf(readFileSync(files.relaxed), unpacker)
  : undefined;
const modules = {
  unpacker,
  simd128,
  relaxed: relaxed && relaxedPatch(relaxed),
  sums: {
    unpacker: sumOf(unpacker),
    simd128: sumOf(simd128),
    relaxed: relaxed && sumOf(relaxed),
  },
};

const module = await WebAssembly.instantiate(readFileSync(files.simd128));
const version = module.instance.exports.pr_version();

writeFileSync(
  "dist/modules.js",
  `// Made by build.sh.
export const modules = {
  unpacker: ${JSON.stringify(unpacker)},
  simd128: ${JSON.stringify(modules.simd128)},
  relaxed: ${JSON.stringify(modules.relaxed)},
  sums: ${JSON.stringify(modules.sums)},
};
`,
);
writeFileSync(
  "dist/modules.d.ts",
  `export const modules: import("../js/runtime/module.js").Modules &
  { unpacker: string, simd128: string };\n`,
);
writeFileSync("dist/version.js", `// Made by build.sh.\nexport const version = ${version};\n`);
writeFileSync("dist/thread-text.d.ts", "export const threadText: (node: string) => string;\n");
writeFileSync("dist/version.d.ts", "export const version: number;\n");

const train = textOf(readFileSync("build/train.wasm"), unpacker);
writeFileSync(
  "dist/train-module.js",
  `// Made by build.sh.
export const trainModule = ${JSON.stringify(train)};
export const trainSum = ${sumOf(train)};
`,
);
writeFileSync(
  "dist/train-module.d.ts",
  "export const trainModule: string;\nexport const trainSum: number;\n",
);

/** @param {string} text */
function relaxedPatch(text) {
  const patch = patchOf(simd128, text);
  if (patched(simd128, patch) !== text) throw new Error("the patch does not give the text");
  return patch;
}
