import { rowOf } from "../../forward/dense.js";
import { rawScores } from "../../forward/forward.js";

/** User-item pairs that are scored. */
const PAIRS = 1000;

/**
 * Whether a model of unknown output function was trained on ratings: its raw scores of random pairs
 * lie where ratings do, while the logit of an interaction is mostly far below zero.
 *
 * @param {import("../../blueprint.js").Blueprint} blueprint of a GMF, MLP, NeuMF or dot product
 *   with its users; without them nothing tells
 */
export function looksLikeRatings({ kind, tensors, description }) {
  const tables = ["gmf.user", "mlp.user", "user", "user.bias"].flatMap(
    (name) => tensors.get(name) ?? [],
  );
  if (!tables.length) return false;
  const users = tables[0].shape[0];
  const table = ["gmf.item", "mlp.item", "item.vector"].find((name) => tensors.has(name));
  const items = tensors.get(String(table))?.shape[0] ?? 0;
  const own = kind === "dot" ? "dot" : "neumf";
  const { activation, user_bias } = description;
  const info = /** @type {any} */ ({ kind: own, activation, user_bias });
  const raw = Array.from({ length: PAIRS }, (_, i) => {
    // Prime steps, coprime to most sizes: the pairs are spread, and the same each time.
    const user = (i * 7919) % users;
    const item = (i * 104729) % items;
    const vector = tables.flatMap((table) => rowOf(table, user));
    return rawScores(tensors, info, { vector }, [item])[0];
  }).sort((a, b) => a - b);
  return raw[Math.floor(PAIRS / 20)] > 0.3 && raw[PAIRS / 2] > 1.5;
}
