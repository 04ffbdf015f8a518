import { PocketrecError } from "../../../../js/common/errors.js";

/**
 * Whether a file holds a GMF or an MLP, if the output layer fits both: some implementations create
 * all tables and the tower whatever model is trained. An untrained table still has the small
 * numbers that those initialise it with; PyTorch's own are as large as trained ones, so they prove
 * nothing.
 *
 * @param {{ gmf: import("./ncf-tables.js").LayerPair, mlp: import("./ncf-tables.js").LayerPair,
 *   others: Record<"gmf" | "mlp", import("../shared/layers.js").Layer[]> }} blocks others: what a
 *   model of a kind leaves out
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @returns {{ kind: "gmf" | "mlp", reason?: string, isAssumed?: boolean }} reason: how the file
 *   shows that the other block is no part; undefined: only --kind says so
 * @throws {PocketrecError} "unknown-layout"
 */
export function trainedBlock({ gmf, mlp, others }, { settings }, { kind }) {
  const named = String(settings.model ?? "").toLowerCase();
  const [a, b] = [gmf, mlp].map(({ user, item }) => isUntrained(user) && isUntrained(item));
  const untrained = "of the block that was not trained: its tables are as initialised";
  const trained = a === b ? undefined : a ? "mlp" : "gmf";
  const stated = kind === "gmf" || kind === "mlp" ? kind : undefined;
  if (trained && (stated ?? trained) === trained)
    return { kind: trained, reason: untrained, isAssumed: stated === undefined };
  const isNamed = named === "gmf" || named === "mlp";
  if (isNamed && (stated ?? named) === named)
    return { kind: named, reason: `the file says that the model is a ${named}` };
  if (stated) return { kind: stated };
  const expected = "tables of which only the GMF's or only the MLP's were trained";
  const way = (/** @type {"gmf" | "mlp"} */ one) => [
    `--kind ${one}`,
    ...others[one].flatMap(({ names }) => names).map((name) => `--ignore ${name}`),
  ];
  const [asGmf, asMlp] = [way("gmf"), way("mlp")].map((words) => words.join(" "));
  const hint = `The output layer fits both: use ${asGmf}, or ${asMlp}.`;
  throw new PocketrecError("unknown-layout", "model", expected, "both", { hint });
}

/** The standard deviation that those implementations initialise embeddings with. */
const INITIAL_DEVIATION = 0.01;

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
  const deviation = INITIAL_DEVIATION;
  return (
    Math.abs(Math.sqrt(variance) / deviation - 1) < 5 / Math.sqrt(2 * count) &&
    Math.abs(mean) < (5 * deviation) / Math.sqrt(count)
  );
}
