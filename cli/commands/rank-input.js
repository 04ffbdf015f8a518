import { PocketrecError, show } from "../../js/common/errors.js";
import { readBytes } from "../convert/files.js";
import { parseJson } from "./options.js";

/**
 * Users and candidates of `pocketrec-cli rank`, from the command line or from files.
 *
 * @typedef {object} RankedUser
 * @property {any[]} [history]
 * @property {number} [row] of a trained user
 * @property {Record<string, any>} [features]
 *
 * @typedef {(text: string) => string | number} NameOf reads an item's name
 */

/**
 * @param {string} text items, or the name of a file
 * @param {NameOf} nameOf
 * @returns {Promise<RankedUser[]>}
 * @throws {PocketrecError} "bad-argument", with the line where there is one
 */
export async function readUsers(text, nameOf) {
  if (!/\.(jsonl?|ndjson)$/.test(text)) return [{ history: readItemList(text, nameOf) }];
  const content = new TextDecoder().decode(await readBytes(text));
  if (text.endsWith(".json")) return [userIn(parseJson(content, text), text)];
  return linesOf(content).map((line, index) => {
    const where = `${text}, line ${index + 1}`;
    return userIn(parseJson(line, where), where);
  });
}

/**
 * @param {any} value a list of items, or { history, features, user }
 * @param {string} where
 * @returns {RankedUser}
 */
function userIn(value, where) {
  if (Array.isArray(value)) return { history: value };
  const { history, features, user } = value ?? {};
  const hasSource = history !== undefined || features !== undefined || user !== undefined;
  if (hasSource && (history === undefined || Array.isArray(history)))
    return { history, features: features ?? undefined, row: user };
  const expected = 'a list of items, or { "history": [...] }';
  throw new PocketrecError("bad-argument", where, expected, show(value));
}

/**
 * @param {string} text items, or the name of a file with one per line
 * @param {NameOf} nameOf
 * @returns {Promise<any[]>}
 * @throws {PocketrecError} "bad-argument"
 */
export async function readCandidates(text, nameOf) {
  if (!/\.(txt|csv|json)$/.test(text)) return readItemList(text, nameOf);
  const content = new TextDecoder().decode(await readBytes(text));
  if (!text.endsWith(".json")) return linesOf(content).map(nameOf);
  const value = parseJson(content, text);
  const list = Array.isArray(value) ? value : value?.items;
  if (Array.isArray(list)) return list;
  const expected = 'a list of items, or { "items": [...] }';
  throw new PocketrecError("bad-argument", text, expected, show(value));
}

/** @param {string} content */
const linesOf = (content) => content.split(/\r?\n/).filter((line) => line.trim());

/**
 * @param {string} text such as "318:5,296"
 * @param {NameOf} nameOf
 */
function readItemList(text, nameOf) {
  return text
    .split(",")
    .filter((part) => part.trim())
    .map((part) => {
      const [item, rating] = part.split(/:(?=-?[\d.]+$)/);
      return rating === undefined ? nameOf(item) : { item: nameOf(item), rating: Number(rating) };
    });
}
