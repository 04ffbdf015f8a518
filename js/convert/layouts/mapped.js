import { PocketrecError, show } from "../../common/errors.js";
import { emptyBlueprint, unusedTensors } from "../blueprint.js";
import { transposed } from "../matrix.js";

/**
 * The object of --map: { "kind", "tensors": { OURS: THEIRS or { "name": THEIRS, "transpose": true }
 * }, "description": {}, "padding": 0, "userPadding": 0 }. OURS is any name of docs/format.md.
 *
 * @type {import("../blueprint.js").Layout}
 */
export function mappedLayout(checkpoint, { map }) {
  if (map === undefined) return undefined;
  const { kind, tensors, description = {}, padding = 0, userPadding = 0 } = map ?? {};
  assertMap(map);
  const layout = emptyBlueprint("as --map says", kind, description);
  const blueprint = { ...layout, padding, userPadding };
  for (const [ours, value] of Object.entries(tensors)) {
    const { name, transpose = false } =
      typeof value === "string" ? { name: value } : /** @type {any} */ (value ?? {});
    const tensor = checkpoint.tensors.get(name);
    if (!tensor) {
      const expected = "the name of a tensor in the file";
      throw new PocketrecError("missing-tensor", `--map, ${ours}`, expected, show(name));
    }
    if (transpose && tensor.shape.length !== 2) {
      const found = show(tensor.shape);
      throw new PocketrecError("bad-shape", name, "a matrix, to be transposed", found);
    }
    blueprint.tensors.set(ours, transpose ? transposed(tensor) : tensor);
    blueprint.used.add(name);
  }
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "not named by --map");
  return blueprint;
}

/**
 * @param {unknown} map
 * @throws {PocketrecError} "bad-argument"
 */
function assertMap(map) {
  assert(isObject(map), "file", "an object", map);
  const { kind, tensors, description = {}, padding = 0, userPadding = 0, ...others } = map;
  assert(typeof kind === "string", "kind", "an architecture, as docs/format.md names it", kind);
  assert(isObject(tensors), "tensors", "an object: our name, then the file's", tensors);
  const metadata = "an object: metadata as docs/format.md has it";
  assert(isObject(description), "description", metadata, description);
  for (const [name, count] of Object.entries({ padding, userPadding }))
    assert(Number.isInteger(count) && count >= 0, name, "the number of padding rows", count);
  const [key] = Object.keys(others);
  const keys = "kind, tensors, description, padding, userPadding";
  assert(key === undefined, key, keys, "another key");
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * @param {boolean} isValid
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @returns {asserts isValid}
 */
function assert(isValid, subject, expected, found) {
  if (!isValid)
    throw new PocketrecError("bad-argument", `--map, ${subject}`, expected, show(found));
}
