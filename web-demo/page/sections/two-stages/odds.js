/**
 * Why clickbait loses: the same impressions, seen by logistic regression and by weighted logistic
 * regression (Covington et al., section 4.2). Without anything to load.
 */
import { uniform } from "../../models/random.js";

/**
 * @typedef {object} Video
 * @property {number} click the probability of a click
 * @property {number} minutes watched after a click, on average
 *
 * @typedef {object} Log what the site recorded of a video
 * @property {number} shown
 * @property {number} clicks
 * @property {number} minutes in total
 */

/**
 * Shows a video many times. Minutes after a click are exponential.
 *
 * @param {Video} video
 * @param {number} shown
 * @param {number} seed
 * @returns {Log}
 */
export function show({ click, minutes }, shown, seed) {
  const draw = uniform(seed);
  const log = { shown, clicks: 0, minutes: 0 };
  for (let k = 0; k < shown; k += 1) {
    // Two draws each time: a change of one knob leaves the other's draws as they were.
    const [one, other] = [draw(), draw()];
    if (one >= click) continue;
    log.clicks += 1;
    log.minutes -= minutes * Math.log(1 - other);
  }
  return log;
}

/**
 * The logit of logistic regression on the log of one video, by Newton's method from 0. A click
 * counts `weight`, an impression without one counts 1: the best odds are weight / rest.
 *
 * @param {number} weight of all clicks: their number, or their minutes
 * @param {number} rest impressions without a click
 * @returns {number[]} the logit after each step, until it stays
 */
export function fitLogit(weight, rest) {
  const steps = [0];
  for (let k = 0; k < 50; k += 1) {
    const logit = steps.at(-1);
    const probability = 1 / (1 + Math.exp(-logit));
    if (probability === 0 || probability === 1) break; // the best is infinitely far
    const slope = weight * (1 - probability) - rest * probability;
    const curve = (weight + rest) * probability * (1 - probability);
    const step = Math.max(-2, Math.min(2, slope / curve)); // far from the best, curves mislead
    steps.push(logit + step);
    if (Math.abs(step) < 1e-12) break;
  }
  return steps;
}

/**
 * What both models make of a log.
 * @param {Log} log
 */
export function learn({ shown, clicks, minutes }) {
  const plain = fitLogit(clicks, shown - clicks).at(-1);
  const weighted = fitLogit(minutes, shown - clicks).at(-1);
  return {
    probability: 1 / (1 + Math.exp(-plain)),
    logit: weighted,
    odds: Math.exp(weighted),
    perImpression: minutes / shown,
  };
}
