/**
 * The first films that the demo shows five made-up visitors: every model alone on the whole
 * catalogue, the two stages as the page runs them, and popularity for scale.
 */
import { readFile } from "node:fs/promises";

import { loadModel } from "pocketrec";
import * as pocketrec from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { Candidates } from "../../../web-demo/candidates.js";
import { addressOf } from "../../../web-demo/page/candidates.js";
import { FIRST_WISHES } from "../../../web-demo/page/rerank.js";
import { Stages } from "../../../web-demo/page/stages.js";
import { find } from "../../../web-demo/page/two-stages.js";
import { describe, historyOf } from "../../../web-demo/page/user-input.js";

/** The length of a list. */
export const LENGTH = 10;
/** So many of its films have to carry a main genre. */
export const ENOUGH = 8;

const MODELS = "web-demo/models";
const ALONE = [
  ["NeuMF", "neumf"],
  ["GMF", "gmf"],
  ["AutoRec", "autorec"],
  ["CDAE", "cdae"],
  ["DAE", "dae"],
  ["Mult-DAE", "mult-dae"],
];
const STARS = 5;
const WIDEST = 1 / 4; // of the catalogue
const FOR_CHILDREN = new Set(["G", "PG", "PG-13"]);
// The lists must not depend on the machine.
const SIMD = { simd: "simd128" };

const readJson = async (path) => JSON.parse(await readFile(path, "utf8"));

/**
 * @typedef {object} Film of the catalogue
 * @property {number} id
 * @property {string} title
 * @property {number | null} year
 * @property {string[]} genres
 * @property {number} popularity
 *
 * @typedef {object} Visitor
 * @property {string} name
 * @property {string[]} genres what the visitor likes
 * @property {boolean} [forChildren]
 * @property {{ id: number, title: string }[]} liked
 * @property {Set<string>} mainGenres those that at least half of the liked films carry, without
 *   those that more than a quarter of the catalogue carries
 *
 * @typedef {object} Shown
 * @property {string} model
 * @property {Film[][]} lists one for each visitor
 */

/**
 * @returns {Promise<{ visitors: Visitor[], shown: Shown[], popular: Shown,
 *   certificateOf: (film: Film) => string | undefined }>}
 */
export async function showVisitors() {
  const catalogue = await readJson(`${MODELS}/catalogue.json`);
  const certificates = await readJson(new URL("certificates.json", import.meta.url));
  const visitors = (await readJson(new URL("visitors.json", import.meta.url))).map((visitor) => ({
    ...visitor,
    mainGenres: mainGenres(visitor.liked, catalogue),
  }));
  const films = new Map(catalogue.map((film) => [film.id, film]));
  const filmsOf = (list) => list.map(({ item }) => films.get(item));
  const shown = [];
  for await (const { model, list } of recommenders(catalogue, films)) {
    const lists = [];
    for (const { liked } of visitors)
      lists.push(filmsOf(await list(liked.map(({ id }) => [id, STARS]))));
    shown.push({ model, lists });
  }
  const certificateOf = ({ title, year }) => certificates[`${title} (${year})`];
  return { visitors, shown, popular: byPopularity(catalogue, visitors), certificateOf };
}

/** [{ model, list(ratings): the first items }], one after another. */
async function* recommenders(catalogue, films) {
  yield* stages(catalogue, films);
  for (const [model, file] of ALONE) yield { model, list: await alone(file) };
}

async function alone(file) {
  const model = await loadModel(`${MODELS}/${file}.safetensors`, SIMD);
  return async (ratings) => {
    const user = model.user({ history: historyOf(ratings) });
    return model.recommend(user, { topK: LENGTH, exclude: user.items });
  };
}

/** The two stages with the server's candidates, and with those found on the device. */
async function* stages(catalogue, films) {
  const whole = await readFile(`${MODELS}/ranker.safetensors`);
  const finder = await loadModel(`${MODELS}/candidates.safetensors`, SIMD);
  const maker = packMaker(new Uint8Array(whole));
  const server = new Candidates(catalogue, finder, maker);
  const thin = await loadModel(maker.withoutItems(), SIMD);
  const asked = { list: "popular" };
  const query = new URL(addressOf(asked, { rows: true }), "http://localhost").searchParams;
  const pack = await thin.openCandidates(server.answer(query).body);
  const listBy = (arranged) => async (ratings) => {
    const genresOf = (id) => films.get(id).genres;
    const request = { asked, wishes: FIRST_WISHES, genresOf, ...describe(ratings) };
    const { recommendations, warning } = await arranged.rank(request, LENGTH);
    if (warning) throw warning;
    return recommendations;
  };
  const ranker = await loadModel(new Uint8Array(whole), SIMD);
  const onServer = new Stages(pocketrec, thin, async () => pack);
  const onDevice = new Stages(pocketrec, ranker, async (request) => find(finder, request));
  yield { model: "Two stages, candidates of the server", list: listBy(onServer) };
  yield { model: "Two stages, candidates of the device", list: listBy(onDevice) };
}

/** The most rated films, without what a visitor liked. */
function byPopularity(catalogue, visitors) {
  const order = catalogue.toSorted((a, b) => b.popularity - a.popularity || a.id - b.id);
  const lists = visitors.map(({ liked }) =>
    order.filter(({ id }) => liked.every((film) => film.id !== id)).slice(0, LENGTH),
  );
  return { model: "Popularity", lists };
}

function mainGenres(liked, catalogue) {
  const films = liked.map(({ id }) => catalogue.find((film) => film.id === id));
  const share = (genre, among) =>
    among.filter(({ genres }) => genres.includes(genre)).length / among.length;
  const genres = new Set(films.flatMap((film) => film.genres));
  return new Set(
    [...genres].filter(
      (genre) => share(genre, films) >= 1 / 2 && share(genre, catalogue) <= WIDEST,
    ),
  );
}

/** How many of the films carry one of the genres. @param {Film[]} list @param {string[]} genres */
export const countWith = (list, genres) =>
  list.filter((film) => film.genres.some((genre) => genres.includes(genre))).length;

/** The films that are for adults, or whose rating is not known. */
export const forAdults = (list, certificateOf) =>
  list.filter((film) => !FOR_CHILDREN.has(certificateOf(film)));
