/**
 * What the visitor rated: a history of pocketrec/history, in this browser's IndexedDB where that is
 * allowed, and in memory otherwise, and what of it was told. Other tabs see the same. There is no
 * code here that could send it.
 */

import { BUDGET } from "./blurred-taste.js";

const NAME = "demo";

export class Ratings {
  #history;
  #isFilm;
  #onChange;
  /**
   * @type {Map<number, number>} at once what the visitor did, whether it is stored already or not
   */
  #stars;
  #writing = 0;

  /**
   * @param {import("../../js/history/history.js").History} history
   * @param {(id: number) => boolean} isFilm tells whether an id is one of the catalogue
   * @param {() => void} onChange hears of what another tab did
   */
  constructor(history, isFilm, onChange) {
    this.#history = history;
    this.#isFilm = isFilm;
    this.#onChange = onChange;
    this.#stars = this.#read();
    history.addEventListener("change", () => this.#writing || this.#takeIn());
  }

  /**
   * @param {(id: number) => boolean} isFilm
   * @param {() => void} onChange
   */
  static async open(isFilm, onChange) {
    const { openHistory } = await import("/dist/history.js");
    return new Ratings(await openHistory(NAME, { budget: BUDGET }), isFilm, onChange);
  }

  /** Whether they end with the page, since this browser stores nothing for it. */
  get areKept() {
    return this.#history.warning === undefined;
  }

  /** What was told of the ratings, and whether more may be. */
  get ledger() {
    return this.#history;
  }

  get size() {
    return this.#stars.size;
  }

  /** @returns {number | undefined} 1 to 5 */
  get(id) {
    return this.#stars.get(id);
  }

  /** @returns {[id: number, stars: number][]} the latest last */
  entries() {
    return [...this.#stars];
  }

  set(id, stars) {
    this.#stars.delete(id);
    this.#stars.set(id, stars);
    return this.#write(this.#history.add({ item: id, rating: stars }));
  }

  remove(id) {
    this.#stars.delete(id);
    return this.#write(this.#history.remove(id));
  }

  clear() {
    this.#stars.clear();
    return this.#write(this.#history.erase());
  }

  async #write(done) {
    this.#writing += 1;
    try {
      await done;
    } finally {
      this.#writing -= 1;
    }
    if (this.#writing === 0) this.#takeIn();
  }

  /** What stands in the history, where that is something else. */
  #takeIn() {
    const stored = this.#read();
    if (JSON.stringify([...stored]) === JSON.stringify(this.entries())) return;
    this.#stars = stored;
    this.#onChange();
  }

  /** Anything may stand in the storage: only a known film with 1 to 5 whole stars is believed. */
  #read() {
    const known = this.#history.list().filter(({ item, rating }) => {
      return this.#isFilm(item) && Number.isInteger(rating) && rating >= 1 && rating <= 5;
    });
    return new Map(known.map(({ item, rating }) => [item, rating]));
  }
}
