import { PocketrecError } from "../../../common/errors.js";

/**
 * Activations of PyTorch modules, by their class.
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
 * The activation behind a layer of a Sequential in a pickled module.
 *
 * @param {string} path of the layer
 * @param {Map<string, string>} classes
 */
export function activationBehind(path, classes) {
  const numbered = numberedPath(path);
  if (!numbered) return undefined;
  const { stem, number } = numbered;
  for (let k = number + 1; classes.has(`${stem}${k}`); k++) {
    const className = String(classes.get(`${stem}${k}`));
    if (className.endsWith(".Linear")) return undefined;
    const activation = activationOf(className);
    if (activation) return activation;
  }
  return undefined;
}
