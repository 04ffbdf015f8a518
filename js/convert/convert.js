import { fuse } from "../families/ncf/fuse.js";
import { withPath } from "./files.js";
import { finish } from "./finish/finish.js";
import { recognise } from "./layouts.js";
import { readModelFile, reopen, writeModelFile } from "./model-file.js";
import { readCheckpoint } from "./read.js";

/** Stages of a conversion: read, finish, and by the caller verify and write. */
export const STAGES = 4;

/**
 * Converts a file of another framework to a weights file (docs/format.md).
 *
 * @typedef {import("./blueprint.js").Blueprint} Blueprint
 * @typedef {import("./blueprint.js").LayoutOptions & import("./finish/finish.js").FinishOptions & {
 *   alpha?: number, padding?: number, onStage?: (done: number) => void }} ConvertOptions onStage:
 *   how many of STAGES are done
 * @typedef {object} Converted
 * @property {Uint8Array} bytes in F32
 * @property {Blueprint} blueprint
 * @property {import("./finish/finish.js").Finished} finished
 *
 * @param {{ name: string, bytes: Uint8Array }[]} files one, or a GMF and an MLP to fuse
 * @param {ConvertOptions} options
 * @returns {Promise<Converted>}
 */
export async function convert(files, options) {
  const blueprints = [];
  for (const file of files)
    blueprints.push(await withPath(file.name, () => blueprintOf(file, options, files.length)));
  options.onStage?.(1);
  const blueprint = blueprints.length === 1 ? blueprints[0] : fused(blueprints, options);
  const provenance = {
    converted: { from: files.map(({ name }) => name), layout: blueprint.layout },
    ...options.provenance,
  };
  const finished = finish(blueprint, { ...options, provenance });
  options.onStage?.(2);
  return { bytes: writeModelFile(finished.file, "f32"), blueprint, finished };
}

/**
 * @param {{ name: string, bytes: Uint8Array }} file
 * @param {ConvertOptions} options
 * @param {number} fileCount
 */
async function blueprintOf({ bytes }, { kind, ...options }, fileCount) {
  // The kind on the command line is that of the result: two files have their own.
  const layoutOptions = fileCount === 1 ? { kind, ...options } : options;
  const blueprint = recognise(await readCheckpoint(bytes), layoutOptions);
  const { padding } = options;
  return padding === undefined ? blueprint : { ...blueprint, padding, userPadding: padding };
}

/**
 * A NeuMF of a GMF and an MLP, in either order.
 *
 * @param {Blueprint[]} blueprints
 * @param {ConvertOptions} options
 * @returns {Blueprint}
 */
function fused(blueprints, { alpha = 0.5 }) {
  const [gmf, mlp] = blueprints[0].kind === "mlp" ? [...blueprints].reverse() : blueprints;
  const [a, b] = [gmf, mlp].map(({ tensors, kept, kind, description }) =>
    reopen({ tensors, kept: kept ?? new Map(), description: { ...description, kind, format: 1 } }),
  );
  const { tensors, info } = fuse(a, b, alpha);
  const { check, ...description } = JSON.parse(JSON.stringify(info));
  const file = readModelFile(
    writeModelFile(
      { description: { ...description, check: [] }, tensors: new Map(), kept: new Map(tensors) },
      "f32",
    ),
  );
  return {
    ...gmf,
    kind: "neumf",
    description,
    tensors: file.tensors,
    kept: file.kept,
    layout: `${gmf.layout} and ${mlp.layout}, fused with alpha ${alpha}`,
    unused: new Map([...gmf.unused, ...mlp.unused]),
    notes: [...new Set([...gmf.notes, ...mlp.notes])],
  };
}
