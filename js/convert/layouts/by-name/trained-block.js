import { PocketrecError } from "../../../common/errors.js";

/**
 * Whether a file holds a GMF or an MLP, if the output layer fits both: some implementations create
 * all tables and the tower whatever model is trained. An untrained table still has the distribution
 * that it was initialised with.
 *
 * @param {import("./ncf-tables.js").LayerPair} gmf
 * @param {import("./ncf-tables.js").LayerPair} mlp
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {"gmf" | "mlp"}
 * @throws {PocketrecError} "unknown-layout"
 */
export function trainedBlock(gmf, mlp, { settings }, { kind }) {
  const stated = String(kind ?? settings.model ?? "").toLowerCase();
  if (stated === "gmf" || stated === "mlp") return stated;
  const [a, b] = [gmf, mlp].map(({ user, item }) => isUntrained(user) && isUntrained(item));
  if (a !== b) return a ? "mlp" : "gmf";
  const expected = "tables of which only the GMF's or only the MLP's were trained";
  const hint = "The output layer fits both: use --kind gmf or --kind mlp.";
  throw new PocketrecError("unknown-layout", "model", expected, "both", { hint });
}

/** Standard deviations of initial embeddings: of those implementations, and of PyTorch. */
const INITIAL_DEVIATIONS = [0.01, 1];

/**
 * Whether a table's values are still distributed as at initialisation.
 * @param {import("../shared/layers.js").Layer} layer
 */
function isUntrained({ weight }) {
  const values = weight?.values ?? new Float32Array(1);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  // Within five standard errors of the deviation and of the mean.
  return INITIAL_DEVIATIONS.some(
    (deviation) =>
      Math.abs(Math.sqrt(variance) / deviation - 1) < 5 / Math.sqrt(2 * count) &&
      Math.abs(mean) < (5 * deviation) / Math.sqrt(count),
  );
}
