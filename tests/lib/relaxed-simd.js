// Relaxed SIMD is on by default from Node 22, and behind a V8 flag in Node 20.
import v8 from "node:v8";

// A module with one function, which executes i8x16.relaxed_swizzle.
const PROBE = Buffer.from(
  "0061736d010000000105016000017b030201000a0f010d004101fd0f4102fd0ffd80020b",
  "hex",
);

/** Enables relaxed SIMD where it is behind the flag. Returns whether the engine supports it. */
export function enableRelaxedSimd() {
  if (!WebAssembly.validate(PROBE)) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(PROBE);
}
