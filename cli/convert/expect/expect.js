import { PocketrecError } from "../../../js/common/errors.js";
import { chosen, combinations } from "./alternatives.js";
import { attemptAll, isReproduced, withForeign, withMixed, wordsOf } from "./attempts.js";
import { checksOf } from "./checks.js";
import { diagnosisOf } from "./diagnosis.js";
import { accidentOf, isAsNear, precisionOf } from "./precision.js";
import { isSameModel } from "./same-model.js";
import { BOUNDED_ACTIVATIONS } from "../forward/dense.js";

/**
 * --expect: which of the models that a file may stand for computes what the training framework
 * computed.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./alternatives.js").Choice} Choice
 * @typedef {import("./attempts.js").Attempt} Attempt
 * @typedef {import("./attempts.js").Task} Task
 * @typedef {import("./questions.js").Naming} Naming
 * @typedef {import("./lines.js").ExpectedScores} ExpectedScores
 *
 * @typedef {object} Proof
 * @property {Blueprint} blueprint its assumptions are checked
 * @property {import("../../../js/file/metadata.js").Check[]} checks the lines
 * @property {number} lineCount
 * @property {import("./attempts.js").View} view what the lines are
 * @property {string} [outputBefore] the assumed output function, which the lines do not have
 * @property {Naming} naming how the lines name rows
 * @property {string} path
 *
 * @typedef {object} ProveOptions
 * @property {(string | number)[]} [ids] the app's, in the order of the rows
 * @property {boolean} [isCarried] whether the checkpoint has the ids: lines may name rows instead
 * @property {(done: number, total: number) => void} [onProgress]
 */

/**
 * @param {ExpectedScores} expected
 * @param {Blueprint} assumed as the layout takes it
 * @param {(choice: Choice) => Blueprint} build a blueprint with other options
 * @param {ProveOptions} more
 * @returns {Proof}
 * @throws {PocketrecError} "bad-argument": no combination reproduces the lines, or several do
 */
export function prove(expected, assumed, build, { ids, isCarried, onProgress }) {
  const { lines, path } = expected;
  const { assumptions } = assumed;
  const task = { expected, precision: precisionOf(lines), assumed, build, onProgress };
  const tried = search(task, [
    ...namingsOf(assumed, ids),
    ...(ids && isCarried ? namingsOf(assumed) : []),
  ]);
  const best = tried.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  assertDifferent(task);
  if (!isReproduced(best)) throw notReproduced(task, tried, isCarried ? undefined : ids);
  assertTelling(task, tried.length);
  assertSingle(task, best, tried);
  const blueprint = {
    ...best.blueprint,
    assumptions: [
      ...chosen(assumptions, best.choice)
        .filter((one) => !isLoss(one))
        .map((one) => ({ ...one, checked: true })),
      ...best.blueprint.assumptions.filter(isLoss),
    ],
  };
  return {
    blueprint,
    checks: checksOf(best, task.precision),
    lineCount: lines.length,
    view: best.view,
    outputBefore: best.choice.output === "identity" ? otherOutput(assumed) : undefined,
    naming: best.naming,
    path,
  };
}

/**
 * Scores of trained users prove everything but how new ones are fitted: that follows from what was
 * chosen, such as the output function.
 *
 * @param {import("../assumptions.js").Assumption} one
 */
const isLoss = ({ subject }) => subject === "loss";

/**
 * The ways in which lines may name rows: as the checkpoint counts them, and where it has rows of
 * padding, behind these.
 *
 * @param {Blueprint} blueprint
 * @param {(string | number)[]} [ids]
 * @returns {Naming[]}
 */
function namingsOf({ padding = 0, userPadding = 0, kept }, ids) {
  const itemShifts = ids || kept?.has("item_ids") ? [0] : [...new Set([0, padding])];
  return itemShifts.flatMap((itemShift) =>
    [...new Set([0, userPadding])].map((userShift) => ({ ids, itemShift, userShift })),
  );
}

/**
 * The attempts of the first naming that has one which reproduces the lines; of the first that the
 * tables have rows for, if none has.
 *
 * @param {Task} task
 * @param {Naming[]} namings
 * @returns {Attempt[]}
 * @throws {PocketrecError} no naming has rows for all lines
 */
function search(task, namings) {
  /** @type {unknown} */
  let reason;
  /** @type {Attempt[] | undefined} */
  let first;
  for (const naming of namings) {
    try {
      let tried = attemptAll(task, naming);
      if (!tried.some(isReproduced)) tried = [...tried, ...withMixed(task, tried)];
      if (tried.some(isReproduced)) return tried;
      first ??= tried;
    } catch (error) {
      if (!(error instanceof PocketrecError)) throw error;
      reason ??= error;
    }
  }
  if (!first) throw reason;
  return first;
}

/** Scores that differ by less, relative to the largest, are rounding of float32. */
const SPREAD_MIN = 1e-5;

/**
 * Scores that are nearly all the same fit many models: probabilities of 0.0000, or ratings at an
 * end of a scale.
 *
 * @param {Task} task
 */
function assertDifferent({ expected: { lines, path }, precision: { spread, size, rounding } }) {
  if (spread >= Math.max(20 * Math.max(...rounding), SPREAD_MIN * size) && size > 0) return;
  const scores = lines.map(({ score }) => score);
  const found = `${Math.min(...scores)} to ${Math.max(...scores)}`;
  throw new PocketrecError("bad-argument", path, "scores that differ", found, {
    hint: "Print lines with other scores and all digits, or the scores before the output function.",
  });
}

/** One of so many searches may end with a model that fits by accident, in powers of ten. */
const ACCIDENT_MAX = -4;

/**
 * Where something is open, a few lines may fit a wrong model by accident.
 *
 * @param {Task} task
 * @param {number} tried
 */
function assertTelling({ expected: { lines, path }, precision, assumed }, tried) {
  if (combinations(assumed.assumptions).length === 1) return;
  if (accidentOf(lines, precision) + Math.log10(tried) <= ACCIDENT_MAX) return;
  const expected = "lines that tell one model from the others";
  throw new PocketrecError("bad-argument", path, expected, `${lines.length}`, {
    hint: "Print more lines: 20 of several users and items, with all digits.",
  });
}

/**
 * Refuses lines that another model reproduces as well: of those that the file may stand for, or
 * with an activation that the kernels lack.
 *
 * @param {Task} task
 * @param {Attempt} best
 * @param {Attempt[]} tried
 */
function assertSingle(task, best, tried) {
  const { path } = task.expected;
  const rivals = [...tried, ...withMixed(task, [best]), ...foreignRivals(task, best)];
  const near = rivals
    .filter(({ errors }) => isAsNear(errors, best.beyond, task.precision))
    .sort((a, b) => a.beyond - b.beyond);
  const other = near.find((one) => !isSameModel(best, one));
  if (!other) return;
  const found = `${wordsOf(best, other)} and ${wordsOf(other, best)} alike`;
  const option = optionOf(best, other);
  const hint =
    "Add lines of other users and items, with all digits" +
    (option ? `, or use ${option.name} ${option.value}.` : ".");
  throw new PocketrecError("bad-argument", path, "lines that one model reproduces", found, {
    hint,
  });
}

/** Of so many lines one reaches the end of an activation, or hardly a user does. */
const ENDS_MIN = 10;

/**
 * @param {Task} task
 * @param {Attempt} best
 */
const foreignRivals = (task, best) =>
  withForeign(task, [best]).filter(
    ({ foreign = [] }) =>
      task.expected.lines.length < ENDS_MIN ||
      !foreign.some((name) => BOUNDED_ACTIVATIONS.includes(name)),
  );

/**
 * The assumed output function, unless it is the identity.
 * @param {Blueprint} assumed
 */
function otherOutput({ assumptions }) {
  const output = assumptions.find(({ subject }) => subject === "output")?.value;
  return output === "identity" ? undefined : String(output);
}

/**
 * @param {Task} task
 * @param {Attempt[]} tried
 * @param {(string | number)[]} [ids]
 */
function notReproduced(task, tried, ids) {
  const { lines, path } = task.expected;
  const best = tried.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  const at = best.errors.indexOf(Math.max(...best.errors));
  const { number, score } = lines[at];
  const nearest = Object.keys(best.choice).length ? `, nearest with ${wordsOf(best)}` : "";
  const text = `${round(best.found[at])} where line ${number} has ${round(score)}${nearest}`;
  const hint = diagnosisOf(task, tried, ids);
  return new PocketrecError("bad-argument", path, "scores that the model computes", text, { hint });
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(6));

/**
 * The option that tells two combinations apart.
 *
 * @param {Attempt} best
 * @param {Attempt} other
 */
function optionOf(best, other) {
  const names = { activation: "--activation", join: "--join", concat: "--concat" };
  const more = { output: "--output-function", kind: "--kind", epsilon: "--epsilon" };
  const rest = { norm: "--norm", normalize: "--normalize", head: "--head" };
  const matrix = { historyAxis: "--history-axis", inputValues: "--input-values" };
  const sequence = { heads: "--heads", normOrder: "--norm-order" };
  const last = { emptyPositions: "--empty-positions", diagonal: "--diagonal" };
  if (other.foreign)
    return best.choice.activation && { name: "--activation", value: best.choice.activation };
  const all = { ...names, ...more, ...rest, ...matrix, ...sequence, ...last };
  for (const [key, name] of Object.entries(all)) {
    const [value, theirs] = [best, other].map(({ choice }) => /** @type {any} */ (choice)[key]);
    if (value !== theirs) return { name, value };
  }
  return undefined;
}
