/**
 * Candidate generation on the server: a model of kind "candidates" finds the films for a person.
 * The persons of this server are made up: each list has one, who watched the films that the list is
 * best known for, and "around a film" has one who watched just that film. No visitor is among them.
 */

const SEEDS = 20; // films that a list is known for
const POPULAR = 500; // films that may call themselves popular
const RECENT_FROM = 2010; // the data end in 2018
const CLASSIC_BEFORE = 1970;

const byPopularity = (a, b) => b.popularity - a.popularity || a.id - b.id;

/**
 * Every list by its name: `popular`, `recent`, `classics`, and one for each genre of the catalogue.
 * A list holds nothing but what its name promises, that which the model expects first in front.
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
    popular: films.slice(0, POPULAR),
    recent: dated.filter(({ year }) => year >= RECENT_FROM),
    classics: dated.filter(({ year }) => year < CLASSIC_BEFORE),
  };
  return new Map([
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
 * The films around one: those that the model expects of a person who watched just this film, of all
 * that it knows.
 *
 * @param {Model} model
 * @param {number} id
 * @param {number} limit
 * @returns {number[]} film ids
 */
export function around(model, id, limit) {
  return idsOf(model.recommend(personOf(model, [id]), { topK: limit, exclude: [id] }));
}

/**
 * The vectors of those who were made up for the genres: what a page compares a visitor with, to
 * tell a rough taste.
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
    return { list, vector: [...personOf(model, known.reverse()).vector] };
  });
}

/**
 * These films, the best known first, in the order that the model gives them: all are looked at, so
 * nothing is missed.
 */
function expected(model, films, searched) {
  const ids = films.map(({ id }) => id);
  return idsOf(model.rank(personOf(model, ids.slice(0, SEEDS).reverse(), searched), ids));
}

/** The last films of a history count most. A word that the model has not learned counts nothing. */
function personOf(model, history, searched) {
  return model.user({
    history,
    features: { count: history.length, searched: searched ? [searched.toLowerCase()] : [] },
  });
}

const idsOf = (ranked) => ranked.map(({ item }) => item);

/**
 * @typedef {import("../js/model/model.js").Model} Model
 *
 * @typedef {object} Film
 * @property {number} row in the weights file
 * @property {number} id
 * @property {string} title
 * @property {number | null} year
 * @property {string[]} genres
 * @property {number} popularity how many people rated it
 */
