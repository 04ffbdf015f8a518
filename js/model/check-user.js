/**
 * The user of a check vector.
 *
 * @param {import("./model.js").Model} model
 * @param {import("../file/item-ids.js").ItemIndex} known
 * @param {import("../file/metadata.js").Check} check
 */
export function userOf(model, known, { vector, history, ratings, user: features }) {
  const past = history && known.rowsOf(Uint32Array.from(history));
  return model.user(
    past || features
      ? {
          features,
          history:
            past && Array.from(past, (row, i) => ({ item: known.idOf(row), rating: ratings?.[i] })),
        }
      : { vector },
  );
}
