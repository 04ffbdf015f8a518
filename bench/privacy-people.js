// People out of a file of ratings, as the demo's model sees them.
import { readFile } from "node:fs/promises";

import { readInteractions } from "../js/evaluate/interactions.js";
import { sampleRows } from "../tests/lib/random.js";
import { ofLengthOne } from "./spherical-k-means.js";

/** Fewer say hardly anything of a person. */
const LEAST_FILMS = 5;

/** Two halves, by chance: those of whom the app publishes centroids, and those who ask. */
export async function readPeople(path, model, places, seed = 1) {
  const histories = historiesOf(await readInteractions(await readFile(path), path), places);
  const people = histories.map((history) => personOf(model, history));
  const order = [...sampleRows(people.length, people.length, seed)].map((row) => people[row]);
  const middle = order.length >> 1;
  return { published: order.slice(0, middle), asking: order.slice(middle) };
}

/** The last film is kept back: what the vector comes from are those before it. */
function personOf(model, history) {
  const past = history.slice(0, -1);
  const vector = ofLengthOne(
    model.user({ history: past.map(({ id }) => id), features: { count: past.length } }).vector,
  );
  return { vector, last: history.at(-1).place };
}

/**
 * Of each person the films that the model knows, the oldest first; of one moment, by number as in
 * training.
 */
function historiesOf({ users, items, user, item, time }, places) {
  const histories = users.map(() => []);
  for (const [at, row] of user.entries()) {
    const id = Number(items[item[at]]);
    if (places.has(id)) histories[row].push({ id, place: places.get(id), time: time[at] });
  }
  for (const history of histories) history.sort((a, b) => a.time - b.time || a.id - b.id);
  return histories.filter(({ length }) => length >= LEAST_FILMS);
}

/** The model's films, in an order of ours, and their vectors. */
export function filmsOf(model) {
  const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
  const ids = model
    .rank(model.user({ history: [] }), rows)
    .map(({ item }) => item)
    .sort((a, b) => a - b);
  return {
    places: new Map(ids.map((id, place) => [id, place])),
    vectors: model.vectors(ids),
    count: ids.length,
  };
}
