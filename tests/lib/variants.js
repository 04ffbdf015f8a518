// Both instruction sets of the package. Relaxed SIMD is enabled where it is behind a flag.
import { existsSync } from "node:fs";

import { enableRelaxedSimd } from "./relaxed-simd.js";

const built = existsSync("dist/pocketrec.relaxed.wasm");

/** Why the relaxed module cannot be tested, or false. */
export const noRelaxed = !built
  ? "the relaxed module was not built: clang 17 or later is missing"
  : !enableRelaxedSimd()
    ? "this engine does not support relaxed SIMD"
    : false;

export const VARIANTS = /** @type {const} */ ([
  { simd: "simd128", skip: false },
  { simd: "relaxed", skip: noRelaxed },
]);
