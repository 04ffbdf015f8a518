import { PocketrecError } from "../../../js/common/errors.js";
import { familyOf, readInfo } from "../../../js/families/index.js";
import { ncf } from "../../../js/families/ncf/index.js";
import { integersOf } from "../dtypes.js";
import { userIdFeatures } from "../finish/user-tables.js";
import { rowOf } from "../forward/dense.js";
import { outputs, rawScores } from "../forward/forward.js";
import { meanRow, vectorTensor } from "../matrix.js";
import { countItems } from "../model-file.js";

/**
 * Scores of the lines of --expect by a blueprint, in double precision.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("../forward/forward.js").UserInput} UserInput
 * @typedef {import("./questions.js").Question} Question
 *
 * @typedef {object} Answer
 * @property {UserInput} input
 * @property {number[]} raw before the output function
 * @property {number[]} free before they are held within the scale of ratings
 * @property {number[]} scores
 */

/**
 * @param {Blueprint} blueprint
 * @param {Question[]} questions
 * @param {string} path of the lines
 * @param {Partial<Info>} [other] what the metadata cannot say: activations that the kernels lack
 * @returns {Answer[]}
 * @throws {PocketrecError} "bad-argument": lines that the kind of model does not take
 */
export function answer(blueprint, questions, path, other) {
  const { kind, description, kept = new Map() } = blueprint;
  const metadata = JSON.stringify({ ...description, format: 1, kind });
  const info = { ...readInfo({ pocketrec: metadata }), ...other };
  const tensors = new Map([...blueprint.tensors, ...integersOf(kept)]);
  const { padding = 0 } = blueprint;
  const count = countItems({ description, tensors, kept });
  const catalogue = Array.from({ length: count - padding }, (_, row) => row + padding);
  return questions.map((question) => {
    const { input, node } = inputOf(blueprint, info, question, path);
    const own = node ? new Map([...tensors, ["user_mean", vectorTensor(node)]]) : tensors;
    const raw = rawScores(own, info, input, question.items);
    const all = info.output === "softmax" ? rawScores(own, info, input, catalogue) : raw;
    const free = outputs({ ...info, clip: false }, raw, all);
    return { input, raw, free, scores: outputs(info, raw, all) };
  });
}

/**
 * What the model gets of a user.
 *
 * @param {Blueprint} blueprint
 * @param {Readonly<Info>} info
 * @param {Question} question
 * @param {string} path
 * @returns {{ input: UserInput, node?: ArrayLike<number> }} node: of a CDAE
 */
function inputOf(blueprint, info, { user: line, userRow, history }, path) {
  const { kind, tensors, description } = blueprint;
  const subject = `${path}, line ${line.number}`;
  if (kind === "autorec-item") {
    const found = "an item-based AutoRec, which solves for a new user";
    throw new PocketrecError("unsupported", "--expect", "a model with a forward pass", found);
  }
  if (kind === "dot" || familyOf(kind) === ncf) {
    const names = kind === "dot" ? ["user", "user.bias"] : ["gmf.user", "mlp.user"];
    const tables = names.flatMap((name) => tensors.get(name) ?? []);
    if (!tables.length) {
      const hint = "The checkpoint has no vectors of trained users to compute scores with.";
      throw new PocketrecError("bad-argument", "--expect", "tables of users", "none", { hint });
    }
    assertColumns(userRow !== undefined && !history, subject, "user,item,score", kind);
    return { input: { vector: tables.flatMap((table) => rowOf(table, userRow ?? 0)) } };
  }
  if (history) assertRatings(history, info, subject);
  const past = history && {
    history: history.map(({ row }) => row),
    ...(history.some(({ rating }) => rating !== undefined)
      ? { ratings: history.map(({ rating }) => rating ?? 1) }
      : {}),
  };
  if (kind === "candidates" || kind === "ranker") {
    const [id] = userIdFeatures(description);
    const byId = line.user === undefined || !id ? {} : { [id.name]: userRow };
    assertColumns(line.user === undefined || Boolean(id), subject, "history,item,score", kind);
    return { input: { ...past, user: { ...byId, ...line.features } } };
  }
  assertColumns(Boolean(past), subject, "history,item,score", kind);
  if (kind === "item-item") assertDistinct(history ?? [], subject);
  const nodes = tensors.get("user");
  if (kind !== "cdae" || !nodes) return { input: { ...past } };
  return {
    input: { ...past },
    node: userRow === undefined ? meanRow(nodes) : rowOf(nodes, userRow),
  };
}

/**
 * A matrix takes an item once, an interaction or none.
 *
 * @param {{ row: number }[]} history
 * @param {string} subject
 */
function assertDistinct(history, subject) {
  if (new Set(history.map(({ row }) => row)).size === history.length) return;
  const expected = "each item of the history once";
  throw new PocketrecError("bad-argument", subject, expected, "one more than once");
}

/**
 * Ratings of a history lie on the scale; a model of ratings takes one for each item.
 *
 * @param {{ rating?: number }[]} history
 * @param {Readonly<Info>} info
 * @param {string} subject
 */
function assertRatings(
  history,
  { input, rating: { minimum = -Infinity, maximum = Infinity } },
  subject,
) {
  const isRating = input.values === "rating";
  for (const { rating } of history) {
    if (rating === undefined && !isRating) continue;
    if (rating !== undefined && rating >= minimum && rating <= maximum) continue;
    const scale = minimum > -Infinity ? ` from ${minimum} to ${maximum}` : "";
    const expected = isRating
      ? `item:rating${scale} in the history of a model of ratings`
      : `ratings${scale} in the history`;
    const found = rating === undefined ? "items without ratings" : `${rating}`;
    throw new PocketrecError("bad-argument", subject, expected, found);
  }
}

/**
 * @param {boolean} isFine
 * @param {string} subject
 * @param {string} columns
 * @param {string} kind
 */
function assertColumns(isFine, subject, columns, kind) {
  if (isFine) return;
  const expected = `${columns} for a model of kind ${kind}`;
  throw new PocketrecError("bad-argument", subject, expected, "other columns");
}
