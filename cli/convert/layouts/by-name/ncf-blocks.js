import { sideOf } from "../../name-hints.js";
import { isDense, isNorm } from "../shared/layers.js";
import { rowsOf, widthOf } from "./ncf-tables.js";
import { trainedBlock } from "./trained-block.js";

/**
 * The blocks of a GMF, MLP or NeuMF.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("./ncf-tables.js").LayerPair} LayerPair
 *
 * @typedef {object} Blocks
 * @property {LayerPair} [gmf]
 * @property {LayerPair} [mlp]
 * @property {Layer[]} tower dense layers and batch normalisations
 * @property {"gmf" | "mlp" | "neumf"} kind
 * @property {{ layers: Layer[], reason: string, isAssumed?: boolean }} [untrained] the other block,
 *   if the file shows that it is no part
 */

/**
 * The layers that follow one another from a number of inputs on.
 *
 * @param {Layer[]} layers dense layers and batch normalisations, in order
 * @param {number} inputs
 */
function towerFrom(layers, inputs) {
  /** @type {Layer[]} */
  const tower = [];
  let width = inputs;
  for (const layer of layers) {
    // A norm of one side's rows lies before the tower.
    if (isNorm(layer) && sideOf(layer.path)) continue;
    const inputWidth = isNorm(layer) ? layer.norm?.mean.values.length : widthOf(layer);
    if (inputWidth !== width) continue;
    tower.push(layer);
    if (isDense(layer)) width = Number(rowsOf(layer));
  }
  return { tower, outputs: tower.some(isDense) ? width : 0 };
}

/**
 * The blocks of the model, which the tower's input and the output layer's width determine.
 *
 * @param {Map<string, LayerPair>} pairs
 * @param {Layer[]} hidden
 * @param {Layer | undefined} output
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {Blocks | undefined}
 */
export function blocksOf(pairs, hidden, output, checkpoint, options) {
  const plain = pairs.get("") ?? (pairs.size === 1 ? [...pairs.values()][0] : undefined);
  const gmf = pairs.get("gmf") ?? plain;
  const mlp = pairs.get("mlp") ?? plain;
  const g = gmf && widthOf(gmf.user) === widthOf(gmf.item) ? widthOf(gmf.item) : 0;
  if (!output) return g && !hidden.length ? { gmf, tower: [], kind: "gmf" } : undefined;
  const { tower, outputs } = mlp
    ? towerFrom(hidden, widthOf(mlp.user) + widthOf(mlp.item))
    : { tower: [], outputs: 0 };
  const width = widthOf(output);
  if (g && outputs && width === g + outputs) return { gmf, mlp, tower, kind: "neumf" };
  const isGmf = g > 0 && width === g;
  const isMlp = outputs > 0 && width === outputs;
  if (gmf && mlp && isGmf && isMlp) {
    const own = { gmf: { gmf, tower: [] }, mlp: { mlp, tower } };
    // With one pair of tables only the MLP uses the tower.
    if (gmf === mlp) {
      const kind = options.kind === "gmf" ? "gmf" : "mlp";
      return { ...own[kind], kind };
    }
    const others = { gmf: [mlp.user, mlp.item, ...tower], mlp: [gmf.user, gmf.item] };
    const { kind, reason, isAssumed } = trainedBlock({ gmf, mlp, others }, checkpoint, options);
    const untrained = reason ? { layers: others[kind], reason, isAssumed } : undefined;
    return { ...own[kind], kind, untrained };
  }
  if (isGmf) return { gmf, tower: [], kind: "gmf" };
  return isMlp ? { mlp, tower, kind: "mlp" } : undefined;
}
