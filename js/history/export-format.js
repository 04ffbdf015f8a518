import { PocketrecError, show } from "../common/errors.js";
import { readInteractions, toInteraction } from "./stored-interactions.js";

/**
 * A history as JSON: what `export()` returns, `import()` reads and a file contains.
 *
 * @typedef {import("./stored-interactions.js").Interaction} Interaction
 * @typedef {import("./ledger.js").Expense} Expense
 *
 * @typedef {object} ExportedHistory
 * @property {1} format
 * @property {"pocketrec-history"} kind
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
  return { interactions: readDated(interactions, now), ledger: ledger.map(readExpense), token };
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
 * Interactions that all have a time: "now" would be the time of the import.
 *
 * @param {any[]} interactions
 * @param {number} now
 */
function readDated(interactions, now) {
  const wrong = interactions.findIndex((entry) => typeof entry?.time !== "number");
  if (wrong >= 0) throw historyError(`interaction ${wrong}`, "{ item, time }", interactions[wrong]);
  try {
    return readInteractions(interactions, now);
  } catch (cause) {
    const { subject, expected, found } = /** @type {PocketrecError} */ (cause);
    throw new PocketrecError("bad-history", subject, expected, found, { cause });
  }
}

/**
 * @param {any} value
 * @param {number} at
 * @returns {Expense}
 */
function readExpense(value, at) {
  const { mechanism, epsilon, delta, id, time } = value ?? {};
  const isComplete =
    typeof mechanism === "string" && typeof id === "string" && id && Number.isFinite(time);
  if (!isComplete || !(epsilon >= 0 && epsilon < Infinity && delta >= 0 && delta < 1)) {
    throw historyError(`ledger, entry ${at}`, "{ mechanism, epsilon, delta, id, time }", value);
  }
  return { mechanism, epsilon, delta, id, time };
}

/** @param {string} subject @param {string} expected @param {unknown} found */
const historyError = (subject, expected, found) =>
  new PocketrecError("bad-history", subject, expected, show(found));
