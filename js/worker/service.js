import { releaseProxy } from "comlink";

import { PocketrecError } from "../common/errors.js";

/**
 * @typedef {import("./connection.js").Call} Call
 * @typedef {import("./connection.js").ErrorFields} ErrorFields
 * @typedef {import("./connection.js").Outcome} Outcome
 * @typedef {import("../file/source.js").OnProgress} OnProgress
 */

/**
 * The side of a worker: holds models, users and packs by the ids that the page gave them, and calls
 * their methods.
 */
export class Service {
  /** @type {Map<number, any>} */
  #objects;
  /** Of abortable calls, by the number of the call. @type {Map<number, AbortController>} */
  #controllers = new Map();

  /** @param {Record<string, Function>} root the object with id 0 */
  constructor(root) {
    this.#objects = new Map([[0, root]]);
  }

  /**
   * @param {Call} call
   * @param {OnProgress & { [releaseProxy]?: () => void }} [onProgress]
   * @returns {Promise<Outcome>}
   */
  async run({ call, target, method, args = [], resultId, isAbortable }, onProgress) {
    const controller = new AbortController();
    /** @type {unknown[]} */
    const reports = [];
    if (isAbortable) this.#controllers.set(call, controller);
    try {
      const object = this.#objects.get(target);
      const given = args.map((arg) => this.#resolve(arg));
      if (isAbortable) {
        const options = /** @type {object} */ (given.pop());
        const report = onProgress && ((/** @type {any} */ step) => reports.push(onProgress(step)));
        given.push({ ...options, signal: controller.signal, onProgress: report });
      }
      const member = object[method];
      const result = await (typeof member === "function" ? member.apply(object, given) : member);
      if (resultId === undefined) return { value: result === object ? undefined : result };
      this.#objects.set(resultId, result);
      return { value: describe(result) };
    } catch (error) {
      return { error: errorFields(error) };
    } finally {
      this.#controllers.delete(call);
      // Reports have a port of their own: the outcome must not overtake them.
      await Promise.allSettled(reports);
      onProgress?.[releaseProxy]?.();
    }
  }

  /** @param {number} call its number */
  abort(call) {
    this.#controllers.get(call)?.abort();
  }

  /** Forgets an object that the page no longer has. @param {number} id */
  release(id) {
    this.#objects.delete(id);
  }

  /** Replaces references, in an argument or in its properties, by objects. @param {any} arg */
  #resolve(arg) {
    const resolved = (/** @type {any} */ value) =>
      value?.pocketrecId ? this.#objects.get(value.pocketrecId) : value;
    if (arg?.pocketrecId || Object.getPrototypeOf(arg ?? 0) !== Object.prototype)
      return resolved(arg);
    const entries = Object.entries(arg).map(([name, value]) => [name, resolved(value)]);
    return Object.fromEntries(entries);
  }
}

/**
 * The properties of a model or pack that the page reads without a call.
 * @param {any} object
 */
function describe({ kind, info, items, itemCount, bytes, simd, weights }) {
  return kind ? { kind, info, itemCount, bytes, simd, weights } : { items, itemCount };
}

/**
 * @param {unknown} error
 * @returns {ErrorFields}
 */
function errorFields(error) {
  const { code, subject, expected, found, hint } =
    error instanceof PocketrecError
      ? error
      : new PocketrecError("failed", "worker", "to finish", String(error));
  return { code, subject, expected, found, hint };
}
