/**
 * The weights of an item-to-item model: a row per item of the history, a column per scored item.
 *
 * @typedef {object} SparseWeights
 * @property {number} items
 * @property {Int32Array} offsets (items + 1)
 * @property {Int32Array} columns (N) ascending within a row
 * @property {Float32Array} values (N)
 *
 * @typedef {object} DenseWeights
 * @property {number} items
 * @property {Float32Array} values (items, items)
 *
 * @typedef {SparseWeights | DenseWeights} Weights
 */

/** Sparse weights row by row, in memory that grows. */
export class SparseRows {
  #offsets = [0];
  #columns = new Int32Array(1024);
  #values = new Float32Array(1024);
  #count = 0;

  /**
   * Adds a row.
   *
   * @param {Uint32Array} columns ascending
   * @param {(column: number) => number} valueOf
   */
  push(columns, valueOf) {
    const end = this.#count + columns.length;
    if (end > this.#columns.length) {
      this.#columns = longer(this.#columns, end, Int32Array);
      this.#values = longer(this.#values, end, Float32Array);
    }
    for (const column of columns) {
      this.#columns[this.#count] = column;
      this.#values[this.#count++] = valueOf(column);
    }
    this.#offsets.push(end);
  }

  /** @returns {SparseWeights} */
  finish() {
    return {
      items: this.#offsets.length - 1,
      offsets: Int32Array.from(this.#offsets),
      columns: this.#columns.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
    };
  }
}

/**
 * @template {Int32Array | Float32Array} List
 * @param {List} list
 * @param {number} least
 * @param {new (length: number) => List} Type
 */
function longer(list, least, Type) {
  const copy = new Type(Math.max(least, 2 * list.length));
  copy.set(list);
  return copy;
}

/**
 * Sparse weights with rows and columns exchanged.
 *
 * @param {SparseWeights} weights
 * @returns {SparseWeights}
 */
export function transposedWeights({ items, offsets, columns, values }) {
  const next = new Int32Array(items + 1);
  for (const column of columns) next[column + 1]++;
  for (let row = 0; row < items; row++) next[row + 1] += next[row];
  const result = {
    items,
    offsets: next.slice(),
    columns: new Int32Array(columns.length),
    values: new Float32Array(values.length),
  };
  for (let row = 0; row < items; row++)
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const place = next[columns[at]]++;
      result.columns[place] = row;
      result.values[place] = values[at];
    }
  return result;
}

/**
 * Scores by sparse weights, in double precision.
 *
 * @param {SparseWeights} weights
 * @returns {import("./held-out.js").Scorer}
 */
const sparseScorer =
  ({ items, offsets, columns, values }) =>
  (history) => {
    const scores = new Float64Array(items);
    for (const row of history)
      for (let at = offsets[row]; at < offsets[row + 1]; at++) scores[columns[at]] += values[at];
    return scores;
  };

/**
 * Scores by any weights, in double precision.
 *
 * @param {Weights} weights
 * @returns {import("./held-out.js").Scorer}
 */
export function scorerOf(weights) {
  if ("columns" in weights) return sparseScorer(weights);
  const { items, values } = weights;
  return (history) => {
    const scores = new Float64Array(items);
    for (const row of history)
      for (let column = 0; column < items; column++) scores[column] += values[row * items + column];
    return scores;
  };
}
