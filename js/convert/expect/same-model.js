import { familyOf } from "../../families/index.js";
import { ncf } from "../../families/ncf/index.js";
import { countItems } from "../model-file.js";
import { createRandom } from "../random.js";
import { answer } from "./score-lines.js";

/**
 * Whether two blueprints compute the same scores, on pairs that the lines do not hold.
 *
 * @typedef {import("./score-lines.js").Question} Question
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 */

const SEED = 20260801;
const USERS = 12;
const ITEMS = 12;
const TOLERANCE = 1e-6;

/**
 * @param {{ blueprint: Blueprint }} a
 * @param {{ blueprint: Blueprint }} b
 */
export function isSameModel({ blueprint: a }, { blueprint: b }) {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  const questions = randomQuestions(a);
  const [one, two] = [a, b].map((blueprint) => answer(blueprint, questions, "--expect"));
  return one.every(({ scores }, q) =>
    scores.every(
      (score, i) => Math.abs(score - two[q].scores[i]) <= TOLERANCE * Math.max(1, Math.abs(score)),
    ),
  );
}

/**
 * @param {Blueprint} blueprint
 * @returns {Question[]}
 */
function randomQuestions({ kind, description, tensors, kept = new Map(), padding = 0 }) {
  const random = createRandom(SEED);
  const count = countItems({ description, tensors, kept }) - padding;
  const row = () => padding + random.below(count);
  const users = (tensors.get("gmf.user") ?? tensors.get("mlp.user"))?.shape[0] ?? 1;
  const isNcf = familyOf(kind) === ncf;
  return Array.from({ length: USERS }, (_, number) => {
    const user = {
      number,
      item: "",
      score: 0,
      ...(isNcf ? { user: `${random.below(users)}` } : {}),
    };
    const history = [...new Set(Array.from({ length: 1 + number }, row))].map((item) => ({
      row: item,
      rating: 1 + random.below(5),
    }));
    const items = Array.from({ length: ITEMS }, row);
    return { user, lines: [], items, ...(isNcf ? {} : { history }) };
  });
}
