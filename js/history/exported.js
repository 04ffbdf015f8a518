import { PocketrecError, show } from "../common/errors.js";
import { asInteraction, readInteractions } from "./records.js";

/**
 * A history as JSON: what `export()` gives, `import()` takes and a file holds.
 *
 * @typedef {import("./records.js").Interaction} Interaction
 * @typedef {import("./ledger.js").Expense} Expense
 *
 * @typedef {object} Exported
 * @property {1} format
 * @property {"pocketrec-history"} kind
 * @property {Interaction[]} interactions the oldest first
 * @property {Expense[]} ledger what was told of the person
 */

/**
 * @param {import("./records.js").Kept[]} records the oldest first
 * @param {Expense[]} ledger
 * @returns {Exported}
 */
export function toExported(records, ledger) {
  return { format: 1, kind: "pocketrec-history", interactions: records.map(asInteraction), ledger };
}

/**
 * @param {unknown} given JSON, or what it says
 * @param {number} [now] the latest time that an interaction may have
 * @returns {{ interactions: Interaction[], ledger: Expense[], token: string }}
 * @throws {PocketrecError} "bad-history"
 */
export function readExported(given, now = Infinity) {
  const data = typeof given === "string" ? parse(given) : given;
  const { format, kind, interactions, ledger = [], token = "" } = /** @type {any} */ (data ?? {});
  if (kind !== "pocketrec-history") throw bad("kind", '"pocketrec-history"', kind);
  if (format !== 1) throw bad("format", "1", format);
  if (!Array.isArray(interactions)) throw bad("interactions", "a list", interactions);
  if (!Array.isArray(ledger)) throw bad("ledger", "a list", ledger);
  if (typeof token !== "string") throw bad("token", "a string", token);
  return { interactions: readAll(interactions, now), ledger: ledger.map(readExpense), token };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw bad("history", "JSON", text);
  }
}

/**
 * @param {any[]} interactions
 * @param {number} now
 */
function readAll(interactions, now) {
  const wrong = interactions.findIndex((entry) => typeof entry?.time !== "number");
  if (wrong >= 0) throw bad(`interaction ${wrong}`, "{ item, time }", interactions[wrong]);
  try {
    return readInteractions(interactions, now);
  } catch (cause) {
    const { subject, expected, found } = /** @type {PocketrecError} */ (cause);
    throw new PocketrecError("bad-history", subject, expected, found, { cause });
  }
}

/**
 * @param {any} given
 * @param {number} at
 * @returns {Expense}
 */
function readExpense(given, at) {
  const { mechanism, epsilon, delta, id, time } = given ?? {};
  const isWhole =
    typeof mechanism === "string" && typeof id === "string" && id && Number.isFinite(time);
  if (!isWhole || !(epsilon >= 0 && epsilon < Infinity && delta >= 0 && delta < 1)) {
    throw bad(`ledger, entry ${at}`, "{ mechanism, epsilon, delta, id, time }", given);
  }
  return { mechanism, epsilon, delta, id, time };
}

/** @param {string} subject @param {string} expected @param {unknown} found */
const bad = (subject, expected, found) =>
  new PocketrecError("bad-history", subject, expected, show(found));
