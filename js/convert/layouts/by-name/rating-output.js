import { rowOf } from "../../forward/dense.js";
import { rawScores } from "../../forward/forward.js";

/** User-item pairs that are scored. */
const PAIRS = 1000;

/**
 * Whether a model of unknown output function was trained on ratings: its raw scores of random pairs
 * lie where ratings do, while the logit of an interaction is mostly far below zero.
 *
 * @param {import("../../blueprint.js").Blueprint} blueprint of a GMF, MLP or NeuMF with its users
 */
export function looksLikeRatings({ tensors, description }) {
  const gmf = tensors.get("gmf.user");
  const mlp = tensors.get("mlp.user");
  const users = (gmf ?? mlp)?.shape[0] ?? 0;
  const items = (tensors.get("gmf.item") ?? tensors.get("mlp.item"))?.shape[0] ?? 0;
  const info = /** @type {any} */ ({ kind: "neumf", activation: description.activation });
  const raw = Array.from({ length: PAIRS }, (_, i) => {
    // Prime steps, coprime to most sizes: the pairs are spread, and the same each time.
    const user = (i * 7919) % users;
    const item = (i * 104729) % items;
    const vector = [gmf, mlp].flatMap((table) => (table ? rowOf(table, user) : []));
    return rawScores(tensors, info, { vector }, [item])[0];
  }).sort((a, b) => a - b);
  return raw[Math.floor(PAIRS / 20)] > 0.3 && raw[PAIRS / 2] > 1.5;
}
