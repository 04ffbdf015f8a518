import { argumentError, isIterable } from "../common/arguments.js";
import { copyRows } from "../common/interaction-rows.js";

/**
 * @import { Model } from "../model/model.js"
 * @import { User } from "../model/user.js"
 * @import { InteractionRows } from "../common/interaction-rows.js"
 * @import { Interaction, Interactions } from "../families/interactions.js"
 * @typedef {Interactions} History the user's interactions, the oldest first
 * @typedef {Record<string, unknown>} Features of the user, by the names in the model's schema
 *
 * @typedef {object} UserInput what the app knows of the user at the time of a request
 * @property {Interaction[] | Uint32Array | InteractionRows} history a copy
 * @property {Features} [features] as the app gave them
 */

/**
 * Copies the history, so that later changes of the app's own list do not change the request.
 *
 * @param {History | undefined} history
 * @param {Features | undefined} features
 * @returns {UserInput}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readUserInput(history = [], features) {
  const rows = copyRows(history, "history");
  if (rows) return { history: rows, features };
  if (!isIterable(history))
    throw argumentError("history", "a list of interactions, or a function", history);
  return { history: history instanceof Uint32Array ? history.slice() : [...history], features };
}

/**
 * An option that is a value, or a function that returns it.
 *
 * @template T
 * @param {T | (() => T | Promise<T>)} option
 * @returns {T | Promise<T>}
 */
export const valueOf = (option) =>
  typeof option === "function" ? /** @type {() => T} */ (option)() : option;

/**
 * One user per model, kept until the input changes: fitting a user vector is the slow part of a
 * request.
 */
export class UserCache {
  /** @type {WeakMap<Model, { key: string, user: User }>} user: or a promise of it, at first */
  #cached = new WeakMap();

  /**
   * @param {Model} model one in a worker gives a promise of the user instead
   * @param {UserInput} input
   * @returns {User}
   */
  userOf(model, { history, features }) {
    const key = JSON.stringify([...listsOf(history), features]);
    const cached = this.#cached.get(model);
    // The app gets the user in the result of a request, and may have changed it.
    if (cached?.key === key && !cached.user.isUpdated) return cached.user;
    const entry = { key, user: model.user({ history, features }) };
    this.#cached.set(model, entry);
    Promise.resolve(entry.user).then(
      (user) => (entry.user = user),
      // In a worker the user may fail later: the next request then tries again.
      () => this.#cached.delete(model),
    );
    return entry.user;
  }
}

/**
 * What is in a history, as lists. Rows are not ids.
 * @param {UserInput["history"]} history
 */
function listsOf(history) {
  if (Array.isArray(history)) return [history];
  const { items, ratings } = "items" in history ? history : { items: history };
  return [0, [...items], ratings && [...ratings]];
}
