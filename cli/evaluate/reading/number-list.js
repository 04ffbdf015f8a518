/** A growing list of numbers in 8 bytes each. */
export class NumberList {
  #values = new Float64Array(1024);
  length = 0;

  /** @param {number} value */
  push(value) {
    if (this.length === this.#values.length) {
      const longer = new Float64Array(2 * this.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  /** The numbers so far. */
  get values() {
    return this.#values.subarray(0, this.length);
  }
}
