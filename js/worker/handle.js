import { isIterable } from "../common/arguments.js";
import { wait } from "../common/timeout.js";

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./link.js").Asked} Asked
 * @typedef {import("./model-worker.js").ModelWorker} ModelWorker
 */

/**
 * An object that lives in the worker, from this side: it has a number there, and is made again in a
 * worker that took the place of one that crashed.
 */
export class Handle {
  #worker;
  /** @type {Link | undefined} the worker that it is in */
  #link;
  /** @type {Promise<unknown> | undefined} */
  #made;

  /** @param {ModelWorker} worker */
  constructor(worker) {
    this.#worker = worker;
    this.number = worker.register(this);
  }

  /**
   * Makes it in a worker: each kind of object has its own way.
   *
   * @param {Link} _link
   * @param {Asked} [_asked]
   */
  async make(_link, _asked) {}

  /**
   * Its number, once it is in this worker.
   *
   * @param {Link} link
   * @param {Asked} [asked]
   * @returns {Promise<number>}
   */
  async numberIn(link, asked) {
    if (this.#link !== link) {
      this.#link = link;
      this.#made = this.make(link, asked);
      // One that could not be made is tried again at the next call.
      this.#made.catch(() => this.#link === link && this.lose());
    }
    await this.#made;
    return this.number;
  }

  /** What is in the worker is out of step: it is made again when it is needed. */
  lose() {
    this.#link = undefined;
  }

  /**
   * Calls a method there, or reads a property.
   *
   * @param {string} method
   * @param {unknown[]} [args]
   * @param {Asked} [asked]
   */
  async call(method, args = [], asked) {
    const link = this.#worker.link();
    const target = await wait(this.numberIn(link), method, asked?.signal);
    return link.run(
      { target, method, args: await Promise.all(args.map((arg) => send(arg, link))) },
      asked,
    );
  }
}

/**
 * An argument as it can be sent: objects of the worker by number, other iterables as lists.
 *
 * @param {any} arg
 * @param {Link} link
 * @returns {Promise<any>}
 */
async function send(arg, link) {
  if (Object.getPrototypeOf(arg ?? 0) !== Object.prototype) return sendValue(arg, link);
  const entries = Object.entries(arg).filter(
    ([name]) => name !== "signal" && name !== "onProgress",
  );
  return Object.fromEntries(
    await Promise.all(entries.map(async ([name, value]) => [name, await sendValue(value, link)])),
  );
}

/**
 * @param {any} value
 * @param {Link} link
 */
async function sendValue(value, link) {
  if (value instanceof Handle) return { pocketrecHandle: await value.numberIn(link) };
  return sendList(value);
}

/** @param {any} value */
export const sendList = (value) =>
  isIterable(value) && !Array.isArray(value) && !ArrayBuffer.isView(value) ? [...value] : value;
