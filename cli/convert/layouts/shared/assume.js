import { ANY_ACTIVATION, MONOTONIC } from "../../../../js/families/activations.js";
import { compactActivations } from "./activations.js";
import { normPlace } from "./batch-norm.js";
import { isNorm } from "./layers.js";

/**
 * What a layout takes for granted, with all that the file does not exclude.
 *
 * @typedef {import("../../assumptions.js").Assumption} Assumption
 */

/**
 * @param {string} subject
 * @param {Assumption["value"]} value
 * @param {Assumption["alternatives"]} alternatives
 * @param {string} [option] that settles it
 * @returns {Assumption}
 */
export const assumed = (subject, value, alternatives, option) => ({
  subject,
  value,
  alternatives,
  ...(option ? { option } : {}),
});

/**
 * The activation of hidden layers, one for all that are not known.
 *
 * @param {string[]} names of all layers
 * @param {(string | undefined)[]} known
 * @param {{ hasSwish?: boolean }} [more]
 * @returns {Assumption}
 */
export function assumeActivation(names, known, { hasSwish = false } = {}) {
  const value = compactActivations(names);
  const others = (hasSwish ? ANY_ACTIVATION : MONOTONIC).map((name) =>
    compactActivations(known.map((other) => other ?? name)),
  );
  const isOther = (/** @type {string | string[]} */ other) => String(other) !== String(value);
  return assumed("activation", value, [value, ...others.filter(isOther)], "--activation");
}

/** Epsilons of batch normalisations: of PyTorch, and of Keras. */
const EPSILONS = [1e-5, 1e-3];

/**
 * The epsilon of batch normalisations, and on which side of the activation they lie.
 *
 * @param {import("./layers.js").Layer[]} chain
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {Assumption[]}
 */
export function assumeNorms(chain, { classes }, { epsilon, norm }) {
  if (!chain.some(isNorm)) return [];
  const list = [];
  if (epsilon === undefined) list.push(assumed("epsilon", EPSILONS[0], EPSILONS, "--epsilon"));
  const places = chain.flatMap((layer, k) => {
    const before = chain[k - 1];
    return isNorm(layer) && before && !isNorm(before) ? [normPlace(before, layer, classes)] : [];
  });
  const open = places.find(({ isKnown }) => !isKnown);
  if (open && norm === undefined)
    list.push(assumed("norm", open.isBehind ? "behind" : "before", ["before", "behind"], "--norm"));
  return list;
}

/**
 * The scaling of an autoencoder's input. A graph of a Mult-DAE may take an input that is scaled
 * before.
 *
 * @param {string} kind
 * @param {boolean} isNormed whether the graph scales it
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {{ normalize: "none" | "l2", assumptions: Assumption[] }}
 */
export function inputOf(kind, isNormed, { normalize }) {
  if (isNormed) return { normalize: "l2", assumptions: [] };
  const isOpen = kind === "mult-dae" && normalize === undefined;
  const open = assumed("normalize", "none", ["none", "l2"], "--normalize");
  return { normalize: normalize ?? "none", assumptions: isOpen ? [open] : [] };
}
