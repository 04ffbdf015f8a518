import { PocketrecError } from "../../../../js/common/errors.js";
import { emptyBlueprint } from "../../blueprint.js";
import { columnOf, vectorTensor } from "../../matrix.js";

/**
 * Dot products from their parts.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 *
 * @typedef {object} DotParts
 * @property {ForeignTensor} item [items, d]
 * @property {ForeignTensor} [user] [users, d]
 * @property {ForeignTensor} [itemBias] one number per item
 * @property {ForeignTensor} [userBias] one number per user
 * @property {number} [mean] added to every score
 */

/**
 * @param {string} layout for display
 * @param {DotParts} parts
 * @param {Record<string, unknown>} [description]
 * @returns {Blueprint}
 * @throws {PocketrecError} "bad-shape"
 */
export function dotBlueprint(layout, { item, user, itemBias, userBias, mean }, description = {}) {
  const [items, width] = item.shape;
  assertShape("item vectors", item, [items, width ?? 1]);
  const blueprint = emptyBlueprint(layout, "dot", { output: "identity", ...description });
  const { tensors } = blueprint;
  tensors.set("item.vector", item);
  if (itemBias) tensors.set("item.bias", vectorOf("item biases", itemBias, items));
  if (mean !== undefined) tensors.set("mean", vectorTensor([mean]));
  if (!user) return blueprint;
  assertShape("user vectors", user, [user.shape[0], width]);
  tensors.set("user", user);
  if (!userBias) return blueprint;
  tensors.set("user.bias", vectorOf("user biases", userBias, user.shape[0]));
  blueprint.description.user_bias = true;
  return blueprint;
}

/**
 * @param {string} subject
 * @param {ForeignTensor} tensor [rows] or [rows, 1]
 * @param {number} rows
 */
function vectorOf(subject, { shape, values }, rows) {
  if (values.length === rows) return { shape: [rows], values };
  throw new PocketrecError("bad-shape", subject, `${rows} numbers`, `[${shape.join(", ")}]`);
}

/**
 * @param {string} subject
 * @param {ForeignTensor} tensor
 * @param {number[]} expected
 */
function assertShape(subject, { shape }, expected) {
  if (shape.length === expected.length && shape.every((size, k) => size === expected[k])) return;
  const wanted = `[${expected.join(", ")}]`;
  throw new PocketrecError("bad-shape", subject, wanted, `[${shape.join(", ")}]`);
}

/**
 * One column of a table.
 *
 * @param {ForeignTensor} table [rows, width]
 * @param {number} column
 * @returns {ForeignTensor} [rows, 1]
 */
export const columnAt = ({ shape: [rows, width], values }, column) =>
  columnOf(rows, (row) => values[row * width + column]);

/**
 * A table without one of its columns.
 *
 * @param {ForeignTensor} table [rows, width]
 * @param {number} column
 * @returns {ForeignTensor} [rows, width - 1]
 */
export function withoutColumn({ shape: [rows, width], values }, column) {
  const kept = values.filter((_, at) => at % width !== column);
  return { shape: [rows, width - 1], values: kept };
}

/** Whether every number is 1. @param {ForeignTensor} tensor */
export const isOnes = ({ values }) => values.every((value) => value === 1);

/**
 * The tensor of a name, which the model needs.
 *
 * @param {Pick<Checkpoint, "tensors">} checkpoint
 * @param {string} name
 * @throws {PocketrecError} "missing-tensor"
 */
export function needTensor({ tensors }, name) {
  const tensor = tensors.get(name);
  if (tensor) return tensor;
  const found = [...tensors.keys()].slice(0, 8).join(", ") || "none";
  throw new PocketrecError("missing-tensor", name, "a tensor of the model", found);
}

/**
 * Tables one below the other.
 *
 * @param {ForeignTensor[]} tables [rows, width]
 * @returns {Float64Array}
 */
export function stacked(tables) {
  const length = tables.reduce((sum, { values }) => sum + values.length, 0);
  const all = new Float64Array(length);
  let at = 0;
  for (const { values } of tables) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}
