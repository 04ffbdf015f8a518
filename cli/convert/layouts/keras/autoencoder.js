import { PocketrecError } from "../../../../js/common/errors.js";
import { autoencoderTensors } from "../shared/autoencoder-tensors.js";
import { inputOf } from "../shared/assume.js";
import { outputsOf } from "./values.js";

/**
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("./values.js").Features} Features
 */

const KINDS = /** @type {const} */ (["autoencoder", "autorec-user", "mult-dae", "cdae"]);

/**
 * An autoencoder: a chain of dense layers from the items to the items; with the user's row in it a
 * CDAE.
 *
 * @param {Features} value
 * @param {LayoutOptions} options
 * @returns {import("./ncf.js").Model | undefined} undefined: another model
 */
export function autoencoderOf(value, options) {
  const {
    parts: [input, ...others],
    layers,
    after,
  } = value;
  const last = layers.at(-1);
  if (others.length || input.table || !last || outputsOf(last) !== input.width) return undefined;
  if (after || layers.length < 2) {
    const found = after ? "a batch normalisation of the output" : "one layer";
    throw new PocketrecError("unsupported", "model", "an encoder and a decoder", found);
  }
  const { node } = layers[0];
  const isMultinomial = input.isUnit || last.activation === "softmax";
  const kind = kindOf(options, node ? "cdae" : isMultinomial ? "mult-dae" : "autoencoder", value);
  const tensors = autoencoderTensors(layers);
  if (node?.values) tensors.set("user", { shape: [node.rows, node.width], values: node.values });
  const { normalize, assumptions } = inputOf(kind, input.isUnit, options);
  const isRating = kind === "autorec-user";
  const description = {
    activation: layers.slice(0, -1).map(({ activation }) => activation),
    output: last.activation,
    input: { values: isRating ? "rating" : "binary", normalize },
  };
  return { layout: "Keras graph", kind, tensors, description, notes: [], assumptions };
}

/**
 * @param {LayoutOptions} options
 * @param {typeof KINDS[number]} found
 * @param {Features} value
 */
function kindOf({ kind }, found, { layers }) {
  if (kind === undefined && found === "autoencoder" && layers.at(-1)?.activation === "identity") {
    const hint =
      "Use --kind autorec-user if its input is ratings, --kind autoencoder or --kind mult-dae if " +
      "it is 1 for each item of the history.";
    const items = outputsOf(layers[layers.length - 1]);
    const unknown = `an autoencoder of ${items} items of unknown kind`;
    throw new PocketrecError("unknown-layout", "kind", KINDS.join(", "), unknown, { hint });
  }
  const stated = KINDS.find((known) => known === kind);
  if (kind !== undefined && !stated) {
    const expected = `one of ${KINDS.join(", ")} for an autoencoder of Keras`;
    throw new PocketrecError("bad-argument", "kind", expected, kind);
  }
  const isConsistent = !stated || (stated === "cdae") === (found === "cdae");
  if (!isConsistent) throw new PocketrecError("bad-argument", "kind", found, String(kind));
  return stated ?? found;
}
