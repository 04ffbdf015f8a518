import { PocketrecError } from "../../../../js/common/errors.js";
import { activationOf, isModuleOf, isOpaque, ownerOf, sequencesOf } from "../shared/activations.js";

/**
 * Activations that forward() calls at an unknown place: submodules outside of sequences of layers,
 * and functions and names of functions that a module keeps as attributes.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {{ path: string, name: string }} Lone name: of the activation
 */

/**
 * @param {Checkpoint} checkpoint
 * @returns {Lone[]} without identities
 * @throws {PocketrecError} "unsupported": one that is not computed
 */
export function loneActivations(checkpoint) {
  const { classes } = checkpoint;
  const placed = new Set(
    sequencesOf(classes)
      .filter((sequence) => sequence.some((path) => isModuleOf(classes.get(path), "Linear")))
      .flat(),
  );
  const modules = [...classes].flatMap(([path, className]) => {
    const name = placed.has(path) || isOpaque(className) ? undefined : activationOf(className);
    return name ? [{ path, name }] : [];
  });
  return [...modules, ...attributes(checkpoint)].filter(({ name }) => name !== "identity");
}

/** Attributes that hold the name of an activation. */
const NAMES = /act|nonlin|transfer/i;

/** A function of PyTorch by its path. */
const FUNCTION = /^torch\.(nn\.functional\.|_C\._nn\.)?([a-z]\w*)$/;

/**
 * @param {Checkpoint} checkpoint
 * @returns {Lone[]}
 */
function attributes({ settings, classes }) {
  return Object.entries(settings).flatMap(([path, value]) => {
    if (typeof value !== "string" || !isOpaque(ownerOf(path, classes) ?? "torch.nn.")) return [];
    const [, , called] = FUNCTION.exec(value) ?? [];
    const name = called ?? (NAMES.test(path.split(".").at(-1) ?? "") ? value : undefined);
    if (name === undefined || /loss|init|entropy/.test(name)) return [];
    const activation = activationBy(path, name.replaceAll("_", ""));
    return activation ? [{ path, name: activation }] : [];
  });
}

/**
 * @param {string} path
 * @param {string} name
 */
function activationBy(path, name) {
  try {
    return activationOf(name);
  } catch (error) {
    if (!(error instanceof PocketrecError)) throw error;
    throw new PocketrecError("unsupported", path, error.expected, name);
  }
}

/**
 * The activation that layers have of which nothing else speaks: the one that a module keeps, if it
 * keeps one. A Sigmoid may as well be the output function.
 *
 * @param {Lone[]} lone
 * @param {boolean} isOutputOpen
 * @returns {string | undefined}
 */
export function usualActivation(lone, isOutputOpen) {
  const names = new Set(lone.map(({ name }) => name));
  if (names.size > 1 || isOutputOpen) names.delete("sigmoid");
  const [name] = names;
  return names.size === 1 ? name : undefined;
}
