/**
 * A model as docs/format.md has it, in float32 and as it was trained: nothing folded, nothing left
 * out yet.
 *
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} Blueprint
 * @property {string} layout whose layout it is, for people: "RecBole NeuMF"
 * @property {import("../file/metadata.js").Kind} kind
 * @property {Map<string, ForeignTensor>} tensors by the names of docs/format.md, PyTorch's
 *   orientation ([out, in]); the trained users' tables ("gmf.user", "mlp.user", "user") among them,
 *   which are left out or summed up later
 * @property {Record<string, unknown>} description the metadata: activation, output, input, features
 *   and so on, where they differ from the kind's defaults
 * @property {Set<string>} used the names of the checkpoint's tensors that went in
 * @property {Map<string, string>} unused the names of those that did not, each with the reason
 * @property {number} [padding] how many rows at the beginning of each item axis stand for no item
 *   (RecBole's [PAD]: 1)
 * @property {number} [userPadding] the same of the users' tables
 * @property {Map<string, import("../file/safetensors.js").Tensor>} [kept] what a file of
 *   pocketrec's own holds beside numbers to compute with (ids, vocabularies, items' values), as it
 *   is
 * @property {string[]} notes what was taken for granted, a sentence each
 *
 * @typedef {object} LayoutOptions what the person says of the file, where it does not tell
 * @property {string} [kind] "autorec-item" and so on
 * @property {"sigmoid" | "identity" | "softmax" | "exp"} [output]
 * @property {string} [activation] or several, with commas
 * @property {string} [from] whose layout it is
 * @property {{ minimum?: number, maximum?: number, positive?: number }} [rating]
 * @property {"user-item" | "item-user"} [concat] which half of a tower's input comes first
 * @property {"gmf-mlp" | "mlp-gmf"} [join] which block of NeuMF's output layer comes first
 * @property {number} [items] how many items there are, where shapes alone do not tell items from
 *   users
 *
 * @property {{ items: number, user: Uint32Array, item: Uint32Array, rating: Float64Array }}
 *   [ratings] what --data holds, by rows of users and items
 * @property {Record<string, any>} [map] what --map says
 * @property {Record<string, any>[]} [features] what --features says: as docs/format.md has them, an
 *   item's with its "values"
 *
 * @typedef {(checkpoint: Checkpoint, options: LayoutOptions) => Blueprint | undefined} Layout
 *   recognises a checkpoint, or gives undefined; throws where it is one of its own but broken
 */

/**
 * A blueprint without tensors yet.
 *
 * @param {string} layout
 * @param {import("../file/metadata.js").Kind} kind
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
});

/**
 * What did not go in, and why not.
 *
 * @param {Pick<Checkpoint, "tensors">} checkpoint
 * @param {Set<string>} used
 * @param {string | ((name: string) => string)} why
 * @returns {Map<string, string>}
 */
export const unusedTensors = ({ tensors }, used, why) =>
  new Map(
    [...tensors.keys()]
      .filter((name) => !used.has(name))
      .map((name) => [name, typeof why === "string" ? why : why(name)]),
  );
