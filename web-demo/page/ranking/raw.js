/** Raw scores of scores. In Node too: tests use it. */

/** @type {Record<string, (score: number) => number>} by the output function */
const INVERSE = {
  sigmoid: (score) => Math.log(score / (1 - score)),
  softmax: Math.log,
  exp: Math.log,
};

/**
 * @param {number} score of a model
 * @param {string} output its output function
 */
export const rawOf = (score, output) => (INVERSE[output] ?? ((raw) => raw))(score);
