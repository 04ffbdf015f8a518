import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { newId } from "./id.js";

/**
 * The ledger: what private queries have spent (docs/private-queries.md).
 *
 * @typedef {object} Charge the cost of one query
 * @property {string} mechanism
 * @property {number} epsilon 0 for a mechanism without differential privacy
 * @property {number} delta
 *
 * @typedef {Charge & { id: string, time: number }} Expense a recorded charge; time: in ms since
 *   1970
 *
 * @typedef {object} Budget the maximum for the lifetime of a history
 * @property {number} epsilon
 * @property {number} [delta] default 0
 * @property {number} [queries] default Infinity
 *
 * @typedef {{ epsilon: number, delta: number, queries: number }} Spent
 */

/** Relative tolerance: floats that are added in another order may exceed the budget by rounding. */
const ROUNDING = 1e-9;

/**
 * Adds up a ledger by basic composition: epsilons and deltas add.
 *
 * @param {Charge[]} ledger
 * @returns {Spent}
 */
export function totalSpent(ledger) {
  const spent = { epsilon: 0, delta: 0, queries: ledger.length };
  for (const { epsilon, delta } of ledger) {
    spent.epsilon += epsilon;
    spent.delta += delta;
  }
  return spent;
}

/**
 * The expenses that a change adds to a ledger: those of another ledger that are not known, and a
 * charge, if the budget allows it.
 *
 * @param {Expense[]} ledger
 * @param {Expense[]} expenses of another ledger
 * @param {{ charge: Charge, budget: Budget | undefined }} [spend]
 * @returns {Expense[]}
 * @throws {PocketrecError} "budget-spent"; "bad-argument" without a budget
 */
export function newExpenses(ledger, expenses, spend) {
  if (spend) assertWithinBudget(ledger, spend.charge, spend.budget);
  const known = new Set(ledger.map(({ id }) => id));
  const added = expenses.filter(({ id }) => !known.has(id));
  if (spend) added.push({ ...spend.charge, id: newId(), time: Date.now() });
  return added;
}

/**
 * @param {Charge[]} ledger
 * @param {Charge} charge
 * @param {Budget | undefined} budget
 * @throws {PocketrecError} "budget-spent"; "bad-argument" without a budget
 */
function assertWithinBudget(ledger, charge, budget) {
  if (!budget) {
    throw new PocketrecError("bad-argument", "budget", "a budget given to openHistory", "none", {
      hint: "For example: openHistory(name, { budget: { epsilon: 8, delta: 1e-5 } }).",
    });
  }
  const total = totalSpent([...ledger, charge]);
  for (const name of /** @type {const} */ (["epsilon", "delta", "queries"])) {
    const max = budget[name] ?? (name === "delta" ? 0 : Infinity);
    if (total[name] <= max * (1 + ROUNDING)) continue;
    const found = `${total[name]} with this query`;
    throw new PocketrecError("budget-spent", name, `at most ${max} in total`, found, {
      hint: "Nothing was sent. Candidates that are the same for every user cost nothing.",
    });
  }
}

/**
 * @param {any} budget
 * @returns {Budget | undefined}
 * @throws {PocketrecError} "bad-argument"
 */
export function readBudget(budget) {
  if (budget === undefined) return undefined;
  const { epsilon, delta = 0, queries = Infinity } = budget ?? {};
  assertCost(epsilon, delta, "budget, ");
  if (!(queries >= 0)) throw argumentError("budget, queries", "a number from 0", queries);
  return { epsilon, delta, queries };
}

/**
 * @param {any} charge
 * @returns {Charge}
 * @throws {PocketrecError} "bad-argument"
 */
export function readCharge({ mechanism, epsilon, delta }) {
  if (typeof mechanism !== "string" || mechanism.length > 100)
    throw argumentError("mechanism", "a short string", mechanism);
  assertCost(epsilon, delta);
  return { mechanism, epsilon, delta };
}

/**
 * @param {any} epsilon
 * @param {any} delta
 * @param {string} [prefix] of the subject of errors
 */
function assertCost(epsilon, delta, prefix = "") {
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw argumentError(`${prefix}epsilon`, "a number from 0", epsilon);
  if (!(delta >= 0 && delta < 1))
    throw argumentError(`${prefix}delta`, "a number from 0 to below 1", delta);
}
