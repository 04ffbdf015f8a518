import { PocketrecError } from "../../../js/common/errors.js";
import { planOf } from "../../../js/families/index.js";
import { integersOf } from "../dtypes.js";
import { countItems, reopen } from "../model-file.js";
import { checkVectors } from "./check-vectors.js";
import { foldItems } from "./fold-items.js";
import { idsTensor } from "./item-ids.js";
import { dropPadding } from "./padding.js";
import { summariseUsers, userIdFeatures } from "./user-tables.js";

/**
 * From a blueprint to the contents of a weights file: padding rows are dropped, user tables dropped
 * or summarised, layers folded, ids and check vectors added.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../model-file.js").ModelFile} ModelFile
 *
 * @typedef {object} FinishOptions
 * @property {boolean} [keepUsers] default: the trained users' tables are dropped
 * @property {boolean} [fold] default: if the file does not grow
 * @property {(string | number)[]} [ids] the app's ids, one per item
 * @property {string} [name] a title for display
 * @property {{ minimum?: number, maximum?: number, positive?: number }} [rating]
 * @property {Record<string, unknown>} [provenance]
 * @property {import("../../../js/file/metadata.js").Check[]} [expectedChecks] the lines of --expect
 *
 * @typedef {object} Finished
 * @property {ModelFile} file
 * @property {number} itemCount
 * @property {string[]} droppedTables names of the user tables that were dropped
 * @property {boolean} isFolded whether the item half of the first layer was precomputed
 */

/**
 * @param {Blueprint} blueprint
 * @param {FinishOptions} options
 * @returns {Finished}
 */
export function finish(
  blueprint,
  { keepUsers = false, fold, ids, expectedChecks = [], ...stated },
) {
  const tensors = new Map(blueprint.tensors);
  const kept = new Map(blueprint.kept);
  const description = describe(blueprint, stated);
  const { padding = 0, userPadding = 0 } = blueprint;
  assertTrained(tensors);
  dropPadding({ tensors, kept, description }, padding, userPadding);
  if (!keepUsers) assertNoUserIds(description);
  const droppedTables = summariseUsers(tensors, keepUsers, {
    isDot: blueprint.kind === "dot",
    isRidge: RIDGES.includes(description.fold_in?.loss),
  });
  const itemCount = countItems({ description, tensors, kept });
  if (ids) kept.set("item_ids", idsTensor(ids, itemCount, padding));
  const info = infoOf({ description, tensors, kept });
  description.check = [
    ...expectedChecks,
    ...checkVectors(new Map([...tensors, ...integersOf(kept)]), info, itemCount),
  ];
  const isFolded = foldItems(tensors, fold);
  return { file: { description, tensors, kept }, itemCount, droppedTables, isFolded };
}

/**
 * The metadata with defaults, once every tensor is known to have the required shape.
 * @param {ModelFile} file
 */
function infoOf(file) {
  const { tensors, info } = reopen(file);
  planOf(tensors, info);
  return info;
}

/**
 * @param {Blueprint} blueprint
 * @param {Pick<FinishOptions, "name" | "rating" | "provenance">} stated on the command line
 * @returns {Record<string, any>}
 */
function describe({ kind, description, assumptions }, { name, rating, provenance }) {
  return {
    ...description,
    format: 1,
    kind,
    ...(name ? { name } : {}),
    ...(rating ? { rating } : {}),
    ...(assumptions.length ? { assumed: assumptions.map(assumedOf) } : {}),
    provenance: { .../** @type {any} */ (description.provenance), ...provenance },
  };
}

/** @param {import("../assumptions.js").Assumption} assumption */
const assumedOf = ({ subject, value, checked }) => ({
  subject,
  value,
  ...(checked ? { checked } : {}),
});

/** Losses of `fold_in` that take no mean and no covariance of the trained users. */
const RIDGES = ["confidence", "squared"];

/** Tables that a trained model fills with different values. */
const ITEM_TABLE = /^(gmf|mlp)\.item$|^item\.|^encoder\.0\.weight$/;

/**
 * Refuses values that are not finite, and constant tables: a model that was never trained, or whose
 * embeddings vanished under too strong a regularisation.
 *
 * @param {Blueprint["tensors"]} tensors
 */
function assertTrained(tensors) {
  for (const [name, { shape, values }] of tensors) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const found = `${values[wrong]} at index ${wrong} of ${shape.join(" x ")}`;
      throw new PocketrecError("not-finite", name, "finite numbers", found);
    }
    // A column of ones beside the users' biases is no table.
    const isColumn = name === "gmf.item" && shape[1] === 1;
    const isTable = ITEM_TABLE.test(name) && shape.length === 2 && values.length > 1 && !isColumn;
    if (isTable && values.every((value) => value === values[0])) {
      const found = `${values[0]} everywhere`;
      const hint = "Too strong an L2 regularisation makes embeddings vanish.";
      throw new PocketrecError("bad-argument", name, "a trained table", found, { hint });
    }
  }
}

/**
 * Refuses a tower over the user's id: without the table of users nothing of it remains.
 * @param {Record<string, any>} description
 */
function assertNoUserIds(description) {
  const [feature] = userIdFeatures(description);
  if (!feature) return;
  const expected = "a model over the user's history";
  const found = "one over the ids of trained users";
  const hint =
    "Each row of this table is a user, so it is not for publishing. " +
    "To check such a model against published lists, use --keep-users.";
  throw new PocketrecError("unsupported", feature.table, expected, found, { hint });
}
