/**
 * What models are told of a person, from their ratings. Imports nothing: the demo's command line
 * uses it too.
 */

/**
 * What the ranker wants to know beside the history: how many films, and how the person rates.
 *
 * @param {[id: number, stars: number][]} ratings in the order in which they were given
 */
export function describe(ratings) {
  const sum = ratings.reduce((stars, [, given]) => stars + given, 0);
  const mean = ratings.length > 0 ? { mean_rating: sum / ratings.length } : {};
  return { history: historyOf(ratings), features: { count: ratings.length, ...mean } };
}

/** @param {[id: number, stars: number][]} ratings */
export function historyOf(ratings) {
  return ratings.map(([item, rating]) => ({ item, rating }));
}
