/**
 * One ranked list in the terminal, made the way the page makes it: candidates from the server's own endpoint,
 * weights and history on this side of it.
 */
import { readFile } from "node:fs/promises";
import { loadModel } from "../js/index.node.js";

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
  const top = model.rank(user, items, { topK: LINES, exclude: history.map(({ item }) => item) });
  const ranked = performance.now();

  const films = new Map(catalogue.map((film) => [film.id, film]));
  const ratings = SAMPLE_RATINGS.map(([title, rating]) => `${title} ${rating}/5`);
  console.log(`For somebody who rated ${ratings.join(", ")}:\n`);
  top.forEach(({ item, score }, index) => {
    const { title, year } = films.get(item);
    console.log(`${String(index + 1).padStart(4)}. ${score.toFixed(3)}  ${title} (${year})`);
  });
  console.log(
    `\nFitted in ${(fitted - started).toFixed(1)} ms; ${items.length} candidates ranked in ` +
      `${(ranked - fitted).toFixed(2)} ms (${model.kind}, ${model.items} films, SIMD ${model.simd}).`,
  );
}
