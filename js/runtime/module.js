import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { bytesOf, fromDigits, patched, sumOf } from "./module-text.js";
import { version } from "../../dist/version.js";

/**
 * @typedef {"relaxed" | "simd128"} Simd an instruction set: "simd128" gives the same bits on every
 *   device, "relaxed" is faster
 *
 * @typedef {object} Modules as text: dist/modules.js
 * @property {string} [unpacker] of the texts
 * @property {string} [simd128]
 * @property {(string | number)[]} [relaxed] a patch of the other
 * @property {{ unpacker?: number, simd128?: number, relaxed?: number }} [sums] of these
 */

/** A module of one function with f32x4.relaxed_madd, to ask an engine for relaxed SIMD. */
const RELAXED = "0061736d010000000105016000017b030201000a130111004100fd0f4100fd0f4100fd0ffd85020b";

/** @type {Map<Simd, Promise<WebAssembly.Module>>} compiled once, shared by every model */
const compiled = new Map();

/** What `compile` was given: a later step need not import them. @type {Modules | undefined} */
let known;
export const knownModules = () => known;

/**
 * The module for an instruction set. "auto" takes relaxed SIMD where the engine supports it.
 * Modules are text in a script, so nothing is fetched.
 *
 * @param {"auto" | Simd} simd
 * @param {Modules} modules
 * @returns {Promise<WebAssembly.Module>}
 * @throws {PocketrecError} "no-wasm", "bad-argument", "bad-module"
 */
export async function compile(simd, modules) {
  known = modules;
  if (!["auto", "relaxed", "simd128"].includes(simd)) {
    throw argumentError("simd", '"auto", "relaxed" or "simd128"', simd);
  }
  if (typeof WebAssembly === "undefined") {
    throw new PocketrecError("no-wasm", "WebAssembly", "an engine that supports it", "none");
  }
  for (const name of /** @type {Simd[]} */ (simd === "auto" ? ["relaxed", "simd128"] : [simd])) {
    const earlier = compiled.get(name);
    if (earlier) return earlier;
    if (name === "relaxed" && !WebAssembly.validate(fromDigits(RELAXED))) continue;
    const text = textOfModule(modules, name);
    if (!text) continue;
    const bytes = unpacked(modules, name, text);
    const module = WebAssembly.compile(bytes);
    compiled.set(name, module);
    try {
      return await module;
    } catch (cause) {
      compiled.delete(name);
      // Not before: an engine that compiles a module validates it once more.
      if (WebAssembly.validate(bytes)) throw blocked(cause);
    }
  }
  const feature = simd === "relaxed" ? "relaxed SIMD" : "SIMD";
  throw new PocketrecError("no-wasm", "WebAssembly", `an engine that supports ${feature}`, "none", {
    hint: "SIMD needs Chrome 91, Firefox 89, Safari 16.4 or Node 20.",
  });
}

/** @param {unknown} cause */
const blocked = (cause) =>
  new PocketrecError("no-wasm", "WebAssembly", "permission to compile", String(cause), {
    hint: "Compilation is blocked: allow 'wasm-unsafe-eval' in script-src.",
    cause,
  });

/** @param {string} subject */
const otherModule = (subject) =>
  new PocketrecError("bad-module", subject, "pocketrec.wasm of this version", "another");

/**
 * @param {Modules} modules
 * @param {Simd} name
 * @param {string} text
 */
function unpacked({ unpacker = "", sums }, name, text) {
  if (sumOf(unpacker) !== sums?.unpacker) throw otherModule("modules.js");
  let bytes;
  try {
    bytes = bytesOf(unpacker, text, sums[name]);
  } catch (cause) {
    throw notStarted(cause);
  }
  if (!bytes.length) throw otherModule("modules.js");
  return bytes;
}

/**
 * @param {Modules} modules
 * @param {Simd} name
 */
function textOfModule({ simd128, relaxed }, name) {
  return name === "simd128" ? simd128 : simd128 && relaxed && patched(simd128, relaxed);
}

/**
 * An instance with a memory of its own. Each model has one: no model can read another's memory, and
 * the memory is freed with the model.
 *
 * @param {WebAssembly.Module} module
 * @returns {Promise<import("./abi.js").Exports>}
 * @throws {PocketrecError} "bad-argument", "bad-module", "no-wasm", "out-of-memory"
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
    throw notStarted(cause);
  }
  const exports = /** @type {any} */ (instance.exports);
  if (exports.pr_version?.() !== version) throw otherModule("module");
  // Only modules linked by Emscripten have this function.
  exports._initialize?.();
  return exports;
}

/**
 * The error of a module that does not start.
 * @param {unknown} cause
 */
function notStarted(cause) {
  // WebKit compiles under a policy that forbids it, and refuses as a module is instantiated: with
  // an EvalError in older versions.
  if (cause instanceof WebAssembly.CompileError || cause instanceof EvalError)
    return blocked(cause);
  const isMemory = cause instanceof RangeError;
  return new PocketrecError(
    isMemory ? "out-of-memory" : "bad-module",
    "module",
    isMemory ? "memory for an instance" : "pocketrec.wasm",
    String(cause),
    { cause },
  );
}
