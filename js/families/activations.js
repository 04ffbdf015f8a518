import { ACTIVATIONS } from "../runtime/abi.js";
import { PocketrecError, show } from "../common/errors.js";

/** The activations of towers and autoencoders, by name: all of the C core but that of SASRec. */
export const ANY_ACTIVATION = Object.keys(ACTIVATIONS).filter((name) => name !== "gelu");

/**
 * Activations that never fall. Swish falls below -1.28: as an output function it would not keep the
 * order of the raw scores, and its value does not determine its slope, which a fit by gradients
 * needs.
 */
export const MONOTONIC = ANY_ACTIVATION.filter((name) => name !== "swish");

/**
 * The codes of the hidden layers' activations: one for all layers, or one a layer.
 *
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @param {number} layers
 * @returns {number[]} one a layer
 * @throws {PocketrecError} "bad-metadata"
 */
export function activationsOf({ activation }, layers) {
  const names = typeof activation === "string" ? Array(layers).fill(activation) : activation;
  if (names.length === layers) return names.map((name) => ACTIVATIONS[name]);
  throw new PocketrecError(
    "bad-metadata",
    "activation",
    `one, or ${layers} of them`,
    show(activation),
  );
}
