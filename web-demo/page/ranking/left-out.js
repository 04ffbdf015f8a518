/** Leave-one-out reasons: how much lower the raw scores would be without each rating. */

const COUNTED = 50; // the ranker uses the last 50 films watched

/**
 * As `model.explain`, for a model without items of its own.
 *
 * @param {import("../../../js/model/model.js").Model} model
 * @param {{ history: { item: number, rating: number }[], features: Record<string, unknown> }}
 *   input
 * @param {import("../../../js/model/candidate-pack.js").CandidatePack | number[]} candidates
 * @returns {Map<number, import("./reasons.js").Reason[]>} by film, the strongest first
 */
export function leaveOneOut(model, { history, features }, candidates) {
  const scoresOf = (past) =>
    model.score(model.user({ history: past, features }), candidates, { raw: true });
  const { positive } = model.info.rating;
  const counted = history.filter(({ rating }) => rating >= positive).slice(-COUNTED);
  const whole = scoresOf(history);
  const without = counted.map((entry) => scoresOf(history.filter((other) => other !== entry)));
  const reasonsAt = (place) =>
    counted.map((entry, i) => ({ ...entry, effect: whole[place] - without[i][place] }));
  const strongest = (reasons) => reasons.sort((a, b) => b.effect - a.effect);
  return new Map(
    (candidates.items ?? candidates).map((item, place) => [item, strongest(reasonsAt(place))]),
  );
}
