/**
 * The server's half of the demo: which films are worth ranking at all.
 *
 * An answer depends on the catalogue, the list's name and the limit, and on nothing else. It is the same for every
 * visitor, so the server has no use for anything that a visitor rated, and the answer may be cached by anybody.
 */

const DEFAULT_LIMIT = 200;
const HIGHEST_LIMIT = 1000;
const CLASSIC_BEFORE = 1970;

const byPopularity = (a, b) => b.popularity - a.popularity || a.id - b.id;
const byYear = (a, b) => b.year - a.year || byPopularity(a, b);

/** A request that this endpoint cannot answer. The message is for whoever wrote the request. */
export class BadRequest extends Error {}

/**
 * Every list by its name: `popular` (most rated first), `recent` (newest first), `classics` (older than 1970, most
 * rated first), and one for each genre of the catalogue (most rated first).
 *
 * @param {Film[]} catalogue
 * @returns {Map<string, number[]>} film ids in the order in which the server offers them
 */
export function candidateLists(catalogue) {
  const ids = (keep, order) => catalogue.filter(keep).sort(order).map((film) => film.id);
  const genres = [...new Set(catalogue.flatMap((film) => film.genres))].sort();
  return new Map([
    ["popular", ids(() => true, byPopularity)],
    ["recent", ids((film) => film.year !== null, byYear)],
    ["classics", ids((film) => film.year !== null && film.year < CLASSIC_BEFORE, byPopularity)],
    ...genres.map((genre) => [genre, ids((film) => film.genres.includes(genre), byPopularity)]),
  ]);
}

/**
 * Answers `GET /api/candidates?list=NAME&limit=COUNT`.
 *
 * @param {Map<string, number[]>} lists
 * @param {URLSearchParams} query `list` (default "popular") and `limit` (default 200, at most 1000)
 * @returns {{ list: string, items: number[] }}
 * @throws {BadRequest}
 */
export function answer(lists, query) {
  refuseUnknown(query);
  const list = query.get("list") ?? "popular";
  const items = lists.get(list);
  if (!items) throw new BadRequest(`no list is called "${list}"; there are: ${[...lists.keys()].join(", ")}`);
  return { list, items: items.slice(0, readLimit(query.get("limit"))) };
}

/** Anything else in the query is refused, so that no client comes to rely on telling this server more. */
function refuseUnknown(query) {
  for (const name of query.keys()) {
    if (name !== "list" && name !== "limit") {
      throw new BadRequest(`"${name}" is not a parameter of this endpoint; it takes list and limit`);
    }
    if (query.getAll(name).length > 1) throw new BadRequest(`"${name}" is given more than once`);
  }
}

function readLimit(text) {
  if (text === null) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > HIGHEST_LIMIT) {
    throw new BadRequest(`limit has to be a whole number from 1 to ${HIGHEST_LIMIT}, and is "${text}"`);
  }
  return limit;
}

/**
 * @typedef {object} Film
 * @property {number} row in the weights file
 * @property {number} id
 * @property {string} title
 * @property {number | null} year
 * @property {string[]} genres
 * @property {number} popularity how many people rated it
 */
