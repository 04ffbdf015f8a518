import { say, table } from "./terminal.js";

/**
 * @typedef {import("../evaluate/run.js").Result} Result
 *
 * @typedef {object} Evaluation
 * @property {string} path of the weights file
 * @property {string} protocol
 * @property {string} how the cases were made
 * @property {import("../evaluate/catalogue.js").Counts} counts
 * @property {import("../evaluate/scorers.js").UserSource} userSource
 * @property {Result} result
 * @property {Result} [baseline]
 */

/**
 * All digits, for programs.
 * @param {Evaluation} evaluation
 */
export function printJson({ path, protocol, how, counts, userSource, result, baseline }) {
  const facts = {
    file: path,
    protocol,
    how,
    users: result.done,
    userSource,
    counts,
    metrics: result.figures,
    popularity: baseline?.figures,
  };
  say(JSON.stringify(facts, null, 2));
}

/** @param {Evaluation} evaluation */
export function printReport({ path, protocol, how, counts, userSource, result, baseline }) {
  const users = userSource === "stored" ? "trained users" : "new users, encoded from their history";
  say(`${path}: ${protocol}`);
  say(`${result.done} users (${users}); ${how}.`);
  const skipped = [
    counts.unknown && `${counts.unknown} with items that the model does not know`,
    counts.low && `${counts.low} with low ratings`,
  ].filter(Boolean);
  if (counts.interactions || skipped.length) {
    const reasons = skipped.length ? `; skipped: ${skipped.join(", ")}` : "";
    say(`${counts.interactions} interactions${reasons}.`);
  }
  say("");
  const head = ["metric", "value", "95% interval", ...(baseline ? ["popularity"] : [])];
  const rows = result.figures.map(({ metric, value, low, high }, index) => [
    metric,
    value.toFixed(4),
    `${low.toFixed(4)} to ${high.toFixed(4)}`,
    ...(baseline ? [baseline.figures[index].value.toFixed(4)] : []),
  ]);
  say(table(head, rows));
}
