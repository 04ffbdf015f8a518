import { PocketrecError } from "../../../js/common/errors.js";
import { inWords } from "../assumptions.js";
import { hiddenLayers } from "../stated.js";
import { combinations, foreignActivations, mixedActivations, subjectOf } from "./alternatives.js";
import { allowedAt, beyondRounding } from "./precision.js";
import { questionsOf } from "./questions.js";
import { answer } from "./score-lines.js";

/**
 * The models that a file may stand for, with their scores of the lines.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./alternatives.js").Choice} Choice
 * @typedef {import("./lines.js").ExpectedScores} ExpectedScores
 * @typedef {import("./questions.js").Question} Question
 * @typedef {import("./questions.js").Naming} Naming
 * @typedef {import("./score-lines.js").Answer} Answer
 *
 * @typedef {"scores" | "free" | "raw"} View the scores of the file, those before they are held
 *   within the scale of ratings, or before the output function
 *
 * @typedef {object} Attempt
 * @property {Choice} choice
 * @property {Naming} naming
 * @property {Blueprint} blueprint
 * @property {string[]} [foreign] activations that the kernels lack, in place of the blueprint's
 * @property {Question[]} questions
 * @property {Answer[]} answers
 * @property {View} view what the lines are compared with
 * @property {number[]} found by line
 * @property {number[]} errors by line
 * @property {number} ratio the largest error, in parts of what is allowed
 * @property {number} beyond the largest error that printing does not explain
 *
 * @typedef {object} Task
 * @property {ExpectedScores} expected
 * @property {import("./precision.js").Precision} precision
 * @property {Blueprint} assumed as the layout takes it
 * @property {(choice: Choice) => Blueprint} build a blueprint with other options
 * @property {(done: number, total: number) => void} [onProgress]
 */

/**
 * Attempts with every combination of what is open. A combination that the layout refuses, or whose
 * tables the lines do not fit, has none.
 *
 * @param {Task} task
 * @param {Naming} naming
 * @returns {Attempt[]}
 * @throws {PocketrecError} where no combination has one
 */
export function attemptAll(task, naming) {
  const { assumed, build, onProgress } = task;
  const choices = combinations(assumed.assumptions);
  /** @type {unknown} */
  let reason;
  const attempts = choices.flatMap((choice, done) => {
    onProgress?.(done, choices.length);
    try {
      const blueprint = Object.keys(choice).length ? build(choice) : assumed;
      return viewsOf(task, { choice, naming, blueprint });
    } catch (error) {
      if (!(error instanceof PocketrecError)) throw error;
      reason ??= error;
      return [];
    }
  });
  if (!attempts.length) throw reason;
  return attempts;
}

/**
 * The attempts of others that differ in the activations of single layers.
 *
 * @param {Task} task
 * @param {Attempt[]} attempts
 * @returns {Attempt[]}
 */
export function withMixed(task, attempts) {
  const { assumptions } = task.assumed;
  return distinct(attempts).flatMap(({ choice, naming, blueprint }) =>
    mixedActivations(assumptions, hiddenLayers(blueprint)).flatMap((activation) => {
      const description = { ...blueprint.description, activation };
      const other = { ...choice, activation: activation.join(",") };
      return viewsOf(task, { choice: other, naming, blueprint: { ...blueprint, description } });
    }),
  );
}

/**
 * The attempts of others with activations that the kernels lack.
 *
 * @param {Task} task
 * @param {Attempt[]} attempts
 * @returns {Attempt[]}
 */
export function withForeign(task, attempts) {
  const { assumptions } = task.assumed;
  return distinct(attempts).flatMap(({ choice, naming, blueprint }) =>
    foreignActivations(assumptions, hiddenLayers(blueprint)).flatMap((foreign) =>
      viewsOf(task, { choice, naming, blueprint, foreign }),
    ),
  );
}

/**
 * Attempts that differ in more than the activation and the view.
 * @param {Attempt[]} attempts
 */
function distinct(attempts) {
  const keyOf = (/** @type {Attempt} */ { choice: { activation, ...rest } }) =>
    JSON.stringify(rest);
  return [...new Map(attempts.map((one) => [keyOf(one), one])).values()];
}

/**
 * The attempts of a blueprint: its scores, what they are before they are held within the scale, and
 * where the output function is not in question, before that.
 *
 * @param {Task} task
 * @param {Pick<Attempt, "choice" | "naming" | "blueprint" | "foreign">} made
 * @returns {Attempt[]}
 */
export function viewsOf({ expected, precision }, made) {
  const { choice, naming, blueprint, foreign } = made;
  const questions = questionsOf(expected, blueprint, naming);
  const answers = answer(blueprint, questions, expected.path, foreign && { activation: foreign });
  const views = /** @type {View[]} */ (["scores", "free"]);
  if (choice.output === undefined) views.push("raw");
  return views.map((view) => {
    const found = inOrder(
      expected,
      questions,
      answers.map((one) => one[view]),
    );
    const isProbability = view !== "raw" && isOfProbabilities(blueprint);
    const errors = errorsOf(expected, found, precision, isProbability);
    return { ...made, questions, answers, view, found, ...errors };
  });
}

/**
 * Scores by question in the order of the lines.
 *
 * @param {ExpectedScores} expected
 * @param {Question[]} questions
 * @param {number[][]} scores
 */
function inOrder({ lines }, questions, scores) {
  const byLine = new Map(
    questions.flatMap((question, q) => question.lines.map((line, i) => [line, scores[q][i]])),
  );
  return lines.map((line) => /** @type {number} */ (byLine.get(line)));
}

/** @param {Blueprint} blueprint */
const isOfProbabilities = ({ description: { output } }) =>
  output === "sigmoid" || output === "softmax";

/**
 * @param {ExpectedScores} expected
 * @param {number[]} found
 * @param {import("./precision.js").Precision} precision
 * @param {boolean} [isProbability]
 */
export function errorsOf({ lines }, found, precision, isProbability = false) {
  const errors = lines.map(({ score }, k) => {
    const error = Math.abs(found[k] - score);
    return Number.isNaN(error) ? Infinity : error;
  });
  const parts = errors.map((error, k) =>
    error === 0 ? 0 : error / allowedAt(lines[k].score, k, precision, isProbability),
  );
  return {
    errors,
    ratio: parts.reduce((a, b) => Math.max(a, b), 0),
    beyond: beyondRounding(errors, precision),
  };
}

/** @param {Pick<Attempt, "ratio">} attempt */
export const isReproduced = ({ ratio }) => ratio <= 1;

/**
 * What a combination assumes, or where it differs from another.
 *
 * @param {Attempt} attempt
 * @param {Attempt} [other]
 */
export function wordsOf(attempt, other) {
  const theirs = other && new Set(chosenOf(other));
  const words = chosenOf(attempt).filter((word) => !theirs?.has(word));
  const isRaw = attempt.view === "raw" && !other;
  return [...words, ...(isRaw ? ["raw scores"] : [])].join(", ") || "what is stated";
}

/** @param {Attempt} attempt */
const chosenOf = ({ choice, foreign }) =>
  Object.entries(foreign ? { ...choice, activation: [...new Set(foreign)] } : choice).map(
    ([option, value]) => inWords({ subject: subjectOf(option), value: /** @type {any} */ (value) }),
  );
