import { PocketrecError, show } from "../../../js/common/errors.js";
import { nodesOf, referencesIn } from "./keras-calls.js";

/**
 * @typedef {import("../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./keras-calls.js").Reference} Reference
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
 * @returns {{ layers: KerasLayer[], inputs: string[], outputs: string[], ownClass?: string }} the
 *   model's inputs and outputs are layers, in order; of a Sequential model there are no inputs.
 *   ownClass: the model's class, if it is none of Keras'
 */
export function layersOf(model) {
  const budget = { layers: LAYERS_MAX };
  const top = dictionary(model, "model");
  const whole = layersOfModel(top, "", [], 0, budget);
  const type = String(top.class_name);
  const isOwn = !MODELS.has(type) || originOf(top) !== undefined;
  return { ...whole, layers: inOrder(whole.layers), ...(isOwn && { ownClass: type }) };
}

/**
 * The layer whose weights a call uses.
 * @param {string} name
 */
export const weightsOf = (name) => name.replace(/#\d+(?=\/|$)/g, "");

/**
 * @param {Dictionary} model
 * @param {string} prefix of its layers' names
 * @param {string[]} given layers whose outputs the model takes
 * @param {number} depth
 * @param {{ layers: number }} budget
 * @returns {{ layers: KerasLayer[], inputs: string[], outputs: string[] }}
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
  const { calls, inputs, outputs } = functional
    ? callsOf(entries, model, prefix, given)
    : chain(entries, prefix, given);
  const layers = calls.flatMap((call) => {
    if (--budget.layers < 0)
      throw new PocketrecError("too-large", "model", `at most ${LAYERS_MAX} layers`, "more");
    return layersOfCall(call, depth, budget);
  });
  return { layers, inputs, outputs };
}

/**
 * @typedef {Pick<KerasLayer, "masks" | "constants">} More
 * @typedef {{ name: string, type: string, entry: Dictionary, inputs: string[], more?: More }} Call
 *
 * @param {Call} call
 * @param {number} depth
 * @param {{ layers: number }} budget
 * @returns {KerasLayer[]}
 */
function layersOfCall({ name, type, entry, inputs, more }, depth, budget) {
  const origin = originOf(entry);
  const known = { name, type, ...more, ...(origin !== undefined && { origin }) };
  if (!MODELS.has(type)) return [{ ...known, config: config(entry), inputs }];
  const inner = layersOfModel(entry, `${name}/`, inputs, depth + 1, budget);
  return [...inner.layers, { ...known, config: {}, inputs: inner.outputs }];
}

/** Modules of Keras' own layers and models. */
const KERAS = /^(tf_|tensorflow\.(python\.)?)?keras(\.src)?(\.(layers|models|engine)\b|$)/;

/**
 * The module of a class that is none of Keras' own layers, as far as Keras 3 says it.
 *
 * @param {Dictionary} entry
 * @returns {string | undefined}
 */
function originOf({ module, class_name: type, registered_name: registered }) {
  const isOther = typeof module === "string" && !KERAS.test(module);
  if (isOther) return module;
  const isOwn = typeof registered !== "string" || registered === type;
  return isOwn ? undefined : registered.slice(0, Math.max(registered.indexOf(">"), 0));
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
  if (typeof name === "string" && typeof entry.class_name === "string") {
    if (name !== weightsOf(name)) {
      const expected = "a layer's name that does not end in # and a number";
      throw new PocketrecError("unsupported", show(name), expected, "one that does");
    }
    return { name, type: entry.class_name };
  }
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
  return { calls, inputs: [], outputs };
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
  const named = entries.map((entry, at) => ({
    ...nameOf(entry, at),
    entry,
    nodes: nodesOf(entry),
  }));
  const ends = [config(model).input_layers, config(model).output_layers].map(referencesIn);
  const [inputs, outputs] = ends;
  const nameOfCall = callNames(named, prefix, ends.flat());
  const calls = named.flatMap(({ name, type, entry, nodes }) => {
    const at = inputs.findIndex(([input]) => input === name);
    const from = at >= 0 && at < given.length ? [given[at]] : [];
    if (!nodes.length) return [{ name: prefix + name, type, entry, inputs: from }];
    return nodes.map(({ tensors, masks, constants }, k) => ({
      name: callName(prefix + name, k),
      type,
      entry,
      inputs: tensors.map(nameOfCall),
      more: { masks: masks.map(nameOfCall), constants },
    }));
  });
  return { calls, inputs: inputs.map(nameOfCall), outputs: outputs.map(nameOfCall) };
}

/**
 * The names of calls, by what refers to them. A nested functional model's calls are counted from 1:
 * call 0 is the one that made it.
 *
 * @param {{ name: string, type: string, nodes: import("./keras-calls.js").Node[] }[]} layers
 * @param {string} prefix
 * @param {Reference[]} ends
 * @returns {(reference: Reference) => string}
 */
function callNames(layers, prefix, ends) {
  const counts = new Map(layers.map(({ name, nodes }) => [name, Math.max(nodes.length, 1)]));
  const taken = layers.flatMap(({ nodes }) => nodes.flatMap(({ tensors }) => tensors));
  const last = new Map();
  for (const [name, call] of [...taken, ...ends])
    last.set(name, Math.max(call, last.get(name) ?? 0));
  const firsts = new Map(
    layers.map(({ name, type }) => [
      name,
      Number(MODELS.has(type) && last.get(name) === counts.get(name)),
    ]),
  );
  return ([name, call]) => {
    const count = counts.get(name);
    const at = call - (firsts.get(name) ?? 0);
    if (count !== undefined && at >= 0 && at < count) return callName(prefix + name, at);
    const found = count === undefined ? "no such layer" : `call ${call} of ${count}`;
    throw new PocketrecError("bad-metadata", show(name), "a layer of the model", found);
  };
}

/** @param {Dictionary} model */
const config = (model) => (isDictionary(model.config) ? model.config : {});

/**
 * @param {string} name
 * @param {number} node
 */
const callName = (name, node) => (node ? `${name}#${node}` : name);

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
