import { Content } from "../content.js";
import { EMPTY_STATE } from "../store.js";
import { readEntry, readRow, readStored, toRow } from "./entries.js";

/**
 * @typedef {import("./entries.js").Entry} Entry
 *
 * @typedef {object} Head the first entry of a log
 * @property {2} format
 * @property {"pocketrec-history"} kind
 * @property {string} token of the content that the log starts with
 * @property {number} blocks how many entries contain it
 * @property {string} [before] the name of the log before this one
 * @property {string} [merged] the stamp of the file of 0.2 that was merged
 *
 * @typedef {{ delta?: import("../store.js").Delta, error?: unknown }} Outcome of a change
 */

/** How many interactions or expenses a block contains. */
const BLOCK_LENGTH = 1000;

/** The expense of a ledger of which a part may be lost. It exceeds every budget. */
export const UNKNOWN_EXPENSE = {
  mechanism: "unknown: the file was damaged",
  epsilon: Number.MAX_VALUE,
  delta: 0,
  id: "damaged",
  time: 0,
};

/** An entry that is damaged, or cannot be where it is. */
export class DamageError extends Error {
  /**
   * @param {string} message
   * @param {boolean} [isAtEnd] whether it is the last entry alone
   */
  constructor(message, isAtEnd = false) {
    super(message);
    this.isAtEnd = isAtEnd;
  }
}

/**
 * The entries of a new log.
 *
 * @param {Content} content
 * @param {Pick<Head, "before" | "merged">} head
 * @returns {Iterable<unknown>}
 */
export function* startingWith(content, head) {
  const { token, records, ledger } = content.state();
  const blocks = Math.ceil(records.length / BLOCK_LENGTH) + Math.ceil(ledger.length / BLOCK_LENGTH);
  yield { format: 2, kind: "pocketrec-history", token, blocks, ...head };
  for (let at = 0; at < records.length; at += BLOCK_LENGTH)
    yield { rows: records.slice(at, at + BLOCK_LENGTH).map(toRow) };
  for (let at = 0; at < ledger.length; at += BLOCK_LENGTH)
    yield { ledger: ledger.slice(at, at + BLOCK_LENGTH) };
}

/** Makes the content of a log from its entries, one after the other. */
export class Replay {
  content = new Content(EMPTY_STATE);
  /** @type {Partial<Head>} */
  head = {};
  /** The entry that ended the log. @type {Entry | undefined} */
  end;
  /** Of the last file of 0.2 that was merged. @type {string | undefined} */
  merged;
  /** Whether something is missing, where that is allowed. */
  isBroken = false;
  #name;
  #isLenient;
  #entries = 0;
  /** How many interactions and expenses the log starts with. */
  #started = 0;
  /** How many are in its changes. */
  #changed = 0;
  #hasRemovals = false;
  /** The number of the last entry, by writer. @type {Map<string, number>} */
  #numbers = new Map();
  /** The blocks so far. */
  #records = /** @type {import("../stored-interactions.js").StoredInteraction[]} */ ([]);
  #ledger = /** @type {import("../ledger.js").Expense[]} */ ([]);
  #missing = 0;

  /**
   * @param {string} name of the log
   * @param {boolean} isLenient whether entries may be missing
   */
  constructor(name, isLenient) {
    this.#name = name;
    this.#isLenient = isLenient;
  }

  /** Whether the content that the log starts with is not complete. */
  get isMissingBlocks() {
    return this.head.format === undefined || this.#missing > 0;
  }

  /**
   * Whether the log should be replaced: it contains what was removed, or many changes, which take
   * longer to read than blocks. An add pays for two lines of the next log on average.
   */
  get isWasteful() {
    return this.#hasRemovals || this.#changed > 1000 + this.#started / 2;
  }

  /** The number of a writer's next entry. @param {string} writer */
  nextNumber(writer) {
    return (this.#numbers.get(writer) ?? 0) + 1;
  }

  /**
   * @param {any} entry whose checksum is right
   * @returns {Outcome | undefined} of a change
   * @throws {DamageError}
   */
  accept(entry) {
    if (this.end) return undefined; // void
    this.#entries++;
    try {
      return this.#acceptAny(entry);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** @param {any} entry @returns {Outcome | undefined} */
  #acceptAny(entry) {
    if (entry?.format !== undefined) this.#start(entry);
    else if (entry?.rows || entry?.ledger) this.#acceptBlock(entry);
    else return this.#acceptChange(entry);
    return undefined;
  }

  /** @param {Head} head */
  #start(head) {
    const { kind, format } = head;
    if (`${kind} ${format}` !== "pocketrec-history 2")
      throw new DamageError(`${kind} of format ${format}, not of format 2`);
    if (this.#entries > 1) throw new DamageError("two beginnings");
    this.head = head;
    this.merged = head.merged;
    this.#missing = head.blocks;
    this.#setContent();
  }

  /** @param {{ rows?: unknown[], ledger?: unknown[] }} block */
  #acceptBlock({ rows = [], ledger = [] }) {
    if (this.#missing-- <= 0 && !this.#isLenient) throw new DamageError("a block too many");
    for (const row of rows) this.#records.push({ ...readRow(row), order: this.#records.length });
    for (const expense of ledger) this.#ledger.push(readStored(expense));
    if (this.#missing <= 0 || this.#isLenient) this.#setContent();
  }

  #setContent() {
    const { token = "" } = this.head;
    this.#started = this.#records.length + this.#ledger.length;
    this.content = new Content({ token, records: this.#records, ledger: this.#ledger });
  }

  /** @param {Entry} entry @returns {Outcome | undefined} */
  #acceptChange(entry) {
    if (this.isMissingBlocks) this.complain("a change before the content is complete");
    if (entry.n !== this.nextNumber(entry.by)) this.complain("a gap between two changes");
    this.#numbers.set(entry.by, entry.n);
    if (entry.next !== undefined) this.end = entry;
    else return this.#apply(entry);
    return undefined;
  }

  /** @param {Entry} entry @returns {Outcome} */
  #apply(entry) {
    const change = readEntry(entry);
    const { put = [], remove = [], expenses = [], spend } = change;
    this.#changed += put.length + remove.length + expenses.length + Number(spend !== undefined);
    if (remove.length) this.#hasRemovals = true;
    if (entry.merged !== undefined) this.merged = entry.merged;
    try {
      const delta = this.content.apply(
        change,
        entry.limit ?? Infinity,
        `${this.#name}:${this.#entries}`,
      );
      return { delta };
    } catch (error) {
      return { error };
    }
  }

  /** @param {string} what @throws {DamageError} unless it is lenient */
  complain(what) {
    if (!this.#isLenient) throw new DamageError(what);
    this.isBroken = true;
  }
}
