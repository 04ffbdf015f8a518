import { rawScores } from "../../forward/forward.js";
import { rowOf } from "../../matrix.js";

/** Pairs of a user and an item that are looked at. */
const PAIRS = 1000;

/**
 * Whether a model without a word on its output was trained on ratings: what it says of people and
 * items at random lies where ratings do, while the logit of an interaction is mostly far below
 * zero.
 *
 * @param {import("../../blueprint.js").Blueprint} blueprint of a GMF, MLP or NeuMF with its users
 */
export function looksLikeRatings({ tensors, description }) {
  const gmf = tensors.get("gmf.user");
  const mlp = tensors.get("mlp.user");
  const users = (gmf ?? mlp)?.shape[0] ?? 0;
  const items = (tensors.get("gmf.item") ?? tensors.get("mlp.item"))?.shape[0] ?? 0;
  const raw = Array.from({ length: PAIRS }, (_, i) => {
    // Steps that share no divisor with most sizes: pairs that are spread, and the same each time.
    const user = (i * 7919) % users;
    const item = (i * 104729) % items;
    const vector = [gmf, mlp].flatMap((table) => (table ? rowOf(table, user) : []));
    return rawScores(
      tensors,
      /** @type {any} */ ({ kind: "neumf", activation: description.activation }),
      { vector },
      [item],
    )[0];
  }).sort((a, b) => a - b);
  return raw[Math.floor(PAIRS / 20)] > 0.3 && raw[PAIRS / 2] > 1.5;
}
