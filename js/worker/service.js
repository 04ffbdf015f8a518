import { releaseProxy } from "comlink";

import { PocketrecError, throwIfAborted } from "../common/errors.js";

/**
 * @import { Call } from "./connection.js"
 * @import { ErrorFields } from "./connection.js"
 * @import { Outcome } from "./connection.js"
 * @import { OnProgress } from "../file/source.js"
 */

/** A method that works in pieces lets messages come after this long. */
const PIECE_MS = 20;

/**
 * The side of a worker: holds models, users and packs by the ids that the page gave them, and calls
 * their methods.
 */
export class Service {
  /** @type {Map<string, any>} */
  #objects;
  /** Of abortable calls, by the number of the call. @type {Map<string, AbortController>} */
  #controllers = new Map();
  /**
   * The last call that uses an object whose method runs in pieces, by the object's id: calls of
   * such an object keep their order. Calls of others come between the pieces.
   * @type {Map<string, Promise<unknown>>}
   */
  #queues = new Map();

  /** @param {Record<string, Function>} root the object with the id "root" */
  constructor(root) {
    this.#objects = new Map([["root", root]]);
  }

  /** Answers once the script runs. */
  hello() {
    return true;
  }

  /**
   * @param {Call} call
   * @param {OnProgress & { [releaseProxy]?: () => void }} [onProgress]
   * @returns {Promise<Outcome>}
   */
  async run(call, onProgress) {
    /** @type {unknown[]} */
    const reports = [];
    const report = onProgress && ((/** @type {any} */ step) => reports.push(onProgress(step)));
    if (call.isAbortable || call.pieces) this.#controllers.set(call.call, new AbortController());
    try {
      const ids = [call.target, ...(call.references ?? []).map(({ id }) => id)];
      const isQueued = ids.some((id) => this.#queues.has(id));
      const work = () => this.#perform(call, report);
      const isOrdered = call.pieces && !call.isReading;
      const holds = isOrdered ? call.target : undefined;
      const value = await (isQueued || isOrdered ? this.#enqueue(ids, holds, work) : work());
      return { value };
    } catch (error) {
      return { error: errorFields(error) };
    } finally {
      this.#controllers.delete(call.call);
      // Reports have a port of their own: the outcome must not overtake them.
      await Promise.allSettled(reports);
      onProgress?.[releaseProxy]?.();
    }
  }

  /** @param {string} call its number */
  abort(call) {
    this.#controllers.get(call)?.abort();
  }

  /** Forgets an object that the page no longer has. @param {string} id */
  release(id) {
    this.#objects.delete(id);
  }

  /**
   * Performs a call after those that use the same objects, and before later ones.
   *
   * @template T
   * @param {string[]} ids
   * @param {string | undefined} holds the object that later calls wait for, if there is one
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #enqueue(ids, holds, work) {
    const queued = ids.filter((id) => this.#queues.has(id) || id === holds);
    const before = Promise.all(queued.map((id) => this.#queues.get(id)));
    const result = before.then(work);
    const end = result.then(
      () => {},
      () => {},
    );
    for (const id of queued) this.#queues.set(id, end);
    await end;
    for (const id of queued) if (this.#queues.get(id) === end) this.#queues.delete(id);
    return result;
  }

  /**
   * @param {Call} call
   * @param {((step: any) => void) | undefined} onProgress
   */
  async #perform(call, onProgress) {
    const { target, method, resultId, isAbortable, pieces } = call;
    const signal = this.#controllers.get(call.call)?.signal;
    throwIfAborted(signal, method);
    const object = this.#get(target, method);
    const given = this.#argumentsOf(call);
    if (isAbortable) given.push({ .../** @type {object} */ (given.pop()), signal, onProgress });
    const member = object[pieces ?? method];
    const returned = typeof member === "function" ? member.apply(object, given) : member;
    const result = await (pieces ? finish(returned, method, signal) : returned);
    if (result instanceof PocketrecError) return errorFields(result);
    if (resultId === undefined) return result === object ? undefined : result;
    this.#objects.set(resultId, result);
    return describe(result);
  }

  /** The arguments, with the objects that are referred to. @param {Call} call */
  #argumentsOf({ method, args = [], references = [] }) {
    /** @type {any[]} */
    const given = [...args];
    for (const { arg, key, id } of references) {
      const object = this.#get(id, method);
      if (key === undefined) given[arg] = object;
      else given[arg][key] = object;
    }
    return given;
  }

  /**
   * @param {string} id
   * @param {string} method for the error
   */
  #get(id, method) {
    if (this.#objects.has(id)) return this.#objects.get(id);
    throw new PocketrecError("failed", method, "an object of this worker", "one of another");
  }
}

/**
 * Runs a method that works in pieces. Other messages come between them, an abort among them.
 *
 * @param {Iterator<void, unknown>} pieces
 * @param {string} method for the error
 * @param {AbortSignal} [signal]
 */
async function finish(pieces, method, signal) {
  for (let since = performance.now(); ;) {
    const piece = pieces.next();
    if (piece.done) return piece.value;
    if (performance.now() - since < PIECE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    throwIfAborted(signal, method);
    since = performance.now();
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
