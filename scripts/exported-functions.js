// Prints the functions that the linker exports under their C names: those of js/runtime/abi.js
// without an adapter in wasm/exports.c.
import { readFileSync } from "node:fs";

import { FUNCTIONS } from "../js/runtime/abi.js";

const adapters = readFileSync("wasm/exports.c", "utf8");
console.log(FUNCTIONS.filter((name) => !adapters.includes(`PR_EXPORT(${name})`)).join(" "));
