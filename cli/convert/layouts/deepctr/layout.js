import { ANY_ACTIVATION } from "../../../../js/families/activations.js";
import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { meanRow, widened } from "../../matrix.js";
import { assertFeatures, inColumnOrder, isUserId, putItemValues, userFirst } from "./features.js";
import { putTower } from "./tower.js";

/**
 * Towers over features as DeepCTR-Torch saves them: embedding_dict.FEATURE.weight, dnn.linears.N,
 * dnn.bn.N, dnn_linear, out.bias, and Wide & Deep's linear_model. --features states which features
 * are the user's and which the item's, and the items' values, in the order of the feature columns
 * of the training script.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./features.js").Feature} Feature
 *
 * @typedef {object} Block columns of the tower's input
 * @property {Feature} feature
 * @property {number} width
 * @property {number} [linear] of a continuous feature: its weight in the linear part
 * @property {number[]} [mean] of a table of users: its mean row, which stands for every user, and
 *   last its mean linear weight
 */

/** @type {import("../../blueprint.js").Layout} */
export function deepctrLayout(checkpoint, options) {
  const tables = [...checkpoint.tensors.keys()]
    .filter((name) => name.startsWith("embedding_dict."))
    .map((name) => name.split(".")[1]);
  if (!checkpoint.tensors.has("dnn_linear.weight") || !tables.length) return undefined;
  assertTower(checkpoint);
  const features = inColumnOrder(assertFeatures(options.features, tables));
  const description = {
    output: options.output ?? "sigmoid",
    activation: options.activation ?? "relu",
    features: [],
  };
  /** @type {Blueprint} */
  const blueprint = { ...emptyBlueprint("DeepCTR-Torch", "ranker", description), kept: new Map() };
  const linear = linearPart(checkpoint, features);
  assume(blueprint, options, linear.isPresent);
  const blocks = features.map((feature) => putFeature(blueprint, checkpoint, feature, linear));
  putTower(blueprint, checkpoint, blocks, linear.isPresent);
  blueprint.description.features = userFirst(features)
    .filter((feature) => !isUserId(feature))
    .map(({ values, users, ...feature }) => feature);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint;
}

/**
 * What the training script may have changed.
 *
 * @param {Blueprint} blueprint changed
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @param {boolean} hasLinear whether units of the tower carry the linear part, as relu alone can
 */
function assume({ assumptions }, { activation, output }, hasLinear) {
  if (hasLinear && activation !== undefined && activation !== "relu")
    throw new PocketrecError(
      "unsupported",
      "--activation",
      "relu, beside a linear part",
      activation,
    );
  if (activation === undefined)
    assumptions.push({
      subject: "activation",
      value: "relu",
      alternatives: hasLinear ? ["relu"] : ANY_ACTIVATION,
      option: "--activation",
    });
  if (output === undefined)
    assumptions.push({
      subject: "output",
      value: "sigmoid",
      alternatives: ["sigmoid", "identity"],
      option: "--output-function",
    });
}

/**
 * Refuses models whose features interact in products, which a tower does not compute.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
function assertTower({ classes, settings }) {
  const name = classes.get("")?.split(".").at(-1) ?? "";
  const isDeepPart = name === "DeepFM" && settings.use_fm === false;
  if (!name || name === "WDL" || name === "DNN" || isDeepPart) return;
  const expected = "a DeepCTR model that is a tower: WDL, or DeepFM without its FM part";
  throw new PocketrecError("unsupported", "model", expected, name);
}

/**
 * The linear part of Wide & Deep: a number for each value of a feature.
 *
 * @param {Checkpoint} checkpoint
 * @param {Feature[]} features
 */
function linearPart({ tensors }, features) {
  const dense = tensors.get("linear_model.weight");
  const continuous = features.filter(({ kind }) => kind === "continuous");
  if (dense && dense.shape[0] !== continuous.length) {
    const expected = `${dense.shape[0]} continuous ones, as linear_model.weight has rows`;
    throw new PocketrecError("bad-argument", "--features", expected, `${continuous.length}`);
  }
  const isPresent = [...tensors].some(
    ([name, { values }]) => name.startsWith("linear_model.") && values.some((value) => value !== 0),
  );
  return {
    isPresent,
    table: (/** @type {string} */ name) =>
      tensors.get(`linear_model.embedding_dict.${name}.weight`),
    number: (/** @type {Feature} */ feature) => dense?.values[continuous.indexOf(feature)] ?? 0,
  };
}

/**
 * Adds a feature's table, with its linear weights as one more column, and the items' values.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {Feature} feature
 * @param {ReturnType<typeof linearPart>} linear
 * @returns {Block}
 */
function putFeature(blueprint, checkpoint, feature, linear) {
  const { name, kind, side, table = name } = feature;
  if (side === "item") putItemValues(blueprint, feature);
  if (kind === "continuous") return { feature, width: 1, linear: linear.number(feature) };
  const source = `embedding_dict.${table}.weight`;
  const embedding = /** @type {ForeignTensor} */ (checkpoint.tensors.get(source));
  const [, width] = embedding.shape;
  const weights = linear.table(table);
  const isUser = isUserId(feature);
  blueprint.used.add(source);
  if (weights && (linear.isPresent || isUser))
    blueprint.used.add(`linear_model.embedding_dict.${table}.weight`);
  if (isUser) {
    blueprint.notes.push(
      `${source}: its rows are users, so their mean stands for every user; ` +
        '"users": false in --features says that they are not',
    );
    const linearMean = weights ? meanRow(weights)[0] : 0;
    return { feature, width, mean: [...meanRow(embedding), linearMean] };
  }
  blueprint.tensors.set(
    `${table}.embedding`,
    linear.isPresent ? widened(embedding, (row) => weights?.values[row] ?? 0) : embedding,
  );
  return { feature, width };
}
