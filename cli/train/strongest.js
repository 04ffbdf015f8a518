/**
 * The strongest of many numbers: those of the largest size; of equal ones the lower rows.
 */
export class Strongest {
  #sizes;
  #rows;
  #count = 0;

  /** @param {number} limit */
  constructor(limit) {
    this.limit = limit;
    this.#sizes = new Float64Array(limit);
    this.#rows = new Uint32Array(limit);
  }

  /**
   * @param {number} row
   * @param {number} size not negative; 0 does not count
   */
  push(row, size) {
    if (!(size > 0)) return;
    if (this.#count < this.limit) return this.#rise(this.#count++, row, size);
    if (size > this.#sizes[0] || (size === this.#sizes[0] && row < this.#rows[0]))
      this.#sink(row, size);
  }

  /**
   * Takes the rows out.
   * @returns {Uint32Array} ascending
   */
  take() {
    const rows = this.#rows.slice(0, this.#count).sort();
    this.#count = 0;
    return rows;
  }

  /**
   * Whether a is to leave before b.
   *
   * @param {number} row
   * @param {number} size
   * @param {number} at b's place in the heap
   */
  #isWeaker(row, size, at) {
    return size < this.#sizes[at] || (size === this.#sizes[at] && row > this.#rows[at]);
  }

  /**
   * @param {number} at a free place at the end
   * @param {number} row
   * @param {number} size
   */
  #rise(at, row, size) {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isWeaker(row, size, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, row, size);
  }

  /**
   * Replaces the weakest.
   *
   * @param {number} row
   * @param {number} size
   */
  #sink(row, size) {
    let at = 0;
    for (let child = 1; child < this.#count; child = 2 * at + 1) {
      const right = child + 1;
      if (right < this.#count && this.#isWeaker(this.#rows[right], this.#sizes[right], child))
        child = right;
      if (this.#isWeaker(row, size, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, row, size);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #move(from, to) {
    this.#put(to, this.#rows[from], this.#sizes[from]);
  }

  /**
   * @param {number} at
   * @param {number} row
   * @param {number} size
   */
  #put(at, row, size) {
    this.#rows[at] = row;
    this.#sizes[at] = size;
  }
}
