/**
 * The first films that the demo shows five made-up visitors: every model alone on the whole
 * catalogue, the two stages as the page runs them, and popularity for scale.
 */
import { readFile } from "node:fs/promises";

import { loadModel, novelty } from "pocketrec";

import { FIRST_WISHES } from "../../../web-demo/page/ranking/rerank.js";
import { historyOf } from "../../../web-demo/page/ranking/user-input.js";
import { requestOf, stagesOfServer, stagesOnDevice } from "../demo_stages.js";

/** The length of a list. */
export const LENGTH = 10;
/** So many of its films have to carry a main genre. */
export const ENOUGH = 8;

const MODELS = "web-demo/models";
/** Name, file, and the strength of `novelty`: raw scores have a scale of their own. */
const ALONE = [
  ["NeuMF", "neumf", 7],
  ["GMF", "gmf", 3.5],
  ["AutoRec", "autorec", 1.5],
  ["CDAE", "cdae", 0.4],
  ["DAE", "dae", 0.3],
  ["Mult-DAE", "mult-dae", 2],
];
const STAGES_STRENGTH = 0.2; // a third of the page's slider
const POOL = 100; // as web-demo/page/ranking/rerank.js
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
 * @property {number} strength of `novelty` in the second lists
 * @property {Film[][]} lists one for each visitor
 * @property {Film[][]} fresh the same, less known films first
 */

/**
 * @returns {Promise<{ visitors: Visitor[], shown: Shown[], popular: Shown,
 *   certificateOf: (film: Film) => string | undefined }>}
 */
export async function showVisitors() {
  const catalogue = await readJson(`${MODELS}/catalogue.json`);
  const certificates = await readJson(new URL("certificates.json", import.meta.url));
  const visitors = (
    await readJson(new URL("../../../web-demo/visitors.json", import.meta.url))
  ).map((visitor) => ({
    ...visitor,
    mainGenres: mainGenres(visitor.liked, catalogue),
  }));
  const films = new Map(catalogue.map((film) => [film.id, film]));
  const filmsOf = (list) => list.map(({ item }) => films.get(item));
  const shown = [];
  for await (const { model, strength, list } of recommenders(catalogue, films)) {
    const listsAt = async (strength) => {
      const lists = [];
      for (const { liked } of visitors)
        lists.push(
          filmsOf(
            await list(
              liked.map(({ id }) => [id, STARS]),
              strength,
            ),
          ),
        );
      return lists;
    };
    const [lists, fresh] = [await listsAt(0), await listsAt(strength)];
    shown.push({ model, strength, lists, fresh });
  }
  const certificateOf = ({ title, year }) => certificates[`${title} (${year})`];
  return { visitors, shown, popular: byPopularity(catalogue, visitors), certificateOf };
}

/** [{ model, strength, list(ratings, strength): the first items }], one after another. */
async function* recommenders(catalogue, films) {
  yield* stages(catalogue, films);
  for (const [model, file, strength] of ALONE) yield { model, strength, list: await alone(file) };
}

async function alone(file) {
  const model = await loadModel(`${MODELS}/${file}.safetensors`, SIMD);
  return async (ratings, strength) => {
    const user = model.user({ history: historyOf(ratings) });
    const list = model.recommend(user, { topK: POOL, exclude: user.items });
    return (await novelty({ model, strength })(list)).slice(0, LENGTH);
  };
}

/** The two stages with the server's candidates, and with those found on the device. */
async function* stages(catalogue, films) {
  const bytes = new Uint8Array(await readFile(`${MODELS}/ranker.safetensors`));
  const finder = await loadModel(`${MODELS}/candidates.safetensors`, SIMD);
  const onServer = await stagesOfServer(bytes, finder, catalogue, SIMD);
  const onDevice = stagesOnDevice(await loadModel(bytes, SIMD), finder);
  const listBy = (arranged) => async (ratings, strength) => {
    const request = requestOf(ratings, { ...FIRST_WISHES, novelty: strength }, films);
    const ranking = await arranged.rank(request);
    if (ranking.warning) throw ranking.warning;
    return (await arranged.arrange(ranking, request, LENGTH)).films;
  };
  const strength = STAGES_STRENGTH;
  yield { model: "Two stages, candidates of the server", strength, list: listBy(onServer) };
  yield { model: "Two stages, candidates of the device", strength, list: listBy(onDevice) };
}

/** The most rated films, without what a visitor liked. */
function byPopularity(catalogue, visitors) {
  const order = catalogue.toSorted((a, b) => b.popularity - a.popularity || a.id - b.id);
  const lists = visitors.map(({ liked }) =>
    order.filter(({ id }) => liked.every((film) => film.id !== id)).slice(0, LENGTH),
  );
  return { model: "Popularity", strength: 0, lists, fresh: lists };
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

/**
 * The films for adults: not rated G, PG or PG-13. Without a known rating only the genre Children
 * says that a film is none.
 */
export const forAdults = (list, certificateOf) =>
  list.filter((film) => {
    const rated = certificateOf(film) ?? (film.genres.includes("Children") ? "G" : "R");
    return !FOR_CHILDREN.has(rated);
  });
