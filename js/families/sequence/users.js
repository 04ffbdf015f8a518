import { PocketrecError } from "../../common/errors.js";
import { assertFinite } from "../user-vector.js";

/**
 * @typedef {import("../interactions.js").EventList} EventList
 * @typedef {import("../family.js").UserState & { kept?: Float32Array, count: number }}
 *   SequenceUserState kept: the encoder's state after `count` events, where the next one continues
 *   from it
 */

/** Multiplications that an explanation may take: some seconds. */
const WORK_MAX = 1e10;

/** Users of SASRec and GRU4Rec: encoded from the events of the history, in order. */
export class SequenceUserEncoder {
  inputs = ["history", "vector", "history and vector"];
  encodesHistory = true;
  explainsPacks = true;
  /** How many training users have a row in the file. */
  count = 0;
  #engine;
  #plan;
  #stride;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").SequencePlan} plan
   */
  constructor(engine, plan) {
    this.#engine = engine;
    this.#plan = plan;
    this.width = plan.width;
    this.#stride = Math.ceil(plan.width / 4) * 4;
  }

  /**
   * The user after a change. Events that are appended continue from the kept state.
   *
   * @param {import("../family.js").UserState | undefined} state
   * @param {EventList} table before the change
   * @param {import("../interactions.js").InteractionDelta} delta
   * @returns {SequenceUserState}
   */
  follow(state, table, delta) {
    const events = eventsOf(table.with(delta));
    const isAppended = delta.removedCount === 0;
    const { window, keepsState } = this.#plan;
    const before = isAppended ? /** @type {SequenceUserState} */ (state) : undefined;
    const canKeep = keepsState && events.length <= window;
    const kept = (canKeep && before?.kept) || new Float32Array(0);
    const rows = events.slice(-window);
    const { wasm, memory, address } = this.#engine;
    const size = this.#stateBytes(rows.length);
    const [rowsAt, stateAt, vectorAt] = memory.scratch(4 * rows.length, size, 4 * this.#stride);
    memory.u32(rowsAt, rows.length).set(rows);
    memory.f32(stateAt, kept.length).set(kept);
    const first = kept.length ? /** @type {SequenceUserState} */ (before).count : 0;
    wasm.pr_sequence_encode(address, rowsAt, first, rows.length, stateAt, vectorAt);
    const vector = assertFinite(memory.f32(vectorAt, this.width).slice());
    // Of a full window no event continues.
    const next =
      canKeep && rows.length < window ? memory.f32(stateAt, size / 4).slice() : undefined;
    return { ...this.#engine.ofVector(vector), kept: next, count: rows.length };
  }

  /**
   * By how much the raw score of an item would be lower without each event: all histories without
   * one are encoded.
   *
   * @param {import("../family.js").UserState} state
   * @param {EventList} table
   * @param {number} item row
   * @param {import("../../model/candidate-pack.js").CandidatePack} [pack] that the row is of
   * @returns {Float32Array} one per event, in order
   */
  explain({ vector }, table, item, pack) {
    const [target, effects] = [
      this.#engine.vectors(Uint32Array.of(item), pack),
      new Float32Array(table.size),
    ];
    const { window } = this.#plan;
    // Without one event of a full window, the one before it counts.
    const rows = eventsOf(table).slice(-window - 1);
    const rests = this.#withoutEach(rows);
    const places = placesOf(table).slice(-rows.length);
    const whole = dot(target, vector);
    for (const [i, place] of places.entries())
      effects[place] = whole - dot(target, rests.subarray(i * this.#stride));
    return effects;
  }

  /**
   * Bytes of a state: of SASRec also for the padding in front, and behind the last number.
   * @param {number} count of events
   */
  #stateBytes(count) {
    const { stateRow } = this.#plan;
    return 4 * stateRow * (this.#engine.info.kind === "sasrec" ? count + 1 : 1) + 16;
  }

  /**
   * The vectors of the histories without one of the events each.
   *
   * @param {Uint32Array} rows
   * @returns {Float32Array} (rows, stride)
   */
  #withoutEach(rows) {
    const { wasm, memory, address } = this.#engine;
    const { window, keepsState, work } = this.#plan;
    const count = rows.length;
    const most = Math.floor(Math.sqrt(WORK_MAX / work));
    if (count > most)
      throw new PocketrecError("too-large", "history", `at most ${most} events`, `${count}`);
    const size = this.#stateBytes(count);
    const vectors = (count + 1) * this.#stride;
    const [rowsAt, restsAt, stateAt, spareAt, vectorsAt] = memory.scratch(
      4 * count,
      4 * count,
      size,
      size,
      4 * vectors,
    );
    memory.u32(rowsAt, count).set(rows);
    wasm.pr_sequence_leave_out(
      address,
      rowsAt,
      count,
      Number(keepsState && count <= window),
      restsAt,
      stateAt,
      spareAt,
      vectorsAt,
    );
    return memory.f32(vectorsAt, vectors).slice();
  }
}

/**
 * The places of the events that count: all but dislikes.
 * @param {EventList} table
 */
function placesOf(table) {
  const { values } = table.columns;
  return Uint32Array.from(values.keys()).filter((place) => values[place] !== 0);
}

/**
 * Their rows, oldest first.
 * @param {EventList} table
 */
function eventsOf(table) {
  const { rows } = table.columns;
  return placesOf(table).map((place) => rows[place]);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b at least as long
 */
function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
