import { familyOf } from "../../../js/families/index.js";
import { ncf } from "../../../js/families/ncf/index.js";
import { countItems } from "../model-file.js";
import { createRandom } from "../random.js";
import { answer } from "./score-lines.js";

/**
 * Whether two blueprints compute the same scores, on pairs that the lines do not hold.
 *
 * @typedef {import("./questions.js").Question} Question
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 */

const SEED = 20260801;
const USERS = 32;
const ITEMS = 24;

/** Differences of the kernels' own size, relative to the spread of the scores. */
const TOLERANCE = 3e-6;

/** What float32 does not hold, relative to the largest score. */
const EPSILON = 1e-7;

/**
 * @param {{ blueprint: Blueprint, foreign?: string[] }} a foreign: activations that the kernels
 *   lack
 * @param {{ blueprint: Blueprint, foreign?: string[] }} b
 */
export function isSameModel(a, b) {
  if (a.blueprint === b.blueprint && a.foreign === b.foreign) return true;
  if (a.blueprint.kind !== b.blueprint.kind) return false;
  const questions = randomQuestions(a.blueprint);
  // Raw scores rank, also where an output function or a scale flattens them.
  const isSameOutput = a.blueprint.description.output === b.blueprint.description.output;
  const [one, two] = [a, b].map(({ blueprint, foreign: activation }) =>
    answer(blueprint, questions, "--expect", activation && { activation }).flatMap(
      ({ raw, scores }) => (isSameOutput ? raw : scores),
    ),
  );
  const [low, high] = one.reduce(
    ([least, most], score) => [Math.min(least, score), Math.max(most, score)],
    [Infinity, -Infinity],
  );
  const size = Math.max(Math.abs(low), Math.abs(high));
  const limit = Math.max(TOLERANCE * (high - low), EPSILON * size);
  return one.every((score, i) => Math.abs(score - two[i]) <= limit);
}

/**
 * @param {Blueprint} blueprint
 * @returns {Question[]}
 */
function randomQuestions({ kind, description, tensors, kept = new Map(), padding = 0 }) {
  const random = createRandom(SEED);
  const count = countItems({ description, tensors, kept }) - padding;
  const row = () => padding + random.below(count);
  const users = (tensors.get("gmf.user") ?? tensors.get("mlp.user") ?? tensors.get("user"))
    ?.shape[0];
  const isNcf = familyOf(kind) === ncf;
  const { minimum = 1, maximum = 5 } = /** @type {any} */ (description.rating ?? {});
  return Array.from({ length: USERS }, (_, number) => {
    const user = { number, item: "", score: 0, text: "" };
    const history = [...new Set(Array.from({ length: 1 + number }, row))].map((item) => ({
      row: item,
      rating: minimum + random.uniform() * (maximum - minimum),
    }));
    const items = Array.from({ length: ITEMS }, row);
    const own = users && random.below(users);
    return { user, lines: [], items, userRow: own, ...(isNcf ? {} : { history }) };
  });
}
