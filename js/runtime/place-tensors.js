import { DTYPES } from "./abi.js";
import { PocketrecError } from "../common/errors.js";

/**
 * From a file's tensors to a model in memory.
 *
 * @typedef {import("../model/engine.js").Engine} Engine
 * @typedef {import("../file/expected-tensors.js").Part} Part
 * @typedef {Map<string, import("../file/safetensors.js").Tensor>} Tensors
 *
 * @typedef {object} Store where the parts of a family go
 * @property {(engine: Engine, part: Part, first: number, count: number, values: number) => void}
 *   set rows as floats, at an address
 * @property {(engine: Engine, code: number) => number} [table] the address of a table
 */

/** Floats of a tensor converted at a time. */
const STAGE = 1 << 16;

/** Numbers of a table put in place at a time: where tables stay as stored, so should the memory. */
const TABLE_STAGE = 1 << 13;

/**
 * Rows in a piece of a table that is turned on the way: they become neighbours, so that writes come
 * side by side.
 */
const TURNED_ROWS = 16;

/**
 * Puts tensors in their places, and yields after each piece of work.
 *
 * @param {Engine} engine
 * @param {Store} store
 * @param {Part[]} parts
 * @param {Tensors} tensors
 */
export function* placeParts(engine, store, parts, tensors) {
  for (const part of parts)
    yield* part.isTable
      ? placeTable(engine, store, part, tensors)
      : placeConverted(engine, store, part, tensors);
}

/**
 * As floats, some rows at a time.
 *
 * @param {Engine} engine
 * @param {Store} store
 * @param {Part} part
 * @param {Tensors} tensors
 */
function* placeConverted(engine, store, part, tensors) {
  const step = Math.max(1, Math.floor(STAGE / part.width));
  const scale = scaleOf(part, tensors);
  for (let first = 0; first < part.rows; first += step) {
    const count = Math.min(step, part.rows - first);
    const values = convert(engine, part, scale, first, count);
    store.set(engine, part, first, count, values);
    yield;
  }
}

/**
 * As it is stored, a piece at a time. The first layer of an encoder is turned.
 *
 * @param {Engine} engine
 * @param {Store} store
 * @param {Part} part
 * @param {Tensors} tensors
 */
function* placeTable(engine, store, part, tensors) {
  const { code, rows, width, isTransposed } = part;
  const scale = scaleOf(part, tensors);
  const { memory, wasm } = engine;
  const table = /** @type {(engine: Engine, code: number) => number} */ (store.table)(engine, code);
  const columns = Math.min(width, isTransposed ? TABLE_STAGE / TURNED_ROWS : width);
  const step = isTransposed ? TURNED_ROWS : Math.max(1, Math.floor(TABLE_STAGE / width));
  for (let row = 0; row < rows; row += step) {
    for (let column = 0; column < width; column += columns) {
      placePiece(
        engine,
        table,
        part,
        row,
        Math.min(step, rows - row),
        column,
        Math.min(columns, width - column),
      );
      yield;
    }
  }
  for (let row = 0; scale && row < rows; row += TABLE_STAGE) {
    const count = Math.min(TABLE_STAGE, rows - row);
    const [place] = memory.scratch(4 * count);
    memory.u8(place, 4 * count).set(scale.subarray(4 * row, 4 * (row + count)));
    // The largest step times its scale must be a number too.
    const bad = memory
      .f32(place, count)
      .findIndex((value) => !Number.isFinite(Math.fround(128 * value)));
    if (bad >= 0)
      throw notFinite(part, memory.f32(place, count)[bad], `the scale of row ${row + bad}`);
    wasm.pr_table_set_scale(table, row, count, place);
  }
}

/**
 * @param {Engine} engine
 * @param {number} table address
 * @param {Part} part
 * @param {number} row
 * @param {number} rows
 * @param {number} column
 * @param {number} columns
 */
function placePiece({ wasm, memory }, table, part, row, rows, column, columns) {
  const { tensor, width } = part;
  const { bytes } = DTYPES[tensor.dtype];
  const line = columns * bytes;
  const [place] = memory.scratch(rows * line);
  // Whole rows lie one behind the other in the file too.
  const lines = columns === width ? 1 : rows;
  const length = columns === width ? rows * line : line;
  for (let r = 0; r < lines; r++) {
    const from = ((row + r) * width + column) * bytes;
    memory.u8(place + r * line, length).set(tensor.bytes.subarray(from, from + length));
  }
  if (wasm.pr_table_set(table, row, rows, column, columns, place) === 0) return;
  const { code } = DTYPES[tensor.dtype];
  const bad = wasm.pr_first_not_finite(code, place, rows * columns);
  throw notFinite(
    part,
    "NaN or infinity",
    `row ${row + Math.floor(bad / columns)}, column ${column + (bad % columns)}`,
  );
}

/**
 * Rows of a tensor as float32, in the exchange.
 *
 * @param {Engine} engine
 * @param {Part} part
 * @param {Uint8Array | undefined} scale
 * @param {number} first
 * @param {number} count
 * @returns {number} the address of (count, width) floats, all finite
 */
export function convert({ wasm, memory }, part, scale, first, count) {
  const { tensor, width } = part;
  const { code, bytes } = DTYPES[tensor.dtype];
  const size = count * width * bytes;
  const [raw, scales, values] = memory.scratch(size, 4 * count, 4 * count * width);
  memory
    .u8(raw, size)
    .set(tensor.bytes.subarray(first * width * bytes, first * width * bytes + size));
  if (scale) memory.u8(scales, 4 * count).set(scale.subarray(4 * first, 4 * (first + count)));
  if (wasm.pr_convert(code, raw, scales, count, width, values) === 0) return values;
  const bad = wasm.pr_first_not_finite(DTYPES.F32.code, values, count * width);
  throw notFinite(
    part,
    memory.f32(values, bad + 1)[bad],
    `row ${first + Math.floor(bad / width)}, column ${bad % width}`,
  );
}

/**
 * @param {Part} part
 * @param {unknown} value
 * @param {string} at
 */
const notFinite = ({ tensor }, value, at) =>
  new PocketrecError("not-finite", tensor.name, "finite numbers", `${value} in ${at}`);

/**
 * How the C core knows the dtype of a tensor, and the bytes of a number.
 *
 * @param {import("../file/safetensors.js").Tensor} tensor
 * @throws {PocketrecError} "bad-dtype" where weights cannot be stored in it
 */
export function dtypeOf({ name, dtype }) {
  if (Object.hasOwn(DTYPES, dtype)) return DTYPES[dtype];
  throw new PocketrecError("bad-dtype", name, Object.keys(DTYPES).join(", "), dtype);
}

/**
 * The scales of an I8 tensor, as bytes. Refuses a dtype that holds no weights.
 *
 * @param {Part} part
 * @param {Tensors} tensors
 */
export function scaleOf({ tensor, rows }, tensors) {
  dtypeOf(tensor);
  if (tensor.dtype !== "I8") return undefined;
  const name = `${tensor.name}.scale`;
  const scale = tensors.get(name);
  if (!scale)
    throw new PocketrecError(
      "missing-tensor",
      name,
      `an F32 scale for each of ${rows} rows`,
      "none",
    );
  if (scale.dtype !== "F32") throw new PocketrecError("bad-dtype", name, "F32", scale.dtype);
  if (scale.bytes.length !== 4 * rows) {
    throw new PocketrecError("bad-shape", name, `[${rows}]`, `[${scale.shape.join(", ")}]`);
  }
  return scale.bytes;
}
