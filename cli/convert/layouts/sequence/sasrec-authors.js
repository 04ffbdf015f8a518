import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { headsOf, need, settled, withoutOnes } from "./parts.js";

/**
 * SASRec under the names of its authors' TensorFlow code: queries alone are normalised, positions
 * without an event are masked.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 */

/** Of its layer normalisations. */
const EPSILON = 1e-8;

const ITEMS = "input_embeddings/lookup_table";

/** @type {import("../../blueprint.js").Layout} */
export function sasrecAuthorsLayout({ tensors, ...rest }, options) {
  const plain = new Map([...tensors].map(([name, tensor]) => [name.replace(/:0$/, ""), tensor]));
  const checkpoint = { ...rest, tensors: plain };
  const first = [...plain.keys()].find((name) => name.endsWith(ITEMS));
  if (first === undefined || (options.kind ?? "sasrec") !== "sasrec") return undefined;
  const scope = first.slice(0, -ITEMS.length);
  const blueprint = emptyBlueprint("SASRec of TensorFlow", "sasrec");
  need(blueprint, checkpoint, first, "item.embedding");
  need(blueprint, checkpoint, `${scope}dec_pos/lookup_table`, "position.embedding");
  let blocks = 0;
  for (; plain.has(`${scope}num_blocks_${blocks}/self_attention/dense/kernel`); blocks++)
    takeBlock(blueprint, checkpoint, `${scope}num_blocks_${blocks}`, `blocks.${blocks}`);
  takeNorm(blueprint, checkpoint, `${scope}ln`, "norm");
  const width = blueprint.tensors.get("item.embedding")?.shape[1] ?? 1;
  blueprint.description = {
    heads: settled(blueprint, options, "heads", 1, headsOf(width)),
    norm: { order: settled(blueprint, options, "norm order", "query"), epsilon: EPSILON },
    activation: settled(blueprint, options, "activation", "relu"),
    embedding_scale: settled(blueprint, options, "embedding scale", Math.sqrt(width)),
    positions: options.positions ?? "last",
    padding: settled(blueprint, options, "empty positions", "masked"),
  };
  blueprint.padding = 1;
  // By the names in the file, which may end in an output's number.
  const { used } = blueprint;
  blueprint.used = new Set([...tensors.keys()].filter((name) => used.has(name.replace(/:0$/, ""))));
  blueprint.unused = unusedTensors({ tensors }, blueprint.used, UNUSED.model);
  return blocks ? blueprint : undefined;
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
function takeBlock(blueprint, checkpoint, from, to) {
  takeNorm(blueprint, checkpoint, `${from}/ln`, `${to}.attention.norm`);
  takeNorm(blueprint, checkpoint, `${from}/ln_1`, `${to}.feed.norm`);
  for (const [layer, own] of Object.entries({
    "self_attention/dense": "query",
    "self_attention/dense_1": "key",
    "self_attention/dense_2": "value",
    "multihead_attention/conv1d": "feed.0",
    "multihead_attention/conv1d_1": "feed.1",
  })) {
    need(blueprint, checkpoint, `${from}/${layer}/kernel`, `${to}.${own}.weight`, (kernel) =>
      transposed(withoutOnes(kernel)),
    );
    need(blueprint, checkpoint, `${from}/${layer}/bias`, `${to}.${own}.bias`);
  }
}

/**
 * A normalisation, whose variables have no names: the offset comes first.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
function takeNorm(blueprint, checkpoint, from, to) {
  need(blueprint, checkpoint, `${from}/Variable`, `${to}.bias`);
  need(blueprint, checkpoint, `${from}/Variable_1`, `${to}.weight`);
}
