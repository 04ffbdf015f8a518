import { PocketrecError } from "../../common/errors.js";
import { convert, scaleOf } from "../../runtime/place-tensors.js";

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {import("../../file/feature-schema.js").Feature} Feature
 * @typedef {{ feature: Feature, rows?: Int32Array, offsets?: Int32Array, ownRows?:
 *   ArrayLike<number>, part?: import("../../file/expected-tensors.js").Part, scale?: Uint8Array }}
 *   Column
 */

/** Items per call into the module: a few of its tiles. */
const STEP = 512;

/**
 * The values of some items' features: `NAME.values` and `NAME.offsets` of a file or a candidate
 * pack.
 */
export class ItemFeatures {
  /**
   * @param {number} count
   * @param {Column[]} columns
   */
  constructor(count, columns) {
    this.count = count;
    this.columns = columns;
  }

  /**
   * Reads and checks the values of every item feature; undefined where the file has no values.
   *
   * @param {import("./features.js").Features} features
   * @param {Map<string, Tensor>} tensors
   * @param {number} count how many items; 0: as many as there are values
   * @param {ArrayLike<number>} [ownRows] of a pack: the row of each item in the model's file
   *   (UNKNOWN without one)
   * @returns {ItemFeatures | undefined}
   */
  static read(features, tensors, count, ownRows) {
    const schema = features.of("item");
    const described = schema.filter((feature) => !isItemId(feature));
    if (
      !ownRows &&
      described.length &&
      !described.some(({ name }) => tensors.has(`${name}.values`))
    )
      return undefined;
    for (const { name } of described)
      count ||=
        (tensors.get(`${name}.offsets`)?.shape[0] ?? 0) - 1 ||
        tensors.get(`${name}.values`)?.shape[0] ||
        0;
    if (count < 1) return undefined;
    return new ItemFeatures(
      count,
      schema.map((feature) => readColumn(features, feature, tensors, count, ownRows)),
    );
  }

  /**
   * Copies the values into the items in use, and yields after each piece of work.
   * @param {import("../../model/engine.js").Engine} engine
   */
  *place(engine) {
    for (let first = 0; first < this.count; first += STEP) {
      this.#placePiece(engine, first, Math.min(STEP, this.count - first));
      yield;
    }
  }

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {number} first
   * @param {number} count
   */
  #placePiece(engine, first, count) {
    const { wasm, memory, address } = engine;
    const { columns } = this;
    const cells = count * columns.length;
    // By feature first, since converting takes scratch memory.
    const numbers = columns.map((column) => floatsOf(engine, column, first, count));
    const offsets = new Uint32Array(cells + 1);
    const ids = /** @type {number[]} */ ([]);
    for (let cell = 0; cell < cells; cell++) {
      pushRows(ids, columns[cell % columns.length], first + Math.floor(cell / columns.length));
      offsets[cell + 1] = ids.length;
    }
    const [offsetsAt, idsAt, numbersAt] = memory.scratch(
      offsets.byteLength,
      4 * ids.length,
      4 * cells,
    );
    memory.u32(offsetsAt, cells + 1).set(offsets);
    memory.u32(idsAt, ids.length).set(ids);
    const view = memory.f32(numbersAt, cells);
    for (let cell = 0; cell < cells; cell++)
      view[cell] = numbers[cell % columns.length]?.[Math.floor(cell / columns.length)] ?? 0;
    wasm.pr_ranker_set_items(address, first, count, offsetsAt, idsAt, numbersAt);
  }
}

/**
 * Whether an item's value of this feature is the item itself.
 * @param {Feature} feature
 */
const isItemId = ({ isItems, several }) => isItems && !several;

/**
 * @param {import("./features.js").Features} features
 * @param {Feature} feature
 * @param {Map<string, Tensor>} tensors
 * @param {number} count
 * @param {ArrayLike<number>} [ownRows]
 * @returns {Column}
 */
function readColumn(features, feature, tensors, count, ownRows) {
  const { name, kind, several } = feature;
  if (isItemId(feature)) return { feature, ownRows };
  const tensor = tensors.get(`${name}.values`);
  if (!tensor)
    throw new PocketrecError(
      "missing-tensor",
      `${name}.values`,
      "the values of the items' feature",
      "none",
    );
  if (!several && (tensor.shape.length !== 1 || tensor.shape[0] !== count)) {
    throw new PocketrecError(
      "bad-shape",
      tensor.name,
      `[${count}]`,
      `[${tensor.shape.join(", ")}]`,
    );
  }
  if (kind === "continuous") {
    const part = { tensor: copyOf(tensor), code: -1, rows: count, width: 1 };
    return { feature, part, scale: scaleOf(part, tensors)?.slice() };
  }
  const rows = integersOf(tensor);
  const limit = features.tableOf(feature).rows;
  const bad = rows.findIndex((row) => row < -1 || row >= limit);
  if (bad >= 0)
    throw new PocketrecError(
      "bad-shape",
      tensor.name,
      `rows of its table, below ${limit}, or -1`,
      `${rows[bad]} at ${bad}`,
    );
  return {
    feature,
    rows,
    offsets: several ? readOffsets(name, tensors, count, rows.length) : undefined,
  };
}

/**
 * @param {string} name
 * @param {Map<string, Tensor>} tensors
 * @param {number} count
 * @param {number} end
 */
function readOffsets(name, tensors, count, end) {
  const tensor = tensors.get(`${name}.offsets`);
  if (!tensor)
    throw new PocketrecError(
      "missing-tensor",
      `${name}.offsets`,
      "where each item's values begin",
      "none",
    );
  const offsets = integersOf(tensor);
  const isRising = offsets.every((at, i) => (i ? at >= offsets[i - 1] : at === 0));
  if (offsets.length === count + 1 && isRising && offsets[count] === end) return offsets;
  throw new PocketrecError(
    "bad-offsets",
    tensor.name,
    `${count + 1} that rise from 0 to ${end}`,
    `${offsets.length}, up to ${offsets.at(-1)}`,
  );
}

/** @param {Tensor} tensor */
function integersOf({ name, dtype, bytes }) {
  if (dtype !== "I32") throw new PocketrecError("bad-dtype", name, "I32", dtype);
  return new Int32Array(bytes.slice().buffer);
}

/**
 * @param {Tensor} tensor
 * @returns {Tensor} apart from the file
 */
const copyOf = (tensor) => ({ ...tensor, bytes: tensor.bytes.slice() });

/**
 * @param {number[]} ids
 * @param {Column} column
 * @param {number} item
 */
function pushRows(ids, { feature, rows, offsets, ownRows }, item) {
  if (isItemId(feature)) ids.push(ownRows ? ownRows[item] : item);
  else if (rows && !offsets) ids.push(rows[item]);
  else if (rows && offsets)
    for (
      let i = Math.max(offsets[item], offsets[item + 1] - feature.most);
      i < offsets[item + 1];
      i++
    )
      ids.push(rows[i]);
}

/**
 * @param {import("../../model/engine.js").Engine} engine
 * @param {Column} column
 * @param {number} first
 * @param {number} count
 */
function floatsOf(engine, { part, scale }, first, count) {
  return part && engine.memory.f32(convert(engine, part, scale, first, count), count).slice();
}
