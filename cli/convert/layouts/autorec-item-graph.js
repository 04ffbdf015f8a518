import { autorecItemLayout } from "./by-name/autorec-item.js";

/**
 * Item-based AutoRec of a file with a graph: the graph is that of an autoencoder over the users,
 * and says the activation and the output.
 *
 * @typedef {import("../blueprint.js").Layout} Layout
 *
 * @param {Layout} graphLayout
 * @returns {Layout}
 */
export const autorecItemGraph = (graphLayout) => (checkpoint, options) => {
  if (options.kind !== "autorec-item") return undefined;
  const graph = graphLayout(checkpoint, { ...options, kind: "autorec-user" });
  if (!graph) return undefined;
  const { tensors, used, unused } = graph;
  const { activation, output } = /** @type {any} */ (graph.description);
  const chain = { ...checkpoint, tensors };
  const made = autorecItemLayout(chain, { ...options, activation: [activation].flat()[0], output });
  return made && { ...made, used, unused };
};
