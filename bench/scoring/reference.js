// Scores of NeuMF in float64, which all peers must agree with.
import { referenceLogits, row, sigmoid } from "../../tests/lib/reference.js";

export function referenceScores(tensors, userRow, itemRows) {
  const vector = [...row(tensors["gmf.user"], userRow), ...row(tensors["mlp.user"], userRow)];
  return referenceLogits(tensors, vector, itemRows).map(sigmoid);
}
