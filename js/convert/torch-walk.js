import { PocketrecError } from "../errors.js";
import { Global, Instance, NumpyPending, PendingTensor } from "./pickle-globals.js";

/**
 * Through what a pickle holds, to its tensors, modules and plain values: each container once, so that shared and cyclic ones
 * end.
 *
 * @typedef {{ tensors: Map<string, PendingTensor | NumpyPending>, classes: Map<string, string>, settings: Record<string, unknown> }} Found
 */

/** Where training keeps what is of no use afterwards. */
const TRAINING = /^(optim|lr_sched|sched|scaler|rng_state|random_state)/i;

/** What holds a module's own parts, and is no part of their names. */
const PARTS = new Set(["_parameters", "_buffers", "_modules"]);

const TENSORS_MAX = 100_000, SETTINGS_MAX = 5_000, LIST_MAX = 100;

/**
 * @param {unknown} root
 * @returns {Found}
 */
export function walk(root) {
  /** @type {Found} */
  const found = { tensors: new Map(), classes: new Map(), settings: {} };
  const seen = new Set(), left = [{ path: "", value: root }];
  let settings = 0;
  while (left.length) {
    const { path, value } = /** @type {{ path: string, value: unknown }} */ (left.pop());
    if (value instanceof PendingTensor || (value instanceof NumpyPending && value.array)) {
      found.tensors.set(path, value);
      if (found.tensors.size > TENSORS_MAX) throw new PocketrecError("too-large", "file", `at most ${TENSORS_MAX} tensors`, "more");
    } else if (isPlain(value)) {
      if (path && settings++ < SETTINGS_MAX) found.settings[path] = value;
    } else if (value !== null && typeof value === "object" && !seen.has(value)) {
      seen.add(value);
      const children = childrenOf(path, value, found);
      for (let i = children.length - 1; i >= 0; i--) left.push(children[i]);
    }
  }
  return found;
}

/** @param {unknown} value */
const isScalar = (value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** @param {unknown} value */
const isPlain = (value) => isScalar(value) || (Array.isArray(value) && value.length <= LIST_MAX && value.every(isScalar));

/**
 * @param {string} path
 * @param {object} value
 * @param {Found} found
 * @returns {{ path: string, value: unknown }[]} in order
 */
function childrenOf(path, value, found) {
  if (Array.isArray(value)) return value.map((child, place) => ({ path: join(path, place), value: child }));
  if (value instanceof Map) return entries(path, value);
  if (!(value instanceof Instance)) return [];
  // An enumeration's member is what it was made with.
  if (value.state === undefined && !value.entries) return Array.isArray(value.args) && value.args.length === 1 ? [{ path, value: value.args[0] }] : [];
  const state = value.state instanceof Map ? value.state : Array.isArray(value.state) && value.state[0] instanceof Map ? value.state[0] : new Map();
  if (state.has("_modules") || state.has("_parameters")) found.classes.set(path, value.class);
  return [...(value.entries ? entries(path, value.entries) : []), ...entries(path, state)];
}

/**
 * @param {string} path
 * @param {Map<unknown, unknown>} map
 */
function entries(path, map) {
  return [...map].flatMap(([key, value]) => {
    if (!isScalar(key) || TRAINING.test(String(key)) || value instanceof Global) return [];
    return [{ path: PARTS.has(String(key)) ? path : join(path, key), value }];
  });
}

/** @param {string} path @param {unknown} key */
const join = (path, key) => (path ? `${path}.${key}` : String(key));
