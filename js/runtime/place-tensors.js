import { DTYPES, STATUS } from "./abi.js";
import { PocketrecError } from "../common/errors.js";

/**
 * Copies the tensors of a file into the memory of a model.
 *
 * @typedef {import("../model/engine.js").Engine} Engine
 * @typedef {import("../file/expected-tensors.js").Part} Part
 * @typedef {Map<string, import("../file/safetensors.js").Tensor>} Tensors
 *
 * @typedef {object} Store how a family stores its tensors
 * @property {(engine: Engine, part: Part, first: number, count: number, values: number) => void}
 *   set stores `count` rows from row `first` on, floats at the address `values`
 * @property {(engine: Engine, code: number) => number} [table] the address of a table
 */

/** Floats that are converted at a time. */
const CHUNK = 1 << 16;

/** Numbers of a table that are copied at a time: a small scratch buffer beside a big table. */
const TABLE_CHUNK = 1 << 13;

/** Rows of a chunk that is transposed: they become neighbours, so that writes are contiguous. */
const TRANSPOSED_ROWS = 16;

/**
 * Copies tensors into the model, and yields after each chunk.
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
 * Copies a tensor as float32.
 *
 * @param {Engine} engine
 * @param {Store} store
 * @param {Part} part
 * @param {Tensors} tensors
 */
function* placeConverted(engine, store, part, tensors) {
  const step = Math.max(1, Math.floor(CHUNK / part.width));
  const scale = scaleOf(part, tensors);
  for (let first = 0; first < part.rows; first += step) {
    const count = Math.min(step, part.rows - first);
    const values = convert(engine, part, scale, first, count);
    store.set(engine, part, first, count, values);
    yield;
  }
}

/**
 * Copies a tensor in its own dtype. The first layer of an encoder is transposed.
 *
 * @param {Engine} engine
 * @param {Store} store
 * @param {Part} part
 * @param {Tensors} tensors
 */
function* placeTable(engine, store, part, tensors) {
  const { code, rows, width, isTransposed } = part;
  const scale = scaleOf(part, tensors);
  const table = /** @type {(engine: Engine, code: number) => number} */ (store.table)(engine, code);
  const columnStep = isTransposed ? Math.min(width, TABLE_CHUNK / TRANSPOSED_ROWS) : width;
  const rowStep = isTransposed ? TRANSPOSED_ROWS : Math.max(1, Math.floor(TABLE_CHUNK / width));
  for (let row = 0; row < rows; row += rowStep) {
    for (let column = 0; column < width; column += columnStep) {
      const height = Math.min(rowStep, rows - row);
      placeBlock(engine, table, part, row, height, column, Math.min(columnStep, width - column));
      yield;
    }
  }
  if (scale) placeScale(engine, table, part, scale);
}

/**
 * @param {Engine} engine
 * @param {number} table address
 * @param {Part} part
 * @param {Uint8Array} scale
 */
function placeScale({ memory, wasm }, table, part, scale) {
  for (let row = 0; row < part.rows; row += TABLE_CHUNK) {
    const count = Math.min(TABLE_CHUNK, part.rows - row);
    const [address] = memory.scratch(4 * count);
    memory.u8(address, 4 * count).set(scale.subarray(4 * row, 4 * (row + count)));
    assertScales(part, memory.f32(address, count), row);
    wasm.pr_table_set_scale(table, row, count, address);
  }
}

/**
 * @param {Part} part
 * @param {Float32Array} scales
 * @param {number} row of the first
 * @throws {PocketrecError} "not-finite"
 */
export function assertScales(part, scales, row) {
  // -128, the largest of int8, times the scale must be finite too.
  const bad = scales.findIndex((value) => !Number.isFinite(Math.fround(128 * value)));
  if (bad >= 0) throw notFinite(part, scales[bad], `the scale of row ${row + bad}`);
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
function placeBlock({ wasm, memory }, table, part, row, rows, column, columns) {
  const { tensor, width } = part;
  const { bytes } = DTYPES[tensor.dtype];
  const line = columns * bytes;
  const [address] = memory.scratch(rows * line);
  // Whole rows are contiguous in the file too.
  const lines = columns === width ? 1 : rows;
  const length = columns === width ? rows * line : line;
  for (let r = 0; r < lines; r++) {
    const from = ((row + r) * width + column) * bytes;
    memory.u8(address + r * line, length).set(tensor.bytes.subarray(from, from + length));
  }
  if (wasm.pr_table_set(table, row, rows, column, columns, address) === STATUS.OK) return;
  const { code } = DTYPES[tensor.dtype];
  const bad = wasm.pr_first_not_finite(code, address, rows * columns);
  throw notFinite(
    part,
    "NaN or infinity",
    `row ${row + Math.floor(bad / columns)}, column ${column + (bad % columns)}`,
  );
}

/**
 * Rows of a tensor as float32, in a scratch buffer.
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
  if (wasm.pr_convert(code, raw, scales, count, width, values) === STATUS.OK) return values;
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
 * The code of a tensor's dtype in the C core, and the bytes of a number.
 *
 * @param {import("../file/safetensors.js").Tensor} tensor
 * @throws {PocketrecError} "bad-dtype" for a dtype that cannot store weights
 */
export function dtypeOf({ name, dtype }) {
  if (Object.hasOwn(DTYPES, dtype)) return DTYPES[dtype];
  throw new PocketrecError("bad-dtype", name, Object.keys(DTYPES).join(", "), dtype);
}

/**
 * The scales of an I8 tensor, as bytes; undefined for other dtypes.
 *
 * @param {Part} part
 * @param {Tensors} tensors
 * @throws {PocketrecError} "bad-dtype", "missing-tensor", "bad-shape"
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
