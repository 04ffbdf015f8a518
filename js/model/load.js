import { Engine } from "./engine.js";
import { PocketrecError, throwIfAborted, within } from "../common/errors.js";
import { checkOptions } from "../common/options.js";
import { fuse } from "../families/ncf/fuse.js";
import { readInfo } from "../families/index.js";
import { Model } from "./model.js";
import { readPrecision } from "./precision.js";
import { readSafetensors } from "../file/safetensors.js";
import { nameOf } from "./source-name.js";
import { userOf } from "./check-user.js";
import { startEstimates } from "./estimates.js";
import { compile, instantiate } from "../runtime/module.js";

/**
 * @import { Source } from "../file/source.js"
 * @import { Precision } from "./precision.js"
 *
 * @typedef {object} Fusion two trained models to be fused into a NeuMF (He et al., WWW 2017,
 *   section 3.4.1)
 * @property {Source} gmf a file of kind "gmf"
 * @property {Source} mlp a file of kind "mlp"
 * @property {number} [alpha] the weight of the GMF, 0 to 1 (default 0.5)
 *
 * @typedef {object} LoadOptions how `loadModel` loads
 * @property {import("../file/source.js").OnProgress} [onProgress] is called while bytes arrive
 * @property {AbortSignal} [signal] ends the load, with "aborted"
 * @property {"auto" | "relaxed" | "simd128"} [simd] "auto" (default) takes relaxed SIMD where the
 *   engine supports it; "simd128" gives the same bits on every device
 * @property {WebAssembly.Module} [module] one of the package's .wasm files, compiled: where
 *   compiling bytes is forbidden
 * @property {Precision} [precision] of lists (default "exact"); a call may choose another
 * @property {boolean} [verify] computes the scores of the file's check vectors, and throws if they
 *   differ
 */

/**
 * The tolerance of check vectors, relative to the larger of 1 and the value: rounding of float32
 * sums.
 */
const VERIFY_TOLERANCE = 1e-4;

/**
 * Loads a model. `read` reads the bytes of a source, the one thing that differs between
 * environments.
 *
 * @param {Source | Fusion} source
 * @param {LoadOptions | undefined} given
 * @param {typeof import("../file/source.js").readSource} read
 * @param {import("../runtime/module.js").Modules} modules
 * @returns {Promise<Model>}
 */
export async function load(source, given, read, modules) {
  const options = checkOptions(
    given,
    "loadModel",
    "onProgress signal simd module verify precision",
  );
  const { simd = "auto", signal } = options;
  const isFast = readPrecision(options.precision) ?? false;
  const [module, file] = await Promise.all([
    options.module ?? compile(simd, modules),
    isFusion(source) ? readFusion(source, options, read) : readFile(source, options, read),
  ]);
  const exports = await instantiate(module);
  try {
    const engine = await Engine.load(file, exports, signal);
    assertWhole(file.sources);
    engine.isFast = isFast;
    const model = new Model(engine, read);
    if (isFast) startEstimates(model, engine);
    return finish(model, engine.items, options);
  } catch (error) {
    assertWhole(file.sources);
    throw signal?.aborted ? error : within(nameOf(source), error);
  }
}

/**
 * The tensors are views of the app's bytes, and are copied with pauses.
 *
 * @param {Uint8Array[]} sources
 * @throws {PocketrecError} "bad-argument"
 */
function assertWhole(sources) {
  try {
    for (const { buffer } of sources) new Uint8Array(buffer);
  } catch (cause) {
    const expected = "bytes that stay until the model is loaded";
    const found = "a buffer that was transferred away";
    throw new PocketrecError("bad-argument", "source", expected, found, { cause });
  }
}

/**
 * @param {Model} model
 * @param {import("../file/item-ids.js").ItemIndex} items
 * @param {LoadOptions} options
 */
function finish(model, items, options) {
  throwIfAborted(options.signal);
  if (!options.verify) return model;
  try {
    verify(model, items);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * @param {Source | Fusion} source
 * @returns {source is Fusion}
 */
const isFusion = (source) =>
  source !== null && typeof source === "object" && "gmf" in source && "mlp" in source;

/**
 * @param {Source} source
 * @param {LoadOptions} options
 * @param {typeof import("../file/source.js").readSource} read
 */
async function readFile(source, options, read) {
  const bytes = await read(source, options);
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    return { tensors, info: readInfo(metadata), sources: [bytes] };
  } catch (error) {
    assertWhole([bytes]);
    throw within(nameOf(source), error);
  }
}

/**
 * @param {Fusion} fusion
 * @param {LoadOptions} options
 * @param {typeof import("../file/source.js").readSource} read
 */
async function readFusion(fusion, options, read) {
  const { gmf, mlp, alpha = 0.5 } = checkOptions(fusion, "loadModel", "gmf mlp alpha");
  const gmfFile = await readFile(gmf, options, read);
  const mlpFile = await readFile(mlp, options, read);
  return { ...fuse(gmfFile, mlpFile, alpha), sources: [...gmfFile.sources, ...mlpFile.sources] };
}

/**
 * @param {Model} model
 * @param {import("../file/item-ids.js").ItemIndex} known
 */
function verify(model, known) {
  const checks = model.info.check ?? [];
  if (!checks.length)
    throw new PocketrecError("verify-failed", "check", "check vectors in the file", "none");
  for (const [number, check] of checks.entries()) {
    const { items, scores, raw } = check;
    const rows = Uint32Array.from(items);
    const user = userOf(model, known, check);
    compare(`check ${number}`, items, scores, model.score(user, rows));
    if (raw) compare(`check ${number}, raw`, items, raw, model.score(user, rows, { raw: true }));
  }
}

/**
 * @param {string} what
 * @param {number[]} items
 * @param {number[]} expected
 * @param {Float32Array} found
 */
function compare(what, items, expected, found) {
  const off = expected.findIndex(
    (score, i) => !(Math.abs(found[i] - score) <= VERIFY_TOLERANCE * Math.max(1, Math.abs(score))),
  );
  if (off < 0) return;
  throw new PocketrecError(
    "verify-failed",
    `${what}, item ${items[off]}`,
    `${expected[off]}`,
    `${found[off]}`,
    {
      hint: "The scores are of other weights.",
    },
  );
}
