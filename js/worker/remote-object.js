import { PocketrecError } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { assertNoPromise, toSendable } from "./sendable.js";

/**
 * @import { Connection } from "./connection.js"
 * @import { Reference } from "./connection.js"
 * @import { CallOptions } from "./connection.js"
 * @import { ModelWorker } from "./model-worker.js"
 */

/**
 * Stands for an object in the worker: a model, user or pack. After a crash the object is created
 * again in the next worker, at the next call.
 *
 * @hideconstructor
 */
export class RemoteObject {
  #worker;
  #id;
  /** @type {RemoteObject | undefined} */
  #model;
  /** @type {Connection | undefined} to the worker that has the object */
  #connection;
  /** @type {Promise<unknown> | undefined} */
  #created;

  /**
   * @param {ModelWorker} worker
   * @param {RemoteObject} [model] that the object is of; none: it is a model
   */
  constructor(worker, model) {
    this.#worker = worker;
    this.#model = model;
    this.#id = worker.register(this);
  }

  /** The object's id in the worker. @internal */
  get id() {
    return this.#id;
  }

  /**
   * Whose a value is, unless it is of this model.
   *
   * @param {unknown} value
   * @param {RemoteObject} model
   * @returns {string | undefined} undefined: this model's
   * @internal
   */
  static strangerOf(value, model) {
    if (!(value instanceof RemoteObject && #model in value)) return "a proxy of one";
    if (value.#worker !== model.#worker) return "one of another worker";
    return value.#model === model ? undefined : "one of another model";
  }

  /**
   * Creates the object in a worker; each class overrides it.
   *
   * @param {Connection} _connection
   * @param {CallOptions} [_options]
   * @internal
   */
  async create(_connection, _options) {}

  /**
   * The object's id, once it exists in the worker.
   *
   * @param {Connection} connection
   * @param {CallOptions} [options]
   * @returns {Promise<string>}
   * @internal
   */
  async idIn(connection, options) {
    if (this.#connection !== connection) {
      this.#connection = connection;
      this.#created = this.create(connection, options);
      // After a failure the next call tries again.
      this.#created.catch(() => this.#connection === connection && this.invalidate());
    }
    await this.#created;
    return this.#id;
  }

  /** Whether a running worker has the object. @internal */
  get exists() {
    return this.#connection !== undefined && !this.#connection.ended;
  }

  /** The object in the worker is out of date: the next call creates it again. @internal */
  invalidate() {
    this.#connection = undefined;
  }

  /**
   * Calls a method of the object, or reads a property.
   *
   * @param {string} method
   * @param {Record<string, unknown>} [args] by name, in order
   * @param {CallOptions & { pieces?: string, isReading?: boolean }} [options] the last two: as
   *   in Call
   * @internal
   */
  async call(method, args = {}, { pieces, isReading, ...options } = {}) {
    const connection = this.#worker.connect();
    const target = await wait(this.idIn(connection), method, options.signal);
    const sent = await this.#send(args, connection);
    return connection.run({ target, method, ...sent, pieces, isReading }, options);
  }

  /**
   * Arguments in a form that can be posted, and the remote objects among them, in a list of them,
   * and among the properties of options. Options lose `signal` and `onProgress`, which stay on this
   * side.
   *
   * @param {Record<string, any>} named
   * @param {Connection} connection
   */
  async #send(named, connection) {
    /** @type {Reference[]} */
    const references = [];
    const args = Object.entries(named).map(([name, value], arg) => {
      if (Array.isArray(value) && value[0] instanceof RemoteObject)
        return value.map((one, key) => this.#sendOne(one, name, { arg, key }, references));
      if (Object.getPrototypeOf(value ?? 0) !== Object.prototype)
        return this.#sendOne(value, name, { arg }, references);
      const { signal: _signal, onProgress: _onProgress, ...options } = value;
      const entries = Object.entries(options).map(([key, one]) => {
        return [key, this.#sendOne(one, key, { arg, key }, references)];
      });
      return Object.fromEntries(entries);
    });
    await Promise.all(references.map(({ object }) => object?.idIn(connection)));
    return { args, references: references.map(({ object: _object, ...sent }) => sent) };
  }

  /**
   * @param {any} value
   * @param {string} name
   * @param {{ arg: number, key?: string | number }} place
   * @param {Reference[]} references
   */
  #sendOne(value, name, place, references) {
    assertNoPromise(value, name);
    if (!(value instanceof RemoteObject)) return toSendable(value, name);
    const stranger = RemoteObject.strangerOf(value, this.#model ?? this);
    if (stranger) throw new PocketrecError("bad-argument", name, "one of this model", stranger);
    references.push({ ...place, id: value.#id, object: value });
    return undefined;
  }

  /** What a clone of it would be, in an error of a model without a worker. @internal */
  toJSON() {
    return "one of a model in a worker";
  }
}
