import { convert, scaleOf } from "../runtime/place-tensors.js";

/**
 * The training users' vectors of a file, side by side from its tables. They stay as the file has
 * them, and are read row by row on demand.
 */
export class TrainedUsers {
  #engine;
  #tables;

  /**
   * @param {import("../model/engine.js").Engine} engine
   * @param {import("../file/expected-tensors.js").Part[]} parts none where the file has no users
   * @param {import("./family.js").Tensors} tensors
   */
  constructor(engine, parts, tensors) {
    this.#engine = engine;
    this.#tables = parts.map((part) => ({ part, scale: scaleOf(part, tensors)?.slice() }));
    /** How many training users have a row in the file. */
    this.count = parts[0]?.rows ?? 0;
  }

  /**
   * A training user.
   * @param {number} row
   */
  ofRow(row) {
    const { memory } = this.#engine;
    const vector = this.#tables.flatMap(({ part, scale }) => [
      ...memory.f32(convert(this.#engine, part, scale, row, 1), part.width),
    ]);
    return this.#engine.ofVector(Float32Array.from(vector));
  }
}
