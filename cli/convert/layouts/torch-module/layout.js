import { PocketrecError } from "../../../../js/common/errors.js";
import { autoencoderLayout } from "../by-name/autoencoder.js";
import { ncfLayout } from "../by-name/ncf.js";
import { towerLayout } from "../by-name/tower.js";
import { activationAfter, isModuleOf, sequencesOf } from "../shared/activations.js";
import { assumed } from "../shared/assume.js";
import { isDense, layersOf, withoutCopies } from "../shared/layers.js";
import { loneActivations, usualActivation } from "./lone-activations.js";
import { epsilonOf } from "./modules.js";
import { assertSequences } from "./sequences.js";

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
  assertSequences(checkpoint);
  const ending = endingOf(checkpoint);
  assertAgrees(ending, options);
  const epsilon = options.epsilon ?? epsilonOf(checkpoint);
  const lone = loneActivations(checkpoint);
  const usual = usualActivation(lone, ending.isOpen);
  for (const layout of [ncfLayout, autoencoderLayout, towerLayout]) {
    const isNcf = layout === ncfLayout;
    const output = options.output ?? outputFor(isNcf, ending);
    const more = { epsilon, output, ...(usual ? { usualActivation: usual } : {}) };
    const blueprint = layout(checkpoint, { ...options, ...more });
    if (!blueprint) continue;
    assertEnding(ending, isNcf ? NCF_ENDINGS : OUTPUTS);
    return withUncalled(withEnding(blueprint, ending, options), lone, options);
  }
  return undefined;
}

/**
 * Activations that no layer and no output takes are not used.
 *
 * @param {Blueprint} blueprint
 * @param {import("./lone-activations.js").Lone[]} lone
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 */
function withUncalled(blueprint, lone, { activation: stated }) {
  const { assumptions, description } = blueprint;
  const isOpen =
    stated !== undefined || assumptions.some(({ subject }) => subject === "activation");
  const taken = [description.output, ...(isOpen ? [description.activation].flat() : [])];
  const unused = lone.filter(({ name }) => !taken.includes(name));
  if (!unused.length) return blueprint;
  const words = unused.map(({ path, name }) => `${path} (${name})`);
  return { ...blueprint, assumptions: [...assumptions, assumed("unused", words, [words])] };
}

/** Functions that may follow the last layer of a GMF, MLP or NeuMF, and of other models. */
const NCF_ENDINGS = ["sigmoid", "identity", "relu"];
const OUTPUTS = ["sigmoid", "identity", "softmax"];

/**
 * The output that a layout takes as stated. A module without a Sigmoid gives its last layer's
 * output, unless forward() calls the function; a ReLU behind it holds the scores above 0.
 *
 * @param {boolean} isNcf
 * @param {Ending} ending
 * @returns {any}
 */
const outputFor = (isNcf, { output }) =>
  isNcf && output !== "sigmoid"
    ? "identity"
    : OUTPUTS.includes(String(output))
      ? output
      : undefined;

/**
 * @param {Ending} ending
 * @param {string[]} known
 * @throws {PocketrecError} "unsupported"
 */
function assertEnding({ output, path }, known) {
  if (output === undefined || known.includes(output)) return;
  const expected = `${known.join(", ")} or nothing behind the output layer`;
  throw new PocketrecError("unsupported", path, expected, output);
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
  const softmax = pathOf(classes, "Softmax");
  if (softmax !== undefined) {
    const isOpen = !isInSequence(softmax, classes);
    return { output: "softmax", path: softmax, isOpen };
  }
  const behind = last && activationAfter(last.path, classes);
  if (behind?.activation && behind.path) {
    const { activation: output, path } = behind;
    return { output, path, isOpen: false };
  }
  const alone = [...classes].find(
    ([path, name]) => isModuleOf(name, "Sigmoid") && !isBehindLayer(path, classes),
  );
  return alone
    ? { output: "sigmoid", path: alone[0], isOpen: true }
    : { output: undefined, path: "", isOpen: true };
}

/**
 * The path of the first submodule of a class.
 *
 * @param {Map<string, string>} classes
 * @param {string} name
 */
const pathOf = (classes, name) =>
  [...classes].find(([, className]) => isModuleOf(className, name))?.[0];

/**
 * Whether a submodule stands in a sequence that has layers.
 *
 * @param {string} path
 * @param {Map<string, string>} classes
 */
const isBehindLayer = (path, classes) =>
  sequencesOf(classes).some(
    (sequence) =>
      sequence.includes(path) && sequence.some((at) => isModuleOf(classes.get(at), "Linear")),
  );

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
    const value = output ?? "identity";
    const others = [...new Set([value, "sigmoid", "identity"])];
    const open = assumed("output", value, others, "--output-function");
    return { ...blueprint, assumptions: [...assumptions, open] };
  }
  // A ReLU behind the last layer holds the scores above 0.
  if (output !== "relu" || !isNcf) return blueprint;
  return { ...blueprint, description: { ...description, clip: true, rating: { minimum: 0 } } };
}
