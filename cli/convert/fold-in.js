import { PocketrecError } from "../../js/common/errors.js";
import { dot } from "../../js/families/dot/index.js";
import { looksLikeRatings } from "./layouts/by-name/rating-output.js";
import { assumed } from "./layouts/shared/assume.js";

/**
 * How a dot product fits new users: by the loss that it was trained with, as the command line
 * states it, as the source says, or as it is assumed.
 *
 * @typedef {import("./blueprint.js").Blueprint} Blueprint
 * @typedef {import("./blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {Record<string, any>} FoldIn fold_in of docs/format.md
 */

/** What new users are fitted by; a file of another loss serves vectors alone. */
export const LOSSES = /** @type {readonly string[]} */ (dot.kinds.dot.losses);

/** What must be stated with a loss. @type {Record<string, string[]>} */
const NEEDED = { confidence: ["regularization"], squared: ["regularization", "per"] };

/** Of a model of ratings whose training is not known. */
const SQUARED = { loss: "squared", regularization: 0.02, per: "interaction" };

/**
 * @param {Blueprint} blueprint
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 * @throws {PocketrecError} "bad-argument"
 */
export function withFoldIn(blueprint, { loss, foldIn, rating }) {
  const { kind } = blueprint;
  if (kind !== "dot" && (loss ?? foldIn) !== undefined) {
    const option = loss === undefined ? "--fold-in" : "--loss";
    throw new PocketrecError("bad-argument", option, "a model of kind dot", kind);
  }
  if (kind !== "dot") return blueprint;
  const own = /** @type {FoldIn | undefined} */ (blueprint.description.fold_in);
  const known = loss === undefined || own?.loss === loss ? own : undefined;
  const result = known || loss ? blueprint : withAssumed(blueprint, Boolean(rating));
  const start = /** @type {FoldIn | undefined} */ (
    known ?? (loss ? { loss } : result.description.fold_in)
  );
  if (!start && foldIn) {
    const expected = `the loss that it belongs to: ${LOSSES.join(", ")}`;
    throw new PocketrecError("bad-argument", "--loss", expected, "none");
  }
  if (!start) return result;
  if (!LOSSES.includes(start.loss)) return withoutFit(result, start.loss);
  const fold_in = joined(start, foldIn);
  assertWhole(fold_in);
  /** @type {Record<string, any>} */
  const description = { ...result.description, fold_in };
  const isRating = fold_in.loss === "squared" && description.output === "identity";
  if (rating && isRating) description.clip ??= true;
  return { ...result, description };
}

/**
 * @param {Blueprint} blueprint
 * @param {string} loss that no new user is fitted by
 * @returns {Blueprint}
 */
function withoutFit({ description: { fold_in, ...description }, ...blueprint }, loss) {
  const note = `no new users are fitted by the loss ${loss}: the file serves vectors of users`;
  const assumptions = blueprint.assumptions.filter(({ subject }) => subject !== "loss");
  return { ...blueprint, description, assumptions, notes: [...blueprint.notes, note] };
}

/**
 * @param {FoldIn} start
 * @param {FoldIn} [stated] of --fold-in
 */
function joined(start, { scale, offset, ...others } = {}) {
  const confidence = {
    ...start.confidence,
    ...(scale === undefined ? {} : { scale }),
    ...(offset === undefined ? {} : { offset }),
  };
  const fold_in = { ...start, ...others };
  return Object.keys(confidence).length ? { ...fold_in, confidence } : fold_in;
}

/**
 * @param {FoldIn} fold_in
 * @throws {PocketrecError} "bad-argument"
 */
function assertWhole(fold_in) {
  const missing = (NEEDED[fold_in.loss] ?? []).find((name) => fold_in[name] === undefined);
  if (!missing) return;
  const expected = `${missing}, as the model was trained with`;
  const others = fold_in.loss === "squared" ? "per=interaction" : "scale=40";
  const hint = `Such as --fold-in regularization=0.02,${others}.`;
  throw new PocketrecError("bad-argument", "--fold-in", expected, "none", { hint });
}

/**
 * The loss that is taken for granted: what is usual under the model's names, the log loss where a
 * sigmoid follows, squared errors of ratings; else none.
 *
 * @param {Blueprint} blueprint
 * @param {boolean} isRating whether a scale of ratings is stated
 * @returns {Blueprint}
 */
function withAssumed(blueprint, isRating) {
  const { description, usualLoss } = blueprint;
  const byScores = isRating || looksLikeRatings(blueprint) ? "squared" : undefined;
  const loss = usualLoss ?? (description.output === "sigmoid" ? "log" : byScores);
  if (loss === undefined) return { ...blueprint, notes: [...blueprint.notes, UNKNOWN] };
  const fold_in = loss === "squared" ? SQUARED : { loss };
  const value = loss === "squared" ? "squared, 0.02 an interaction" : loss;
  const assumptions = [...blueprint.assumptions, assumed("loss", value, [value], "--loss")];
  return { ...blueprint, description: { ...description, fold_in }, assumptions };
}

const UNKNOWN =
  "the input does not say the loss of the training, so that the file serves vectors of users but " +
  `fits none to a history: --loss (${LOSSES.join(", ")}) with --fold-in states it`;
