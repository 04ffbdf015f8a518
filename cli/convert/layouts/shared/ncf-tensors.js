import { PocketrecError } from "../../../../js/common/errors.js";
import { besideEachOther, columnOf, vectorTensor } from "../../matrix.js";
import { putDense } from "./candidate-tower.js";

/**
 * Tensors of a GMF, MLP or NeuMF from its parts.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {{ shape: number[], values: Float32Array | Float64Array }} Table [rows, width]
 * @typedef {{ user: ForeignTensor, item: ForeignTensor }} TablePair of equally wide tables
 *
 * @typedef {object} NcfParts
 * @property {(TablePair & { weight: ArrayLike<number> })[]} products with their weights in the
 *   output layer; several are joined into one
 * @property {TablePair & { layers: import("./batch-norm.js").Dense[] }} [tower]
 * @property {ArrayLike<number>} [towerWeight] of the tower's outputs in the output layer
 * @property {ArrayLike<number>} [outputBias] one number
 * @property {ArrayLike<number>} [userBias] one per user
 * @property {ArrayLike<number>} [itemBias] one per item
 */

/**
 * A user's bias becomes one more column of the product, against a column of ones.
 *
 * @param {NcfParts} parts
 * @returns {Map<string, ForeignTensor>} by the names of docs/format.md
 */
export function ncfTensors({ products, tower, towerWeight, outputBias, userBias, itemBias }) {
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const users = products.map(({ user }) => user);
  const items = products.map(({ item }) => item);
  const weights = products.map(({ weight }) => Array.from(weight));
  if (userBias) {
    users.push(columnOf(userBias.length, (row) => userBias[row]));
    const itemCount = items[0]?.shape[0] ?? tower?.item.shape[0] ?? itemBias?.length ?? 0;
    items.push(columnOf(itemCount, () => 1));
    weights.push([1]);
  }
  if (users.length) {
    assertSameRows("gmf.user", users);
    assertSameRows("gmf.item", items);
    tensors.set("gmf.user", besideEachOther(users));
    tensors.set("gmf.item", besideEachOther(items));
  }
  if (tower) {
    tensors.set("mlp.user", tower.user).set("mlp.item", tower.item);
    tower.layers.forEach((layer, k) => putDense(tensors, `mlp.layers.${k}`, layer));
  }
  const weight = Float32Array.from([...weights.flat(), ...Array.from(towerWeight ?? [])]);
  tensors.set("output.weight", { shape: [1, weight.length], values: weight });
  if (outputBias) tensors.set("output.bias", vectorTensor(outputBias));
  if (itemBias) tensors.set("item.bias", vectorTensor(itemBias));
  return tensors;
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @returns {"gmf" | "mlp" | "neumf"}
 */
export const ncfKind = (tensors) =>
  !tensors.has("mlp.item") ? "gmf" : tensors.has("gmf.item") ? "neumf" : "mlp";

/**
 * Asserts that all tables of one side have the same number of rows.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @throws {PocketrecError} "bad-shape"
 */
export function assertRowCounts(tensors) {
  for (const side of ["gmf.item mlp.item item.bias", "gmf.user mlp.user"]) {
    const names = side.split(" ").filter((name) => tensors.has(name));
    const tables = names.map((name) => /** @type {ForeignTensor} */ (tensors.get(name)));
    assertSameRows(names.join(" and "), tables);
  }
}

/**
 * @param {string} subject
 * @param {Table[]} tables
 */
function assertSameRows(subject, tables) {
  const rows = tables.map(({ shape }) => shape[0]);
  if (new Set(rows).size < 2) return;
  const expected = "tables with the same number of rows";
  throw new PocketrecError("bad-shape", subject, expected, rows.join(" and "));
}
