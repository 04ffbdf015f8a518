import { besideEachOther } from "../../matrix.js";
import { assertRowCounts, ncfKind, ncfTensors } from "../shared/ncf-tensors.js";
import { Folder, assertSameRows } from "./affine.js";
import { describeEnding, endingOf } from "./ending.js";
import { assertTwoSides, splitSides } from "./sides.js";
import { nodeOf, unsupported } from "./values.js";

/**
 * GMF, MLP and NeuMF: a score of two ids. The logit is folded into the parts of docs/format.md:
 * products of tables, a tower over tables, and biases, which depend on one id alone.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("./affine.js").Matrix} Matrix
 * @typedef {import("./affine.js").Affine} Affine
 * @typedef {import("./values.js").Activation} Activation
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Product} Product
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./layout.js").Found} Found
 * @typedef {import("./sides.js").Sides} Sides
 *
 * @typedef {object} Reader
 * @property {Folder} folder
 * @property {Sides} sides
 * @property {string} user the input that is the user's id
 *
 * @typedef {{ weight: Matrix, bias: Float64Array }} Dense
 * @typedef {{ user: Matrix, item: Matrix, layers: Dense[], activation: string | string[] }} Tower
 * @typedef {Matrix["values"]} Values
 *
 * @typedef {object} Parts
 * @property {{ user: Matrix, item: Matrix, weight: Values }[]} products of two tables, with their
 *   weights in the output layer
 * @property {Tower & { weight: Values }} [tower]
 * @property {Matrix} [userBias]
 * @property {Matrix} [itemBias]
 */

/** Activations of a tower's layers that the kernels compute. */
const ACTIVATIONS = ["identity", "relu", "elu", "selu", "sigmoid", "tanh"];

/**
 * @param {Wires} value the graph's output, one number
 * @param {Sides} sides
 * @param {string[]} order of the inputs
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function ncfModel(value, sides, order, options) {
  assertTwoSides(sides);
  const notes = /** @type {string[]} */ ([]);
  const assumptions = /** @type {import("../../assumptions.js").Assumption[]} */ ([]);
  const ending = endingOf(value, ["sigmoid"], options);
  const [a, b] = [...sides.sides.values()].sort(
    (x, y) => order.indexOf(x.index) - order.indexOf(y.index) || x.index.localeCompare(y.index),
  );
  const { user } = splitSides([a, b], options, notes, assumptions);
  const folder = new Folder();
  const logit = folder.expand(ending.raw);
  const parts = partsOf(logit, { folder, sides, user: user.index });
  if (ending.output === "identity" && !ending.clip)
    notes.push("The graph ends without a sigmoid: its outputs are taken as the scores.");
  const tensors = tensorsOf(parts, logit.bias);
  const activation = parts.tower?.activation ?? "relu";
  const description = { activation, ...describeEnding(ending) };
  return { kind: ncfKind(tensors), tensors, description, notes, assumptions };
}

/**
 * @param {Affine} logit
 * @param {Reader} reader
 * @returns {Parts}
 */
function partsOf({ terms }, reader) {
  const { folder, sides, user } = reader;
  /** @type {Parts} */
  const parts = { products: [] };
  for (const [atom, { values: weight }] of terms) {
    const inputs = sides.of(atom);
    if (inputs.size === 1) {
      const side = inputs.has(user) ? "userBias" : "itemBias";
      parts[side] = biasOf(parts[side], folder.table(atom), weight);
    } else if (atom.type === "product") parts.products.push({ ...factors(atom, reader), weight });
    else if (atom.type === "activation" && !parts.tower)
      parts.tower = { ...towerOf(atom, reader), weight };
    else {
      const found = atom.type === "activation" ? "a second tower" : `a ${atom.type}`;
      throw unsupported(nodeOf(atom), "products of embeddings and one tower", found);
    }
  }
  return parts;
}

/**
 * A bias per id: what its row of a table adds to the logit.
 *
 * @param {Matrix | undefined} sum added to, if there is one
 * @param {Matrix} table
 * @param {Values} weight
 * @returns {Matrix} [rows, 1]
 */
function biasOf(sum, { rows, columns, values }, weight) {
  const result = sum ?? { rows, columns: 1, values: new Float64Array(rows) };
  assertSameRows(result.rows, rows);
  for (let row = 0; row < rows; row++)
    for (let x = 0; x < columns; x++) result.values[row] += weight[x] * values[row * columns + x];
  return result;
}

/** @param {Product} product @param {Reader} reader */
function factors({ left, right, at }, { folder, sides, user }) {
  const ofLeft = sides.ofWires(left);
  const ofRight = sides.ofWires(right);
  if (ofLeft.size !== 1 || ofRight.size !== 1)
    throw unsupported(at, "a product of values of one id each", "one of a tower");
  const [ofUser, ofItem] = ofLeft.has(user) ? [left, right] : [right, left];
  return { user: folder.tableOf(ofUser), item: folder.tableOf(ofItem) };
}

/**
 * The tower from its last activation down to the tables.
 *
 * @param {Activation} top
 * @param {Reader} reader
 * @returns {Tower}
 */
function towerOf(top, reader) {
  const layers = /** @type {Dense[]} */ ([]);
  const activations = /** @type {string[]} */ ([]);
  for (let atom = top; ;) {
    if (!ACTIVATIONS.includes(atom.name))
      throw unsupported(atom.at, `${ACTIVATIONS.join(", ")} between layers`, atom.name);
    activations.unshift(atom.name);
    const { terms, bias } = reader.folder.expand(atom.input);
    if ([...terms.keys()].every((below) => reader.sides.of(below).size === 1)) {
      const { weight, ...tables } = firstLayer(terms, bias.length, reader);
      const activation = new Set(activations).size === 1 ? top.name : activations;
      return { ...tables, layers: [{ weight, bias }, ...layers], activation };
    }
    const [[below, weight]] = terms;
    if (terms.size !== 1 || below.type !== "activation")
      throw noTower([...terms.keys()], atom, atom === top && top.name === "sigmoid");
    layers.unshift({ weight, bias });
    atom = below;
  }
}

/**
 * @param {Atom[]} atoms
 * @param {Activation} above
 * @param {boolean} isScaled whether a sigmoid may be scaled to a range of ratings
 */
function noTower(atoms, above, isScaled) {
  const [other] = atoms.filter(({ type }) => type !== "activation");
  const found = atoms.map(({ type }) => type).join(" and ");
  const hint = isScaled
    ? "Is the sigmoid scaled to a range of ratings? Export the model without what follows its " +
      "sigmoid: the order of items is the same."
    : "Only GMF's block multiplies embeddings, and only the output layer joins it with the tower.";
  const at = isScaled || !other ? above.at : nodeOf(other);
  return unsupported(at, "a chain of layers", isScaled ? `it behind a ${found}` : found, hint);
}

/**
 * The tables and the first layer of a tower, the user's columns first.
 *
 * @param {Map<Atom, Matrix>} terms
 * @param {number} out
 * @param {Reader} reader
 */
function firstLayer(terms, out, { folder, sides, user }) {
  const all = [...terms].map(([atom, weight]) => ({
    isUser: sides.of(atom).has(user),
    table: folder.table(atom),
    weight,
  }));
  const ofUser = all.filter(({ isUser }) => isUser);
  const ofItem = all.filter(({ isUser }) => !isUser);
  const columns = [...ofUser, ...ofItem].map(({ weight }) => weight);
  const tables = (/** @type {typeof all} */ side) => side.map(({ table }) => table);
  const weight = beside(columns, folder);
  assertSameRows(out, weight.rows);
  return {
    user: beside(tables(ofUser), folder),
    item: beside(tables(ofItem), folder),
    weight,
  };
}

/**
 * @param {Matrix[]} matrices of as many rows, side by side
 * @param {Folder} folder
 * @returns {Matrix}
 */
function beside(matrices, folder) {
  if (matrices.length === 1) return matrices[0];
  const columns = matrices.reduce((sum, matrix) => sum + matrix.columns, 0);
  const { rows } = matrices[0];
  // A graph can repeat the same large table many times: bytes are counted as steps.
  folder.spend(4 * rows * columns);
  for (const matrix of matrices) assertSameRows(rows, matrix.rows);
  return { rows, columns, values: besideEachOther(matrices.map(asTable)).values };
}

/** @param {Matrix} matrix */
const asTable = ({ rows, columns, values }) => ({ shape: [rows, columns], values });

/**
 * The parts by the names of docs/format.md.
 *
 * @param {Parts} parts
 * @param {Float64Array} bias of the logit
 */
function tensorsOf({ products, tower, userBias, itemBias }, bias) {
  const folder = new Folder();
  const users = products.map(({ user }) => user);
  const items = products.map(({ item }) => item);
  const weight = products.flatMap((product) => [...product.weight]);
  const joined = users.length && {
    user: tensorOf(beside(users, folder)),
    item: tensorOf(beside(items, folder)),
    weight,
  };
  const tensors = ncfTensors({
    products: joined ? [joined] : [],
    tower: tower && {
      user: tensorOf(tower.user),
      item: tensorOf(tower.item),
      layers: tower.layers.map((layer) => ({
        weight: tensorOf(layer.weight),
        bias: { shape: [layer.bias.length], values: Float32Array.from(layer.bias) },
      })),
    },
    towerWeight: tower?.weight,
    outputBias: bias,
    userBias: userBias?.values,
    itemBias: itemBias?.values,
  });
  assertRowCounts(tensors);
  return tensors;
}

/** @param {Matrix} matrix @returns {ForeignTensor} */
function tensorOf({ rows, columns, values }) {
  return {
    shape: [rows, columns],
    values: values instanceof Float32Array ? values : Float32Array.from(values),
  };
}
