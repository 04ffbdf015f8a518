import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED } from "../../blueprint.js";
import { assertModules } from "../torch-module/modules.js";
import { assertOwnWeights } from "./other-weights.js";

/**
 * Every weight is accounted for: it is used, or known to be no part of the model, or the file is
 * refused. `--ignore` is for the user who knows better.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 *
 * @typedef {object} Layouts
 * @property {import("../../blueprint.js").Layout[]} layouts in the order in which they are tried
 * @property {import("../../blueprint.js").Layout[]} certain those that know a file by names that no
 *   other model has: their refusal is the reason
 */

/** Tensors that no forward pass takes, by their names. @type {[RegExp, string][]} */
const NO_PARTS = [
  [/(^|[./])(num_batches_tracked|global_step|iterations?|steps?|epochs?|cur_step)$/, "a counter"],
  [/(^|[./_])(optimizers?|optim|optimizer_states?|optimizer_weights|opt_states?)([./_]|$)/, ""],
  [/(^|[./])(Adam(_\d+)?|Momentum|RMSProp(_\d+)?|Adagrad|beta[12]_power)$/i, ""],
  [/(^|[./_])(exp_avg(_sq)?|max_exp_avg_sq|momentum_buffer|square_avg)$/, ""],
  [/_(gradients|momentum|velocity)$/, ""],
  // Of fastai's Learner.save.
  [/^opt\.state\./, ""],
  [/(^|[./])(lr_)?schedulers?([./]|$)/, "of the schedule of training"],
  [/(^|[./])seed_generator(_\d+)?[./]seed_generator_state$/, "the state of a random generator"],
  [/(^|[./])(rng_state|random_state|seed)$/, "the state of a random generator"],
  [/(^|[./_])(rng|random_state)\./, "the state of a random generator"],
  [/^metrics\//, "of the metrics of training"],
  [/(^|[./])(criterion|loss|loss_fn|loss_func|loss_function)[./]/, "of the loss of training"],
];

/** A mask that is the same everywhere takes nothing away. */
const MASK = /(^|[./_])(attn_|attention_|padding_|user_|item_)?mask$/;

/** Names of single numbers that state how a model was trained. */
const HYPERPARAMETERS = new Set(
  (
    "regularization factors learning_rate lr num_threads dtype use_native use_cg use_gpu " +
    "verify_negative_samples calculate_training_loss num_epochs batch_size weight_decay " +
    "no_components max_sampled"
  ).split(" "),
);

/**
 * Why a tensor is known to be no part of a model; undefined: it may be one.
 *
 * @param {string} name
 * @param {Checkpoint} checkpoint
 */
function noPartReason(name, { tensors, format }) {
  const { values } = /** @type {ForeignTensor} */ (tensors.get(name));
  if (values.length === 0) return "empty";
  const found = NO_PARTS.find(([pattern]) => pattern.test(name));
  if (found) return found[1] || "of the optimizer";
  if (MASK.test(name) && values.every((value) => value === values[0])) return "a mask of nothing";
  if (format !== "numpy" || values.length !== 1) return undefined;
  // The weight of an interaction in implicit's ALS; alone it may be anything.
  const isSetting = HYPERPARAMETERS.has(name) || (name === "alpha" && tensors.has("factors"));
  return isSetting ? "a setting of the training" : undefined;
}

/** The tensors that may be part of a model. @param {Checkpoint} checkpoint */
const possibleParts = (checkpoint) =>
  [...checkpoint.tensors].filter(([name]) => noPartReason(name, checkpoint) === undefined);

/** Whether a file says itself what is computed. @param {Checkpoint} checkpoint */
const isGraph = ({ graph, layers, modelFile }) => Boolean(graph ?? layers ?? modelFile);

/**
 * A checkpoint without the tensors that `--ignore` names, and those that are no part of a model. A
 * graph names its tensors itself: nothing of it is taken away, unless --map names them.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Checkpoint}
 * @throws {PocketrecError} "bad-argument": no tensor has such a name
 */
function withoutIgnored(checkpoint, { ignore = [], map }) {
  for (const pattern of ignore) {
    const names = [...namesIn(checkpoint), ...checkpoint.classes.keys()];
    if (names.some((name) => isIgnored(name, [pattern]))) continue;
    const expected = "the name of a tensor in the file, or a pattern with *";
    throw new PocketrecError("bad-argument", "--ignore", expected, pattern);
  }
  if (isGraph(checkpoint) && map === undefined) return checkpoint;
  const tensors = possibleParts(checkpoint).filter(([name]) => !isIgnored(name, ignore));
  const classes = [...checkpoint.classes].filter(([path]) => !isIgnored(path, ignore));
  const sparse = [...(checkpoint.sparse ?? [])].filter(([name]) => !isIgnored(name, ignore));
  return {
    ...checkpoint,
    tensors: new Map(tensors),
    classes: new Map(classes),
    sparse: new Map(sparse),
  };
}

/** The names of tensors and sparse matrices. @param {Checkpoint} checkpoint */
const namesIn = ({ tensors, sparse = new Map() }) => [...tensors.keys(), ...sparse.keys()];

/**
 * Whether a name is that of a pattern, in which * stands for any text.
 *
 * @param {string} name
 * @param {string} pattern
 */
function matches(name, pattern) {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

/**
 * Who ignores a submodule ignores its tensors.
 *
 * @param {string} name
 * @param {string[]} ignore
 */
const isIgnored = (name, ignore) =>
  ignore.some((pattern) => matches(name, pattern) || matches(name, `${pattern}.*`));

/**
 * The tensors that a blueprint leaves out without a reason.
 *
 * @param {Checkpoint} checkpoint
 * @param {Blueprint} blueprint
 * @returns {string[]} their names
 */
function unaccounted(checkpoint, { used, unused }) {
  const names = possibleParts(checkpoint).map(([name]) => name);
  return [...names, ...(checkpoint.sparse ?? new Map()).keys()].filter(
    (name) => !used.has(name) && (unused.get(name) ?? UNUSED.model) === UNUSED.model,
  );
}

/**
 * A blueprint whose unused tensors each have a reason.
 *
 * @param {Checkpoint} checkpoint the whole file
 * @param {Blueprint} blueprint
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 */
function withReasons(checkpoint, blueprint, { ignore = [] }) {
  const unused = new Map();
  for (const name of namesIn(checkpoint)) {
    if (blueprint.used.has(name)) continue;
    const reason = isIgnored(name, ignore) ? "as --ignore says" : blueprint.unused.get(name);
    unused.set(name, reason ?? reasonOf(name, checkpoint) ?? UNUSED.model);
  }
  return { ...blueprint, unused };
}

/**
 * @param {string} name of a tensor or a sparse matrix
 * @param {Checkpoint} checkpoint
 */
const reasonOf = (name, checkpoint) =>
  checkpoint.tensors.has(name) ? noPartReason(name, checkpoint) : undefined;

/** How many tensors an error names. */
const NAMED_MAX = 6;

/**
 * "fc1.weight [64, 96]", of several the first ones
 *
 * @param {Checkpoint} checkpoint
 * @param {string[]} names
 */
export function listed({ tensors, sparse }, names) {
  const list = names
    .slice(0, NAMED_MAX)
    .map((name) => `${name} [${(tensors.get(name) ?? sparse?.get(name))?.shape.join(", ") ?? ""}]`);
  const more = names.length - list.length;
  return more > 0 ? `${list.join(", ")} and ${more} more` : list.join(", ");
}

/**
 * @param {Checkpoint} checkpoint
 * @param {Blueprint} blueprint
 * @param {string[]} names what it leaves out
 * @param {LayoutOptions} options
 */
function unaccountedError(checkpoint, { kind }, names, { map }) {
  const ways = names.slice(0, NAMED_MAX).map((name) => `--ignore ${name}`);
  const pattern = names.length > NAMED_MAX ? " (* stands for any text)" : "";
  const start = map === undefined ? "If" : "Name them in --map, or, if";
  return new PocketrecError(
    "unsupported",
    "file",
    `a ${kind} that uses every tensor`,
    `${names.length} that it does not use: ${listed(checkpoint, names)}`,
    { hint: `${start} they are no part of the model: ${ways.join(" ")}${pattern}.` },
  );
}

/**
 * The blueprint of the first layout that accounts for every tensor.
 *
 * @param {Layouts} layouts
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {(checkpoint: Checkpoint, options: LayoutOptions) => PocketrecError | undefined} explain
 *   why no model fits, if the names tell
 * @returns {Blueprint | undefined} undefined: no layout knows the file
 * @throws {PocketrecError} what a layout throws, or "unsupported": tensors are left over
 */
export function accountedBlueprint({ layouts, certain }, checkpoint, options, explain) {
  const parts = withoutIgnored(checkpoint, options);
  if (options.map === undefined && !isGraph(checkpoint)) {
    assertModules(parts);
    assertOwnWeights(parts);
  }
  /** @type {unknown} */
  let reason;
  for (const layout of layouts) {
    const { blueprint, error } = attempt(layout, parts, options);
    if (blueprint && !error) return withReasons(checkpoint, blueprint, options);
    if (error && certain.includes(layout)) throw error;
    reason ??= error;
    if (error && !blueprint) break;
  }
  const explained = options.map === undefined ? explain(parts, options) : undefined;
  if (explained) throw explained;
  if (reason !== undefined) throw reason;
  return undefined;
}

/**
 * What a layout makes of a file, and why that will not do: both where it leaves tensors over.
 *
 * @param {import("../../blueprint.js").Layout} layout
 * @param {Checkpoint} parts
 * @param {LayoutOptions} options
 * @returns {{ blueprint?: Blueprint, error?: unknown }}
 */
function attempt(layout, parts, options) {
  try {
    const blueprint = layout(parts, options);
    if (!blueprint) return {};
    const names = unaccounted(parts, blueprint);
    if (!names.length) return { blueprint };
    return { blueprint, error: unaccountedError(parts, blueprint, names, options) };
  } catch (error) {
    return { error };
  }
}
