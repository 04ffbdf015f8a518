/**
 * The histories of `npx pocketrec-cli evaluate --protocol few --liked 4`, and the measure of lists
 * that are given in place of scores.
 */
import { findCases } from "../../cli/evaluate/cases.js";
import { Catalogue } from "../../cli/evaluate/catalogue.js";
import { DataReader } from "../../cli/evaluate/data-reader.js";
import { ItemIndex } from "../../js/file/item-ids.js";

/** Items by id. ids: of the rows of a file, in order. */
export const catalogueOf = (ids) => new Catalogue(new ItemIndex(ids.length, ids), {});

/**
 * @param {{ test: string, train?: string }} files of ratings
 * @param {Catalogue} catalogue
 * @param {object} info of a model of that catalogue
 * @param {{ shots: number[], draws?: number, seed?: number }} options
 */
export function fewCases(files, catalogue, info, { shots, draws = 3, seed = 1 }) {
  return findCases({ train: undefined, unread: [], ...files }, catalogue, {
    ...{ protocol: "few", shots, draws, liked: 4, spare: 5, seed, info },
    ...{ userSource: "history", sampled: "all", heldOut: 1, reader: new DataReader() },
  });
}

/**
 * Scores that put the items of a list in its order, and all others behind.
 *
 * @param {Map<object, number[]>} lists rows, by history
 */
export function listScorer(lists) {
  const places = new Map(
    [...lists].map(([history, rows]) => [history, new Map(rows.map((row, at) => [row, at]))]),
  );
  return {
    score: (_user, history, rows) =>
      Float64Array.from(rows, (row) => -(places.get(history).get(row) ?? Infinity)),
  };
}
