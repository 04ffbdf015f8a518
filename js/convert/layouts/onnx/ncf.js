import { PocketrecError, show } from "../../../common/errors.js";
import { demandRows, Folder } from "./affine.js";
import { demandTwo, Sides, userFirst } from "./sides.js";
import { bareAtom, unsupported } from "./values.js";

/**
 * GMF, MLP and NeuMF: a score of two ids. The logit is folded into what docs/format.md has:
 * products of tables, a tower over tables, and what depends on one id alone.
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
 *
 * @typedef {object} Reader
 * @property {Folder} folder
 * @property {Sides} sides
 * @property {string} user the input that has the user's id
 *
 * @typedef {{ weight: Matrix, bias: Float64Array }} Dense
 * @typedef {{ user: Matrix, item: Matrix, layers: Dense[], activation: string }} Tower
 */

/** What a score of two ids may end with and keep the name of its logit. */
const OUTPUT = "sigmoid";

/**
 * @param {Wires} value the graph's output, one number
 * @param {Sides} sides
 * @param {string[]} order of the inputs
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function ncf(value, sides, order, options) {
  demandTwo(sides);
  const notes = /** @type {string[]} */ ([]);
  const last = bareAtom(value);
  const isProbability = last?.type === "activation" && last.name === OUTPUT;
  const [a, b] = [...sides.sides.values()].sort(
    (x, y) => order.indexOf(x.index) - order.indexOf(y.index) || x.index.localeCompare(y.index),
  );
  const { user } = userFirst([a, b], options, notes);
  const folder = new Folder();
  const logit = folder.expand(isProbability ? last.input : value);
  const parts = partsOf(logit, { folder, sides, user: user.index });
  if (!isProbability && !options.output)
    notes.push(
      "The graph ends without a sigmoid: its numbers are taken for the scores as they are.",
    );
  const { kind, tensors } = written(parts, logit.bias);
  const activation = parts.tower?.activation ?? "relu";
  const output = isProbability ? OUTPUT : (options.output ?? "identity");
  return { kind, tensors, description: { activation, output }, notes };
}

/**
 * @typedef {{ user: Matrix, item: Matrix, weight: Matrix["values"] }} Block a product of two
 *   tables, and its weights
 * @typedef {{ gmf: Block[], tower: (Tower & { weight: Matrix["values"] }) | undefined, userBias:
 *   Matrix | undefined, itemBias: Matrix | undefined }} Parts
 */

/**
 * @param {Affine} logit
 * @param {Reader} reader
 * @returns {Parts}
 */
function partsOf({ terms }, reader) {
  const { folder, sides, user } = reader;
  /** @type {Parts} */
  const parts = { gmf: [], tower: undefined, userBias: undefined, itemBias: undefined };
  for (const [atom, { values: weight }] of terms) {
    const inputs = sides.of(atom);
    if (inputs.size === 1) {
      const side = inputs.has(user) ? "userBias" : "itemBias";
      const table = folder.table(atom);
      parts[side] = summed(parts[side], table, weight);
    } else if (atom.type === "product") parts.gmf.push({ ...factors(atom, reader), weight });
    else if (atom.type === "activation" && !parts.tower)
      parts.tower = { ...towerOf(atom, reader), weight };
    else
      throw unsupported(
        "graph",
        "products of embeddings and one tower",
        atom.type === "activation" ? "two towers" : `a ${atom.type}`,
      );
  }
  return parts;
}

/**
 * A bias an id: what its row adds to the logit.
 * @param {Matrix | undefined} before
 * @param {Matrix} table
 * @param {Matrix["values"]} weight
 * @returns {Matrix}
 */
function summed(before, { rows, columns, values }, weight) {
  const result = before ?? { rows, columns: 1, values: new Float64Array(rows) };
  demandRows(result.rows, rows);
  for (let row = 0; row < rows; row++)
    for (let x = 0; x < columns; x++) result.values[row] += weight[x] * values[row * columns + x];
  return result;
}

/** @param {Product} product @param {Reader} reader */
function factors({ left, right }, { folder, sides, user }) {
  const ofLeft = sides.ofWires(left);
  const ofRight = sides.ofWires(right);
  if (ofLeft.size !== 1 || ofRight.size !== 1)
    throw unsupported("graph", "a product of what each id is alone", "one of a tower");
  const [mine, other] = ofLeft.has(user) ? [left, right] : [right, left];
  return { user: folder.tableOf(mine), item: folder.tableOf(other) };
}

/**
 * From the last activation down to the tables.
 * @param {Activation} top
 * @param {Reader} reader
 * @returns {Tower}
 */
function towerOf(top, reader) {
  const layers = /** @type {Dense[]} */ ([]);
  for (let atom = top; ;) {
    if (atom.name !== top.name || top.name.endsWith("softmax")) {
      throw unsupported("tower", "one activation for all layers", `${top.name} and ${atom.name}`);
    }
    const { terms, bias } = reader.folder.expand(atom.input);
    const [below] = terms.keys();
    if ([...terms.keys()].every((under) => reader.sides.of(under).size === 1)) {
      const { user, item, weight } = firstLayer(terms, bias.length, reader);
      return { user, item, layers: [{ weight, bias }, ...layers], activation: top.name };
    }
    if (terms.size !== 1 || below.type !== "activation") {
      const found = [...terms.keys()].map(({ type }) => type).join(" and ");
      const isScaled = atom === top && top.name === OUTPUT;
      throw unsupported(
        "tower",
        "layers one above the other",
        found,
        isScaled
          ? "Is the sigmoid scaled to a range of ratings? Export the model without what follows its sigmoid: the order of items is the same."
          : "Only GMF's block multiplies embeddings, and only the output layer joins it with the tower.",
      );
    }
    layers.unshift({ weight: /** @type {Matrix} */ (terms.get(below)), bias });
    atom = below;
  }
}

/**
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
  const mine = all.filter(({ isUser }) => isUser);
  const others = all.filter(({ isUser }) => !isUser);
  // The columns of the user first, however the graph has them.
  const weight = beside(
    [...mine, ...others].map((part) => part.weight),
    folder,
  );
  demandRows(out, weight.rows);
  return {
    user: beside(
      mine.map(({ table }) => table),
      folder,
    ),
    item: beside(
      others.map(({ table }) => table),
      folder,
    ),
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
  // A graph can put the same large table side by side many times: bytes are counted as steps.
  folder.spend(4 * rows * columns);
  const result = { rows, columns, values: new Float32Array(rows * columns) };
  let at = 0;
  for (const matrix of matrices) {
    demandRows(rows, matrix.rows);
    const { columns: width, values } = matrix;
    for (let row = 0; row < rows; row++)
      result.values.set(values.subarray(row * width, (row + 1) * width), row * columns + at);
    at += width;
  }
  return result;
}

/**
 * The parts by the names of docs/format.md.
 * @param {Parts} parts
 * @param {Float64Array} bias of the logit
 */
function written({ gmf, tower, userBias, itemBias }, bias) {
  const folder = new Folder();
  const blocks = [...gmf];
  // A user's bias is one more column, against a column of ones.
  if (userBias)
    blocks.push({
      user: userBias,
      item: ones((itemBias ?? tower?.item ?? gmf[0].item).rows),
      weight: Float64Array.of(1),
    });
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const users = blocks.map(({ user }) => user);
  const items = blocks.map(({ item }) => item);
  if (blocks.length)
    tensors
      .set("gmf.user", tensorOf(beside(users, folder)))
      .set("gmf.item", tensorOf(beside(items, folder)));
  if (tower) {
    tensors.set("mlp.user", tensorOf(tower.user)).set("mlp.item", tensorOf(tower.item));
    tower.layers.forEach((layer, k) => {
      tensors.set(`mlp.layers.${k}.weight`, tensorOf(layer.weight));
      tensors.set(`mlp.layers.${k}.bias`, vectorOf(layer.bias));
    });
  }
  const weight = [...blocks.map((block) => block.weight), tower?.weight ?? []].flatMap((part) => [
    ...part,
  ]);
  tensors
    .set("output.weight", { shape: [1, weight.length], values: Float32Array.from(weight) })
    .set("output.bias", vectorOf(bias));
  if (itemBias) tensors.set("item.bias", vectorOf(itemBias.values));
  demandOneCount(tensors);
  const both = blocks.length ? "neumf" : "mlp";
  const kind = /** @type {"gmf" | "mlp" | "neumf"} */ (tower ? both : "gmf");
  return { kind, tensors };
}

/** @param {number} rows @returns {Matrix} */
const ones = (rows) => ({ rows, columns: 1, values: new Float64Array(rows).fill(1) });

/** @param {Map<string, ForeignTensor>} tensors */
function demandOneCount(tensors) {
  for (const [one, other, third] of [
    ["gmf.item", "mlp.item", "item.bias"],
    ["gmf.user", "mlp.user", ""],
  ]) {
    const rows = [one, other, third].flatMap((name) => tensors.get(name)?.shape[0] ?? []);
    if (new Set(rows).size > 1) {
      throw new PocketrecError(
        "bad-shape",
        one,
        "as many rows as the other tables of its input",
        show(rows),
      );
    }
  }
}

/** @param {Matrix} matrix @returns {ForeignTensor} */
function tensorOf({ rows, columns, values }) {
  return {
    shape: [rows, columns],
    values: values instanceof Float32Array ? values : Float32Array.from(values),
  };
}

/** @param {ArrayLike<number>} values @returns {ForeignTensor} */
const vectorOf = (values) => ({ shape: [values.length], values: Float32Array.from(values) });
