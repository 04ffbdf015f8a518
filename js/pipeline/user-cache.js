import { argumentError, isIterable } from "../common/arguments.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../model/user.js").User} User
 * @typedef {Iterable<import("../families/interactions.js").Interaction>} History
 * @typedef {Record<string, unknown>} Features
 *
 * @typedef {object} Person what the app tells of somebody, as it was when it was asked
 * @property {import("../families/interactions.js").Interaction[] | Uint32Array} history
 * @property {Features} [features]
 */

/**
 * @param {History | undefined} history
 * @param {Features | undefined} features
 * @returns {Person}
 */
export function readPerson(history = [], features) {
  if (!isIterable(history))
    throw argumentError("history", "a list of interactions, or a function that gives one", history);
  return { history: history instanceof Uint32Array ? history.slice() : [...history], features };
}

/**
 * The users that models made of a person, each kept while what it was made of is unchanged.
 */
export class Persons {
  /** @type {WeakMap<Model, { key: string, user: User }>} */
  #kept = new WeakMap();

  /**
   * @param {Model} model
   * @param {Person} person
   * @returns {User}
   */
  userOf(model, { history, features }) {
    const key = JSON.stringify([history instanceof Uint32Array, [...history], features]);
    const kept = this.#kept.get(model);
    if (kept?.key === key) return kept.user;
    const user = model.user(
      /** @type {any} */ ({ history, ...(features === undefined ? {} : { features }) }),
    );
    this.#kept.set(model, { key, user });
    // A model in a worker may find out later that it cannot.
    Promise.resolve(user).catch(() => this.#kept.delete(model));
    return user;
  }
}
