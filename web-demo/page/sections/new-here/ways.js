/**
 * The ways in which models make the vector of a new user, and the vectors of the films that it is
 * multiplied with. Without imports of the page: tests/72-new-here.test.js uses it too.
 */

/** @typedef {import("../../models/insides.js").Insides} Insides */

/** In the order in which they are offered. */
export const WAYS = ["gmf", "neumf", "ials", "dae", "candidates"];

/**
 * The vectors of the films in the space of the user's: of two users the raw scores of a film differ
 * by the product of its vector with the difference of theirs. Of NeuMF the half of GMF alone;
 * its tower has no such space.
 *
 * @param {Insides} insides
 * @returns {{ width: number, values: Float32Array }} [films, width] by row
 */
export function filmVectors({ info, tensors }) {
  const table = tensors.get(TABLES[info.kind]);
  const [films, width] = table.shape;
  const weights = weightsOf(info.kind, tensors, width);
  if (!weights) return { width, values: table.values };
  const values = new Float32Array(films * width);
  for (let row = 0, at = 0; row < films; row += 1)
    for (let k = 0; k < width; k += 1, at += 1) values[at] = table.values[at] * weights[k];
  return { width, values };
}

/** What each product of a user's and a film's number is multiplied with; undefined: all 1. */
function weightsOf(kind, tensors, width) {
  if (tensors.has("gmf.item")) return tensors.get("output.weight").values;
  // The tower's last output may be 1 for every user: the film's number there is its popularity.
  if (kind === "candidates") return Array.from({ length: width }, (_, k) => Number(k < width - 1));
  return undefined;
}

const TABLES = {
  gmf: "gmf.item",
  neumf: "gmf.item",
  dot: "item.vector",
  autoencoder: "decoder.0.weight",
  candidates: "item.embedding",
};

/**
 * What `model.user` takes of some ratings.
 *
 * @param {string} way
 * @param {import("../../state/visitor.js").Rating[]} ratings
 */
export function sourceOf(way, ratings) {
  const history = ratings.map(([item, rating]) => ({ item, rating }));
  return way === "candidates" ? { history, features: { count: history.length } } : { history };
}

/**
 * The numbers of a visitor in the formula of a way.
 *
 * @param {string} way
 * @param {Record<string, any>} info of the model
 * @param {number} films of the catalogue
 * @param {import("../../state/visitor.js").Rating[]} given
 * @returns {Record<string, number>}
 */
export function formulaNumbers(way, info, films, given) {
  const count = given.length;
  const liked = given.filter(([, stars]) => stars >= info.rating.positive).length;
  if (way === "ials") {
    const { regularization, unobserved, exponent } = info.fold_in;
    return { liked, penalty: regularization * (liked + unobserved * films) ** exponent };
  }
  if (way === "dae") return { share: liked > 0 ? 1 / Math.sqrt(liked) : 0 };
  if (way === "candidates") return { liked: Math.max(1, liked), count };
  const { negatives, prior, steps } = info.fold_in;
  return { steps, prior, weight: (negatives * count) / (films - count) };
}
