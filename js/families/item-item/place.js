import { DTYPES, ITEM_LAYOUTS, ITEM_PARTS } from "../../runtime/abi.js";
import { assertScales, placeParts, scaleOf } from "../../runtime/place-tensors.js";
import { PocketrecError } from "../../common/errors.js";

/**
 * @import { Engine } from "../../model/engine.js"
 * @import { Part } from "../../file/expected-tensors.js"
 * @import { ItemItemPlan } from "./plan.js"
 */

/** Bytes that are copied at a time: a multiple of every number's. */
const CHUNK = 1 << 18;

/** Sparse rows that are checked at a time. */
const ROWS = 1 << 12;

/** @type {import("../../runtime/place-tensors.js").Store} */
const STORE = {
  // The diagonal.
  set: (engine, { code, width }, _first, _count, values) =>
    engine.memory.f32(addressOf(engine, code), width).set(engine.memory.f32(values, width)),
  table: (engine, code) => addressOf(engine, code),
};

/**
 * Where a tensor belongs.
 *
 * @param {Engine} engine
 * @param {number} part
 */
const addressOf = ({ wasm, address }, part) => wasm.pr_item_item_part(address, part) >>> 0;

/**
 * Copies the tensors into the model, and yields after each piece of work. The numbers of a dense or
 * sparse matrix are copied once, to where they stay.
 *
 * @param {Engine} engine
 * @param {ItemItemPlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeItemItem(engine, plan, tensors) {
  if (plan.layout === ITEM_LAYOUTS.low_rank)
    return yield* placeParts(engine, STORE, plan.parts, tensors);
  for (const part of plan.parts) {
    yield* copyBytes(engine, plan, part);
    if (part.code === ITEM_PARTS.columns) yield* checkRows(engine, plan);
    if (part.code === ITEM_PARTS.values) placeScales(engine, plan, part, tensors);
  }
}

/**
 * @param {Engine} engine
 * @param {ItemItemPlan} plan
 * @param {Part} part
 */
function* copyBytes(engine, plan, part) {
  const { memory, wasm } = engine;
  const { bytes, dtype } = part.tensor;
  const to = addressOf(engine, part.code);
  const number = DTYPES[dtype];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const piece = bytes.subarray(at, at + CHUNK);
    memory.u8(to + at, piece.length).set(piece);
    if (number) {
      const bad = wasm.pr_first_not_finite(number.code, to + at, piece.length / number.bytes);
      if (bad >= 0) throw notFinite(engine, plan, part, at / number.bytes + bad);
    }
    yield;
  }
}

/**
 * @param {Engine} engine
 * @param {ItemItemPlan} plan
 * @param {Part} part
 * @param {number} at the position of the number
 */
function notFinite(engine, { layout, items }, { tensor }, at) {
  const row =
    layout === ITEM_LAYOUTS.dense
      ? Math.floor(at / items)
      : offsetsOf(engine, items).findIndex((end) => end > at) - 1;
  const found = `NaN or infinity in row ${row}`;
  return new PocketrecError("not-finite", tensor.name, "finite numbers", found);
}

/**
 * @param {Engine} engine
 * @param {number} items
 */
const offsetsOf = (engine, items) =>
  engine.memory.u32(addressOf(engine, ITEM_PARTS.offsets), items + 1);

/**
 * Checks the offsets and columns of every sparse row.
 *
 * @param {Engine} engine
 * @param {ItemItemPlan} plan
 */
function* checkRows(engine, { items, count }) {
  const { wasm, address } = engine;
  for (let first = 0; first < items; first += ROWS) {
    const row = wasm.pr_item_item_first_bad(address, first, Math.min(ROWS, items - first));
    if (row >= 0) throw badRow(offsetsOf(engine, items), row, count);
    yield;
  }
}

/**
 * @param {Uint32Array} offsets
 * @param {number} row
 * @param {number} count
 */
function badRow(offsets, row, count) {
  const items = offsets.length - 1;
  const [start, end] = offsets.subarray(row, row + 2);
  const isFirst = row > 0 || start === 0;
  const isLast = row < items - 1 || end === count;
  return start <= end && end <= count && isFirst && isLast
    ? new PocketrecError(
        "bad-shape",
        "weight.columns",
        `columns below ${items}, which increase within a row`,
        `others in row ${row}`,
      )
    : new PocketrecError(
        "bad-offsets",
        "weight.offsets",
        `offsets that rise from 0 to ${count}`,
        `${start} to ${end} in row ${row}`,
      );
}

/**
 * @param {Engine} engine
 * @param {ItemItemPlan} plan
 * @param {Part} part
 * @param {import("../family.js").Tensors} tensors
 */
function placeScales(engine, { items }, { tensor }, tensors) {
  const part = { tensor, code: ITEM_PARTS.scale, rows: items, width: 0 };
  const scale = scaleOf(part, tensors);
  if (!scale) return;
  const to = addressOf(engine, part.code);
  engine.memory.u8(to, scale.length).set(scale);
  assertScales(part, engine.memory.f32(to, items), 0);
}
