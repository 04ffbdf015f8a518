import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { Sum, isAmount, isDelta, isShortString, readAmount, readDelta } from "./amounts.js";

/**
 * The ledger: what private queries have spent (docs/private-queries.md).
 *
 * @typedef {object} Charge the cost of one query
 * @property {string} mechanism its name
 * @property {number} epsilon 0 for a mechanism without differential privacy
 * @property {number} delta 0 for pure differential privacy
 *
 * @typedef {object} Expense a recorded charge
 * @property {string} mechanism its name
 * @property {number} epsilon as charged
 * @property {number} delta as charged
 * @property {string} id is unique
 * @property {number} time in ms since 1970
 *
 * @typedef {object} Budget the maximum for the lifetime of a history
 * @property {number} epsilon the largest sum of epsilons
 * @property {number} [delta] the largest sum of deltas (default 0)
 * @property {number} [queries] the largest number of queries; without it there is no maximum
 *
 * @typedef {{ expense: Expense, budget: Budget }} Spending
 *
 * @typedef {object} Spent the total of a ledger
 * @property {number} epsilon the sum of epsilons
 * @property {number} delta the sum of deltas
 * @property {number} queries how many
 */

/**
 * Relative tolerance. Doubles round decimal amounts: ten times the double 0.1 is more than 1. The
 * rounding of an amount, of the budget and of `Sum` is 2^-53 each, for any number of amounts.
 */
const ROUNDING = 2 ** -51;

/** The largest time of a Date, in ms. */
const MAX_TIME = 8.64e15;

/**
 * The expenses of a history, one an id, and their total by basic composition: epsilons and deltas
 * add. Expenses are copied in and out: a change to an object of the app changes nothing here.
 */
export class Ledger {
  /** @type {Map<string, Expense>} */
  #expenses = new Map();
  #epsilon = new Sum();
  #delta = new Sum();

  /** @param {Iterable<Expense>} [expenses] */
  constructor(expenses = []) {
    this.merge(expenses);
  }

  /** Copies, in the order in which they were recorded. @returns {Expense[]} */
  list() {
    return Array.from(this.#expenses.values(), (expense) => ({ ...expense }));
  }

  /** @returns {Spent} */
  get spent() {
    const { size: queries } = this.#expenses;
    return { epsilon: this.#epsilon.value, delta: this.#delta.value, queries };
  }

  get size() {
    return this.#expenses.size;
  }

  /**
   * Adds the expenses of another ledger. Of two expenses with one id the larger epsilon and the
   * larger delta count: merging never lowers what was spent, and merging again changes nothing.
   *
   * @param {Iterable<Expense>} expenses
   * @returns {Expense[]} those that are new or changed, as they are now
   */
  merge(expenses) {
    /** @type {Map<string, Expense>} */
    const changed = new Map();
    for (const expense of expenses) {
      const known = this.#expenses.get(expense.id);
      const merged = known ? larger(known, expense) : { ...expense };
      if (merged === known) continue;
      this.#set(merged, known);
      changed.set(merged.id, merged);
    }
    return Array.from(changed.values(), (expense) => ({ ...expense }));
  }

  /** @param {Expense} expense @param {Expense} [known] that it replaces */
  #set(expense, known) {
    this.#expenses.set(expense.id, expense);
    this.#epsilon.add(expense.epsilon);
    this.#delta.add(expense.delta);
    if (!known) return;
    this.#epsilon.add(-known.epsilon);
    this.#delta.add(-known.delta);
  }

  /**
   * Records an expense, if the budget allows it.
   *
   * @param {Spending} spending
   * @returns {Expense[]}
   * @throws {PocketrecError} "budget-spent"; nothing is recorded then
   */
  spend({ expense, budget }) {
    this.assertWithin(expense, budget);
    return this.merge([expense]);
  }

  /**
   * @param {Charge} charge
   * @param {Budget} budget
   * @throws {PocketrecError} "budget-spent"
   */
  assertWithin({ epsilon, delta }, budget) {
    const total = {
      epsilon: this.#epsilon.with(epsilon),
      delta: this.#delta.with(delta),
      queries: this.size + 1,
    };
    for (const name of /** @type {const} */ (["epsilon", "delta", "queries"])) {
      const max = budget[name] ?? (name === "delta" ? 0 : Infinity);
      if (total[name] < Number.MAX_VALUE && total[name] <= max * (1 + ROUNDING)) continue;
      const found = `${total[name]} with this query`;
      throw new PocketrecError("budget-spent", name, `at most ${max} in total`, found, {
        hint: "Nothing was sent. Candidates that are the same for every user cost nothing.",
      });
    }
  }
}

/**
 * @param {Expense} known
 * @param {Expense} other with the same id
 * @returns {Expense} known itself, where the other is not larger
 */
function larger(known, other) {
  if (other.epsilon <= known.epsilon && other.delta <= known.delta) return known;
  const epsilon = Math.max(known.epsilon, other.epsilon);
  const delta = Math.max(known.delta, other.delta);
  return { ...known, epsilon, delta };
}

/**
 * @param {any} budget
 * @returns {Budget | undefined}
 * @throws {PocketrecError} "bad-argument"
 */
export function readBudget(budget) {
  if (budget === undefined) return undefined;
  const { epsilon, delta = 0, queries } = budget ?? {};
  return {
    epsilon: readAmount(epsilon, "budget, epsilon"),
    delta: readDelta(delta, "budget, delta"),
    queries: queries === undefined ? undefined : readAmount(queries, "budget, queries"),
  };
}

/**
 * @param {any} charge
 * @returns {Charge}
 * @throws {PocketrecError} "bad-argument"
 */
export function readCharge(charge) {
  const { mechanism, epsilon, delta } = charge ?? {};
  if (!isShortString(mechanism)) throw argumentError("mechanism", "a short string", mechanism);
  return {
    mechanism,
    epsilon: readAmount(epsilon, "epsilon"),
    delta: readDelta(delta, "delta"),
  };
}

/**
 * @param {unknown} value from a file or a database
 * @returns {Expense | undefined} undefined where it is no expense
 */
export function readExpense(value) {
  const { mechanism, epsilon, delta, id, time } = /** @type {any} */ (value ?? {});
  if (!isShortString(mechanism) || !isShortString(id) || !id) return undefined;
  if (!isAmount(epsilon) || !isDelta(delta) || !isAmount(time) || time > MAX_TIME) return undefined;
  return { mechanism, epsilon: epsilon + 0, delta: delta + 0, id, time };
}

/**
 * @param {Budget | undefined} budget
 * @returns {asserts budget is Budget}
 * @throws {PocketrecError} "bad-argument"
 */
export function assertBudget(budget) {
  if (budget) return;
  throw new PocketrecError("bad-argument", "budget", "a budget given to openHistory", "none", {
    hint: "For example: openHistory(name, { budget: { epsilon: 8, delta: 1e-5 } }).",
  });
}
