/**
 * One ranked list in the terminal, made the way the page makes it: candidates from the server's own endpoint,
 * weights and history on this side of it.
 */
import { readFile } from "node:fs/promises";
import { loadModel } from "../dist/index.node.js";

const SAMPLE_RATINGS = [
  ["Toy Story", 5],
  ["Finding Nemo", 5],
  ["Pulp Fiction", 1],
];
const LINES = 8;

/**
 * @param {string} address of the running server, with its final slash
 * @param {string} models the folder of the weights and the catalogue
 */
export async function printSample(address, models) {
  const catalogue = JSON.parse(await readFile(`${models}/catalogue.json`, "utf8"));
  const model = await loadModel(`${models}/neumf.safetensors`);
  const { items } = await (await fetch(`${address}api/candidates?list=popular`)).json();
  const history = SAMPLE_RATINGS.flatMap(([title, rating]) => {
    const film = catalogue.find((candidate) => candidate.title === title);
    return film ? [{ item: film.id, rating }] : [];
  });

  const started = performance.now();
  const user = model.user({ history });
  const fitted = performance.now();
  const top = model.rank(user, items, { topK: LINES, exclude: user.items });
  const ranked = performance.now();

  const ratings = SAMPLE_RATINGS.map(([title, rating]) => `${title} ${rating}/5`);
  console.log(`For somebody who rated ${ratings.join(", ")}:\n`);
  printFilms(top, new Map(catalogue.map((film) => [film.id, film])));
  console.log(
    `\nFitted in ${(fitted - started).toFixed(1)} ms; ${items.length} candidates ranked in ` +
      `${(ranked - fitted).toFixed(2)} ms (${model.kind}, ${model.items} films, SIMD: ${model.simd}).`,
  );
  model.dispose();
}

function printFilms(top, films) {
  top.forEach(({ item, score }, place) => {
    const { title, year } = films.get(item);
    const percent = score === null ? "-" : `${(score * 100).toFixed(1)} %`;
    console.log(`${String(place + 1).padStart(4)}. ${percent.padStart(7)}  ${title}${year ? ` (${year})` : ""}`);
  });
}
