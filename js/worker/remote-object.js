import { isIterable } from "../common/arguments.js";
import { wait } from "../common/timeout.js";

/**
 * @typedef {import("./connection.js").Connection} Connection
 * @typedef {import("./connection.js").CallOptions} CallOptions
 * @typedef {import("./model-worker.js").ModelWorker} ModelWorker
 */

/**
 * Stands for an object in the worker: a model, user or pack. After a crash the object is created
 * again in the next worker, at the next call.
 */
export class RemoteObject {
  #worker;
  /** @type {Connection | undefined} to the worker that has the object */
  #connection;
  /** @type {Promise<unknown> | undefined} */
  #created;

  /** @param {ModelWorker} worker */
  constructor(worker) {
    this.#worker = worker;
    /** The object's id in the worker. */
    this.id = worker.register(this);
  }

  /**
   * Creates the object in a worker; each class overrides it.
   *
   * @param {Connection} _connection
   * @param {CallOptions} [_options]
   */
  async create(_connection, _options) {}

  /**
   * The object's id, once it exists in the worker.
   *
   * @param {Connection} connection
   * @param {CallOptions} [options]
   * @returns {Promise<number>}
   */
  async idIn(connection, options) {
    if (this.#connection !== connection) {
      this.#connection = connection;
      this.#created = this.create(connection, options);
      // After a failure the next call tries again.
      this.#created.catch(() => this.#connection === connection && this.invalidate());
    }
    await this.#created;
    return this.id;
  }

  /** The object in the worker is out of date: the next call creates it again. */
  invalidate() {
    this.#connection = undefined;
  }

  /**
   * Calls a method of the object, or reads a property.
   *
   * @param {string} method
   * @param {unknown[]} [args]
   * @param {CallOptions} [options]
   */
  async call(method, args = [], options) {
    const connection = this.#worker.connect();
    const target = await wait(this.idIn(connection), method, options?.signal);
    const sendable = await Promise.all(args.map((arg) => toSendable(arg, connection)));
    return connection.run({ target, method, args: sendable }, options);
  }
}

/**
 * An argument in a form that can be posted: remote objects as references, other iterables as lists.
 * Options lose `signal` and `onProgress`, which stay on this side.
 *
 * @param {any} arg
 * @param {Connection} connection
 * @returns {Promise<any>}
 */
async function toSendable(arg, connection) {
  if (Object.getPrototypeOf(arg ?? 0) !== Object.prototype) return sendableValue(arg, connection);
  const { signal: _signal, onProgress: _onProgress, ...options } = arg;
  const entries = Object.entries(options).map(async ([name, value]) => {
    return [name, await sendableValue(value, connection)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * @param {any} value
 * @param {Connection} connection
 */
async function sendableValue(value, connection) {
  if (value instanceof RemoteObject) return { pocketrecId: await value.idIn(connection) };
  return toList(value);
}

/** An iterable as a list; lists, typed arrays and other values unchanged. @param {any} value */
export const toList = (value) =>
  isIterable(value) && !Array.isArray(value) && !ArrayBuffer.isView(value) ? [...value] : value;
