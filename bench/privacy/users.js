// Users from a file of ratings, encoded by the demo's candidates model.
import { readFile } from "node:fs/promises";

import { readInteractions } from "../../cli/evaluate/interactions.js";
import { sampleRows } from "../../tests/lib/random.js";
import { ofUnitLength } from "./spherical-k-means.js";

const MIN_FILMS = 5;

/** Two random halves: users whose centroids are published, and users who query. */
export async function readUsers(path, model, indexes, seed = 1) {
  const histories = historiesOf(await readInteractions(await readFile(path), path), indexes);
  const users = histories.map((history) => userOf(model, history));
  const order = [...sampleRows(users.length, users.length, seed)].map((row) => users[row]);
  const middle = order.length >> 1;
  return { published: order.slice(0, middle), querying: order.slice(middle) };
}

/** The vector of all films but the last, and the last. */
function userOf(model, history) {
  const past = history.slice(0, -1);
  const { vector } = model.user({
    history: past.map(({ id }) => id),
    features: { count: past.length },
  });
  return { vector: ofUnitLength(vector), last: history.at(-1).index };
}

/** Each user's films that the model has, oldest first; equal times in the order of ids. */
function historiesOf({ users, items, user, item, time }, indexes) {
  const histories = users.map(() => []);
  for (const [at, row] of user.entries()) {
    const id = Number(items[item[at]]);
    if (indexes.has(id)) histories[row].push({ id, index: indexes.get(id), time: time[at] });
  }
  for (const history of histories) history.sort((a, b) => a.time - b.time || a.id - b.id);
  return histories.filter(({ length }) => length >= MIN_FILMS);
}

/** The model's films in the order of their ids: { indexes: Map of id to index, vectors, count }. */
export function filmsOf(model) {
  const rows = Uint32Array.from({ length: model.itemCount }, (_, row) => row);
  const ids = model
    .rank(model.user({ history: [] }), rows)
    .map(({ item }) => item)
    .sort((a, b) => a - b);
  return {
    indexes: new Map(ids.map((id, index) => [id, index])),
    vectors: model.vectors(ids),
    count: ids.length,
  };
}
