/**
 * A model as docs/format.md describes it, in float32 and as it was trained: nothing is folded or
 * dropped yet.
 *
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./assumptions.js").Assumption} Assumption
 *
 * @typedef {object} Blueprint
 * @property {string} layout the name of the layout, for display: "RecBole NeuMF"
 * @property {import("../../js/families/index.js").Kind} kind
 * @property {Map<string, ForeignTensor>} tensors by the names of docs/format.md, in PyTorch's
 *   orientation [out, in]; with the trained users' tables ("gmf.user", "mlp.user", "user"), which
 *   are dropped or summarised later
 * @property {Record<string, unknown>} description the metadata (activation, output, input,
 *   features, ...) where it differs from the kind's defaults
 * @property {Set<string>} used names of the checkpoint's tensors that the model uses
 * @property {Map<string, string>} unused names of the others, each with the reason
 * @property {number} [padding] rows at the start of each item axis that are no item (RecBole's
 *   [PAD]: 1)
 * @property {number} [userPadding] the same for the users' tables
 * @property {Map<string, import("../../js/file/safetensors.js").Tensor>} [kept] tensors of a
 *   pocketrec file that are copied unchanged: ids, vocabularies, feature values of items
 * @property {string[]} notes what was done that may surprise, one sentence each
 * @property {"bpr" | "log" | "squared"} [usualLoss] what models of such names are trained with,
 *   where the file does not say it
 * @property {boolean} [isKnownCode] whether the file names the library whose code it is computed by
 * @property {Assumption[]} assumptions what the file does not say and was taken for granted
 *
 * @typedef {object} LayoutOptions what the command line states where the file does not
 * @property {string} [kind] such as "autorec-item"
 * @property {"sigmoid" | "identity" | "softmax" | "exp"} [output]
 * @property {string} [activation] one name, or several separated by commas
 * @property {string} [from] whose layout the file has
 * @property {{ minimum?: number, maximum?: number, positive?: number }} [rating]
 * @property {"user-item" | "item-user"} [concat] which half of a tower's input comes first
 * @property {"gmf-mlp" | "mlp-gmf"} [join] which block of NeuMF's output layer comes first
 * @property {string[]} [ignore] names of tensors that are no part of the model, or patterns with *
 * @property {number} [epsilon] of the norms
 * @property {"before" | "behind"} [norm] on which side of the activation the norms lie
 * @property {"none" | "l2"} [normalize] the length that an autoencoder's input is scaled to
 * @property {"first" | "second"} [head] which head of a variational encoder gives the mean
 * @property {string} [layerOrder] paths of the dense layers in the order in which they run, where
 *   no number tells, separated by commas
 * @property {string} [usualActivation] of layers of which the file says nothing, as it speaks for
 * @property {string} [userTable] the table that has a row per user, where no name tells
 * @property {number} [globalMean] of a matrix factorisation, added to every score
 * @property {"rows" | "columns"} [historyAxis] of a matrix of items by items
 * @property {"binary" | "rating"} [inputValues] what an item to item model reads of an interaction
 * @property {number} [diagonal] of ELSA: what is taken away from an item's score for itself
 * @property {number} [heads] of attention
 * @property {"after" | "before" | "query"} [normOrder] of the layer normalisations of attention
 * @property {"first" | "last"} [positions] where positions are counted from
 * @property {"masked" | "zero" | "attended"} [emptyPositions] before a short history
 * @property {number} [embeddingScale] of the items in a sequence
 * @property {number} [window] the most events of a history that are read
 * @property {number} [padding] rows at the start of each item axis that are no item
 * @property {number} [items] number of items, where shapes alone cannot tell items from users
 * @property {number} [users] number of users, where they share a table with the items
 * @property {number} [layers] of a graph network
 * @property {{ items: number, user: Uint32Array, item: Uint32Array, rating?: Float64Array,
 *   named?: { users?: number, items?: number } }} [ratings] the interactions of --data, by rows of
 *   users and items; named: how many rows the app's ids name
 * @property {string} [loss] that a dot product was trained with
 * @property {Record<string, any>} [foldIn] what belongs to it
 * @property {Record<string, any>} [map] the object of --map
 * @property {Record<string, any>[]} [features] the list of --features: as in docs/format.md, an
 *   item feature with its "values"
 *
 * @typedef {(checkpoint: Checkpoint, options: LayoutOptions) => Blueprint | undefined} Layout
 *   recognises a checkpoint, or returns undefined; throws if it is one of its own but broken
 */

/**
 * A blueprint without tensors yet.
 *
 * @param {string} layout
 * @param {import("../../js/families/index.js").Kind} kind
 * @param {Record<string, unknown>} [description]
 * @returns {Blueprint}
 */
export const emptyBlueprint = (layout, kind, description = {}) => ({
  layout,
  kind,
  tensors: new Map(),
  description,
  used: new Set(),
  unused: new Map(),
  notes: [],
  assumptions: [],
});

/** Reasons why a tensor is unused. */
export const UNUSED = {
  model: "the model does not use it",
  output: "the model's output does not depend on it",
  variance: "it gives the variance of a code, which only training needs",
};

/**
 * The tensors that the model does not use, each with the reason.
 *
 * @param {Pick<Checkpoint, "tensors" | "sparse">} checkpoint
 * @param {Set<string>} used
 * @param {string | ((name: string) => string)} reason
 * @returns {Map<string, string>}
 */
export const unusedTensors = ({ tensors, sparse = new Map() }, used, reason) =>
  new Map(
    [...tensors.keys(), ...sparse.keys()]
      .filter((name) => !used.has(name))
      .map((name) => [name, typeof reason === "string" ? reason : reason(name)]),
  );
