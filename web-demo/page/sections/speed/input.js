/**
 * What a user of a model is made from: candidate generation takes the number of ratings too.
 *
 * @param {Record<string, any>} info of the model
 * @param {{ item: number, rating: number }[]} history
 */
export const inputOf = ({ features }, history) =>
  features.length > 0 ? { history, features: { count: history.length } } : { history };
