/** The demo's two stages as its page runs them, without the page. */
import * as pocketrec from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { Candidates } from "../../web-demo/server/candidates.js";
import { addressOf } from "../../web-demo/page/ranking/candidates.js";
import { find } from "../../web-demo/page/ranking/first-stage.js";
import { Stages } from "../../web-demo/page/ranking/stages.js";
import { describe } from "../../web-demo/page/ranking/user-input.js";

const ASKED = { list: "popular" };

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
