import { releaseProxy } from "comlink";

import { PocketrecError } from "../common/errors.js";

/**
 * What a worker does: calls of models, users and packs that live in it, named by the numbers that
 * the other side gave them.
 *
 * @typedef {{ pocketrecHandle: number }} Reference stands for an object of the worker's among
 *   arguments
 *
 * @typedef {import("./link.js").Call} Call
 * @typedef {import("./link.js").Trouble} Trouble
 * @typedef {import("./link.js").Outcome} Outcome
 */
export class Service {
  /** @type {Map<number, any>} */
  #objects;
  /** @type {Map<number, AbortController>} */
  #running = new Map();

  /** @param {Record<string, Function>} root what can be called without an object */
  constructor(root) {
    this.#objects = new Map([[0, root]]);
  }

  /**
   * @param {Call} call
   * @param {import("../file/source.js").OnProgress & { [releaseProxy]?: () => void }} [onProgress]
   * @returns {Promise<Outcome>}
   */
  async run({ call, target, method, args = [], keep, canStop }, onProgress) {
    const controller = new AbortController();
    if (canStop) this.#running.set(call, controller);
    try {
      const object = this.#objects.get(target);
      const given = args.map((arg) => this.#revive(arg));
      if (canStop)
        given.push({
          .../** @type {object} */ (given.pop()),
          signal: controller.signal,
          onProgress,
        });
      const member = object[method];
      const result = await (typeof member === "function" ? member.apply(object, given) : member);
      if (keep === undefined) return { value: result === object ? undefined : result };
      this.#objects.set(keep, result);
      return { value: describe(result) };
    } catch (error) {
      return { trouble: troubleOf(error) };
    } finally {
      this.#running.delete(call);
      onProgress?.[releaseProxy]?.();
    }
  }

  /** @param {number} call */
  abort(call) {
    this.#running.get(call)?.abort();
  }

  /** What nobody on the other side knows any more. @param {number} handle */
  drop(handle) {
    this.#objects.delete(handle);
  }

  /** @param {any} arg */
  #revive(arg) {
    const own = (/** @type {any} */ value) =>
      value?.pocketrecHandle ? this.#objects.get(value.pocketrecHandle) : value;
    if (own(arg) !== arg || Object.getPrototypeOf(arg ?? 0) !== Object.prototype) return own(arg);
    return Object.fromEntries(Object.entries(arg).map(([name, value]) => [name, own(value)]));
  }
}

/**
 * What the other side knows of an object without asking.
 * @param {any} object
 */
function describe({ kind, info, items, itemCount, bytes, simd, weights }) {
  return kind ? { kind, info, itemCount, bytes, simd, weights } : { items, itemCount };
}

/**
 * @param {any} error
 * @returns {Trouble}
 */
function troubleOf(error) {
  const { code, subject, expected, found, hint } =
    error instanceof PocketrecError
      ? error
      : new PocketrecError("failed", "worker", "to finish", String(error));
  return { code, subject, expected, found, hint };
}
