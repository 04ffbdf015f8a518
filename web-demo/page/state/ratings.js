/**
 * The visitor's ratings: a history of pocketrec/history, in this browser's IndexedDB or, where that
 * is blocked, in memory, with its privacy ledger. All tabs share it. No code here can send it.
 */

import { BUDGET } from "../ranking/budget.js";

const NAME = "demo";

export class Ratings {
  #history;
  #isFilm;
  #onChange;
  /**
   * @type {Map<number, number>} includes ratings that are not stored yet
   */
  #stars;
  #writing = 0;

  /**
   * @param {import("../../js/history/history.js").History} history
   * @param {(id: number) => boolean} isFilm whether the catalogue has the id
   * @param {() => void} onChange called when another tab changed the ratings
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
    const { openHistory } = await import("pocketrec/history");
    return new Ratings(await openHistory(NAME, { budget: BUDGET }), isFilm, onChange);
  }

  /** False where this browser blocks storage: the ratings then end with the page. */
  get areKept() {
    return this.#history.warning === undefined;
  }

  /** The ledger of private queries, for `privateQuery`. */
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

  /** Other ratings in place of these. The ledger stays. @param {[number, number][]} entries */
  replace(entries) {
    const gone = [...this.#stars.keys()];
    this.#stars = new Map(entries);
    const added = entries.map(([item, rating]) => ({ item, rating }));
    return this.#write(this.#history.remove(gone).then(() => this.#history.add(added)));
  }

  /** The history and its ledger as JSON, of `History.export`. */
  export() {
    return this.#history.export();
  }

  /** Adds what `export` gave. @param {string} text */
  import(text) {
    return this.#write(this.#history.import(text));
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

  /** Takes over the stored history if it differs. */
  #takeIn() {
    const stored = this.#read();
    if (JSON.stringify([...stored]) === JSON.stringify(this.entries())) return;
    this.#stars = stored;
    this.#onChange();
  }

  /** Storage may hold anything: only a known film with 1 to 5 whole stars is accepted. */
  #read() {
    const known = this.#history.list().filter(({ item, rating }) => {
      return this.#isFilm(item) && Number.isInteger(rating) && rating >= 1 && rating <= 5;
    });
    return new Map(known.map(({ item, rating }) => [item, rating]));
  }
}
