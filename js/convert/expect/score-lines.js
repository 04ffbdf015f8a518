import { PocketrecError, show } from "../../common/errors.js";
import { familyOf, readInfo } from "../../families/index.js";
import { ncf } from "../../families/ncf/index.js";
import { readItemIndex } from "../../file/item-ids.js";
import { decode } from "../dtypes.js";
import { userIdFeatures } from "../finish/user-tables.js";
import { rowOf } from "../forward/dense.js";
import { outputs, rawScores } from "../forward/forward.js";
import { meanRow, vectorTensor } from "../matrix.js";
import { countItems } from "../model-file.js";

/**
 * Scores of the lines of --expect by a blueprint, in double precision.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../forward/forward.js").UserInput} UserInput
 * @typedef {import("./lines.js").ExpectedScores} ExpectedScores
 * @typedef {import("./lines.js").ExpectedLine} ExpectedLine
 *
 * @typedef {object} Question the lines of one user
 * @property {ExpectedLine} user any of the lines
 * @property {ExpectedLine[]} lines
 * @property {number[]} items rows, with those of padding
 * @property {{ row: number, rating?: number }[]} [history]
 *
 * @typedef {object} Answer
 * @property {UserInput} input
 * @property {number[]} raw
 * @property {number[]} scores
 */

/**
 * The lines by user, with items as rows.
 *
 * @param {ExpectedScores} expected
 * @param {Blueprint} blueprint
 * @param {(string | number)[]} [ids] the app's, in the order of the rows
 * @returns {Question[]}
 * @throws {PocketrecError} "bad-argument"
 */
export function questionsOf({ path, lines }, blueprint, ids) {
  const rowOfItem = itemRows(path, blueprint, ids);
  /** @type {Map<string, Question>} */
  const questions = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.user, line.features, line.history]);
    const question = questions.get(key) ?? {
      user: line,
      lines: [],
      items: [],
      history: line.history?.map(({ item, rating }) => ({
        row: rowOfItem(item, line.number),
        ...(rating === undefined ? {} : { rating }),
      })),
    };
    question.lines.push(line);
    question.items.push(rowOfItem(line.item, line.number));
    questions.set(key, question);
  }
  return [...questions.values()];
}

/**
 * @param {string} path
 * @param {Blueprint} blueprint
 * @param {(string | number)[]} [ids]
 * @returns {(item: string, number: number) => number}
 */
function itemRows(path, { description, tensors, kept = new Map(), padding = 0 }, ids) {
  const count = countItems({ description, tensors, kept });
  const own = kept.get("item_ids");
  const index = own && readItemIndex(own, count);
  const names = ids ?? (index && Array.from({ length: count }, (_, row) => index.idOf(row)));
  const first = names?.length === count ? 0 : padding;
  const byId = names && new Map(names.map((id, at) => [String(id), at + first]));
  return (item, number) => {
    const row = byId ? byId.get(item) : Number(item);
    if (row !== undefined && Number.isInteger(row) && row >= padding && row < count) return row;
    const subject = `${path}, line ${number}, item`;
    const expected = byId
      ? `one of the ids of ${ids ? "--items" : "the file"}`
      : `a row of the checkpoint, ${padding} to ${count - 1}`;
    const hint = byId ? "" : "--items FILE names the items by your app's ids.";
    throw new PocketrecError("bad-argument", subject, expected, show(item), { hint });
  };
}

/**
 * @param {Blueprint} blueprint
 * @param {Question[]} questions
 * @param {string} path of the lines
 * @returns {Answer[]}
 */
export function answer(blueprint, questions, path) {
  const { kind, description, kept = new Map() } = blueprint;
  const info = readInfo({ pocketrec: JSON.stringify({ ...description, format: 1, kind }) });
  const integers = [...kept.values()]
    .filter(({ dtype }) => dtype === "I32")
    .map((tensor) => [tensor.name, { shape: tensor.shape, values: decode(tensor) }]);
  const tensors = new Map([...blueprint.tensors, .../** @type {any} */ (integers)]);
  const count = countItems({ description, tensors, kept });
  const catalogue = Array.from({ length: count }, (_, row) => row);
  return questions.map((question) => {
    const { input, node } = inputOf(blueprint, question, path);
    const own = node ? new Map([...tensors, ["user_mean", vectorTensor(node)]]) : tensors;
    const raw = rawScores(own, info, input, question.items);
    const { padding = 0 } = blueprint;
    const all =
      info.output === "softmax" ? rawScores(own, info, input, catalogue.slice(padding)) : raw;
    return { input, raw, scores: outputs(info, raw, all) };
  });
}

/**
 * What the model gets of a user.
 *
 * @param {Blueprint} blueprint
 * @param {Question} question
 * @param {string} path
 * @returns {{ input: UserInput, node?: ArrayLike<number> }} node: of a CDAE
 */
function inputOf(blueprint, { user: line, history }, path) {
  const { kind, tensors, description } = blueprint;
  const subject = `${path}, line ${line.number}`;
  if (kind === "autorec-item") {
    const found = "an item-based AutoRec, which solves for a new user";
    throw new PocketrecError("unsupported", "--expect", "a model with a forward pass", found);
  }
  if (familyOf(kind) === ncf) {
    const tables = ["gmf.user", "mlp.user"].flatMap((name) => tensors.get(name) ?? []);
    if (!tables.length) {
      const hint = "The checkpoint has no vectors of trained users to compute scores with.";
      throw new PocketrecError("bad-argument", "--expect", "tables of users", "none", { hint });
    }
    assertColumns(line.user !== undefined && !history, subject, "user,item,score", kind);
    return { input: { vector: tables.flatMap((table) => rowOf(table, userRow(line, table))) } };
  }
  const past = history && {
    history: history.map(({ row }) => row),
    ...(history.some(({ rating }) => rating !== undefined)
      ? { ratings: history.map(({ rating }) => rating ?? 1) }
      : {}),
  };
  if (kind === "candidates" || kind === "ranker") {
    const [id] = userIdFeatures(description);
    const byId = line.user === undefined || !id ? {} : { [id.name]: Number(line.user) };
    assertColumns(line.user === undefined || Boolean(id), subject, "history,item,score", kind);
    return { input: { ...past, user: { ...byId, ...line.features } } };
  }
  assertColumns(Boolean(past), subject, "history,item,score", kind);
  const nodes = tensors.get("user");
  if (kind !== "cdae" || !nodes) return { input: { ...past } };
  const node = line.user === undefined ? meanRow(nodes) : rowOf(nodes, userRow(line, nodes));
  return { input: { ...past }, node };
}

/**
 * @param {boolean} isFine
 * @param {string} subject
 * @param {string} columns
 * @param {string} kind
 */
function assertColumns(isFine, subject, columns, kind) {
  if (isFine) return;
  const found = "other columns";
  throw new PocketrecError(
    "bad-argument",
    subject,
    `${columns} for a model of kind ${kind}`,
    found,
  );
}

/**
 * @param {ExpectedLine} line
 * @param {import("../checkpoint.js").ForeignTensor} table
 */
function userRow({ user, number }, { shape: [rows] }) {
  const row = Number(user);
  if (Number.isInteger(row) && row >= 0 && row < rows) return row;
  const expected = `a row of the checkpoint, 0 to ${rows - 1}`;
  throw new PocketrecError("bad-argument", `line ${number}, user`, expected, show(user));
}
