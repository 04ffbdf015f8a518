import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { newId } from "./id.js";

/**
 * What was told of a person, and what it cost: the ledger of docs/private-queries.md.
 *
 * @typedef {object} Charge
 * @property {string} mechanism
 * @property {number} epsilon 0: it has none
 * @property {number} delta
 *
 * @typedef {Charge & { id: string, time: number }} Expense one that was written down; time: in ms
 *   since 1970
 *
 * @typedef {object} Budget the most that may be spent in the life of a history
 * @property {number} epsilon
 * @property {number} [delta] default 0
 * @property {number} [queries] default: any number
 *
 * @typedef {{ epsilon: number, delta: number, queries: number }} Spent
 */

/** Sums of floats: what was added up in another order is no overdraft. */
const ROUNDING = 1e-9;

/**
 * By basic composition: epsilons and deltas add up.
 *
 * @param {Charge[]} ledger
 * @returns {Spent}
 */
export function sumUp(ledger) {
  const spent = { epsilon: 0, delta: 0, queries: ledger.length };
  for (const { epsilon, delta } of ledger) {
    spent.epsilon += epsilon;
    spent.delta += delta;
  }
  return spent;
}

/**
 * @param {Charge[]} ledger
 * @param {Charge} charge
 * @param {Budget | undefined} budget
 * @throws {PocketrecError} "budget-spent", "bad-argument" where the app has set no budget
 */
function demandAffordable(ledger, charge, budget) {
  if (!budget) {
    throw new PocketrecError("bad-argument", "budget", "one that openHistory was given", "none", {
      hint: "Say how much may ever be told of a person: openHistory(name, { budget: { epsilon: 8, delta: 1e-5 } }).",
    });
  }
  const after = sumUp([...ledger, charge]);
  for (const name of /** @type {const} */ (["epsilon", "delta", "queries"])) {
    const most = budget[name] ?? (name === "delta" ? 0 : Infinity);
    if (after[name] <= most * (1 + ROUNDING)) continue;
    throw new PocketrecError(
      "budget-spent",
      name,
      `at most ${most} in all`,
      `${after[name]} with this query`,
      {
        hint: "Nothing was told. Candidates that are the same for everybody cost nothing.",
      },
    );
  }
}

/**
 * @param {any} budget
 * @returns {Budget | undefined}
 */
export function readBudget(budget) {
  if (budget === undefined) return undefined;
  const { epsilon, delta = 0, queries = Infinity } = budget ?? {};
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw argumentError("budget, epsilon", "a number from 0", epsilon);
  if (!(delta >= 0 && delta < 1))
    throw argumentError("budget, delta", "a number from 0 to below 1", delta);
  if (!(queries >= 0)) throw argumentError("budget, queries", "a number from 0", queries);
  return { epsilon, delta, queries };
}

/**
 * @param {any} charge
 * @returns {Charge}
 */
export function readCharge({ mechanism, epsilon, delta }) {
  if (typeof mechanism !== "string" || mechanism.length > 100)
    throw argumentError("mechanism", "a short string", mechanism);
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw argumentError("epsilon", "a number from 0", epsilon);
  if (!(delta >= 0 && delta < 1)) throw argumentError("delta", "a number from 0 to below 1", delta);
  return { mechanism, epsilon, delta };
}

/**
 * What a change adds to a ledger: of another's expenses those that are new, and what is spent, if
 * the budget allows it.
 *
 * @param {Expense[]} ledger
 * @param {Expense[]} expenses
 * @param {{ charge: Charge, budget: Budget | undefined }} [spend]
 * @returns {Expense[]}
 */
export function newExpenses(ledger, expenses, spend) {
  if (spend) demandAffordable(ledger, spend.charge, spend.budget);
  const known = new Set(ledger.map(({ id }) => id));
  return [
    ...expenses.filter(({ id }) => !known.has(id)),
    ...(spend ? [writeDown(spend.charge)] : []),
  ];
}

/**
 * @param {Charge} charge
 * @returns {Expense}
 */
function writeDown(charge) {
  return { ...charge, id: newId(), time: Date.now() };
}
