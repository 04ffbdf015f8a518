import { toInteraction } from "./stored-interactions.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Interaction } from "./stored-interactions.js"
 * @import { StoredInteraction } from "./stored-interactions.js"
 *
 * @typedef {object} Step changes since the last accepted step: first remove, then add
 * @property {ItemId[]} remove
 * @property {Interaction[]} add the oldest first
 * @property {Map<ItemId, StoredInteraction>} seen the records after the step
 */

/** Reads the changes of a history step by step: how a user of a model follows its history. */
export class Follower {
  #source;
  #version = -1;
  /** @type {Map<ItemId, StoredInteraction>} the records of the last accepted step, in order */
  #seen = new Map();

  /**
   * @param {{ version: number, records: Map<ItemId, StoredInteraction> }} source records: the
   *   oldest first
   */
  constructor(source) {
    this.#source = source;
  }

  /**
   * What changed since the last accepted step. The same changes are returned until they are
   * accepted, so that a failed update is repeated.
   *
   * @returns {Step | undefined} undefined where nothing changed
   */
  changes() {
    if (this.#version === this.#source.version) return undefined;
    const { records } = this.#source;
    const remove = [];
    for (const item of this.#seen.keys()) if (!records.has(item)) remove.push(item);
    const list = [...records.values()];
    const first = list.findIndex((record) => this.#seen.get(record.item) !== record);
    // The order matters to some models: everything from the first change on is added again.
    const changed = first < 0 ? [] : list.slice(first);
    for (const { item } of changed) if (this.#seen.has(item)) remove.push(item);
    return { remove, add: changed.map(toInteraction), seen: new Map(records) };
  }

  /** @param {Step} step */
  accept({ seen }) {
    this.#seen = seen;
    this.#version = this.#source.version;
  }
}
