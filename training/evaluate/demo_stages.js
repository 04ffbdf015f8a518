/** The demo's two stages as its page runs them, without the page. */
import * as pocketrec from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { Candidates } from "../../web-demo/server/candidates.js";
import { addressOf } from "../../web-demo/page/ranking/candidates.js";
import { find } from "../../web-demo/page/ranking/first-stage.js";
import { Stages } from "../../web-demo/page/ranking/stages.js";
import { describe } from "../../web-demo/page/ranking/user-input.js";

const ASKED = { list: "popular" };
const SHOWN = 500; // more than any list has: metrics read all of it

/** With the candidates that a model finds on the device. */
export const stagesOnDevice = (ranker, finder) =>
  new Stages(pocketrec, ranker, (request) => find(finder, request));

/**
 * With the server's list of popular films, the same for every visitor.
 *
 * @param {Uint8Array} ranker its file
 * @param {import("../../js/model/model.js").Model} finder
 * @param {object[]} films the catalogue
 * @param {object} [options] of loadModel
 */
export async function stagesOfServer(ranker, finder, films, options) {
  const maker = packMaker(ranker);
  const model = await pocketrec.loadModel(maker.withoutItems(), options);
  const query = new URL(addressOf(ASKED, { rows: true }), "http://localhost").searchParams;
  const pack = await model.openCandidates(new Candidates(films, finder, maker).answer(query).body);
  return new Stages(pocketrec, model, async () => pack);
}

/**
 * What the page asks of its stages.
 *
 * @param {[id: number, stars: number][]} ratings
 * @param {import("../../web-demo/page/ranking/rerank.js").Wishes} wishes
 * @param {Map<number, { genres: string[] }>} films by id
 */
export const requestOf = (ratings, wishes, films) => ({
  asked: ASKED,
  wishes,
  genresOf: (id) => films.get(id).genres,
  ...describe(ratings),
});

/**
 * The lists and the candidates that they were made of, as rows, by history.
 *
 * @param {object[]} cases of fewCases
 * @param {object} pipeline
 * @param {Stages} pipeline.stages
 * @param {import("../../cli/evaluate/catalogue.js").Catalogue} pipeline.catalogue
 * @param {Map<number, { genres: string[] }>} pipeline.films by id
 * @param {import("../../web-demo/page/ranking/rerank.js").Wishes} pipeline.wishes
 */
export async function listsOf(cases, { stages, catalogue, films, wishes }) {
  const lists = { ranked: new Map(), candidates: new Map() };
  const rowsOf = (ids) => ids.map((id) => catalogue.rowOf(String(id)));
  for (const { history } of cases) {
    const ratings = history.map(({ row, rating }) => [catalogue.items.idOf(row), rating]);
    const request = requestOf(ratings, wishes, films);
    const ranking = await stages.rank(request);
    const { items, warning } = ranking;
    if (warning) throw warning;
    const { films: shown } = await stages.arrange(ranking, request, SHOWN);
    lists.ranked.set(history, rowsOf(shown.map(({ item }) => item)));
    lists.candidates.set(history, rowsOf(items));
  }
  return lists;
}
