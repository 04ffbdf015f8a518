import { unusedTensors } from "../../blueprint.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { activationBehind, foldedChain } from "../shared/batch-norm.js";
import { isDense, isNorm, unitsOf } from "../shared/layers.js";
import { sideOf } from "../../name-hints.js";

/**
 * Towers from one embedding to a score for each item, by names and shapes: of the items of a
 * history, averaged (YouTube's candidate generation), or of the id of somebody who was trained,
 * which is there to check published lists.
 *
 * @typedef {import("../shared/layers.js").Unit} Unit
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @type {import("../../blueprint.js").Layout}
 */
export function towerLayout(checkpoint, options) {
  const units = unitsOf(checkpoint);
  const tables = units.filter(
    (unit) => isDense(unit) && !unit.bias && !unit.isTransposed && sideOf(unit.path) !== undefined,
  );
  const chain = units.filter((unit) => !tables.includes(unit) && (isDense(unit) || isNorm(unit)));
  const table = tables[0]?.weight;
  if (!table || tables.length > 1 || !chain.some(isDense)) return undefined;
  const { layers, left, notes } = foldedChain(chain, checkpoint);
  const items = layers.at(-1)?.weight.shape[0] ?? 0;
  const isChain = layers.every(
    ({ weight }, k) => weight.shape[1] === (k ? layers[k - 1].weight.shape[0] : table.shape[1]),
  );
  const isUser = sideOf(tables[0].path) === "user";
  if (left || !isChain || items <= table.shape[1] || (!isUser && table.shape[0] !== items))
    return undefined;
  const hidden = layers.slice(0, -1);
  const told = options.activation?.split(",");
  const activations = hidden.map(
    ({ path }, k) =>
      told?.[told.length === 1 ? 0 : k] ?? activationBehind(path, checkpoint.classes) ?? "relu",
  );
  const { tensors, activation } = candidateTower(hidden, layers[layers.length - 1], activations);
  const used = new Set([...tables, ...chain].flatMap(({ names }) => names));
  tensors.set(isUser ? "user.embedding" : "watch.embedding", table);
  const features = [
    isUser
      ? { name: "user", kind: "categorical" }
      : { name: "watch", kind: "categorical", several: true, ids: "items", from: "history" },
  ];
  const assumed = `${told ? "" : "the tower's activation is taken as relu, --activation says otherwise; "}the output is taken as ${options.output ?? "softmax"}`;
  return {
    layout: `${checkpoint.format} tower`,
    kind: "candidates",
    tensors,
    description: { activation, output: options.output ?? "softmax", features },
    used,
    unused: unusedTensors(checkpoint, used, "the model does not use it"),
    notes: [
      ...notes,
      assumed,
      ...(isUser ? [] : ["a person is the mean of their items' embeddings"]),
    ],
  };
}
