/**
 * Approximate retrieval by an inverted file: k-means puts every item into a cell, and a search
 * looks into the few cells whose centres have the largest inner products with the user's vector
 * (Jégou, Douze, Schmid: Product Quantization for Nearest Neighbor Search, TPAMI 2011).
 */
import { uniform } from "../../models/random.js";

/**
 * @typedef {object} InvertedFile
 * @property {number} width of a vector
 * @property {Float32Array} centres (cells, width)
 * @property {Uint32Array[]} cells rows of the items in each
 */

/**
 * @param {Float32Array} vectors (items, width)
 * @param {number} width
 * @param {{ cells: number, rounds?: number, seed?: number }} options
 * @returns {InvertedFile}
 */
export function buildCells(vectors, width, { cells: count, rounds = 8, seed = 1 }) {
  const items = vectors.length / width;
  const draw = uniform(seed);
  const centres = new Float32Array(count * width);
  for (let cell = 0; cell < count; cell += 1) {
    const row = Math.floor(draw() * items);
    centres.set(vectors.subarray(row * width, (row + 1) * width), cell * width);
  }
  const home = new Uint32Array(items);
  for (let round = 0; round < rounds; round += 1) {
    assign(vectors, width, centres, home);
    if (round < rounds - 1) recentre(vectors, width, centres, home);
  }
  const cells = Array.from({ length: count }, () => []);
  home.forEach((cell, row) => cells[cell].push(row));
  return { width, centres, cells: cells.map((rows) => Uint32Array.from(rows)) };
}

/** Puts each vector into the cell of the nearest centre. */
function assign(vectors, width, centres, home) {
  const half = Float32Array.from(
    { length: centres.length / width },
    (_, cell) => inner(centres, cell * width, centres, cell * width, width) / 2,
  );
  for (let row = 0; row < home.length; row += 1) {
    let best = -Infinity;
    for (let cell = 0; cell < half.length; cell += 1) {
      // |v - c|^2 = |v|^2 - 2 (v.c - |c|^2 / 2)
      const nearness = inner(vectors, row * width, centres, cell * width, width) - half[cell];
      if (nearness > best) [best, home[row]] = [nearness, cell];
    }
  }
}

/** Moves each centre to the mean of its cell; that of an empty cell stays. */
function recentre(vectors, width, centres, home) {
  const sums = new Float64Array(centres.length);
  const sizes = new Uint32Array(centres.length / width);
  home.forEach((cell, row) => {
    sizes[cell] += 1;
    for (let k = 0; k < width; k += 1) sums[cell * width + k] += vectors[row * width + k];
  });
  for (let at = 0; at < centres.length; at += 1) {
    const size = sizes[Math.floor(at / width)];
    if (size > 0) centres[at] = sums[at] / size;
  }
}

/**
 * The cells in the order in which a search looks into them.
 * @param {InvertedFile} file
 * @param {ArrayLike<number>} query
 */
export function cellsFor({ width, centres, cells }, query) {
  const products = cells.map((_, cell) => inner(centres, cell * width, query, 0, width));
  return [...cells.keys()].sort((a, b) => products[b] - products[a]);
}

/**
 * An index as `fromModel` of the package takes it.
 *
 * @param {InvertedFile} file
 * @param {Float32Array} vectors (items, width)
 * @param {number[]} ids by row
 * @param {number} probes how many cells are looked into
 * @returns {import("../../../../js/pipeline/exact-index.js").ItemIndex}
 */
export function cellIndex(file, vectors, ids, probes) {
  const { width, cells } = file;
  return {
    itemCount: ids.length,
    async search(query, { topK = 10, exclude = [], filter = () => true } = {}) {
      const left = new Set(exclude);
      const found = [];
      for (const cell of cellsFor(file, query).slice(0, probes))
        for (const row of cells[cell])
          if (!left.has(ids[row]) && filter(ids[row]))
            found.push({ item: ids[row], score: inner(vectors, row * width, query, 0, width) });
      return found.sort((a, b) => b.score - a.score).slice(0, topK);
    },
  };
}

/** The inner product of two parts of arrays. */
function inner(one, at, other, from, width) {
  let sum = 0;
  for (let k = 0; k < width; k += 1) sum += one[at + k] * other[from + k];
  return sum;
}
