import { PocketrecError } from "../../../common/errors.js";
import { autoencoderLayout } from "../by-name/autoencoder.js";
import { ncfLayout } from "../by-name/ncf.js";
import { towerLayout } from "../by-name/tower.js";
import { activationAfter, isModuleOf } from "../shared/activations.js";
import { assumed } from "../shared/assume.js";
import { isDense, layersOf, withoutCopies } from "../shared/layers.js";
import { assertModules, epsilonOf } from "./modules.js";

/**
 * Whole modules of PyTorch. Names tell what the tensors are; the classes of the submodules tell the
 * activations, the norms and what follows the output layer. What the code of forward() alone knows,
 * such as the order of a concatenation, stays an assumption.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 *
 * @typedef {object} Ending what follows the output layer
 * @property {string} [output] its function, if a submodule is it
 * @property {string} path of that submodule
 * @property {boolean} isOpen whether only forward() knows where it is used
 */

const NCF_KINDS = ["gmf", "mlp", "neumf"];

/** @type {import("../../blueprint.js").Layout} */
export function torchModule(checkpoint, options) {
  assertModules(checkpoint);
  const ending = endingOf(checkpoint);
  assertAgrees(ending, options);
  const epsilon = options.epsilon ?? epsilonOf(checkpoint);
  for (const layout of [ncfLayout, autoencoderLayout, towerLayout]) {
    const stated = options.output ?? outputFor(layout, ending);
    const blueprint = layout(checkpoint, { ...options, epsilon, output: stated });
    if (blueprint) return withEnding(blueprint, ending, options);
  }
  return undefined;
}

/** Functions that follow the last layer of a GMF, MLP or NeuMF as its output. */
const NCF_OUTPUTS = ["sigmoid", "identity"];

/**
 * The output that a layout takes as stated.
 *
 * @param {import("../../blueprint.js").Layout} layout
 * @param {Ending} ending
 * @returns {any}
 */
function outputFor(layout, { output, path }) {
  // A module without a Sigmoid gives its last layer's output, unless forward() calls the function.
  if (layout === ncfLayout && (output === undefined || output === "relu")) return "identity";
  if (layout !== ncfLayout || NCF_OUTPUTS.includes(String(output))) return output;
  const expected = "a Sigmoid, a ReLU or nothing behind the output layer";
  throw new PocketrecError("unsupported", path, expected, String(output));
}

/**
 * The submodule behind the last layer of a Sequential, or a Sigmoid that stands alone.
 *
 * @param {Checkpoint} checkpoint
 * @returns {Ending}
 */
function endingOf(checkpoint) {
  const { classes } = checkpoint;
  const { own } = withoutCopies(layersOf(checkpoint));
  const dense = own.filter(
    (layer) => isDense(layer) && isModuleOf(classes.get(layer.path), "Linear"),
  );
  const last = dense.filter(({ weight }) => weight?.shape[0] === 1).at(-1) ?? dense.at(-1);
  const behind = last && activationAfter(last.path, classes);
  if (behind?.activation && behind.path) {
    const { activation: output, path } = behind;
    return { output, path, isOpen: false };
  }
  const alone = [...classes].find(
    ([path, name]) => isModuleOf(name, "Sigmoid") && !isInSequence(path, classes),
  );
  return alone
    ? { output: "sigmoid", path: alone[0], isOpen: true }
    : { output: undefined, path: "", isOpen: true };
}

/**
 * Whether a submodule has its place in a Sequential or a list.
 *
 * @param {string} path
 * @param {Map<string, string>} classes
 */
function isInSequence(path, classes) {
  const parent = classes.get(path.slice(0, Math.max(path.lastIndexOf("."), 0)));
  return isModuleOf(parent, "Sequential") || isModuleOf(parent, "ModuleList");
}

/**
 * @param {Ending} ending
 * @param {LayoutOptions} options
 * @throws {PocketrecError} "bad-argument"
 */
function assertAgrees({ output, path, isOpen }, { output: stated }) {
  if (isOpen || stated === undefined || stated === output) return;
  const expected = `${output}, as the submodule ${path} says`;
  throw new PocketrecError("bad-argument", "--output-function", expected, stated);
}

/**
 * A Sigmoid of which only forward() knows the place is assumed to be the output function.
 *
 * @param {Blueprint} blueprint
 * @param {Ending} ending
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 */
function withEnding(blueprint, { output, isOpen }, options) {
  const { description, assumptions, kind } = blueprint;
  const isNcf = NCF_KINDS.includes(kind);
  if (isOpen && options.output === undefined && (output || isNcf)) {
    const open = assumed("output", output ?? "identity", NCF_OUTPUTS, "--output-function");
    return { ...blueprint, assumptions: [...assumptions, open] };
  }
  // A ReLU behind the last layer holds the scores above 0.
  if (output !== "relu" || !isNcf) return blueprint;
  return { ...blueprint, description: { ...description, clip: true, rating: { minimum: 0 } } };
}
