import { PocketrecError } from "../../../../js/common/errors.js";
import { bareAtom } from "./values.js";

/**
 * What a graph does to its raw scores.
 *
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {{ minimum?: number, maximum?: number }} Range
 *
 * @typedef {object} Ending
 * @property {Wires} raw the value before
 * @property {string} output
 * @property {Range} [clip] what holds the scores within a range
 */

/**
 * A Clip at the end, or a ReLU if that is no output function: it has no upper bound. Below it may
 * be one of the output functions.
 *
 * @param {Wires} value
 * @param {string[]} outputs
 * @param {LayoutOptions} options
 * @returns {Ending}
 */
export function endingOf(value, outputs, options) {
  const clip = rangeOf(value, outputs);
  const below = clip ? clip.input : value;
  const last = bareAtom(below);
  const isOutput = last?.type === "activation" && outputs.includes(last.name);
  const stated = options.output;
  if (isOutput && stated && !last.name.endsWith(stated))
    throw new PocketrecError(
      "bad-argument",
      "--output-function",
      `${last.name}: ${last.at}`,
      stated,
    );
  if (clip) assertRange(clip, options);
  return {
    raw: isOutput ? last.input : below,
    output: isOutput ? last.name : (stated ?? "identity"),
    ...(clip && { clip: withoutMissing(clip) }),
  };
}

/**
 * @param {Wires} value
 * @param {string[]} outputs
 * @returns {(Range & { input: Wires, at: string }) | undefined}
 */
function rangeOf(value, outputs) {
  const last = bareAtom(value);
  if (last?.type === "activation" && last.name === "relu" && !outputs.includes("relu"))
    return { minimum: 0, input: last.input, at: last.at };
  if (last?.type !== "clip") return undefined;
  const inner = bareAtom(last.input);
  // A lower and an upper bound are two nodes in some exports.
  if (inner?.type !== "clip" || (last.minimum ?? inner.maximum) !== undefined) {
    const isOther = inner?.type === "clip" && (last.maximum ?? inner.minimum) === undefined;
    return isOther
      ? { minimum: last.minimum, maximum: inner.maximum, input: inner.input, at: last.at }
      : last;
  }
  return { minimum: inner.minimum, maximum: last.maximum, input: inner.input, at: last.at };
}

/** @param {Range} range @returns {Range} */
const withoutMissing = ({ minimum, maximum }) => ({
  ...(minimum !== undefined && { minimum }),
  ...(maximum !== undefined && { maximum }),
});

/**
 * Refuses a scale of ratings that is not the one that the graph holds its scores within.
 *
 * @param {Range & { at: string }} clip
 * @param {LayoutOptions} options
 */
function assertRange({ minimum, maximum, at }, { rating }) {
  if (!rating || (rating.minimum === minimum && rating.maximum === maximum)) return;
  const expected = `${minimum ?? ""}:${maximum ?? ""}, as ${at} does`;
  const found = `${rating.minimum ?? ""}:${rating.maximum ?? ""}`;
  throw new PocketrecError("bad-argument", "--rating", expected, found);
}

/**
 * The metadata of an ending.
 * @param {Ending} ending
 */
export const describeEnding = ({ output, clip }) => ({
  output,
  ...(clip && { clip: true, rating: clip }),
});
