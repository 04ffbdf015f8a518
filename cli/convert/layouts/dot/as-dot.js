import { PocketrecError } from "../../../../js/common/errors.js";
import { dotBlueprint, columnAt, isOnes, withoutColumn } from "./blueprint.js";

/**
 * A GMF whose output weights are 1 is a dot product. A column of ones on one side is the bias of
 * the other.
 *
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 */

/**
 * @param {Blueprint} blueprint
 * @param {string} [kind] as stated: "gmf" leaves it as it is, "dot" multiplies learned weights into
 *   the items' vectors
 * @returns {Blueprint}
 */
export function asDot(blueprint, kind) {
  const { tensors } = blueprint;
  const table = tensors.get("gmf.item");
  const weight = tensors.get("output.weight");
  if (blueprint.kind !== "gmf" || kind === "gmf" || !table || !weight) return blueprint;
  if (!isOnes(weight) && kind !== "dot") return blueprint;
  const parts = withoutOnes({
    item: weighted(table, weight),
    user: tensors.get("gmf.user"),
    itemBias: tensors.get("item.bias"),
  });
  // Nothing but biases: no vector would be left.
  if (!parts.item.shape[1]) return blueprint;
  const { activation, ...description } = blueprint.description;
  const layout = blueprint.layout.replace(/gmf$/, "dot product");
  const mean = tensors.get("output.bias")?.values[0];
  const made = dotBlueprint(layout, { ...parts, mean }, description);
  for (const name of ["user_mean", "user_covariance"]) {
    const known = tensors.get(`gmf.${name}`);
    if (known && !parts.user) made.tensors.set(name, known);
  }
  return { ...blueprint, layout, kind: "dot", ...pick(made) };
}

/** @param {Blueprint} made */
const pick = ({ tensors, description }) => ({ tensors, description });

/**
 * @param {ForeignTensor} table [rows, width]
 * @param {ForeignTensor} weight [1, width]
 * @returns {ForeignTensor}
 */
function weighted({ shape, values }, weight) {
  if (isOnes(weight)) return { shape, values };
  const width = shape[1];
  return { shape, values: values.map((value, at) => value * weight.values[at % width]) };
}

/**
 * The parts of two tables of which the last columns may be ones: a user's bias beside a one for
 * each item, an item's bias beside a one for each user.
 *
 * @param {{ item: ForeignTensor, user?: ForeignTensor, itemBias?: ForeignTensor }} parts
 * @returns {import("./blueprint.js").DotParts}
 */
function withoutOnes({ item, user, itemBias }) {
  if (!user) return { item, itemBias };
  /** @type {import("./blueprint.js").DotParts} */
  const parts = { item, user, itemBias };
  const last = item.shape[1] - 1;
  if (isOnes(columnAt(item, last))) {
    parts.userBias = columnAt(user, last);
    [parts.item, parts.user] = [item, user].map((table) => withoutColumn(table, last));
  }
  const end = parts.item.shape[1] - 1;
  if (end >= 0 && parts.user && !itemBias && isOnes(columnAt(parts.user, end))) {
    parts.itemBias = columnAt(parts.item, end);
    [parts.item, parts.user] = [parts.item, parts.user].map((table) => withoutColumn(table, end));
  }
  return parts;
}

/**
 * Refuses what is stated of a kind that the file is not of.
 *
 * @param {Blueprint} blueprint
 * @param {string} [kind]
 * @throws {PocketrecError} "bad-argument"
 */
export function assertDot({ kind: found }, kind) {
  const isOther = (kind === "dot") !== (found === "dot");
  if (!isOther || (kind !== "dot" && kind !== "gmf")) return;
  throw new PocketrecError("bad-argument", "--kind", found, kind);
}
