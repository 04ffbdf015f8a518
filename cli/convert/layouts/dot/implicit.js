import { PocketrecError } from "../../../../js/common/errors.js";
import { columnAt, dotBlueprint, isOnes, needTensor, withoutColumn } from "./blueprint.js";

/**
 * Files of `implicit` (model.save): AlternatingLeastSquares, BayesianPersonalizedRanking, of which
 * the last column is the item's bias, and LogisticMatrixFactorization, of which the last two are
 * both sides' biases. Single numbers beside the factors say which it is.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 */

/** @type {import("../../blueprint.js").Layout} */
export function implicitLayout(checkpoint) {
  const { format, tensors, settings } = checkpoint;
  const { factors, regularization } = settings;
  const isOwn = typeof factors === "number" && typeof regularization === "number";
  const has = tensors.has("user_factors") && tensors.has("item_factors");
  if (format !== "numpy" || !isOwn || !has) return undefined;
  const [user, item] = ["user_factors", "item_factors"].map((name) => needTensor(checkpoint, name));
  const build = BUILDERS.find(({ marker }) => !marker || marker in settings)?.build ?? als;
  const blueprint = build({ user, item }, /** @type {any} */ (settings));
  blueprint.isKnownCode = true;
  for (const [name, { values }] of tensors) {
    if (name === "user_factors" || name === "item_factors") blueprint.used.add(name);
    else if (values.length === 1 && !blueprint.used.has(name))
      blueprint.unused.set(name, "a setting of the training");
  }
  return blueprint;
}

/**
 * @typedef {{ factors: number, regularization: number, alpha?: number }} Settings
 * @typedef {{ user: ForeignTensor, item: ForeignTensor }} Factors
 * @type {{ marker?: string, build: (factors: Factors, settings: Settings) => Blueprint }[]}
 */
const BUILDERS = [
  { marker: "neg_prop", build: lmf },
  { marker: "verify_negative_samples", build: bpr },
  { build: als },
];

/**
 * The confidence of an interaction is alpha times its value; the model scores 1 for it.
 *
 * @param {Factors} factors
 * @param {Settings} settings before 0.5 the library had no alpha
 */
function als(factors, { factors: width, regularization, alpha = 1 }) {
  assertWidth(factors, width, "AlternatingLeastSquares");
  const blueprint = dotBlueprint("implicit AlternatingLeastSquares", factors, {
    input: { values: "rating" },
    fold_in: {
      loss: "confidence",
      confidence: { scale: alpha, offset: 0 },
      target: 1,
      unobserved: 1,
      regularization,
      exponent: 0,
    },
  });
  blueprint.used.add("alpha").add("regularization");
  blueprint.notes.push(
    `a new user's interaction has the confidence ${alpha} times its rating, or ${alpha} where it ` +
      "has none: give the values that the matrix of the training had",
  );
  return blueprint;
}

/**
 * @param {Factors} factors
 * @param {Settings} settings
 */
function bpr(factors, { factors: width }) {
  assertWidth(factors, width + 1, "BayesianPersonalizedRanking");
  assertOnes("user_factors", columnAt(factors.user, width), "the last column");
  const parts = {
    user: withoutColumn(factors.user, width),
    item: withoutColumn(factors.item, width),
    itemBias: columnAt(factors.item, width),
  };
  return dotBlueprint("implicit BayesianPersonalizedRanking", parts, { fold_in: { loss: "bpr" } });
}

/**
 * @param {Factors} factors
 * @param {Settings} settings
 */
function lmf(factors, { factors: width }) {
  assertWidth(factors, width + 2, "LogisticMatrixFactorization");
  assertOnes("user_factors", columnAt(factors.user, width), "the last column but one");
  assertOnes("item_factors", columnAt(factors.item, width + 1), "the last column");
  const own = (/** @type {ForeignTensor} */ table) =>
    withoutColumn(withoutColumn(table, width + 1), width);
  const parts = {
    ...{ user: own(factors.user), item: own(factors.item) },
    ...{ itemBias: columnAt(factors.item, width), userBias: columnAt(factors.user, width + 1) },
  };
  return dotBlueprint("implicit LogisticMatrixFactorization", parts, { fold_in: { loss: "log" } });
}

/**
 * @param {Factors} factors
 * @param {number} expected
 * @param {string} name of the class
 */
function assertWidth({ user, item }, expected, name) {
  const widths = [user, item].map(({ shape }) => shape[1]);
  if (widths.every((width) => width === expected)) return;
  const found = widths.join(" and ");
  throw new PocketrecError("bad-shape", `implicit ${name}`, `factors ${expected} wide`, found);
}

/**
 * @param {string} name
 * @param {ForeignTensor} column
 * @param {string} which
 */
function assertOnes(name, column, which) {
  if (isOnes(column)) return;
  const other = column.values.find((value) => value !== 1);
  const expected = `ones in ${which}, beside the biases`;
  throw new PocketrecError("unsupported", name, expected, String(other));
}
