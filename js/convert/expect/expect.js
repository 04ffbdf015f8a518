import { PocketrecError } from "../../common/errors.js";
import { familyOf } from "../../families/index.js";
import { ncf } from "../../families/ncf/index.js";
import { inWords } from "../assumptions.js";
import { chosen, combinations, mixedCombinations } from "./alternatives.js";
import { checksOf } from "./checks.js";
import { isSameModel } from "./same-model.js";
import { hiddenLayers } from "../stated.js";
import { answer, questionsOf } from "./score-lines.js";

/**
 * --expect: which of the models that a file may stand for computes what the training framework
 * computed.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./alternatives.js").Choice} Choice
 * @typedef {import("./lines.js").ExpectedScores} ExpectedScores
 * @typedef {import("./score-lines.js").Question} Question
 * @typedef {import("./score-lines.js").Answer} Answer
 *
 * @typedef {object} Attempt
 * @property {Choice} choice
 * @property {Blueprint} blueprint
 * @property {Answer[]} answers
 * @property {boolean} isRaw whether the lines are taken as scores before the output function
 * @property {number} error the largest, relative to max(1, |score|)
 * @property {{ number: number, expected: number, found: number }} worst the line of that error
 *
 * @typedef {object} Proof
 * @property {Blueprint} blueprint its assumptions are checked
 * @property {import("../../file/metadata.js").Check[]} checks the lines
 * @property {number} lineCount
 * @property {boolean} isRaw whether the lines are scores before the output function
 * @property {string} [outputBefore] the assumed output function, which the lines do not have
 * @property {string} path
 */

/** How far a score may be from the framework's, relative to max(1, |score|). */
const TOLERANCE = 1e-4;

/** Errors of rounding to float32: below them no combination is better than another. */
const ROUNDING = 3e-6;

/**
 * @param {ExpectedScores} expected
 * @param {Blueprint} assumed as the layout takes it
 * @param {(choice: Choice) => Blueprint} build a blueprint with other options
 * @param {{ ids?: (string | number)[], onProgress?: (done: number, total: number) => void }} more
 * @returns {Proof}
 * @throws {PocketrecError} "bad-argument": no combination reproduces the lines, or several do
 */
export function prove(expected, assumed, build, { ids, onProgress }) {
  const questions = questionsOf(expected, assumed, ids);
  const { assumptions } = assumed;
  const attempts = (/** @type {Choice[]} */ choices) =>
    choices.flatMap((choice, done) => {
      onProgress?.(done, choices.length);
      return attempt(choice, assumed, build, questions, expected.path);
    });
  let tried = attempts(combinations(assumptions));
  if (!tried.some(isReproduced))
    tried = [...tried, ...attempts(mixedCombinations(assumptions, hiddenLayers(assumed)))];
  // Lines that fit neither table: the error that the assumed one gives.
  if (!tried.length) answer(assumed, questions, expected.path);
  const best = bestOf(tried, questions, expected.path);
  assertTelling(expected);
  const blueprint = {
    ...best.blueprint,
    assumptions: chosen(assumptions, best.choice).map((one) => ({ ...one, checked: true })),
  };
  return {
    blueprint,
    checks: checksOf(blueprint, questions, best),
    lineCount: expected.lines.length,
    isRaw: best.isRaw,
    outputBefore: best.choice.output === "identity" ? otherOutput(assumed) : undefined,
    path: expected.path,
  };
}

/** Scores that differ by less do not tell one model from another. */
const SPREAD_MIN = 10 * TOLERANCE;

/**
 * Scores that are nearly all the same fit many models: probabilities of 0.0000, or ratings at an
 * end of a scale.
 *
 * @param {ExpectedScores} expected
 */
function assertTelling({ lines, path }) {
  const scores = lines.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const spread = scores.length === 1 ? Math.abs(high) : high - low;
  if (spread >= SPREAD_MIN) return;
  throw new PocketrecError("bad-argument", path, "scores that differ", `${low} to ${high}`, {
    hint: "Print lines with other scores, or the scores before the output function.",
  });
}

/**
 * The assumed output function, unless it is the identity.
 * @param {Blueprint} assumed
 */
function otherOutput({ assumptions }) {
  const output = assumptions.find(({ subject }) => subject === "output")?.value;
  return output === "identity" ? undefined : String(output);
}

/**
 * The scores of a combination: as they are, and where the output function is not in question
 * before it. None where the layout refuses the combination.
 *
 * @param {Choice} choice
 * @param {Blueprint} assumed
 * @param {(choice: Choice) => Blueprint} build
 * @param {Question[]} questions
 * @param {string} path
 * @returns {Attempt[]}
 */
function attempt(choice, assumed, build, questions, path) {
  const isOnly = !Object.keys(choice).length;
  try {
    const blueprint = isOnly ? assumed : build(choice);
    const answers = answer(blueprint, questions, path);
    const isOutputOpen = choice.output !== undefined && !blueprint.description.clip;
    return [false, ...(isOutputOpen ? [] : [true])].map((isRaw) => ({
      ...{ choice, blueprint, answers, isRaw },
      ...errorOf(questions, answers, isRaw),
    }));
  } catch (error) {
    // With the tables exchanged, users and items have other rows.
    const isOfAll = isOnly || (isOfLines(error) && choice.userTable === undefined);
    if (isOfAll || !(error instanceof PocketrecError)) throw error;
    return [];
  }
}

/** Whether an error is one of the lines, not of a combination. @param {unknown} error */
const isOfLines = (error) =>
  error instanceof PocketrecError &&
  (error.subject === "--expect" || /line \d+/.test(error.subject ?? ""));

/**
 * @param {Question[]} questions
 * @param {Answer[]} answers
 * @param {boolean} isRaw
 * @returns {Pick<Attempt, "error" | "worst">}
 */
function errorOf(questions, answers, isRaw) {
  const errors = questions.flatMap(({ lines }, q) =>
    lines.map(({ number, score }, i) => {
      const found = isRaw ? answers[q].raw[i] : answers[q].scores[i];
      const error = Math.abs(found - score) / Math.max(1, Math.abs(score));
      return { error: Number.isNaN(error) ? Infinity : error, number, expected: score, found };
    }),
  );
  const { error, ...worst } = errors.reduce((a, b) => (b.error > a.error ? b : a));
  return { error, worst };
}

/** @param {Attempt} attempt */
const isReproduced = ({ error }) => error <= TOLERANCE;

/**
 * The one model that reproduces the lines.
 *
 * @param {Attempt[]} tried
 * @param {Question[]} questions
 * @param {string} path
 * @returns {Attempt}
 */
function bestOf(tried, questions, path) {
  const sorted = [...tried].sort((a, b) => a.error - b.error);
  const [best] = sorted;
  if (!isReproduced(best)) throw notReproduced(sorted, questions, path);
  // Scores that were printed with few digits do not tell close combinations apart.
  const limit = Math.min(TOLERANCE, Math.max(ROUNDING, 20 * best.error));
  const others = sorted.filter(({ error }) => error <= limit);
  const other = others.find((one) => one.isRaw === best.isRaw && !isSameModel(best, one));
  if (!other) return best;
  const found = `${wordsOf(best, other)} and ${wordsOf(other, best)} alike`;
  const option = optionOf(best, other);
  const hint =
    "Add lines of other users and items, with all digits" +
    (option ? `, or use ${option.name} ${option.value}.` : ".");
  throw new PocketrecError("bad-argument", path, "lines that one model reproduces", found, {
    hint,
  });
}

/**
 * @param {Attempt[]} sorted
 * @param {Question[]} questions
 * @param {string} path
 */
function notReproduced(sorted, questions, path) {
  const [best] = sorted;
  const { number, expected, found } = best.worst;
  const words = best.blueprint.assumptions.length || Object.keys(best.choice).length;
  const nearest = words ? `, nearest with ${wordsOf(best)}` : "";
  const text = `${round(found)} where line ${number} has ${round(expected)}${nearest}`;
  return new PocketrecError("bad-argument", path, "scores that the model computes", text, {
    hint: offsetHint(sorted, questions) ?? wayOut(best),
  });
}

/**
 * Where a constant explains all differences, it is the global mean.
 *
 * @param {Attempt[]} sorted
 * @param {Question[]} questions
 */
function offsetHint(sorted, questions) {
  for (const { blueprint, answers } of sorted) {
    if (familyOf(blueprint.kind) !== ncf) continue;
    const offsets = differences(questions, answers);
    const [low, high] = [Math.min(...offsets), Math.max(...offsets)];
    if (offsets.length > 2 && high - low <= TOLERANCE && Math.abs(low) > TOLERANCE)
      return `Every score is ${round(low)} higher: --global-mean ${round(low)}.`;
  }
  return undefined;
}

/**
 * @param {Question[]} questions
 * @param {Answer[]} answers
 */
const differences = (questions, answers) =>
  questions.flatMap(({ lines }, q) => lines.map(({ score }, i) => score - answers[q].raw[i]));

/** @param {Attempt} best */
function wayOut({ blueprint }) {
  const options = "--activation relu,identity (one a layer), --output-function";
  return blueprint.assumptions.length
    ? `What was not tried: ${options}; --map FILE.json names the tensors by hand.`
    : "Are users and items named by row of the checkpoint? --map FILE.json names the tensors.";
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(6));

/**
 * What a combination assumes, or where it differs from another.
 *
 * @param {Attempt} attempt
 * @param {Attempt} [other]
 */
function wordsOf({ blueprint, choice, isRaw }, other) {
  const mine = chosenOf({ blueprint, choice });
  const theirs = other && new Set(chosenOf(other).map(inWords));
  const words = mine.map(inWords).filter((word) => !theirs?.has(word));
  return [...words, ...(isRaw && !other ? ["raw scores"] : [])].join(", ") || "what is stated";
}

/** @param {Pick<Attempt, "blueprint" | "choice">} attempt */
const chosenOf = ({ choice }) =>
  Object.entries(choice).map(([subject, value]) => ({
    subject: subject === "globalMean" ? "mean" : subject,
    value: /** @type {any} */ (value),
  }));

/**
 * The option that tells two combinations apart.
 *
 * @param {Attempt} best
 * @param {Attempt} other
 */
function optionOf(best, other) {
  const names = { activation: "--activation", join: "--join", concat: "--concat" };
  const more = { output: "--output-function", kind: "--kind" };
  for (const [key, name] of Object.entries({ ...names, ...more })) {
    const [value, theirs] = [best, other].map(({ choice }) => /** @type {any} */ (choice)[key]);
    if (value !== theirs) return { name, value };
  }
  return undefined;
}
