import { PocketrecError, show } from "../../js/common/errors.js";
import { familyOf } from "../../js/families/index.js";
import { ncf } from "../../js/families/ncf/index.js";
import { ACTIVATIONS } from "./forward/dense.js";
import { looksLikeRatings } from "./layouts/by-name/rating-output.js";
import { vectorTensor } from "./matrix.js";

/**
 * What the command line states of a model, whatever layout it has.
 *
 * @typedef {import("./blueprint.js").Blueprint} Blueprint
 * @typedef {import("./blueprint.js").LayoutOptions & { padding?: number,
 *   userPadding?: number }} Options
 */

/**
 * Refuses unknown activations before a file is read.
 *
 * @param {Pick<Options, "activation">} options
 * @throws {PocketrecError} "bad-argument"
 */
export function assertActivations({ activation }) {
  const names = [...Object.keys(ACTIVATIONS), "gelu"];
  const unknown = activation?.split(",").find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const expected = `${names.join(", ")}, one or one per hidden layer`;
  throw new PocketrecError("bad-argument", "--activation", expected, show(unknown));
}

/**
 * @param {Blueprint} blueprint
 * @param {Options} options
 * @returns {Blueprint}
 * @throws {PocketrecError} "bad-argument"
 */
export function withStated(blueprint, options) {
  const { padding, userPadding = padding, rating, epsilon, globalMean } = options;
  const description = /** @type {Record<string, any>} */ ({ ...blueprint.description });
  const result = { ...blueprint, description };
  assertOwnOptions(blueprint, options);
  if (padding !== undefined) result.padding = padding;
  if (userPadding !== undefined) result.userPadding = userPadding;
  setActivations(result, options);
  // Epsilons of batch normalisations are folded into the layers already.
  const hasNorm = [...blueprint.tensors.keys()].some((name) => name.endsWith(".norm.weight"));
  if (epsilon !== undefined && hasNorm) description.norm = { ...description.norm, epsilon };
  if (globalMean !== undefined) addGlobalMean(result, globalMean);
  if (rating) {
    description.rating = rating;
    const isNcf = familyOf(blueprint.kind) === ncf;
    if (isNcf && description.output === "identity") description.clip ??= true;
  }
  return result;
}

/**
 * Options of one kind, and where its description has what they state; undefined: nowhere.
 * @type {[kind: string, option: keyof Options, flag: string, of?: (description: any) => unknown][]}
 */
const OWN = [
  ["sasrec", "heads", "--heads", ({ heads }) => heads],
  ["sasrec", "normOrder", "--norm-order", ({ norm }) => norm?.order],
  ["sasrec", "positions", "--positions", ({ positions = "first" }) => positions],
  ["sasrec", "emptyPositions", "--empty-positions", ({ padding = "masked" }) => padding],
  ["sasrec", "embeddingScale", "--embedding-scale", (one) => one.embedding_scale ?? 1],
  ["sasrec", "activation", "--activation", ({ activation }) => activation],
  ["gru4rec", "window", "--window", ({ window }) => window],
  ["item-item", "historyAxis", "--history-axis"],
  ["item-item", "inputValues", "--input-values"],
  ["item-item", "diagonal", "--diagonal"],
];

/**
 * Refuses options that are of another kind, or that the file contradicts.
 *
 * @param {Blueprint} blueprint
 * @param {Options} options
 * @throws {PocketrecError} "bad-argument"
 */
function assertOwnOptions({ kind, description }, options) {
  for (const [own, option, flag, of] of OWN) {
    const stated = options[option];
    if (stated === undefined || (option === "activation" && own !== kind)) continue;
    if (own !== kind)
      throw new PocketrecError("bad-argument", flag, `a model of kind ${own}`, kind);
    const known = of ? of(description) : stated;
    if (known === stated) continue;
    throw new PocketrecError("bad-argument", flag, `${known}, as the file says`, `${stated}`);
  }
}

/**
 * "relu,relu,identity" as a list, of as many as there are hidden layers.
 *
 * @param {Blueprint} blueprint changed
 * @param {Options} options
 */
function setActivations({ kind, tensors, description }, { activation }) {
  if (kind === "sasrec") return;
  const { activation: given } = description;
  const names = typeof given === "string" ? given.split(",") : given;
  const layers = hiddenLayers({ kind, tensors });
  const stated = activation?.split(",").length ?? 1;
  if (stated > 1 && stated !== layers && layers) {
    const expected = layers > 1 ? `1 or ${layers} names, one per hidden layer` : "1 name";
    throw new PocketrecError("bad-argument", "--activation", expected, `${stated}`);
  }
  if (!Array.isArray(names)) return;
  if (!layers) delete description.activation;
  else description.activation = names.every((name) => name === names[0]) ? names[0] : names;
}

/**
 * How many layers have an activation.
 * @param {Pick<Blueprint, "kind" | "tensors">} blueprint
 */
export function hiddenLayers({ kind, tensors }) {
  if (kind === "gmf" || kind === "dot" || kind === "autorec-item") return 0;
  const layers = [...tensors.keys()].filter((name) =>
    /^(mlp\.layers|tower|encoder|decoder)\.\d+\.weight$/.test(name),
  ).length;
  return tensors.has("encoder.0.weight") && tensors.has("decoder.0.weight") ? layers - 1 : layers;
}

/**
 * @param {Blueprint} blueprint changed
 * @param {number} mean
 */
function addGlobalMean(blueprint, mean) {
  const isDot = blueprint.kind === "dot";
  if (!isDot && familyOf(blueprint.kind) !== ncf) {
    const expected = "a model of kind dot, gmf, mlp or neumf";
    throw new PocketrecError("bad-argument", "--global-mean", expected, blueprint.kind);
  }
  const name = isDot ? "mean" : "output.bias";
  const before = blueprint.tensors.get(name)?.values[0] ?? 0;
  blueprint.tensors = new Map(blueprint.tensors);
  blueprint.tensors.set(name, vectorTensor([before + mean]));
  const isRating = looksLikeRatings(blueprint);
  blueprint.assumptions = blueprint.assumptions
    .filter(({ subject }) => subject !== "mean")
    .map((one) => (one.subject === "output" && isRating ? { ...one, value: "identity" } : one));
  const { description, assumptions } = blueprint;
  if (isRating && assumptions.some(({ subject }) => subject === "output"))
    description.output = "identity";
}
