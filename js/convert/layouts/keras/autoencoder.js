import { PocketrecError } from "../../../common/errors.js";

/**
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./values.js").Features} Features
 */

const KINDS = /** @type {const} */ (["autoencoder", "autorec-user", "mult-dae", "cdae"]);

/**
 * A chain of dense layers that begins and ends with the items: an autoencoder; with the person's
 * row in it a CDAE.
 * @param {Features} value
 * @param {LayoutOptions} options
 * @returns {import("./ncf.js").Model | undefined} undefined: something else
 */
export function autoencoderOf({ parts: [input, ...others], layers, after }, options) {
  const last = layers.at(-1);
  if (others.length || input.table || !last || last.outputs !== input.width) return undefined;
  if (after || layers.length < 2) {
    const found = after ? "a batch normalisation of the output" : "one layer";
    throw new PocketrecError("unsupported", "model", "an encoder and a decoder", found);
  }
  const node = layers[0].node;
  const kind = kindOf(
    options,
    node ? "cdae" : input.isUnit || last.activation === "softmax" ? "mult-dae" : "autoencoder",
  );
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const hidden = layers.slice(0, -1);
  const narrowest = hidden.reduce(
    (best, layer, at) => (layer.outputs < hidden[best].outputs ? at : best),
    0,
  );
  layers.forEach(({ weight, bias, inputs, outputs }, at) => {
    const name = at <= narrowest ? `encoder.${at}` : `decoder.${at - narrowest - 1}`;
    tensors.set(`${name}.weight`, { shape: [outputs, inputs], values: weight });
    tensors.set(`${name}.bias`, { shape: [outputs], values: bias });
  });
  if (node?.values) tensors.set("user", { shape: [node.rows, node.width], values: node.values });
  const description = descriptionOf(
    kind,
    input.isUnit,
    hidden.map((layer) => layer.activation),
    last.activation,
  );
  return { layout: "Keras graph", kind, tensors, ...description };
}

/**
 * @param {string} kind
 * @param {boolean} isUnit
 * @param {string[]} activation
 * @param {string} output
 */
function descriptionOf(kind, isUnit, activation, output) {
  const values = kind === "autorec-user" ? "rating" : "binary";
  const input = { values, normalize: isUnit ? "l2" : "none" };
  const note =
    'The graph does not bring its input to length 1; if that was done before, set input.normalize to "l2".';
  return {
    description: { activation, output, input },
    notes: kind === "mult-dae" && !isUnit ? [note] : [],
  };
}

/**
 * @param {LayoutOptions} options
 * @param {typeof KINDS[number]} found
 */
function kindOf({ kind }, found) {
  const told = KINDS.find((known) => known === kind);
  if (kind !== undefined && !told) {
    throw new PocketrecError(
      "bad-argument",
      "kind",
      `one of ${KINDS.join(", ")} for an autoencoder of Keras`,
      kind,
    );
  }
  const isSame = !told || (told === "cdae") === (found === "cdae");
  if (!isSame) throw new PocketrecError("bad-argument", "kind", found, String(kind));
  return told ?? found;
}
