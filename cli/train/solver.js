import { PocketrecError } from "../../js/common/errors.js";
import { bytesOf } from "../../js/runtime/module-text.js";
import { Memory } from "../../js/runtime/memory.js";
import { modules } from "../../dist/modules.js";
import { trainModule, trainSum } from "../../dist/train-module.js";

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/**
 * How often work may be stopped and its progress is shown.
 *
 * @typedef {(work: number) => void | Promise<void>} Pace called with the multiplications and
 *   additions that were done since the last call
 */

/**
 * A symmetric matrix in the memory of an instance of its own, which is inverted in place
 * (src/train/inverse.h).
 */
export class Solver {
  #exports;
  #memory;
  #matrix;
  #scratch;
  #row;
  #rows;

  /**
   * @param {any} exports of the module
   * @param {number} size rows of the matrix
   * @throws {PocketrecError} "out-of-memory"
   */
  constructor(exports, size) {
    this.size = size;
    this.#exports = exports;
    this.#memory = new Memory(exports);
    this.#row = this.#memory.allocate(8 * size);
    this.#rows = this.#memory.allocate(4 * size);
    this.#scratch = this.#memory.allocate(exports.pr_inverse_scratch(size));
    // The last one: it is never copied, and zeroed by `begin`.
    [this.#matrix] = this.#memory.scratch(exports.pr_inverse_size(size));
  }

  /**
   * @param {number} size rows of the matrix
   * @throws {PocketrecError} "out-of-memory", "no-wasm"
   */
  static async open(size) {
    const exports = await openModule();
    return new Solver(exports, size);
  }

  /**
   * Bytes that a matrix of so many rows takes.
   * @param {number} size
   */
  static async bytes(size) {
    const exports = await openModule();
    return exports.pr_inverse_size(size) + exports.pr_inverse_scratch(size) + 16 * size;
  }

  /**
   * The matrix becomes a multiple of the identity.
   * @param {number} diagonal
   */
  begin(diagonal) {
    this.#exports.pr_inverse_begin(this.#matrix, this.size, diagonal);
  }

  /**
   * Adds x x', with x = 1 at the rows and 0 elsewhere.
   * @param {Uint32Array} rows ascending
   */
  add(rows) {
    this.#memory.u32(this.#rows, rows.length).set(rows);
    this.#exports.pr_inverse_add(this.#matrix, this.#rows, rows.length);
  }

  /**
   * Inverts the matrix: it becomes minus its inverse.
   *
   * @param {number} least below its smallest eigenvalue
   * @param {Pace} pace
   * @throws {PocketrecError} "unsupported": rounding leaves too few digits
   */
  async invert(least, pace) {
    const tile = this.#exports.pr_tile();
    const tiles = Math.ceil(this.size / tile);
    const [matrix, scratch, size] = [this.#matrix, this.#scratch, this.size];
    for (let k = 0; k < tiles; k++) {
      if (this.#exports.pr_inverse_pivot(matrix, size, k, least, scratch))
        throw new PocketrecError("unsupported", "--lambda", "a larger one", "one too small", {
          hint: "Rounding leaves too few digits of the inverse.",
        });
      await pace(2 * tiles * tile ** 3);
      for (let i = 0; i < tiles; i++) {
        this.#exports.pr_inverse_update(matrix, k, i, scratch);
        await pace(2 * (i + 1) * tile ** 3);
      }
    }
  }

  /**
   * The sum of rows of the matrix.
   *
   * @param {ArrayLike<number>} rows distinct
   * @returns {Float64Array} (size) valid until the next call
   */
  sumOf(rows) {
    const { size } = this;
    this.#memory.f64(this.#row, size).fill(0);
    this.#memory.u32(this.#rows, rows.length).set(rows);
    this.#exports.pr_inverse_add_rows(this.#matrix, size, this.#rows, rows.length, this.#row);
    return this.#memory.f64(this.#row, size);
  }

  /** @returns {Float64Array} (size) of the matrix */
  diagonal() {
    this.#exports.pr_inverse_diagonal(this.#matrix, this.size, this.#row);
    return this.#memory.f64(this.#row, this.size).slice();
  }
}

/** @throws {PocketrecError} "no-wasm" */
async function openModule() {
  compiled ??= WebAssembly.compile(bytesOf(modules.unpacker, trainModule, trainSum));
  const instance = await WebAssembly.instantiate(await compiled, {});
  const exports = /** @type {any} */ (instance.exports);
  // Only modules linked by Emscripten have this function.
  exports._initialize?.();
  return exports;
}
