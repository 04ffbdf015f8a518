/**
 * Weights files of pocketrec's own, to be folded, freed of people or given ids. What is folded
 * already stays so.
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
  };
}
