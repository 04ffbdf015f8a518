import { RemoteObject } from "./remote-object.js";

/**
 * A candidate pack in a worker: `CandidatePack`. Made by `WorkerModel.openCandidates`.
 *
 * @hideconstructor
 */
export class WorkerPack extends RemoteObject {
  #model;
  #source;
  /** @type {{ items: import("../common/ids.js").ItemId[], itemCount: number }} */
  #description = { items: [], itemCount: 0 };

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {RemoteObject} model
   * @param {unknown} source of sendableSource
   */
  constructor(worker, model, source) {
    super(worker, model);
    this.#model = model;
    this.#source = source;
  }

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {import("./connection.js").CallOptions} [options]
   * @internal
   */
  async create(connection, options) {
    const target = await this.#model.idIn(connection);
    const args = [this.#source, {}];
    const call = { target, method: "openCandidates", args, resultId: this.id, isAbortable: true };
    this.#description = await connection.run(call, options);
  }

  /** The items' ids. */
  get items() {
    return this.#description.items;
  }

  /** How many candidates there are. */
  get itemCount() {
    return this.#description.itemCount;
  }
}
