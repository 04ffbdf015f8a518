// Puts the films into the engine: once, and again whenever there are new ones.
import { writeFile } from "node:fs/promises";

import { candidates, close, films, openIndex } from "./lib/open-index.mjs";

const FILMS_PER_SHELF = 20;

const index = await openIndex({ create: true });
await index.upsert({
  attributes: (item) => ({ year: films.get(item)?.year ?? 0 }),
  onProgress: ({ added, total }) => console.log(`${added} of ${total} films`),
});
console.log(`${index.itemCount} films in the collection`);
await close();

// The shelves: one taste a genre, that of a user who watched its most popular films. Every device
// gets the same ones, so they say nothing about any user.
const genres = [...new Set([...films.values()].flatMap((film) => film.genres))].sort();
const shelves = genres.slice(0, 16).map((name) => {
  const best = [...films.values()]
    .filter((film) => film.genres.includes(name) && candidates.has(film.id))
    .sort((a, b) => b.popularity - a.popularity)
    .slice(0, FILMS_PER_SHELF);
  const { vector } = candidates.user({ history: best.map((film) => film.id), features: {} });
  return {
    name,
    vector: [...vector],
    examples: best.slice(0, 3).map(({ id, title }) => ({ id, title })),
  };
});
await writeFile("public/shelves.json", JSON.stringify(shelves));
