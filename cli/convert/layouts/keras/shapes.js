import { show } from "../../../../js/common/errors.js";
import { unsupported } from "./values.js";

/**
 * The axes of a value in a Keras graph, without the batch's. What is computed here are vectors: a
 * value's numbers lie on one axis, and all others have size 1.
 *
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./values.js").Size} Size
 * @typedef {import("./values.js").Value} Value
 */

/**
 * How many numbers; null: any number.
 *
 * @param {Size[]} shape
 * @returns {number | null}
 */
export const countOf = (shape) =>
  shape.reduce(
    (/** @type {Size} */ count, size) => (count === null || size === null ? null : count * size),
    1,
  );

/**
 * Axes that Keras counts with the batch as 0, from the front: 0 is the first behind the batch.
 *
 * @param {KerasLayer} layer
 * @param {unknown} given a number, or a list of them
 * @param {Size[]} shape
 * @returns {number[]}
 */
export function axesOf(layer, given, shape) {
  return [given].flat().map((axis) => {
    const rank = shape.length + 1;
    const front = Number(axis) < 0 ? Number(axis) + rank : Number(axis);
    if (Number.isInteger(front) && front > 0 && front < rank) return front - 1;
    throw unsupported(layer, `axis ${show(axis)} of a batch of ${show(shape)}`);
  });
}

/**
 * Refuses an operation over axes that are not the whole of the vector.
 *
 * @param {KerasLayer} layer
 * @param {unknown} given the axes, as Keras counts them
 * @param {Size[]} shape
 */
export function assertWholeVector(layer, given, shape) {
  const axes = new Set(axesOf(layer, given, shape));
  if (shape.every((size, axis) => size === 1 || axes.has(axis))) return;
  throw unsupported(layer, `axis ${show(given)} of a batch of ${show(shape)}`);
}

/**
 * Refuses an operation over another axis than the last.
 *
 * @param {KerasLayer} layer
 * @param {unknown} given the axis, as Keras counts it
 * @param {Size[]} shape
 */
export function assertLastAxis(layer, given, shape) {
  if (axesOf(layer, given, shape).join() === `${shape.length - 1}`) return;
  throw unsupported(layer, `axis ${show(given)} of a batch of ${show(shape)}`);
}

/**
 * Refuses values that the layer would broadcast, and masked ones: Keras 3 leaves out what belongs
 * to id 0.
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 */
export function assertAlike(layer, values) {
  if (values.some((value) => value.kind === "features" && value.hasMask))
    throw unsupported(layer, "an embedding with mask_zero and no Flatten behind it");
  const [first, ...others] = values.map(({ shape }) => shape);
  if (others.every((shape) => String(shape) === String(first))) return;
  // Layers bring numbers to one rank behind the batch; operators align the axes at the end.
  const isLayer = layer.type === "Add" && layer.config.trainable !== undefined;
  if (isLayer && values.every(({ shape }) => shape.every((size) => size === 1))) return;
  throw unsupported(layer, `values of ${[first, ...others].map(show).join(" and ")}`);
}

/**
 * The shape behind a Flatten or a Reshape.
 *
 * @param {KerasLayer} layer
 * @param {Size[]} shape
 * @returns {Size[]}
 */
export function reshaped(layer, shape) {
  const { target_shape: target, data_format: format } = layer.config;
  const count = countOf(shape);
  const isVector = shape.filter((size) => size !== 1).length < 2;
  if (layer.type === "Flatten") {
    if (format === "channels_first" && !isVector)
      throw unsupported(layer, `channels_first of ${show(shape)}`);
    return [count];
  }
  if (!Array.isArray(target)) return [count];
  const known = target.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const sizes = target.map((size) => (size === -1 && count !== null ? count / known : size));
  if (count !== null && countOf(sizes) === count) return sizes;
  throw unsupported(layer, `the shape ${show(target)} for ${show(shape)}`);
}
