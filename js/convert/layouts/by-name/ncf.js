import { PocketrecError } from "../../../common/errors.js";
import { emptyBlueprint } from "../../blueprint.js";
import { activationBehind, foldedChain, normalizedBefore } from "../shared/batch-norm.js";
import { rotated, widened } from "../../matrix.js";
import { isDense, isNorm, unitsOf, withoutCopies } from "../shared/layers.js";
import { blockOf, isBias, sideOf, wordsOf } from "../../name-hints.js";
import { looksLikeRatings } from "./rating-output.js";
import { whichIsTrained } from "./trained-block.js";

/**
 * GMF, MLP and NeuMF by the names and shapes of their tensors: the many PyTorch codes
 * (embed_user_GMF, embedding_user_mf, user_mf_embedding, ...), the NCF authors' weight files,
 * RecBole, and plain matrix factorisations with or without biases.
 *
 * @typedef {import("../shared/layers.js").Unit} Unit
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {{ user: Unit, item: Unit }} Pair the tables of both sides
 * @typedef {{ gmf?: Pair, mlp?: Pair, tower: Unit[], kind: "gmf" | "mlp" | "neumf" }} Blocks
 */

/** @type {import("../../blueprint.js").Layout} */
export function ncfLayout(checkpoint, options) {
  const { own, copies } = withoutCopies(unitsOf(checkpoint));
  const tables = tablesOf(own, options);
  const dense = own.filter((unit) => isDense(unit) && !tables.all.has(unit));
  if (!tables.pairs.size) return undefined;
  const output = dense.filter(({ weight }) => weight?.shape[0] === 1).at(-1);
  const layers = own.filter(
    (unit) => unit !== output && !tables.all.has(unit) && (isDense(unit) || isNorm(unit)),
  );
  const blocks = blocksOf(tables.pairs, layers, output, checkpoint, options);
  return blocks && build(checkpoint, options, own, copies, blocks, output, tables);
}

/**
 * Of some layers those that follow one another from so many inputs on.
 *
 * @param {Unit[]} layers dense ones and batch normalisations, in order
 * @param {number} inputs
 */
function towerOf(layers, inputs) {
  /** @type {Unit[]} */
  const units = [];
  let width = inputs;
  for (const unit of layers) {
    if (isNorm(unit) ? unit.norm?.mean.values.length !== width : widthOf(unit) !== width) continue;
    units.push(unit);
    if (isDense(unit)) width = /** @type {ForeignTensor} */ (unit.weight).shape[0];
  }
  return { units, width };
}

/** @param {Unit} unit a row an embedding */
const isTable = ({ weight, bias, norm, isTransposed }) =>
  weight?.shape.length === 2 && !bias && !norm && !isTransposed;

/**
 * Whose rows a table's are: by its name; of two tables without one (Keras' embedding and
 * embedding_1) by how many items there are, else the first is the users'.
 *
 * @param {Unit[]} units
 * @param {LayoutOptions} options
 * @returns {{ of: (unit: Unit) => "user" | "item" | undefined, isGuess: boolean }}
 */
function sidesOf(units, { items }) {
  const nameless = units.filter(
    (unit) => isTable(unit) && wordsOf(unit.path).some((word) => word.startsWith("emb")),
  );
  if (units.some(({ path }) => sideOf(path)) || nameless.length !== 2)
    return { of: ({ path }) => sideOf(path), isGuess: false };
  const [first, second] = nameless;
  const rows = nameless.map(({ weight }) => weight?.shape[0]);
  const user = rows[0] === items && rows[1] !== items ? second : first;
  return {
    of: (unit) => (unit === user ? "user" : nameless.includes(unit) ? "item" : undefined),
    isGuess: !rows.includes(items),
  };
}

/**
 * The embedding tables of both sides, by block ("" where the names tell none), and their biases.
 *
 * @param {Unit[]} units
 * @param {LayoutOptions} options
 */
function tablesOf(units, options) {
  /** @type {Map<string, Partial<Pair>>} */
  const found = new Map();
  /** @type {{ user?: Unit, item?: Unit }} */
  const biases = {};
  const sides = sidesOf(units, options);
  for (const unit of units) {
    const side = sides.of(unit);
    const { shape } = unit.weight ?? { shape: [] };
    if (!side || unit.bias || unit.norm || unit.isTransposed) continue;
    if (shape.length === 1 || (isBias(unit.path) && shape[1] === 1)) biases[side] ??= unit;
    else if (isTable(unit)) {
      const block = blockOf(unit.path) ?? "";
      const pair = found.get(block) ?? {};
      pair[side] ??= unit;
      found.set(block, pair);
    }
  }
  const pairs = new Map([...found].filter(([, { user, item }]) => user && item));
  const all = new Set(
    [...found.values(), biases]
      .flatMap(({ user, item }) => [user, item])
      .filter((unit) => unit !== undefined),
  );
  return { pairs: /** @type {Map<string, Pair>} */ (pairs), biases, all, isGuess: sides.isGuess };
}

/** @param {Unit} [unit] */
const widthOf = (unit) => unit?.weight?.shape[1] ?? 0;

/**
 * Which blocks the model has: the tower's input and the output layer's width say it.
 *
 * @param {Map<string, Pair>} pairs
 * @param {Unit[]} layers but for the output
 * @param {Unit | undefined} output
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Blocks | undefined}
 */
function blocksOf(pairs, layers, output, checkpoint, options) {
  const plain = pairs.get("");
  const gmf = pairs.get("gmf") ?? plain;
  const mlp = pairs.get("mlp") ?? plain;
  const g = gmf && widthOf(gmf.user) === widthOf(gmf.item) ? widthOf(gmf.item) : 0;
  if (!output) return g && !layers.length ? { gmf, tower: [], kind: "gmf" } : undefined;
  const { units: tower, width: outputs } = mlp
    ? towerOf(layers, widthOf(mlp.user) + widthOf(mlp.item))
    : { units: [], width: 0 };
  const width = widthOf(output);
  if (g && outputs && width === g + outputs) return { gmf, mlp, tower, kind: "neumf" };
  if (g && outputs && width === g && width === outputs) {
    const kind = whichIsTrained(
      /** @type {Pair} */ (gmf),
      /** @type {Pair} */ (mlp),
      checkpoint,
      options,
    );
    return kind === "gmf" ? { gmf, tower: [], kind } : { mlp, tower, kind };
  }
  if (g && width === g) return { gmf, tower: [], kind: "gmf" };
  return outputs && width === outputs ? { mlp, tower, kind: "mlp" } : undefined;
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Unit[]} own
 * @param {Unit[]} copies
 * @param {Blocks} blocks
 * @param {Unit | undefined} output
 * @param {ReturnType<typeof tablesOf>} tables
 * @returns {Blueprint}
 */
function build(checkpoint, options, own, copies, { gmf, mlp, tower, kind }, output, tables) {
  const blueprint = emptyBlueprint(`${checkpoint.format} ${kind}`, kind);
  const g = gmf ? widthOf(gmf.item) : 0;
  let last = /** @type {import("../shared/batch-norm.js").Dense | undefined} */ (output);
  if (output && isMlpFirst(checkpoint, options, own, kind)) {
    last = {
      bias: output.bias,
      weight: rotated(/** @type {ForeignTensor} */ (output.weight), widthOf(output) - g),
    };
    blueprint.notes.push(
      "the output layer's columns are taken as MLP first, then GMF, as in that code; --join gmf-mlp says otherwise",
    );
  }
  if (kind === "neumf" && !options.join && !blueprint.notes.length)
    blueprint.notes.push(
      "the output layer's columns are taken as GMF first, then MLP; --join mlp-gmf says otherwise",
    );
  if (tables.isGuess)
    blueprint.notes.push(
      "nothing names the tables: the first is taken for the users'; --items FILE tells which has the items' rows",
    );
  if (gmf) put(blueprint, "gmf", gmf);
  if (mlp) {
    const left = putTower(blueprint, checkpoint, options, mlp, tower);
    if (left && last) last = normalizedBefore(last, left, g);
  }
  putOutput(blueprint, g, last, output);
  putBiases(blueprint, own, tables.biases, Boolean(output));
  for (const { names } of copies)
    for (const name of names)
      blueprint.unused.set(name, "of a model inside this one, which it was made from");
  for (const { names } of own)
    for (const name of names)
      if (!blueprint.used.has(name)) blueprint.unused.set(name, "the model does not use it");
  const found = activationsIn(tower, checkpoint.classes);
  blueprint.description.activation = options.activation ?? found ?? "relu";
  blueprint.description.output =
    options.output ?? (looksLikeRatings(blueprint) ? "identity" : "sigmoid");
  if (mlp && !options.activation && !found)
    blueprint.notes.push("the tower's activation is taken as relu; --activation says otherwise");
  if (!options.output)
    blueprint.notes.push(
      `the output is taken as ${blueprint.description.output === "sigmoid" ? "sigmoid, the probability of an interaction" : "identity, a rating: what it gives lies where ratings do"}; --output-function says otherwise`,
    );
  return blueprint;
}

/**
 * The activation of a pickled module's tower, where its classes tell one.
 *
 * @param {Unit[]} tower
 * @param {Map<string, string>} classes
 */
function activationsIn(tower, classes) {
  const found = new Set(
    tower
      .filter(isDense)
      .map(({ path }) => activationBehind(path, classes))
      .filter((name) => name !== undefined),
  );
  if (found.size < 2) return [...found][0];
  throw new PocketrecError(
    "unsupported",
    "activation",
    "one for all layers of the tower",
    [...found].join(", "),
  );
}

/** @param {Blueprint} blueprint @param {Unit} unit */
function use({ used }, { names }) {
  for (const name of names) used.add(name);
}

/**
 * @param {Blueprint} blueprint
 * @param {"gmf" | "mlp"} block
 * @param {Pair} pair
 */
function put(blueprint, block, { user, item }) {
  blueprint.tensors.set(`${block}.user`, /** @type {ForeignTensor} */ (user.weight));
  blueprint.tensors.set(`${block}.item`, /** @type {ForeignTensor} */ (item.weight));
  use(blueprint, user);
  use(blueprint, item);
}

/**
 * yihong-chen's code, and what was made from it, joins the tower's output and the product the other
 * way round.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Unit[]} own
 * @param {string} kind
 */
function isMlpFirst(checkpoint, { join }, own, kind) {
  if (kind !== "neumf") return false;
  if (join) return join === "mlp-gmf";
  const paths = own.map(({ path }) => path);
  return (
    paths.some((path) => /affine_output$/.test(path)) &&
    paths.some((path) => /fc_layers\.\d+$/.test(path))
  );
}

/**
 * @param {Blueprint} blueprint
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Pair} pair
 * @param {Unit[]} units dense layers and batch normalisations
 */
function putTower(blueprint, checkpoint, { concat = "user-item" }, pair, units) {
  put(blueprint, "mlp", pair);
  const { layers, left, notes } = foldedChain(units, checkpoint);
  layers.forEach(({ weight, bias }, k) => {
    const turned = k === 0 && concat === "item-user" ? rotated(weight, widthOf(pair.item)) : weight;
    blueprint.tensors.set(`mlp.layers.${k}.weight`, turned);
    blueprint.tensors.set(
      `mlp.layers.${k}.bias`,
      bias ?? { shape: [weight.shape[0]], values: new Float32Array(weight.shape[0]) },
    );
  });
  for (const unit of units) use(blueprint, unit);
  blueprint.notes.push(...notes);
  return left;
}

/**
 * @param {Blueprint} blueprint
 * @param {number} g
 * @param {import("../shared/batch-norm.js").Dense | undefined} last
 * @param {Unit | undefined} output
 */
function putOutput(blueprint, g, last, output) {
  // A plain dot product.
  blueprint.tensors.set(
    "output.weight",
    last?.weight ?? { shape: [1, g], values: new Float32Array(g).fill(1) },
  );
  if (last?.bias) blueprint.tensors.set("output.bias", last.bias);
  if (output) use(blueprint, output);
}

/**
 * An item's bias is a tensor of its own; a user's is one more number of the user's vector, against
 * 1 of every item's.
 *
 * @param {Blueprint} blueprint
 * @param {Unit[]} own
 * @param {{ user?: Unit, item?: Unit }} biases
 * @param {boolean} hasOutput
 */
function putBiases(blueprint, own, { user, item }, hasOutput) {
  const { tensors } = blueprint;
  const items = (tensors.get("gmf.item") ?? tensors.get("mlp.item"))?.shape[0];
  if (item && item.weight?.shape[0] === items) {
    tensors.set("item.bias", {
      shape: [Number(items)],
      values: /** @type {ForeignTensor} */ (item.weight).values,
    });
    use(blueprint, item);
  }
  const users = tensors.get("gmf.user");
  if (user && users && user.weight?.shape[0] === users.shape[0]) {
    tensors.set(
      "gmf.user",
      widened(users, (row) => /** @type {ForeignTensor} */ (user.weight).values[row]),
    );
    tensors.set(
      "gmf.item",
      widened(/** @type {ForeignTensor} */ (tensors.get("gmf.item")), () => 1),
    );
    const { shape, values } = /** @type {ForeignTensor} */ (tensors.get("output.weight"));
    const g = users.shape[1];
    tensors.set("output.weight", {
      shape: [1, shape[1] + 1],
      values: Float32Array.of(...values.subarray(0, g), 1, ...values.subarray(g)),
    });
    use(blueprint, user);
  }
  const global = hasOutput
    ? undefined
    : own.find(
        ({ path, weight, names }) =>
          weight?.values.length === 1 && !blueprint.used.has(names[0]) && !sideOf(path),
      );
  if (!global) return;
  tensors.set("output.bias", {
    shape: [1],
    values: /** @type {ForeignTensor} */ (global.weight).values,
  });
  use(blueprint, global);
}
