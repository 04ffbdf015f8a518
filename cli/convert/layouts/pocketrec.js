/**
 * Weights files of pocketrec, to fold, to drop user tables from, or to add ids to. What is folded
 * stays folded.
 *
 * @type {import("../blueprint.js").Layout}
 */
export function pocketrecLayout({ modelFile }) {
  if (!modelFile) return undefined;
  const { check, kind, format, ...description } = modelFile.description;
  return {
    layout: `pocketrec ${kind}`,
    kind,
    tensors: modelFile.tensors,
    kept: modelFile.kept,
    description,
    used: new Set(modelFile.tensors.keys()),
    unused: new Map(),
    notes: [],
    assumptions: [],
  };
}
