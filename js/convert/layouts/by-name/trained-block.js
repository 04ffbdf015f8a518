import { PocketrecError } from "../../../common/errors.js";

/**
 * Codes that make all four tables and the tower, whatever model is trained, leave it open whether a
 * file holds a GMF or an MLP: both fit the output layer. A table that was never trained still is
 * what it was made of, small random numbers.
 *
 * @param {import("./ncf.js").Pair} gmf
 * @param {import("./ncf.js").Pair} mlp
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {"gmf" | "mlp"}
 */
export function whichIsTrained(gmf, mlp, { settings }, { kind }) {
  const told = String(kind ?? settings.model ?? "").toLowerCase();
  if (told === "gmf" || told === "mlp") return told;
  const [a, b] = [gmf, mlp].map(({ user, item }) => isUntouched(user) && isUntouched(item));
  if (a !== b) return a ? "mlp" : "gmf";
  throw new PocketrecError(
    "unknown-layout",
    "model",
    "tables of which only a GMF's or only an MLP's were trained",
    "both",
    {
      hint: "The output layer fits both: say --kind gmf or --kind mlp.",
    },
  );
}

/** Deviations with which embeddings are drawn: by those codes, and by PyTorch itself. */
const INITIAL = [0.01, 1];

/**
 * Whether a table's numbers are still spread as they were drawn: no gradient has moved them.
 * @param {import("../shared/layers.js").Unit} unit
 */
function isUntouched({ weight }) {
  const values = weight?.values ?? new Float32Array(1);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  // Of so many draws deviation and mean are known this well, five times over.
  return INITIAL.some(
    (deviation) =>
      Math.abs(Math.sqrt(variance) / deviation - 1) < 5 / Math.sqrt(2 * count) &&
      Math.abs(mean) < (5 * deviation) / Math.sqrt(count),
  );
}
