/**
 * Why films are recommended. That can take longer than the ranking itself, so it is found out film
 * by film when the browser has nothing else to do, the first film first.
 */

const SLICE = 8; // milliseconds, after which the browser gets its turn; a reason that takes longer is one turn
const WITHOUT_IDLE = 30; // milliseconds to leave between two turns, for browsers that do not tell when they are idle
const FAINT = 0.25; // of the strongest effect: a second reason below that would only fill the line

/** @typedef {{ item: number, rating?: number, effect: number }} Reason */

/**
 * Those that speak for a film and are worth naming.
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
 * @returns {() => void} gives up on what is not found out yet
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
