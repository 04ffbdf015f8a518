/** History and features of the user, from the ratings. Without imports: run.js uses it in Node. */

/**
 * The history, and the features of the ranker: the number of ratings, and their mean.
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
