import { PocketrecError, show } from "../../../../js/common/errors.js";
import { ANY_ACTIVATION, MONOTONIC } from "../../../../js/families/activations.js";

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

/** Whether a class is not of PyTorch: what it computes is in code alone. @param {string} name */
export const isOpaque = (name) => !name.startsWith("torch.nn.");

/**
 * The class of the innermost submodule that an attribute belongs to.
 *
 * @param {string} path of the attribute
 * @param {Classes} classes
 * @returns {string | undefined}
 */
export function ownerOf(path, classes) {
  for (let at = path; at !== "";) {
    at = parentOf(at);
    const owner = classes.get(at);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/**
 * The outermost sequence around a submodule.
 *
 * @param {string} path
 * @param {Classes} classes
 * @returns {string | undefined} its path; undefined: the submodule is in no sequence
 */
function rootOf(path, classes) {
  let root = undefined;
  for (let at = path; at !== "" && isSequence(classes.get(parentOf(at))); at = parentOf(at))
    root = parentOf(at);
  return root;
}

/**
 * The submodules of the outermost sequence around a submodule, in the order in which they run;
 * sequences themselves are left out, and what is inside of other containers.
 *
 * @param {string} path
 * @param {Classes} classes
 * @returns {string[]} paths; none if it is in no sequence
 */
function sequenceAround(path, classes) {
  const root = rootOf(path, classes);
  if (root === undefined) return [];
  return [...classes.keys()].filter(
    (name) => rootOf(name, classes) === root && !isSequence(classes.get(name)),
  );
}

/**
 * All sequences of a module, each with its submodules in order.
 *
 * @param {Classes} classes
 * @returns {string[][]}
 */
export function sequencesOf(classes) {
  /** @type {Map<string, string[]>} */
  const sequences = new Map();
  for (const [path, className] of classes) {
    const root = rootOf(path, classes);
    if (root === undefined || isSequence(className)) continue;
    const list = sequences.get(root) ?? [];
    sequences.set(root, list);
    list.push(path);
  }
  return [...sequences.values()];
}

/** Functions that change nothing where they are applied again. */
const IDEMPOTENT = new Set(["relu", "identity"]);

/**
 * The one function that activations make which follow one another.
 *
 * @param {{ activation: string, path: string }[]} list
 * @returns {{ activation: string, path: string } | undefined} undefined: there is none
 * @throws {PocketrecError} "unsupported": several
 */
function composed(list) {
  const active = list.filter(({ activation }) => activation !== "identity");
  const [first = list[0], ...others] = active;
  const other = others.find(
    ({ activation }) => activation !== first.activation || !IDEMPOTENT.has(activation),
  );
  if (!other) return first;
  const expected = "one activation behind a layer";
  const found = `${other.activation} behind ${first.activation}`;
  throw new PocketrecError("unsupported", other.path, expected, found);
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
 * @throws {PocketrecError} "unsupported": two activations
 */
export function activationAfter(path, classes) {
  const sequence = sequenceAround(path, classes);
  const activationAt = (/** @type {string} */ at) => activationOf(String(classes.get(at)));
  const behind = sequence.slice(sequence.indexOf(path) + 1);
  const end = behind.findIndex(
    (at) => isModuleOf(classes.get(at), "Linear") || isOpaque(String(classes.get(at))),
  );
  const found = composed(
    behind.slice(0, end < 0 ? undefined : end).flatMap((at) => {
      const activation = activationAt(at);
      return activation ? [{ activation, path: at }] : [];
    }),
  );
  const isActive = sequence.some(activationAt);
  if (end >= 0 && isOpaque(String(classes.get(behind[end])))) return undefined;
  if (found || !isActive) return found;
  return end < 0 ? { activation: "identity", isOpen: true } : { activation: "identity" };
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
  if (sequence.slice(from, to).some((at) => isOpaque(String(classes.get(at))))) return undefined;
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
