import { PocketrecError } from "../../../../js/common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { assumed } from "../shared/assume.js";
import { dotBlueprint } from "./blueprint.js";
import { findObject } from "./objects.js";

/**
 * LightFM, pickled, or its arrays by their names. Its tables have a row per feature: without
 * features of items and users these are the items and the users.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

const NAMES = ["user_embeddings", "item_embeddings", "user_biases", "item_biases"];

/** @type {import("../../blueprint.js").Layout} */
export function lightfmLayout(checkpoint, options) {
  const found = findObject(checkpoint, /^lightfm\.(lightfm\.)?LightFM$/);
  if (!found) return arrays(checkpoint, options);
  const paths = NAMES.map(found.pathOf);
  const blueprint = fromTensors(checkpoint, paths);
  blueprint.isKnownCode = true;
  const loss = String(found.setting("loss"));
  if (loss === "bpr") blueprint.description.fold_in = { loss: "bpr" };
  else if (loss === "logistic") blueprint.description.fold_in = { loss: "log" };
  else if (loss.startsWith("warp")) {
    blueprint.usualLoss = "bpr";
    blueprint.notes.push(`trained with ${loss}, a pairwise loss like bpr`);
  }
  return blueprint;
}

/**
 * Four arrays under LightFM's names, the biases as lists.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function arrays(checkpoint, { kind, output }) {
  const { tensors } = checkpoint;
  const isBias = (/** @type {string} */ name) => tensors.get(name)?.shape.length === 1;
  const isOwn = tensors.size === NAMES.length && NAMES.every((name) => tensors.has(name));
  if (kind !== undefined || !isOwn || !isBias(NAMES[2]) || !isBias(NAMES[3])) return undefined;
  const blueprint = fromTensors(checkpoint, NAMES);
  blueprint.description.output = output ?? "identity";
  if (!output) blueprint.assumptions.push(assumed("output", "identity", OUTPUTS, OPTION));
  blueprint.usualLoss = "bpr";
  return blueprint;
}

const OUTPUTS = ["identity", "sigmoid"];
const OPTION = "--output-function";

/**
 * @param {Checkpoint} checkpoint
 * @param {string[]} paths
 */
function fromTensors(checkpoint, paths) {
  const [user, item, userBias, itemBias] = paths.map((path) => {
    const tensor = checkpoint.tensors.get(path);
    if (tensor) return tensor;
    const hint = "Train it before it is saved: model.fit(interactions).";
    throw new PocketrecError("missing-tensor", path, "an array", "none", { hint });
  });
  const blueprint = dotBlueprint("LightFM", { user, item, userBias, itemBias });
  blueprint.used = new Set(paths);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  const rows = "items and users, no features";
  blueprint.assumptions.push(assumed("rows", rows, [rows]));
  blueprint.notes.push(
    `each of the file's ${item.shape[0]} rows is taken as an item: of a model with item features ` +
      "save what get_item_representations() and get_user_representations() give, under these names",
  );
  return blueprint;
}
