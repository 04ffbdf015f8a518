import { useEffect, useState } from "preact/hooks";
import { privateQuery } from "pocketrec/privacy";
import { TrialLedger } from "./ledger.js";

const DELTA = 1e-6;
const NAMES = ["response", "noisy"];
const NONE = { answers: [], spent: new TrialLedger().spent };

/**
 * @typedef {object} Draws of one mechanism
 * @property {import("./server.js").Response[] | import("./server.js").Noisy[]} answers
 * @property {{ epsilon: number, delta: number, queries: number }} spent
 * @property {Error} [refusal] of the last draw
 */

/**
 * Private queries of this visitor by both mechanisms, each with a ledger of this section. Another
 * vector or epsilon begins anew, with one draw. Nothing is sent.
 *
 * @param {ArrayLike<number>} vector
 * @param {import("./server.js").World} world
 * @param {number} epsilon of a draw
 * @returns {{ response?: Draws, noisy?: Draws, draw: () => void, restart: () => void }}
 */
export function useDraws(vector, world, epsilon) {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState(null);
  const centroids = world.tastes.map((taste) => taste.vector);
  const queries = {
    response: { mechanism: "randomised-response", centroids },
    noisy: { mechanism: "gaussian", delta: DELTA },
  };
  const draw = (trial) => {
    for (const name of NAMES)
      drawn(trial.ledgers[name], vector, { ...queries[name], epsilon }).then((result) =>
        // Not if it has begun anew meanwhile.
        setState((now) => (now.ledgers === trial.ledgers ? withResult(now, name, result) : now)),
      );
  };
  useEffect(() => {
    const ledgers = { response: new TrialLedger(), noisy: new TrialLedger() };
    const begun = { ledgers, ...Object.fromEntries(NAMES.map((name) => [name, NONE])) };
    setState(begun);
    draw(begun);
  }, [vector, world, epsilon, turn]);

  return { ...state, draw: () => draw(state), restart: () => setTurn(turn + 1) };
}

/** One more answer, or the refusal of the ledger. */
async function drawn(ledger, vector, options) {
  try {
    const answer = await privateQuery({ vector }, { ...options, ledger });
    return { answers: [answer], spent: ledger.spent };
  } catch (refusal) {
    if (refusal.code !== "budget-spent") throw refusal;
    return { answers: [], spent: ledger.spent, refusal };
  }
}

const withResult = (state, name, { answers, ...rest }) => ({
  ...state,
  [name]: { answers: [...state[name].answers, ...answers], ...rest },
});
