import { UNUSED, unusedTensors } from "../../blueprint.js";
import { sideOf } from "../../name-hints.js";
import { activationsBehind, statedActivations } from "../shared/activations.js";
import { assumeActivation, assumeNorms, assumed } from "../shared/assume.js";
import { foldedChain } from "../shared/batch-norm.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { isDense, isNorm, layersOf } from "../shared/layers.js";
import { assumeOrder, inStatedOrder } from "./layer-order.js";

/**
 * Towers from one embedding to a score per item, by names and shapes. The embedding is the mean
 * over the items of a history (YouTube's candidate generation), or that of a trained user's id,
 * which serves to check published lists.
 *
 * @type {import("../../blueprint.js").Layout}
 */
export function towerLayout(checkpoint, options) {
  const layers = layersOf(checkpoint);
  const tables = layers.filter(
    (layer) => isDense(layer) && !layer.bias && !layer.isTransposed && sideOf(layer.path),
  );
  const chain = inStatedOrder(
    layers.filter((layer) => !tables.includes(layer) && (isDense(layer) || isNorm(layer))),
    options,
  );
  const table = tables[0]?.weight;
  if (!table || tables.length > 1 || !chain.some(isDense)) return undefined;
  const { dense, pending, notes } = foldedChain(chain, checkpoint, options);
  const isUser = sideOf(tables[0].path) === "user";
  if (pending || !isTower(dense, table.shape, isUser)) return undefined;
  const hidden = dense.slice(0, -1);
  const stated = statedActivations(options, "candidates", hidden.length);
  const { names: activations, known } = stated
    ? { names: stated, known: stated }
    : activationsBehind(hidden, checkpoint.classes, options.usualActivation ?? "relu");
  const tower = candidateTower(hidden, dense[dense.length - 1], activations);
  const output = options.output ?? "softmax";
  const used = new Set([...tables, ...chain].flatMap(({ names }) => names));
  const assumptions = assumeNorms(chain, checkpoint, options);
  assumptions.push(...assumeOrder(chain, options));
  if (known.includes(undefined)) assumptions.push(assumeActivation(activations, known));
  if (!options.output)
    assumptions.push(assumed("output", output, ["softmax", "identity"], "--output-function"));
  if (!isUser)
    assumptions.push(assumed("history", "mean of the items' rows", ["mean of the items' rows"]));
  return {
    layout: `${checkpoint.format} tower`,
    kind: "candidates",
    tensors: tower.tensors.set(isUser ? "user.embedding" : "watch.embedding", table),
    description: { activation: tower.activation, output, features: [featureOf(isUser)] },
    used,
    unused: unusedTensors(checkpoint, used, UNUSED.model),
    assumptions,
    notes,
  };
}

/**
 * Whether layers follow one another from the table's width to more outputs, one per item.
 *
 * @param {import("../shared/batch-norm.js").Dense[]} dense
 * @param {number[]} shape of the table
 * @param {boolean} isUser whether the table's rows are users, else items
 */
function isTower(dense, [rows, width], isUser) {
  const isChain = dense.every(
    ({ weight }, k) => weight.shape[1] === (k ? dense[k - 1].weight.shape[0] : width),
  );
  const items = dense.at(-1)?.weight.shape[0] ?? 0;
  return isChain && items > width && (isUser || rows === items);
}

/** @param {boolean} isUser */
const featureOf = (isUser) =>
  isUser
    ? { name: "user", kind: "categorical" }
    : { name: "watch", kind: "categorical", several: true, ids: "items", from: "history" };
