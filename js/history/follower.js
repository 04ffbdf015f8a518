import { asInteraction } from "./records.js";

/**
 * @typedef {import("./records.js").Kept} Kept
 * @typedef {import("./records.js").ItemId} ItemId
 * @typedef {{ remove: ItemId[], add: import("./records.js").Interaction[], seen: Map<ItemId, Kept>
 *   }} Step first what goes, then what comes, oldest first
 */

/**
 * Somebody who follows a history: what changed since they last asked.
 */
export class Follower {
  #history;
  #version = -1;
  /** @type {Map<ItemId, Kept>} what they know, in order */
  #seen = new Map();

  /** @param {{ version: number, kept: Map<ItemId, Kept> }} history its records oldest first */
  constructor(history) {
    this.#history = history;
  }

  /**
   * What is to be done to keep up, or undefined. It is asked again until it is `accept`ed.
   * @returns {Step | undefined}
   */
  changes() {
    if (this.#version === this.#history.version) return undefined;
    const { kept } = this.#history;
    const remove = [];
    for (const item of this.#seen.keys()) if (!kept.has(item)) remove.push(item);
    const list = [...kept.values()];
    const first = list.findIndex((record) => this.#seen.get(record.item) !== record);
    // Order counts for some models: what stands behind the first change comes anew, in its place.
    const behind = first < 0 ? [] : list.slice(first);
    for (const { item } of behind) if (this.#seen.has(item)) remove.push(item);
    return { remove, add: behind.map(asInteraction), seen: new Map(kept) };
  }

  /** @param {Step} step */
  accept({ seen }) {
    this.#seen = seen;
    this.#version = this.#history.version;
  }
}
