import { PocketrecError } from "../../../../js/common/errors.js";
import { rotated } from "../../matrix.js";
import { KERAS_ITEM, KERAS_USER } from "../../name-hints.js";
import { assumed } from "../shared/assume.js";
import { assertRowCounts, ncfKind, ncfTensors } from "../shared/ncf-tensors.js";
import { rescaledOutput } from "./layers.js";
import { unitRows } from "./tensors.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../shared/ncf-tensors.js").NcfParts} NcfParts
 * @typedef {import("./values.js").Score} Score
 * @typedef {import("./values.js").Part} Part
 * @typedef {import("./values.js").Features} Features
 * @typedef {import("./values.js").Product} Product
 * @typedef {Pick<Blueprint, "layout" | "kind" | "tensors" | "description" | "notes"> &
 *   Partial<Pick<Blueprint, "assumptions">>} Model
 */

/**
 * @param {string} subject
 * @param {string} expected
 * @param {string} found
 */
const unsupported = (subject, expected, found) =>
  new PocketrecError("unsupported", subject, expected, found);

/**
 * GMF, MLP or NeuMF: a score of a user's and an item's embeddings.
 *
 * @param {Score} given
 * @param {LayoutOptions} options
 * @param {string[]} order of the model's inputs
 * @returns {Model | undefined} undefined: of other inputs than these two
 */
export function ncfOf(given, options, order) {
  const score = withOutputLayer(given);
  const { products, towers, embeddings } = splitTerms(score);
  const parts = [...embeddings, ...score.biases];
  const inputs = [...new Set(parts.map(({ input }) => input))];
  inputs.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  if (inputs.length !== 2 || parts.some((part) => !part.table)) return undefined;
  assertPlainRows(parts);
  if (products.length > 1 || towers.length > 1) {
    const found = `${products.length} and ${towers.length}`;
    throw unsupported("model", "one product of embeddings and one tower", found);
  }
  const { user, notes, assumptions = [] } = userInput(inputs, parts, options);
  const [product] = products;
  const [tower] = towers;
  const biases = biasesOf(score.biases, user);
  if (biases.user && !product && !biases.item)
    throw unsupported("model", "a bias of the item with that of the user", "a user's bias alone");
  const { activation, ...layers } = tower ? towerOf(tower.value, user) : {};
  const tensors = ncfTensors({
    products: product ? [productOf(product, user)] : [],
    ...layers,
    towerWeight: tower?.weight,
    outputBias: [score.bias],
    userBias: biases.user?.values,
    itemBias: biases.item?.values,
  });
  assertRowCounts(tensors);
  const description = { ...(activation && { activation }), ...describeEnding(score, options) };
  const kind = ncfKind(tensors);
  return { layout: "Keras graph", kind, tensors, description, notes, assumptions };
}

/** Activations behind the last layer that the format has. */
const OUTPUTS = ["sigmoid", "identity", "relu"];

/**
 * Another activation behind the last layer of a tower is that of one more layer.
 * @param {Score} score
 */
function withOutputLayer(score) {
  if (OUTPUTS.includes(score.activation) || score.activation === "softmax") return score;
  return rescaledOutput({ name: "output", type: score.activation }, score, 1, 0);
}

/** @param {Score} score */
function splitTerms({ terms }) {
  /** @type {{ value: Product, weight: Float32Array }[]} */
  const products = [];
  /** @type {{ value: Features, weight: Float32Array }[]} */
  const towers = [];
  for (const { value, weight } of terms) {
    if (value.kind === "product") products.push({ value, weight });
    else towers.push({ value, weight });
  }
  const embeddings = terms.flatMap(({ value }) =>
    value.kind === "product" ? [value.left, value.right] : value.parts,
  );
  return { products, towers, embeddings };
}

/**
 * What follows the raw score. A ReLU holds it above 0.
 *
 * @param {Score} score
 * @param {LayoutOptions} options
 */
function describeEnding({ activation, clip }, { output: stated, rating }) {
  const isRelu = activation === "relu";
  if (!["sigmoid", "identity", "relu"].includes(activation) || (isRelu && clip))
    throw unsupported("output", "a sigmoid, a relu or no activation", activation);
  const output = isRelu ? "identity" : activation;
  if (stated && stated !== output && activation !== "identity")
    throw new PocketrecError("bad-argument", "--output-function", `${output}, as the file`, stated);
  const range = isRelu ? { minimum: 0 } : clip;
  const isOther = rating?.minimum !== range?.minimum || rating?.maximum !== range?.maximum;
  if (range && rating && isOther) {
    const expected = `${range.minimum ?? ""}:${range.maximum ?? ""}, as the graph clips`;
    const found = `${rating.minimum ?? ""}:${rating.maximum ?? ""}`;
    throw new PocketrecError("bad-argument", "--rating", expected, found);
  }
  return {
    output: activation === "identity" ? (stated ?? output) : output,
    ...(range && { clip: true, rating: range }),
  };
}

/** @param {Part[]} parts */
function assertPlainRows(parts) {
  const wrong = parts.find(({ isMean }) => isMean);
  if (wrong) throw unsupported(String(wrong.table), "one row", "a mean of rows");
}

/**
 * The input that is the user's id: by the names of the inputs, by those of their tables, by the
 * number of items, else the first.
 *
 * @param {string[]} inputs
 * @param {Part[]} parts
 * @param {LayoutOptions} options
 */
function userInput(inputs, parts, { items, userTable }) {
  const tables = inputs.map((input) => parts.filter((part) => part.input === input));
  const stated = inputs.find(
    (input, k) => input === userTable || tables[k].some(({ table }) => table === userTable),
  );
  if (userTable !== undefined && stated !== undefined) return { user: stated, notes: [] };
  for (const names of [inputs, tables.map((own) => own.map(({ table }) => table).join())]) {
    const isUser = names.map((name) => KERAS_USER.test(name));
    if (isUser[0] !== isUser[1]) return { user: inputs[isUser[0] ? 0 : 1], notes: [] };
    const isItem = names.map((name) => KERAS_ITEM.test(name));
    if (isItem[0] !== isItem[1]) return { user: inputs[isItem[0] ? 1 : 0], notes: [] };
  }
  const isItemCount = tables.map((own) => own[0].rows === items);
  if (isItemCount[0] !== isItemCount[1]) return { user: inputs[isItemCount[0] ? 1 : 0], notes: [] };
  const [user, item] = inputs;
  const note =
    `No name tells users from items: the first input, ${user}, is taken as the user, ` +
    `${item} as the item.`;
  const open = assumed("users", user, [user, item], "--user-table");
  return { user, notes: [note], assumptions: [open] };
}

/**
 * @param {Part[]} biases
 * @param {string} user the user's input
 */
function biasesOf(biases, user) {
  const ofUser = biases.filter(({ input }) => input === user);
  const ofItem = biases.filter(({ input }) => input !== user);
  if (ofUser.length > 1 || ofItem.length > 1)
    throw unsupported("model", "one bias of a user and one of an item", "more");
  return { user: ofUser[0], item: ofItem[0] };
}

/**
 * @param {{ value: Product, weight: Float32Array }} term
 * @param {string} user the user's input
 */
function productOf({ value: { left, right }, weight }, user) {
  if ((left.input === user) === (right.input === user)) {
    const expected = "a product of a user's and an item's embedding";
    throw unsupported(String(left.table), expected, "of two of one side");
  }
  const [userPart, itemPart] = left.input === user ? [left, right] : [right, left];
  return { user: tableOf(userPart), item: tableOf(itemPart), weight };
}

/** @param {Part} part */
function tableOf({ rows, width, values, isUnit }) {
  const table = /** @type {Float32Array} */ (values);
  return { shape: [rows, width], values: isUnit ? unitRows(table, width) : table };
}

/**
 * @param {Features} features
 * @param {string} user the user's input
 */
function towerOf({ parts, layers }, user) {
  const userPart = parts.find(({ input }) => input === user);
  const itemPart = parts.find(({ input }) => input !== user);
  if (!userPart || !itemPart || parts.length !== 2) {
    const expected = "a user's and an item's embedding as its input";
    throw unsupported("tower", expected, `${parts.length} embeddings`);
  }
  if (!layers.length)
    throw unsupported("tower", "a hidden layer", "none: a plain sum ranks alike for every user");
  const activations = layers.map((layer) => layer.activation);
  const wrong = activations.find((name) => name === "softmax");
  if (wrong) throw unsupported("tower", "an activation between layers", wrong);
  const activation = new Set(activations).size === 1 ? activations[0] : activations;
  const isItemFirst = parts[0] === itemPart;
  const ordered = layers.map(({ weight, bias }, k) => ({
    weight: k === 0 && isItemFirst ? rotated(weight, itemPart.width) : weight,
    bias,
  }));
  const tower = { user: tableOf(userPart), item: tableOf(itemPart), layers: ordered };
  return { activation, tower };
}
