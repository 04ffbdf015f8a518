import { PocketrecError, show } from "../common/errors.js";

/**
 * @import { Tensor } from "./safetensors.js"
 * @typedef {object} Part a tensor and its destination in the C model
 * @property {Tensor} tensor
 * @property {number} code its number in the C model: of a table, the layer
 * @property {number} rows
 * @property {number} width
 * @property {boolean} [isTable] whether it keeps the precision of the file
 * @property {boolean} [isTransposed] whether the table's rows are the tensor's columns
 */

/** Wider than any model in use; it keeps every product of two widths exact. */
const WIDTH_MAX = 2 ** 20;

/**
 * The tensors of a file that a model takes, each checked against its expected shape.
 */
export class ExpectedTensors {
  /** @type {Part[]} in the order of loading */
  list = [];

  /**
   * @param {Map<string, Tensor>} tensors
   * @param {string} kind
   */
  constructor(tensors, kind) {
    this.tensors = tensors;
    this.kind = kind;
  }

  /**
   * Takes an optional tensor of this shape (null: any size). A vector is one row, or with
   * `isColumn` one column.
   *
   * @param {string} name
   * @param {(number | null)[]} shape
   * @param {number} code
   * @param {{ isTable?: boolean, isTransposed?: boolean, isColumn?: boolean }} [how]
   * @returns {number[] | undefined} its shape
   */
  take(name, shape, code, { isTable, isTransposed, isColumn } = {}) {
    const tensor = this.tensors.get(name);
    if (!tensor) return undefined;
    checkShape(tensor, shape);
    const [rows, width] =
      tensor.shape.length === 2
        ? tensor.shape
        : isColumn
          ? [tensor.shape[0], 1]
          : [1, tensor.shape[0]];
    this.list.push({ tensor, code, rows, width, isTable, isTransposed });
    return tensor.shape;
  }

  /**
   * Takes a tensor that the file must have.
   *
   * @param {string} name
   * @param {(number | null)[]} shape
   * @param {number} code
   * @param {{ isTable?: boolean, isTransposed?: boolean, isColumn?: boolean }} [how]
   */
  need(name, shape, code, how) {
    const found = this.take(name, shape, code, how);
    if (found) return found;
    throw new PocketrecError(
      "missing-tensor",
      name,
      `a tensor ${showShape(shape)} in a file of kind "${this.kind}"`,
      "none",
    );
  }

  /**
   * The shape of a table that is taken later.
   * @param {string} name
   */
  shapeOf(name) {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new PocketrecError("missing-tensor", name, "a tensor [items, width]", "none");
    checkShape(tensor, [null, null]);
    return tensor.shape;
  }

  /**
   * A training users' table (null: any number of users) or, of width null, one number for each,
   * which is read row by row on demand. A copy: the rest of the file may be collected, and the app
   * may change its buffer.
   *
   * @param {string} name
   * @param {number | null} users
   * @param {number | null} width
   * @returns {Part | undefined}
   */
  users(name, users, width) {
    const tensor = this.tensors.get(name);
    if (!tensor) return undefined;
    checkShape(tensor, width === null ? [users] : [users, width]);
    return {
      tensor: { ...tensor, bytes: tensor.bytes.slice() },
      code: -1,
      rows: tensor.shape[0],
      width: width ?? 1,
    };
  }
}

/**
 * @param {Tensor} tensor
 * @param {(number | null)[]} shape
 */
function checkShape({ name, shape: found }, shape) {
  const fits =
    found.length === shape.length && shape.every((size, i) => size === null || size === found[i]);
  if (!fits) throw new PocketrecError("bad-shape", name, showShape(shape), show(found));
  if (found.some((size) => size < 1 || size >= 2 ** 31) || (found[1] ?? 1) > WIDTH_MAX) {
    throw new PocketrecError(
      "bad-shape",
      name,
      `1 to ${WIDTH_MAX} columns, 1 to 2^31 rows`,
      show(found),
    );
  }
}

/** @param {(number | null)[]} shape */
const showShape = (shape) => `[${shape.map((size) => size ?? "any").join(", ")}]`;
