import { PocketrecError, show } from "../../common/errors.js";

/**
 * @typedef {import("../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {Record<string, unknown>} Dictionary
 */

const TEXT_MAX = 2 ** 26;
const DEPTH_MAX = 100;
const LAYERS_MAX = 10_000;
const MODELS_DEEP_MAX = 8;

/** Classes of models, which contain layers. */
const MODELS = new Set(["Sequential", "Functional", "Model"]);

/**
 * Parses untrusted JSON of limited size and depth.
 *
 * @param {string} text
 * @param {string} subject
 * @returns {unknown}
 */
export function parseConfig(text, subject) {
  if (text.length > TEXT_MAX)
    throw new PocketrecError(
      "too-large",
      subject,
      `at most ${TEXT_MAX} characters`,
      `${text.length}`,
    );
  assertDepth(text, subject);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-metadata", subject, "JSON", "something else", { cause });
  }
}

/**
 * Brackets inside strings count as well: a configuration has few of them.
 *
 * @param {string} text
 * @param {string} subject
 */
function assertDepth(text, subject) {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > DEPTH_MAX)
      throw new PocketrecError("too-large", subject, `at most ${DEPTH_MAX} levels`, "more");
  }
}

/**
 * The layers of a model's configuration of Keras 1, 2 or 3, in topological order. A nested model
 * gives its layers ("encoder/dense_1"), then a layer of its own name with the model's output. A
 * layer that is called several times gives one entry per call: "norm", "norm#1", "norm#2".
 *
 * @param {unknown} model { class_name, config }
 * @returns {KerasLayer[]}
 */
export function layersOf(model) {
  const budget = { layers: LAYERS_MAX };
  return inOrder(layersOfModel(dictionary(model, "model"), "", [], 0, budget).layers);
}

/**
 * The layer whose weights a call uses.
 * @param {string} name
 */
export const weightsOf = (name) => name.replace(/#\d+$/, "");

/**
 * @param {Dictionary} model
 * @param {string} prefix of its layers' names
 * @param {string[]} given layers whose outputs the model takes
 * @param {number} depth
 * @param {{ layers: number }} budget
 * @returns {{ layers: KerasLayer[], outputs: string[] }}
 */
function layersOfModel(model, prefix, given, depth, budget) {
  if (depth > MODELS_DEEP_MAX) {
    throw new PocketrecError(
      "too-large",
      prefix,
      `at most ${MODELS_DEEP_MAX} nested models`,
      "more",
    );
  }
  const entries = entriesOf(model);
  const functional = entries.some((entry) => Array.isArray(entry.inbound_nodes));
  const { calls, outputs } = functional
    ? callsOf(entries, model, prefix, given)
    : chain(entries, prefix, given);
  const layers = calls.flatMap((call) => {
    if (--budget.layers < 0)
      throw new PocketrecError("too-large", "model", `at most ${LAYERS_MAX} layers`, "more");
    return layersOfCall(call, depth, budget);
  });
  return { layers, outputs };
}

/**
 * @typedef {{ name: string, type: string, entry: Dictionary, inputs: string[] }} Call
 *
 * @param {Call} call
 * @param {number} depth
 * @param {{ layers: number }} budget
 * @returns {KerasLayer[]}
 */
function layersOfCall({ name, type, entry, inputs }, depth, budget) {
  const config = entry.config;
  if (!MODELS.has(type))
    return [{ name, type, config: isDictionary(config) ? config : {}, inputs }];
  const inner = layersOfModel(entry, `${name}/`, inputs, depth + 1, budget);
  return [...inner.layers, { name, type, config: {}, inputs: inner.outputs }];
}

/**
 * @param {Dictionary} model
 * @returns {Dictionary[]}
 */
function entriesOf(model) {
  const config = model.config;
  const entries = Array.isArray(config) ? config : isDictionary(config) ? config.layers : undefined;
  if (!Array.isArray(entries))
    throw new PocketrecError("bad-metadata", "model", "a list of layers", show(config));
  return entries.map((entry) => dictionary(entry, "layer"));
}

/**
 * @param {Dictionary} entry
 * @param {number} at
 */
function nameOf(entry, at) {
  const inner = isDictionary(entry.config) ? entry.config.name : undefined;
  const name = entry.name ?? inner ?? `layer ${at}`;
  if (typeof name === "string" && typeof entry.class_name === "string")
    return { name, type: entry.class_name };
  throw new PocketrecError(
    "bad-metadata",
    "layer",
    "a name and a class",
    `${show(name)} and ${show(entry.class_name)}`,
  );
}

/**
 * A Sequential model: each layer takes the previous output.
 *
 * @param {Dictionary[]} entries
 * @param {string} prefix
 * @param {string[]} given
 */
function chain(entries, prefix, given) {
  let outputs = given;
  const calls = entries.map((entry, at) => {
    const { name, type } = nameOf(entry, at);
    const call = { name: prefix + name, type, entry, inputs: outputs };
    outputs = [call.name];
    return call;
  });
  return { calls, outputs };
}

/**
 * A functional model: each layer lists its inputs.
 *
 * @param {Dictionary[]} entries
 * @param {Dictionary} model
 * @param {string} prefix
 * @param {string[]} given
 */
function callsOf(entries, model, prefix, given) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const named = entries.map((entry, at) => ({
    ...nameOf(entry, at),
    entry,
    nodes: nodesOf(entry),
  }));
  for (const { name, nodes } of named) counts.set(name, Math.max(nodes.length, 1));
  const nameOfCall = (/** @type {Reference} */ [name, node]) => {
    const count = counts.get(name);
    if (count === undefined)
      throw new PocketrecError("bad-metadata", show(name), "a layer of the model", "no such layer");
    return callName(prefix + name, Math.min(node, count - 1));
  };
  const inputs = referencesIn(config(model).input_layers).map(([name]) => name);
  const calls = named.flatMap(({ name, type, entry, nodes }) => {
    const at = inputs.indexOf(name);
    const from = at >= 0 && at < given.length ? [given[at]] : [];
    if (!nodes.length) return [{ name: prefix + name, type, entry, inputs: from }];
    return nodes.map((node, k) => ({
      name: callName(prefix + name, k),
      type,
      entry,
      inputs: node.map(nameOfCall),
    }));
  });
  return { calls, outputs: referencesIn(config(model).output_layers).map(nameOfCall) };
}

/** @param {Dictionary} model */
const config = (model) => (isDictionary(model.config) ? model.config : {});

/**
 * @param {string} name
 * @param {number} node
 */
const callName = (name, node) => (node ? `${name}#${node}` : name);

/**
 * @typedef {[string, number]} Reference a layer's name, and the index of its call
 *
 * @param {Dictionary} entry
 * @returns {Reference[][]} the inputs of each call
 */
function nodesOf(entry) {
  const nodes = entry.inbound_nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.map(referencesIn).filter((node) => node.length > 0);
}

/**
 * Every ["layer", call, output] and every { keras_history: [...] } in a value, in order.
 * @param {unknown} value at most as deep as parseConfig allows
 * @returns {Reference[]}
 */
function referencesIn(value) {
  if (Array.isArray(value)) {
    if (typeof value[0] === "string" && Number.isInteger(value[1])) {
      // Keras 2 has further tensors, where a layer takes them by name, in the dictionary behind:
      // ["a", 0, 0, { y: ["b", 0, 0] }].
      return [[value[0], Math.max(value[1], 0)], ...referencesIn(value[3])];
    }
    return value.flatMap(referencesIn);
  }
  if (!isDictionary(value)) return [];
  if (value.keras_history) return referencesIn(value.keras_history);
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "mask" ? [] : referencesIn(inner),
  );
}

/**
 * Sorts layers topologically; the file's order stays where it is one.
 *
 * @param {KerasLayer[]} layers
 * @returns {KerasLayer[]}
 */
function inOrder(layers) {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  if (byName.size < layers.length)
    throw new PocketrecError("bad-metadata", "model", "distinct layer names", "a duplicate");
  const done = new Set();
  const open = new Set();
  const stack = [...layers].reverse();
  while (stack.length) {
    const layer = /** @type {KerasLayer} */ (stack.at(-1));
    const waits = done.has(layer)
      ? []
      : layer.inputs.map((name) => byName.get(name)).filter((input) => input && !done.has(input));
    if (!waits.length) {
      done.add(layer);
      stack.pop();
    } else if (open.has(layer)) {
      throw new PocketrecError("bad-metadata", layer.name, "a graph without cycles", "a cycle");
    } else {
      open.add(layer);
      for (const input of waits) stack.push(/** @type {KerasLayer} */ (input));
    }
  }
  return [...done];
}

/**
 * @param {unknown} value
 * @returns {value is Dictionary}
 */
const isDictionary = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {unknown} value
 * @param {string} subject
 */
function dictionary(value, subject) {
  if (isDictionary(value)) return value;
  throw new PocketrecError("bad-metadata", subject, "an object", show(value));
}
