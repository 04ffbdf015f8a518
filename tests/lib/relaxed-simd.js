// Relaxed SIMD: on by default from Node 22, behind a V8 flag in Node 20.
import v8 from "node:v8";

// A module whose one function is an i8x16.relaxed_swizzle.
const PROBE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  15,
  1,
  13,
  0,
  65,
  1,
  253,
  15,
  65,
  2,
  253,
  15,
  253,
  128,
  2,
  11,
);

/** Whether relaxed SIMD compiles here, after switching it on where it is behind the flag. */
export function enableRelaxedSimd() {
  if (!WebAssembly.validate(PROBE)) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(PROBE);
}
