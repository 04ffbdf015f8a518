/** A ledger of this section, in memory: what is tried here costs nothing of the real budget. */
import { PocketrecError } from "pocketrec/privacy";

/** Of each mechanism here. */
export const BUDGET = { epsilon: 24, delta: 1e-4 };

const ROUNDING = 1e-9;

/** As a history's ledger: an amount is recorded before an answer is computed, or refused. */
export class TrialLedger {
  #spent = { epsilon: 0, delta: 0, queries: 0 };

  get spent() {
    return { ...this.#spent };
  }

  async spend({ epsilon, delta }) {
    const { epsilon: before, delta: deltaBefore, queries } = this.#spent;
    const after = { epsilon: before + epsilon, delta: deltaBefore + delta, queries: queries + 1 };
    if (after.epsilon > BUDGET.epsilon + ROUNDING || after.delta > BUDGET.delta + ROUNDING)
      throw new PocketrecError(
        "budget-spent",
        "epsilon",
        `at most ${BUDGET.epsilon - before} more`,
        String(epsilon),
      );
    this.#spent = after;
  }
}
