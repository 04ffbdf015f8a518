import { FUNCTIONS } from "./abi.js";
import { PocketrecError, show } from "../common/errors.js";
import { modules } from "../../dist/modules.js";

/** @typedef {"relaxed" | "simd128"} Simd */

/** @type {Map<Simd, Promise<WebAssembly.Module>>} compiled once, shared by every model */
const compiled = new Map();

/** @param {Simd} simd */
function bytesOf(simd) {
  const text = modules[simd];
  if (!text) return undefined;
  const bytes = text.length / 2;
  const view = new DataView(new ArrayBuffer(Math.ceil(bytes / 4) * 4));
  for (let at = 0; at < bytes; at += 4) {
    view.setUint32(at, parseInt(text.slice(2 * at, 2 * at + 8).padEnd(8, "0"), 16));
  }
  return new Uint8Array(view.buffer, 0, bytes);
}

/**
 * The module for the wished instruction set. "auto" takes relaxed SIMD where the engine accepts the
 * module that uses it. Modules are inlined, so nothing is fetched.
 *
 * @param {"auto" | Simd} wish
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(wish) {
  if (!["auto", "relaxed", "simd128"].includes(wish)) {
    throw new PocketrecError("bad-argument", "simd", '"auto", "relaxed" or "simd128"', show(wish));
  }
  if (typeof WebAssembly === "undefined") {
    throw new PocketrecError("no-wasm", "WebAssembly", "an engine that has it", "none");
  }
  for (const simd of /** @type {Simd[]} */ (wish === "auto" ? ["relaxed", "simd128"] : [wish])) {
    const known = compiled.get(simd);
    if (known) return known;
    const bytes = bytesOf(simd);
    if (!bytes || !WebAssembly.validate(bytes)) continue;
    const module = WebAssembly.compile(bytes);
    compiled.set(simd, module);
    try {
      return await module;
    } catch (cause) {
      compiled.delete(simd);
      throw new PocketrecError(
        "no-wasm",
        "WebAssembly.compile",
        "leave to compile",
        String(cause),
        {
          hint: "A page with a Content-Security-Policy needs script-src 'wasm-unsafe-eval'.",
          cause,
        },
      );
    }
  }
  throw new PocketrecError(
    "no-wasm",
    "WebAssembly",
    `an engine with ${wish === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
    "one without",
    { hint: "SIMD is there in Chrome 91, Firefox 89, Safari 16.4, Node 20 and later." },
  );
}

/**
 * One instance a model: its own memory, which nothing else can read and which goes when the model
 * goes.
 *
 * @param {WebAssembly.Module} module
 * @returns {Promise<import("./abi.js").Exports>}
 */
export async function instantiate(module) {
  if (!(module instanceof WebAssembly.Module)) {
    throw new PocketrecError(
      "bad-argument",
      "module",
      "a compiled WebAssembly.Module",
      typeof module,
    );
  }
  let instance;
  try {
    instance = await WebAssembly.instantiate(module, {});
  } catch (cause) {
    const memory = cause instanceof RangeError;
    throw new PocketrecError(
      memory ? "out-of-memory" : "bad-module",
      "module",
      memory ? "memory for an instance" : "a module compiled from pocketrec's own .wasm",
      String(cause),
      { cause },
    );
  }
  const exports = /** @type {any} */ (instance.exports);
  const missing = FUNCTIONS.find((name) => typeof exports[name] !== "function");
  if (missing) throw new PocketrecError("bad-module", "module", `an export ${missing}`, "none");
  // Emscripten's modules set themselves up in a function of their own; clang's have none.
  exports._initialize?.();
  return exports;
}
