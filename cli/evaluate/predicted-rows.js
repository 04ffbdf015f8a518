/**
 * @typedef {{ minimum: number, mean: number, maximum: number }} Range
 * @typedef {{ count: number, targets: Range, predictions: Range }} Summary
 */

/** Rows with a rating or a label, and what a model predicts for them. */
export class PredictedRows {
  /** @type {number[]} numbers of users, from 0 */
  users = [];
  /** @type {number[]} ratings, or labels 0 and 1 */
  targets = [];
  /** @type {number[]} what is compared to sort rows */
  order = [];
  /** @type {number[]} */
  predictions = [];

  /**
   * @param {number} user
   * @param {number} target
   * @param {number} order
   * @param {number} prediction
   */
  add(user, target, order, prediction) {
    this.users.push(user);
    this.targets.push(target);
    this.order.push(order);
    this.predictions.push(prediction);
  }

  /** @returns {Summary} */
  summary() {
    const { targets, predictions } = this;
    return { count: targets.length, targets: rangeOf(targets), predictions: rangeOf(predictions) };
  }
}

/**
 * @param {number[]} values
 * @returns {Range}
 */
function rangeOf(values) {
  let [minimum, sum, maximum] = [Infinity, 0, -Infinity];
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  return { minimum, mean: sum / values.length, maximum };
}
