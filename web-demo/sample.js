/**
 * Prints the list of a made-up visitor, computed as on the page: a candidate pack from the server's
 * endpoint; ranker, re-ranking and history on this side.
 */
import { readFile } from "node:fs/promises";
import * as pocketrec from "../dist/index.node.js";
import { addressOf } from "./page/ranking/candidates.js";
import { FIRST_MODEL, weightsOf } from "./page/ranking/models.js";
import { FIRST_WISHES, arranger } from "./page/ranking/rerank.js";
import { describe } from "./page/ranking/user-input.js";

/** The first of those whose lists docs/visitors.md has. */
const VISITORS = new URL("visitors.json", import.meta.url);
const STARS = 5;
const LINES = 10;

/** @param {string} address of the running server, without a trailing slash */
export async function printSample(address) {
  const catalogue = await (await fetch(`${address}/models/catalogue.json`)).json();
  const [{ liked }] = JSON.parse(await readFile(VISITORS, "utf8"));
  const films = new Map(catalogue.map((film) => [film.id, film]));
  const ranker = await pocketrec.loadModel(`${address}/${weightsOf(FIRST_MODEL)}`);
  const arrange = arranger(pocketrec, ranker);
  const genresOf = (id) => films.get(id).genres;

  const recommender = pocketrec.createRecommender({
    retrieve: ({ signal }) =>
      fetch(`${address}/${addressOf({ list: "popular" }, { rows: true })}`, { signal }),
    rank: ranker,
    rerank: (list, context) => arrange(list, context, { wishes: FIRST_WISHES, genresOf }),
    ...describe(liked.map(({ id }) => [id, STARS])),
  });
  const { recommendations, counts, times, warning } = await recommender.recommend({ topK: LINES });
  if (warning) throw warning;

  const titles = liked.map(({ title }) => title).join(", ");
  console.log(`For a visitor who gave ${STARS} stars to ${titles}:\n`);
  printFilms(recommendations, films);
  const [retrieve, rank, rerank] = [times.retrieve, times.rank, times.rerank].map((time) =>
    time.toFixed(1),
  );
  console.log(
    `\n${counts.catalogue} films, ` +
      `${counts.candidates} candidates from the server in ${retrieve} ms, ` +
      `${counts.ranked} ranked here in ${rank} ms, re-ranked in ${rerank} ms ` +
      `(${ranker.kind}, SIMD: ${ranker.simd}).`,
  );
  ranker.dispose();
}

function printFilms(items, films) {
  items.forEach(({ item }, place) => {
    const { title, year, genres } = films.get(item);
    const name = year ? `${title} (${year})` : title;
    const rank = String(place + 1).padStart(4);
    console.log(`${rank}. ${name}, ${genres.slice(0, 3).join(", ")}`);
  });
}
