import { PocketrecError, show } from "../../../common/errors.js";
import { rotated } from "../../matrix.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./values.js").Score} Score
 * @typedef {import("./values.js").Part} Part
 * @typedef {import("./values.js").Product} Product
 * @typedef {import("./values.js").Features} Features
 * @typedef {Pick<Blueprint, "layout" | "kind" | "tensors" | "description" | "notes">} Model
 */

const USER = /user|person|people|customer|member|reader|viewer|visitor|uid/i;
const ITEM =
  /item|movie|film|book|product|song|track|artist|article|anime|game|recipe|restaurant|business|isbn|iid|mid/i;

/**
 * GMF, MLP or NeuMF: a score of a person's and an item's embeddings.
 * @param {Score} score
 * @param {LayoutOptions} options
 * @returns {Model | undefined} undefined: of other inputs than these two
 */
export function ncfOf(score, options) {
  const embeddings = score.terms.flatMap(({ value }) =>
    value.kind === "product" ? [value.left, value.right] : value.parts,
  );
  const parts = [...embeddings, ...score.biases];
  const inputs = [...new Set(parts.map(({ input }) => input))];
  if (inputs.length !== 2 || parts.some((part) => !part.table)) return undefined;
  demandPlain(parts);
  const { user, notes } = userOf(inputs, parts, options);
  const products = score.terms.filter(({ value }) => value.kind === "product");
  const towers = score.terms.filter(({ value }) => value.kind === "features");
  if (products.length > 1 || towers.length > 1) {
    throw new PocketrecError(
      "unsupported",
      "model",
      "one product of embeddings and one tower",
      `${products.length} and ${towers.length}`,
    );
  }
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const gmf = gmfOf(products[0], score.biases, user, tensors);
  const activation = towers.length
    ? addTower(/** @type {Features} */ (towers[0].value), user, tensors)
    : undefined;
  const weight = Float32Array.from([...gmf, ...(towers[0]?.weight ?? [])]);
  tensors.set("output.weight", { shape: [1, weight.length], values: weight });
  tensors.set("output.bias", { shape: [1], values: Float32Array.of(score.bias) });
  demandRows(tensors, ["gmf.item", "mlp.item", "item.bias"]);
  demandRows(tensors, ["gmf.user", "mlp.user"]);
  const kind = gmf.length && activation ? "neumf" : activation ? "mlp" : "gmf";
  return {
    layout: "Keras graph",
    kind,
    tensors,
    description: { ...(activation && { activation }), output: outputOf(score) },
    notes,
  };
}

/** @param {Score} score */
function outputOf({ activation }) {
  if (activation === "sigmoid" || activation === "identity") return activation;
  throw new PocketrecError("unsupported", "output", "a sigmoid or no activation", activation);
}

/** @param {Part[]} parts */
function demandPlain(parts) {
  const odd = parts.find(({ isMean, isUnit }) => isMean || isUnit);
  if (odd)
    throw new PocketrecError(
      "unsupported",
      String(odd.table),
      "one row as it is",
      "a mean or a normalisation",
    );
}

/**
 * Which input is the person, by the names of the inputs or else of their tables, or else the first.
 * @param {string[]} inputs
 * @param {Part[]} parts
 * @param {LayoutOptions} options
 */
function userOf(inputs, parts, { items }) {
  const tables = inputs.map((input) => parts.filter((part) => part.input === input));
  for (const names of [inputs, tables.map((own) => own.map(({ table }) => table).join())]) {
    const users = names.map((name) => USER.test(name));
    if (users[0] !== users[1]) return { user: inputs[users[0] ? 0 : 1], notes: [] };
    const things = names.map((name) => ITEM.test(name));
    if (things[0] !== things[1]) return { user: inputs[things[0] ? 1 : 0], notes: [] };
  }
  const told = tables.map((own) => own[0].rows === items);
  if (told[0] !== told[1]) return { user: inputs[told[0] ? 1 : 0], notes: [] };
  const note = `The names do not tell; the first input, ${inputs[0]}, was taken for the user, ${inputs[1]} for the item.`;
  return { user: inputs[0], notes: [note] };
}

/**
 * The GMF tables, and the weights of their product. A person's bias is one more column of both,
 * against 1.
 * @param {Score["terms"][number] | undefined} term
 * @param {Part[]} biases
 * @param {string} user the person's input
 * @param {Map<string, ForeignTensor>} tensors
 */
function gmfOf(term, biases, user, tensors) {
  const product = /** @type {Product | undefined} */ (term?.value);
  const [people, things] = [
    biases.filter(({ input }) => input === user),
    biases.filter(({ input }) => input !== user),
  ];
  if (people.length > 1 || things.length > 1) {
    throw new PocketrecError(
      "unsupported",
      "model",
      "one bias of a user and one of an item",
      "more",
    );
  }
  if (things.length)
    tensors.set("item.bias", { shape: [things[0].rows], values: valuesOf(things[0]) });
  if (!product && !people.length) return new Float32Array();
  const pair = product ? [product.left, product.right] : [];
  if (product && pair.filter(({ input }) => input === user).length !== 1) {
    throw new PocketrecError(
      "unsupported",
      String(pair[0].table),
      "a product of a user's and an item's embedding",
      "of two of one side",
    );
  }
  const userParts = [...pair.filter(({ input }) => input === user), ...people];
  const itemParts = pair.filter(({ input }) => input !== user);
  tensors.set("gmf.user", beside(userParts, userParts[0].rows, 0));
  const rows = itemParts[0]?.rows ?? tensors.get("item.bias")?.shape[0];
  if (rows === undefined) {
    throw new PocketrecError(
      "unsupported",
      "model",
      "a bias of the item with that of the user",
      "a user's bias alone",
    );
  }
  tensors.set("gmf.item", beside(itemParts, rows, people.length));
  return Float32Array.from([...(term?.weight ?? []), ...people.map(() => 1)]);
}

/** @param {Part} part */
const valuesOf = (part) => /** @type {Float32Array} */ (part.values);

/**
 * Tables side by side, and columns of ones behind them.
 * @param {Part[]} parts
 * @param {number} rows
 * @param {number} ones
 * @returns {ForeignTensor}
 */
function beside(parts, rows, ones) {
  const odd = parts.find((part) => part.rows !== rows);
  if (odd)
    throw new PocketrecError(
      "bad-shape",
      String(odd.table),
      `[${rows}, ...]`,
      show([odd.rows, odd.width]),
    );
  const width = parts.reduce((sum, part) => sum + part.width, ones);
  const values = new Float32Array(rows * width).fill(1);
  for (let row = 0; row < rows; row++) {
    let at = row * width;
    for (const part of parts) {
      values.set(valuesOf(part).subarray(row * part.width, (row + 1) * part.width), at);
      at += part.width;
    }
  }
  return { shape: [rows, width], values };
}

/**
 * @param {Features} tower
 * @param {string} user
 * @param {Map<string, ForeignTensor>} tensors
 * @returns {string} its activation
 */
function addTower({ parts, layers }, user, tensors) {
  const person = parts.find(({ input }) => input === user);
  const item = parts.find(({ input }) => input !== user);
  if (!person || !item || parts.length !== 2) {
    throw new PocketrecError(
      "unsupported",
      "tower",
      "a user's and an item's embedding as its input",
      `${parts.length} embeddings`,
    );
  }
  if (!layers.length) {
    throw new PocketrecError(
      "unsupported",
      "tower",
      "a hidden layer",
      "none: such a sum orders items alike for everybody",
    );
  }
  const [activation, ...others] = new Set(layers.map((layer) => layer.activation));
  if (others.length) {
    throw new PocketrecError(
      "unsupported",
      "tower",
      "one activation for all its layers",
      `${activation}, ${others.join(", ")}`,
    );
  }
  tensors.set("mlp.user", { shape: [person.rows, person.width], values: valuesOf(person) });
  tensors.set("mlp.item", { shape: [item.rows, item.width], values: valuesOf(item) });
  layers.forEach(({ weight, bias, inputs, outputs }, k) => {
    const tensor = { shape: [outputs, inputs], values: weight };
    tensors.set(
      `mlp.layers.${k}.weight`,
      k === 0 && parts[0] === item ? rotated(tensor, item.width) : tensor,
    );
    tensors.set(`mlp.layers.${k}.bias`, { shape: [outputs], values: bias });
  });
  return activation;
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string[]} names whose rows are the same people, or the same items
 */
function demandRows(tensors, names) {
  const found = names.filter((name) => tensors.has(name));
  const rows = found.map((name) => tensors.get(name)?.shape[0]);
  if (new Set(rows).size > 1)
    throw new PocketrecError(
      "bad-shape",
      found.join(" and "),
      "the same number of rows",
      rows.join(" and "),
    );
}
