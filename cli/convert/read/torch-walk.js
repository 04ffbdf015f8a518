import { PocketrecError } from "../../../js/common/errors.js";
import { numpyType } from "./numpy.js";
import { isSparse } from "./pickle-sparse.js";
import { Inert, Named, NumpyArray, TensorView } from "./pickle-values.js";

/**
 * Finds the tensors in a saved object, and their names.
 *
 * @typedef {TensorView | NumpyArray} Leaf
 */

const DEPTH_MAX = 64;
const NAMES_MAX = 20_000;
/** Repeated visits of containers: modules share parts, and untrusted files may abuse that. */
const AGAIN_MAX = 100_000;
const STEPS_MAX = 5_000_000;
const KEY_MAX = 200;
/** Longer paths are not followed: many of them would fill the memory. */
export const PATH_MAX = 1000;
const WRAPPERS_MAX = 8;
const SKIPPED = /^(optim|lr_sched)/i;

/** Usual names of the part with the weights. */
const WRAPPERS = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "weights",
  "params",
];

/** @param {unknown} value @returns {value is Leaf} */
const isLeaf = (value) =>
  value instanceof TensorView ||
  (value instanceof NumpyArray &&
    value.shape.length > 0 &&
    value.type !== null &&
    numpyType(value.type.code) !== undefined);

/** @param {unknown} value @returns {value is Inert} */
const isModule = (value) =>
  value instanceof Inert &&
  value.attributes.get("_modules") instanceof Map &&
  value.attributes.get("_parameters") instanceof Map;

/** Objects of libraries whose layouts know what computes with the arrays in them. */
const LIBRARIES = /^(surprise|lightfm|spotlight)\./;

/** What a training set of Surprise holds: all ratings, a tuple each, and no array. */
const TRAINING_SET = "surprise.trainset.Trainset";

/** What a module runs beside the code of its class, by its attribute. */
const HOOKS = /** @type {const} */ ([
  ["_forward_pre_hooks", "a hook before forward()"],
  ["_forward_hooks", "a hook behind forward()"],
  ["forward", "a forward() of its own"],
]);

/**
 * What a module runs beside the code of its class: "a hook before forward(), WeightNorm".
 *
 * @param {unknown} value
 */
function hookOf(value) {
  if (!isModule(value)) return undefined;
  for (const [name, found] of HOOKS) {
    const hook = value.attributes.get(name);
    const first = hook instanceof Map ? [...hook.values()][0] : hook;
    if (first === undefined || first === null) continue;
    const [path] = [first instanceof Named ? first.path : first instanceof Inert && first.class];
    return path ? `${found}, ${path}` : found;
  }
  return undefined;
}

/**
 * The class of a module. TorchScript adds a prefix, and a number if it compiled a class repeatedly.
 *
 * @param {unknown} value
 */
function moduleClass(value) {
  if (isModule(value)) return value.class;
  if (!(value instanceof Inert) || !value.class.startsWith("__torch__.")) return undefined;
  return value.class.slice("__torch__.".length).replace(/___torch_mangle_\d+\./g, "");
}

/**
 * The children of a value, with their part of the path: "" for a wrapper that names omit.
 *
 * @param {unknown} value
 * @returns {Generator<[string, unknown]>}
 */
export function* children(value) {
  if (isModule(value)) yield* moduleChildren(value);
  else if (value instanceof Inert) {
    yield* children(value.attributes);
    yield* children(value.items);
    yield* children(value.list);
  } else if (value instanceof Map) {
    for (const [key, child] of value) {
      if (typeof key === "number") yield [String(key), child];
      else if (typeof key === "string" && key.length <= KEY_MAX && !SKIPPED.test(key))
        yield [key, child];
    }
  } else if (Array.isArray(value) || value instanceof Set) {
    let index = 0;
    for (const child of value) yield [String(index++), child];
  }
}

/**
 * @param {Inert} module
 * @returns {Generator<[string, unknown]>}
 */
function* moduleChildren(module) {
  const attributes = module.attributes;
  yield* children(attributes.get("_parameters"));
  yield* children(mapOf(attributes.get("_buffers")));
  const wraps = /(^|\.)(DataParallel|DistributedDataParallel)$/.test(module.class);
  for (const [name, child] of children(attributes.get("_modules")))
    yield [wraps && name === "module" ? "" : name, child];
  // Attributes that start with _ are PyTorch's own, such as hooks.
  for (const [name, child] of children(attributes))
    if (!name.startsWith("_") || isLeaf(child)) yield [name, child];
}

/** Guards against a module that is its own buffers. @param {unknown} value */
const mapOf = (value) => (value instanceof Map ? value : new Map());

/**
 * The number of entries in a value, including names that `children` skips.
 *
 * @param {unknown} value
 * @returns {number}
 */
function widthOf(value) {
  if (value instanceof Map || value instanceof Set) return value.size;
  if (Array.isArray(value)) return value.length;
  if (!(value instanceof Inert)) return 0;
  const parts = ["_parameters", "_buffers", "_modules"].map((name) =>
    mapOf(value.attributes.get(name)),
  );
  return [value.attributes, value.items, ...parts].reduce(
    (sum, map) => sum + map.size,
    value.list.length,
  );
}

/**
 * @param {string} path
 * @param {string} part
 */
export const join = (path, part) =>
  part === "" || part === "_orig_mod" ? path : path === "" ? part : `${path}.${part}`;

/**
 * The part of a saved object that is the model.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
export function findModel(value) {
  /** @type {Set<unknown>} */
  const barren = new Set();
  let model = value;
  for (let i = 0; i < WRAPPERS_MAX; i++) model = unwrap(model, barren) ?? model;
  return model;
}

/**
 * @param {unknown} value
 * @param {Set<unknown>} barren
 * @returns {unknown}
 */
function unwrap(value, barren) {
  if (value instanceof Map) {
    // A tensor beside the wrapper means that the wrapper is only a part of the model. Scalars, such
    // as the last loss, and an optimizer's tensors do not count.
    for (const [, child] of children(value))
      if (isLeaf(child) && child.shape.length > 0) return undefined;
    return WRAPPERS.map((key) => value.get(key)).find(
      (part) => !isLeaf(part) && holdsTensors(part, DEPTH_MAX, barren),
    );
  }
  // torch.save((state_dict, epoch))
  if (!Array.isArray(value) || value.length > WRAPPERS_MAX || value.some(isLeaf)) return undefined;
  const holding = value.filter((part) => holdsTensors(part, DEPTH_MAX, barren));
  return holding.length === 1 ? holding[0] : undefined;
}

/**
 * @param {unknown} value
 * @param {number} depth
 * @param {Set<unknown>} barren values without tensors, and values being visited
 * @returns {boolean}
 */
function holdsTensors(value, depth, barren) {
  if (isLeaf(value) || isSparse(value)) return true;
  if (depth === 0 || typeof value !== "object" || barren.has(value)) return false;
  barren.add(value);
  for (const [, child] of children(value)) {
    if (!holdsTensors(child, depth - 1, barren)) continue;
    barren.delete(value);
    return true;
  }
  return false;
}

/** Visits every value once per name. */
export class Walk {
  constructor() {
    /** @type {Map<string, Leaf>} */
    this.leaves = new Map();
    /** Matrices of scipy. @type {Map<string, Inert>} */
    this.sparse = new Map();
    /** @type {Map<string, string>} */
    this.classes = new Map();
    /** The classes of libraries' objects by path. @type {Map<string, string>} */
    this.objects = new Map();
    /** What modules run beside the code of their classes. @type {Map<string, string>} */
    this.hooks = new Map();
    // Values on the current path (a cycle ends there), and values without tensors (visited once).
    /** @type {Set<unknown>} */
    this.above = new Set();
    /** @type {Set<unknown>} */
    this.barren = new Set();
    /** @type {Set<unknown>} */
    this.seen = new Set();
    this.again = 0;
    this.steps = 0;
    /**
     * The model inside the saved object, which was visited before.
     * @type {unknown}
     */
    this.done = undefined;
  }

  /**
   * @param {unknown} value
   * @param {string} path
   * @returns {boolean} whether there were tensors
   */
  visit(value, path) {
    if (isLeaf(value)) return this.add(path, value);
    if (isSparse(value)) return this.addSparse(path, value);
    if (typeof value !== "object" || value === null || value === this.done) return false;
    if (path.length > PATH_MAX || this.above.size > DEPTH_MAX) return false;
    if (this.above.has(value) || this.barren.has(value)) return false;
    if (value instanceof Inert && value.class === TRAINING_SET) return false;
    if (value instanceof Inert && LIBRARIES.test(value.class)) this.objects.set(path, value.class);
    this.steps += widthOf(value);
    if (this.steps > STEPS_MAX) throw tooMany();
    const type = moduleClass(value);
    if (type !== undefined) this.classes.set(path, type);
    const hook = hookOf(value);
    if (hook !== undefined) this.hooks.set(path, hook);
    if (this.seen.has(value) && ++this.again > AGAIN_MAX) throw tooMany();
    this.seen.add(value);
    this.above.add(value);
    let found = false;
    for (const [part, child] of children(value))
      if (this.visit(child, join(path, part))) found = true;
    this.above.delete(value);
    // A module without tensors, such as an activation, records its class under each name.
    if (!found && type === undefined) this.barren.add(value);
    return found;
  }

  /**
   * @param {string} path
   * @param {Leaf} leaf
   */
  add(path, leaf) {
    const name = path.replace(/(^|\.)_orig_mod\./g, "$1");
    if (!this.leaves.has(name)) this.leaves.set(name, leaf);
    if (this.leaves.size > NAMES_MAX) throw tooMany();
    return true;
  }

  /**
   * @param {string} path
   * @param {Inert} matrix
   */
  addSparse(path, matrix) {
    this.sparse.set(path, matrix);
    if (this.sparse.size > NAMES_MAX) throw tooMany();
    return true;
  }

  /** Removes the prefix that DataParallel adds to every name. */
  dropModulePrefix() {
    if (![...this.leaves.keys()].every((name) => name.startsWith("module."))) return;
    this.leaves = new Map(
      [...this.leaves].map(([name, leaf]) => [name.slice("module.".length), leaf]),
    );
  }
}

const tooMany = () =>
  new PocketrecError(
    "too-large",
    "file",
    `at most ${NAMES_MAX} tensors, each with few names`,
    "far more",
  );
