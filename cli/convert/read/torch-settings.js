import { numpyType } from "./numpy.js";
import { FUNCTIONS } from "./pickle-globals.js";
import { Inert, Named, NumpyArray, TensorView } from "./pickle-values.js";
import { children, join, PATH_MAX } from "./torch-walk.js";

const SETTINGS_MAX = 5000;
const TEXT_MAX = 1000;
const LIST_MAX = 1000;

/** @param {unknown} value */
const isPlain = (value) =>
  typeof value === "number" ||
  typeof value === "boolean" ||
  (typeof value === "string" && value.length <= TEXT_MAX);

/**
 * Collects plain values by path, breadth first. Each container is visited once.
 *
 * @param {[string, unknown][]} roots
 * @returns {Record<string, unknown>}
 */
export function readSettings(roots) {
  /** @type {Map<string, unknown>} */
  const settings = new Map();
  const queue = [...roots];
  const seen = new Set(queue.map(([, value]) => value));
  // Whether a list is plain; lists may be shared.
  /** @type {Map<unknown[], boolean>} */
  const lists = new Map();
  /** @param {unknown} value */
  const isPlainList = (value) => {
    if (!Array.isArray(value) || value.length > LIST_MAX) return false;
    const plain = lists.get(value) ?? value.every(isPlain);
    lists.set(value, plain);
    return plain;
  };
  for (let at = 0; at < queue.length; at++) {
    const [path, container] = queue[at];
    if (path.length > PATH_MAX || (Array.isArray(container) && container.every(isPlain))) continue;
    for (const [part, child] of children(container)) {
      if (settings.size >= SETTINGS_MAX) return Object.fromEntries(settings);
      const name = join(path, part);
      const value = plainOf(child);
      if (isPlain(value) || isPlainList(value)) {
        if (!settings.has(name)) settings.set(name, value);
      } else if (
        typeof value === "object" &&
        value !== null &&
        !(value instanceof TensorView) &&
        !seen.has(value)
      ) {
        seen.add(value);
        queue.push([name, value]);
      }
    }
  }
  return Object.fromEntries(settings);
}

/**
 * A function or a class by its name, a scalar of numpy as a number.
 * @param {unknown} value
 */
function plainOf(value) {
  if (value instanceof NumpyArray) return scalar(value);
  if (value instanceof Named) return value.path;
  // torch.relu is pickled as getattr(torch._C._VariableFunctions, "relu").
  const isMember = value instanceof Inert && FUNCTIONS.has(value.class);
  return isMember && Array.isArray(value.args) ? `torch.${value.args[0]}` : value;
}

/** @param {NumpyArray} array */
function scalar({ shape, type, bytes }) {
  const kind = shape.length === 0 && type ? numpyType(type.code, type.order) : undefined;
  if (!kind || bytes.length < kind.type.size) return undefined;
  return kind.type.get(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    0,
    kind.little,
  );
}
