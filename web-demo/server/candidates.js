/**
 * `GET /api/candidates`: the films to rank.
 *
 * An answer depends on the catalogue, the models and the query, and on nothing else. It is the same
 * for every visitor, so the server needs no ratings, and any cache may keep the answer.
 */
import { around, candidateLists } from "./lists.js";

const DEFAULT_LIMIT = 200;
const HIGHEST_LIMIT = 1000;
const PARAMETERS = ["list", "near", "limit", "rows"];

/** A request that this endpoint cannot answer. The message is for its author. */
export class BadRequest extends Error {}

export class Candidates {
  #lists;
  #model;
  #films;
  #maker;

  /**
   * @param {import("./lists.js").Film[]} catalogue
   * @param {import("../../js/model/model.js").Model} model of kind "candidates"
   * @param {import("../../js/packs/pack-maker.js").PackMaker} maker of packs for the ranker
   */
  constructor(catalogue, model, maker) {
    this.#lists = candidateLists(catalogue, model);
    this.#films = new Set(catalogue.map(({ id }) => id));
    this.#model = model;
    this.#maker = maker;
  }

  /**
   * Candidates as JSON, or with `rows=1` as a candidate pack: films with the features that the
   * ranker needs.
   *
   * @param {URLSearchParams} query `list` (default "popular"), or `near`: a film's id; `limit`
   *   (default 200, at most 1000)
   * @returns {{ type: string, body: string | Uint8Array }}
   * @throws {BadRequest}
   */
  answer(query) {
    refuseUnknown(query);
    const limit = readLimit(query.get("limit"));
    const isPack = readRows(query.get("rows"));
    const found = query.has("near")
      ? this.#near(query, limit)
      : this.#list(query.get("list") ?? "popular", limit);
    if (isPack) return { type: "application/octet-stream", body: this.#pack(found.items) };
    return { type: "application/json", body: JSON.stringify(found) };
  }

  /** Without films that the ranker does not know. */
  #pack(items) {
    return this.#maker.pack(items.filter((item) => this.#maker.has(item)));
  }

  #list(list, limit) {
    const items = this.#lists.get(list);
    if (!items)
      throw new BadRequest(
        `no list is called "${list}"; there are: ${[...this.#lists.keys()].join(", ")}`,
      );
    return { list, items: items.slice(0, limit) };
  }

  #near(query, limit) {
    if (query.has("list")) throw new BadRequest("near takes the place of list: give one of them");
    const text = query.get("near");
    const near = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!this.#films.has(near))
      throw new BadRequest(
        `near has to be the number of a film of the catalogue, and is "${text}"`,
      );
    return { near, items: around(this.#model, near, limit) };
  }
}

/**
 * Refuses anything else in the query, so that no client sends this server more than it needs.
 */
function refuseUnknown(query) {
  for (const name of query.keys()) {
    if (!PARAMETERS.includes(name)) {
      throw new BadRequest(
        `"${name}" is not a parameter of this endpoint; it takes ${PARAMETERS.join(", ")}`,
      );
    }
    if (query.getAll(name).length > 1) throw new BadRequest(`"${name}" is given more than once`);
  }
}

function readLimit(text) {
  if (text === null) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > HIGHEST_LIMIT) {
    throw new BadRequest(
      `limit has to be a whole number from 1 to ${HIGHEST_LIMIT}, and is "${text}"`,
    );
  }
  return limit;
}

function readRows(text) {
  if (text !== null && text !== "1")
    throw new BadRequest(`rows can only be 1, for a candidate pack, and is "${text}"`);
  return text === "1";
}
