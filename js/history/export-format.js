import { PocketrecError, show } from "../common/errors.js";
import { readExpense } from "./ledger.js";
import { readInteraction, toInteraction } from "./stored-interactions.js";

const ENTRY = "{ mechanism, epsilon, delta, id, time }, with finite numbers from 0";

/**
 * @import { Interaction } from "./stored-interactions.js"
 * @import { Expense } from "./ledger.js"
 *
 * @typedef {object} ExportedHistory a history as JSON: what `export()` returns and `import()` reads
 * @property {1} format the version of the form
 * @property {"pocketrec-history"} kind what it is
 * @property {Interaction[]} interactions the oldest first
 * @property {Expense[]} ledger what private queries have spent
 */

/**
 * @param {Iterable<import("./stored-interactions.js").StoredInteraction>} records the oldest first
 * @param {Expense[]} ledger
 * @returns {ExportedHistory}
 */
export function toExport(records, ledger) {
  const interactions = Array.from(records, toInteraction);
  return { format: 1, kind: "pocketrec-history", interactions, ledger };
}

/**
 * @param {unknown} exported JSON text, or the parsed value
 * @param {number} [now] the latest time that an interaction may have
 * @returns {{ interactions: Interaction[], ledger: Expense[], token: string }}
 * @throws {PocketrecError} "bad-history"
 */
export function readExport(exported, now = Infinity) {
  const data = typeof exported === "string" ? parse(exported) : exported;
  const { format, kind, interactions, ledger = [], token = "" } = /** @type {any} */ (data ?? {});
  if (kind !== "pocketrec-history") throw historyError("kind", '"pocketrec-history"', kind);
  if (format !== 1) throw historyError("format", "1", format);
  if (!Array.isArray(interactions)) throw historyError("interactions", "a list", interactions);
  if (!Array.isArray(ledger)) throw historyError("ledger", "a list", ledger);
  if (typeof token !== "string") throw historyError("token", "a string", token);
  // Array.from, since a list may have a `map` of its own.
  return {
    interactions: Array.from(interactions, (value, at) => readDated(value, at, now)),
    ledger: Array.from(ledger, readEntry),
    token,
  };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw historyError("history", "JSON", text);
  }
}

/**
 * An interaction that has a time: "now" would be the time of the import.
 *
 * @param {any} value is read once
 * @param {number} at
 * @param {number} now
 * @returns {Interaction}
 */
function readDated(value, at, now) {
  const subject = `interaction ${at}`;
  const { item, rating, time } = value ?? {};
  if (typeof time !== "number") throw historyError(subject, "{ item, time }", value);
  try {
    return readInteraction({ item, rating, time }, subject, now);
  } catch (cause) {
    const { subject, expected, found } = /** @type {PocketrecError} */ (cause);
    throw new PocketrecError("bad-history", subject, expected, found, { cause });
  }
}

/**
 * @param {unknown} value is read once
 * @param {number} at
 * @returns {Expense}
 */
function readEntry(value, at) {
  const expense = readExpense(value);
  if (expense) return expense;
  throw historyError(`ledger, entry ${at}`, ENTRY, value);
}

/** @param {string} subject @param {string} expected @param {unknown} found */
const historyError = (subject, expected, found) =>
  new PocketrecError("bad-history", subject, expected, show(found));
