import { PocketrecError } from "../../../common/errors.js";
import { activationOf, isModuleOf } from "../shared/activations.js";

/**
 * The submodules that a model may have.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 */

/** Classes of torch.nn that layouts compute, or that change nothing at inference. */
const KNOWN = new Set(
  (
    "Linear Embedding EmbeddingBag BatchNorm1d Sequential ModuleList ModuleDict ParameterList " +
    "Flatten Unflatten Dropout Dropout1d AlphaDropout FeatureAlphaDropout DataParallel " +
    "DistributedDataParallel Softmax LogSoftmax"
  ).split(" "),
);

/** Functions that training alone needs. */
const TRAINING = /Loss$/;

/**
 * Refuses submodules that are not computed, by their path and class.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
export function assertModules({ classes, settings, tensors }) {
  for (const [path, className] of classes) {
    const name = className.split(".").at(-1) ?? "";
    if (!className.startsWith("torch.nn.") || KNOWN.has(name) || TRAINING.test(name)) {
      assertSettings(path, name, settings, tensors);
      continue;
    }
    const activation = activationAt(path, className);
    const { [`${path}.alpha`]: alpha = 1 } = settings;
    if (activation && !(activation === "elu" && alpha !== 1)) continue;
    throw refusal(path, activation ? `ELU with alpha ${alpha}` : name);
  }
}

/** @param {string} path @param {string} found */
function refusal(path, found) {
  const expected = "embeddings, dense layers, activations and batch normalisations";
  return new PocketrecError("unsupported", path, expected, found);
}

/** @param {string} path @param {string} className */
function activationAt(path, className) {
  try {
    return activationOf(className);
  } catch (error) {
    if (!(error instanceof PocketrecError)) throw error;
    throw new PocketrecError("unsupported", path, error.expected, error.found);
  }
}

/**
 * Refuses settings of a submodule with which it computes something else.
 *
 * @param {string} path
 * @param {string} name of its class
 * @param {Checkpoint["settings"]} settings
 * @param {Checkpoint["tensors"]} tensors
 */
function assertSettings(path, name, settings, tensors) {
  const setting = (/** @type {string} */ key) => settings[`${path}.${key}`];
  if (name.startsWith("Embedding") && typeof setting("max_norm") === "number")
    throw refusal(path, `${name} with max_norm ${setting("max_norm")}`);
  if (name === "EmbeddingBag" && (setting("mode") ?? "mean") !== "mean")
    throw refusal(path, `EmbeddingBag with mode ${setting("mode")}`);
  if (name === "BatchNorm1d" && !tensors.has(`${path}.running_mean`))
    throw refusal(path, "BatchNorm1d without running statistics");
}

/**
 * The epsilon of the batch normalisations, if they have one in common.
 *
 * @param {Checkpoint} checkpoint
 * @returns {number | undefined}
 * @throws {PocketrecError} "unsupported"
 */
export function epsilonOf({ classes, settings }) {
  const norms = [...classes].filter(([, name]) => isModuleOf(name, "BatchNorm1d"));
  const found = new Set(norms.map(([path]) => settings[`${path}.eps`]));
  const [epsilon] = found;
  if (found.size > 1) throw refusal(norms[0][0], "batch normalisations of several epsilons");
  return typeof epsilon === "number" ? epsilon : undefined;
}
