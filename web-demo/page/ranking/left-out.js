/** Leave-one-out reasons: how much lower the raw scores would be without each rating. */

const COUNTED = 50; // the ranker uses the last 50 films watched

/**
 * As `model.explain`, for a model without items of its own.
 *
 * @param {import("../../../js/worker/model.js").WorkerModel} model in a worker or not
 * @param {{ history: { item: number, rating: number }[], features: Record<string, unknown> }}
 *   input
 * @param {import("./stages.js").Candidates} candidates
 * @returns {Promise<Map<number, import("./reasons.js").Reason[]>>} by film, the strongest first
 */
export async function leaveOneOut(model, { history, features }, candidates) {
  const scoresOf = async (past) => {
    const user = await model.user({ history: past, features });
    return model.score(user, candidates, { raw: true });
  };
  const { positive } = model.info.rating;
  const counted = history.filter(({ rating }) => rating >= positive).slice(-COUNTED);
  const whole = await scoresOf(history);
  const without = [];
  for (const entry of counted) without.push(await scoresOf(history.filter((one) => one !== entry)));
  const reasonsAt = (place) =>
    counted.map((entry, i) => ({ ...entry, effect: whole[place] - without[i][place] }));
  const strongest = (reasons) => reasons.sort((a, b) => b.effect - a.effect);
  return new Map(
    [...(candidates.items ?? candidates)].map((item, at) => [item, strongest(reasonsAt(at))]),
  );
}
