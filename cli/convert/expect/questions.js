import { PocketrecError, show } from "../../../js/common/errors.js";
import { readItemIndex } from "../../../js/file/item-ids.js";
import { userIdFeatures } from "../finish/user-tables.js";
import { countItems } from "../model-file.js";

/**
 * The lines of --expect by user, with rows of the checkpoint's tables.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./lines.js").ExpectedScores} ExpectedScores
 * @typedef {import("./lines.js").ExpectedLine} ExpectedLine
 *
 * @typedef {object} Question the lines of one user
 * @property {ExpectedLine} user any of the lines
 * @property {ExpectedLine[]} lines
 * @property {number[]} items rows, with those of padding
 * @property {number} [userRow] of a trained user
 * @property {{ row: number, rating?: number }[]} [history]
 *
 * @typedef {object} Naming how lines name rows
 * @property {(string | number)[]} [ids] the app's ids of items, in the order of the rows
 * @property {number} [itemShift] rows that the lines do not count
 * @property {number} [userShift]
 */

/**
 * @param {ExpectedScores} expected
 * @param {Blueprint} blueprint
 * @param {Naming} [naming]
 * @returns {Question[]}
 * @throws {PocketrecError} "bad-argument": a line names no row
 */
export function questionsOf({ path, lines }, blueprint, naming = {}) {
  const rowOfItem = itemRows(path, blueprint, naming);
  const rowOfUser = userRows(path, blueprint, naming);
  /** @type {Map<string, Question>} */
  const questions = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.user, line.features, line.history]);
    const question = questions.get(key) ?? {
      user: line,
      lines: [],
      items: [],
      ...(line.user === undefined ? {} : { userRow: rowOfUser(line) }),
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
 * @param {Naming} naming
 * @returns {(item: string, number: number) => number}
 */
function itemRows(path, blueprint, { ids, itemShift = 0 }) {
  const { description, tensors, kept = new Map(), padding = 0 } = blueprint;
  const count = countItems({ description, tensors, kept });
  if (ids) assertCount(ids.length, count, padding);
  const own = kept.get("item_ids");
  const index = own && readItemIndex(own, count);
  /** @type {(string | number)[] | undefined} */
  const names = ids ?? (index && Array.from({ length: count }, (_, row) => index.idOf(row)));
  const first = names?.length === count ? 0 : padding;
  const byId = names && new Map(names.map((id, at) => [String(id), at + first]));
  const least = Math.max(0, padding - itemShift);
  return (item, number) => {
    const row = byId ? byId.get(item) : wholeOf(item) + itemShift;
    if (row !== undefined && row >= padding && row < count) return row;
    const subject = `${path}, line ${number}, item`;
    const expected = byId
      ? `one of the item ids`
      : `a row of the checkpoint, ${least} to ${count - 1 - itemShift}`;
    const from = wholeOf(item) === count - itemShift ? "Rows are counted from 0. " : "";
    const hint = byId ? "" : `${from}--items FILE names the items by your app's ids.`;
    throw new PocketrecError("bad-argument", subject, expected, show(item), { hint });
  };
}

/** @param {string} text */
const wholeOf = (text) => (/^\d+$/.test(text) ? Number(text) : NaN);

/**
 * @param {number} found ids
 * @param {number} count of rows
 * @param {number} padding
 */
function assertCount(found, count, padding) {
  if (found === count || found === count - padding) return;
  const also = padding ? ` (or ${count}, with the padding's first)` : "";
  const expected = `${count - padding} ids${also}, one for each item of the model`;
  const isPadded = found === count - 1 && !padding;
  const hint = isPadded ? "Where row 0 of the item table is padding, use --padding 1." : "";
  throw new PocketrecError("bad-shape", "items", expected, `${found}`, { hint });
}

/**
 * @param {string} path
 * @param {Blueprint} blueprint
 * @param {Naming} naming
 * @returns {(line: ExpectedLine) => number | undefined} undefined: the model has no table of users
 */
function userRows(path, { description, tensors, userPadding = 0 }, { userShift = 0 }) {
  const [feature] = userIdFeatures(description);
  const names = ["gmf.user", "mlp.user", "user", ...(feature ? [feature.table] : [])];
  const count = names.map((name) => tensors.get(name)?.shape[0]).find(Boolean);
  const least = Math.max(0, userPadding - userShift);
  return ({ user = "", number }) => {
    const row = wholeOf(user) + userShift;
    if (count === undefined) return undefined;
    if (row >= userPadding && row < count) return row;
    const expected = `a row of the checkpoint, ${least} to ${count - 1 - userShift}`;
    const hint = "Users are named by their row in the table, not by your app's ids.";
    throw new PocketrecError(
      "bad-argument",
      `${path}, line ${number}, user`,
      expected,
      show(user),
      {
        hint,
      },
    );
  };
}
