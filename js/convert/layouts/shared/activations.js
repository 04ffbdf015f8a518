import { PocketrecError, show } from "../../../common/errors.js";
import { ANY_ACTIVATION, MONOTONIC } from "../../../families/activations.js";

/**
 * Activations of PyTorch modules, by their class, and where they stand in a Sequential or a
 * ModuleList, nested ones included.
 *
 * @typedef {Map<string, string>} Classes by the path of each submodule
 */

/** By the class name in lower case. @type {Record<string, string>} */
const ACTIVATIONS = {
  relu: "relu",
  tanh: "tanh",
  sigmoid: "sigmoid",
  elu: "elu",
  selu: "selu",
  silu: "swish",
  swish: "swish",
  identity: "identity",
};

/** Activations that the kernels do not compute. */
const UNSUPPORTED = new Set(
  (
    "leakyrelu prelu gelu softplus mish hardtanh hardswish hardsigmoid relu6 celu rrelu glu " +
    "softsign logsigmoid"
  ).split(" "),
);

/**
 * The activation of a PyTorch class: "torch.nn.modules.activation.ReLU" is "relu".
 *
 * @param {string} className
 * @returns {string | undefined} undefined: no activation
 * @throws {PocketrecError} "unsupported"
 */
export function activationOf(className) {
  const name = className.split(".").at(-1)?.toLowerCase() ?? "";
  if (!UNSUPPORTED.has(name)) return ACTIVATIONS[name];
  const expected = [...new Set(Object.values(ACTIVATIONS))].join(", ");
  throw new PocketrecError("unsupported", "activation", expected, className);
}

/**
 * The parts of a path that ends with a number, as those of a Sequential do.
 * @param {string} path
 */
export function numberedPath(path) {
  const match = path.match(/^(.*?)(\d+)$/);
  return match ? { stem: match[1], number: Number(match[2]) } : undefined;
}

/**
 * Whether a class is one of torch.nn by its name: "torch.nn.modules.linear.Linear" is a Linear.
 *
 * @param {string | undefined} className
 * @param {string} name
 */
export const isModuleOf = (className, name) =>
  className !== undefined && className.split(".").at(-1) === name;

/** @param {string | undefined} className */
const isSequence = (className) =>
  isModuleOf(className, "Sequential") || isModuleOf(className, "ModuleList");

/** @param {string} path */
const parentOf = (path) => path.slice(0, Math.max(path.lastIndexOf("."), 0));

/**
 * The submodules of the outermost sequence around a submodule, in the order in which they run;
 * sequences themselves are left out.
 *
 * @param {string} path
 * @param {Classes} classes
 * @returns {string[]} paths; none if it is in no sequence
 */
function sequenceAround(path, classes) {
  let root = "";
  for (let at = parentOf(path); isSequence(classes.get(at)); at = parentOf(at)) {
    root = at;
    if (at === "") break;
  }
  if (!isSequence(classes.get(root))) return [];
  const prefix = root === "" ? "" : `${root}.`;
  return [...classes.keys()].filter(
    (name) => name !== root && name.startsWith(prefix) && !isSequence(classes.get(name)),
  );
}

/**
 * The activation behind a layer in its sequence. A sequence that has activations elsewhere has none
 * where it shows none: that layer is linear. Behind the last layer of a sequence forward() may
 * still call a function.
 *
 * @param {string} path of the layer
 * @param {Classes} classes
 * @returns {{ activation: string, path?: string, isOpen?: boolean } | undefined} undefined: the
 *   classes do not tell; path: of the activation's submodule; isOpen: whether forward() may differ
 */
export function activationAfter(path, classes) {
  const sequence = sequenceAround(path, classes);
  const activationAt = (/** @type {string} */ at) => activationOf(String(classes.get(at)));
  const isActive = sequence.some(activationAt);
  for (const at of sequence.slice(sequence.indexOf(path) + 1)) {
    if (isModuleOf(classes.get(at), "Linear"))
      return isActive ? { activation: "identity" } : undefined;
    const activation = activationAt(at);
    if (activation) return { activation, path: at };
  }
  return isActive ? { activation: "identity", isOpen: true } : undefined;
}

/**
 * Whether an activation lies between two submodules of a sequence that has activations.
 *
 * @param {string} first path
 * @param {string} second path
 * @param {Classes} classes
 * @returns {boolean | undefined} undefined: the classes do not tell
 */
export function isActiveBetween(first, second, classes) {
  const sequence = sequenceAround(first, classes);
  const [from, to] = [sequence.indexOf(first), sequence.indexOf(second)];
  const isActivation = (/** @type {string} */ at) => activationOf(String(classes.get(at)));
  if (from < 0 || to < from || !sequence.some(isActivation)) return undefined;
  return sequence.slice(from, to).some(isActivation);
}

/**
 * The activations behind layers, as far as the classes tell them.
 *
 * @param {{ path: string }[]} layers
 * @param {Classes} classes
 * @param {string} usual the activation of a layer of which they tell nothing
 * @returns {{ names: string[], known: (string | undefined)[] }} names: to be taken; known: those
 *   that are certain
 */
export function activationsBehind(layers, classes, usual) {
  const found = layers.map(({ path }) => activationAfter(path, classes));
  return {
    names: found.map((one) => one?.activation ?? usual),
    known: found.map((one) => (one?.isOpen ? undefined : one?.activation)),
  };
}

/** Kinds whose layers may have an activation that is not monotonic. */
const ANY_KINDS = new Set(["autoencoder", "autorec-user", "autorec-item", "cdae", "mult-dae"]);

/**
 * The activations that --activation states: one for all hidden layers, or one a layer.
 *
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @param {string} kind
 * @param {number} count of hidden layers
 * @returns {string[] | undefined} one a layer
 * @throws {PocketrecError} "bad-argument"
 */
export function statedActivations({ activation }, kind, count) {
  if (activation === undefined) return undefined;
  const names = activation.split(",").map((name) => name.trim());
  const known = ANY_KINDS.has(kind) ? ANY_ACTIVATION : MONOTONIC;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) {
    const expected = known.join(", ");
    throw new PocketrecError("bad-argument", "--activation", expected, show(wrong));
  }
  if (names.length === 1) return Array(count).fill(names[0]);
  if (names.length === count) return names;
  const expected = `one name, or ${count}, one for each hidden layer`;
  throw new PocketrecError("bad-argument", "--activation", expected, show(activation));
}

/**
 * One name where all layers have the same activation.
 * @param {string[]} names
 * @returns {string | string[]}
 */
export const compactActivations = (names) =>
  names.every((name) => name === names[0]) ? (names[0] ?? "relu") : names;
