import { PocketrecError } from "../../../../js/common/errors.js";
import { ACTIVATIONS } from "../../forward/dense.js";
import { transposed } from "../../matrix.js";
import { bareAtom, nodeOf, unsupported, widthOf } from "./values.js";

/**
 * Folds everything linear: a value as matrices times atoms that are not layers, plus a bias.
 *
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Layer} Layer
 * @typedef {import("./values.js").Term} Term
 * @typedef {import("./values.js").Wires} Wires
 *
 * @typedef {object} Matrix
 * @property {number} rows
 * @property {number} columns
 * @property {Float64Array | Float32Array} values row-major; not copied from a table of the file
 *
 * @typedef {{ bias: Float64Array, terms: Map<Atom, Matrix> }} Affine terms: [out, columns of the
 *   atom] each
 */

/** Limits of a conversion: multiplications, and numbers in memory. */
const WORK_MAX = 5e8;
const KEPT_MAX = 4e7;

/**
 * Whether a layer takes an unchanged input. In a model of two such inputs each is one-hot, and the
 * layer is a table of embeddings.
 *
 * @param {Atom} atom
 * @returns {atom is Layer}
 */
const isOneHot = (atom) => atom.type === "layer" && bareAtom(atom.input)?.type === "input";

/** @param {Atom} atom @returns {number} */
function columnsOfAtom(atom) {
  if (atom.type === "rows" || atom.type === "bag") return atom.table.shape[1];
  if (atom.type === "layer") return atom.out;
  if (atom.type === "input") {
    const expected = "an input of ids or one-hot vectors";
    throw unsupported(atom.name, expected, "an input of other numbers");
  }
  return widthOf(atom.type === "product" ? atom.left : atom.input, atom.type);
}

/** Folds and tabulates the values of one graph, each once. */
export class Folder {
  constructor() {
    this.work = WORK_MAX;
    this.kept = KEPT_MAX;
    /** @type {Map<Atom, Affine>} */
    this.layers = new Map();
    /** @type {Map<Atom, Matrix>} */
    this.tables = new Map();
  }

  /**
   * Counts multiplications.
   *
   * @param {number} steps
   * @throws {PocketrecError} "too-large"
   */
  spend(steps) {
    this.work -= steps;
    if (this.work >= 0) return;
    const expected = `at most ${WORK_MAX} steps to fold its layers`;
    throw new PocketrecError("too-large", "graph", expected, "more");
  }

  /**
   * A matrix of zeros.
   *
   * @param {number} rows
   * @param {number} columns
   * @returns {Matrix}
   */
  matrix(rows, columns) {
    this.kept -= rows * columns;
    if (this.kept < 0) {
      const expected = `at most ${KEPT_MAX} numbers in its folded layers`;
      throw new PocketrecError("too-large", "graph", expected, "more");
    }
    return { rows, columns, values: new Float64Array(rows * columns) };
  }

  /**
   * @param {Wires} wires
   * @returns {Affine}
   */
  expand(wires) {
    const out = widthOf(wires, "graph");
    const bias = wires.shift ? wires.shift.slice() : new Float64Array(out);
    /** @type {Affine} */
    const affine = { bias, terms: new Map() };
    for (const term of wires.terms) this.add(affine, term, out);
    return affine;
  }

  /**
   * @param {Affine} affine
   * @param {Term} term
   * @param {number} out
   */
  add(affine, { atom, from, scale }, out) {
    const inner = atom.type === "layer" && !isOneHot(atom) ? this.layer(atom) : undefined;
    /** @type {[Atom, Matrix | undefined][]} */
    const bases = inner ? [...inner.terms] : [[atom, undefined]];
    const targets = bases.map(([base]) => this.target(affine, base, out));
    for (let j = 0; j < out; j++) {
      const source = from ? from[j] : j;
      const factor = scale ? scale[j] : 1;
      if (source < 0) continue;
      bases.forEach(([, matrix], i) => addRow(targets[i], j, matrix, source, factor));
      if (inner) affine.bias[j] += factor * inner.bias[source];
    }
  }

  /**
   * @param {Affine} affine
   * @param {Atom} atom
   * @param {number} out
   */
  target({ terms }, atom, out) {
    const columns = columnsOfAtom(atom);
    const matrix = terms.get(atom) ?? this.matrix(out, columns);
    this.spend(out * columns);
    terms.set(atom, matrix);
    return matrix;
  }

  /**
   * W (M x + m). M is sparse if it only moves columns.
   *
   * @param {Layer} layer
   * @returns {Affine}
   */
  layer(layer) {
    const known = this.layers.get(layer);
    if (known) return known;
    const { weight, out } = layer;
    const inner = this.expand(layer.input);
    const width = inner.bias.length;
    const bias = new Float64Array(out);
    this.spend(out * width);
    for (let o = 0; o < out; o++)
      for (let j = 0; j < width; j++) bias[o] += weight[o * width + j] * inner.bias[j];
    /** @type {Affine} */
    const affine = { bias, terms: new Map() };
    for (const [atom, matrix] of inner.terms)
      affine.terms.set(atom, this.times(weight, out, matrix));
    this.layers.set(layer, affine);
    return affine;
  }

  /**
   * @param {Float32Array} weight (out, matrix.rows)
   * @param {number} out
   * @param {Matrix} matrix
   */
  times(weight, out, { rows, columns, values }) {
    const result = this.matrix(out, columns);
    const filled = /** @type {number[]} */ ([]);
    for (let i = 0; i < values.length; i++) if (values[i] !== 0) filled.push(i);
    this.spend(out * filled.length);
    const from = Int32Array.from(filled, (i) => Math.floor(i / columns));
    const to = Int32Array.from(filled, (i) => i % columns);
    const factors = Float64Array.from(filled, (i) => values[i]);
    for (let o = 0; o < out; o++) {
      const target = result.values.subarray(o * columns, (o + 1) * columns);
      const base = o * rows;
      for (let i = 0; i < factors.length; i++) target[to[i]] += weight[base + from[i]] * factors[i];
    }
    return result;
  }

  /**
   * The value of an atom that depends on one id alone, for every id: [ids, columns].
   *
   * @param {Atom} atom
   * @returns {Matrix}
   */
  table(atom) {
    const known = this.tables.get(atom);
    if (known) return known;
    const made = this.makeTable(atom);
    this.tables.set(atom, made);
    return made;
  }

  /** @param {Atom} atom @returns {Matrix} */
  makeTable(atom) {
    if (atom.type === "rows")
      return { rows: atom.table.shape[0], columns: atom.table.shape[1], values: atom.table.values };
    if (atom.type === "layer" && isOneHot(atom)) {
      const { weight, out } = atom;
      const rows = weight.length / out;
      const { values } = transposed({ shape: [out, rows], values: weight });
      return { rows, columns: out, values };
    }
    if (atom.type === "product") {
      const left = this.tableOf(atom.left);
      const right = this.tableOf(atom.right);
      const made = this.matrix(left.rows, left.columns);
      for (let i = 0; i < made.values.length; i++)
        made.values[i] = left.values[i] * right.values[i];
      return made;
    }
    if (atom.type === "activation" && Object.hasOwn(ACTIVATIONS, atom.name)) {
      const inner = this.copyOf(atom.input);
      return { ...inner, values: inner.values.map(ACTIVATIONS[atom.name]) };
    }
    if (atom.type === "norm") return normed(this.copyOf(atom.input), atom.lengthOf);
    if (atom.type === "clip") {
      const { minimum = -Infinity, maximum = Infinity } = atom;
      const inner = this.copyOf(atom.input);
      const values = inner.values.map((value) => Math.min(Math.max(value, minimum), maximum));
      return { ...inner, values };
    }
    const expected = "embeddings, dense layers and activations of an id";
    const found = `a ${atom.type === "activation" ? atom.name : atom.type}`;
    throw unsupported(nodeOf(atom), expected, found);
  }

  /**
   * A copy of the table, which the caller changes.
   *
   * @param {Wires} wires of one id alone
   */
  copyOf(wires) {
    const { rows, columns, values } = this.tableOf(wires);
    const made = this.matrix(rows, columns);
    made.values.set(values);
    return made;
  }

  /**
   * @param {Wires} wires of one id alone
   * @returns {Matrix}
   */
  tableOf(wires) {
    const alone = bareAtom(wires);
    if (alone && (alone.type !== "layer" || isOneHot(alone))) return this.table(alone);
    const { bias, terms } = this.expand(wires);
    const out = bias.length;
    let made;
    for (const [atom, matrix] of terms) {
      const table = this.table(atom);
      made ??= this.filled(table.rows, bias);
      assertSameRows(made.rows, table.rows);
      this.spend(table.rows * out * table.columns);
      addProduct(made, table, matrix);
    }
    if (!made) throw unsupported("graph", "a value of an id", "a constant");
    return made;
  }

  /**
   * A matrix of equal rows.
   *
   * @param {number} rows
   * @param {Float64Array} values of each row
   */
  filled(rows, values) {
    const made = this.matrix(rows, values.length);
    for (let row = 0; row < rows; row++) made.values.set(values, row * values.length);
    return made;
  }
}

/**
 * @param {number} expected
 * @param {number} found
 * @throws {PocketrecError} "bad-shape"
 */
export function assertSameRows(expected, found) {
  if (expected === found) return;
  const rows = `${expected} rows in all tables of one input`;
  throw new PocketrecError("bad-shape", "graph", rows, `${found}`);
}

/**
 * target[row] += factor * matrix[source]
 *
 * @param {Matrix} target
 * @param {number} row
 * @param {Matrix | undefined} matrix undefined: the identity
 * @param {number} source
 * @param {number} factor
 */
function addRow({ columns, values }, row, matrix, source, factor) {
  if (!matrix) values[row * columns + source] += factor;
  else
    for (let x = 0; x < columns; x++)
      values[row * columns + x] += factor * matrix.values[source * columns + x];
}

/**
 * made += table matrix'
 *
 * @param {Matrix} made
 * @param {Matrix} table
 * @param {Matrix} matrix
 */
function addProduct(
  { rows, columns: out, values },
  { columns, values: known },
  { values: weight },
) {
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < out; o++) {
      let sum = 0;
      for (let x = 0; x < columns; x++) sum += weight[o * columns + x] * known[row * columns + x];
      values[row * out + o] += sum;
    }
}

/**
 * Scales each row to length 1.
 *
 * @param {Matrix} matrix changed
 * @param {import("./values.js").LengthOf} lengthOf
 */
function normed(matrix, lengthOf) {
  const { rows, columns, values } = matrix;
  for (let row = 0; row < rows; row++) {
    const vector = values.subarray(row * columns, (row + 1) * columns);
    let square = 0;
    for (let x = 0; x < columns; x++) square += vector[x] ** 2;
    const length = lengthOf(square);
    if (square > 0) for (let x = 0; x < columns; x++) vector[x] /= length;
  }
  return matrix;
}
