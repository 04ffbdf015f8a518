import { PocketrecError, show } from "../../../../js/common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { dotBlueprint } from "./blueprint.js";
import { findObject } from "./objects.js";

/**
 * Surprise's SVD, pickled or dumped (surprise.dump): ratings by mean + biases + factors, held
 * within the scale of the training set. With biased=False the score is the product alone.
 *
 * @typedef {import("./objects.js").Found} Found
 */

/** @type {import("../../blueprint.js").Layout} */
export function surpriseLayout(checkpoint) {
  const found = findObject(checkpoint, /^surprise\.prediction_algorithms\./);
  if (!found) return undefined;
  const refusal = REFUSED[found.name];
  if (refusal) throw unsupported(found.name, refusal);
  if (found.name !== "SVD") throw unsupported(found.name, "its scores are no dot product");
  const isBiased = found.setting("biased") !== false;
  const used = ["pu", "qi", ...(isBiased ? ["bu", "bi"] : [])];
  const [user, item, userBias, itemBias] = used.map((name) => arrayOf(found, name));
  const biased = isBiased
    ? { userBias, itemBias, mean: numberOf(found, "trainset._global_mean") }
    : {};
  const blueprint = dotBlueprint(
    "Surprise SVD",
    { user, item, ...biased },
    describe(found, isBiased),
  );
  blueprint.used = new Set(used.map(found.pathOf));
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the file says biased: False");
  blueprint.isKnownCode = true;
  return blueprint;
}

/** Why an algorithm is not read. @type {Record<string, string>} */
const REFUSED = {
  SVDpp:
    "SVD++: it adds the vectors yj of a user's items to the user's vector, which a fit does not. " +
    "Train SVD",
  NMF: "NMF: it holds the factors of a user above 0, which a fit does not. Train SVD",
};

/**
 * @param {string} name
 * @param {string} why
 */
const unsupported = (name, why) =>
  new PocketrecError("unsupported", `Surprise ${name}`, "SVD", why);

/**
 * @param {Found} found
 * @param {boolean} isBiased
 */
function describe(found, isBiased) {
  const scale = found.setting("trainset.rating_scale");
  const [minimum, maximum] = Array.isArray(scale) ? scale.map(Number) : [];
  if (!(minimum < maximum)) {
    const expected = "the scale of the ratings";
    throw new PocketrecError("missing-tensor", "trainset.rating_scale", expected, show(scale));
  }
  return {
    ...{ output: "identity", rating: { minimum, maximum }, clip: true },
    fold_in: {
      ...{ loss: "squared", per: "interaction", regularization: penaltyOf(found, "reg_pu") },
      ...(isBiased ? { bias_regularization: penaltyOf(found, "reg_bu") } : {}),
    },
  };
}

/**
 * @param {Found} found
 * @param {string} name
 */
function arrayOf(found, name) {
  const tensor = found.tensor(name);
  if (tensor) return tensor;
  const hint = "Train it before it is saved: algo.fit(trainset).";
  throw new PocketrecError("missing-tensor", found.pathOf(name), "an array", "none", { hint });
}

/** Without any, least squares of a short history have no single solution. */
const PENALTY_MIN = 1e-9;

/**
 * @param {Found} found
 * @param {string} name
 */
const penaltyOf = (found, name) => Math.max(numberOf(found, name), PENALTY_MIN);

/**
 * @param {Found} found
 * @param {string} name
 */
function numberOf(found, name) {
  const value = found.setting(name);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new PocketrecError("missing-tensor", found.pathOf(name), "a number", show(value));
}
