/** The vectors of the genres, the same for every visitor. */

const SEEDS = 20; // the best known films of a genre, which its made-up user watched

/**
 * @param {import("../../models/open-model.js").WorkerModel} model of kind "candidates"
 * @param {{ id: number, genres: string[] }[]} films the best known first
 * @returns {Promise<{ genre: string, vector: ArrayLike<number> }[]>}
 */
export function tastesOf(model, films) {
  const genres = [...new Set(films.flatMap((film) => film.genres))].sort();
  return Promise.all(
    genres.map(async (genre) => {
      const known = films.filter((film) => film.genres.includes(genre)).slice(0, SEEDS);
      // The last films of a history count most.
      const user = await userOf(model, known.map(({ id }) => id).reverse());
      return { genre, vector: await user.vector };
    }),
  );
}

/** @param {(number | { item: number, rating: number })[]} history the latest last */
export const userOf = async (model, history) =>
  model.user({ history, features: { count: history.length } });
