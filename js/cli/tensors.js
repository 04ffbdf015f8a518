import { note, table } from "./terminal.js";

/** Of a file with thousands of tensors, how many are told. */
const MOST = 60;

/** What the layouts look for, in a few lines. */
const EXPECTED = `What pocketrec knows by names and shapes (users and items by words such as user, uid, item, movie; layers are [out, in], or
Keras' kernels [in, out]):
  GMF       two tables [users, k], [items, k]; an output layer [1, k], or none
  MLP       two tables [users, e], [items, d]; layers [d1, e + d], [d2, d1], ...; an output layer [1, dL]
  NeuMF     both pairs of tables; an output layer [1, k + dL]
  AE, DAE, AutoRec by user, Mult-DAE, Mult-VAE
            layers [h1, items], ..., [items, hL]
  CDAE      the same with a table [users, h1], or an encoder [h1, items + users]
  a tower   one table [items, k] of a history's items (or [users, k]), layers [d1, k], ..., [items, dL]
RecBole's NeuMF, CDAE, MultiDAE, MultiVAE, RecVAE and DMF: --from recbole where the file does not say so itself.`;

/**
 * What a file holds beside what was expected.
 * @param {import("../convert/checkpoint.js").Checkpoint | undefined} checkpoint
 */
export function listTensors(checkpoint) {
  if (!checkpoint) return;
  const rows = [...checkpoint.tensors].map(([name, { shape }]) => [name, `[${shape.join(", ")}]`]);
  const more = rows.length - MOST;
  note(`What the file holds (${checkpoint.format}):`);
  note(table(["tensor", "shape"], rows.slice(0, MOST)));
  if (more > 0) note(`... and ${more} more`);
  note(`\n${EXPECTED}\n`);
}
