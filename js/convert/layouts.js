import { PocketrecError } from "../common/errors.js";
import { autoencoderLayout } from "./layouts/by-name/autoencoder.js";
import { autorecItemLayout } from "./layouts/by-name/autorec-item.js";
import { deepctrLayout } from "./layouts/deepctr.js";
import { kerasGraph } from "./layouts/keras/graph.js";
import { kerasYoutube } from "./layouts/keras/youtube.js";
import { mappedLayout } from "./layouts/mapped.js";
import { ncfLayout } from "./layouts/by-name/ncf.js";
import { onnxLayout } from "./layouts/onnx/layout.js";
import { pocketrecLayout } from "./layouts/pocketrec.js";
import { recboleLayout } from "./layouts/recbole.js";
import { towerLayout } from "./layouts/by-name/tower.js";

/**
 * Which layouts a file is tried against, in order, by what --from says.
 *
 * @typedef {import("./blueprint.js").Layout} Layout
 * @type {Record<string, Layout[]>}
 */
const LAYOUTS = {
  pocketrec: [pocketrecLayout],
  recbole: [recboleLayout],
  "ncf-pytorch": [ncfLayout],
  "ncf-keras": [ncfLayout],
  onnx: [onnxLayout],
  keras: [kerasYoutube, kerasGraph, ncfLayout, autorecItemLayout, autoencoderLayout, towerLayout],
  torch: [autorecItemLayout, deepctrLayout, ncfLayout, autoencoderLayout, towerLayout],
};
LAYOUTS.auto = [...new Set(Object.values(LAYOUTS).flat())];

export const SOURCES = [
  "auto",
  "recbole",
  "ncf-pytorch",
  "ncf-keras",
  "onnx",
  "torch",
  "keras",
  "pocketrec",
];

/**
 * @param {import("./checkpoint.js").Checkpoint} checkpoint
 * @param {import("./blueprint.js").LayoutOptions} options
 * @returns {import("./blueprint.js").Blueprint}
 * @throws {PocketrecError} "unknown-layout" with the `checkpoint`, to be listed
 */
export function recognise(checkpoint, options) {
  if (!checkpoint.tensors.size && !checkpoint.modelFile && !checkpoint.graph)
    throw new PocketrecError("missing-tensor", "file", "a model's tensors", "none");
  for (const layout of options.map !== undefined
    ? [mappedLayout]
    : LAYOUTS[options.from ?? "auto"]) {
    const blueprint = layout(checkpoint, options);
    if (blueprint) return blueprint;
  }
  const error = new PocketrecError(
    "unknown-layout",
    "file",
    `a model that ${options.from === undefined || options.from === "auto" ? "is known" : `--from ${options.from} knows`}`,
    `${checkpoint.tensors.size} tensors that are none`,
    {
      hint: "--map FILE.json names the tensors by hand (pocketrec convert --help).",
    },
  );
  throw Object.assign(error, { checkpoint });
}
