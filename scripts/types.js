// Writes dist/types: the declarations that the entries of package.json need, and nothing of the
// package's inside. tsc has emitted all of js/ to build/types; what is not reached from an entry
// goes, and the rest is rewritten so that it compiles without the DOM's types, in TypeScript 5.0
// and later, and with exactOptionalPropertyTypes.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { reachedFrom } from "./types/reach.js";
import { rewritten } from "./types/rewrite.js";

const FROM = "build/types";
const TO = "dist/types";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.values(exports).flatMap(({ types }) => (types ? [relative(TO, types)] : []));

rmSync(TO, { recursive: true, force: true });
for (const [file, reached] of reachedFrom(FROM, entries)) {
  const path = join(TO, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rewritten(reached, platformFrom(file)));
}
cpSync("scripts/types/platform.d.ts", join(TO, "platform.d.ts"));

/** The specifier of platform.d.ts for a file. */
function platformFrom(file) {
  const path = relative(dirname(file), "platform.js");
  return path.startsWith(".") ? path : `./${path}`;
}
