import { PocketrecError } from "../../js/common/errors.js";
import { autorecItemGraph } from "./layouts/autorec-item-graph.js";
import { autoencoderLayout } from "./layouts/by-name/autoencoder.js";
import { autorecItemLayout } from "./layouts/by-name/autorec-item.js";
import { ncfLayout } from "./layouts/by-name/ncf.js";
import { towerLayout } from "./layouts/by-name/tower.js";
import { unsupportedModel } from "./layouts/by-name/unsupported.js";
import { deepctrLayout } from "./layouts/deepctr/layout.js";
import { fastaiLayout } from "./layouts/dot/fastai.js";
import { implicitLayout } from "./layouts/dot/implicit.js";
import { lightfmLayout } from "./layouts/dot/lightfm.js";
import { lightgcnLayout } from "./layouts/dot/lightgcn.js";
import { spotlightLayout } from "./layouts/dot/spotlight.js";
import { surpriseLayout } from "./layouts/dot/surprise.js";
import { twoTowersLayout } from "./layouts/dot/two-towers.js";
import { itemItemLayout } from "./layouts/item-item/layout.js";
import { kerasGraph } from "./layouts/keras/graph.js";
import { kerasYoutube } from "./layouts/keras/youtube.js";
import { mappedLayout } from "./layouts/mapped.js";
import { onnxLayout } from "./layouts/onnx/layout.js";
import { pocketrecLayout } from "./layouts/pocketrec.js";
import { recboleLayout } from "./layouts/recbole.js";
import { gru4recAuthorsLayout } from "./layouts/sequence/gru4rec-authors.js";
import { gru4recLayout } from "./layouts/sequence/gru4rec.js";
import { sasrecAuthorsLayout } from "./layouts/sequence/sasrec-authors.js";
import { sasrecLayout } from "./layouts/sequence/sasrec.js";
import { accountedBlueprint, listed } from "./layouts/shared/accounting.js";
import { withUnseen } from "./layouts/shared/unseen.js";
import { torchModule } from "./layouts/torch-module/layout.js";

/** Libraries of dot products, by what their files say of themselves. */
const LIBRARIES = [
  ...[implicitLayout, surpriseLayout, lightfmLayout, spotlightLayout, fastaiLayout],
  ...[lightgcnLayout, twoTowersLayout],
];

/**
 * Matrices and sequences, which no other layout may take for something else.
 * @type {import("./blueprint.js").Layout[]}
 */
const SEQUENCES = [
  itemItemLayout,
  ...[sasrecLayout, sasrecAuthorsLayout, gru4recLayout, gru4recAuthorsLayout],
];

/** What these refuse, no other layout explains better. */
const CERTAIN = [recboleLayout, ...SEQUENCES, fastaiLayout];

/**
 * The layouts that a file is tried against, in order, by the value of --from.
 *
 * @typedef {import("./blueprint.js").Layout} Layout
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @type {Record<string, Layout[]>}
 */
const LAYOUTS = {
  pocketrec: [pocketrecLayout],
  recbole: [recboleLayout],
  "ncf-pytorch": [ncfLayout],
  "ncf-keras": [ncfLayout],
  onnx: [onnxLayout],
  keras: [
    kerasYoutube,
    kerasGraph,
    twoTowersLayout,
    ncfLayout,
    autorecItemLayout,
    autoencoderLayout,
    towerLayout,
  ],
  torch: [
    ...SEQUENCES,
    ...LIBRARIES,
    ...[autorecItemLayout, deepctrLayout, ncfLayout, autoencoderLayout, towerLayout],
  ],
};
const { pocketrec, recbole, ...others } = LAYOUTS;
LAYOUTS.auto = [
  ...new Set([
    ...pocketrec,
    ...recbole,
    ...SEQUENCES,
    ...LIBRARIES,
    ...Object.values(others).flat(),
  ]),
];

/**
 * The layouts of a file with a graph: what it computes is decided by that alone.
 * @type {Record<string, Layout[]>}
 */
const GRAPHS = {
  onnx: [autorecItemGraph(onnxLayout), onnxLayout],
  keras: [kerasYoutube, autorecItemGraph(kerasGraph), kerasGraph],
};

/** The layouts of a pickled module of PyTorch, whose classes tell activations and norms. */
const MODULES = [recboleLayout, ...LIBRARIES, autorecItemLayout, deepctrLayout, torchModule];

/** The values of --from. */
export const SOURCES = "auto recbole ncf-pytorch ncf-keras onnx torch keras pocketrec".split(" ");

/**
 * @param {Checkpoint} checkpoint
 * @param {import("./blueprint.js").LayoutOptions} options
 * @returns {import("./blueprint.js").Blueprint}
 * @throws {PocketrecError} "unknown-layout", with the `checkpoint` for display
 */
export function recognise(checkpoint, options) {
  const { tensors, sparse, modelFile, graph } = checkpoint;
  if (!tensors.size && !sparse?.size && !modelFile && !graph)
    throw new PocketrecError("missing-tensor", "file", "a model's tensors", "none");
  const { from = "auto" } = options;
  const layouts = layoutsFor(checkpoint, options);
  const known = { layouts, certain: CERTAIN };
  const blueprint = accountedBlueprint(known, checkpoint, options, unsupportedModel);
  if (blueprint && layouts !== GRAPHS[checkpoint.format]) return withUnseen(checkpoint, blueprint);
  if (blueprint) assertAgrees(blueprint, options);
  if (blueprint) return blueprint;
  const expected = from === "auto" ? "a known model" : `a model that --from ${from} knows`;
  const names = [...tensors.keys(), ...(sparse?.keys() ?? [])];
  const found = `${names.length} tensors of an unknown model: ${listed(checkpoint, names)}`;
  const hint =
    "--map FILE.json names the tensors by hand (pocketrec-cli convert --help); " +
    "--verbose lists them all, and what is recognised.";
  const error = new PocketrecError("unknown-layout", "file", expected, found, { hint });
  throw Object.assign(error, { checkpoint });
}

/**
 * Refuses options that a graph contradicts, or that only a file without one needs.
 *
 * @param {import("./blueprint.js").Blueprint} blueprint
 * @param {import("./blueprint.js").LayoutOptions} options
 * @throws {PocketrecError} "bad-argument"
 */
function assertAgrees({ kind, description }, { activation: stated, concat, join }) {
  const refuse = (
    /** @type {string} */ option,
    /** @type {string} */ found,
    known = "its order",
  ) => {
    const hint = "Such options are for files without a graph.";
    const expected = `${known}, as the file's graph says`;
    throw new PocketrecError("bad-argument", option, expected, found, { hint });
  };
  if (concat) refuse("--concat", concat);
  if (join) refuse("--join", join);
  const known = [description.activation ?? []].flat();
  if (stated === undefined || kind === "gmf" || kind === "autorec-item" || !known.length) return;
  const names = stated.split(",").map((name) => name.trim());
  const isSame = known.every((name, k) => name === names[names.length === 1 ? 0 : k]);
  if (!isSame) refuse("--activation", stated, known.join(","));
}

/**
 * Names alone describe a model only where the file has no graph, or where the user says whose names
 * they are.
 *
 * @param {Checkpoint} checkpoint
 * @param {import("./blueprint.js").LayoutOptions} options
 */
function layoutsFor({ format, graph, layers, classes }, { map, from = "auto" }) {
  if (map !== undefined) return [mappedLayout];
  const hasGraph = graph !== undefined || layers !== undefined;
  if (from !== "auto" && from !== format) return LAYOUTS[from];
  if (format === "torch" && classes.size) return MODULES;
  return hasGraph ? GRAPHS[format] : LAYOUTS[from];
}
