/**
 * Prints one ranked list, computed as on the page: a candidate pack from the server's endpoint;
 * ranker, re-ranking and history on this side.
 */
import { readFile } from "node:fs/promises";
import { cap, createRecommender, diversify, loadModel } from "../dist/index.node.js";
import { addressOf } from "./page/candidates.js";
import { MODELS } from "./page/models.js";
import { FIRST_WISHES, arranger } from "./page/rerank.js";
import { describe } from "./page/user-input.js";

const SAMPLE_RATINGS = [
  ["Pulp Fiction", 1],
  ["Finding Nemo", 5],
  ["Toy Story", 5],
];
const LINES = 8;

/**
 * @param {string} address of the running server, without a trailing slash
 * @param {string} models folder of the weights and the catalogue
 */
export async function printSample(address, models) {
  const catalogue = JSON.parse(await readFile(`${models}/catalogue.json`, "utf8"));
  const films = new Map(catalogue.map((film) => [film.id, film]));
  const ranker = await loadModel(address + MODELS["two-stages"].weights);
  const arrange = arranger({ cap, diversify }, ranker);
  const genresOf = (id) => films.get(id).genres;

  const recommender = createRecommender({
    retrieve: ({ signal }) =>
      fetch(address + addressOf({ list: "popular" }, { rows: true }), { signal }),
    rank: ranker,
    rerank: (list, context) => arrange(list, context, { wishes: FIRST_WISHES, genresOf }),
    ...describe(ratingsIn(catalogue)),
  });
  const { recommendations, counts, times, warning } = await recommender.recommend({ topK: LINES });
  if (warning) throw warning;

  const ratings = SAMPLE_RATINGS.map(([title, rating]) => `${title} ${rating}/5`).join(", ");
  console.log(`For a user who rated ${ratings}:\n`);
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

/** The sample's ratings, as far as the catalogue has the films: [id, stars]. */
function ratingsIn(catalogue) {
  return SAMPLE_RATINGS.flatMap(([title, rating]) => {
    const film = catalogue.find((candidate) => candidate.title === title);
    return film ? [[film.id, rating]] : [];
  });
}

function printFilms(items, films) {
  items.forEach(({ item }, place) => {
    const { title, year, genres } = films.get(item);
    const name = year ? `${title} (${year})` : title;
    const rank = String(place + 1).padStart(4);
    console.log(`${rank}. ${name}, ${genres.slice(0, 3).join(", ")}`);
  });
}
