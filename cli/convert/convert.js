import { withEvidence } from "./expect/evidence.js";
import { prove } from "./expect/expect.js";
import { namingPath, withPath } from "./files.js";
import { fuse } from "../../js/families/ncf/fuse.js";
import { finish } from "./finish/finish.js";
import { withFoldIn } from "./fold-in.js";
import { asDot, assertDot } from "./layouts/dot/as-dot.js";
import { joinedTowers } from "./layouts/dot/two-towers.js";
import { recognise } from "./layouts.js";
import { countItems, readModelFile, reopen, writeModelFile } from "./model-file.js";
import { readCheckpoint } from "./read.js";
import { assertActivations, withStated } from "./stated.js";

/** Stages of a conversion: read, finish, and by the caller verify and write. */
export const STAGES = 4;

/**
 * Converts a file of another framework to a weights file (docs/format.md).
 *
 * @typedef {import("./blueprint.js").Blueprint} Blueprint
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./expect/alternatives.js").Choice} Choice
 * @typedef {import("./expect/expect.js").Proof} Proof
 * @typedef {import("./blueprint.js").LayoutOptions & import("./finish/finish.js").FinishOptions & {
 *   alpha?: number, padding?: number, userPadding?: number, onStage?: (done: number) => void,
 *   expect?: import("./expect/lines.js").ExpectedScores }} ConvertOptions onStage: how many of
 *   STAGES are done; expect: scores of the training framework, which the file must reproduce
 * @typedef {object} Converted
 * @property {Uint8Array} bytes in F32
 * @property {Blueprint} blueprint
 * @property {import("./finish/finish.js").Finished} finished
 * @property {Proof} [proof] of --expect
 *
 * @param {{ name: string, bytes: Uint8Array }[]} files one, a GMF and an MLP to fuse, or two towers
 * @param {ConvertOptions} options
 * @returns {Promise<Converted>}
 */
export async function convert(files, options) {
  assertActivations(options);
  /** @type {{ name: string, checkpoint: Checkpoint }[]} */
  const read = [];
  for (const { name, bytes } of files)
    read.push({ name, checkpoint: await withPath(name, () => readCheckpoint(bytes)) });
  const towers = joinedTowers(read);
  const checkpoints = towers ? [towers] : read;
  const build = (/** @type {Choice} */ choice) => blueprintOf(checkpoints, options, choice);
  const assumed = withEvidence(build({}), build, options);
  options.onStage?.(1);
  const { expect } = options;
  const carried = options.ids ? undefined : idsCarried(checkpoints, assumed);
  const ids = options.ids ?? (carried?.isFitting ? carried.ids : undefined);
  const onProgress = (/** @type {number} */ done, /** @type {number} */ total) =>
    options.onStage?.(1 + done / total);
  const proof =
    expect &&
    prove(expect, assumed, remembered(build), { ids, isCarried: !options.ids, onProgress });
  const blueprint = withNotes(proof?.blueprint ?? assumed, carried);
  const provenance = {
    converted: {
      from: files.map(({ name }) => name),
      layout: blueprint.layout,
      ...(proof ? { checked: `${proof.lineCount} scores of ${proof.path}` } : {}),
    },
    ...options.provenance,
  };
  const finished = finish(blueprint, {
    ...options,
    ids,
    provenance,
    expectedChecks: proof?.checks,
  });
  options.onStage?.(2);
  return { bytes: writeModelFile(finished.file, "f32"), blueprint, finished, proof };
}

/**
 * The ids of items that a file carries, where it has no ids of ours and they are as many as the
 * model's items.
 *
 * @param {{ checkpoint: Checkpoint }[]} checkpoints
 * @param {Blueprint} blueprint
 * @returns {(import("./read/carried-ids.js").CarriedIds & { isFitting: boolean }) | undefined}
 */
function idsCarried(checkpoints, { description, tensors, kept = new Map(), padding = 0 }) {
  const found = checkpoints.map(({ checkpoint }) => checkpoint.itemIds).find(Boolean);
  if (!found || kept.has("item_ids")) return undefined;
  const count = countItems({ description, tensors, kept });
  const isFitting = [count, count - padding].includes(found.ids.length);
  return { ...found, isFitting };
}

/**
 * @param {Blueprint} blueprint
 * @param {ReturnType<typeof idsCarried>} carried
 * @returns {Blueprint}
 */
function withNotes(blueprint, carried) {
  if (!carried) return blueprint;
  const { ids, from, isFitting } = carried;
  const first = ids.findIndex((id) => id !== "");
  const text = isFitting
    ? `items are named by ${from} of the file; --items names them otherwise`
    : `${from} of the file is not used: it names rows ${first} to ${ids.length - 1}, and the ` +
      "model has other rows; --items names them, --padding takes rows of padding away";
  return { ...blueprint, notes: [...blueprint.notes, text] };
}

/**
 * The blueprint of the files where a choice settles what they leave open.
 *
 * @param {{ name: string, checkpoint: Checkpoint }[]} checkpoints
 * @param {ConvertOptions} options
 * @param {Choice} choice
 * @returns {Blueprint}
 */
function blueprintOf(checkpoints, { kind, ...options }, choice) {
  // The kind on the command line is that of the result: two files have their own.
  const isOne = checkpoints.length === 1;
  const given = { ...options, ...(isOne ? { kind } : {}), ...choice };
  // An option that is not stated must not hide the default of a layout.
  const layoutOptions = /** @type {ConvertOptions} */ (
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  );
  // Only the log loss puts a function behind the score.
  const { loss } = layoutOptions;
  if (loss !== undefined && loss !== "log") layoutOptions.output ??= "identity";
  const blueprints = checkpoints.map(({ name, checkpoint }) => {
    try {
      const found = recognise(checkpoint, { ...layoutOptions, ...productKind(given.kind) });
      const blueprint = isOne ? dotOf(checkpoint, found, given.kind) : found;
      const stated = withStated(blueprint, {
        ...layoutOptions,
        ...ownActivation(blueprint, layoutOptions),
      });
      return isOne ? withFoldIn(stated, layoutOptions) : stated;
    } catch (error) {
      throw namingPath(name, error);
    }
  });
  return isOne ? blueprints[0] : fused(blueprints, options);
}

/**
 * Layouts know a dot product as a GMF without weights.
 * @param {string} [kind] as stated
 */
const productKind = (kind) => (kind === "dot" ? { kind: "gmf" } : {});

/**
 * A dot product as its own kind. A weights file stays what it is, unless --kind says otherwise.
 *
 * @param {Checkpoint} checkpoint
 * @param {Blueprint} found
 * @param {string} [kind] as stated
 * @returns {Blueprint}
 */
function dotOf({ modelFile }, found, kind) {
  const isKept = modelFile && kind !== "dot";
  const blueprint = isKept ? found : asDot(found, kind);
  assertDot(blueprint, kind);
  return blueprint;
}

/**
 * A GMF beside an MLP has no layers that --activation could be of.
 *
 * @param {Blueprint} blueprint
 * @param {ConvertOptions} options
 */
const ownActivation = ({ kind }, { activation }) => ({
  activation: kind === "gmf" || kind === "dot" ? undefined : activation,
});

/**
 * Blueprints that differ in the output function alone are built once.
 *
 * @param {(choice: Choice) => Blueprint} build
 * @returns {(choice: Choice) => Blueprint}
 */
function remembered(build) {
  /** @type {Map<string, Blueprint>} */
  const built = new Map();
  return ({ output, ...choice }) => {
    const key = JSON.stringify([choice, output === "identity"]);
    const blueprint = built.get(key) ?? build({ ...choice, ...(output ? { output } : {}) });
    built.set(key, blueprint);
    return output ? { ...blueprint, description: { ...blueprint.description, output } } : blueprint;
  };
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
    assumptions: withoutRepeats([...gmf.assumptions, ...mlp.assumptions]),
  };
}

/**
 * Each assumption once, where two models share it.
 * @param {Blueprint["assumptions"]} assumptions
 */
function withoutRepeats(assumptions) {
  const byText = new Map(assumptions.map((one) => [JSON.stringify([one.subject, one.value]), one]));
  return [...byText.values()];
}
