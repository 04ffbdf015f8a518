/** The films that can be rated: the same file for everybody, searched on this machine. */

const STARTER_PAGES = 6;

/** @returns {Promise<Catalogue>} */
export async function loadCatalogue() {
  const response = await fetch("/models/catalogue.json");
  if (!response.ok)
    throw new Error(`The server has no list of films (it answered ${response.status}).`);
  return new Catalogue(await response.json());
}

export class Catalogue {
  #films;
  #byId;

  constructor(films) {
    this.#films = films
      .map((film) => ({ ...film, words: ` ${plain(film.title)} ${film.year ?? ""}` }))
      .sort((a, b) => b.popularity - a.popularity || a.id - b.id);
    this.#byId = new Map(this.#films.map((film) => [film.id, film]));
  }

  get(id) {
    return this.#byId.get(id);
  }

  get genres() {
    return [...new Set(this.#films.flatMap((film) => film.genres))].sort();
  }

  /**
   * Films with a word that begins like each word of the query; those that begin like all of it come
   * first.
   */
  search(query, limit) {
    const text = plain(query);
    const words = text.split(" ").filter(Boolean);
    const found = this.#films.filter((film) =>
      words.every((word) => film.words.includes(` ${word}`)),
    );
    const begins = found.filter((film) => film.words.startsWith(` ${text}`));
    return [...new Set([...begins, ...found])].slice(0, limit);
  }

  /**
   * A few of the films that most people have seen, so that nobody starts before an empty search
   * box.
   */
  starters(page, count) {
    const first = (page % STARTER_PAGES) * count;
    return this.#films.slice(first, first + count);
  }
}

/** Lower case without accents and punctuation, so that "amelie" finds "Amélie". */
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
