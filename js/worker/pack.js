import { Handle } from "./handle.js";

/** Candidates that bring their own item rows, in a worker. Made by `WorkerModel.openCandidates`. */
export class WorkerPack extends Handle {
  #model;
  #source;
  /** @type {{ items: import("../file/item-ids.js").ItemId[], itemCount: number }} */
  #known = { items: [], itemCount: 0 };

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {Handle} model
   * @param {unknown} source one that can be sent, and read again
   */
  constructor(worker, model, source) {
    super(worker);
    this.#model = model;
    this.#source = source;
  }

  /**
   * @param {import("./link.js").Link} link
   * @param {import("./link.js").Asked} [asked]
   */
  async make(link, asked) {
    const target = await this.#model.numberIn(link);
    const args = [this.#source, {}];
    this.#known = await link.run(
      { target, method: "openCandidates", args, keep: this.number, canStop: true },
      asked,
    );
  }

  /** The items' ids. */
  get items() {
    return this.#known.items;
  }

  /** How many there are. */
  get itemCount() {
    return this.#known.itemCount;
  }
}
