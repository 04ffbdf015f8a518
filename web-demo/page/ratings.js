/**
 * What the visitor rated. It is kept in this browser's own storage where that is allowed, and in memory otherwise;
 * there is no code here that could send it.
 */

const KEY = "pocketrec-demo-ratings";

export class Ratings {
  #storage;
  #stars;

  /**
   * @param {Storage | null} storage
   * @param {(id: number) => boolean} isFilm tells whether an id read from the storage is one of the catalogue
   */
  constructor(storage, isFilm) {
    this.#storage = storage;
    this.#stars = new Map(read(storage, isFilm));
  }

  get size() {
    return this.#stars.size;
  }

  /** @returns {number | undefined} 1 to 5 */
  get(id) {
    return this.#stars.get(id);
  }

  /** @returns {[id: number, stars: number][]} in the order in which they were given */
  entries() {
    return [...this.#stars];
  }

  set(id, stars) {
    this.#stars.set(id, stars);
    this.#save();
  }

  remove(id) {
    this.#stars.delete(id);
    this.#save();
  }

  clear() {
    this.#stars.clear();
    this.#save();
  }

  #save() {
    try {
      if (this.size === 0) this.#storage?.removeItem(KEY);
      else this.#storage?.setItem(KEY, JSON.stringify(this.entries()));
    } catch {
      this.#storage = null; // full or forbidden: go on in memory
    }
  }
}

/** Reading the property alone throws where the browser forbids storage. */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Anything may stand in the storage: only pairs of a known film and 1 to 5 whole stars are believed. */
function read(storage, isFilm) {
  try {
    const pairs = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return pairs.filter(([id, stars]) => isFilm(id) && Number.isInteger(stars) && stars >= 1 && stars <= 5);
  } catch {
    return [];
  }
}
