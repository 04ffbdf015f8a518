import { PocketrecError } from "../../../../js/common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { dotBlueprint, needTensor } from "./blueprint.js";
import { graphOf, lightgcn } from "./graph.js";
import { assumeGraph } from "./assume-graph.js";
import { ngcf } from "./ngcf.js";

/**
 * RecBole's dot products: BPR, LightGCN and NGCF. A checkpoint of the latter two holds the
 * embeddings of layer 0, and, once it was evaluated, the final ones too.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").Layout} Layout
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

const BPR = { fold_in: { loss: "bpr" } };
const TABLES = ["user_embedding.weight", "item_embedding.weight"];
const FINAL = ["restore_user_e", "restore_item_e"].map((name) => `other_parameter.${name}`);

/** RecBole adds it to each degree. */
const EPSILON = 1e-7;

/** @type {Layout} */
export function recboleBpr(checkpoint) {
  const [user, item] = TABLES.map((name) => needTensor(checkpoint, name));
  const blueprint = dotBlueprint("RecBole BPR", { user, item }, BPR);
  blueprint.used = new Set(TABLES);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  return blueprint;
}

/**
 * @param {(checkpoint: Checkpoint) => number | undefined} layersOf
 * @returns {Layout}
 */
export const recboleLightgcn = (layersOf) => (checkpoint, options) =>
  graphBlueprint("RecBole LightGCN", checkpoint, options, (graph, tables) => {
    const layers = options.layers ?? layersOf(checkpoint);
    if (layers === undefined) throw layersError();
    const weights = Array(layers + 1).fill(1 / (layers + 1));
    return lightgcn(graph, tables, weights);
  });

/** @type {Layout} */
export function recboleNgcf(checkpoint, options) {
  const names = [...checkpoint.tensors.keys()].filter((name) => name.startsWith("GNNlayers."));
  const count = new Set(names.map((name) => name.split(".")[1])).size;
  const dense = (/** @type {string} */ path) => ({
    weight: needTensor(checkpoint, `${path}.weight`),
    bias: needTensor(checkpoint, `${path}.bias`),
  });
  const blueprint = graphBlueprint("RecBole NGCF", checkpoint, options, (graph, tables) => {
    const layers = Array.from({ length: count }, (_, k) => ({
      sum: dense(`GNNlayers.${k}.linear`),
      product: dense(`GNNlayers.${k}.interActTransform`),
    }));
    return ngcf(graph, tables, layers);
  });
  for (const name of names) blueprint.unused.delete(name);
  if (checkpoint.tensors.has(FINAL[0]))
    for (const name of names) blueprint.unused.set(name, OF_LAYER_0);
  else for (const name of names) blueprint.used.add(name);
  return blueprint;
}

const OF_LAYER_0 = "the final embeddings, which the file has, are made of it";

/**
 * The final embeddings: those of the file, else as --data gives them.
 *
 * @param {string} layout
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {(graph: import("./graph.js").Graph, tables: ForeignTensor[]) =>
 *   { user: ForeignTensor, item: ForeignTensor }} propagate
 * @returns {Blueprint}
 */
function graphBlueprint(layout, checkpoint, options, propagate) {
  const { tensors } = checkpoint;
  const [user, item] = FINAL.map((name) => tensors.get(name));
  if (user && item) {
    const blueprint = dotBlueprint(layout, { user, item }, BPR);
    blueprint.used = new Set(FINAL);
    blueprint.unused = unusedTensors(checkpoint, blueprint.used, OF_LAYER_0);
    blueprint.notes.push(
      "the final embeddings are those of the checkpoint (restore_user_e, restore_item_e), as " +
        `RecBole evaluated it${options.ratings ? "; --data is not used" : ""}`,
    );
    return blueprint;
  }
  const tables = TABLES.map((name) => needTensor(checkpoint, name));
  const { ratings } = options;
  if (!ratings) throw needsData(layout);
  const [users, items] = tables.map(({ shape }) => shape[0]);
  const graph = graphOf(ratings, {
    users,
    items,
    padding: 1,
    epsilon: EPSILON,
    mergesRepeats: true,
  });
  const blueprint = dotBlueprint(layout, propagate(graph, tables), BPR);
  blueprint.used = new Set(TABLES);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  assumeGraph(blueprint, graph);
  return blueprint;
}

/** @param {string} layout */
function needsData(layout) {
  const hint =
    "A checkpoint from before the first evaluation holds layer 0 alone: evaluate before saving, " +
    "or give the training interactions, --data train.csv --users users.txt --items items.txt.";
  const expected = "the final embeddings, or the graph of the training";
  return new PocketrecError("missing-tensor", layout, expected, "embeddings of layer 0", { hint });
}

const layersError = () =>
  new PocketrecError("bad-argument", "--layers", "the number of layers", "none", {
    hint: "A bare state dict does not say how many layers the graph network has.",
  });
