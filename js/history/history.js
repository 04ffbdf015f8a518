import { assertNoRenamedOption, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { NOTHING } from "./change.js";
import { readExported, toExported } from "./exported.js";
import { Follower } from "./follower.js";
import { readBudget, readCharge, sumUp } from "./ledger.js";
import { MemoryStore } from "./memory-store.js";
import { asInteraction, byAge, isSame, readInteractions, readItems } from "./records.js";

/**
 * @typedef {import("./records.js").ItemId} ItemId
 * @typedef {import("./records.js").Interaction} Interaction
 * @typedef {import("./records.js").NewInteraction} NewInteraction
 * @typedef {import("./records.js").Kept} Kept
 * @typedef {import("./change.js").Store} Store
 * @typedef {import("./change.js").State} State
 *
 * @typedef {object} HistoryOptions
 * @property {number} [limit] how many interactions are kept, at most 100,000 (default 10,000): of
 *   more the oldest go
 * @property {import("./ledger.js").Budget} [budget] the most that `privateQuery` may ever tell of
 *   the person; without one, nothing
 * @property {(warning: PocketrecError) => void} [onWarning] hears when the history cannot be stored
 *   and lives in memory only
 */

const LIMIT_MAX = 100_000;

/** Older than any. @type {Kept} */
const NONE = { item: "", time: 0, order: 0 };

/** @param {Kept[]} records */
const mapOf = (records) => new Map(records.map((record) => [record.item, record]));

/**
 * A person's interactions on their own device, one an item: adding an item again replaces what was
 * there. All of it is also in memory, so that reading is immediate; what changes it resolves once
 * it is stored. Whoever else has the same history open (another tab, another process) sees the
 * change, and a "change" event tells that there is one.
 *
 * Made by `openHistory`.
 */
export class History extends EventTarget {
  /** @type {Store} */
  #store;
  /** @type {Store} what was there before memory had to do */
  #wished;
  #limit;
  #budget;
  #onWarning;
  #isClosed = false;
  #token = "";
  /** @type {Map<ItemId, Kept>} */
  #kept = new Map();
  #isSorted = true;
  /** The last of those that are sorted. @type {Kept} */
  #newest = NONE;
  #version = 0;
  /** @type {import("./ledger.js").Expense[]} */
  #ledger = [];
  /** @type {PocketrecError | undefined} */
  #warning;
  #isDenied = false;
  /** @type {Promise<void> | undefined} a reading that is going on */
  #reading;
  /** @type {Promise<void> | undefined} one that will begin after it */
  #nextReading;

  /**
   * @param {Store} store
   * @param {HistoryOptions} options checked
   */
  constructor(store, { limit = 10_000, budget, onWarning }) {
    super();
    this.#store = this.#wished = store;
    this.#limit = limit;
    this.#budget = budget;
    this.#onWarning = onWarning;
  }

  /**
   * @param {(limit: number) => Store} makeStore
   * @param {HistoryOptions} given
   * @returns {Promise<History>}
   * @internal
   */
  static async open(makeStore, given) {
    assertNoRenamedOption(given, { onTrouble: "onWarning" });
    const { limit = 10_000, budget, onWarning } = given;
    assertNumber(limit, "limit", { min: 1, max: LIMIT_MAX, integer: true });
    const options = { limit, budget: readBudget(budget), onWarning };
    const history = new History(makeStore(limit), options);
    try {
      await history.#begin();
    } catch (error) {
      if (!(error instanceof PocketrecError)) return history.#denied(error);
      history.close();
      throw error;
    }
    return history;
  }

  /** @param {unknown} cause */
  #denied(cause) {
    this.#isDenied = true;
    this.#fallBack(cause);
    return this;
  }

  /** Listens before it reads: what others do meanwhile is read after it. */
  async #begin() {
    // A file that somebody spoilt is said to whoever writes or looks.
    this.#wished.listen((news) => void this.#hear(news).catch(() => {}));
    this.#reading = this.#read();
    await this.#reading.finally(() => (this.#reading = undefined));
  }

  /**
   * Where it is kept: "memory" where nothing may be stored; `warning` says why.
   * @returns {"indexeddb" | "file" | "memory"}
   */
  get storage() {
    return this.#store.kind;
  }

  /**
   * Why the history is in memory only, and ends with the page or process; undefined where it is
   * stored.
   */
  get warning() {
    return this.#warning;
  }

  /** How many interactions there are. */
  get interactionCount() {
    return this.#kept.size;
  }

  /** A number that is another one after every change. */
  get version() {
    return this.#version;
  }

  /** What is kept, oldest first. @internal */
  get kept() {
    if (!this.#isSorted) this.#kept = mapOf([...this.#kept.values()].sort(byAge));
    this.#isSorted = true;
    return this.#kept;
  }

  /** All interactions, the oldest first. @returns {Interaction[]} */
  list() {
    return [...this];
  }

  *[Symbol.iterator]() {
    for (const record of this.kept.values()) yield asInteraction(record);
  }

  /**
   * The interactions since a time, the oldest first.
   * @param {number | Date} time in milliseconds since 1970
   * @returns {Interaction[]}
   */
  since(time) {
    const from = Number(time);
    assertNumber(from, "since");
    return this.list().filter((interaction) => interaction.time >= from);
  }

  /**
   * What there is of an item.
   * @param {ItemId} item
   * @returns {Interaction | undefined}
   */
  get(item) {
    const record = this.#kept.get(item);
    return record && asInteraction(record);
  }

  /**
   * Adds interactions, all or none. Resolves once they are stored.
   *
   * @param {NewInteraction | Iterable<NewInteraction>} interactions an item, `{ item, rating, time
   *   }`, or a list of them
   * @throws {PocketrecError} "bad-argument", "disposed"
   */
  async add(interactions) {
    await this.#write({ put: readInteractions(interactions, this.#now()) });
  }

  /**
   * Removes what there is of items. Resolves once it is gone.
   *
   * @param {ItemId | Iterable<ItemId>} items
   * @throws {PocketrecError} "bad-argument", "disposed"
   */
  async remove(items) {
    await this.#write({ remove: readItems(items) });
  }

  /**
   * All of it, to be kept elsewhere or taken to another device: JSON.stringify makes text of it.
   * @returns {import("./exported.js").Exported}
   */
  export() {
    return toExported([...this.kept.values()], [...this.#ledger]);
  }

  /**
   * Adds what another history exported: of an item that both have, what is newer. Its ledger comes
   * along.
   *
   * @param {import("./exported.js").Exported | string} exported what `export()` gave, or its JSON
   * @throws {PocketrecError} "bad-history", "disposed"; nothing is taken then
   */
  async import(exported) {
    const { interactions, ledger } = readExported(exported, this.#now());
    await this.#write({ put: interactions, isOlderKept: true, expenses: ledger });
  }

  /**
   * Removes everything, the ledger too, and the place where it was. The history is empty then and
   * can be used.
   * @throws {PocketrecError} "storage" where it could not be removed, "disposed"
   */
  async erase() {
    this.#demandOpen();
    try {
      await this.#wished.erase();
      this.#store = this.#wished;
      this.#warning = undefined;
    } catch (cause) {
      // What was never opened holds nothing of ours.
      if (!this.#isDenied)
        throw warningOf(
          cause,
          "the history to be erased",
          "Try again; or remove the site's data in the browser.",
        );
    }
    if (this.#store.kind === "memory") await this.#store.erase();
    this.#replace(NOTHING);
  }

  /** Looks for what others have changed, where nothing told of it. */
  async refresh() {
    this.#demandOpen();
    await this.#readAgain();
  }

  /** What was told of the person and what that cost. @returns {import("./ledger.js").Expense[]} */
  get ledger() {
    return [...this.#ledger];
  }

  /** What the ledger adds up to. @returns {import("./ledger.js").Spent} */
  get spent() {
    return sumUp(this.#ledger);
  }

  /**
   * Writes down what is about to be told of the person, if the budget allows it: what
   * `privateQuery` asks before it answers.
   *
   * @param {import("./ledger.js").Charge} charge
   * @throws {PocketrecError} "budget-spent"; "storage" where the ledger would be forgotten;
   *   "bad-argument", "disposed"
   */
  async spend(charge) {
    const spend = { charge: readCharge(charge), budget: this.#budget };
    await this.#write({ spend });
  }

  /**
   * Somebody who wants to know what changed since they last asked: what `model.user({ history })`
   * is.
   * @internal
   */
  follow() {
    return new Follower(this);
  }

  /** Lets go of the storage, which stays as it is. A later change throws. */
  close() {
    this.#isClosed = true;
    this.#wished.close();
  }

  /** Not before the newest interaction, also where the clock was set back. */
  #now() {
    return Math.max(Date.now(), this.#newest.time);
  }

  /** @param {import("./change.js").Change} wish */
  async #write(wish) {
    this.#demandOpen();
    const store = this.#store;
    let news;
    try {
      news = await store.write(wish);
    } catch (error) {
      if (error instanceof PocketrecError) throw error;
      if (store === this.#store) this.#fallBack(error);
    }
    if (wish.spend && this.#store.kind === "memory") throw this.#warning;
    await this.#hear(news ?? (await this.#store.write(wish)));
  }

  /**
   * Goes on in memory, with what is known.
   * @param {unknown} cause
   */
  #fallBack(cause) {
    const state = { token: this.#token, records: [...this.kept.values()], ledger: this.#ledger };
    this.#store = new MemoryStore(this.#limit, state);
    this.#warning = warningOf(
      cause,
      "a place to store the history",
      "It is in memory only, and ends with the page or process.",
    );
    this.#onWarning?.(this.#warning);
  }

  /**
   * Takes in what was done to the store: as it was told, where it was done to what is known here.
   * @param {import("./change.js").News} [news]
   */
  async #hear(news) {
    const isNext = news && news.before === this.#token && !this.#reading && !this.#nextReading;
    if (!isNext) return this.#readAgain();
    for (const item of news.removed) this.#kept.delete(item);
    for (const record of news.put) this.#put(record);
    this.#ledger = [...this.#ledger, ...news.expenses];
    this.#token = news.after;
    this.#changed();
  }

  /** What is newer than all goes behind them, where it belongs. @param {Kept} record */
  #put(record) {
    this.#kept.delete(record.item);
    this.#kept.set(record.item, record);
    if (byAge(record, this.#newest) < 0) this.#isSorted = false;
    else this.#newest = record;
  }

  /**
   * Of those that are wanted while one goes on, one comes after it: it sees what all of them are
   * about.
   */
  #readAgain() {
    this.#nextReading ??= Promise.resolve(this.#reading)
      .catch(() => {})
      .then(async () => {
        this.#reading = this.#nextReading;
        this.#nextReading = undefined;
        await this.#read()
          .catch((error) => this.#demandReadable(error))
          .finally(() => (this.#reading = undefined));
      });
    return this.#nextReading;
  }

  /** @param {unknown} error */
  #demandReadable(error) {
    if (error instanceof PocketrecError) throw error;
    if (!this.#isClosed) this.#fallBack(error);
  }

  async #read() {
    const store = this.#store;
    const state = await store.read();
    if (store === this.#store) this.#replace(state);
  }

  /** @param {State} state */
  #replace({ token, records, ledger }) {
    if (token === this.#token) return;
    const before = this.#kept;
    const list = records.map((record) => {
      const known = before.get(record.item);
      // What did not change stays what it was: followers tell by that.
      return known && isSame(known, record) ? known : record;
    });
    this.#kept = mapOf(list.sort(byAge));
    this.#isSorted = true;
    this.#newest = list.at(-1) ?? NONE;
    this.#ledger = ledger;
    this.#token = token;
    this.#changed();
  }

  #changed() {
    this.#version++;
    this.dispatchEvent(new Event("change"));
  }

  #demandOpen() {
    if (this.#isClosed)
      throw new PocketrecError("disposed", "history", "one in use", "one after close()");
  }
}

/**
 * @param {unknown} cause
 * @param {string} expected
 * @param {string} hint
 */
function warningOf(cause, expected, hint) {
  return new PocketrecError("storage", "history", expected, String(cause), { hint, cause });
}
