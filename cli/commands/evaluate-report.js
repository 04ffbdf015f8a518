import { assumptionLines } from "../convert/assumptions.js";
import { fewFacts, fewTable } from "./few-report.js";
import { readingLines } from "./reading-report.js";
import { say, sayJson, table } from "./terminal.js";

/**
 * @typedef {import("../evaluate/run.js").Result} Result
 *
 * @typedef {object} Evaluation
 * @property {string} path of the weights file
 * @property {string} protocol
 * @property {Readonly<import("../../js/file/metadata.js").Info>} info of the model
 * @property {import("./reading-report.js").Read} read
 * @property {string} how the cases were made
 * @property {string[]} cautions what may have been meant otherwise
 * @property {import("../evaluate/counts.js").Counts} counts
 * @property {import("../evaluate/scorers.js").UserSource} userSource
 * @property {Result} result
 * @property {{ name: string, result: Result }[]} baselines popularity first, if any
 */

/**
 * All digits, for programs.
 * @param {Evaluation} evaluation
 */
export function printJson({
  path,
  protocol,
  info,
  read,
  how,
  cautions,
  counts,
  userSource,
  result,
  baselines,
}) {
  const facts = {
    file: path,
    assumed: info.assumed?.length ? info.assumed : undefined,
    protocol,
    read: read.readings,
    ...(read.unread.length ? { unread: read.unread } : {}),
    how,
    ...(cautions.length ? { cautions } : {}),
    users: result.done,
    userSource,
    counts,
    rows: result.rows,
    ...(result.shots
      ? { shots: fewFacts(result.shots, baselines) }
      : { metrics: result.figures, popularity: baselines[0]?.result.figures }),
    calibration: result.calibration,
  };
  sayJson(facts);
}

/**
 * Interactions that are skipped, by their count.
 * @type {Partial<Record<keyof Evaluation["counts"], string>>}
 */
const SKIPPED = {
  unknown: "with items that the model does not know",
  low: "with low ratings",
  repeated: "repeated (of one user with one item the last counts)",
};

/**
 * What else a protocol left out or decided by a rule.
 * @type {Partial<Record<keyof Evaluation["counts"], string>>}
 */
const DECIDED = {
  short: "users with fewer than two interactions: not measured",
  untargeted: "users of the test file with nothing left to find: not measured",
  tied: "users with several interactions at their last time: the last line is held out",
  lastUnknown: "users whose last item the model does not know: the last known one is held out",
  several: "users with several items in the test file: the last one is held out",
  fewer: "users with fewer items to sample: all of them are ranked",
  again: "users who had met the held-out item before: it stays in their histories",
  alone: "users with no other item to rank: every cut-off finds the target, AUC is 0.5",
  within: "users with no more candidates than the largest cut-off: it finds every target",
  lines: "lines or lists without an item that the model knows: not measured",
  lineRepeats: "users with several lines of negatives: each line is measured as a user",
  listUnknown: "items of lines or lists that the model does not know: left out",
  listRepeated: "items of lines or lists that repeat or are the held-out item: left out",
};

/**
 * @param {Evaluation} evaluation
 * @returns {string[]}
 */
function decisions({ protocol, counts, userSource }) {
  const short = protocol === "few" ? { short: "users with too few items: not measured" } : {};
  const seen =
    protocol === "strong"
      ? "held-out interactions with items of the input: not counted as targets"
      : "held-out interactions with items of the training interactions: taken out of the input";
  const texts = {
    ...DECIDED,
    ...short,
    seen,
    ...(userSource === "history"
      ? { empty: "users without training interactions: encoded from an empty history" }
      : {}),
  };
  return Object.entries(texts)
    .map(([key, text]) => ({ count: counts[/** @type {keyof typeof counts} */ (key)], text }))
    .filter(({ count }) => count)
    .map(({ count, text }) => `${text}: ${count}`);
}

/** @param {Evaluation} evaluation */
export function printReport(evaluation) {
  const { path, protocol, info, read, how, counts, userSource, result, baselines } = evaluation;
  const users = userSource === "stored" ? "trained users" : "new users, encoded from their history";
  say([`${path}: ${protocol}`, ...assumptionLines(info)].join("; "));
  for (const line of readingLines(read)) say(line);
  say(`${result.done} users (${users}); ${how}.`);
  const skipped = Object.entries(SKIPPED)
    .filter(([key]) => counts[/** @type {keyof typeof counts} */ (key)])
    .map(([key, text]) => `${counts[/** @type {keyof typeof counts} */ (key)]} ${text}`);
  if (counts.interactions || skipped.length) {
    const reasons = skipped.length ? `; skipped: ${skipped.join(", ")}` : "";
    say(`${counts.interactions} interactions${reasons}.`);
  }
  for (const line of [...evaluation.cautions, ...decisions(evaluation), ...predictions(evaluation)])
    say(line);
  say("");
  if (result.shots) return say(fewTable(result.shots, baselines));
  const [baseline] = baselines.map((one) => one.result);
  const head = ["metric", "value", "95% interval", ...(baseline ? ["popularity"] : [])];
  const rows = result.figures.map(({ metric, value, low, high }, index) => [
    metric,
    value.toFixed(4),
    result.done > 1 ? `${low.toFixed(4)} to ${high.toFixed(4)}` : "none: one user",
    ...(baseline ? [baseline.figures[index].value.toFixed(4)] : []),
  ]);
  say(table(head, rows));
}

/**
 * How predictions lie beside what they predict: another scale shows at once.
 *
 * @param {Evaluation} evaluation
 * @returns {string[]}
 */
function predictions({ protocol, result: { rows, calibration } }) {
  if (!rows) return [];
  const { count, targets, predictions } = rows;
  const ends = (/** @type {{ minimum: number, mean: number, maximum: number }} */ range) =>
    `${digits(range.minimum)} to ${digits(range.maximum)} (mean ${digits(range.mean)})`;
  if (protocol === "rating")
    return [`${count} ratings from ${ends(targets)}; predictions from ${ends(predictions)}.`];
  const clicks = `${count} rows, ${Math.round(targets.mean * count)} of them clicks`;
  return [`${clicks}${calibration ? `; predictions from ${ends(predictions)}` : ""}.`];
}

/**
 * A number with up to four digits after the point.
 * @param {number} value
 */
const digits = (value) => String(Number(value.toFixed(4)));
