import { assertNumber } from "../common/arguments.js";
import { twinOf } from "../common/ids.js";
import { checkOptions } from "../common/options.js";
import { readExport, toExport } from "./export-format.js";
import { Follower } from "./follower.js";
import { newId } from "./id.js";
import { assertBudget, readBudget, readCharge } from "./ledger.js";
import { StoredReplica } from "./stored-replica.js";
import { readInteractions, readItemIds, toInteraction } from "./stored-interactions.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { PocketrecError } from "../common/errors.js"
 * @import { Interaction } from "./stored-interactions.js"
 * @import { NewInteraction } from "./stored-interactions.js"
 * @import { Store } from "./store.js"
 *
 * @typedef {object} HistoryOptions of `openHistory`
 * @property {number} [limit] how many interactions are kept, at most 100,000 (default 10,000):
 *   beyond it the oldest are removed
 * @property {import("./ledger.js").Budget} [budget] how much `privateQuery` may spend in total;
 *   without a budget it is refused
 * @property {(warning: PocketrecError) => void} [onWarning] is called when the history cannot be
 *   stored and is kept in memory only
 */

const DEFAULT_LIMIT = 10_000;
const MAX_LIMIT = 100_000;

/**
 * The interactions of a user on this device, one an item: adding an item again replaces its
 * interaction. A copy is in memory, so reading is immediate; a call that changes the history
 * resolves once the change is stored. Other tabs and processes that have the same history open see
 * the change. Each change dispatches a "change" event.
 *
 * Made by `openHistory`.
 *
 * @example
 * history.addEventListener("change", () => console.log(history.interactionCount));
 * await history.add({ item: "Cold Ink", rating: 5 });
 * const user = model.user({ history }); // follows the history from now on
 * user.items; // => ["Cold Ink"]
 *
 * @hideconstructor
 */
export class History extends EventTarget {
  #replica;
  #budget;

  /**
   * @param {Store} store
   * @param {HistoryOptions} options checked
   */
  constructor(store, { limit = DEFAULT_LIMIT, budget, onWarning }) {
    super();
    const onChange = () => void this.dispatchEvent(new Event("change"));
    this.#replica = new StoredReplica(store, limit, onChange, onWarning);
    this.#budget = budget;
  }

  /**
   * @param {(limit: number) => Store} makeStore
   * @param {HistoryOptions} options as the app passes them in
   * @returns {Promise<History>}
   * @internal
   */
  static async open(makeStore, options) {
    const names = "limit budget onWarning folder";
    const renamed = { onTrouble: "onWarning" };
    const given = checkOptions(options, "openHistory", names, renamed);
    const { limit = DEFAULT_LIMIT, budget, onWarning } = given;
    assertNumber(limit, "limit", { min: 1, max: MAX_LIMIT, integer: true });
    const checked = { limit, budget: readBudget(budget), onWarning };
    const history = new History(makeStore(limit), checked);
    await history.#replica.open();
    return history;
  }

  /**
   * Where the history is stored: "memory" where storage is unavailable, and `warning` says why.
   * @returns {"indexeddb" | "file" | "memory"}
   */
  get storage() {
    return this.#replica.storage;
  }

  /** Why the history is in memory only and lost with the page or process; else undefined. */
  get warning() {
    return this.#replica.warning;
  }

  /** How many interactions there are. */
  get interactionCount() {
    return this.#replica.size;
  }

  /** Increases with every change. */
  get version() {
    return this.#replica.version;
  }

  /**
   * All interactions, the oldest first.
   *
   * @returns {Interaction[]}
   *
   * @example
   * await history.add([{ item: "Cold Ink", rating: 5, time: 1 }, "One Glove"]);
   * history.list()[0]; // => { item: "Cold Ink", rating: 5, time: 1 }
   */
  list() {
    return [...this];
  }

  /**
   * The interactions, the oldest first: `for (const { item, rating, time } of history)`.
   *
   * @returns {Iterator<Interaction>}
   */
  *[Symbol.iterator]() {
    for (const record of this.#replica.records.values()) yield toInteraction(record);
  }

  /**
   * The interactions since a time, the oldest first: `history.since(Date.now() - 7 * 86_400_000)`.
   *
   * @param {number | Date} time in milliseconds since 1970
   * @returns {Interaction[]}
   * @throws {PocketrecError} "bad-argument"
   *
   * @example
   * await history.add([{ item: "Cold Ink", time: 1 }, "One Glove"]);
   * const week = history.since(Date.now() - 7 * 86_400_000);
   * week.map(({ item }) => item); // => ["One Glove"]
   */
  since(time) {
    const from = Number(time);
    assertNumber(from, "since");
    return this.list().filter((interaction) => interaction.time >= from);
  }

  /**
   * The interaction with an item.
   *
   * @param {ItemId} item
   * @returns {Interaction | undefined}
   *
   * @example
   * await history.add({ item: "Cold Ink", rating: 5 });
   * history.get("Cold Ink").rating; // => 5
   * history.get("One Glove"); // => undefined
   */
  get(item) {
    const record = this.#replica.get(this.#idOf(item));
    return record && toInteraction(record);
  }

  /**
   * Adds interactions, all or none. Resolves once they are stored.
   *
   * @param {NewInteraction | Iterable<NewInteraction>} interactions an item id, `{ item, rating,
   *   time }`, or a list of them
   * @throws {PocketrecError} "bad-argument", "disposed"
   *
   * @example
   * await history.add("Nine Knots");
   * await history.add([{ item: "Cold Ink", rating: 4 }, { item: "One Glove", time: Date.now() }]);
   * history.interactionCount; // => 3
   */
  async add(interactions) {
    const put = readInteractions(interactions, this.#now());
    await this.#replica.write({ put: put.map((one) => ({ ...one, item: this.#idOf(one.item) })) });
  }

  /**
   * Removes the interactions with items. Resolves once they are removed from the storage.
   *
   * @param {ItemId | Iterable<ItemId>} items
   * @throws {PocketrecError} "storage" where they could be removed from memory alone,
   *   "bad-argument", "disposed"
   *
   * @example
   * await history.add(["Cold Ink", "One Glove"]);
   * await history.remove("Cold Ink");
   * history.interactionCount; // => 1
   */
  async remove(items) {
    await this.#replica.write({ remove: readItemIds(items).map((item) => this.#idOf(item)) });
    this.#replica.assertRemoved();
  }

  /**
   * The whole history with its ledger, for a backup or another device: `JSON.stringify` makes text
   * of it.
   * @returns {import("./export-format.js").ExportedHistory}
   *
   * @example
   * await history.add({ item: "Cold Ink", rating: 5, time: 1 });
   * const text = JSON.stringify(history.export());
   * JSON.parse(text).interactions; // => [{ item: "Cold Ink", rating: 5, time: 1 }]
   */
  export() {
    return toExport(this.#replica.records.values(), this.ledger);
  }

  /**
   * Merges an exported history into this one: of two interactions with an item the newer one is
   * kept. The expenses of its ledger are added, each once; what was spent is never lowered.
   *
   * @param {import("./export-format.js").ExportedHistory | string} exported what `export()`
   *   returned, or its JSON
   * @throws {PocketrecError} "bad-history", "disposed"; nothing is imported then
   *
   * @example
   * const text = JSON.stringify(history.export());
   * const other = await openHistory("books of another device");
   * await other.import(text);
   */
  async import(exported) {
    const { interactions, ledger } = readExport(exported, this.#now());
    await this.#replica.write({ put: interactions, onlyIfNewer: true, expenses: ledger });
  }

  /**
   * Removes all interactions and the ledger, with the database or file. The history is empty and
   * can be used.
   * @throws {PocketrecError} "storage" where it could not be removed, "disposed"
   *
   * @example
   * await history.add("Cold Ink");
   * await history.erase();
   * history.interactionCount; // => 0
   */
  async erase() {
    await this.#replica.erase();
  }

  /**
   * Reads changes by others, where no notification arrived.
   *
   * @throws {PocketrecError} "disposed"
   *
   * @example
   * await history.refresh();
   */
  async refresh() {
    await this.#replica.refresh();
  }

  /**
   * What private queries have spent, query by query: copies.
   * @returns {import("./ledger.js").Expense[]}
   */
  get ledger() {
    return this.#replica.ledger.list();
  }

  /** The total of the ledger. @returns {import("./ledger.js").Spent} */
  get spent() {
    return this.#replica.ledger.spent;
  }

  /**
   * Records the cost of a private query, if the budget allows it. `privateQuery` calls it before it
   * answers.
   *
   * @param {import("./ledger.js").Charge} charge
   * @throws {PocketrecError} "budget-spent"; "storage" where the ledger is in memory only;
   *   "bad-argument", "disposed"
   *
   * @example
   * const history = await openHistory("books with a budget", { budget: { epsilon: 2 } });
   * await history.spend({ mechanism: "my own", epsilon: 1.5, delta: 0 });
   * history.spent; // => { epsilon: 1.5, delta: 0, queries: 1 }
   */
  async spend(charge) {
    const expense = { ...readCharge(charge), id: newId(), time: this.#now() };
    const budget = this.#budget;
    assertBudget(budget);
    await this.#replica.write({ spend: { expense, budget } });
  }

  /** For `model.user({ history })`: reads the changes step by step. @internal */
  follow() {
    return new Follower(this.#replica);
  }

  /**
   * Closes the storage and leaves its content. A later change throws.
   *
   * @example
   * history.close();
   */
  close() {
    this.#replica.close();
  }

  /**
   * An id as the history has it: "260" and 260 are one item, as they are to a model.
   * @param {ItemId} item
   */
  #idOf(item) {
    const twin = this.#replica.get(item) ? undefined : twinOf(item);
    return twin !== undefined && this.#replica.get(twin) ? twin : item;
  }

  /** Never before the newest interaction nor 1970, even where the clock was set back. */
  #now() {
    return Math.max(Date.now() || 0, this.#replica.newestTime);
  }
}
