import { note, table } from "./terminal.js";

/** Larger files are listed up to this number of tensors. */
const LISTED_MAX = 60;

/** The shapes that the layouts look for. */
const EXPECTED = `\
Models that pocketrec recognises by names and shapes. Words such as user, uid, item and movie mark
users and items. Layers are [out, in]; Keras' kernels are [in, out].
  GMF       two tables [users, k], [items, k]; an output layer [1, k], or none
  MLP       two tables [users, e], [items, d]; layers [d1, e + d], [d2, d1], ...; output [1, dL]
  NeuMF     both pairs of tables; an output layer [1, k + dL]
  AE, DAE, AutoRec by user, Mult-DAE, Mult-VAE
            layers [h1, items], ..., [items, hL]
  CDAE      the same with a table [users, h1], or an encoder [h1, items + users]
  tower     one table [items, k] of the history's items (or [users, k]);
            layers [d1, k], ..., [items, dL]
  item-item one square matrix [items, items], dense or sparse
  SASRec    item_emb, pos_emb, attention_layers.0.in_proj_weight, ...; TensorFlow's of the authors
  GRU4Rec   weight_ih_l0, weight_hh_l0, ... behind a table [items, k]; layer [k, h] or [items, h]
RecBole's NeuMF, CDAE, MultiDAE, MultiVAE, RecVAE, DMF, EASE, SLIMElastic, ItemKNN, SASRec and
GRU4Rec: pass --from recbole where the file does not name its model.`;

/**
 * Prints the tensors of a file that no layout recognises, and what the layouts expect.
 * @param {import("../convert/checkpoint.js").Checkpoint | undefined} checkpoint
 */
export function listTensors(checkpoint) {
  if (!checkpoint) return;
  const found = [...checkpoint.tensors, ...(checkpoint.sparse ?? [])];
  const rows = found.map(([name, { shape }]) => [name, `[${shape.join(", ")}]`]);
  const more = rows.length - LISTED_MAX;
  note(`Tensors of the file (${checkpoint.format}):`);
  note(table(["tensor", "shape"], rows.slice(0, LISTED_MAX)));
  if (more > 0) note(`... and ${more} more`);
  note(["", ...EXPECTED.split("\n"), ""]);
}
