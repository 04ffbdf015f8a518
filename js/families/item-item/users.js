import { ITEM_USER_HEADER } from "../../runtime/abi.js";
import { InteractionDelta, InteractionTable } from "../interactions.js";

/**
 * @import { UserState } from "../family.js"
 */

const NONE = new Float32Array(0);

const NO_RATING = Float64Array.of(NaN);

/**
 * Users are their histories, sorted by row: scores do not depend on the order of interactions, to
 * the bit, and a changed user is the one made anew. A user takes 8 bytes an interaction, however
 * large the catalogue is.
 */
export class ItemItemUserEncoder {
  inputs = ["history"];
  encodesHistory = true;
  /** There are no user vectors. */
  width = 0;
  count = 0;
  #engine;
  #stride;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").ItemItemPlan} plan
   */
  constructor(engine, { vectorWidth }) {
    this.#engine = engine;
    this.#stride = Math.ceil(vectorWidth / 4) * 4;
  }

  /**
   * The user after a change.
   *
   * @param {UserState | undefined} _state
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @returns {UserState}
   */
  follow(_state, table, delta) {
    const { rows, values } = table.with(delta).columns;
    const count = rows.length;
    // Numbers that sort by row, and lead to the place.
    const keys = Float64Array.from(rows, (row, place) => row * count + place).sort();
    const begin = ITEM_USER_HEADER + this.#stride;
    const words = new Uint32Array(begin + 2 * count);
    const floats = new Float32Array(words.buffer);
    words[0] = count;
    for (let i = 0; i < count; i++) {
      const place = keys[i] % count;
      words[begin + i] = rows[place];
      floats[begin + count + i] = values[place];
    }
    return { vector: NONE, prepared: this.#stride ? this.#encode(floats) : floats };
  }

  /**
   * Fills the vector of a low rank.
   * @param {Float32Array} prepared
   */
  #encode(prepared) {
    const { wasm, memory, address } = this.#engine;
    const [user] = memory.scratch(prepared.byteLength);
    memory.f32(user, prepared.length).set(prepared);
    wasm.pr_item_item_encode(address, user);
    return memory.f32(user, prepared.length).slice();
  }

  /**
   * A user with this one item.
   * @param {number} item row
   */
  like(item) {
    const one = { rows: Uint32Array.of(item), values: Float32Array.of(1), ratings: NO_RATING };
    return this.follow(undefined, new InteractionTable(), new InteractionDelta(one));
  }

  /**
   * What each interaction adds to the raw score of an item.
   *
   * @param {UserState} _state
   * @param {InteractionTable} table
   * @param {number} item row
   */
  explain(_state, table, item) {
    const { wasm, memory, address } = this.#engine;
    const count = table.size;
    const bytes = 4 * count;
    const one = 4 * (ITEM_USER_HEADER + this.#stride + 2);
    const [rows, values, user, effects] = memory.scratch(bytes, bytes, one, bytes);
    table.put(memory, rows, values);
    wasm.pr_item_item_explain(address, rows, values, count, user, item, effects);
    return memory.f32(effects, count).slice();
  }
}
