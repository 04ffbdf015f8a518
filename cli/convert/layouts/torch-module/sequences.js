import { PocketrecError } from "../../../../js/common/errors.js";
import { activationOf, isModuleOf, isOpaque, sequencesOf } from "../shared/activations.js";

/**
 * What may stand in a Sequential or a ModuleList: layers, each followed by a norm and an activation
 * in either order.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 */

const HINT = "Save model.state_dict() and use --expect, which proves what is computed.";

/**
 * @param {string} path
 * @param {string} expected
 * @param {string} found
 */
const refusal = (path, expected, found) =>
  new PocketrecError("unsupported", path, expected, found, { hint: HINT });

/**
 * Refuses orders that layouts do not compute, by the path of the submodule.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
export function assertSequences({ classes }) {
  for (const sequence of sequencesOf(classes)) {
    const steps = sequence.map((path) => stepOf(path, String(classes.get(path))));
    const known = steps.filter(({ kind }) => kind !== "nothing");
    // A list of activations or norms alone is called by forward() at an unknown place.
    if (known.some(({ kind }) => kind === "layer" || kind === "table")) assertSteps(known);
  }
}

/**
 * @typedef {{ path: string, kind: "layer" | "table" | "norm" | "active" | "end" | "nothing",
 *   name: string }} Step
 *
 * @param {string} path
 * @param {string} className
 * @returns {Step}
 */
function stepOf(path, className) {
  const name = className.split(".").at(-1) ?? "";
  const is = (/** @type {string} */ other) => isModuleOf(className, other);
  if (is("Linear") || isOpaque(className)) return { path, kind: "layer", name };
  if (is("Embedding") || is("EmbeddingBag")) return { path, kind: "table", name };
  if (is("BatchNorm1d")) return { path, kind: "norm", name };
  if (is("Softmax")) return { path, kind: "end", name };
  const activation = activationOf(className) ?? "identity";
  return { path, kind: activation === "identity" ? "nothing" : "active", name };
}

/** @param {Step[]} steps */
function assertSteps(steps) {
  const first = steps.findIndex(({ kind }) => kind === "layer");
  const isBefore = (/** @type {number} */ k) => first < 0 || k < first;
  steps.forEach(({ path, kind, name }, k) => {
    const before = steps[k - 1];
    if (kind === "active" && isBefore(k))
      throw refusal(path, "an activation behind a layer", `${name} before the first one`);
    if (kind === "norm" && isBefore(k) && steps.some((step) => step.kind === "table"))
      throw refusal(path, "a norm of a dense layer", `${name} of a table`);
    if (kind === "norm" && before?.kind === "norm")
      throw refusal(path, "one norm", `${name} behind ${before.name}`);
    if (kind === "end" && k < steps.length - 1)
      throw refusal(path, `${name} as the output function`, "layers behind it");
  });
}
