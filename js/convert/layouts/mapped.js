import { PocketrecError, show } from "../../common/errors.js";
import { emptyBlueprint, unusedTensors } from "../blueprint.js";
import { turned } from "../matrix.js";

/**
 * What --map says by hand: { "kind", "tensors": { OURS: THEIRS or { "name": THEIRS, "transpose":
 * true } }, "description": {}, "padding": 0 }. Whatever docs/format.md has can be named.
 *
 * @type {import("../blueprint.js").Layout}
 */
export function mappedLayout(checkpoint, { map }) {
  if (map === undefined) return undefined;
  demand(isObject(map), "file", "an object", map);
  const { kind, tensors, description = {}, padding = 0, userPadding = 0, ...rest } = map;
  demand(typeof kind === "string", "kind", "an architecture, as docs/format.md names it", kind);
  demand(isObject(tensors), "tensors", "an object: our name, then the file's", tensors);
  demand(
    isObject(description),
    "description",
    "an object: metadata as docs/format.md has it",
    description,
  );
  for (const [name, count] of Object.entries({ padding, userPadding }))
    demand(Number.isInteger(count) && count >= 0, name, "how many rows stand for nothing", count);
  demand(
    !Object.keys(rest).length,
    Object.keys(rest)[0],
    "kind, tensors, description, padding, userPadding",
    "another key",
  );
  const blueprint = {
    ...emptyBlueprint("as --map says", /** @type {any} */ (kind), description),
    padding,
    userPadding,
  };
  for (const [ours, value] of Object.entries(tensors)) {
    const { name, transpose = false } =
      typeof value === "string" ? { name: value } : /** @type {any} */ (value ?? {});
    const found = checkpoint.tensors.get(name);
    if (!found)
      throw new PocketrecError(
        "missing-tensor",
        `--map, ${ours}`,
        "the name of a tensor in the file",
        show(name),
      );
    if (transpose && found.shape.length !== 2)
      throw new PocketrecError("bad-shape", name, "a matrix, to be transposed", show(found.shape));
    blueprint.tensors.set(ours, transpose ? turned(found) : found);
    blueprint.used.add(name);
  }
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "not named by --map");
  return blueprint;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * @param {boolean} fine
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 */
function demand(fine, subject, expected, found) {
  if (!fine) throw new PocketrecError("bad-argument", `--map, ${subject}`, expected, show(found));
}
