import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, unusedTensors } from "../../blueprint.js";
import { assertRows, matrixBlueprint } from "./matrix.js";

/**
 * RecBole's EASE, SLIMElastic and ItemKNN: score = interactions W, so a row is an item of the
 * history. Their matrices lie beside the state dict, with those of the users.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 */

/** Where each model keeps its matrix. @type {Record<string, string>} */
const NAMES = {
  EASE: "other_parameter.item_similarity",
  SLIMElastic: "other_parameter.item_similarity",
  ItemKNN: "other_parameter.w",
};

const NOT_USED = "PyTorch needs a parameter; nothing is computed with it";
const PRIVATE = "what each user did, or is recommended: it stays out of the file";

/**
 * @param {string} model
 * @returns {import("../../blueprint.js").Layout}
 */
export const recboleItemItem = (model) => (checkpoint, options) => {
  assertRows(options);
  const name = NAMES[model];
  const { tensors, sparse } = checkpoint;
  const matrix = sparse?.get(name) ?? tensors.get(name);
  if (!matrix) throw missing(model, name);
  if (model === "ItemKNN") assertOfItems(checkpoint, matrix.shape);
  const blueprint = matrixBlueprint(`RecBole ${model}`, "read" in matrix ? matrix.read() : matrix);
  blueprint.used.add(name);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, reasonOf);
  return blueprint;
};

/** @param {string} name of a tensor that is left out */
function reasonOf(name) {
  if (/^(dummy_param|fake_loss)$/.test(name)) return NOT_USED;
  return /\.(interaction_matrix|pred_mat)$/.test(name) ? PRIVATE : UNUSED.model;
}

/**
 * Refuses the neighbours of users, whose matrix has a row a user.
 *
 * @param {Checkpoint} checkpoint
 * @param {number[]} shape
 */
function assertOfItems({ settings, sparse }, [rows]) {
  const isOfUsers = Object.entries(settings).some(
    ([path, value]) => /\.knn_method$/.test(path) && path.includes("final") && value === "user",
  );
  const items = sparse?.get("other_parameter.pred_mat")?.shape[1] ?? rows;
  if (!isOfUsers && items === rows) return;
  throw new PocketrecError(
    "unsupported",
    "RecBole ItemKNN",
    "neighbours of items (knn_method: item)",
    "neighbours of users: each row is a user, and a new one has none",
  );
}

/**
 * @param {string} model
 * @param {string} name
 */
function missing(model, name) {
  const attribute = name.replace("other_parameter.", "model.");
  const hint =
    `This RecBole saved none. Save it from Python: numpy.save("model.npy", ${attribute}), or ` +
    `scipy.sparse.save_npz("model.npz", ${attribute}) of a sparse one; then use --padding 1 ` +
    "--history-axis rows.";
  return new PocketrecError("missing-tensor", name, `the matrix of RecBole's ${model}`, "none", {
    hint,
  });
}
