/**
 * Candidate generation on the server: a model of kind "candidates" finds films for a user. The
 * users here are synthetic. That of a list watched the best known films of the list; that of
 * "around a film" watched just that film; popular films have a user each. No visitor is involved.
 */

const SEEDS = 20; // films that the synthetic user of a list watched
const POPULAR = 500; // films in the list of popular ones
const WANTED = 50; // films that the synthetic user of a popular film would be shown
const RECENT_FROM = 2010; // the data end in 2018
const CLASSIC_BEFORE = 1970;

const byPopularity = (a, b) => b.popularity - a.popularity || a.id - b.id;

/**
 * Every list by name: `popular`, `recent`, `classics`, and one for each genre of the catalogue. A
 * list contains only what its name promises, in the model's order; `popular` in the order in which
 * its first films have something for most visitors, whatever they like.
 *
 * @param {Film[]} catalogue
 * @param {Model} model
 * @returns {Map<string, number[]>} film ids
 */
export function candidateLists(catalogue, model) {
  const films = catalogue.toSorted(byPopularity);
  const genres = [...new Set(films.flatMap((film) => film.genres))].sort();
  const dated = films.filter(({ year }) => year !== null);
  const promised = {
    recent: dated.filter(({ year }) => year >= RECENT_FROM),
    classics: dated.filter(({ year }) => year < CLASSIC_BEFORE),
  };
  return new Map([
    ["popular", mostWanted(model, films.slice(0, POPULAR))],
    ...Object.entries(promised).map(([name, kept]) => [name, expected(model, kept)]),
    ...genres.map((genre) => [
      genre,
      expected(
        model,
        films.filter((film) => film.genres.includes(genre)),
        genre,
      ),
    ]),
  ]);
}

/**
 * The films around one: the best of the catalogue for a user who watched just this film.
 *
 * @param {Model} model
 * @param {number} id
 * @param {number} limit
 * @returns {number[]} film ids
 */
export function around(model, id, limit) {
  return idsOf(model.recommend(userOf(model, [id]), { topK: limit, exclude: [id] }));
}

/**
 * The user vectors of the genres' synthetic users. The page compares the visitor with them, to draw
 * a genre.
 *
 * @param {Film[]} catalogue
 * @param {Model} model
 * @returns {{ list: string, vector: number[] }[]}
 */
export function tastes(catalogue, model) {
  const films = catalogue.toSorted(byPopularity);
  const genres = [...new Set(films.flatMap((film) => film.genres))].sort();
  return genres.map((list) => {
    const known = films
      .filter((film) => film.genres.includes(list))
      .slice(0, SEEDS)
      .map(({ id }) => id);
    return { list, vector: [...userOf(model, known.reverse()).vector] };
  });
}

/**
 * These films, given by popularity, in the model's order. All are scored, so none is missed.
 */
function expected(model, films, searched) {
  const ids = films.map(({ id }) => id);
  return idsOf(model.rank(userOf(model, ids.slice(0, SEEDS).reverse(), searched), ids));
}

/**
 * These films, given by popularity, by how many of their viewers would be shown them. A user for
 * each film watched just that one, and stands for as many viewers as the film has.
 */
function mostWanted(model, films) {
  const viewers = new Map(films.map(({ id }) => [id, 0]));
  for (const { id, popularity } of films)
    for (const shown of around(model, id, WANTED).filter((film) => viewers.has(film)))
      viewers.set(shown, viewers.get(shown) + popularity);
  return [...viewers.keys()].sort((a, b) => viewers.get(b) - viewers.get(a));
}

/** The last films of a history count most. A search word unknown to the model has no effect. */
function userOf(model, history, searched) {
  return model.user({
    history,
    features: { count: history.length, searched: searched ? [searched.toLowerCase()] : [] },
  });
}

const idsOf = (ranked) => ranked.map(({ item }) => item);

/**
 * @typedef {import("../../js/model/model.js").Model} Model
 *
 * @typedef {object} Film
 * @property {number} row in the weights file
 * @property {number} id
 * @property {string} title
 * @property {number | null} year
 * @property {string[]} genres
 * @property {number} popularity number of its ratings
 */
