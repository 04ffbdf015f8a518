import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * What a call of a layer takes, as the configurations of Keras 1, 2 and 3 write it.
 *
 * @typedef {[string, number]} Reference a layer's name, and the index of its call
 *
 * @typedef {object} Node
 * @property {Reference[]} tensors in order
 * @property {Reference[]} masks given as the argument of that name
 * @property {Record<string, unknown>} constants other arguments by their names, or "arguments"
 */

/**
 * The arguments of each call of a layer.
 *
 * @param {Record<string, unknown>} entry of the configuration
 * @returns {Node[]}
 */
export function nodesOf({ inbound_nodes: nodes }) {
  if (!Array.isArray(nodes)) return [];
  return nodes.map(nodeOf).filter(({ tensors }) => tensors.length > 0);
}

/**
 * The layers' outputs that a configuration lists.
 * @param {unknown} value
 */
export const referencesIn = (value) => nodeOf(value).tensors;

/**
 * @param {unknown} value at most as deep as parseConfig allows
 * @returns {Node}
 */
function nodeOf(value) {
  /** @type {Node} */
  const node = { tensors: [], masks: [], constants: {} };
  collect(value, "arguments", node);
  return node;
}

/**
 * Every ["layer", call, output] and every { keras_history: [...] } in a value, in order, and what
 * else is in it.
 *
 * @param {unknown} value
 * @param {string} name of the argument
 * @param {Node} node changed
 */
function collect(value, name, node) {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    if (typeof value[0] === "string" && Number.isInteger(value[1])) addReference(value, name, node);
    else for (const each of value) collect(each, name, node);
    return;
  }
  if (!isDictionary(value)) {
    // The name of an operator, and training=false, change nothing.
    const isSilent = name === "name" || (name === "training" && value === false);
    if (!isSilent) node.constants[name] = value;
    return;
  }
  const history = value.keras_history ?? historyOf(value);
  if (history) return collect(history, name, node);
  for (const [key, inner] of Object.entries(value))
    collect(inner, key === "args" || key === "kwargs" ? name : key, node);
}

/**
 * The tensor that Keras 3 writes as { class_name: "__keras_tensor__", config: { keras_history }}.
 * @param {Record<string, unknown>} value
 */
const historyOf = ({ config }) => (isDictionary(config) ? config.keras_history : undefined);

/**
 * @param {unknown[]} reference Keras 2 has further arguments behind it: ["a", 0, 0, { y: ["b", 0,
 *   0] }]
 * @param {string} name
 * @param {Node} node changed
 */
function addReference([layer, call, output = 0, more], name, node) {
  if (output !== 0)
    throw new PocketrecError("unsupported", show(layer), "its only output", `output ${output}`);
  const list = name === "mask" ? node.masks : node.tensors;
  list.push([/** @type {string} */ (layer), /** @type {number} */ (call)]);
  collect(more, name, node);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isDictionary = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
