// The score of every candidate in float64: what all peers are held against.
import { referenceLogits, row, sigmoid } from "../tests/lib/reference.js";

export function referenceScores(tensors, userRow, itemRows) {
  const vector = [...row(tensors["gmf.user"], userRow), ...row(tensors["mlp.user"], userRow)];
  return referenceLogits(tensors, vector, itemRows).map(sigmoid);
}
