import { PocketrecError } from "../../../../js/common/errors.js";
import { activationOf, isModuleOf, isOpaque } from "../shared/activations.js";

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
    "DistributedDataParallel Softmax"
  ).split(" "),
);

/** A class of torch.nn itself: a quantised one, as torch.nn.quantized has, computes otherwise. */
const TORCH = /^torch\.nn\.(modules|parallel)\.\w+\.\w+$/;

/** Functions that training alone needs. */
const TRAINING = /Loss$|^torchmetrics\./;

/** Leaves of other packages that compute what a class of torch.nn or a layout computes. */
const LIBRARIES = new RegExp(
  "^((spotlight|fastai)\\.layers\\.(Scaled|Zero)?Embedding$|deepctr_torch\\.|" +
    "torch_geometric\\.nn\\.(conv\\.lg_conv\\.LGConv$|aggr\\.))",
);

/** The way out of a refusal, where a submodule is not called. @param {string} path */
const ignoreHint = (path) => `If the scores do not depend on it: --ignore ${path}.`;

/**
 * Refuses submodules that are not computed, by their path and class.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
export function assertModules(checkpoint) {
  const { classes, settings, tensors } = checkpoint;
  assertNoHooks(checkpoint);
  assertNoSequence(classes);
  const parents = parentsIn(classes);
  for (const [path, className] of classes) {
    const name = className.split(".").at(-1) ?? "";
    if (TRAINING.test(className) || LIBRARIES.test(className)) continue;
    if (isOpaque(className)) assertContainer(path, className, parents.has(path));
    else if (TORCH.test(className) && KNOWN.has(name))
      assertSettings(path, name, settings, tensors);
    else assertActivation(path, className, settings);
  }
}

/**
 * Refuses functions that run beside the code of a class, such as weight_norm.
 *
 * @param {Checkpoint} checkpoint
 */
function assertNoHooks({ hooks = new Map() }) {
  const [hook] = hooks;
  if (!hook) return;
  const [path, found] = hook;
  const [, call] = CALLS.find(([pattern]) => pattern.test(found)) ?? [];
  const hint = call
    ? `Before saving, call torch.nn.utils.${call}(model.${path}, "weight").`
    : "Remove the hook before saving, or save model.state_dict() and use --expect.";
  throw new PocketrecError("unsupported", path || "model", "a module without hooks", found, {
    hint,
  });
}

/** Layers of sequence models, which are recognised by the names in a state dict. */
const SEQUENCE = /^torch\.nn\.modules\.(activation\.MultiheadAttention|rnn\.GRU(Cell)?)$/;

/**
 * Refuses a pickled sequence model with the way out.
 * @param {Checkpoint["classes"]} classes
 */
function assertNoSequence(classes) {
  const [path, className] = [...classes].find(([, name]) => SEQUENCE.test(name)) ?? [];
  if (path === undefined) return;
  const hint = 'Save the weights alone: torch.save(model.state_dict(), "model.pt").';
  const found = `a whole module with ${className?.split(".").at(-1)}`;
  throw new PocketrecError("unsupported", path, "a sequence model as a state dict", found, {
    hint,
  });
}

/** What takes hooks of PyTorch away, and keeps their effect. @type {[RegExp, string][]} */
const CALLS = [
  [/WeightNorm/, "remove_weight_norm"],
  [/SpectralNorm/, "remove_spectral_norm"],
  [/\.prune\./, "prune.remove"],
];

/**
 * The paths that have submodules.
 * @param {Map<string, string>} classes
 */
function parentsIn(classes) {
  const parents = new Set();
  for (const path of classes.keys())
    for (let at = path; at !== "";) {
      at = at.slice(0, Math.max(at.lastIndexOf("."), 0));
      parents.add(at);
    }
  return parents;
}

/**
 * Refuses a class that is not of PyTorch, unless it holds submodules: what a model's own class does
 * with them is an assumption, what a leaf computes is unknown.
 *
 * @param {string} path
 * @param {string} className
 * @param {boolean} isParent
 */
function assertContainer(path, className, isParent) {
  const name = className.split(".").at(-1) ?? "";
  const isNamesake = path !== "" && (KNOWN.has(name) || isActivation(name));
  if (isParent && !isNamesake) return;
  const expected = isNamesake
    ? `the ${name} of torch.nn`
    : "a class of torch.nn, whose code is known";
  const hint = path === "" ? "Save model.state_dict() and use --expect." : ignoreHint(path);
  if (path === "" && !isParent) return;
  throw new PocketrecError("unsupported", path, expected, className, { hint });
}

/** @param {string} name of a class */
function isActivation(name) {
  try {
    return activationOf(name) !== undefined;
  } catch {
    return true;
  }
}

/**
 * @param {string} path
 * @param {string} className of torch.nn
 * @param {Checkpoint["settings"]} settings
 */
function assertActivation(path, className, settings) {
  const name = className.split(".").at(-1) ?? "";
  const activation = TORCH.test(className) ? activationAt(path, className) : undefined;
  // TorchScript holds it in its code alone.
  const alpha = settings[`${path}.alpha`] ?? "unknown";
  if (activation && !(activation === "elu" && alpha !== 1)) return;
  throw refusal(path, activation ? `ELU with alpha ${alpha}` : name);
}

/** @param {string} path @param {string} found */
function refusal(path, found) {
  const expected = "embeddings, dense layers, activations and batch normalisations";
  return new PocketrecError("unsupported", path, expected, found, { hint: ignoreHint(path) });
}

/** @param {string} path @param {string} className */
function activationAt(path, className) {
  try {
    return activationOf(className);
  } catch (error) {
    if (!(error instanceof PocketrecError)) throw error;
    const { expected, found } = error;
    throw new PocketrecError("unsupported", path, expected, found, { hint: ignoreHint(path) });
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
