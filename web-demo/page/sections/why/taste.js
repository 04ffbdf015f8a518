/**
 * A taste for four kinds of films, and two models that learn it: a dot product of the film's two
 * numbers with two of the user's, and a network with one hidden layer. Both by gradient descent on
 * the log loss of the four.
 */

/** The kinds of films: how much [action, romance] they have. */
export const KINDS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];

/** Action or romance, but not both in one film. */
export const EITHER = [false, true, true, false];

export const STEPS = 600;
const RATE = 1;
const HIDDEN = 4;

/**
 * @typedef {object} Dot
 * @property {number[]} weights [2]
 * @property {number} bias
 *
 * @typedef {object} Net
 * @property {number[][]} inner weights [HIDDEN][2]
 * @property {number[]} innerBias [HIDDEN]
 * @property {number[]} outer weights [HIDDEN]
 * @property {number} bias
 */

/** @param {Dot} dot @param {number[]} film @returns {number} the probability of a like */
export const dotScore = ({ weights, bias }, film) =>
  sigmoid(weights[0] * film[0] + weights[1] * film[1] + bias);

/** @param {Net} net @param {number[]} film @returns {number} the probability of a like */
export const netScore = (net, film) => sigmoid(outputOf(net, hiddenOf(net, film)));

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

const hiddenOf = ({ inner, innerBias }, [action, romance]) =>
  inner.map((row, j) => Math.tanh(row[0] * action + row[1] * romance + innerBias[j]));

const outputOf = ({ outer, bias }, hidden) =>
  hidden.reduce((sum, value, j) => sum + outer[j] * value, bias);

/**
 * @param {boolean[]} likes one for each of KINDS
 * @param {number} steps
 * @returns {Dot}
 */
export function learnDot(likes, steps) {
  let [weights, bias] = [[0, 0], 0];
  for (let step = 0; step < steps; step += 1) {
    const slopes = KINDS.map((film, kind) => dotScore({ weights, bias }, film) - likes[kind]);
    const rate = RATE / KINDS.length;
    weights = weights.map(
      (weight, k) => weight - rate * slopes.reduce((sum, g, kind) => sum + g * KINDS[kind][k], 0),
    );
    bias -= rate * slopes.reduce((sum, g) => sum + g, 0);
  }
  return { weights, bias };
}

/**
 * @param {boolean[]} likes one for each of KINDS
 * @param {number} steps
 * @returns {Net}
 */
export function learnNet(likes, steps) {
  const net = start();
  for (let step = 0; step < steps; step += 1) descend(net, likes);
  return net;
}

/** One step for all four films. */
function descend(net, likes) {
  const rate = RATE / KINDS.length;
  const passes = KINDS.map((film, kind) => {
    const hidden = hiddenOf(net, film);
    return { film, hidden, slope: sigmoid(outputOf(net, hidden)) - likes[kind] };
  });
  const outer = [...net.outer];
  for (const { film, hidden, slope } of passes) {
    net.bias -= rate * slope;
    for (const [j, value] of hidden.entries()) {
      const inner = slope * outer[j] * (1 - value * value);
      net.outer[j] -= rate * slope * value;
      net.innerBias[j] -= rate * inner;
      for (const k of [0, 1]) net.inner[j][k] -= rate * inner * film[k];
    }
  }
}

/** The same every time: neurons that look in different directions. @returns {Net} */
function start() {
  const turns = Array.from({ length: HIDDEN }, (_, j) => (2 * Math.PI * (j + 0.3)) / HIDDEN);
  return {
    inner: turns.map((turn) => [Math.cos(turn), Math.sin(turn)]),
    innerBias: turns.map((turn) => 0.1 * Math.sin(3 * turn)),
    outer: turns.map((turn) => 0.5 * Math.cos(2 * turn)),
    bias: 0,
  };
}

/**
 * How many of the four a model gets right.
 * @param {(film: number[]) => number} score
 * @param {boolean[]} likes
 */
export const rightOf = (score, likes) =>
  KINDS.filter((film, kind) => score(film) > 0.5 === likes[kind]).length;

/**
 * Scores over the square of all films, from 0 to 1 in both, romance upwards, less one half.
 * @param {(film: number[]) => number} score
 * @param {number} width cells in a row
 */
export function square(score, width) {
  const at = (cell) => (cell + 0.5) / width;
  return Array.from(
    { length: width * width },
    (_, cell) => score([at(cell % width), 1 - at(Math.floor(cell / width))]) - 0.5,
  );
}
