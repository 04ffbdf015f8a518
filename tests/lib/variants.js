// Both instruction sets of the package, relaxed SIMD switched on where it is behind a flag.
import { existsSync } from "node:fs";

import { enableRelaxedSimd } from "./relaxed-simd.js";

const built = existsSync("dist/pocketrec.relaxed.wasm");

/** Why the relaxed module cannot be tested here, or false. */
export const noRelaxed = !built
  ? "no clang of 17 or later built the relaxed module here"
  : !enableRelaxedSimd()
    ? "this engine has no relaxed SIMD"
    : false;

export const VARIANTS = /** @type {const} */ ([
  { simd: "simd128", skip: false },
  { simd: "relaxed", skip: noRelaxed },
]);
