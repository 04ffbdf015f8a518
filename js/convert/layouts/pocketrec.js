/**
 * Weights files of pocketrec's own, to be folded, freed of people or given ids. What is folded
 * already stays so.
 *
 * @type {import("../blueprint.js").Layout}
 */
export function pocketrecLayout({ own }) {
  if (!own) return undefined;
  const { check, kind, format, ...description } = own.description;
  return {
    layout: `pocketrec ${kind}`,
    kind,
    tensors: own.tensors,
    kept: own.kept,
    description,
    used: new Set(own.tensors.keys()),
    left: new Map(),
    notes: [],
  };
}
