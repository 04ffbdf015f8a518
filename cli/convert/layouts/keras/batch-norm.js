import { PocketrecError, show } from "../../../../js/common/errors.js";
import { affineOf, normalizedAfter } from "../shared/batch-norm.js";
import { layerTensor } from "./layers.js";
import { assertLastAxis, assertWholeVector } from "./shapes.js";
import { unsupported, widthOf } from "./values.js";

/**
 * Batch normalisation in a Keras graph: folded into the dense layer before it, or, behind an
 * activation, kept until the next weights take it in.
 *
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./walk.js").Walk} Walk
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Affine} Affine
 */

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
export function batchNormalised(layer, value, walk) {
  if (value.kind !== "features" && value.kind !== "product")
    throw unsupported(layer, "a batch normalisation of an input or a score");
  // Modes 1 and 2 of Keras 1 take the means of what is predicted.
  if (layer.config.mode) throw unsupported(layer, `mode ${show(layer.config.mode)}`);
  const { axis = -1 } = layer.config;
  if (
    value.kind === "features" &&
    value.parts.some(({ length, isMean }) => length !== 1 && !isMean)
  )
    assertLastAxis(layer, axis, value.shape);
  else assertWholeVector(layer, axis, value.shape);
  return affinelyMapped(value, layerAffine(layer, widthOf(value), walk));
}

/**
 * scale x + shift of each column, folded into the dense layer before it, or kept.
 *
 * @param {import("./values.js").Features | import("./values.js").Product} value
 * @param {Affine} affine
 * @returns {Value}
 */
export function affinelyMapped(value, affine) {
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (value.kind === "product" || last?.activation !== "identity" || value.after)
    return { ...value, after: composed(value.after, affine) };
  return { ...value, layers: [...value.layers.slice(0, -1), normalizedAfter(last, affine)] };
}

/**
 * @param {KerasLayer} layer
 * @param {number} width
 * @param {Walk} walk
 * @returns {Affine}
 */
function layerAffine(layer, width, walk) {
  const { scale: hasGamma, center: hasBeta, epsilon = 1e-3 } = layer.config;
  if (typeof epsilon !== "number" || !(epsilon > 0)) {
    const subject = `${layer.name}.epsilon`;
    throw new PocketrecError("bad-metadata", subject, "a number above 0", show(epsilon));
  }
  const tensorOf = (/** @type {string} */ weight) => layerTensor(layer, weight, 1, walk);
  const mean = tensorOf("moving_mean");
  const variance = tensorOf("moving_variance");
  const gamma = hasGamma === false ? undefined : tensorOf("gamma");
  const beta = hasBeta === false ? undefined : tensorOf("beta");
  if ([mean, variance, gamma, beta].some((tensor) => tensor && tensor.values.length !== width))
    throw new PocketrecError("bad-shape", layer.name, `four weights of [${width}]`, "others");
  const norm = { path: layer.name, names: [], isTransposed: false, norm: { mean, variance } };
  return affineOf({ ...norm, weight: gamma, bias: beta }, epsilon);
}

/**
 * Two batch normalisations, the second applied to the output of the first.
 *
 * @param {Affine | undefined} first
 * @param {Affine} second
 * @returns {Affine}
 */
function composed(first, second) {
  if (!first) return second;
  const shift = first.shift.map((b, i) => b * second.scale[i] + second.shift[i]);
  return { scale: first.scale.map((a, i) => a * second.scale[i]), shift };
}
