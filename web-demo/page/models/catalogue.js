/** The films that can be rated: the same file for every visitor, searched on this device. */

const STARTER_PAGES = 6;

/** The header of a server that also has lists of candidates. A host of files alone has none. */
const LISTS = "Candidate-Lists";

/** @returns {Promise<Catalogue>} */
export async function loadCatalogue() {
  const response = await fetch("models/catalogue.json");
  if (!response.ok)
    throw new Error(`The server has no list of films (it answered ${response.status}).`);
  return new Catalogue(await response.json(), response.headers.has(LISTS));
}

export class Catalogue {
  #films;
  #byId;

  /**
   * @param {object[]} films
   * @param {boolean} hasLists whether the server of the catalogue has lists of candidates
   */
  constructor(films, hasLists) {
    this.hasLists = hasLists;
    this.#films = films
      .map((film) => ({ ...film, words: ` ${plain(film.title)} ${film.year ?? ""}` }))
      .sort((a, b) => b.popularity - a.popularity || a.id - b.id);
    this.#byId = new Map(this.#films.map((film) => [film.id, film]));
  }

  get(id) {
    return this.#byId.get(id);
  }

  /** Of all films, the best known first. @returns {number[]} */
  get ids() {
    return this.#films.map(({ id }) => id);
  }

  get genres() {
    return [...new Set(this.#films.flatMap((film) => film.genres))].sort();
  }

  /** Films with a word for each prefix in the query; titles that begin with it all come first. */
  search(query, limit) {
    const text = plain(query);
    const words = text.split(" ").filter(Boolean);
    const found = this.#films.filter((film) =>
      words.every((word) => film.words.includes(` ${word}`)),
    );
    const begins = found.filter((film) => film.words.startsWith(` ${text}`));
    return [...new Set([...begins, ...found])].slice(0, limit);
  }

  /** A page of the best known films, to begin with. */
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
