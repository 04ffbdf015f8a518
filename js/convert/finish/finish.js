import { PocketrecError } from "../../common/errors.js";
import { planOf } from "../../families/index.js";
import { checksOf } from "./check-vectors.js";
import { decode } from "../dtypes.js";
import { foldItems } from "./fold-items.js";
import { dropPadding } from "./padding.js";
import { idsTensor } from "./item-ids.js";
import { countItems, reopen } from "../model-file.js";
import { userIdFeatures, summariseUsers } from "./user-tables.js";

/**
 * From a blueprint to what is written: rows that stand for nothing taken away, people left out or
 * summed up, layers folded, ids and check vectors put in.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../model-file.js").ModelFile} ModelFile
 *
 * @typedef {object} FinishOptions
 * @property {boolean} [keepUsers] default: the trained users' tables are left out
 * @property {boolean} [fold] default: where the file does not grow by it
 * @property {(string | number)[]} [ids] the app's, one an item
 * @property {string} [name] a title for people
 * @property {{ minimum?: number, maximum?: number, positive?: number }} [rating]
 * @property {Record<string, unknown>} [provenance]
 *
 * @typedef {object} Finished
 * @property {ModelFile} file
 * @property {number} itemCount
 * @property {string[]} droppedTables tables of people that were left out
 * @property {boolean} isFolded whether the item half of the first layer was computed ahead
 *
 * @param {Blueprint} blueprint
 * @param {FinishOptions} options
 * @returns {Finished}
 */
export function finish(blueprint, { keepUsers = false, fold, ids, name, rating, provenance }) {
  const tensors = new Map(blueprint.tensors);
  const kept = new Map(blueprint.kept);
  const description = describe(blueprint, name, rating, provenance);
  checkNumbers(tensors);
  dropPadding(tensors, description, blueprint.padding ?? 0, blueprint.userPadding ?? 0);
  if (!keepUsers) refusePeople(description);
  const droppedTables = summariseUsers(tensors, keepUsers);
  const itemCount = countItems({ description, tensors, kept });
  if (ids) kept.set("item_ids", idsTensor(ids, itemCount, blueprint.padding ?? 0));
  const info = demandModel({ description, tensors, kept });
  const values = [...kept.values()]
    .filter(({ dtype }) => dtype === "I32")
    .map(
      (tensor) =>
        /** @type {const} */ ([tensor.name, { shape: tensor.shape, values: decode(tensor) }]),
    );
  description.check = checksOf(new Map([...tensors, ...values]), info, itemCount);
  const isFolded = foldItems(tensors, fold);
  return { file: { description, tensors, kept }, itemCount, droppedTables, isFolded };
}

/**
 * What the description says, once every tensor has the shape that it must have.
 * @param {ModelFile} file
 */
function demandModel(file) {
  const { tensors, info } = reopen(file);
  planOf(tensors, info);
  return info;
}

/**
 * @param {Blueprint} blueprint
 * @param {string} [name]
 * @param {FinishOptions["rating"]} [rating]
 * @param {Record<string, unknown>} [provenance]
 * @returns {Record<string, any>}
 */
function describe({ kind, description }, name, rating, provenance) {
  const told = { ...(name ? { name } : {}), ...(rating ? { rating } : {}) };
  return {
    ...description,
    format: 1,
    kind,
    ...told,
    provenance: { .../** @type {any} */ (description.provenance), ...provenance },
  };
}

/**
 * Numbers that are none, and tables that hold nothing: a model that was never trained, or whose
 * training fell to zero under too strong a regularisation.
 *
 * @param {Blueprint["tensors"]} tensors
 */
function checkNumbers(tensors) {
  for (const [name, { shape, values }] of tensors) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new PocketrecError(
        "not-finite",
        name,
        "finite numbers",
        `${values[bad]} at place ${bad} of ${shape.join(" x ")}`,
      );
    const isTable =
      /^(gmf|mlp)\.item$|^item\.|^encoder\.0\.weight$/.test(name) && shape.length === 2;
    if (isTable && values.length > 1 && values.every((value) => value === values[0])) {
      throw new PocketrecError("bad-argument", name, "a trained table", `${values[0]} everywhere`, {
        hint: "Too strong an L2 regularisation makes embeddings vanish.",
      });
    }
  }
}

/**
 * A tower that is told who somebody is: without the table of people nothing of it is left.
 * @param {Record<string, any>} description
 */
function refusePeople(description) {
  const [people] = userIdFeatures(description);
  if (!people) return;
  throw new PocketrecError(
    "unsupported",
    people.table,
    "a model that takes somebody's history",
    "one that takes the ids of people it was trained on",
    {
      hint: "Rows of this table are people, so it is not for publishing. To check such a model against published lists, say --keep-users.",
    },
  );
}
