/**
 * Reasons for recommendations. They can take longer than the ranking, so they are computed film by
 * film, in order, when the browser is idle.
 */

const SLICE = 8; // ms until the browser gets a turn; a reason that takes longer is a turn alone
const WITHOUT_IDLE = 30; // ms between two turns, in browsers without requestIdleCallback
const FAINT = 0.25; // of the strongest effect: a weaker second reason is not shown

/** @typedef {{ item: number, rating?: number, effect: number }} Reason */

/**
 * The reasons worth showing: positive, and not too weak.
 *
 * @param {Reason[]} reasons the strongest first
 */
export function speaking(reasons) {
  return reasons.filter(({ effect }) => effect > 0 && effect >= FAINT * reasons[0].effect);
}

/**
 * @param {import("./ranking.js").Ranking} ranking
 * @param {number[]} films ids of the last list, in its order
 * @param {(error?: unknown) => void} onChange called after every turn; with an error at most once,
 *   at the end
 * @returns {() => void} stops the computation
 */
export function explainWhenIdle(ranking, films, onChange) {
  const left = films.filter((id) => !ranking.reasons.has(id));
  let isWanted = left.length > 0;
  const turn = () => {
    if (!isWanted) return;
    try {
      const started = performance.now();
      do ranking.explain(left.shift());
      while (left.length > 0 && performance.now() - started < SLICE);
    } catch (error) {
      return onChange(error);
    }
    onChange();
    if (left.length > 0) whenIdle(turn);
  };
  if (isWanted) whenIdle(turn);
  return () => (isWanted = false);
}

function whenIdle(work) {
  if (window.requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work, WITHOUT_IDLE);
}
